"""How the office stands, and what needs a person. The store answers by indexes, with a million rows too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mailer.approval.facts import BallotFacts, facts
from mailer.message import clean
from mailer.model.approvals import Outcome, Tally, still_to_vote, tally
from mailer.model.bounces import AddressState
from mailer.model.criteria import Kind
from mailer.model.criteria_versions import Standing
from mailer.model.events import State as Event
from mailer.model.figures import Figures
from mailer.model.issues import BUILT, Issue, State
from mailer.model.lists import ListKind, ListRules
from mailer.model.mailings import Mailing, MailingKind, lists_left
from mailer.model.needs import Need, NeedKind, stalled
from mailer.model.next_steps import WAITING
from mailer.model.nominations import NOMINATION
from mailer.model.outbox import Counts, Delivery
from mailer.model.presenters import State as Registration
from mailer.model.refusals import Refusal, Suspension
from mailer.model.reviews import Stage, total
from mailer.model.reviews import Tally as ReviewTally
from mailer.model.submissions import State as Proposed
from mailer.office import Office
from mailer.ports import Seen, Work
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
class ReviewStatus:
    title: str
    """Of the list."""
    ends_at: datetime
    tally: ReviewTally


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """How the office stands at one moment."""

    lists: Mapping[str, int]
    """Active members by key, of lists that have members."""
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
    reviews: Sequence[ReviewStatus] = ()
    """Those that run."""


def status(office: Office, policy: Policy, at_work: bool, stalled_after: timedelta) -> OfficeStatus:
    """How the office stands now.

    ``at_work``: whether a process sends now; ``stalled_after``: a worker that is silent for longer is dead.
    """
    work, throttle = office.work, office.work.throttle
    found = figures(work, office.now)
    issues = _issues(office, found)
    waiting, late = work.feedback.counts(office.now - office.rules.feedback.expect)
    return OfficeStatus(
        lists={rules.key: members for rules, members in members_of_lists(office)},
        issues=issues,
        ballots=waiting_ballots(office),
        throttle=state_of(policy, throttle.used(), throttle.breakers(), throttle.rates(), office.now),
        figures=found,
        at_work=at_work,
        doubts=[doubt.recipient for doubt in work.outbox.troubles(states=(Delivery.DOUBTFUL,))],
        workers=[WorkerStatus(worker, worker.seen_at > office.now - stalled_after) for worker in work.workers.all()],
        jobs=work.jobs.waiting() if work.jobs else 0,
        needs=all_needs(office, found, issues, at_work),
        waiting=waiting,
        late=late,
        reviews=running_reviews(office),
        proposed=Counter(one.kind for one in work.submissions.each([Proposed.CONFIRMED])),
        bounces=work.bounces.counts(),
    )


def members_of_lists(office: Office) -> list[tuple[ListRules, int]]:
    """The lists that have members, and how many are active."""
    lists = (rules for rules in office.rules.lists.values() if rules.kind is not ListKind.EVENTS)
    return [(rules, office.work.lists.count(rules.key)) for rules in lists]


def running_reviews(office: Office) -> list[ReviewStatus]:
    reviews = office.work.reviews
    return [
        ReviewStatus(
            office.rules.lists[one.list].title if one.list in office.rules.lists else one.list,
            one.ends_at,
            total(list(reviews.tallies(one.id).values())),
        )
        for one in reviews.unfinished()
        if one.is_running
    ]


def all_needs(
    office: Office,
    found: Figures,
    issues: Sequence[IssueStatus],
    at_work: bool,
    undecided: timedelta = timedelta(days=2),
) -> list[Need]:
    """What needs a person, for the command line, the status by mail and the daily note.

    ``undecided``: for how long a decision has been waited for; the secretary was asked at the beginning of that time.
    """
    waiting, late = office.work.feedback.counts(office.now - office.rules.feedback.expect)
    return [
        *_held(office.work),
        *_slow(office.work),
        *_late(late),
        *_waiting(waiting - late),
        *unreached(office),
        *_undecided(office, office.now - undecided),
        *_criteria(office),
        *_needs(found, issues, at_work),
    ]


def all_issues(office: Office, found: Figures | None = None) -> list[IssueStatus]:
    """How every issue stands, by publication and number; ``found`` are the figures if they are known."""
    return _issues(office, found or figures(office.work, office.now))


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


def _undecided(office: Office, since: datetime) -> Iterator[Need]:
    """What has waited for a decision since then."""
    work = office.work
    asked = (Event.CONFIRMED, Event.CHANGED)
    events = (one for one in work.events.between(states=asked, internal=None) if one.changed_at <= since)
    proposed = work.submissions.each([Proposed.CONFIRMED], NOMINATION.key)
    rounds = (one for one in work.reviews.unfinished() if one.is_running and one.stage is Stage.PROPOSED)
    counts = {
        NeedKind.PRESENTERS: len(work.presenters.unchanged_since([Registration.REGISTERED], since)),
        NeedKind.EVENTS: sum(1 for _ in events),
        NeedKind.NOMINATIONS: sum((one.confirmed_at or one.asked_at) <= since for one in proposed),
        NeedKind.REVIEWS: sum(one.stage_at <= since for one in rounds),
    }
    yield from (Need(kind, count=count) for kind, count in counts.items() if count)


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


def waiting_ballots(office: Office) -> list[BallotFacts]:
    return [facts(office, ballot) for ballot in office.work.approvals.waiting_ballots()]
