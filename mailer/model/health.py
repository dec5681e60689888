"""Whether a process that runs for long does its work: when each part last worked, and since when it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from mailer.errors import DiskFull, StoreUnusable

TELL_AFTER = timedelta(hours=1)
"""How long a part may fail before the secretary is told."""

FAULT_LENGTH = 300
"""Characters of a fault that are kept."""


class Part(StrEnum):
    """What a process needs in order to work."""

    MAILBOX = "mailbox"  # mail is read
    RELAY = "relay"  # mail is sent
    STORE = "store"  # anything is recorded; its disk has room


def part_of(fault: Exception, otherwise: Part) -> Part:
    """The part that a fault is of; every part uses the store."""
    return Part.STORE if isinstance(fault, StoreUnusable | DiskFull) else otherwise


@dataclass(frozen=True, slots=True)
class PartHealth:
    """How one part does."""

    worked_at: datetime | None = None
    failing_since: datetime | None = None
    """None while it works."""
    failed_at: datetime | None = None
    fault: str = ""
    """The latest fault, also after it has passed."""
    told_at: datetime | None = None
    """When the secretary was told of the present outage."""

    def worked(self, now: datetime) -> PartHealth:
        return replace(self, worked_at=now, failing_since=None, told_at=None)

    def failed(self, now: datetime, fault: str) -> PartHealth:
        since = self.failing_since or now
        return replace(self, failing_since=since, failed_at=now, fault=fault[:FAULT_LENGTH])

    def must_be_told(self, now: datetime) -> bool:
        """Whether it fails for so long that the secretary has to know, and does not yet."""
        return self.told_at is None and self.failing_since is not None and now - self.failing_since >= TELL_AFTER


@dataclass(frozen=True, slots=True)
class Health:
    """How a process does, by its own account."""

    name: str
    """``daemon`` or a worker, with its machine and process id."""
    started_at: datetime
    seen_at: datetime
    """Its last sign of life."""
    stopped_at: datetime | None = None
    parts: Mapping[Part, PartHealth] = field(default_factory=dict)

    def part(self, part: Part) -> PartHealth:
        return self.parts.get(part, PartHealth())

    def changed(self, part: Part, to: PartHealth) -> Health:
        return replace(self, parts={**self.parts, part: to})

    @property
    def failing(self) -> Mapping[Part, PartHealth]:
        return {part: how for part, how in self.parts.items() if how.failing_since}

    @property
    def last_fault(self) -> tuple[Part, PartHealth] | None:
        """The part that failed last, whether or not it works again."""
        failed = [(how.failed_at, part) for part, how in self.parts.items() if how.failed_at]
        return (part := max(failed)[1], self.parts[part]) if failed else None

    def as_json(self) -> dict[str, Any]:
        """For a file, a column and scripts."""
        return {
            "name": self.name,
            "started": self.started_at.isoformat(),
            "seen": self.seen_at.isoformat(),
            "stopped": _text(self.stopped_at),
            "parts": {
                part.value: {
                    "worked": _text(how.worked_at),
                    "failing_since": _text(how.failing_since),
                    "failed": _text(how.failed_at),
                    "fault": how.fault,
                    "told": _text(how.told_at),
                }
                for part, how in self.parts.items()
            },
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Health:
        """Raises ValueError, KeyError or TypeError for anything else than what ``as_json`` makes."""
        parts = {Part(part): _part_from_json(how) for part, how in value["parts"].items()}
        started, seen = datetime.fromisoformat(value["started"]), datetime.fromisoformat(value["seen"])
        return cls(str(value["name"]), started, seen, _time(value["stopped"]), parts)


@dataclass(frozen=True, slots=True)
class Process:
    """A daemon or a worker: what it says of itself, and whether it is at work."""

    health: Health
    at_work: bool


def works_elsewhere(part: Part, since: datetime, others: Iterable[Health]) -> bool:
    """Whether another process has used the part since then: then it is no outage of the office."""
    return any((worked := other.part(part).worked_at) is not None and worked > since for other in others)


def _part_from_json(how: Mapping[str, Any]) -> PartHealth:
    worked_at, failing_since, failed_at = (_time(how[name]) for name in ("worked", "failing_since", "failed"))
    return PartHealth(worked_at, failing_since, failed_at, str(how["fault"]), _time(how["told"]))


def _text(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
