"""Two that are one: what comes along, and which two are likely one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from time import perf_counter

import pytest

from mailer.model.lists import Contact, Details, Kind, Membership, Standing
from mailer.model.merging import likely_contacts, likely_organisations, plan
from mailer.model.organisations import Organisation, name_key, read_languages, read_website

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ANNA = Contact(1, "anna@x.example", Details(name="Anna"))
OLD = Contact(2, "anna@old.example", Details("Anna Kim", country="KR"))


def member(who: Contact, key: str, standing: Standing = Standing.ACTIVE, until: date | None = None) -> Membership:
    return Membership(key, who, standing, NOW, until)


def test_wishes_of_the_one_who_is_kept_stand() -> None:
    mine = [member(ANNA, "a"), member(ANNA, "left", Standing.LEFT)]
    theirs = [
        *(member(OLD, "a"), member(OLD, "left"), member(OLD, "new", until=date(2027, 1, 1))),
        member(OLD, "gone", Standing.LEFT),
    ]
    planned = plan(ANNA, OLD, (mine, theirs), ({"u1"}, {"u1", "u2", "u3"}), {"a": ["u2"]})
    assert planned.details == Details("Anna", country="KR")
    assert (planned.joins, planned.stays) == ({"new": date(2027, 1, 1)}, ("left",))
    assert planned.opt_outs == ("u3",)


def people(*given: tuple[str, str, str]) -> list[Contact]:
    return [Contact(place, at, Details(name, country=country)) for place, (at, name, country) in enumerate(given, 1)]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (
            ("anna.kim@x.example", "Anna Kim", ""),
            ("a.kim@x.example", "Anna Kym", ""),
            "similar name at the same domain",
        ),
        (("a@x.example", "Anna Kim", "KR"), ("b@y.example", "KIM, Anna", "KR"), "same name and country"),
        (("a@x.example", "", ""), ("a+news@x.example", "", ""), "addresses of one mailbox"),
        (("a@gmail.com", "Anna Kim", "KR"), ("b@gmail.com", "Anna Kym", "KR"), ""),
        (("a@x.example", "Anna Kim", "KR"), ("b@y.example", "Anna Kim", "FR"), ""),
        (("a@x.example", "Anna", ""), ("b@y.example", "Anna", ""), ""),
    ],
)
def test_contacts_who_are_perhaps_one(one: tuple[str, str, str], other: tuple[str, str, str], why: str) -> None:
    found = list(likely_contacts(people(one, other)))
    assert found == ([(one[0], other[0], why)] if why else [])


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("The Union", "", ""), ("THE UNION.", "", ""), "same name in another spelling"),
        (("Union of Harbours", "KR", ""), ("Harbours’ Unions", "", ""), ""),
        (("Union of Harbours", "KR", ""), ("Harbours, Union", "", ""), "same words in the name"),
        (("One", "", "https://www.h.example/en"), ("Two", "", "http://h.example"), "same web site"),
        (("The Union", "KR", ""), ("The Union", "FR", ""), ""),
    ],
)
def test_organisations_that_are_perhaps_one(one: tuple[str, str, str], other: tuple[str, str, str], why: str) -> None:
    both = [
        Organisation(place, name, Kind.OTHER, country, website=site)
        for place, (name, country, site) in enumerate((one, other), 1)
    ]
    found = list(likely_organisations(both))
    assert [one.why for one in found] == ([why] if why else [])


def test_doubles_among_20_000_are_found_by_few_comparisons() -> None:
    names = [sha256(b"%d" % number).hexdigest() for number in range(20_000)]
    many = people(*((f"{name}@d{name[:2]}.example", f"{name[:9]} {name[9:20]}", "KR") for name in names))
    began = perf_counter()
    assert list(likely_contacts(many)) == []
    assert perf_counter() - began < 10


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ärzte-Union e.V.", "arzte union e v"),
        ("  日本  協会 ", "日本 協会"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
    ],
)
def test_spellings_of_a_name(name: str, key: str) -> None:
    assert name_key(name) == key


def test_languages_and_web_sites_as_people_write_them() -> None:
    assert read_languages("fr, English; pt-BR") == ("fr", "en", "pt-br")
    assert read_languages("fr en") == ("fr", "en")
    assert read_website("www.x.example") == "https://www.x.example"
    for site in ("javascript://x.example", "nowhere", "a b.example", "file:///etc/passwd"):
        with pytest.raises(ValueError, match="is no web site"):
            read_website(site)
