"""Figures about the office that are read from its store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mailer.model.outbox import Counts, Delivery


@dataclass(frozen=True, slots=True)
class Figures:
    service_mail: Counts
    issues: Mapping[tuple[str, int], Counts]
    """Copies by publication and number."""
    oldest_service_mail: timedelta
    """How long the oldest waiting service mail has been due; 0 if none waits."""
    oldest_copy: timedelta
    """The same for copies of running mailings."""
    inbound: Mapping[str, int]
    """Mails that came in, by kind."""
    attention: int
    """Mails that were filed in Attention, for a person."""

    @property
    def deliveries(self) -> Counts:
        """Service mails and copies together."""
        every = (self.service_mail, *self.issues.values())
        return Counts({state: sum(counts[state] for counts in every) for state in Delivery})
