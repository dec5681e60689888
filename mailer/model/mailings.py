"""A mailing: what goes to many, one copy to each of its readers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class MailingKind(StrEnum):
    """What goes out."""

    ISSUE = "issue"  # subject: the issue's id


class Resend(StrEnum):
    """Who gets a mailing that was finished before."""

    LISTS = "lists"  # lists that it had not gone to
    FAILED = "failed"  # those whose copy failed
    NEWCOMERS = "newcomers"  # those who joined since
    DOUBTFUL = "in doubt"  # those who may have it, or not


@dataclass(frozen=True, slots=True)
class Mailing:
    """One subject on its way to its readers. Each subject has at most one mailing of a kind."""

    id: int
    kind: MailingKind
    subject: int
    """The id of what goes out, as ``kind`` says."""
    publication: str
    """The key of the publication; those who have left it get no copy."""
    lists: tuple[str, ...]
    """The lists whose copies are written."""
    started_at: datetime
    paused_at: datetime | None = None
    """While it is set, no copy is taken."""
    cancelled_at: datetime | None = None
    """Once it is set, no copy is taken any more."""
    finished_at: datetime | None = None
    """When nothing was left to send."""
    resend: Resend | None = None
    """Who gets it, or got it last, if it had been finished before."""
    resend_at: datetime | None = None
    """When that was started."""

    @property
    def is_running(self) -> bool:
        """Whether its copies may go now."""
        return self.paused_at is None and self.cancelled_at is None and self.finished_at is None

    @property
    def began_at(self) -> datetime:
        """When the copies that go out now, or went out last, were started."""
        return self.resend_at or self.started_at

    def to(self, lists: Iterable[str]) -> Mailing:
        """The same with copies for ``lists`` too."""
        return replace(self, lists=tuple(sorted({*self.lists, *lists})))

    def continued(self, resend: Resend, now: datetime) -> Mailing:
        """The same with more to send; ``resend`` says to whom, if it had been finished."""
        if self.finished_at is None:
            return self
        return replace(self, finished_at=None, resend=resend, resend_at=now)


NO_MAILING = 0
"""The id of no mailing: it has no copies, so a sender that is limited to it sends conversation alone."""


def cause_of(mailing_id: int) -> str:
    """The cause of a mailing's copies in the outbox."""
    return f"mailing {mailing_id}"
