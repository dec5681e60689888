"""A service mail, rendered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """A service mail, rendered: confirmation, receipt, request to the board."""

    subject: str
    text: str
    html: str | None = None
