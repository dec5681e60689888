"""What channels were given, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.channels import GivenPack


class ChannelQueries(Protocol):
    """Packs for publications of others."""

    def add(self, pack: GivenPack) -> GivenPack: ...
    def save(self, pack: GivenPack) -> None:
        """Store all that may change: its state, what was answered, and when somebody was reminded."""

    def by_id(self, pack_id: int) -> GivenPack | None: ...
    def of_issue(self, issue_id: int) -> Sequence[GivenPack]:
        """All of one issue, the oldest first."""

    def each(self, channel: str = "") -> Sequence[GivenPack]:
        """All of one channel, or of all, the oldest first."""

    def unanswered(self, before: datetime) -> Sequence[GivenPack]:
        """Those that were mailed before then, have no answer, and were not asked about once more."""

    def of_addresses(self, addresses: Sequence[str]) -> Sequence[GivenPack]:
        """Those that one of these addresses was mailed, the oldest first."""
