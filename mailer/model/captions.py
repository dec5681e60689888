"""What people write of a picture: a caption, and who took it."""

from __future__ import annotations

import re

_CREDIT = re.compile(
    r"\s*(?:\||\((?=(?:photo|picture|©))|[.,;]?\s+(?=(?:photo(?:graph)?s?|picture)\s*(?::|by\b)|©))\s*(.{2,200})$",
    re.IGNORECASE,
)
"""Who took a picture, at the end of what is said of it: ``The hall | Anna Kim``, ``The hall (photo: Anna Kim)``."""


def credited(text: str) -> tuple[str, str]:
    """Caption and credit; the credit is empty if none is named."""
    found = _CREDIT.search(text)
    if found is None:
        return text, ""
    return text[: found.start()].strip(), found[1].strip(" ()")
