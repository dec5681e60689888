"""An issue's deliveries as people see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.outbox import (
    Counts,
    Delivery,
    Failed,
    Troubled,
)


class DeliveryQueries(Protocol):
    """An issue's deliveries as people see them."""

    def replies(self, issue_id: int, *states: Delivery) -> Iterator[tuple[str, str]]:
        """Recipient and reply of every copy in one of ``states``, read as they are asked for."""

    def waits(self, issue_id: int) -> bool:
        """Whether the issue is being sent, or paused, and has copies that are queued."""

    def troubled(self, issue_id: int, most: int) -> list[Troubled]:
        """The domains with copies that are deferred or have failed, the worst first; looks at no other copies."""

    def counts_since(self, issue_id: int, since: datetime) -> Counts:
        """Of the copies that were made due at ``since`` or later."""

    def failed(self, issue_id: int, lists: Sequence[str]) -> Failed:
        """The copies that failed, by whether they may go once more to members of ``lists``."""

    def requeue_failed(self, issue_id: int, lists: Sequence[str], now: datetime) -> int:
        """Queue those again that may go, as if they were new; how many."""

    def newcomers(self, issue_id: int, lists: Sequence[str]) -> int:
        """Active members of ``lists`` for whom no copy was written."""

    def give_up(self, issue_id: int, reason: str, now: datetime) -> int:
        """Hold every copy that waits back for good; how many."""
