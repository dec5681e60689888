"""The ``Key: value`` lines of a sign-up, and what is wrong with them, without repeating the writer's words (B1)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from mailer.inbound.days import NotRead
from mailer.inbound.pauses import read_pause
from mailer.inbound.words.details import ADDRESSES, ALL, DETAILS, FORMATS, KINDS, NOTHING, OWN, TO
from mailer.message import clean
from mailer.model.cldr import country_code, language_tag, nearest_country, nearest_language
from mailer.model.lists import Details, Format, Kind
from mailer.model.publishing import USUAL, Part, in_order
from mailer.phrases import Phrase, phrase

_LINE = re.compile(r"([^\W\d_][\w ./-]{0,30}?)\s*[:：]\s*(.{0,400})")
_PROBLEMS = 10

_KEYS = {label: key for key, labels in DETAILS.items() for label in labels}
_NAMED = re.compile(
    rf"(?:(?:{'|'.join(OWN)})\s+)?({'|'.join(map(re.escape, sorted(_KEYS, key=len, reverse=True)))})"
    rf"(?:\s*[:：=]\s*|\s+(?:{'|'.join(TO)})\s+|\s+|(?=[^\x00-\u2fff]))(\S.{{0,400}})?",
    re.IGNORECASE,
)
"""A detail and its new value on one line; languages without spaces need none between them."""

_KINDS = {name: kind for kind, names in KINDS.items() for name in names}
_FORMATS = {name: wanted for wanted, names in FORMATS.items() for name in names}

PAUSE = "pause"
"""The key of the day until which no issue is sent, which is none of ``Details`` either."""

_Value = str | Kind | Format

PUBLISH = "publish"
"""The key of what may be published, which is none of ``Details``."""


def read_details(lines: Iterable[str], name: str) -> tuple[Details, tuple[Phrase, ...]]:
    """The details in the lines, and the problems. ``name`` is used if they give none; other lines are ignored."""
    found: dict[str, Any] = {"name": name}
    given: set[str] = set()
    problems: list[Phrase] = []
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        written = match[1].lower()
        key = _KEYS.get(written)
        if key is None or key in (PUBLISH, PAUSE):
            unknown = phrase("its key is not one that we know.")
            nearest = _nearest_key(written) if len(problems) < _PROBLEMS else ""  # it takes long to find
            problems.append(_at(number, _with_nearest(unknown, nearest)))
        elif key in given:
            problems.append(_at(number, phrase("%(key)s was given before; the first one counts.", key=key.title())))
        else:
            given.add(key)
            try:
                found[key] = _READERS[key](clean(match[2]))
            except Unknown as fault:
                problems.append(_at(number, fault.problem))
    return replace(Details(), **found), tuple(problems[:_PROBLEMS])


def is_field(line: str, first: bool = False) -> bool:
    """Whether the line is ``Key: value``; a first line only with a key that we know."""
    match = _LINE.fullmatch(line.strip())
    return match is not None and (match[1].lower() in _KEYS or (not first and len(match[1].split()) <= 3))


def read_changes(lines: Iterable[str], today: date) -> tuple[Mapping[str, str], tuple[Phrase, ...]]:
    """The details that the lines change, by name, and the problems; an empty value drops what is known."""
    changed: dict[str, str] = {}
    problems = []
    for line in lines:
        if match := _LINE.fullmatch(line.strip()):
            key, value = _KEYS.get(match[1].lower()), clean(match[2])
            try:
                if key == PAUSE:
                    changed[key] = pause_of(value, today) if value else ""
                elif key is not None:
                    changed[key] = str(_READERS[key](value)) if value else ""
            except Unknown as fault:
                problems.append(fault.problem)
    return changed, tuple(problems[:_PROBLEMS])


def pause_of(written: str, today: date) -> str:
    """The day on which mail comes again, as it is stored; empty ends a pause. Raises Unknown."""
    try:
        until = read_pause(written, today)
    except NotRead as fault:
        raise Unknown(phrase("%(label)s: %(problem)s.", label=phrase("Pause until"), problem=fault.reason)) from None
    return until.isoformat() if until else ""


def as_line(words: str) -> str | None:
    """“language to French” as “language: French”; None if it does not begin with the name of a detail."""
    match = _NAMED.fullmatch(words.strip())
    return f"{match[1]}: {match[2] or ''}" if match else None


def details_of(values: Mapping[str, str]) -> dict[str, Any]:
    """Values of Details that were stored as text."""
    values = {name: value for name, value in values.items() if name not in (PUBLISH, PAUSE)}
    kinds: dict[str, Callable[[str], object]] = {"kind": Kind, "format": Format}
    empty: dict[str, Any] = {"kind": None, "format": None}
    return {name: kinds.get(name, str)(value) if value else empty.get(name, "") for name, value in values.items()}


def published_of(values: Mapping[str, str]) -> tuple[Part, ...] | None:
    """What may be published, if the values say that."""
    return in_order(filter(None, values[PUBLISH].split(","))) if PUBLISH in values else None


def pause_in(values: Mapping[str, str]) -> date | Literal[False] | None:
    """Until when they pause, if the values say that; None ends a pause, and False leaves it as it is."""
    if PAUSE not in values:
        return False
    return date.fromisoformat(values[PAUSE]) if values[PAUSE] else None


class Unknown(ValueError):
    """A value that is none of those that its key can have."""

    def __init__(self, problem: Phrase) -> None:
        self.problem = problem
        super().__init__(problem)


def _at(number: int, problem: Phrase) -> Phrase:
    return phrase("Line %(number)s: %(problem)s", number=number, problem=problem)


def _with_nearest(problem: Phrase, word: str) -> Phrase:
    """``problem``, and the ``word`` that was most likely meant, if there is one."""
    return phrase("%(problem)s Did you mean “%(word)s”?", problem=problem, word=word) if word else problem


def _nearest(written: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(written[:40].lower(), list(known), 1, cutoff=0.7)
    return close[0].capitalize() if close else ""


def _nearest_key(written: str) -> str:
    return _nearest(written, (*DETAILS, "organization")) or _nearest(written, _KEYS)


def _one_of(known: Mapping[str, _Value], label: str, allowed: Iterable[str]) -> Callable[[str], _Value]:
    def read(value: str) -> _Value:
        try:
            return known[value.lower()]
        except KeyError:
            problem = phrase("%(key)s is one of %(words)s.", key=label, words=", ".join(allowed))
            raise Unknown(_with_nearest(problem, _nearest(value, known))) from None

    return read


def _country(value: str) -> str:
    if code := country_code(value):
        return code
    raise Unknown(_with_nearest(phrase("Country is a name or a code such as KE or FR."), nearest_country(value)))


def _language(value: str) -> str:
    if tag := language_tag(value):
        return tag
    raise Unknown(_with_nearest(phrase("Language is a code such as en, fr or pt-br."), nearest_language(value)))


def _parts(value: str) -> str:
    """What may be published, as it is stored: “name, country”, “all” or “nothing”."""
    words = [word.strip(" .!。") for word in _BETWEEN.split(value.lower())]
    found = [_PARTS[word] for word in words if word in _PARTS]
    if words and all(word in ALL for word in words):
        found = list(USUAL)
    elif (strange := [word for word in words if word and word not in _PARTS]) and strange[0] not in NOTHING:
        allowed = [*(part.value for part in Part), "nothing"]
        problem = phrase("%(key)s is one of %(words)s.", key="Publish", words=", ".join(allowed))
        raise Unknown(_with_nearest(problem, _nearest(strange[0], _PARTS)))
    return ",".join(in_order(found))


_BETWEEN = re.compile(r"\s*[,;、，؛،/+&]\s*|\s+(?:and|et|y|und|e|и|と|和|و)\s+")
_PARTS: Mapping[str, Part] = {
    **{word: Part(key) for key in ("name", "country", "organisation") for word in DETAILS[key]},
    **dict.fromkeys(ADDRESSES, Part.ADDRESS),
}

_READERS: dict[str, Callable[[str], _Value]] = {
    "name": str,
    "organisation": str,
    "country": _country,
    "kind": _one_of(_KINDS, "Kind", [kind.value for kind in Kind]),
    "language": _language,
    PUBLISH: _parts,
    "format": _one_of(_FORMATS, "Format", [wanted.value for wanted in Format]),
}
