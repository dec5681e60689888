"""A store that was restored from a backup: what it cannot know, and why nothing is sent before a person looks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from mailer.errors import Refused
from mailer.model.issues import State
from mailer.tokens import Era


class Recorded(StrEnum):
    """What a journal has details of, so that it can be done again after a restore."""

    SUBSCRIBED = "subscribed"
    LEFT = "left"
    REMOVED = "removed"
    CAME_BACK = "came back"
    CHANGED = "changed"
    BOUNCED = "bounced"
    HELD_BACK = "held back"
    TRIED_AGAIN = "tried again"
    GIVEN_UP = "given up"
    MAILED_AGAIN = "mailed again"
    COMPLAINED = "complained"
    FORGOTTEN = "forgotten"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "no longer suppressed"


SENDS = ("sending started", "edition started", "sent to newcomers", "failed sent again")
"""Actions after which readers may have mail that the backup does not know of."""

MAYBE_SENT = frozenset({State.RENDERED, State.SUBMITTED, State.APPROVED, State.SCHEDULED})
"""States from which an issue may have gone on to be sent after the backup."""


def _texts(value: object) -> Iterator[str]:
    """All texts in JSON's types."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)


class Entry(NamedTuple):
    """A line of a journal."""

    at: datetime
    action: str
    subject: str
    detail: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "action": self.action, "subject": self.subject, "detail": dict(self.detail)}

    def names(self, keys: Collection[str]) -> bool:
        """Whether it is about one of these addresses (by their keys)."""
        return any(text.lower() in keys for text in (self.subject, *_texts(self.detail)))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Entry:
        """Raises ValueError, KeyError or TypeError for anything else than what ``as_json`` makes."""
        at, detail = datetime.fromisoformat(value["at"]), value["detail"]
        if at.tzinfo is None or not isinstance(detail, dict):
            raise ValueError("no time with a zone, or no details")
        return cls(at, str(value["action"]), str(value["subject"]), detail)


@dataclass(frozen=True, slots=True)
class Restoration:
    """A restore, and how far it has come."""

    id: int
    backup_at: datetime
    restored_at: datetime
    era: Era
    last_mail: int
    """The last row of the outbox in the backup."""
    journal: Sequence[Entry]
    journal_since: datetime | None
    """When the journal begins; None if there was none."""
    doubts: int
    maybe_sent: Sequence[int]
    """Ids of issues that may have been started since the backup."""
    read_again_at: datetime | None
    """When the mail that had been filed since the backup was read again."""
    resumed_at: datetime | None

    @property
    def has_gap(self) -> bool:
        """Whether some of what happened since the backup is in no journal."""
        return self.journal_since is None or self.journal_since > self.backup_at


def require_resumed(restoration: Restoration | None) -> None:
    """Raises Refused while nothing may be sent."""
    if restoration is not None:
        raise Refused(
            f"The store was restored from a backup of {restoration.backup_at:%Y-%m-%d %H:%M} UTC, so nothing is sent: "
            "see with `mailer resume` what may have been sent since, and let it go on."
        )
