"""What the web pages may ask of the office. They reach nothing else in the store."""

from __future__ import annotations

from typing import Protocol


class Site(Protocol):
    """Answers visitors. It discloses nothing without a grant (law 4), and so far nothing at all."""

    def leave(self, text: str) -> None:
        """Obey the genuine tokens to leave in ``text``. The caller cannot tell whether there were any (A35).

        Raises Temporary if the store cannot be written now.
        """
