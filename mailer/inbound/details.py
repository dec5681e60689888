"""The ``Key: value`` lines of a sign-up, and what is wrong with them, without repeating the writer's words (B1)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mailer.message import clean
from mailer.model.lists import Details, Format, Kind
from mailer.phrases import Phrase, phrase

_LINE = re.compile(r"([^\W\d_][\w ./-]{0,30}?)\s*[:：]\s*(.{0,400})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}", re.ASCII)
_PROBLEMS = 10

_KEYS = {
    "name": "name",
    "organisation": "organisation",
    "organization": "organisation",
    "kind": "kind",
    "country": "country",
    "language": "language",
    "format": "format",
}
_KINDS = {
    **{kind.value: kind for kind in Kind},
    **{kind.name.lower(): kind for kind in Kind},
    "labor union": Kind.LABOUR,
    "labor": Kind.LABOUR,
    "trade union": Kind.LABOUR,
    "union": Kind.LABOUR,
    "consumer organization": Kind.CONSUMER,
    "media organization": Kind.MEDIA,
    "consulting": Kind.CONSULTANCY,
}
_LANGUAGES = dict(
    pair.split()
    for pair in (
        *(
            "english en",
            "français fr",
            "french fr",
            "español es",
            "spanish es",
            "deutsch de",
            "german de",
            "русский ru",
        ),
        *(
            "russian ru",
            "português pt",
            "portuguese pt",
            "中文 zh",
            "chinese zh",
            "日本語 ja",
            "japanese ja",
            "العربية ar",
        ),
        *("arabic ar", "한국어 ko", "korean ko", "italiano it", "italian it", "svenska sv", "swedish sv", "thai th"),
    )
)
_FORMATS = {**{wanted.value: wanted for wanted in Format}, "plain": Format.TEXT, "plain text": Format.TEXT}

_Value = str | Kind | Format


def read_details(lines: Iterable[str], name: str) -> tuple[Details, tuple[Phrase, ...]]:
    """The details in the lines, and the problems. ``name`` is used if they give none; other lines are ignored."""
    found: dict[str, Any] = {"name": name}
    given: set[str] = set()
    problems = []
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        written = match[1].lower()
        key = _KEYS.get(written)
        if key is None:
            problems.append(_at(number, _with_nearest(phrase("its key is not one that we know."), written, _KEYS)))
        elif key in given:
            problems.append(_at(number, phrase("%(key)s was given before; the first one counts.", key=key.title())))
        else:
            given.add(key)
            try:
                found[key] = _READERS[key](clean(match[2]))
            except _Unknown as fault:
                problems.append(_at(number, fault.problem))
    return replace(Details(), **found), tuple(problems[:_PROBLEMS])


def only_details(lines: Iterable[str]) -> bool:
    """Whether each line that is not blank is a ``Key: value`` line with a key that we know."""
    matches = [_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
    return all(match is not None and match[1].lower() in _KEYS for match in matches)


class _Unknown(ValueError):
    """A value that is none of those that its key can have."""

    def __init__(self, problem: Phrase) -> None:
        self.problem = problem
        super().__init__(problem)


def _at(number: int, problem: Phrase) -> Phrase:
    return phrase("Line %(number)s: %(problem)s", number=number, problem=problem)


def _with_nearest(problem: Phrase, written: str, known: Iterable[str]) -> Phrase:
    """``problem``, and the one of the ``known`` words that was most likely meant."""
    close = difflib.get_close_matches(written[:40].lower(), list(known), 1, cutoff=0.7)
    if not close:
        return problem
    return phrase("%(problem)s Did you mean “%(word)s”?", problem=problem, word=close[0].capitalize())


def _one_of(known: Mapping[str, _Value], label: str, allowed: Iterable[str]) -> Callable[[str], _Value]:
    def read(value: str) -> _Value:
        try:
            return known[value.lower()]
        except KeyError:
            problem = phrase("%(key)s is one of %(words)s.", key=label, words=", ".join(allowed))
            raise _Unknown(_with_nearest(problem, value, known)) from None

    return read


def _language(value: str) -> str:
    tag = _LANGUAGES.get(value.lower(), value.lower().replace("_", "-"))
    if not _LANGUAGE.fullmatch(tag):
        raise _Unknown(_with_nearest(phrase("Language is a code such as en, fr or pt-br."), value, _LANGUAGES))
    return tag


_READERS: dict[str, Callable[[str], _Value]] = {
    "name": str,
    "organisation": str,
    "country": str,
    "kind": _one_of(_KINDS, "Kind", [kind.value for kind in Kind]),
    "language": _language,
    "format": _one_of(_FORMATS, "Format", [wanted.value for wanted in Format]),
}
