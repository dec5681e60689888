"""A mailing's deliveries as people see them."""

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
    """A mailing's deliveries as people see them."""

    def replies(self, mailing_id: int, *states: Delivery) -> Iterator[tuple[str, str]]:
        """Recipient and reply of every copy in one of ``states``, read as they are asked for."""

    def waits(self, mailing_id: int) -> bool:
        """Whether the mailing is running, or paused, and has copies that are queued."""

    def troubled(self, mailing_id: int, most: int) -> list[Troubled]:
        """The domains with copies that are deferred or have failed, the worst first; looks at no other copies."""

    def counts_since(self, mailing_id: int, since: datetime) -> Counts:
        """Of the copies that were made due at ``since`` or later."""

    def failed(self, mailing_id: int, lists: Sequence[str]) -> Failed:
        """The copies that failed, by whether they may go once more to members of ``lists``."""

    def requeue_failed(self, mailing_id: int, lists: Sequence[str], now: datetime) -> int:
        """Queue those again that may go, as if they were new; how many."""

    def newcomers(self, mailing_id: int, lists: Sequence[str]) -> int:
        """Active members of ``lists`` for whom no copy was written."""

    def give_up(self, mailing_id: int, reason: str, now: datetime) -> int:
        """Hold every copy that waits back for good; how many."""
