"""What differs between two versions of a manuscript, paragraph by paragraph and word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from mailer.model.library import paragraphs
from mailer.phrases import Phrase, counted, phrase

_WORD = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 2_000
"""Words of a paragraph that is compared word by word; a longer one is shown whole, as it was and as it is."""
MOST_PAIRS = 20_000
"""Pairs of the same word in both: what makes a comparison long, as authors may write anything (C7)."""


class What(StrEnum):
    """How a paragraph differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class ParagraphChange(NamedTuple):
    """A paragraph that differs."""

    what: What
    heading: str
    """The heading that it stands under; may be empty."""
    text: str
    """With ``{+ +}`` around what was added and ``[- -]`` around what was removed."""


def changes(old: str, new: str) -> list[ParagraphChange]:
    """The paragraphs that differ, in their order."""
    before, after = paragraphs(old), paragraphs(new)
    found = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            heading = _heading(after[:j1])
            found += [change._replace(heading=heading) for change in _stretch(before[i1:i2], after[j1:j2])]
    return found


def in_words(old: str, new: str) -> list[Phrase]:
    """What differs, in sentences: new chapters, what is new or other in the others, and chapters that are gone."""
    before, after = _chapters(old), _chapters(new)
    told: list[Phrase] = []
    for title, body in after.items():
        if title not in before:
            told.append(phrase("“%(chapter)s” is new.", chapter=title))
        elif body != before[title]:
            told += _told(title, changes(before[title], body))
    gone = [title for title in before if title not in after]
    return told + [phrase("“%(chapter)s” is no longer there.", chapter=title) for title in gone]


def _chapters(markdown: str) -> dict[str, str]:
    """The text of each chapter by its title; what stands above the first is left out."""
    found: dict[str, list[str]] = {}
    title = ""
    for one in paragraphs(markdown):
        if one.startswith("# "):
            title = one[2:].strip()
            found.setdefault(title, [])
        elif title:
            found[title].append(one)
    return {title: "\n\n".join(parts) for title, parts in found.items()}


def _told(title: str, found: Sequence[ParagraphChange]) -> Iterator[Phrase]:
    """Of one chapter, how many paragraphs are new, others, or gone."""
    number = Counter(one.what for one in found)
    added, changed, removed = (number[what] for what in (What.ADDED, What.CHANGED, What.REMOVED))
    if added:
        yield counted(
            "“%(chapter)s”: %(count)s paragraph is new.",
            "“%(chapter)s”: %(count)s paragraphs are new.",
            added,
            chapter=title,
        )
    if changed:
        yield counted(
            "“%(chapter)s”: %(count)s paragraph reads differently.",
            "“%(chapter)s”: %(count)s paragraphs read differently.",
            changed,
            chapter=title,
        )
    if removed:
        yield counted(
            "“%(chapter)s”: %(count)s paragraph is left out.",
            "“%(chapter)s”: %(count)s paragraphs are left out.",
            removed,
            chapter=title,
        )


def _heading(above: Sequence[str]) -> str:
    return next((one.lstrip("# ").strip() for one in reversed(above) if one.startswith("#")), "")


def _stretch(before: Sequence[str], after: Sequence[str]) -> Iterator[ParagraphChange]:
    for was, now in zip_longest(before, after):
        if was is None:
            yield ParagraphChange(What.ADDED, "", f"{{+{now}+}}")
        elif now is None:
            yield ParagraphChange(What.REMOVED, "", f"[-{was}-]")
        else:
            yield ParagraphChange(What.CHANGED, "", marked(was, now))


def marked(was: str, now: str) -> str:
    """One paragraph with the marks of what differs."""
    old, new = _WORD.findall(was), _WORD.findall(now)
    if max(len(old), len(new)) > MOST_WORDS or _pairs(old, new) > MOST_PAIRS:
        return f"[-{was}-] {{+{now}+}}"
    parts = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            parts.append(added)
        else:
            parts += [f"[-{removed}-]"] if removed else []
            parts += [f"{{+{added}+}}"] if added else []
    return "".join(parts)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of words, one of each, are the same; spaces are not looked for by themselves."""
    counts = Counter(new)
    return sum(counts[word] for word in old if not word.isspace())
