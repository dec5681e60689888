"""What happens to a mailing: it is scheduled, started, paused, resumed, finished and resent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import NamedTuple

from mailer.errors import Refused
from mailer.model.failures import CANCELLED, group_replies
from mailer.model.issues import Event, Issue, State, advance, edition_for, require_grant, too_late
from mailer.model.mailings import NO_MAILING, Alike, Mailing, MailingKind, Resend
from mailer.model.needs import Need, stalled
from mailer.model.next_steps import next_step, require
from mailer.model.outbox import Counts, Delivery, Doubts, Trouble, Troubled, transition
from mailer.model.rules import Rules
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.ports import Work
from mailer.throttle.policy import Policy
from mailer.throttle.state import Forecast, HeldBack, LimitUse, forecast, state_of

WHOM: Mapping[Resend, Phrase] = {
    Resend.LISTS: phrase("to lists that had not received it"),
    Resend.FAILED: phrase("to those whose copy had failed"),
    Resend.NEWCOMERS: phrase("to those who joined since"),
    Resend.DOUBTFUL: phrase("to those who may or may not have received it"),
}
"""Who gets a resend, in words."""

BEGUN = (State.SENDING, State.SENT)
"""States of an issue that has copies."""

DOMAINS_SHOWN = 3
"""Domains with trouble that the progress of a send shows."""

DOUBTS_NAMED = 20
"""How many recipients in doubt the summary names."""


def of_issue(work: Work, issue: Issue) -> Mailing | None:
    """The mailing of ``issue``, or None if it has not been started."""
    return work.mailings.of(MailingKind.ISSUE, issue.id)


def copies_of(work: Work, issue: Issue | None) -> int | None:
    """The ``mailing_id`` that queries of the outbox take: that of ``issue``, or None for service mail.

    It is NO_MAILING if the issue has not been started.
    """
    if issue is None:
        return None
    mailing = of_issue(work, issue)
    return mailing.id if mailing else NO_MAILING


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


@dataclass(frozen=True, slots=True)
class ResendPlan:
    """What sending an issue to more people would do."""

    issue: Issue
    mailing: Mailing | None
    resend: Resend
    count: ResendCount


class Left(StrEnum):
    """What is left to do for an issue."""

    CANCELLED = "cancelled"  # nothing; readers without a copy get none
    FINISHED = "finished"
    PAUSED = "paused"
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

    @property
    def left(self) -> Left:
        if self.issue and self.issue.state is State.CANCELLED:
            return Left.CANCELLED
        if self.mailing and self.mailing.finished_at:
            return Left.FINISHED
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


@dataclass(frozen=True, slots=True)
class Switched:
    """An issue that was to be paused or resumed."""

    issue: Issue
    changed: bool
    """False if it was so before."""
    counts: Counts
    needs: Sequence[Need] = ()


def outstanding(office: Office, issue: Issue, only: Sequence[str] = ()) -> list[str]:
    """The lists that the issue has not gone to yet; ``only`` narrows them. Raises Refused for a list not its own."""
    publication = office.rules.publication(issue.publication)
    if strange := sorted(set(only) - set(publication.lists)):
        raise Refused(f"{publication.title} does not go to {', '.join(strange)}: only {', '.join(publication.lists)}.")
    mailing = of_issue(office.work, issue)
    reached = mailing.lists if mailing else ()
    return [key for key in (only or publication.lists) if key not in reached]


def plan(office: Office, policy: Policy, issue: Issue, request: SendRequest) -> SendPlan:
    """What a send would do. Raises Refused, and says what is missing, if it must not be done."""
    mailing, rules = of_issue(office.work, issue), office.rules
    if not request.dry_run:
        _require_not_paused(rules, issue, mailing)
    _require_unedited(office, issue)
    keys = outstanding(office, issue, request.only)
    grant = office.work.approvals.grant(Issue.KIND, issue.id)
    if grant is None and issue.state not in BEGUN:
        name = f"Issue {issue.number} is {issue.state}"
        raise Refused(f"{name} and has no grant from the board: {next_step(rules, issue)}.")
    require_grant(issue, grant, keys)
    lists = office.work.lists
    reached = mailing.lists if mailing else ()
    before, after = (lists.audience(issue.publication, which) for which in (reached, [*reached, *keys]))
    counts = office.work.outbox.counts(copies_of(office.work, issue))
    waiting = counts.unresolved + (counts[Delivery.DOUBTFUL] if request.doubts is Doubts.RESEND else 0)
    throttle = office.work.throttle
    return SendPlan(
        request,
        issue,
        mailing,
        [ListSize(key, rules.lists[key].title, lists.count(key)) for key in keys],
        after - before,
        waiting,
        forecast(policy, throttle.used(), throttle.rates(), after - before + waiting, office.now),
        {resend: _resend_count(office.work, mailing, resend) for resend in RESENDS if request.dry_run},
    )


def _require_not_paused(rules: Rules, issue: Issue, mailing: Mailing | None) -> None:
    if mailing and mailing.paused_at:
        name = rules.typed(issue.publication, issue.number)
        raise Refused(f"Issue {issue.number} is paused: resume it with `mailer resume {name}`.")


def _require_unedited(office: Office, issue: Issue) -> None:
    """The board has seen other bytes than those in the folder (A19)."""
    if issue.digest is None or issue.state in (*BEGUN, State.CANCELLED) or not office.sources.edited(issue):
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


def begin(office: Office, planned: SendPlan) -> int | None:
    """Carry out a plan: decide doubts, and write copies for the lists in it. How many doubts, if it was asked."""
    issue, doubts = planned.issue, planned.request.doubts
    resolved = resolve_doubts(office, issue, doubts) if doubts else None
    if planned.lists:
        now = office.work.issues.issue_by_id(issue.id)
        assert now is not None
        start(office, now, outstanding(office, now, planned.keys))
    return resolved


def resolve_doubts(office: Office, issue: Issue | None, doubts: Doubts) -> int:
    """Send what is in doubt once more, under the same Message-ID, or give it up; how many mails.

    ``issue`` None means service mail.
    """
    resend = doubts is Doubts.RESEND
    state = transition(Delivery.DOUBTFUL, Delivery.QUEUED if resend else Delivery.FAILED)
    mailing = of_issue(office.work, issue) if issue else None
    if issue and mailing is None:
        return 0
    resolved = office.work.outbox.resolve_doubts(mailing.id if mailing else None, state, office.now)
    if resolved and issue and mailing and resend and issue.state is State.SENT:
        office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
        office.work.mailings.save(mailing.continued(Resend.DOUBTFUL, office.now))
    if resolved:
        office.hand_out()
        office.record("doubts resolved", issue.name if issue else "service mail", mails=resolved, resend=resend)
    return resolved


def schedule(office: Office, issue: Issue, due_at: datetime) -> None:
    """Let the daemon start the issue at ``due_at``. Raises Refused without a grant for all lists that are left."""
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), outstanding(office, issue))
    require(office.rules, issue, Event.SCHEDULE)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.SCHEDULE))
    office.work.issues.set_due(issue.id, due_at)
    office.record("scheduled", issue.name, due=due_at.isoformat())


def start(office: Office, issue: Issue, lists: Sequence[str]) -> int:
    """Queue a copy for every active member of ``lists``, in one set operation; returns how many.

    Raises Refused without a grant: copies are queued only where the grant is checked (law 4).
    """
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), lists)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
    mailing = of_issue(office.work, issue)
    if mailing is None:
        mailing = office.work.mailings.add(MailingKind.ISSUE, issue.id, issue.publication, lists, office.now)
    else:
        mailing = mailing.to(lists).continued(Resend.LISTS, office.now)
        office.work.mailings.save(mailing)
    rows = _write_copies(office, issue, mailing, lists)
    office.record("sending started", issue.name, lists=list(lists), deliveries=rows)
    return rows


def plan_resend(office: Office, issue: Issue, resend: Resend) -> ResendPlan:
    """To whom an issue that has been sent, or is being sent, could go as well. Raises Refused before that."""
    if issue.state not in BEGUN:
        name = f"Issue {issue.number} is {issue.state}"
        raise Refused(f"{name}, so it has not been sent: {next_step(office.rules, issue)}.")
    mailing = of_issue(office.work, issue)
    return ResendPlan(issue, mailing, resend, _resend_count(office.work, mailing, resend))


def _resend_count(work: Work, mailing: Mailing | None, resend: Resend) -> ResendCount:
    if mailing is None:
        return ResendCount(0)
    if resend is Resend.NEWCOMERS:
        return ResendCount(work.deliveries.newcomers(mailing.id, mailing.lists))
    failed = work.deliveries.failed(mailing.id, mailing.lists)
    return ResendCount(failed.ready, failed.suppressed, failed.left)


def require_resendable(rules: Rules, planned: ResendPlan) -> None:
    """Raises Refused if the issue is paused, or if nobody is to get it."""
    _require_not_paused(rules, planned.issue, planned.mailing)
    if not planned.count.mails:
        raise Refused("There is nobody to send it to.")


def resend(office: Office, issue: Issue, to: Resend) -> int:
    """Send to those whose copy failed, or to newcomers; how many mails."""
    return RESENDS[to](office, issue)


def send_to_newcomers(office: Office, issue: Issue) -> int:
    """Queue a copy for everyone who has joined the mailing's lists since it was started; returns how many."""
    mailing = _continue(office, issue, Resend.NEWCOMERS)
    rows = _write_copies(office, issue, mailing, mailing.lists)
    office.record("sent to newcomers", issue.name, deliveries=rows)
    return rows


def resend_failed(office: Office, issue: Issue) -> int:
    """Queue failed copies once more, under the same Message-ID, for recipients who may get it; returns how many."""
    mailing = _continue(office, issue, Resend.FAILED)
    rows = office.work.deliveries.requeue_failed(mailing.id, mailing.lists, office.now)
    office.hand_out()
    office.record("failed sent again", issue.name, deliveries=rows)
    return rows


RESENDS: Mapping[Resend, Callable[[Office, Issue], int]] = {
    Resend.FAILED: resend_failed,
    Resend.NEWCOMERS: send_to_newcomers,
}
"""How each of those is done that the secretary can ask for."""


def _continue(office: Office, issue: Issue, resend: Resend) -> Mailing:
    """The mailing of an issue that was started before, ready for more copies. Raises Refused without a grant."""
    mailing = of_issue(office.work, issue)
    if mailing is None or issue.state not in (State.SENDING, State.SENT):
        raise Refused(f"Issue {issue.number} is {issue.state}: it has not gone out yet, so there is nothing to add to.")
    require_grant(issue, office.work.approvals.grant(Issue.KIND, issue.id), mailing.lists)
    office.work.issues.set_state(issue.id, advance(issue.state, Event.START))
    mailing = mailing.continued(resend, office.now)
    office.work.mailings.save(mailing)
    return mailing


def _write_copies(office: Office, issue: Issue, mailing: Mailing, lists: Sequence[str]) -> int:
    left = f"<{issue.publication}-{issue.number}."
    right = f".{(issue.digest or '')[:12]}@{office.rules.address.domain}>"
    alike = None if office.rules.publication(issue.publication).personal else _alike(office, issue, lists)
    rows = office.work.outbox.add_copies(mailing.id, lists, left, right, office.now, alike)
    office.hand_out()
    return rows


def _alike(office: Office, issue: Issue, lists: Sequence[str]) -> Alike:
    readers = office.work.lists.languages(lists)
    editions = {language: edition_for(issue.editions, language).language for language in readers}
    return Alike(office.rules.format, issue.editions[0].language, editions)


def due(office: Office, now: datetime) -> list[Decision]:
    """Start the scheduled issues that are due; an edited one is no longer scheduled (see ``handlers.issues``)."""
    return [Decision(f"starting {issue.name}", partial(release, issue=issue)) for issue in office.work.issues.due(now)]


def release(office: Office, issue: Issue) -> None:
    """Start a scheduled issue, for the lists that were approved; if it is too late for that, ask the secretary.

    ``issue`` was read earlier. If it or its source has changed since, this does nothing.
    """
    if office.work.issues.issue_by_id(issue.id) != issue or office.sources.edited(issue):
        return
    if issue.due_at and too_late(issue.due_at, office.now, office.rules.grace):
        _miss(office, issue, issue.due_at)
        return
    grant = office.work.approvals.grant(Issue.KIND, issue.id)  # without one, start() refuses
    start(office, issue, [key for key in outstanding(office, issue) if grant is None or key in grant.lists])


def _miss(office: Office, issue: Issue, due_at: datetime) -> None:
    """Keep the issue approved but no longer scheduled, and ask the secretary what to do."""
    office.work.issues.set_state(issue.id, advance(issue.state, Event.MISS))
    office.record("missed", issue.name, due=due_at.isoformat())
    values = {
        "publication": office.rules.publication(issue.publication).title,
        "title": issue.title,
        "due": due_at,
        "now": office.now,
        "number": issue.number,
        "typed": office.rules.typed(issue.publication, issue.number),
    }
    office.tell_secretary("missed", values, once=f"missed {issue.id} {due_at.isoformat()}")


def pause_each(office: Office, issue: Issue | None) -> list[Switched]:
    """Pause one issue, or all that are being sent."""
    return [_switched(office, one, pause(office, one)) for one in ([issue] if issue else unfinished(office))]


def resume_each(office: Office, issue: Issue | None, at_work: bool) -> list[Switched]:
    """Resume one issue, or all that are paused; ``at_work``: whether a process sends now."""
    found = [_switched(office, one, resume(office, one)) for one in ([issue] if issue else unfinished(office))]
    return [replace(one, needs=stalled(one.issue, one.counts, paused=False, at_work=at_work)) for one in found]


def _switched(office: Office, issue: Issue, changed: bool) -> Switched:
    return Switched(issue, changed, office.work.outbox.counts(copies_of(office.work, issue)))


def unfinished(office: Office) -> list[Issue]:
    """The issues that are being sent, paused ones included."""
    under_way = [mailing.subject for mailing in office.work.mailings.unfinished() if not mailing.cancelled_at]
    return [issue for issue_id in under_way if (issue := office.work.issues.issue_by_id(issue_id))]


def pause(office: Office, issue: Issue) -> bool:
    """Send no more copies until ``resume``; False if the issue is paused already."""
    mailing = of_issue(office.work, issue)
    if mailing is None or mailing.cancelled_at or mailing.finished_at:
        raise Refused(f"Issue {issue.number} is {issue.state}: there is nothing to pause.")
    if mailing.paused_at:
        return False
    office.work.mailings.save(replace(mailing, paused_at=office.now))
    office.record("paused", issue.name)
    return True


def resume(office: Office, issue: Issue) -> bool:
    """Continue sending; False if the issue is not paused."""
    mailing = of_issue(office.work, issue)
    if mailing is None or not mailing.paused_at:
        return False
    office.work.mailings.save(replace(mailing, paused_at=None))
    office.hand_out()
    office.record("resumed", issue.name, paused=mailing.paused_at.isoformat())
    return True


def report(office: Office, issue: Issue | None) -> Report:
    """How an issue stands now; None means service mail, and then its troubles are those of all mail."""
    now = office.work.issues.issue_by_id(issue.id) if issue else None
    copies, outbox = copies_of(office.work, issue), office.work.outbox
    mailing = of_issue(office.work, issue) if issue else None
    return Report(now, mailing, outbox.counts(copies), outbox.troubles(copies))


def progress(office: Office, policy: Policy, issue: Issue | None) -> Progress:
    """How the sending of an issue, or of service mail, goes."""
    mailing = of_issue(office.work, issue) if issue else None
    counts = office.work.outbox.counts(copies_of(office.work, issue))
    if mailing is None:
        return Progress(counts)
    throttle = office.work.throttle
    state = state_of(policy, throttle.used(), throttle.breakers(), throttle.rates(), office.now)
    troubled = office.work.deliveries.troubled(mailing.id, DOMAINS_SHOWN)
    return Progress(counts, mailing.paused_at is not None, troubled, state.obstacle)


def settle(office: Office) -> None:
    """Finish the mailings that have nothing left to send.

    Only the process that sends may call this. It gives up the waiting copies of cancelled mailings, and no ledger may
    have taken any of these.
    """
    open_ones = office.work.mailings.unfinished()
    for mailing in open_ones:
        if mailing.cancelled_at:
            office.work.deliveries.give_up(mailing.id, CANCELLED, office.now)
    unresolved = office.work.outbox.unresolved_mailings()
    for mailing in open_ones:
        if mailing.id not in unresolved:
            office.work.mailings.save(replace(mailing, finished_at=office.now))
            FINISH[mailing.kind](office, mailing)


def _finish_issue(office: Office, mailing: Mailing) -> None:
    """Mark the issue as sent, unless it was cancelled, and send the secretary a summary."""
    issue = office.work.issues.issue_by_id(mailing.subject)
    assert issue is not None
    if issue.state is State.SENDING:
        office.work.issues.set_state(issue.id, advance(issue.state, Event.SETTLE))
    counts = office.work.outbox.counts(mailing.id)
    office.record("sent", issue.name, **{state.value: counts[state] for state in Delivery if counts[state]})
    _summarise(office, issue, mailing)


FINISH: Mapping[MailingKind, Callable[[Office, Mailing], None]] = {MailingKind.ISSUE: _finish_issue}
"""What to do when a mailing of a kind is finished."""


def _summarise(office: Office, issue: Issue, mailing: Mailing) -> None:
    """Tell the secretary how the send went, once for each send."""
    counts = office.work.outbox.counts(mailing.id)
    resent_at = mailing.resend_at
    this_time = office.work.deliveries.counts_since(mailing.id, resent_at) if resent_at else counts
    took = office.now - mailing.began_at
    replies = partial(office.work.deliveries.replies, mailing.id)
    office.tell_secretary(
        "summary",
        {
            "publication": office.rules.publication(issue.publication).title,
            "number": issue.number,
            "title": issue.title,
            "cancelled": mailing.cancelled_at is not None,
            "typed": office.rules.typed(issue.publication, issue.number),
            "whom": WHOM[mailing.resend] if mailing.resend else "",
            "sent_now": this_time[Delivery.SENT],
            "total_now": this_time.total,
            "sent": counts[Delivery.SENT],
            "failed": counts[Delivery.FAILED],
            "suppressed": counts[Delivery.SUPPRESSED],
            "doubtful": counts[Delivery.DOUBTFUL],
            "failures": group_replies(replies(Delivery.FAILED)),
            "held": group_replies(replies(Delivery.SUPPRESSED)),
            "doubts": [recipient for recipient, _ in islice(replies(Delivery.DOUBTFUL), DOUBTS_NAMED)],
            "started": mailing.began_at,
            "ended": office.now,
            "took": took,
            "per_minute": _per_minute(this_time[Delivery.SENT], took),
        },
        once=f"summary {mailing.id} {'+'.join(mailing.lists)} {resent_at or ''}".strip(),
    )


def _per_minute(sent: int, took: timedelta) -> int:
    """The rate, or 0 if it took less than a second."""
    return round(sent / took.total_seconds() * 60) if took > timedelta(seconds=1) else 0
