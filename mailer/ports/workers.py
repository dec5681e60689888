"""The workers that share one store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.model.outbox import (
    Batch,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker, when it last gave a sign of life, and what it was about then."""

    name: str
    started_at: datetime
    seen_at: datetime
    doing: str


class WorkerQueries(Protocol):
    """Which workers there are, and how the outbox is shared out among them."""

    def beat(self, name: str, doing: str, now: datetime) -> None:
        """A sign of life."""

    def leave(self, name: str) -> None:
        """It has ended, and nothing of it is under way."""

    def all(self) -> list[Seen]:
        """By name; those that died stay until they are made to leave."""

    def batches(self, now: datetime, size: int) -> list[Batch]:
        """What is due of every running mailing, in ranges of ``size`` ids."""
