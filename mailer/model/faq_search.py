"""Which entries answer a question: the full-text index finds those that may, and this says how well each does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from mailer.model.faq import Asked, Entry
from mailer.model.faq_words import everyday_words, terms

PREFIX = 3
"""Letters by which words are found that are akin, or spelt wrongly."""

_KIN = 0.75
"""What a word that is akin to the one asked counts, beside one that is the same."""
_UNKNOWN = 0.5
"""In how many entries a word counts as being that is in none."""
_ASKING = 0.4
"""What a word that only asks, such as “when”, counts beside one that says about what."""
_ANSWER = 0.45
"""What a word in the answer counts, beside one in the question."""
_PHRASE = 0.5
"""What it adds if the whole question is about the same, beside all its words being there."""

SURE, PERHAPS = 0.55, 0.3
"""What an entry needs that answers the question for certain, and one that may answer it."""
_NEAR = 0.7
"""What a further entry needs of what the best one has, to be sent, too."""
_ALIKE = 0.5
"""How much of their words two questions share that are the same question."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as the index has it: the stems of its words."""

    number: int
    questions: tuple[tuple[str, ...], ...]
    """Of its question, and of each other way to ask it."""
    answer: tuple[str, ...]

    @property
    def terms(self) -> frozenset[str]:
        """Each stem once."""
        return frozenset(self.answer).union(*self.questions)


def indexed(entry: Entry, language: str) -> Indexed:
    """The entry as the index has it."""
    questions = tuple(terms(words, language) for words in (entry.question, *entry.also))
    return Indexed(entry.number, questions, tuple(dict.fromkeys(terms(entry.answer, language, asks=False))))


class Match(NamedTuple):
    """An entry, and how well it answers."""

    number: int
    score: float
    is_firm: bool
    """Whether two of the words that say about what are in it, or all."""


def wanted(question: str, language: str) -> tuple[str, ...]:
    """The stems by which a question is looked for, each once."""
    return tuple(dict.fromkeys(terms(question, language)))


def prefixes(stems: Iterable[str]) -> tuple[str, ...]:
    """How the words begin that may be akin to these, or meant by them."""
    return tuple(dict.fromkeys(stem[:PREFIX] for stem in stems if len(stem) > PREFIX))


def ranked(stems: Sequence[str], found: Sequence[Indexed], size: int) -> list[Match]:
    """How well each of these entries answers, the best first. ``size``: how many entries there are in all."""
    weights = _weights(stems, found, size)
    whole = sum(weights[stem] for stem in stems)
    matches = (_match(stems, one, weights, whole) for one in found)
    return sorted(matches, key=lambda match: (-match.score, match.number))


class Answer(NamedTuple):
    """What a question is answered with."""

    numbers: tuple[int, ...]
    """Of entries, the best first; empty if none may answer it."""
    is_sure: bool
    """Whether the best one answers it; otherwise a person has to see to it, too."""


def answer(matches: Sequence[Match], most: int) -> Answer:
    """What is answered with these matches, the best first."""
    best = matches[0].score if matches else 0.0
    least = max(PERHAPS, best * _NEAR)
    return Answer(
        tuple(one.number for one in matches[:most] if one.score >= least), best >= SURE and matches[0].is_firm
    )


def _weights(stems: Iterable[str], found: Sequence[Indexed], size: int) -> dict[str, float]:
    """What rare words tell more than frequent ones. A word that no entry has tells that they are about other things."""
    frequent = Counter(stem for one in found for stem in one.terms)
    counted = {stem: frequent[stem] or _UNKNOWN for stem in {*stems, *frequent}}
    return {stem: log(1 + size / many) * (_ASKING if stem.isupper() else 1) for stem, many in counted.items()}


def _match(stems: Sequence[str], one: Indexed, weights: Mapping[str, float], whole: float) -> Match:
    questions, answers = frozenset[str]().union(*one.questions), frozenset(one.answer)
    has = {stem: max(_in(stem, questions), _ANSWER * _in(stem, answers)) for stem in stems}
    covered = sum(weights[stem] * part for stem, part in has.items()) / whole if whole else 0.0
    phrase = max((_same(stems, words, weights) for words in one.questions), default=0.0)
    told = [part > 0 for stem, part in has.items() if not stem.isupper()]
    return Match(one.number, covered + _PHRASE * phrase, bool(told) and sum(told) >= min(2, len(told)))


def _same(stems: Sequence[str], words: Sequence[str], weights: Mapping[str, float]) -> float:
    """How much two questions share, from 0 to 1: both of what is asked, and of what is answered."""
    mine, theirs = frozenset(stems), frozenset(words)
    shared = sum(weights[stem] * _in(stem, theirs) for stem in mine)
    back = sum(weights.get(stem, 0.0) * _in(stem, mine) for stem in theirs)
    whole = sum(weights[stem] for stem in mine) + sum(weights.get(stem, 0.0) for stem in theirs)
    return (shared + back) / whole if whole else 0.0


def _in(stem: str, words: frozenset[str]) -> float:
    if stem in words:
        return 1.0
    return _KIN if any(_akin(stem, word) for word in words) else 0.0


def _akin(one: str, other: str) -> bool:
    """Whether two stems are of the same family (certificate, certified), or one is the other with a slip of the pen."""
    if one[:PREFIX] != other[:PREFIX]:
        return False
    short, long = sorted((one, other), key=len)
    if len(short) <= PREFIX:
        return False
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(short))
    if shared >= max(5, 0.6 * len(long)) or (shared == len(short) >= 4 and len(long) - len(short) <= 2):
        return True
    return len(short) >= 5 and _one_slip(short, long)


def _one_slip(short: str, long: str) -> bool:
    """Whether one letter is wrong, missing or too many, or two stand in the wrong order."""
    if len(long) - len(short) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


def language_of(question: str, languages: Sequence[str], own: str) -> list[str]:
    """The languages in which a question is looked for, the likeliest first. ``own``: that of who asks."""
    said = {language: everyday_words(question, language) for language in languages}
    primary = own.lower().partition("-")[0]
    return sorted(
        languages, key=lambda language: (-said[language], language.lower().partition("-")[0] != primary, language)
    )


def grouped(asked: Sequence[Asked]) -> list[tuple[Asked, ...]]:
    """Questions of one language that are the same, in groups; the largest first, then as they were asked."""
    groups: list[list[tuple[Asked, frozenset[str]]]] = []
    for one in asked:
        stems = frozenset(terms(one.question, one.language))
        alike = next((group for group in groups if any(_alike(one, stems, other) for other in group)), None)
        if alike is None:
            groups.append([(one, stems)])
        else:
            alike.append((one, stems))
    found = [tuple(one for one, _ in group) for group in groups]
    return sorted(found, key=lambda group: -len(group))


def _alike(one: Asked, stems: frozenset[str], other: tuple[Asked, frozenset[str]]) -> bool:
    if one.language.partition("-")[0] != other[0].language.partition("-")[0]:
        return False
    both = len(stems) + len(other[1])
    return bool(both) and 2 * len(stems & other[1]) / both >= _ALIKE
