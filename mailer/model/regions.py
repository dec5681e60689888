"""Regions of the world (UN M49), and the countries in each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

WORLD = "001"

COUNTRIES: Mapping[str, str] = {
    "005": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",  # South America
    "011": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",  # Western Africa
    "013": "BZ CR GT HN MX NI PA SV",  # Central America
    "014": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW",  # Eastern Africa
    "015": "DZ EG EH LY MA SD TN",  # Northern Africa
    "017": "AO CD CF CG CM GA GQ ST TD",  # Middle Africa
    "018": "BW LS NA SZ ZA",  # Southern Africa
    "021": "BM CA GL PM US",  # Northern America
    "029": "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI",  # Caribbean
    "030": "CN HK JP KP KR MN MO TW",  # Eastern Asia
    "034": "AF BD BT IN IR LK MV NP PK",  # Southern Asia
    "035": "BN ID KH LA MM MY PH SG TH TL VN",  # Southeast Asia
    "039": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",  # Southern Europe
    "053": "AU CC CX HM NF NZ",  # Australasia
    "054": "FJ NC PG SB VU",  # Melanesia
    "057": "FM GU KI MH MP NR PW UM",  # Micronesia
    "061": "AS CK NU PF PN TK TO TV WF WS",  # Polynesia
    "143": "KG KZ TJ TM UZ",  # Central Asia
    "145": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",  # Western Asia
    "151": "BG BY CZ HU MD PL RO RU SK UA",  # Eastern Europe
    "154": "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",  # Northern Europe
    "155": "AT BE CH DE FR LI LU MC NL",  # Western Europe
}
"""The countries of the smallest regions."""

PARTS: Mapping[str, str] = {
    "002": "011 014 015 017 018",  # Africa
    "003": "013 021 029",  # North America
    "009": "053 054 057 061",  # Oceania
    "019": "005 013 021 029",  # Americas
    "142": "030 034 035 143 145",  # Asia
    "150": "039 151 154 155",  # Europe
    "202": "011 014 017 018",  # Sub-Saharan Africa
    "419": "005 013 029",  # Latin America and the Caribbean
}
"""Of what the larger ones consist."""

CODES = frozenset({WORLD, *COUNTRIES, *PARTS})


@cache
def countries_of(region: str) -> frozenset[str]:
    """The countries (ISO 3166-1 alpha-2) of a region; of a country itself alone. The world contains all."""
    if region == WORLD:
        return frozenset().union(*map(countries_of, COUNTRIES))
    if region in PARTS:
        return frozenset().union(*map(countries_of, PARTS[region].split()))
    return frozenset(COUNTRIES.get(region, region).split())


def contains(region: str, country: str) -> bool:
    """Whether a country is in a region, or is it."""
    return bool(country) and (region == WORLD or country in countries_of(region))


@cache
def regions_of(country: str) -> frozenset[str]:
    """The regions that a country is in, such as ``014``, ``002`` and ``202``, without the world."""
    return frozenset(code for code in (*COUNTRIES, *PARTS) if contains(code, country))
