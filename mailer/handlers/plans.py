"""What a send would do, how it goes, and how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from mailer import author_consent, grants
from mailer.errors import Refused
from mailer.grants import Board, Changes
from mailer.message import Address
from mailer.model.issues import BUILT, Event, Issue, State
from mailer.model.lists import Contact, Standing
from mailer.model.mailings import NO_MAILING, ON_REQUEST, Mailing, MailingKind, Resend, lists_left
from mailer.model.next_steps import next_step, require
from mailer.model.outbox import UNRESOLVED, Counts, Delivery, Doubts, Trouble, Troubled
from mailer.model.refusals import Suspension
from mailer.model.rules import Rules
from mailer.office import Office
from mailer.ports import Work
from mailer.throttle.policy import Policy
from mailer.throttle.state import Forecast, HeldBack, LimitUse, forecast, state_of

BEGUN = (State.SENDING, State.SENT)
"""States of an issue that has copies."""

DOMAINS_SHOWN = 3
"""Domains with trouble that the progress of a send shows."""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What the secretary asks to be sent."""

    only: tuple[str, ...] = ()
    """Only to these lists; none means all lists of the publication."""
    doubts: Doubts | None = None
    due_at: datetime | None = None
    """When the daemon is to start it; None is now."""
    dry_run: bool = False


class ListSize(NamedTuple):
    key: str
    title: str
    members: int


@dataclass(frozen=True, slots=True)
class ResendCount:
    """How many more people can get an issue that has been sent."""

    mails: int
    suppressed: int = 0
    """Failed copies to addresses that take no mail."""
    left: int = 0
    """Failed copies to people who have left since."""


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What a send would do."""

    request: SendRequest
    issue: Issue
    mailing: Mailing | None
    """None before the issue is started."""
    lists: Sequence[ListSize]
    """The lists that it has not gone to yet."""
    copies: int
    """Mailboxes on those lists, each once, without those that had their copy through another list."""
    waiting: int
    """Copies that are written and not settled, and those in doubt that are to be sent once more."""
    forecast: Forecast
    more: Mapping[Resend, ResendCount]
    """Who else could get it, if this is a dry run."""
    changes: Changes
    """What a person has to agree to first."""
    board: Board
    """How the board differs from the one that was asked."""

    @property
    def keys(self) -> list[str]:
        return [size.key for size in self.lists]

    @property
    def mails(self) -> int:
        return self.copies + self.waiting

    @property
    def is_done(self) -> bool:
        """Whether everybody has it already."""
        return not self.mails and self.issue.state is State.SENT

    def needs_consent(self, at_work: bool) -> bool:
        """Whether to ask before sending; not to watch what another process, which is ``at_work``, sends anyway."""
        changes_nothing = not (self.copies or self.request.doubts)
        return bool(self.mails) and not (changes_nothing and at_work)

    @property
    def is_to_be_started(self) -> bool:
        """Whether something has to be written before anything can be sent."""
        return bool(self.lists or self.request.doubts or (self.mailing and self.mailing.suspension))


@dataclass(frozen=True, slots=True)
class ResendPlan:
    """What sending an issue to more people would do."""

    issue: Issue
    mailing: Mailing | None
    resend: Resend
    count: ResendCount
    changes: Changes
    """What a person has to agree to first."""


class Left(StrEnum):
    """What is left to do for an issue."""

    STOPPED = "stopped"  # nothing; readers without a copy get none
    LISTS = "lists"  # it has gone to some of its lists only
    FINISHED = "finished"
    PAUSED = "paused"
    SUSPENDED = "suspended"  # a refusal that may be about us suspended it
    QUEUED = "queued"
    DEFERRED = "deferred"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Report:
    """How the deliveries of an issue stand, or those of all service mail."""

    issue: Issue | None
    """None for service mail."""
    mailing: Mailing | None
    counts: Counts
    troubles: Sequence[Trouble]
    lists_left: Sequence[str] = ()
    """The issue's lists that it has not gone to."""
    unreached: int = 0
    """Readers on those lists who have no copy through another one."""

    @property
    def suspension(self) -> Suspension | None:
        """The refusal that has suspended it, if any."""
        return self.mailing.suspension if self.mailing else None

    @property
    def left(self) -> Left:
        if self.issue and self.issue.state is State.STOPPED:
            return Left.STOPPED
        if self.mailing and self.mailing.finished_at:
            return Left.LISTS if self.unreached else Left.FINISHED
        if self.suspension:
            return Left.SUSPENDED
        if self.mailing and self.mailing.paused_at:
            return Left.PAUSED
        if self.counts[Delivery.QUEUED]:
            return Left.QUEUED
        return Left.DEFERRED if self.counts[Delivery.DEFERRED] else Left.NOTHING


@dataclass(frozen=True, slots=True)
class Progress:
    """How a running send stands."""

    counts: Counts
    paused: bool = False
    troubled: Sequence[Troubled] = ()
    """The domains with most trouble."""
    obstacle: LimitUse | HeldBack | None = None
    """Why no mail goes now, although the mailing is not paused."""


def plan_send(office: Office, policy: Policy, issue: Issue, request: SendRequest) -> SendPlan:
    """What a send would do. Raises Refused, and says what is missing, if it must not be done."""
    mailing, rules = _mailing_of(office.work, issue), office.rules
    if not request.dry_run:
        _require_not_paused(rules, issue, mailing)
    _require_unedited(office, issue)
    keys = lists_left(rules.publication(issue.publication), mailing, request.only)
    if grants.find(office, Issue.KIND, issue.id) is None and issue.state not in BEGUN:
        name = f"Issue {issue.number} is {issue.state}"
        raise Refused(f"{name} and has no grant from the board: {next_step(rules, issue)}.")
    grant = grants.require_issue(office, issue, keys, request.due_at)
    if issue.state not in BEGUN:
        author_consent.require(office, issue)
    lists = office.work.lists
    reached = mailing.lists if mailing else ()
    copies = lists.audience(issue.publication, keys, without=reached, at=office.now)
    counts = office.work.outbox.counts(mailing.id if mailing else NO_MAILING)
    waiting = counts.unresolved + (counts[Delivery.DOUBTFUL] if request.doubts is Doubts.RESEND else 0)
    throttle = office.work.throttle
    return SendPlan(
        request,
        issue,
        mailing,
        [ListSize(key, rules.lists[key].title, lists.count(key)) for key in keys],
        copies,
        waiting,
        forecast(policy, throttle.used(), throttle.rates(), copies + waiting, office.now),
        {resend: _resend_count(office, mailing, resend) for resend in ON_REQUEST if request.dry_run},
        grants.changes(office, issue, grant),
        grants.board_since(office, grant),
    )


def _require_not_paused(rules: Rules, issue: Issue, mailing: Mailing | None) -> None:
    if mailing and mailing.paused_at and not mailing.suspension:
        name = rules.typed(issue.publication, issue.number)
        raise Refused(f"Issue {issue.number} is paused: resume it with `mailer resume {name}`.")


def _require_unedited(office: Office, issue: Issue) -> None:
    """The board has seen other bytes than those in the folder (A19)."""
    if issue.state not in BUILT or not office.sources.edited(issue):
        return
    name = office.rules.typed(issue.publication, issue.number)
    raise Refused(
        f"The source was edited after it was built, so a grant of issue {issue.number} does not cover it: "
        f"run `mailer issue build {name}`, then `mailer issue submit {name}`."
    )


def require_sendable(rules: Rules, planned: SendPlan) -> None:
    """Raises Refused if the issue cannot be scheduled as asked, or if nobody is to get it."""
    if planned.request.due_at is not None:
        require(rules, planned.issue, Event.SCHEDULE)
    elif planned.lists and not planned.mails:
        raise Refused(f"There is nobody to send it to: every member of {', '.join(planned.keys)} has a copy.")


def plan_resend(office: Office, issue: Issue, resend: Resend) -> ResendPlan:
    """To whom an issue that has been sent, or is being sent, could go as well. Raises Refused before that."""
    mailing = _begun(office, issue)
    grant = grants.require_issue(office, issue, mailing.lists)
    count = _resend_count(office, mailing, resend)
    return ResendPlan(issue, mailing, resend, count, grants.changes(office, issue, grant))


def _resend_count(office: Office, mailing: Mailing | None, resend: Resend) -> ResendCount:
    if mailing is None:
        return ResendCount(0)
    if resend is Resend.NEWCOMERS:
        return ResendCount(office.work.deliveries.newcomers(mailing.id, mailing.lists, office.now))
    failed = office.work.deliveries.failed(mailing.id, mailing.lists)
    return ResendCount(failed.ready, failed.suppressed, failed.left)


def require_resendable(rules: Rules, planned: ResendPlan) -> None:
    """Raises Refused if the issue is paused, or if nobody is to get it."""
    _require_not_paused(rules, planned.issue, planned.mailing)
    if not planned.count.mails:
        raise Refused("There is nobody to send it to.")


@dataclass(frozen=True, slots=True)
class AgainPlan:
    """One more copy of an issue for one reader."""

    issue: Issue
    reader: Contact
    had: Delivery | None
    """Where their last copy stands; None if they have had none."""
    changes: Changes
    """What a person has to agree to first."""


def plan_again(office: Office, issue: Issue, address: Address) -> AgainPlan:
    """What sending an issue to one reader once more would do.

    Raises Refused if they are no reader of what it went to, take no mail, or have a copy that still waits.
    """
    mailing, lists = _begun(office, issue), office.work.lists
    _require_not_paused(office.rules, issue, mailing)
    contact = lists.contact_at(str(address))
    if contact and issue.publication in lists.opt_outs(contact.id):
        raise Refused(f"{address} has left {office.rules.publication(issue.publication).title}, so it is not sent.")
    theirs = [one for one in lists.memberships_of(contact.id) if one.list in mailing.lists] if contact else []
    if contact is None or not any(one.standing is Standing.ACTIVE for one in theirs):
        was = "".join(f" ({one.standing} {one.list} on {one.since:%Y-%m-%d})" for one in theirs[:1])
        raise Refused(f"{address} is on none of the lists that it went to{was}: {', '.join(mailing.lists)}.")
    if reason := lists.suppressed(contact.address):
        raise Refused(f"{address} takes no mail ({reason}), so it is not sent.")
    had = office.work.deliveries.copy_to(mailing.id, contact.address)
    if had in UNRESOLVED:
        raise Refused(f"The copy to {address} is {had}, so it goes out anyway: `mailer status` says when.")
    grant = grants.require_issue(office, issue, mailing.lists)
    return AgainPlan(issue, contact, had, grants.changes(office, issue, grant))


def _begun(office: Office, issue: Issue) -> Mailing:
    """The mailing of an issue that has copies. Raises Refused before that."""
    mailing = _mailing_of(office.work, issue)
    if mailing is None or issue.state not in BEGUN:
        name = f"Issue {issue.number} is {issue.state}"
        raise Refused(f"{name}, so it has not been sent: {next_step(office.rules, issue)}.")
    return mailing


def counts(office: Office, issue: Issue | None) -> Counts:
    """The deliveries of an issue, or of service mail, by state."""
    return office.work.outbox.counts(_copies_of(issue, _mailing_of(office.work, issue)))


def report(office: Office, issue: Issue | None) -> Report:
    """How an issue stands now; None means service mail, and then its troubles are those of all mail."""
    now = office.work.issues.issue_by_id(issue.id) if issue else None
    mailing = _mailing_of(office.work, issue)
    copies, outbox = _copies_of(issue, mailing), office.work.outbox
    found = Report(now, mailing, outbox.counts(copies), outbox.troubles(copies))
    if issue is None or mailing is None:
        return found
    left = lists_left(office.rules.publication(issue.publication), mailing)
    unreached = office.work.lists.audience(issue.publication, left, without=mailing.lists)
    return replace(found, lists_left=left, unreached=unreached)


def progress(office: Office, policy: Policy, issue: Issue | None) -> Progress:
    """How the sending of an issue, or of service mail, goes."""
    found, mailing = counts(office, issue), _mailing_of(office.work, issue)
    if mailing is None:
        return Progress(found)
    throttle = office.work.throttle
    state = state_of(policy, throttle.used(), throttle.breakers(), throttle.rates(), office.now)
    troubled = office.work.deliveries.troubled(mailing.id, DOMAINS_SHOWN)
    return Progress(found, mailing.paused_at is not None, troubled, state.obstacle)


def _mailing_of(work: Work, issue: Issue | None) -> Mailing | None:
    return work.mailings.of(MailingKind.ISSUE, issue.id) if issue else None


def _copies_of(issue: Issue | None, mailing: Mailing | None) -> int | None:
    """What queries of the outbox take: None for service mail, NO_MAILING for an issue that has not been started."""
    if issue is None:
        return None
    return mailing.id if mailing else NO_MAILING
