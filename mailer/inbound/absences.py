"""Mail that announces an absence by its words alone, in many languages.

It is a machine's only if its words leave no doubt: each part of its text says that somebody is away, until when, or
who can be reached meanwhile, or is courtesy. A mail with words of its own beside that is a person's (G2). Patterns are
sets of literal words, and the text that is looked at is bounded, so the time is linear in it (C7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum, auto
from functools import cached_property, lru_cache

from mailer.inbound.own_words import without_prefixes
from mailer.inbound.reply import own_text
from mailer.inbound.wording import folded, starts, words_of
from mailer.inbound.words.absences import (
    AUTOMATIC,
    AUTOMATIC_SENTENCES,
    AWAY,
    AWAY_SUBJECTS,
    BESIDE,
    LEFT,
    OWN_SENTENCES,
    PAST,
    PEOPLES,
)
from mailer.inbound.words.courtesy import DISCLAIMERS, GREETINGS, SIGN_OFFS
from mailer.message import Inbound

_LOOKED_AT = 3_000
"""Characters of a text that are looked at; a machine's longer words end with a signature."""
_PREFIX_FROM = 5
"""Letters from which a word of the tables stands for all that begin with it."""
_DOUBT = 0.15
"""The share of words without a known meaning that leaves no doubt, in a text of several parts."""

_BETWEEN = r"\W{1,3}(?:\w{1,30}\W{1,3}){0,3}"
"""What “…” stands for: up to three words."""
_SIGNATURE = 30
"""How many words a signature has at most."""

_CLAUSE = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=\d{4})|(?<=\)))[.!]+(?=\s|$)|[?]|[;\n。！、，؛]|,\s|:\s|\s[–—-]\s|\b(?:but|aber|mais|pero|maar|mutta|ale|но|але)\b"
)
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_NUMBERS = re.compile(r"^[\W\d_]*$|@|www\.|https?:|\+?\d[\d ()/.-]{5,}")


class _Says(Enum):
    MACHINE = auto()
    AWAY_UNTIL = auto()
    """Away, and until when, or who can be reached."""
    AWAY = auto()
    LEFT = auto()
    """Away for good, as people say of each other, too."""
    BESIDE = auto()
    NOTHING = auto()
    PERSON = auto()
    UNKNOWN = auto()


_SILENT = {_Says.BESIDE, _Says.NOTHING, _Says.UNKNOWN}
"""What a signature may say."""


def has_automatic_subject(subject: str) -> bool:
    """Whether the subject is one that machines write and people do not: “Automatic reply: …”."""
    text = folded(subject[:300]).strip()
    text = re.sub(r"^[\s\[(*]+", "", text)
    return _AUTOMATIC_SUBJECT.match(text) is not None


def announces_absence(mail: Inbound) -> bool:
    """Whether the mail's words leave no doubt that a machine wrote them for somebody who is away."""
    answers = bool(mail.references) or without_prefixes(mail.subject) != mail.subject.strip()
    return _leaves_no_doubt(own_text(mail)[:_LOOKED_AT], mail.subject, answers)


@lru_cache(maxsize=4)  # several rules in a row look at the same mail
def _leaves_no_doubt(text: str, subject: str, answers: bool) -> bool:
    """``answers`` says whether it answers a mail, as machines' notes do."""
    if _OWN.search(folded(text)):
        return True
    said = list(_said(text))
    kinds = [kind for kind, _ in said]
    if _Says.PERSON in kinds or "?" in text.replace("？", "?"):
        return False
    unknown = sum(words for kind, words in said if kind is _Says.UNKNOWN)
    words = sum(words for _, words in said)
    known = sum(kind not in (_Says.NOTHING, _Says.UNKNOWN) for kind in kinds)
    if unknown and (known < 3 or unknown > words * _DOUBT):
        return False
    if _Says.MACHINE in kinds or (_Says.AWAY in kinds and (answers or begins_away(subject))):
        return True
    if _Says.AWAY_UNTIL in kinds or ({_Says.AWAY, _Says.LEFT} & set(kinds) and _Says.BESIDE in kinds):
        return True
    return begins_away(subject) and (_Says.BESIDE in kinds or not said)


def begins_away(subject: str) -> bool:
    """Whether the subject is one that people who are away have their machines write; people write such ones, too."""
    return _AWAY_SUBJECT.match(folded(without_prefixes(subject))) is not None


def _said(text: str) -> Iterable[tuple[_Says, int]]:
    """What each clause of the text says, and how many words it has, up to a signature."""
    clauses = [clause.strip() for clause in _CLAUSE.split(text) if clause and clause.strip()]
    for place, clause in enumerate(clauses):
        words = words_of(clause)
        if not words:
            continue
        if (place and (starts(SIGN_OFFS).matches_any(words, 0) and len(words) <= 8)) or starts(DISCLAIMERS).matches_any(
            words, 0
        ):
            if _is_rest_signature(clauses[place + 1 :]):
                return
            yield _Says.NOTHING, len(words)
            continue
        yield _meaning(clause), len(words)


def _is_rest_signature(clauses: list[str]) -> bool:
    """Whether what follows a closing is a signature: short, and nothing in it speaks."""
    size = sum(len(words_of(clause)) for clause in clauses)
    return size <= _SIGNATURE and {_meaning(clause) for clause in clauses} <= _SILENT


def _meaning(clause: str) -> _Says:
    text = folded(clause)
    if _PEOPLES.search(text):
        return _Says.PERSON
    if _SELF.search(text):
        return _Says.MACHINE
    if _AWAY.search(text):
        return _Says.UNKNOWN if _PAST.search(text) else _kind_of_away(text)
    if _BESIDE.search(text):
        return _Says.BESIDE
    if _NUMBERS.search(clause) or _is_courtesy(clause) or _is_named(clause):
        return _Says.NOTHING
    return _Says.UNKNOWN


def _kind_of_away(text: str) -> _Says:
    until = _BESIDE.search(text) is not None
    if _LEFT.search(text):
        return _Says.AWAY if until else _Says.LEFT
    return _Says.AWAY_UNTIL if until else _Says.AWAY


def _is_courtesy(clause: str) -> bool:
    words = words_of(clause)
    greetings = starts(tuple(one for several in GREETINGS.values() for one in several))
    closings = starts(SIGN_OFFS)
    ends = [*greetings.matches(words, 0), *closings.matches(words, 0)]
    return bool(ends) and len(words) <= max(ends) + 4


def _is_named(clause: str) -> bool:
    """Whether the clause looks like a name, a month or a place."""
    written = clause.split()
    return len(written) <= 5 and all(not word[0].islower() for word in written) and _CJK.search(clause) is None


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds one of the phrases: whole words, beginnings of long ones, or anything in scripts without spaces."""
    literal = set(phrases)
    spaced = _by_letters([_parts(one) for one in literal if not _CJK.search(one)])
    joined = _by_letters([(folded(one), "") for one in literal if _CJK.search(one)])
    return re.compile(rf"(?<!\w){spaced}" + (f"|{joined}" if joined else ""))


def _parts(phrase: str) -> tuple[str, str]:
    """The literal beginning of a phrase, and the pattern of its rest."""
    words = phrase.rstrip("*")
    first, *others = [folded(part.strip()) for part in words.split("…")]
    end = "" if words != phrase or len(words) >= _PREFIX_FROM else r"(?!\w)"
    return first, "".join(_BETWEEN + re.escape(part) for part in others) + end


def _by_letters(parts: Iterable[tuple[str, str]], depth: int = 3) -> str:
    """A pattern of alternatives, sorted by their first letters, so that few are tried at a place."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for literal, rest in parts:
        groups.setdefault(literal[:1] if depth else "", []).append((literal[1:] if depth else literal, rest))
    written = []
    for letter, inside in sorted(groups.items()):
        if letter:
            written.append(re.escape(letter) + _by_letters(inside, depth - 1))
        else:
            longest = sorted(inside, key=lambda one: -len(one[0]))
            written += [re.escape(literal) + rest for literal, rest in longest]
    return f"(?:{'|'.join(written)})" if written else ""


def _all(tables: Iterable[Iterable[str]]) -> list[str]:
    return [phrase for phrases in tables for phrase in phrases]


class _Phrases:
    """Phrases whose pattern is made when the first text is read, because that takes longer than most commands."""

    def __init__(self, phrases: Iterable[str], make: Callable[[Iterable[str]], re.Pattern[str]]) -> None:
        self._phrases, self._make = tuple(phrases), make

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return self._make(self._phrases)

    def search(self, text: str) -> re.Match[str] | None:
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        return self._compiled.match(text)


_AWAY = _Phrases(_all(AWAY.values()), _pattern)
_BESIDE = _Phrases(_all(BESIDE.values()), _pattern)
_PEOPLES = _Phrases(PEOPLES, _pattern)
_PAST = _Phrases(PAST, _pattern)
_LEFT = _Phrases(LEFT, _pattern)
_OWN = _Phrases(OWN_SENTENCES, _pattern)
_SELF = _Phrases(AUTOMATIC_SENTENCES, _pattern)


def _subject(phrases: Iterable[str]) -> re.Pattern[str]:
    """Matches a subject that begins with one of the phrases, before a colon, a bracket, a dash or the end."""
    literal = "|".join(sorted((re.escape(folded(phrase)) for phrase in phrases), key=len, reverse=True))
    return re.compile(rf"(?:{literal})\s*(?:[\])]?\s*[:：]|[\])]|[.!]?$|\s-\s)")


_AUTOMATIC_SUBJECT = _Phrases(AUTOMATIC, _subject)
_AWAY_SUBJECT = _Phrases((one for one in AWAY_SUBJECTS if "…" not in one), _subject)
