"""Rendered service mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailer.model.issues import Inline


@dataclass(frozen=True, slots=True)
class Notice:
    """A rendered service mail, such as a confirmation, a receipt or a request to the board."""

    subject: str
    text: str
    html: str | None = None
    pictures: Sequence[Inline] = ()
    """What the HTML refers to as ``cid:``."""


@dataclass(frozen=True, slots=True)
class DraftEdition:
    """What readers of one language are to get, filled in for a reader without a name, as a board is shown it."""

    language: str
    """BCP 47."""
    text: str
    html: str = ""
    """A whole HTML document with styles of its own; empty if it is only text."""
    pictures: Sequence[Inline] = ()
