"""How the office stands, and what needs a person. The store answers by indexes, with a million rows too."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from mailer.approval.facts import BallotFacts, facts
from mailer.inbound.intents import StaffReply
from mailer.message import Address, Inbound, clean
from mailer.model.approvals import Outcome, Tally, still_to_vote, tally
from mailer.model.bounces import AddressState
from mailer.model.criteria import Kind
from mailer.model.criteria_versions import Standing
from mailer.model.figures import Figures
from mailer.model.inbound import Done, Folder, Result
from mailer.model.issues import BUILT, STATE_NAMES, Issue, State
from mailer.model.mailings import Mailing, MailingKind, lists_left
from mailer.model.need_sentences import sentences
from mailer.model.needs import Need, NeedKind, stalled
from mailer.model.next_steps import WAITING
from mailer.model.outbox import Counts, Delivery
from mailer.model.presenters import State as Registration
from mailer.model.refusals import Refusal, Suspension
from mailer.model.replies import BallotReply
from mailer.model.staff import StaffNotice
from mailer.model.submissions import State as Proposed
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.ports import Seen, Work
from mailer.staff import answer_unclear, write_to_staff
from mailer.throttle.policy import Policy
from mailer.throttle.state import ThrottleState, state_of


@dataclass(frozen=True, slots=True)
class BallotStatus:
    outcome: Outcome
    tally: Tally
    deadline: datetime
    missing: Sequence[str]
    """Names of members of the board who have not voted."""


@dataclass(frozen=True, slots=True)
class IssueStatus:
    issue: Issue
    mailing: Mailing | None
    """None before the issue is started."""
    copies: Counts
    ballot: BallotStatus | None
    """None if the board has not been asked about the issue as it stands."""
    edited: bool = False
    """Whether its source was edited after it was built, and it has not gone out."""
    lists_left: Sequence[str] = ()
    """The lists that an issue which was sent has not gone to."""
    unreached: int = 0
    """Readers on those lists who have no copy through another one."""

    @property
    def paused_at(self) -> datetime | None:
        return self.mailing.paused_at if self.mailing else None

    @property
    def due_at(self) -> datetime | None:
        """When it will be sent."""
        return self.issue.scheduled_for

    @property
    def missed_at(self) -> datetime | None:
        """When it should have been sent."""
        return self.issue.due_at if self.issue.missed else None


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    worker: Seen
    alive: bool


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """How the office stands at one moment."""

    lists: Mapping[str, int]
    """Active members by key."""
    issues: Sequence[IssueStatus]
    ballots: Sequence[BallotFacts]
    """Those that can be voted on, the oldest first."""
    throttle: ThrottleState
    figures: Figures
    at_work: bool
    """Whether a process sends now."""
    doubts: Sequence[str]
    """Recipients of mails in doubt."""
    workers: Sequence[WorkerStatus]
    jobs: int
    """Jobs that wait for a worker."""
    bounces: Mapping[AddressState, int]
    """Addresses where not all is well."""
    needs: Sequence[Need]
    waiting: int = 0
    """Items of feedback that wait for an answer."""
    late: int = 0
    """Those of them that should have been answered."""
    proposed: Mapping[str, int] = field(default_factory=dict)
    """What people proposed and confirmed, and nobody has decided on: how many, by the kind of submission."""


def status(office: Office, policy: Policy, at_work: bool, stalled_after: timedelta) -> OfficeStatus:
    """How the office stands now.

    ``at_work``: whether a process sends now; ``stalled_after``: a worker that is silent for longer is dead.
    """
    work, throttle = office.work, office.work.throttle
    found = figures(work, office.now)
    issues = _issues(office, found)
    waiting, late = work.feedback.counts(office.now - office.rules.feedback.expect)
    return OfficeStatus(
        lists={key: work.lists.count(key) for key in office.rules.lists},
        issues=issues,
        ballots=_waiting_ballots(office),
        throttle=state_of(policy, throttle.used(), throttle.breakers(), throttle.rates(), office.now),
        figures=found,
        at_work=at_work,
        doubts=[doubt.recipient for doubt in work.outbox.troubles(states=(Delivery.DOUBTFUL,))],
        workers=[WorkerStatus(worker, worker.seen_at > office.now - stalled_after) for worker in work.workers.all()],
        jobs=work.jobs.waiting() if work.jobs else 0,
        needs=all_needs(office, found, issues, at_work),
        waiting=waiting,
        late=late,
        proposed=Counter(one.kind for one in work.submissions.each([Proposed.CONFIRMED])),
        bounces=work.bounces.counts(),
    )


def all_needs(office: Office, found: Figures, issues: Sequence[IssueStatus], at_work: bool) -> list[Need]:
    """What needs a person, for the command line, the status by mail and the daily note."""
    waiting, late = office.work.feedback.counts(office.now - office.rules.feedback.expect)
    return [
        *_held(office.work),
        *_slow(office.work),
        *_late(late),
        *_waiting(waiting - late),
        *unreached(office),
        *_presenters(office),
        *_criteria(office),
        *_needs(found, issues, at_work),
    ]


def all_issues(office: Office) -> list[IssueStatus]:
    """How every issue stands, by publication and number."""
    return _issues(office, figures(office.work, office.now))


def standing(office: Office, issue: Issue) -> IssueStatus:
    """How one issue stands."""
    mailing = office.work.mailings.of(MailingKind.ISSUE, issue.id)
    return _issue(office, issue, mailing, office.work.outbox.counts(mailing.id) if mailing else Counts({}))


def _issues(office: Office, found: Figures) -> list[IssueStatus]:
    work = office.work
    mailings = {mailing.subject: mailing for mailing in work.mailings.all() if mailing.kind is MailingKind.ISSUE}
    counts, none = found.issues, Counts({})
    return [
        _issue(office, issue, mailings.get(issue.id), counts.get((issue.publication, issue.number), none))
        for issue in work.issues.all()
    ]


def _issue(office: Office, issue: Issue, mailing: Mailing | None, copies: Counts) -> IssueStatus:
    one = IssueStatus(issue, mailing, copies, _ballot(office, issue))
    if issue.state is State.SENT and mailing:
        left = lists_left(office.rules.publication(issue.publication), mailing)
        unreached = office.work.lists.audience(issue.publication, left, without=mailing.lists)
        return replace(one, lists_left=left, unreached=unreached)
    return replace(one, edited=issue.state in BUILT and office.sources.edited(issue))


def _ballot(office: Office, issue: Issue) -> BallotStatus | None:
    approvals = office.work.approvals
    ballot = approvals.latest_ballot(Issue.KIND, issue.id)
    if ballot is None or ballot.outcome is Outcome.WITHDRAWN or issue.state in (State.DRAFT, State.RENDERED):
        return None
    papers = approvals.papers(ballot.id)
    count = tally(ballot, papers, approvals.votes(ballot.id))
    return BallotStatus(ballot.outcome, count, ballot.deadline, still_to_vote(papers, count))


def _held(work: Work) -> list[Need]:
    return [Need(NeedKind.RESTORED)] if work.restorations.open() else []


def _late(items: int) -> list[Need]:
    return [Need(NeedKind.LATE_ANSWERS, count=items)] if items else []


def _waiting(items: int) -> list[Need]:
    return [Need(NeedKind.WAITING_ANSWERS, count=items)] if items else []


def _slow(work: Work) -> Iterator[Need]:
    """Who refuses our mail, or asks for less of it."""
    for key, breaker in sorted(work.throttle.breakers().items()):
        kind = NeedKind.REFUSED if breaker.is_open else NeedKind.SLOWED
        why = Suspension(breaker.refusal or Refusal.POLICY, clean(breaker.reply))
        yield Need(kind, suspension=why, server=key.removeprefix("@").removeprefix("relay "))


def unreached(office: Office) -> list[Need]:
    """Members whom mail does not reach. Who was given up longer ago than ``RECENT`` is not news any more."""
    stopped = [state for state in AddressState if state.stops_mailings]
    members = office.work.bounces.members_in(stopped, office.now - RECENT)
    return [Need(NeedKind.UNREACHED, count=members)] if members else []


def _presenters(office: Office) -> list[Need]:
    """Those who wait for a decision since before yesterday, when the secretary was asked."""
    waiting = office.work.presenters.unchanged_since([Registration.REGISTERED], office.now - timedelta(days=2))
    return [Need(NeedKind.PRESENTERS, count=len(waiting))] if waiting else []


def _criteria(office: Office) -> Iterator[Need]:
    """The criteria whose version in force is not what the configuration says."""
    for kind in Kind:
        versions = office.work.criteria.versions(kind)
        if versions and Standing.of(office.rules, kind, versions).needs_a_ballot:
            yield Need(NeedKind.CRITERIA, criteria=kind)


def _needs(found: Figures, issues: Sequence[IssueStatus], at_work: bool) -> Iterator[Need]:
    """What needs a person, service mail first."""
    if found.attention:
        yield Need(NeedKind.SET_ASIDE, count=found.attention)
    if doubtful := found.service_mail[Delivery.DOUBTFUL]:
        yield Need(NeedKind.DOUBTFUL_SERVICE_MAIL, count=doubtful)
    newest = {one.issue.publication: one for one in issues if one.issue.state in (State.SENDING, State.SENT)}
    for one in issues:
        yield from _needs_of(one, at_work)
        if one.unreached and one is newest[one.issue.publication]:
            yield Need(NeedKind.LISTS_LEFT, one.issue, one.unreached, one.lists_left)


def _needs_of(one: IssueStatus, at_work: bool) -> Iterator[Need]:
    issue, paused = one.issue, one.paused_at is not None
    if doubtful := one.copies[Delivery.DOUBTFUL]:
        yield Need(NeedKind.DOUBTFUL_COPIES, issue, doubtful)
    yield from stalled(issue, one.copies, paused, at_work)
    if one.mailing and one.mailing.suspension:
        yield Need(NeedKind.SUSPENDED, issue, suspension=one.mailing.suspension)
    elif paused:
        yield Need(NeedKind.PAUSED, issue)
    if one.edited:
        yield Need(NeedKind.EDITED, issue)
    elif one.missed_at:
        yield Need(NeedKind.MISSED, issue)
    elif one.ballot and one.ballot.outcome is Outcome.UNDECIDED:
        yield Need(NeedKind.UNDECIDED, issue)
    elif issue.state in WAITING:
        yield Need(NeedKind.NEXT_STEP, issue)


RECENT = timedelta(days=30)
"""For how long after their end mailings are among the recent figures."""


def recent_figures(work: Work, now: datetime) -> Figures:
    """Figures for monitoring."""
    return figures(work, now, since=now - RECENT)


def figures(work: Work, now: datetime, since: datetime | None = None) -> Figures:
    """The figures, without mailings that were finished before ``since``."""
    mailings = [mailing for mailing in work.mailings.all() if _counts_since(mailing, since)]
    running = [mailing.id for mailing in mailings if mailing.is_running]
    first_copy = min(filter(None, map(work.outbox.first_due, running)), default=None)
    issues = {issue.id: issue for issue in work.issues.all()}
    sent = [(issues[mailing.subject], mailing) for mailing in mailings if mailing.kind is MailingKind.ISSUE]
    return Figures(
        service_mail=work.outbox.counts(),
        issues={(issue.publication, issue.number): work.outbox.counts(mailing.id) for issue, mailing in sent},
        oldest_service_mail=_overdue(work.outbox.first_due(), now),
        oldest_copy=_overdue(first_copy, now),
        inbound=work.inbound.counts(),
        attention=work.inbound.in_attention(),
    )


def _counts_since(mailing: Mailing, since: datetime | None) -> bool:
    return since is None or mailing.finished_at is None or mailing.finished_at >= since


def _overdue(due_at: datetime | None, now: datetime) -> timedelta:
    return max(now - due_at, timedelta()) if due_at else timedelta()


# --- by mail ---

NOTE_FROM, NOTE_UNTIL = 7, 12
"""The hours of the office's day between which the daily note is written."""

REPEATED = timedelta(days=7)
"""After how long the note is written again although it says the same."""

NOTE = "needs"
"""The kind of the daily note."""


def tell_staff(office: Office, staff: Address, in_reply_to: str, authentic: bool) -> Result:
    """Send the office's status to a member of the staff who asks, at the enrolled address.

    Anybody can ask in their name: what is not proven to be theirs is answered once an hour.
    """
    found = figures(office.work, office.now)
    issues = _issues(office, found)
    needs = all_needs(office, found, issues, at_work=True)
    values = {
        "lists": [(rules.title, office.work.lists.count(key)) for key, rules in office.rules.lists.items()],
        "issues": [_told(one) for one in issues if one.issue.state not in (State.SENT, State.CANCELLED)],
        "refused": [_refusal(one, reply) for one in _waiting_ballots(office) for reply in one.refused],
        "queued": found.service_mail[Delivery.QUEUED] + found.service_mail[Delivery.DEFERRED],
        "needs": _sentences(office, needs),
        **office.work.audit.head().values,
    }
    once = "" if authentic else f"office-status {office.now:%Y-%m-%d %H}"
    sent = office.write(
        staff, "office-status", values, language=office.rules.language, in_reply_to=in_reply_to, once=once
    )
    return Result(Done.OFFICE_STATUS_SENT if sent else Done.STATUS_SENT_THIS_HOUR)


def _waiting_ballots(office: Office) -> list[BallotFacts]:
    return [facts(office, ballot) for ballot in office.work.approvals.waiting_ballots()]


def _refusal(one: BallotFacts, reply: BallotReply) -> Phrase:
    """A reply that was not counted, and why."""
    return phrase(
        "%(member)s's reply of %(time)s on %(heading)s was not counted: %(reason)s",
        member=one.member(reply.paper),
        time=reply.received_at,
        heading=one.heading,
        reason=reply.reason or reply.outcome.value,
    )


def _told(one: IssueStatus) -> dict[str, object]:
    ballot = one.ballot
    return {
        "name": one.issue.name,
        "title": one.issue.title,
        "state": STATE_NAMES[one.issue.state],
        "due": one.due_at,
        "counted": ballot.tally.approvals if ballot else 0,
        "needed": ballot.tally.needed if ballot else 0,
        "missing": list(ballot.missing) if ballot else [],
        "deadline": ballot.deadline if ballot and ballot.outcome is Outcome.OPEN else None,
    }


def _sentences(office: Office, needs: Sequence[Need]) -> list[Phrase]:
    issues = [need.issue for need in needs if need.issue is not None]
    when = {issue.id: issue.due_at for issue in issues if issue.due_at}
    return list(sentences(office.rules, needs, Folder.ATTENTION.value, when))


def due(office: Office, now: datetime) -> list[Decision]:
    """The daily note to the secretary, if something needs a person.

    What the last note said is not said again for a week.
    """
    if not NOTE_FROM <= now.astimezone(office.rules.timezone).hour < NOTE_UNTIL:
        return []
    last = next(reversed(office.work.staff.about(NOTE, 0)), None)
    if last is not None and last.created_at.date() == now.date():
        return []
    found = figures(office.work, now)
    needs = all_needs(office, found, _issues(office, found), at_work=True)
    said = _sentences(office, needs)
    state = hashlib.sha256("\n".join(said).encode()).hexdigest()
    if not needs or (last is not None and last.state == state and now - last.created_at < REPEATED):
        return []
    return [Decision("the daily note", partial(_write_note, said=said, state=state))]


def state_of_note(office: Office, notice: StaffNotice) -> str:
    """What the newest daily note says."""
    last = next(reversed(office.work.staff.about(NOTE, 0)), None)
    return last.state if last else ""


def answer_note(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Nothing is decided by answering the note, and whoever tries is told so."""
    reason = phrase("the daily note takes no answer; write “status” for more")
    return answer_unclear(office, notice, mail, reason, again=False)


def _write_note(office: Office, said: Sequence[Phrase], state: str) -> None:
    once = f"needs {office.today}"
    write_to_staff(
        office,
        office.rules.secretary,
        "needs",
        {"needs": said, **office.work.audit.head().values},
        kind=NOTE,
        subject=0,
        state=state,
        once=once,
    )
