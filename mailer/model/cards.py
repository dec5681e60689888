"""Contacts and organisations as vCards: written as version 4 (RFC 6350), read as versions 3 and 4.

Everything in a file is data of a stranger. No URL is fetched, and pictures, sounds and keys are passed over unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailer.message import Address, clean
from mailer.model.cldr import read_country, read_language
from mailer.model.list_file import FAULTS_SHOWN, Row, refused
from mailer.model.lists import Contact, Details, Kind, reachable
from mailer.model.organisations import Organisation

MOST_OCTETS = 20_000_000
"""The largest file that is read."""

MOST_LINE = 4_000
"""Characters of a property; more is a fault, unless it is passed over."""

MOST_PROPERTIES = 200
"""Properties of a card."""

FOLD_AT = 75
"""Octets of a line, without its end (RFC 6350 3.2)."""

READ = frozenset({"VERSION", "FN", "N", "ORG", "EMAIL", "LANG", "ADR", "URL", "KIND", "CATEGORIES", "NOTE"})
"""The properties that are read; all others are passed over."""


@dataclass(frozen=True, slots=True)
class Card:
    """What one card says. Every text may be empty."""

    name: str = ""
    organisation: str = ""
    emails: tuple[str, ...] = ()
    """The preferred one first."""
    languages: tuple[str, ...] = ()
    """The preferred one first, as they are written there."""
    country: str = ""
    """A code or a name."""
    website: str = ""
    categories: tuple[str, ...] = ()
    note: str = ""
    is_organisation: bool = False
    line: int = 0
    """Where it begins in a file."""


def is_card_file(raw: bytes) -> bool:
    """Whether a file is one of vCards."""
    return raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"")[:11].upper() == b"BEGIN:VCARD"


# --- how they are read ---


class _Line(NamedTuple):
    number: int
    name: str
    parameters: dict[str, str]
    value: str


_PROPERTY = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)((?:;(?:[^\":;]|\"[^\"]*\")*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)(?:=((?:[^\";]|\"[^\"]*\")*))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read(raw: bytes, name: str) -> Iterator[Card]:
    """The cards of a file. Raises ConfigError with the line of the first fault that makes it no file of vCards."""
    if len(raw) > MOST_OCTETS:
        raise refused(name, [f"{name}: has {len(raw)} octets; {MOST_OCTETS} are read. Split it"])
    lines: list[_Line] | None = None
    begin = 0
    for line in _lines(_text(raw, name), name):
        word = line.value.strip().upper()
        if line.name == "BEGIN" and word == "VCARD":
            if lines is not None:
                raise refused(name, [f"{name}:{line.number}: a card begins in the card of line {begin}"])
            lines, begin = [], line.number
        elif line.name == "END" and word == "VCARD" and lines is not None:
            yield _card(lines, name, begin)
            lines = None
        elif lines is None:
            raise refused(name, [f"{name}:{line.number}: is in no card; a card begins with BEGIN:VCARD"])
        elif line.name in READ:
            lines.append(line)
            if len(lines) > MOST_PROPERTIES:
                raise refused(name, [f"{name}:{begin}: the card has more than {MOST_PROPERTIES} properties"])
    if lines is not None:
        raise refused(name, [f"{name}:{begin}: the card does not end; END:VCARD is missing, the file may be cut off"])


def _text(raw: bytes, name: str) -> str:
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise refused(name, [f"{name}:{line}: is not UTF-8; export the cards as vCard 4, which always is"]) from None


def _lines(text: str, name: str) -> Iterator[_Line]:
    """The unfolded lines, but for those of properties that are passed over."""
    number, whole, at, wanted = 0, "", 0, True
    for number, physical in enumerate(_physical(text), 1):
        if physical[:1] in (" ", "\t") and at:
            if wanted:
                whole += physical[1:]
                if len(whole) > MOST_LINE:
                    raise refused(name, [f"{name}:{at}: is longer than {MOST_LINE} characters"])
            continue
        if whole:
            yield _parsed(whole, name, at)
        at, wanted = number, _is_wanted(physical)
        whole = physical if wanted and physical.strip() else ""
        if len(whole) > MOST_LINE:
            raise refused(name, [f"{name}:{at}: is longer than {MOST_LINE} characters"])
    if whole:
        yield _parsed(whole, name, at)


def _physical(text: str) -> Iterator[str]:
    """The lines of the file, by CRLF, LF or CR alone, without their ends."""
    start = 0
    for end in re.finditer(r"\r\n|\n|\r", text):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


_PASSED_OVER = re.compile(r"(?:[A-Za-z0-9-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT|X-[A-Za-z0-9-]+)(?=[;:])", re.IGNORECASE)


def _is_wanted(physical: str) -> bool:
    return _PASSED_OVER.match(physical) is None


def _parsed(line: str, name: str, number: int) -> _Line:
    found = _PROPERTY.fullmatch(line)
    if found is None:
        shown = clean(line, 40)
        raise refused(name, [f"{name}:{number}: “{shown}” is no line of a vCard, which looks like NAME:value"])
    parameters = {key.upper(): (value or "").strip('"') for key, value in _PARAMETER.findall(found[2])}
    return _Line(number, found[1].upper(), parameters, found[3])


def _card(lines: Sequence[_Line], name: str, begin: int) -> Card:
    version = next((line.value.strip() for line in lines if line.name == "VERSION"), "")
    if version not in ("3.0", "4.0"):
        said = f"is of version {clean(version, 10)}" if version else "names no version"
        raise refused(name, [f"{name}:{begin}: the card {said}; versions 3.0 and 4.0 are read: export it as vCard 4"])
    by_name: dict[str, list[_Line]] = {}
    for line in lines:
        by_name.setdefault(line.name, []).append(line)

    def text(key: str) -> str:
        found = sorted(by_name.get(key, ()), key=_preference)
        return clean(_unescaped(found[0].value)) if found else ""

    parts = _parts(_preferred(by_name, "N"), ";")
    composed = clean(" ".join(filter(None, [*parts, "", ""][1::-1]))) if parts else ""
    addresses = sorted(by_name.get("ADR", ()), key=_preference)
    places = _parts(addresses[0].value, ";") if addresses else []
    categories = _parts(_preferred(by_name, "CATEGORIES"), ",")
    return Card(
        name=text("FN") or composed,
        organisation=clean((_parts(_preferred(by_name, "ORG"), ";") or [""])[0]),
        emails=tuple(_values(by_name.get("EMAIL", ()))),
        languages=tuple(_values(by_name.get("LANG", ()))),
        country=clean(places[6]) if len(places) > 6 else "",
        website=text("URL"),
        categories=tuple(filter(None, map(clean, categories))),
        note=text("NOTE"),
        is_organisation=text("KIND").casefold() == "org",
        line=begin,
    )


def _preferred(by_name: dict[str, list[_Line]], key: str) -> str:
    """The value of the preferred property of this name, as it is written; empty if there is none."""
    found = sorted(by_name.get(key, ()), key=_preference)
    return found[0].value if found else ""


def _preference(line: _Line) -> int:
    """PREF=1 comes first (RFC 6350 5.3), as does TYPE=pref of version 3; what says nothing is last."""
    preferred = line.parameters.get("PREF")
    if preferred is not None and preferred.isdecimal():
        return int(preferred[:3])
    return 1 if preferred == "" or "pref" in line.parameters.get("TYPE", "").casefold().split(",") else 101


def _values(lines: Iterable[_Line]) -> list[str]:
    ordered = sorted(lines, key=_preference)
    found = (clean(_unescaped(line.value)).removeprefix("mailto:") for line in ordered)
    return list(dict.fromkeys(filter(None, found)))


def _parts(value: str, mark: str) -> list[str]:
    """The components of a value, which a backslash may protect."""
    parts = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(mark)}", value)
    joined = [part + protected for part, protected in zip(parts[::2], [*parts[1::2], ""], strict=True)]
    return [_unescaped(part) for part in joined] if value else []


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


# --- cards as rows of a list ---


@dataclass(frozen=True, slots=True)
class CardFile:
    """A file of vCards that is imported into a list."""

    name: str
    raw: bytes
    local_domains: Collection[str] = ()
    own: Address | None = None

    def rows(self, read_so_far: Callable[[int], object] = lambda octets: None) -> Iterator[Row]:
        """A row for each card. Raises ConfigError at the end if there are faults, with the line of each card."""
        problems: list[str] = []
        seen: dict[str, int] = {}
        for card in read(self.raw, self.name):
            where = f"{self.name}:{card.line}"
            faults: list[str] = []
            row = _row(card, faults, self.local_domains, self.own)
            if row is not None and row.address.key in seen:
                faults.append(f"{row.address} is on line {seen[row.address.key]} already")
            problems += [f"{where}: {fault}" for fault in faults]
            if len(problems) >= FAULTS_SHOWN:
                problems.append(f"{self.name}: there may be more; only the first {FAULTS_SHOWN} faults are shown")
                break
            if row is not None and not faults:
                seen[row.address.key] = card.line
                if not problems:
                    yield row
        read_so_far(len(self.raw))
        if problems:
            raise refused(self.name, problems)


def _row(card: Card, faults: list[str], local_domains: Collection[str], own: Address | None) -> Row | None:
    country = language = ""
    try:
        country = read_country(card.country)
    except ValueError as fault:
        faults.append(str(fault))
    try:
        language = read_language(card.languages[0]) if card.languages else ""
    except ValueError as fault:
        faults.append(str(fault))
    kinds = {kind.value.casefold(): kind for kind in Kind}
    kind = next((kinds[word.casefold()] for word in card.categories if word.casefold() in kinds), None)
    organisation = card.organisation or (card.name if card.is_organisation else "")
    name = "" if card.is_organisation else card.name
    if not card.emails:
        faults.append(f"the card of {card.name or 'nobody'} has no EMAIL")
        return None
    try:
        address = reachable(card.emails[0], local_domains, name, own)
    except ValueError as fault:
        faults.append(str(fault))
        return None
    return Row(address, Details(name, organisation, kind, country, language))


# --- how they are written ---


def write(cards: Iterable[Card]) -> Iterator[str]:
    """The cards as a file of version 4, a part for each."""
    for card in cards:
        lines = ["BEGIN:VCARD", "VERSION:4.0", f"KIND:{'org' if card.is_organisation else 'individual'}"]
        lines.append(f"FN:{_escaped(card.name or card.organisation or (card.emails or ('',))[0])}")
        if card.organisation:
            lines.append(f"ORG:{_escaped(card.organisation)}")
        lines += [f"EMAIL;PREF={place}:{_escaped(one)}" for place, one in enumerate(card.emails, 1)]
        lines += [f"LANG;PREF={place}:{_escaped(tag)}" for place, tag in enumerate(card.languages, 1)]
        if card.country:
            lines.append(f"ADR:;;;;;;{_escaped(card.country)}")
        if card.website:
            lines.append(f"URL:{_escaped(card.website)}")
        if card.categories:
            lines.append(f"CATEGORIES:{','.join(map(_escaped, card.categories))}")
        if card.note:
            lines.append(f"NOTE:{_escaped(card.note)}")
        lines.append("END:VCARD")
        yield "".join(f"{folded(line)}\r\n" for line in lines)


def card_of(contact: Contact, organisation: Organisation | None = None) -> Card:
    """A contact's card."""
    details = contact.details
    return Card(
        name=details.name,
        organisation=organisation.name if organisation else details.organisation,
        emails=(contact.address,),
        languages=(details.language,) if details.language else (),
        country=details.country or (organisation.country if organisation else ""),
        website=organisation.website if organisation else "",
        categories=(details.kind.value,) if details.kind else (),
    )


def write_organisations(rows: Iterable[tuple[Organisation, Sequence[Contact]]]) -> Iterator[str]:
    """A card for each organisation, followed by those of its contacts."""
    for one, contacts in rows:
        own = Card(
            name=one.name,
            organisation=one.name,
            languages=one.languages,
            country=one.country,
            website=one.website,
            categories=(one.kind.value,) if one.kind else (),
            note=one.reach,
            is_organisation=True,
        )
        yield from write([own, *(card_of(contact, one) for contact in contacts)])


def _escaped(value: str) -> str:
    """TEXT (RFC 6350 3.4)."""
    return re.sub(r"[\\,;]", r"\\\g<0>", value).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def folded(line: str) -> str:
    """The line in lines of at most 75 octets; no character is cut in two."""
    parts, part, octets = [], "", 0
    for letter in line:
        size = len(letter.encode("utf-8", "surrogatepass"))
        if octets + size > FOLD_AT:
            parts.append(part)
            part, octets = " ", 1
        part += letter
        octets += size
    return "\r\n".join([*parts, part])
