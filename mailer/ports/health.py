"""Where a process says how it does, and how the secretary hears of an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from mailer.model.health import Health


class HealthRecord(Protocol):
    """Keeps what a process says of itself, for others to read, also after its end. It never raises."""

    def last(self) -> Health | None:
        """What this process, or the one before it, said last."""

    def write(self, health: Health, urgent: bool) -> None:
        """Keep it; without ``urgent`` this may be left out if it was done a moment ago."""

    def others(self) -> Sequence[Health]:
        """What the other processes at work say."""


class WayToTell(Protocol):
    """A way to reach the secretary: a queued mail, a mail without the store, a note in the mailbox."""

    def __call__(self, notice: str, values: Mapping[str, object]) -> None:
        """Raises MailerError if it does not work now."""
