"""What a mail's own text says, without a salutation, a signature, a footer and ``Key: value`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailer.inbound.details import is_field
from mailer.inbound.once import once
from mailer.inbound.reply import own_text
from mailer.inbound.wording import Words, starts, words_of
from mailer.inbound.words.courtesy import DISCLAIMERS, GREETINGS, NO_SUBJECT, SIGN_OFFS, SUBJECT_PREFIXES
from mailer.message import Inbound

_FILLED_IN = 2
"""How many ``Key: value`` lines a mail has at least that fills in lines."""
_LONG_KEY = re.compile(r"\s*(?:[^\s:：]+\s+){0,7}[^\s:：]+\s?[:：](?:\s|$)")
_NAME_WORDS = 5
"""How many words of a name may follow a salutation or stand above a signature."""
_SIGNED_WITH = 12
"""How many words may stand below a closing on the lines of a paragraph."""
_CLOSING_IN = 400
"""In how many characters at the end of a text a closing is looked for."""
_FOOTER_WORDS = 12
"""How many words a footer has at least if the mail has nothing else."""
_LOOKED_AT = 20_000
"""How many characters of a text are looked at."""

_GREETINGS = tuple(greeting for greetings in GREETINGS.values() for greeting in greetings)
_PREFIX = re.compile(
    rf"\s*(?:(?:{'|'.join(map(re.escape, SUBJECT_PREFIXES))})\s?(?:\[\d+\]|\(\d+\))?\s?[:：]|\[[^\]]{{0,40}}\])\s*",
    re.IGNORECASE,
)
_NO_SUBJECT = frozenset(words_of(phrase) for phrase in NO_SUBJECT)
_BREAK = re.compile(r"[,\n.!?;:–—。、，！](?!\S*@)|\s-\s")
_INSIDE = re.compile(r"[a-zа-я]{3}[.!?;]|[,!?:] |[，。！：]")
_CONTACT = re.compile(r"\d{3}|[@|•·]|www\.|https?:", re.IGNORECASE)
_SMALL = frozenset({*"of and the for in at de du des la le von van der den und e y et da do di del dos für &".split()})  # noqa: SIM905
"""Words of names and organisations that begin with a small letter."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A mail's own words by paragraph."""

    paragraphs: tuple[tuple[str, ...], ...]
    """Those that are neither salutation nor signature nor footer nor fields alone; lines without the fields."""
    fields: bool
    """It has ``Key: value`` lines."""
    signature: bool = False
    """All that it has looks like a signature."""
    signed_only: bool = False
    """All that it has is a signature for certain: a closing with a name, or the writer's own name."""

    @property
    def first(self) -> str:
        """The first paragraph, or empty."""
        return "\n".join(self.paragraphs[0]) if self.paragraphs else ""

    @property
    def text(self) -> str:
        return "\n\n".join("\n".join(paragraph) for paragraph in self.paragraphs)


@once
def read_own_words(mail: Inbound) -> OwnWords:
    """The paragraphs of the mail's own text."""
    return own_words_in(own_text(mail), mail.sender.name if mail.sender else "")


@once
def words_around_lines(mail: Inbound) -> OwnWords | None:
    """The paragraphs up to the first ``Key: value`` line of each, for a mail that fills in several; else None.

    What follows such a line in its paragraph goes on with a value. A key may be longer than in other mails.
    """
    blocks = list(_blocks(own_text(mail)[:_LOOKED_AT].split("\n")))
    if sum(is_field(line) for block in blocks for line in block) < _FILLED_IN:
        return None
    kept = []
    for block in blocks:
        first = next((place for place, line in enumerate(block) if is_field(line) or _LONG_KEY.match(line)), len(block))
        kept += [*block[:first], ""]
    return own_words_in("\n".join(kept), mail.sender.name if mail.sender else "")


def own_words_in(text: str, writer: str, *, keeps_fields: bool = False) -> OwnWords:
    """The paragraphs of a text. ``writer`` is the name of who wrote it, or empty.

    ``keeps_fields``: lines such as ``Key: value`` are words like all others.
    """
    lines = text[:_LOOKED_AT].split("\n")
    name = words_of(writer)
    blocks = list(_blocks(lines))
    kept: list[tuple[str, ...]] = []
    fields = False
    for block in blocks:
        if _begins(block[0], DISCLAIMERS) and (kept or len(words_of(" ".join(block))) > _FOOTER_WORDS):
            break
        if is_closing(block[0]):
            break
        said = [
            line for place, line in enumerate(block) if keeps_fields or not is_field(line, first=not place and not kept)
        ]
        fields = fields or len(said) < len(block)
        if not said or (not kept and _is_salutation(said)):
            continue
        if kept and (_is_signature(said, name) or (block is blocks[-1] and is_bare_name(said))):
            continue
        kept.append(tuple(said))
        if any(is_closing(line) for line in said[1:]):
            break
    signature = len(kept) == 1 and _is_signature(kept[0], name)
    return OwnWords(tuple(kept), fields, signature, _is_signed_only(blocks, name))


def _is_signed_only(blocks: Sequence[Sequence[str]], name: Words) -> bool:
    """Whether the text is a signature for certain: “Wrong Person” has the look of one, and is none."""
    if not blocks:
        return False
    lines = [line for block in blocks for line in block]
    own = set(name)
    if is_closing(lines[0]):
        rest = [words_of(lines[0])[_closing_end(words_of(lines[0])) :], *map(words_of, lines[1:])]
        named = [words for words in rest if words]
        return bool(named) and bool(own & set(named[0])) and _is_signature([line for line in lines[1:] if line], name)
    return bool(own) and own >= set(words_of(lines[0])) and _is_signature(lines, name)


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []


def without_prefixes(subject: str) -> str:
    """A subject without “Re:”, “AW:” and their like; empty if it says that there is none."""
    subject = subject[:500]
    while found := _PREFIX.match(subject):
        subject = subject[found.end() :]
    return "" if words_of(subject) in _NO_SUBJECT else subject.strip()


def without_salutation(text: str) -> Iterator[str]:
    """The text without a salutation: up to the first comma or line end, else without up to two words of a name."""
    words = words_of(text)
    ends = [*starts(_GREETINGS).matches(words, 0)]
    if not ends:
        return
    for found in _BREAK.finditer(text[:120]):
        before = words_of(text[: found.start()])
        if len(before) > max(ends) + _NAME_WORDS:
            return
        if len(before) >= min(ends):
            yield text[found.end() :].strip()
            return


def without_sign_off(text: str) -> Iterator[str]:
    """The text up to each closing such as “Best,” with a name, the last first; or up to lines that are a signature."""
    for found in list(_BREAK.finditer(text[-_CLOSING_IN:]))[::-1]:
        start = found.start() + max(0, len(text) - _CLOSING_IN)
        after = words_of(text[start + len(found[0]) :])
        if len(after) > _SIGNED_WITH:
            break
        if start and _closing_end(after):
            yield text[:start].strip()
    lines = text.split("\n")
    for place in range(1, len(lines)):
        if _is_signature(lines[place:], ()):
            yield "\n".join(lines[:place])
            return


def _closing_end(words: Words) -> int:
    """How many words a closing has that begins here; 0 if none does."""
    return max(starts(SIGN_OFFS).matches(words, 0), default=0)


def _begins(line: str, phrases: tuple[str, ...]) -> bool:
    return any(True for _ in starts(phrases).matches(words_of(line[:200]), 0))


def is_closing(line: str) -> bool:
    """Whether the line is a closing, perhaps with a name."""
    words = words_of(line[:200])
    end = _closing_end(words)
    return bool(end) and len(words) <= end + _NAME_WORDS and not line.rstrip().endswith("?") and _is_name(line, end)


def _is_name(line: str, end: int) -> bool:
    """Whether what follows the closing on its line looks like a name or nothing."""
    rest = line.split()[end:]
    return all(_looks_named(word) for word in rest)


def _is_salutation(block: Sequence[str]) -> bool:
    if len(block) > 1:
        return False
    words = words_of(block[0][:200])
    ends = list(starts(_GREETINGS).matches(words, 0))
    line = block[0].strip()
    return (
        bool(ends)
        and len(words) <= max(ends) + _NAME_WORDS
        and (len(words) == max(ends) or line.endswith((",", ":", "!", "，", "：", "、", ".", "。")))
        and _INSIDE.search(line[:-1]) is None
    )


def _is_signature(lines: Sequence[str], name: Words) -> bool:
    """Whether the lines look like a name, an organisation, a telephone number."""
    return len(lines) <= 12 and all(_signs(line, name) for line in lines)


def is_bare_name(lines: Sequence[str]) -> bool:
    """Whether a last paragraph is up to three capitalised words."""
    words = lines[0].split()
    return len(lines) == 1 and len(words) <= 3 and words[-1][-1].isalnum() and all(map(_looks_named, words))


def _signs(line: str, name: Words) -> bool:
    text = line.strip().rstrip(",.")
    words = words_of(text[:200])
    if not words or (name and set(words) <= set(name)):
        return True
    if text.endswith(("?", "!", "？", "！")) or len(words) > 10:
        return False
    if _CONTACT.search(text):
        return len(words) <= 10
    written = text.split()
    capitals = [word for word in written if word[:1].isupper()]
    return len(written) >= 2 and len(capitals) >= 2 and all(_looks_named(word) for word in written)


def _looks_named(word: str) -> bool:
    stripped = word.strip(",.;:()|/-–")
    return not stripped or not stripped[0].islower() or stripped.lower() in _SMALL
