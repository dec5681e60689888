"""What differs between two versions of a manuscript, paragraph by paragraph and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from mailer.model.library import paragraphs

_WORD = re.compile(r"\s+|[^\s]+")
MOST_WORDS = 2_000
"""Words of a paragraph that is compared word by word; a longer one is shown whole, as it was and as it is."""


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
    if max(len(old), len(new)) > MOST_WORDS:
        return f"[-{was}-] {{+{now}+}}"
    parts = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            parts.append(added)
        else:
            parts += [f"[-{removed}-]"] if removed else []
            parts += [f"{{+{added}+}}"] if added else []
    return "".join(parts)
