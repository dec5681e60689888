"""What the web pages may ask of the office. They reach nothing else in the store."""

from __future__ import annotations

from typing import Protocol


class Pages(Protocol):
    """Answers visitors. It discloses nothing without a grant (law 4) but the title of a publication."""

    def title(self, text: str) -> str:
        """The title of the publication that a token in ``text`` names, genuine or not; empty if it names none."""

    def leave(self, text: str) -> None:
        """Obey the genuine tokens to leave in ``text``. The caller cannot tell whether there were any (A35).

        Raises Temporary if the store cannot be written now.
        """

    def come_back(self, text: str) -> None:
        """Undo what was left by mistake, if ``text`` has a genuine token for that; otherwise as ``leave``."""
