"""Text in drawings as WeasyPrint 70 sets it, corrected, for the process that renders.

- The library sets each letter of an SVG ``text`` by itself. So letters that join stand apart, marks are beside their
  letters, and what is written from right to left comes out from left to right. Here a text is set as a whole.
- It keeps the space before the second of several families, and so finds only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


@contextmanager
def shaped() -> Iterator[None]:
    """Text in drawings is shaped within this context: one run from its first place, whatever places follow."""
    from weasyprint import svg

    library = svg.text

    def text(drawing: Any, node: Any, font_size: float) -> None:
        node.attrib["font-family"] = re.sub(r"\s*,\s*", ",", node.get("font-family", "sans-serif"))
        element = node._etree_node
        element.text = _Whole(element.text or "")
        library(drawing, node, font_size)

    names = [name for name, draws in svg.TAGS.items() if draws is library]
    with patch.object(svg, "text", text), patch.dict(svg.TAGS, dict.fromkeys(names, text)):
        yield


class _Whole(str):
    """A text whose only letter is itself: the library goes over letters."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        return iter((str(self),) if self else ())
