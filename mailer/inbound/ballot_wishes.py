"""What an editor wants with a ballot, in the first line of a reply to its notice, or as an argument of a command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from mailer.inbound.words.ballots import DAYS, EXTEND, REMIND, WEEKS, WITHDRAW, WORKING_DAYS
from mailer.model.approvals import Outcome
from mailer.model.working_days import Span

LONGEST = 366
"""Days by which a deadline can be extended at once; what is more is a slip."""


class Verb(StrEnum):
    """What can be done with a ballot by a reply."""

    REMIND = "remind"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor wants with a ballot."""

    verb: Verb
    span: Span | None = None
    """By how much it is to be extended."""


def read_wish(line: str) -> Wish | None:
    """What the first line of a reply asks for; None if it is nothing that can be done by a reply."""
    words = _words(line)
    for verb, table in ((Verb.REMIND, REMIND), (Verb.WITHDRAW, WITHDRAW)):
        if words in _all(table):
            return Wish(verb)
    found = _EXTENSION.fullmatch(words)
    span = read_span(found[1]) if found else None
    return Wish(Verb.EXTEND, span) if span else None


def read_span(text: str) -> Span | None:
    """A length of time such as ``2 days``, ``1 week`` or ``3 working days``; None if it is none, or too long."""
    found = _SPAN.fullmatch(_words(text))
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    days = number * 7 if unit in _all(WEEKS) else number
    return Span(days, working=unit in _all(WORKING_DAYS)) if 0 < days <= LONGEST else None


def words_for(language: str, outcome: Outcome) -> dict[str, str]:
    """What can be done by a reply with a ballot that stands so, and in which words; empty for what cannot."""
    verbs = {
        "remind": _first(REMIND, language),
        "extend": f"{_first(EXTEND, language)} 2 {_plural(DAYS, language)}",
        "extend_working": f"{_first(EXTEND, language)} 3 {_plural(WORKING_DAYS, language)}",
        "withdraw": _first(WITHDRAW, language),
    }
    return {name: words if outcome in POSSIBLE[name.partition("_")[0]] else "" for name, words in verbs.items()}


POSSIBLE: Mapping[str, frozenset[Outcome]] = {
    "remind": frozenset({Outcome.OPEN}),
    "extend": frozenset({Outcome.OPEN, Outcome.UNDECIDED, Outcome.LAPSED}),
    "withdraw": frozenset(Outcome) - {Outcome.WITHDRAWN, Outcome.CANCELLED},
}
"""How a ballot may stand for each of them."""


def _first(table: Mapping[str, tuple[str, ...]], language: str) -> str:
    return (table.get(language.partition("-")[0]) or table["en"])[0]


def _plural(table: Mapping[str, tuple[str, ...]], language: str) -> str:
    return (table.get(language.partition("-")[0]) or table["en"])[1]


def _words(text: str) -> str:
    """The words in lower case, without the emphasis and punctuation that may stand around them."""
    return " ".join(text.casefold().strip("*_.!¡“”\"'«» \t\xa0\ufeff").split())


def _all(table: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(word.casefold() for words in table.values() for word in words)


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SPAN = re.compile(rf"([0-9]{{1,3}}) ({_any(_all(DAYS) | _all(WEEKS) | _all(WORKING_DAYS))})")
_EXTENSION = re.compile(rf"(?:{_any(_all(EXTEND))}) (.+)")
