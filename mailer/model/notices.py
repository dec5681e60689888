"""Rendered service mail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A rendered service mail, such as a confirmation, a receipt or a request to the board."""

    subject: str
    text: str
    html: str | None = None
