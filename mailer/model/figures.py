"""How the office stands, in figures that its store alone can tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mailer.model.outbox import Counts, Delivery


@dataclass(frozen=True, slots=True)
class Figures:
    conversation: Counts
    issues: Mapping[tuple[str, int], Counts]
    """Copies by publication and number."""
    oldest_service_mail: timedelta
    """For how long that one has been due which waits for longest; nothing where none does."""
    oldest_copy: timedelta
    """The same of running mailings."""
    inbound: Mapping[str, int]
    """Mails that came in, by kind."""
    attention: int
    """Mails that were set aside for a person."""

    @property
    def deliveries(self) -> Counts:
        """Service mails and copies together."""
        every = (self.conversation, *self.issues.values())
        return Counts({state: sum(counts[state] for counts in every) for state in Delivery})
