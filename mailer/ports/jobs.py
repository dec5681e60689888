"""The jobs that workers share, and what a worker does for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from mailer.model.outbox import (
    Batch,
)


class Jobs(Protocol):
    """A queue of jobs for workers; a job is queued in the transaction that makes it necessary.

    A job is a hint: the outbox alone says what is to be sent. A job that is queued already is not queued twice.
    """

    batch: int
    """How many ids of the outbox one job covers."""

    def deliver(self, batches: Sequence[Batch]) -> None:
        """Send copies. Jobs of several mailings alternate."""

    def send_service_mail(self) -> None:
        """Send service mail."""

    def receive(self) -> None:
        """Read the mailbox, unless a worker does so already."""

    def waiting(self) -> int:
        """How many jobs no worker has begun."""


class Duties(Protocol):
    """What a worker does for each job. Each method may run in its own thread, and none raises MailerError."""

    def beat(self, doing: Sequence[str]) -> None:
        """Record a sign of life, and find workers that died: what they were sending is in doubt."""

    def look_after(self) -> None:
        """Tell of what fails for too long. This may take minutes, and has a thread of its own."""

    def tick(self) -> None:
        """Finish mailings, and queue jobs for what is due."""

    def receive(self) -> None:
        """Read the mailbox and act on what came, until the time for one such job is over."""

    def send_service_mail(self) -> None:
        """Send service mail."""

    def deliver(self, batch: Batch) -> None:
        """Send copies of a mailing."""

    def stop(self) -> None:
        """Ask the worker to finish what is in flight and stop; safe in a signal handler (E16)."""

    def stop_at_once(self) -> None:
        """Ask the worker to break off what is in flight, too; safe in a signal handler."""

    def leave(self) -> None:
        """Record that the worker has ended."""
