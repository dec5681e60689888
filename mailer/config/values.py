"""The types of the configuration's values, each with its rule and the message for a value that breaks it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sized
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from mailer.message import Address

SELECTOR = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
"""One label of a domain name. RFC 6376 3.1 allows several; we need no more."""

_Many = TypeVar("_Many", bound=Sized)


def _address(value: object) -> Address:
    if not isinstance(value, str):
        raise ValueError("must be an address in quotes")
    address = Address.parse(value)
    if not (address.is_public or address.domain == "localhost"):
        raise ValueError(f"{value!r}: the domain “{address.domain}” has no dot; write it in full")
    return address


def _recipient(value: object) -> str:
    """An address of staff, or one of the two words for some."""
    return value if value in ("secretary", "editors") else str(_address(value))


def _member_body(text: str, info: ValidationInfo) -> str:
    """An address, or a list; empty is none."""
    if not text or text in (info.context or {}).get("lists", (text,)):
        return text
    if "@" in text:
        return str(_address(text))
    raise ValueError("must be an address, or one of the lists in this file")


def _country(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise ValueError('must be the code of a country with two letters, such as "SE" (ISO 3166)')
    return text.upper()


def _domain(text: str) -> str:
    try:
        return text and Address.parse(f"postmaster@{text}").domain
    except ValueError:
        raise ValueError('must be a domain name such as "example.org"') from None


def _known_list(key: str, info: ValidationInfo) -> str:
    lists = (info.context or {}).get("lists")
    if lists is not None and key not in lists:
        known = ", ".join(lists) or "none yet"
        raise ValueError(f"must be one of the lists in this file ({known}); or add a section [lists.{key}]")
    return key


def _optional_list(key: str, info: ValidationInfo) -> str:
    return key and _known_list(key, info)


def _day_of_year(text: str) -> str:
    try:
        date.fromisoformat(f"2027-{text}")  # not a leap year: 29 February is not in every year
    except ValueError:
        raise ValueError('must be a month and a day of every year, such as "03-01"') from None
    return text


def _language_with_a_catalogue(tag: str, info: ValidationInfo) -> str:
    languages = (info.context or {}).get("languages")
    primary = tag.lower().partition("-")[0]
    if languages and not {tag.lower(), primary} & {language.lower() for language in languages}:
        raise ValueError(f"must be a language that has a catalogue: {', '.join(languages)}")
    return tag


def resolve(folder: Path, path: Path) -> Path:
    """``path`` as seen from ``folder``. Raises ValueError if it cannot name a file."""
    try:
        known = path.expanduser()
    except RuntimeError:
        raise ValueError(f"{path.parts[0]} is the home of no user here; write the path in full") from None
    if "\0" in str(path):
        raise ValueError("must be a file name, without control characters")
    return folder / known


def _from_folder(path: Path, info: ValidationInfo) -> Path:
    return resolve((info.context or {}).get("folder", Path()), path)


def _optional_path(value: object, info: ValidationInfo) -> Path | str:
    if not isinstance(value, str):
        raise ValueError("must be a file name in quotes")
    return _from_folder(Path(value), info) if value else ""


def _design(name: str, info: ValidationInfo) -> str:
    """A shipped design by its name, or the path of a folder."""
    if not name or re.fullmatch(r"[a-z]+", name):
        return name
    if "/" not in name:
        raise ValueError('must be a design such as "journal", or a folder such as "./design"')
    return str(_from_folder(Path(name), info))


def _keyword(word: str) -> str:
    if word != word.strip() or len(word.split()) != 1:
        raise ValueError("must be one word, without blanks")
    return word


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if url and not (secure and parts.hostname and not parts.query and not parts.fragment):
        raise ValueError("must be a public address that begins with https://")
    return url.rstrip("/")


def _web_version(url: str) -> str:
    """The address of an issue on the web; it is printed, so it must be one that works in every mail app."""
    try:
        parts = urlsplit(url.replace("{number}", "1").replace("{language}", "en"))
        is_right = parts.scheme == "https" and parts.hostname and parts.username is None
    except ValueError:
        is_right = False
    if url and not (is_right and "{number}" in url and re.fullmatch(r"[!#-;=?-Z_a-~]+", url)):
        raise ValueError("must be an address that begins with https:// and has {number} in it")
    return url


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        is_right = secure and parts.hostname and not parts.fragment and parts.username is None and url.isascii()
    except ValueError:
        is_right = False
    if url and not is_right:
        raise ValueError("must be an address that begins with https://")
    return url


def _at_least_one(values: _Many) -> _Many:
    if not values:
        raise ValueError("must have at least one")
    return values


def _dns(value: object, info: ValidationInfo) -> str | Path:
    if not isinstance(value, str) or not value:
        raise ValueError('must be "system" or the name of a JSON file')
    return value if value == "system" else _from_folder(Path(value), info)


def _listen(text: str) -> str:
    found = re.fullmatch(r"[A-Za-z0-9.-]+:([0-9]{1,5})", text)
    if text and not (found and int(found[1]) <= 65535):
        raise ValueError('must be a host and a port, such as "127.0.0.1:8080", or empty')
    return text


def matching(pattern: str, message: str) -> AfterValidator:
    """Text that matches ``pattern`` as a whole; ``message`` is the error for any other."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(message)
        return text

    return AfterValidator(check)


def _lmtp(place: str) -> str:
    host, _, port = place.rpartition(":")
    if not place.startswith("/") and not (is_loopback(host) and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError('must be a socket such as "/run/dovecot/lmtp", or host and port of this machine')
    return place


def is_loopback(host: str) -> bool:
    """Whether ``host`` names this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


AT_LEAST_ONE = AfterValidator(_at_least_one)
MailAddress = Annotated[Address, PlainValidator(_address)]
ListKeyOrNone = Annotated[str, AfterValidator(lambda key, info: key and _known_list(key, info))]
ListKey = Annotated[str, AfterValidator(_known_list)]
OptionalListKey = Annotated[str, AfterValidator(_optional_list)]
Unanswered = Literal["flag", "ask a person", "suspend", "remove with a word"]
"""What a review does with those who do not answer."""
DayOfYear = Annotated[str, AfterValidator(_day_of_year)]
Recipient = Annotated[str, PlainValidator(_recipient)]
MemberBody = Annotated[str, AfterValidator(_member_body)]
Country = Annotated[str, AfterValidator(_country)]
LocalPath = Annotated[Path, AfterValidator(_from_folder)]
Domain = Annotated[str, AfterValidator(_domain)]
Keyword = Annotated[str, AfterValidator(_keyword)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
WebVersion = Annotated[str, AfterValidator(_web_version)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]
Tenant = Annotated[
    str,
    matching(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}", 'must be "common", "organizations", a domain or the id of a tenant'),
]
Dns = Annotated[Literal["system"] | Path, PlainValidator(_dns)]
Text = Annotated[str, Field(min_length=1)]
Hours = Annotated[
    str,
    matching(
        r"((?:[01]\d|2[0-3]):[0-5]\d)-(?!\1)(?:[01]\d|2[0-3]):[0-5]\d|",
        'must be two times, such as "22:00-07:00", or empty',
    ),
]
KeepTime = Annotated[
    str,
    matching(
        r"|[1-9]\d{0,2} (day|year)s?",
        'must be a number of days or years, such as "90 days" or "3 years", or "" for no end',
    ),
]
AtMost = Annotated[int, Field(ge=0)]
Preset = Literal["", "gmail", "google-workspace", "microsoft365", "icloud", "yahoo", "ses-sandbox"]
DomainName = Annotated[
    str,
    matching(
        r"default|[a-z0-9_-]+(\.[a-z0-9_-]+)+",
        'must be a domain in lower case, such as "gmail.com", or default for all others',
    ),
]
Port = Annotated[int, Field(ge=1, le=65535)]
Key = Annotated[
    str, matching(r"[a-z0-9][a-z0-9-]{0,39}", "must be a short name of lower-case letters, digits and hyphens")
]
Host = Annotated[str, matching(r"[A-Za-z0-9._:-]+", "must be a host name or an IP address")]
OptionalHost = Annotated[str, matching(r"[A-Za-z0-9._:-]*", "must be a host name or an IP address")]
Listen = Annotated[str, AfterValidator(_listen)]
Selector = Annotated[str, matching(SELECTOR, "must be a selector of letters, digits and hyphens (RFC 6376 3.1)")]
Group = Annotated[str, matching(r"([A-Za-z_][A-Za-z0-9_.-]{0,31})?", "must be the name of a group of this machine")]
Lmtp = Annotated[str, AfterValidator(_lmtp)]
OptionalLmtp = Annotated[str, AfterValidator(lambda place: place and _lmtp(place))]
Colour = Annotated[str, matching(r"#[0-9A-Fa-f]{6}", 'must be a colour such as "#0b5563"')]
Design = Annotated[str, AfterValidator(_design)]
OptionalPath = Annotated[Literal[""] | Path, PlainValidator(_optional_path)]
LanguageTag = Annotated[
    str, matching(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", 'must be a language tag (BCP 47) such as "en"')
]
Language = Annotated[
    LanguageTag,
    AfterValidator(_language_with_a_catalogue),
]
ListId = Annotated[
    str,
    matching(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", 'must be a list identifier (RFC 2919) such as "update.example.org"'),
]
