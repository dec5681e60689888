"""Words of people compared with tables of phrases (``inbound/words``), in any script.

A text becomes words: folded, without accents and punctuation; a character of Chinese or Japanese is a word. A
vocabulary finds what a sentence consists of. It looks at each place once, and callers bound the text, so the time is
linear (C7).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

_CJK = "\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f"
_WORD = re.compile(
    rf"[^\s<>()\[\],;:]{{1,200}}@[^\s<>()\[\],;:]{{1,250}}"
    rf"|(?:https?://|www\.)[^\s<>]{{1,500}}|[{_CJK}]|(?:(?![{_CJK}])[^\W_]){{1,80}}|[.!?…]+|\n"
)
_INVISIBLE = re.compile("[\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff]|[\u064b-\u0652]")
_ALIKE = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "ı": "i", "ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي",
        "ة": "ه",
        "。": ".", "！": "!", "？": "?", "؟": "?", "．": ".", "｡": ".", "¿": " ", "¡": " ", "；": ".", "ß": "ss",
        "ø": "o", "ł": "l", "đ": "d",
    }
)  # fmt: skip
_ENDS = frozenset(".!?…")
_NOT = re.compile(r"n't\b")

Words: TypeAlias = tuple[str, ...]


class Sentence(NamedTuple):
    """Words up to a full stop, a question mark, an exclamation mark or the end."""

    words: Words
    asks: bool
    """It ends with a question mark."""


def folded(text: str) -> str:
    """``text`` as it is compared: without case, accents and invisible characters, and letters that are alike as one."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().translate(_ALIKE)
    text = _NOT.sub(" not", text)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    kept = (
        character
        for place, character in enumerate(decomposed)
        if not (unicodedata.combining(character) and character not in "\u3099\u309a")
    )
    return unicodedata.normalize("NFC", "".join(kept)).translate(_ALIKE)


def words_of(text: str) -> Words:
    """The words of ``text``, without its punctuation."""
    return _words_of_short(text) if len(text) <= _SHORT else _words_of(text)


def _words_of(text: str) -> Words:
    return tuple(word for word in _WORD.findall(folded(text)) if word != "\n" and word[0] not in _ENDS)


_SHORT = 200
_words_of_short = lru_cache(maxsize=1_000)(_words_of)
"""Several rules look at the same line."""


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of ``text`` that have words."""
    found: list[Sentence] = []
    words: list[str] = []
    for word in [*_WORD.findall(folded(text)), "."]:
        if word[0] in _ENDS:
            if words:
                found.append(Sentence(tuple(words), "?" in word))
            words = []
        elif word != "\n":
            words.append(word)
    return found


class _Trie:
    """Phrases by their words."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, _Trie] = {}
        self.ends = False

    def add(self, words: Words) -> None:
        node = self
        for word in words:
            node = node.next.setdefault(word, _Trie())
        node.ends = True

    def matches(self, words: Words, start: int) -> Iterator[int]:
        """Where the phrases end that begin at ``start``."""
        node: _Trie | None = self
        for place in range(start, len(words)):
            node = node.next.get(words[place]) if node else None
            if node is None:
                return
            if node.ends:
                yield place + 1

    def matches_any(self, words: Words, start: int) -> bool:
        """Whether a phrase begins at ``start``."""
        return any(True for _ in self.matches(words, start))


GAP = "…"
_ELEMENT = re.compile(r"…|\{\w+\}|[^…{}]+")


def _elements(phrase: str) -> tuple[str | Words, ...]:
    """The parts of a phrase: words, ``…`` for a gap, ``{me}`` for a class of words, which may stand after a gap."""
    parts: list[str | Words] = []
    for part in _ELEMENT.findall(phrase):
        if part.startswith("{"):
            parts += [GAP, part.strip("{}")] if parts and parts[-1] != GAP else [part.strip("{}")]
        elif part == GAP:
            parts.append(GAP)
        elif words := words_of(part):
            parts.append(words)
    return tuple(parts)


@dataclass(frozen=True)
class Vocabulary:
    """What sentences of one language consist of: phrases with a meaning, and fillers around them."""

    fillers: _Trie
    classes: Mapping[str, _Trie]
    phrases: Mapping[str, Sequence[tuple[str, tuple[str | Words, ...]]]] = field(repr=False)
    """By their first word: the meaning and the parts."""

    @property
    def keys(self) -> frozenset[str]:
        """Words of which a text has at least one if it has a phrase: the longest of each, or those of a class."""
        return frozenset(
            word for several in self.phrases.values() for _, parts in several for word in self._keys_of(parts)
        )

    def _keys_of(self, parts: tuple[str | Words, ...]) -> Iterable[str]:
        literal = [word for part in parts if not isinstance(part, str) for word in part]
        if literal:
            return [max(literal, key=len)]
        return min((self.classes[part].next for part in parts if isinstance(part, str) and part != GAP), key=len)

    @classmethod
    def of(
        cls,
        fillers: Iterable[str],
        classes: Mapping[str, Iterable[str]],
        phrases: Mapping[str, Iterable[str]],
    ) -> Vocabulary:
        """``phrases`` are by their meaning."""
        filling = _trie(fillers)
        tries = {name: _trie(alternatives) for name, alternatives in classes.items()}
        by_word: dict[str, list[tuple[str, tuple[str | Words, ...]]]] = {}
        for meaning, written in phrases.items():
            for one in written:
                parts = _elements(one)
                while parts and parts[0] == GAP:
                    parts = parts[1:]
                first = parts[0]
                for word in tries[first].next if isinstance(first, str) else (first[0],):
                    by_word.setdefault(word, []).append((meaning, parts))
        return cls(filling, tries, by_word)

    def meanings(self, words: Words, names: frozenset[str] = frozenset()) -> frozenset[str]:
        """What a sentence of these words means: each meaning that, with fillers and ``names``, is all that it has.

        A sentence of fillers alone means “”; one with other words has no meaning.
        """
        ends = self._filler_ends(words, names)
        reached: list[set[str]] = [set() for _ in range(len(words) + 1)]
        reached[0].add("")
        for place in range(len(words)):
            if before := reached[place]:
                for end in ends[place]:
                    reached[end] |= before
                for meaning, end in self._phrases_at(words, place, ends):
                    reached[end] |= {meaning for known in before if known in ("", meaning)}
        return frozenset(reached[-1])

    def fills(self, words: Words, names: frozenset[str] = frozenset()) -> bool:
        """Whether the words are fillers alone."""
        return len(words) in _closure({0}, self._filler_ends(words, names))

    def speaks(self, words: Words) -> bool:
        """Whether the words name their writer."""
        return any(self.classes["me"].matches_any(words, place) for place in range(len(words)))

    def leading(self, words: Words) -> list[tuple[int, tuple[str, int]]]:
        """The phrases that begin the words or follow fillers alone, the longest first: start, meaning, end."""
        ends = self._filler_ends(words, frozenset())
        places = sorted(_closure({0}, ends))
        found = [(place, one) for place in places if place < len(words) for one in self._phrases_at(words, place, ends)]
        return sorted(found, key=lambda one: -one[1][1])

    def found(self, words: Words, names: frozenset[str] = frozenset()) -> list[tuple[str, int, int]]:
        """All phrases anywhere in the words: meaning, start, end."""
        ends = self._filler_ends(words, names)
        return [
            (meaning, place, end)
            for place in range(len(words))
            for meaning, end in self._phrases_at(words, place, ends)
        ]

    def filler_count(self, words: Words, names: frozenset[str] = frozenset()) -> int:
        """How many words are fillers."""
        filled: set[int] = set()
        for place, ends in enumerate(self._filler_ends(words, names)):
            for end in ends:
                filled.update(range(place, end))
        return len(filled)

    def _filler_ends(self, words: Words, names: frozenset[str]) -> list[set[int]]:
        return [
            {*self.fillers.matches(words, place), *((place + 1,) if words[place] in names else ())}
            for place in range(len(words))
        ]

    def _phrases_at(self, words: Words, start: int, ends: Sequence[set[int]]) -> Iterator[tuple[str, int]]:
        for meaning, parts in self.phrases.get(words[start], ()):
            places = {start}
            for part in parts:
                if part == GAP:
                    places = _closure(places, ends)
                elif isinstance(part, str):
                    places = {end for place in places for end in self.classes[part].matches(words, place)}
                else:
                    size = len(part)
                    places = {place + size for place in places if words[place : place + size] == part}
                if not places:
                    break
            for end in places:
                yield meaning, end


def _closure(places: set[int], ends: Sequence[set[int]]) -> set[int]:
    """The places, and all that fillers lead to from them."""
    waiting, seen = list(places), set(places)
    while waiting:
        place = waiting.pop()
        for end in ends[place] if place < len(ends) else ():
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    return seen


def _trie(phrases: Iterable[str]) -> _Trie:
    trie = _Trie()
    for phrase in phrases:
        if words := words_of(phrase):
            trie.add(words)
    return trie


@lru_cache(maxsize=64)
def starts(phrases: tuple[str, ...]) -> _Trie:
    """The phrases, to be looked for at the beginning of words."""
    return _trie(phrases)
