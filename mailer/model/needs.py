"""What needs a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mailer.model.criteria import Kind
from mailer.model.issues import Issue
from mailer.model.outbox import Counts, Delivery
from mailer.model.refusals import Suspension


class NeedKind(StrEnum):
    """Why a person is needed."""

    SET_ASIDE = "set aside"  # incoming mail that mailer could not handle
    LATE_ANSWERS = "late answers"  # people have waited longer for one than they were told
    WAITING_ANSWERS = "waiting answers"  # people wait for one, not longer than they were told
    REFUSED = "refused"  # the relay or a provider refuses our mail
    SLOWED = "slowed"  # the relay or a provider asks for less mail
    DOUBTFUL_SERVICE_MAIL = "doubtful service mail"
    DOUBTFUL_COPIES = "doubtful copies"
    BROKEN_OFF = "broken off"  # copies were under way when the last sender ended
    NOBODY_SENDS = "nobody sends"
    PAUSED = "paused"
    EDITED = "edited"  # its source is not what was built
    LISTS_LEFT = "lists left"  # it has gone to some of its lists only
    SUSPENDED = "suspended"  # a refusal that may be about us suspended it
    MISSED = "missed"  # no daemon ran when the issue was due
    UNDECIDED = "undecided"  # the silence of some members may be no consent
    RESTORED = "restored"  # from a backup: nothing is sent before a person looks
    UNREACHED = "unreached"  # members whose mail does not arrive
    PRESENTERS = "presenters"  # somebody has registered as one, and nobody has decided
    EVENTS = "events"  # an event, or a change of one, was announced, and nobody has decided
    NOMINATIONS = "nominations"  # a member proposes to invite somebody, and nobody has decided
    REVIEWS = "reviews"  # nobody has decided what becomes of those who did not answer
    CRITERIA = "criteria"  # the configuration differs from the criteria in force
    NEXT_STEP = "next step"


@dataclass(frozen=True, slots=True)
class Need:
    """One reason for a person to act."""

    kind: NeedKind
    issue: Issue | None = None
    """None if it is about no issue."""
    count: int = 0
    """Mails, or readers, that are concerned, if the kind counts them."""
    lists: Sequence[str] = ()
    """Lists that are concerned."""
    suspension: Suspension | None = None
    """Why it is suspended, refused or slowed, if it is."""
    criteria: Kind | None = None
    """The document that is concerned, if one of the criteria is."""
    server: str = ""
    """The provider's domain, or the relay's host, that refuses or slows our mail, if one does."""


def stalled(issue: Issue, counts: Counts, paused: bool, at_work: bool) -> list[Need]:
    """Why an issue does not go on although its copies are not settled; nothing while a process is ``at_work``."""
    if at_work:
        return []
    needs = []
    if broken_off := counts[Delivery.SENDING]:
        needs.append(Need(NeedKind.BROKEN_OFF, issue, broken_off))
    if counts[Delivery.QUEUED] and not paused:
        needs.append(Need(NeedKind.NOBODY_SENDS, issue, counts[Delivery.QUEUED]))
    return needs
