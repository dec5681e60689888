"""A mailing: what goes to many, one copy to each of its readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from mailer.errors import Refused
from mailer.model.lists import Format
from mailer.model.publications import Publication
from mailer.model.refusals import Suspension


class MailingKind(StrEnum):
    """What a mailing sends."""

    ISSUE = "issue"  # its subject is the issue's id
    COPIES = "copies"  # of an issue, for readers who ask for it by mail; its subject is the issue's id
    EDITION = "edition"  # of an issue in another language; its subject is the translation's id
    EDITION_COPIES = "edition copies"  # for readers who ask for it by mail; its subject is the translation's id
    REVIEW = "review"  # asks the entries of a list whether they are right; its subject is the round's id
    PRESS = "press"  # a press release, for journalists; its subject is the id of the document's version
    REVIEW_REMINDER = "review reminder"  # asks them once more; its subject is the round's id


OF_EDITIONS = (MailingKind.EDITION, MailingKind.EDITION_COPIES)
"""Kinds of mailing that send an issue in another language."""

OF_REVIEWS = (MailingKind.REVIEW, MailingKind.REVIEW_REMINDER)
"""Kinds of mailing that ask entries of a list about themselves."""

ON_REQUEST_OF_READERS = (MailingKind.COPIES, MailingKind.EDITION_COPIES)
"""Kinds of mailing that end quietly and begin again."""


class Resend(StrEnum):
    """Who gets a mailing that had finished before."""

    LISTS = "lists"  # lists that had not had it
    FAILED = "failed"  # those whose copy failed
    NEWCOMERS = "newcomers"  # those who joined since
    DOUBTFUL = "in doubt"  # those whose copy is in doubt
    READER = "reader"  # one reader, once more
    WAITED = "waited"  # those who waited for an edition in their language


ON_REQUEST = (Resend.FAILED, Resend.NEWCOMERS)
"""Resends that the secretary can ask for."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """The sending of one subject to its readers. A subject has at most one mailing of each kind."""

    id: int
    kind: MailingKind
    subject: int
    """The id of what is sent; ``kind`` says in which table."""
    publication: str
    """The key of the publication; those who have left it get no copy."""
    lists: tuple[str, ...]
    """The lists whose members have a copy in the outbox."""
    started_at: datetime
    paused_at: datetime | None = None
    """While this is set, no copy is sent."""
    suspension: Suspension | None = None
    """The refusal because of which it was paused; None if a person paused it."""
    cancelled_at: datetime | None = None
    """Once this is set, no more copies are sent."""
    finished_at: datetime | None = None
    """When the last copy was settled."""
    resend: Resend | None = None
    """Who gets it in the latest resend, or None if it was never resumed after it had finished."""
    resend_at: datetime | None = None
    """When the latest resend was started."""
    waits: tuple[tuple[int, datetime], ...] = ()
    """Translations whose readers wait for them, each with the time at which these get the original."""

    @property
    def is_running(self) -> bool:
        """Whether its copies may be sent now."""
        return self.paused_at is None and self.cancelled_at is None and self.finished_at is None

    @property
    def began_at(self) -> datetime:
        """When the latest resend was started, or else the mailing."""
        return self.resend_at or self.started_at

    def to(self, lists: Iterable[str]) -> Mailing:
        """The mailing with ``lists`` added."""
        return replace(self, lists=tuple(sorted({*self.lists, *lists})))

    def continued(self, resend: Resend, now: datetime) -> Mailing:
        """The mailing with more to send. If it had finished, this is a resend to those that ``resend`` names."""
        if self.finished_at is None:
            return self
        return replace(self, finished_at=None, resend=resend, resend_at=now)


@dataclass(frozen=True, slots=True)
class Alike:
    """How the copies of a mailing that is not personal differ: only by format and by edition."""

    format: Format
    """The format of readers who have not chosen one."""
    language: str
    """The edition's language for readers whose own is not in ``languages``."""
    languages: Mapping[str, str]
    """The edition's language for each language of readers."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Those members of lists whom a mailing is for, if it is not for all."""

    languages: frozenset[str]
    """The languages of contacts, as they are stored; empty is none that we know."""
    besides: tuple[int, ...] = ()
    """Those with a copy of one of these mailings get none."""


NO_MAILING = 0
"""The id of no mailing. It has no copies, so a sender that is limited to it sends only service mail."""


def lists_left(publication: Publication, mailing: Mailing | None, only: Sequence[str] = ()) -> list[str]:
    """The lists that an issue has not gone to yet; ``only`` narrows them. Raises Refused for a list not its own."""
    if strange := sorted(set(only) - set(publication.lists)):
        raise Refused(f"{publication.title} does not go to {', '.join(strange)}: only {', '.join(publication.lists)}.")
    reached = mailing.lists if mailing else ()
    return [key for key in (only or publication.lists) if key not in reached]


def cause_of(mailing_id: int) -> str:
    """The cause of a mailing's copies in the outbox."""
    return f"mailing {mailing_id}"
