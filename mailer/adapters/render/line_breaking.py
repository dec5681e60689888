"""How WeasyPrint 70 breaks lines, corrected twice and made faster, for the process that renders.

- A text that fits on a line to its last letter, but not with the space after it, is broken after its first word if
  another element follows. So a word such as “the” stands on a line alone before a link.
- There is no hyphenate-limit-lines: any number of lines in a row may end in a hyphen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any
from unittest.mock import patch

_HALF = 0.55
"""How full a line has to be without its hyphen, as a part of its column."""


@contextmanager
def corrected() -> Iterator[Callable[[], int]]:
    """Lines are broken well within this context. Nothing else in the process may use WeasyPrint meanwhile.

    It gives a function that says how many lines were set so far, which is a measure of the work.
    """
    from weasyprint.layout import inline

    lines = _Lines(inline.split_text_box, inline.get_next_linebox, inline.trailing_whitespace_size)
    with (
        patch.object(inline, "split_text_box", lines.split_text_box),
        patch.object(inline, "get_next_linebox", lines.get_next_linebox),
    ):
        yield lambda: lines.count


class _Lines:
    """The library's functions with what they lack. WeasyPrint has no types."""

    def __init__(
        self, split_text_box: Callable[..., Any], get_next_linebox: Callable[..., Any], trailing: Callable[..., Any]
    ) -> None:
        self._split_text_box = split_text_box
        self._get_next_linebox = get_next_linebox
        self._trailing = trailing
        self._hyphens = True
        self.count = 0
        self._known: dict[tuple[object, ...], tuple[Any, Any]] = {}

    def split_text_box(self, context: Any, box: Any, width: float, skip: int, **how: Any) -> Any:
        """As the library's, which splits each text anew for each height that columns are tried in."""
        key = (id(box.style), box.text, width, skip, box.justification_spacing, self._hyphens, *how.values())
        if key not in self._known:
            self._known[key] = self._split(context, box, width, skip, **how), box.style  # the style keeps its id
        (part, following, preserved), _ = self._known[key]
        if part is not None:
            part = part.copy()
            part.position_x, part.position_y = box.position_x, box.position_y
        return part, following, preserved

    def _split(self, context: Any, box: Any, width: float, skip: int, **how: Any) -> Any:
        if not self._hyphens and box.style["hyphens"] == "auto":
            box = box.copy()
            box.style = box.style.copy()
            box.style["hyphens"] = "manual"
        found = self._split_text_box(context, box, width, skip, **how)
        part, following, _ = found
        if part is None or following is None or " " in part.text or not box.text.endswith(" "):
            return found
        whole = self._split_text_box(context, box, inf, skip, **how)
        if whole[1] is None and whole[0].width - self._trailing(context, whole[0]) <= width:
            return whole
        return found

    def get_next_linebox(
        self, context: Any, linebox: Any, position_y: float, bottom_space: float, skip_stack: Any, *rest: Any
    ) -> Any:
        self.count += 1
        arguments = (context, linebox, position_y, bottom_space)
        if skip_stack is None or not _is_within_a_word(linebox, skip_stack):
            return self._get_next_linebox(*arguments, skip_stack, *rest)
        self._hyphens = False  # the line before ends in a hyphen
        try:
            line, resume_at = self._get_next_linebox(*arguments, skip_stack, *rest)
        finally:
            self._hyphens = True
        block, *_ = rest
        if resume_at is None or (line.width >= _HALF * block.width and not _is_within_a_word(linebox, resume_at)):
            return line, resume_at
        return self._get_next_linebox(*arguments, skip_stack, *rest)  # hyphens look better than a line with one word


def _is_within_a_word(box: Any, skip_stack: Any) -> bool:
    """Whether a place in a line is between two letters of one text."""
    while not hasattr(box, "text"):
        ((index, skip_stack),) = skip_stack.items()
        children = getattr(box, "children", ())
        if skip_stack is None or index >= len(children):
            return False
        box = children[index]
    ((offset, _),) = skip_stack.items()
    text = box.text.encode()
    before, after = text[: offset or 0].decode(), text[offset or 0 :].decode()
    return bool(before[-1:].isalpha() and after[:1].isalpha())
