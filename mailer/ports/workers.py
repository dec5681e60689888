"""The workers that share one store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.model.health import Health
from mailer.model.outbox import Batch


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker, the time of its last sign of life, and what it was doing then."""

    name: str
    started_at: datetime
    seen_at: datetime
    doing: str
    health: Health | None = None
    """What it says of itself; None if it has not said anything yet."""


class WorkerQueries(Protocol):
    """Which workers there are, and how the outbox is divided among them."""

    def beat(self, name: str, doing: str, now: datetime) -> None:
        """Record a worker's sign of life."""

    def report(self, health: Health) -> None:
        """Record what a worker, or a daemon, says of itself; this is a sign of life, too."""

    def leave(self, name: str) -> None:
        """Remove a worker that has ended and is sending nothing."""

    def all(self) -> list[Seen]:
        """All workers by name; one that died stays until it is removed."""

    def batches(self, now: datetime, size: int) -> list[Batch]:
        """What is due of every running mailing, as ranges of ``size`` ids."""
