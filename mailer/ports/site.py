"""What the web pages may ask of the office. Nothing else of the store reaches the web."""

from __future__ import annotations

from typing import Protocol


class Site(Protocol):
    """Answers visitors. Gives out nothing without a grant (law 4), and so far nothing at all."""

    def leave(self, text: str) -> None:
        """Obey the genuine tokens to leave in ``text``; whether there are any shows nowhere (A35).

        Raises Temporary where the store cannot be written now.
        """
