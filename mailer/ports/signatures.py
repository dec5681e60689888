"""Which mails were acted on, by what is theirs alone: the octets of their signatures, or their body."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class SignatureQueries(Protocol):
    """Which mails were acted on (A9, A38)."""

    def seen(self, signatures: Iterable[str]) -> dict[str, str]:
        """For each of these that was counted before, what it was counted for."""

    def remember(self, signatures: Iterable[str], counted_for: str, now: datetime) -> None:
        """Note that a mail with these signatures was acted on. What was noted before stays as it is."""
