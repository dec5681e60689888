"""Jobs that workers share, and what a worker does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mailer.model.outbox import (
    Batch,
)


class Jobs(Protocol):
    """What workers are told to do, queued in the transaction that makes it necessary.

    A job is a hint: what is to be sent is what the outbox says. What is queued already is passed over.
    """

    batch: int
    """How many ids one job is about."""

    def deliver(self, batches: Sequence[Batch]) -> None:
        """Mailings take turns."""

    def converse(self) -> None:
        """Send service mail."""

    def receive(self) -> None:
        """Read the mailbox, if nobody does."""

    def waiting(self) -> int:
        """How many jobs nobody has begun."""


class Duties(Protocol):
    """What a worker does when a job says so; each may be called in a thread of its own, and none raises MailerError."""

    def beat(self, doing: Sequence[str]) -> None:
        """Give a sign of life, and find out who died: what they were sending is in doubt."""

    def tick(self) -> None:
        """Finish mailings, and hand out what is due."""

    def receive(self) -> None:
        """Read the mailbox and decide what follows, for as long as it is to be listened to at once."""

    def converse(self) -> None:
        """Send service mail."""

    def deliver(self, batch: Batch) -> None:
        """Send copies of a mailing."""

    def stop(self) -> None:
        """Finish what is in flight; safe in a signal handler (E16)."""

    def leave(self) -> None:
        """All of it has ended."""
