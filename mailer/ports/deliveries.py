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
        """Recipient and reply of every copy in one of ``states``, read from the store as the iterator advances."""

    def waits(self, mailing_id: int) -> bool:
        """Whether the mailing is running or paused, and has queued copies."""

    def troubled(self, mailing_id: int, most: int) -> list[Troubled]:
        """The ``most`` domains with the most copies that are deferred or failed, the worst first."""

    def counts_since(self, mailing_id: int, since: datetime) -> Counts:
        """Counts of the copies that are due at ``since`` or later."""

    def failed(self, mailing_id: int, lists: Sequence[str]) -> Failed:
        """How many copies failed, by whether they may be sent once more to members of ``lists``."""

    def requeue_failed(
        self, mailing_id: int, lists: Sequence[str], now: datetime, contact_id: int | None = None
    ) -> int:
        """Queue the failed copies that may be sent once more, as if they were new; returns how many.

        ``contact_id`` limits it to one reader.
        """

    def copy_to(self, mailing_id: int, address: str) -> Delivery | None:
        """Where a reader's copy stands, the last one if there are more; None if there is none."""

    def newcomers(self, mailing_id: int, lists: Sequence[str], at: datetime | None = None) -> int:
        """How many active members of ``lists`` have no copy. With a time, those who pause then are not counted."""

    def give_up(self, mailing_id: int, reason: str, now: datetime) -> int:
        """Suppress every waiting copy; returns how many."""
