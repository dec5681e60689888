"""What a translator has returned, read from a reply or from the text of a file: numbered paragraphs, or rows.

The translation may stand in place of the original, below it, or above it; in the reply's own words, or within what it
quotes. Mail programs wrap lines anew and change spaces and quotation marks; people write the numbers in their own way.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from mailer.inbound.own_words import is_closing
from mailer.inbound.quoting import LineKind, is_quoted, read_lines
from mailer.inbound.reply import readings
from mailer.message import Inbound
from mailer.model.manuscripts import MAX_TEXT, MAX_UNIT, Returned, Unit

_LINES = 40_000
_CLOSING = 20
"""In how many lines at the end a closing is looked for."""
_PARAGRAPHS = 100
"""Paragraphs at one number."""
_OTHER = 4_000
"""Characters of what else was written."""
_LEFT_OUT = frozenset((LineKind.SIGNATURE, LineKind.FOOTER))
_MARK = re.compile(r"[ \t\xa0]{0,8}(?:[>＞][ \t\xa0]?)+|[ \t\xa0]{0,8}[|¦] ")
_BRACKETED = re.compile(
    r"\s{0,8}[\[【［〔(（{]\s{0,2}(\d{1,4})(?:\s{0,2}[:：,、][^\]】］〕)）}\n]{0,120})?\s{0,2}[\]】］〕)）}](?!\s?[(（]\d)\s{0,4}"
)
"""A number as we write it, perhaps with other brackets, and with what the unit is."""
_DOTTED = re.compile(r"\s{0,8}(?:#|№|n[º°o]\.?\s?)?(\d{1,4})\s{0,2}[.．。、)）:：·-](?!\d)\s{0,4}", re.IGNORECASE)
"""A number as lists have them, which some programs make of ours."""
_BARE = re.compile(r"(\d{1,4})(?:\s|$)")
_SQUARE = "[【［〔"
_BEYOND = 50
"""How far above the last number one is taken for a number of ours, and not for a year."""
_AHEAD = 30
"""How many numbers an answer may leave out, where they are written as in a list."""
_WITHIN = re.compile(r"\s[\[【［]\s?(\d{1,4})\s?[\]】］]\s")
_SEPARATOR = re.compile(r"[\s*_=·•~–—-]{3,}")
_WORD = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_ROW = re.compile(r"\t")


class _Line(NamedTuple):
    text: str
    """Without marks of quotation; empty between paragraphs."""
    quoted: bool


@dataclass
class _Part:
    """All that stands at one number, up to the next one."""

    number: int
    lines: list[_Line] = field(default_factory=list)

    def has_lines(self, *, quoted: bool) -> bool:
        return any(line.quoted is quoted and line.text.strip() for line in self.lines)


def read_reply(mail: Inbound, units: Sequence[Unit], sent: str = "") -> Returned:
    """The translations in the text of a reply, whichever of its bodies has more of them. ``sent`` is what we wrote."""
    found = [_read(_lines(reading.lines), units, sent) for reading in readings(mail)]
    return max(found, key=lambda returned: len(returned.texts), default=Returned())


def read_text(text: str, units: Sequence[Unit], sent: str = "") -> Returned:
    """The translations in the text of a file, in which a row has tabs between its cells. ``sent`` is what we wrote."""
    lines = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _read(_lines(lines), units, sent)


def _lines(lines: Sequence[str]) -> list[_Line]:
    read = read_lines(lines[:_LINES])
    return [
        _Line(_unmarked(line.text), line.kind is LineKind.QUOTED or is_quoted(line.text))
        for line in read
        if line.kind not in _LEFT_OUT
    ]


def _unmarked(line: str) -> str:
    line = _INVISIBLE.sub("", line)
    found = _MARK.match(line)
    return (line[found.end() :] if found else line).rstrip(" \xa0\u202f\r")


_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
"""What no article may have, so that what is compared is what is printed; the joiners of Persian and Hindi stay."""


def _read(lines: Sequence[_Line], units: Sequence[Unit], sent: str) -> Returned:
    originals = {unit.number: unit for unit in units}
    before, parts = _parts(lines, originals)
    found = _Found(before)
    last_typed = max((at for at, part in enumerate(parts) if part.has_lines(quoted=False)), default=-1)
    last_quoted = max((at for at, part in enumerate(parts) if part.has_lines(quoted=True)), default=-1)
    for at, part in enumerate(parts):
        original = originals[part.number].text if part.number in originals else ""
        found.add_typed(part, original, is_last=at == last_typed)
        found.add_quoted(part, original, is_last=at == last_quoted)
    return found.returned(sent)


@dataclass
class _Found:
    """What is found of the translations, part by part."""

    other: list[str]
    typed: dict[int, list[str]] = field(default_factory=dict)
    quoted: dict[int, list[str]] = field(default_factory=dict)
    untouched: dict[int, str] = field(default_factory=dict)
    """Originals that stand alone at their numbers among what was typed."""
    left: dict[int, str] = field(default_factory=dict)
    """Those in a quotation."""

    def add_typed(self, part: _Part, original: str, *, is_last: bool) -> None:
        if is_last:
            self.other += _cut_closing(part)
        found = _candidates((line for line in part.lines if not line.quoted), original)
        if is_last:
            self.other += found.paragraphs[1:]
            found = found._replace(paragraphs=found.paragraphs[:1])
        if found.text:
            self.typed.setdefault(part.number, []).append(found.text)
        elif found.is_original:
            self.untouched[part.number] = original

    def add_quoted(self, part: _Part, original: str, *, is_last: bool) -> None:
        found = _candidates((line for line in part.lines if line.quoted), original)
        if found.text and not _is_left(found, original, is_last=is_last):
            self.quoted.setdefault(part.number, []).append(found.text)
        elif found.is_original:
            self.left[part.number] = original

    def returned(self, sent: str) -> Returned:
        if self.quoted:  # the translation is within the quotation, so what is unchanged there was left so
            first, last = min(self.quoted), max(self.quoted)
            self.untouched |= {number: text for number, text in self.left.items() if first < number < last}
        several = {**self.quoted, **self.typed}
        different = {number: tuple(dict.fromkeys(texts)) for number, texts in several.items()}
        texts = {**self.untouched, **{number: texts[-1] for number, texts in several.items()}}
        known = _compared(sent)
        other = [line for line in self.other if _compared(line) and _compared(line) not in known]
        return Returned(
            dict(sorted(texts.items())),
            {number: found for number, found in different.items() if len(found) > 1},
            "\n".join(other)[:_OTHER],
        )


# --- parts ---


def _parts(lines: Sequence[_Line], originals: Mapping[int, Unit]) -> tuple[list[str], list[_Part]]:
    """What stands above the first number, and the parts."""
    if rows := [row for line in lines if (row := _row(line.text, originals))]:
        others = [line.text for line in lines if line.text and not _ROW.search(line.text)]
        return others, rows
    marker = _marker(lines, originals)
    before: list[str] = []
    parts: list[_Part] = []
    bracketed = {(line.quoted, int(found[1])) for line in lines if (found := _BRACKETED.match(line.text))}
    free = True  # below an empty line, or a numbered paragraph, a number may stand in another style
    for line in _divided(lines, originals, marker):
        found = marker.match(line.text) if marker else None
        if found and not _follows(found, parts, originals):
            found = None
        if marker is _BRACKETED and found is None and free:
            found = _next_in_another_style(line, parts, originals, bracketed)
        free = not line.text.strip() or (found is not None and _is_end(line.text))
        if found:
            parts.append(_Part(int(found[1]), [line._replace(text=line.text[found.end() :])]))
        elif parts:
            parts[-1].lines.append(line)
        elif line.text and not line.quoted:
            before.append(line.text)
    return before, parts


def _row(text: str, originals: Mapping[int, Unit]) -> _Part | None:
    """A row of a table: number, original, translation; or number and translation."""
    cells = [cell.strip() for cell in text.split("\t")]
    found = (_BRACKETED.match(cells[0]) or _DOTTED.match(cells[0]) or _BARE.match(cells[0])) if len(cells) > 1 else None
    if not found or int(found[1]) not in originals:
        return None
    number = int(found[1])
    if len(cells) > 2 and not cells[2] and _compared(cells[1]) == _wanted(originals[number].text):
        return _Part(number)
    return _Part(number, [_Line(next(filter(None, cells[2:] or cells[1:]), cells[1]), quoted=False)])


def _marker(lines: Sequence[_Line], originals: Mapping[int, Unit]) -> re.Pattern[str] | None:
    """How the numbers are written: in brackets, or as lists have them."""
    for pattern in (_BRACKETED, _DOTTED):
        numbers = [int(found[1]) for line in lines if (found := pattern.match(line.text))]
        if any(number in originals for number in numbers):
            return pattern
    return None


def _follows(found: re.Match[str], parts: Sequence[_Part], originals: Mapping[int, Unit]) -> bool:
    """Whether the number begins a part. Without square brackets it may be the text's own, so it has to be due."""
    number = int(found[1])
    if found[0].lstrip()[:1] in _SQUARE:
        return 0 < number <= len(originals) + _BEYOND
    return number in originals and (not parts or parts[-1].number < number <= parts[-1].number + _AHEAD)


def _next_in_another_style(
    line: _Line, parts: Sequence[_Part], originals: Mapping[int, Unit], bracketed: Set[tuple[bool, int]]
) -> re.Match[str] | None:
    """The very next number, written as lists have it by somebody who began with brackets.

    It is the text's own if it stands in brackets elsewhere, or if the paragraph has a list already.
    """
    found = _DOTTED.match(line.text)
    due = parts[-1].number + 1 if parts else 0
    if not found or int(found[1]) != due or due not in originals or (line.quoted, due) in bracketed:
        return None
    return None if any(_DOTTED.match(other.text) for other in parts[-1].lines[1:]) else found


_WRAPPED = 50
"""Characters from which a line may be one that a program has wrapped."""


def _is_end(line: str) -> bool:
    """Whether a paragraph may end with this line: it is too short to be wrapped, or ends a sentence."""
    return len(line) < _WRAPPED or line[-1] in ".!?…:;。！？»”"


def _divided(lines: Iterable[_Line], originals: Mapping[int, Unit], marker: re.Pattern[str] | None) -> Iterator[_Line]:
    """The lines, divided where a program has joined paragraphs: before the number that is due."""
    number = 0
    for line in lines:
        text = line.text
        if marker is _BRACKETED:
            if begun := _BRACKETED.match(text):
                number = int(begun[1])
            for found in list(_WITHIN.finditer(line.text)):
                if int(found[1]) == number + 1 and number + 1 in originals:
                    at = len(text) - len(line.text) + found.start()
                    yield line._replace(text=text[:at])
                    text, number = text[at + 1 :], number + 1
        yield line._replace(text=text)


# --- the translation within a part ---


class _Candidate(NamedTuple):
    """What of a part may be the translation."""

    paragraphs: tuple[str, ...] = ()
    is_original: bool = False
    """The original stands there, too, or alone."""

    @property
    def text(self) -> str:
        return _join(self.paragraphs)[:MAX_UNIT]


def _candidates(lines: Iterable[_Line], original: str) -> _Candidate:
    """The paragraphs that are not the original."""
    paragraphs = list(islice(_paragraphs(lines), _PARAGRAPHS))
    wanted = _wanted(original)
    found = False
    for first in range(len(paragraphs)):
        for last in range(first + 1, len(paragraphs) + 1):
            together = _compared(_join(paragraphs[first:last]))
            if together == wanted:
                return _Candidate((*paragraphs[:first], *paragraphs[last:]), is_original=True)
            if len(together) > len(wanted):
                break
    rest = [_without(paragraph, original, wanted) for paragraph in paragraphs]
    found = rest != paragraphs
    return _Candidate(tuple(paragraph for paragraph in rest if paragraph), found)


def _without(paragraph: str, original: str, wanted: str) -> str:
    """The paragraph without the original at its beginning or end, where no empty line sets the two apart."""
    if len(wanted) < 8:
        return paragraph
    exact = not any(map(str.isalpha, wanted))
    compared = _compared(paragraph, exact=exact)
    if compared.startswith(wanted):
        return paragraph[_place(paragraph, len(wanted), exact=exact) :].lstrip(_BETWEEN)
    if compared.endswith(wanted):
        return paragraph[: _place(paragraph, len(compared) - len(wanted), exact=exact)].rstrip(f'{_BETWEEN}[({{«“"')
    return paragraph


_BETWEEN = " /|–—-→=>:"
"""What people put between an original and its translation."""


def _place(text: str, signs: int, *, exact: bool) -> int:
    """Where in the text so many of its compared characters are over, with the punctuation that follows."""
    seen = 0
    for at, sign in enumerate(text):
        if seen >= signs and (exact or sign.isspace() or sign.isalnum()):
            return at
        plain = unicodedata.normalize("NFKC", sign)
        seen += sum(not one.isspace() if exact else one.isalnum() for one in plain)
    return len(text)


def _cut_closing(part: _Part) -> list[str]:
    """Take a closing such as “Best,” out of the part, with what stands below it; returns these lines."""
    own = [at for at, line in enumerate(part.lines) if not line.quoted]
    first = next((at for at in own[1:][-_CLOSING:] if is_closing(part.lines[at].text)), None)
    if first is None:
        return []
    cut = [at for at in own if at >= first]
    lines = [part.lines[at].text for at in cut]
    part.lines = [line for at, line in enumerate(part.lines) if at not in set(cut)]
    return lines


def _is_left(kept: _Candidate, original: str, *, is_last: bool) -> bool:
    """Whether what is quoted is only what we wrote: a piece of the original, or what stood below it."""
    return (kept.is_original and is_last) or _compared(kept.text) in _wanted(original)


def _paragraphs(lines: Iterable[_Line]) -> Iterator[str]:
    block: list[str] = []
    for line in (*lines, _Line("", quoted=False)):
        if line.text.strip() and not _SEPARATOR.fullmatch(line.text):
            block.append(line.text.strip())
        elif block:
            yield _join(block)
            block = []


def _join(pieces: Iterable[str]) -> str:
    """The pieces on one line, with a space between them unless both sides are of a script without spaces."""
    joined = ""
    for piece in pieces:
        spaced = joined and not (_is_unspaced(joined[-1]) and _is_unspaced(piece[:1]))
        joined += f" {piece}" if spaced else piece
    return _SPACES.sub(" ", joined).strip(" ")


def _is_unspaced(sign: str) -> bool:
    return "\u2e80" <= sign <= "\ua4cf" or "\uf900" <= sign <= "\ufaff" or "\uff00" <= sign <= "\uffef"


@lru_cache(maxsize=1_000)
def _wanted(original: str) -> str:
    """As ``_compared``, for an original that is compared with each text that has its number."""
    return _compared(original)


def _compared(text: str, *, exact: bool = False) -> str:
    """Letters and digits alone; all that is visible if there is no letter, or if ``exact``."""
    plain = unicodedata.normalize("NFKC", text)
    words = "".join(_WORD.findall(plain))
    return words if any(map(str.isalpha, words)) and not exact else "".join(plain.split())
