"""What is kept: the store, and the queries of each slice in one transaction of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.approvals.model import Ballot, Choice, Paper, Vote
from mailer.approvals.model import Outcome as BallotOutcome
from mailer.issues.model import Edition, Grant, Issue, Source, State
from mailer.lists.model import Contact, Details, Format, Membership, Request, Standing
from mailer.message import Address
from mailer.outbox.brakes import Brake
from mailer.outbox.limits import Used
from mailer.outbox.model import (
    UNDELIVERED,
    Batch,
    Counts,
    Delivery,
    Draft,
    Due,
    Failed,
    Fate,
    Outcome,
    Record,
    Trouble,
    Troubled,
)
from mailer.ports.world import Folder, Ref


class ListRecords(Protocol):
    """Lists, contacts, memberships, sign-up requests, suppressions."""

    def declare(self, keys: Iterable[str]) -> None:
        """Make rows for the lists that the configuration names."""

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        """Each list's version: it goes up with every change of membership."""

    def contact(self, contact_id: int) -> Contact | None: ...
    def contact_at(self, address: str) -> Contact | None: ...
    def save_contact(self, address: Address, details: Details, now: datetime) -> Contact:
        """Make the contact, or write over what it said of itself; an empty field keeps what is known."""

    def set_standing(self, key: str, contact_id: int, standing: Standing, now: datetime) -> bool:
        """Whether that changed anything; a change is a new version of the list."""

    def standing(self, key: str, contact_id: int) -> Standing | None: ...
    def memberships_of(self, contact_id: int) -> list[Membership]: ...
    def members(self, key: str, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
        """By address; ``standing`` None gives those who left and were removed too."""

    def count(self, key: str) -> int:
        """Active members."""

    def audience(self, keys: Sequence[str]) -> int:
        """Mailboxes on any of these lists, each counted once (E17)."""

    def add_request(
        self, address: Address, key: str, details: Details, problems: Sequence[str], now: datetime
    ) -> Request: ...
    def request(self, request_id: int) -> Request | None: ...
    def requests_since(self, since: datetime, address: Address | None = None) -> int:
        """Sign-up requests made after ``since``, of one address or of all."""

    def confirm_request(self, request_id: int, now: datetime) -> None: ...
    def suppress(self, address: str, reason: str, now: datetime) -> None:
        """Send no more mail there."""

    def unsuppress(self, address: str) -> None: ...
    def suppressed(self, address: str) -> str | None:
        """Why mail to this address is held back, or None."""


class IssueRecords(Protocol):
    """Issues and their editions."""

    def issue(self, publication: str, number: int) -> Issue | None: ...
    def issue_by_id(self, issue_id: int) -> Issue | None: ...
    def all(self) -> list[Issue]: ...
    def in_state(self, *states: State) -> list[Issue]: ...
    def add(self, source: Source, folder: str) -> Issue: ...
    def freeze(self, issue: Issue, source: Source, edition: Edition, now: datetime) -> None:
        """Keep the rendered bytes, and make them the edition that stands."""

    def edition(self, edition_id: int) -> Edition: ...
    def move(self, issue_id: int, state: State) -> None: ...
    def add_lists(self, issue: Issue, lists: Sequence[str]) -> None:
        """Note that the deliveries to these lists are written."""

    def stamp(self, issue_id: int, **times: str | datetime | None) -> None:
        """Set ``due_at``, ``started_at``, ``paused_at``, ``finished_at``, or ``again`` and ``again_at``."""


class ApprovalRecords(Protocol):
    """Ballots, papers, votes, grants."""

    def open_ballot(
        self, issue_id: int, digest: str, lists: Mapping[str, int], now: datetime, deadline: datetime
    ) -> Ballot: ...
    def ballot(self, ballot_id: int) -> Ballot | None: ...
    def latest_ballot(self, issue_id: int) -> Ballot | None: ...
    def open_ballots(self) -> list[Ballot]: ...
    def close_ballot(self, ballot_id: int, outcome: BallotOutcome) -> None: ...
    def add_papers(self, ballot_id: int, contact_ids: Iterable[int]) -> None: ...
    def paper(self, paper_id: int) -> Paper | None: ...
    def papers(self, ballot_id: int) -> list[Paper]: ...
    def add_vote(self, paper_id: int, choice: Choice, comment: str, received_at: datetime, message_id: str) -> bool:
        """Record a vote; False where this very message voted before (A10)."""

    def votes(self, ballot_id: int) -> list[Vote]: ...
    def add_grant(self, ballot: Ballot, now: datetime) -> None: ...
    def grant(self, issue_id: int) -> Grant | None:
        """The grant that stands, or None."""

    def void_grants(self, issue_id: int, now: datetime) -> None: ...


class OutboxRecords(Protocol):
    """What is to go, what went, and how fast."""

    def add(self, draft: Draft, now: datetime) -> bool:
        """Queue a service mail; False where its cause has already written to this recipient."""

    def add_issue(
        self,
        issue_id: int,
        lists: Sequence[str],
        id_left: str,
        id_right: str,
        now: datetime,
        alike: Format | None = None,
    ) -> int:
        """Queue one copy for each active member of any of ``lists``, as one set operation; how many are new.

        A row's Message-ID is ``id_left``, the contact's id, ``id_right``; or, where all that want one format get the
        very same mail, that format in between, which is ``alike`` where they did not say.
        """

    def written(self, cause: str) -> int:
        """How many mails the cause has written, to whomever."""

    def due(
        self,
        now: datetime,
        issue_id: int | None = None,
        most: int = 1,
        held: Collection[str] = (),
        after: int = 0,
        batch: range | None = None,
    ) -> list[Due]:
        """The next ``most`` rows to go, conversation first; they are not yet claimed.

        Then copies of the issues that are being sent and not paused (or of ``issue_id`` alone), one of each in turn,
        beginning with the first issue behind ``after``. None of all these to a domain in ``held``. With ``batch`` there
        is no conversation, and of ``issue_id`` only the copies whose ids are in it.
        """

    def record(
        self,
        rows: Sequence[int],
        outcomes: Sequence[tuple[Outcome, datetime | None]],
        now: datetime,
        holder: str = "",
    ) -> Collection[int]:
        """Claim ``rows``, and then ``settle`` outcomes, in one round trip; those that were still waiting.

        From here on the relay may act on them, and ``holder`` answers for them: what has no outcome after a crash is in
        doubt. A row may be in both: it was refused before anybody could act on it, and need not be among those
        returned.
        """

    def suppress(self, reasons: Mapping[int, str], now: datetime) -> None:
        """Hold waiting rows back for good, each for its reason."""

    def postpone(self, times: Mapping[int, datetime]) -> None:
        """Let waiting rows wait, each until its time."""

    def settle(self, outcomes: Sequence[tuple[Outcome, datetime | None]], now: datetime, holder: str = "") -> None:
        """Write down what became of rows that ``holder`` claimed; a deferred one is tried again at the time beside it.

        Where somebody took the holder for dead, its row is in doubt; that it was sent, or failed, is still believed.
        """

    def doubt_unsettled(self, now: datetime, holder: str | None = None) -> int:
        """After a crash: what ``holder``, or with None anybody, was sending is in doubt; how many rows."""

    def holders(self) -> set[str]:
        """Who is sending something."""

    def resolve_doubts(self, issue_id: int | None, state: Delivery, now: datetime) -> int:
        """Make what is in doubt ``state``: queued again, or failed; how many rows."""

    def reported(self, row_id: int, fate: Fate, words: str, now: datetime) -> str | None:
        """Move a delivery as ``REPORTED`` says; the recipient, or None where that moves nothing."""

    def row_of(self, issue_id: int, recipient: str) -> int | None:
        """The row of an issue's copy to that mailbox."""

    def recipient(self, row_id: int) -> str | None: ...
    def counts(self, issue_id: int | None = None) -> Counts:
        """Of one issue; None: of all conversation."""

    def next_retry(self, held: Collection[str] = ()) -> datetime | None:
        """When the next waiting row is due, of conversation and of the issues that are being sent and not paused.

        None to a domain in ``held``.
        """

    def first_due(self, issue_id: int | None = None, held: Collection[str] = ()) -> datetime | None:
        """When the first waiting row of one issue is due, paused or not; None: of all conversation."""

    def troubles(
        self, issue_id: int | None = None, limit: int = 100, states: Collection[Delivery] = UNDELIVERED
    ) -> list[Trouble]:
        """Deliveries that failed or are in doubt, the newest first; ``issue_id`` None: of everything."""

    def page(
        self, issue_id: int, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
    ) -> list[Record]:
        """An issue's copies with ids above ``after``; only in ``states``, and only with ``part`` in the address."""

    def unresolved_issues(self) -> set[int]:
        """Issues with a row that still waits or is under way."""


class DeliveryRecords(Protocol):
    """An issue's deliveries as people see them."""

    def replies(self, issue_id: int, *states: Delivery) -> Iterator[tuple[str, str]]:
        """Recipient and reply of every copy in one of ``states``, read as they are asked for."""

    def waits(self, issue_id: int) -> bool:
        """Whether the issue is being sent, or paused, and has copies that are queued."""

    def troubled(self, issue_id: int, most: int) -> list[Troubled]:
        """The domains with copies that are deferred or have failed, the worst first; looks at no other copies."""

    def counts_since(self, issue_id: int, since: datetime) -> Counts:
        """Of the copies that were made due at ``since`` or later."""

    def failed(self, issue_id: int, lists: Sequence[str]) -> Failed:
        """The copies that failed, by whether they may go once more to members of ``lists``."""

    def requeue_failed(self, issue_id: int, lists: Sequence[str], now: datetime) -> int:
        """Queue those again that may go, as if they were new; how many."""

    def newcomers(self, issue_id: int, lists: Sequence[str]) -> int:
        """Active members of ``lists`` for whom no copy was written."""

    def give_up(self, issue_id: int, reason: str, now: datetime) -> int:
        """Hold every copy that waits back for good; how many."""


class PaceRecords(Protocol):
    """How fast mail goes: what was given out under each key (in total, by relay, by domain), and what holds it back."""

    def locked(self, keys: Collection[str]) -> dict[str, Used]:
        """What was given out under each of ``keys``; until the transaction ends nobody else gives out any."""

    def used(self) -> dict[str, Used]:
        """What was given out, by key."""

    def give_out(self, used: Mapping[str, Used]) -> None:
        """Write down what is given out now."""

    def brakes(self) -> dict[str, Brake]:
        """What holds mail back, by key."""

    def set_brake(self, key: str, brake: Brake | None) -> None:
        """Put it on, change it, or with None take it off."""

    def rates(self) -> dict[str, int]:
        """Mails a minute that were set while running, by key; they stand in for the pace that is configured."""

    def set_rate(self, key: str, per_minute: int | None) -> None:
        """Set it, or with None go back to what is configured."""


class InboundRecords(Protocol):
    """Which mails were handled, and how."""

    def handled(self, refs: Iterable[Ref]) -> dict[Ref, Folder]:
        """Those of ``refs`` that were handled before, and where each belongs."""

    def folder_of(self, digest: str) -> Folder | None:
        """Where these bytes were filed when they were handled, or None."""

    def record(
        self,
        digest: str,
        ref: Ref,
        received_at: datetime,
        *,
        kind: str,
        intent: str,
        reason: str,
        folder: Folder | None,
        faults: int = 0,
    ) -> None:
        """Note what was done with a mail; ``folder`` None keeps it in the inbox for another try."""

    def faults(self, digest: str) -> int:
        """How many times handling these bytes failed."""

    def counts(self) -> dict[str, int]:
        """Mails by kind."""

    def in_attention(self) -> int:
        """How many mails were set aside for a person."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the audit trail."""

    at: datetime
    actor: str
    cause: str
    action: str
    subject: str
    detail: Mapping[str, object]


class AuditRecords(Protocol):
    """The audit trail: who caused which change, by which message."""

    def add(
        self, at: datetime, actor: str, cause: str, action: str, subject: str, detail: Mapping[str, object]
    ) -> None: ...
    def newest(self, limit: int) -> list[Entry]:
        """The last ``limit`` entries, the oldest of them first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A worker, when it last gave a sign of life, and what it was about then."""

    name: str
    started_at: datetime
    seen_at: datetime
    doing: str


class WorkerRecords(Protocol):
    """Which workers there are, and how the outbox is shared out among them."""

    def beat(self, name: str, doing: str, now: datetime) -> None:
        """A sign of life."""

    def leave(self, name: str) -> None:
        """It has ended, and nothing of it is under way."""

    def all(self) -> list[Seen]:
        """By name; those that died stay until they are made to leave."""

    def batches(self, now: datetime, size: int) -> list[Batch]:
        """What is due of every issue that is being sent, in ranges of ``size`` ids."""


class Jobs(Protocol):
    """What workers are told to do, queued in the transaction that makes it necessary.

    A job is a hint: what is to be sent is what the outbox says. What is queued already is passed over.
    """

    batch: int
    """How many ids one job is about."""

    def deliver(self, batches: Sequence[Batch]) -> None:
        """Issues take turns."""

    def converse(self) -> None:
        """Send service mail."""

    def receive(self) -> None:
        """Read the mailbox, if nobody does."""

    def waiting(self) -> int:
        """How many jobs nobody has begun."""


class Duties(Protocol):
    """What a worker does when a job says so; each may be called in a thread of its own, and none raises MailerError."""

    def beat(self, doing: Sequence[str]) -> None:
        """Give a sign of life, and find out who died: what they were sending is in doubt."""

    def tick(self) -> None:
        """Finish issues, and hand out what is due."""

    def receive(self) -> None:
        """Read the mailbox and decide what follows, for as long as it is to be listened to at once."""

    def converse(self) -> None:
        """Send service mail."""

    def deliver(self, batch: Batch) -> None:
        """Send copies of an issue."""

    def stop(self) -> None:
        """Finish what is in flight; safe in a signal handler (E16)."""

    def leave(self) -> None:
        """All of it has ended."""


class Work(Protocol):
    """One transaction: all of it is kept, or nothing."""

    @property
    def lists(self) -> ListRecords: ...
    @property
    def issues(self) -> IssueRecords: ...
    @property
    def approvals(self) -> ApprovalRecords: ...
    @property
    def outbox(self) -> OutboxRecords: ...
    @property
    def deliveries(self) -> DeliveryRecords: ...
    @property
    def pace(self) -> PaceRecords: ...
    @property
    def inbound(self) -> InboundRecords: ...
    @property
    def audit(self) -> AuditRecords: ...
    @property
    def workers(self) -> WorkerRecords: ...
    @property
    def jobs(self) -> Jobs | None:
        """None where no workers send."""


class Store(Protocol):
    """Where everything is kept."""

    def transaction(self, alone: bool = True) -> AbstractContextManager[Work]:
        """Commits at the end, rolls back on any exception. Raises Temporary where it is locked, full or down.

        ``alone``: nobody else decides meanwhile, so what was read holds. Who only moves rows of the outbox needs no
        such thing: each names the state that it moves from.
        """

    def move(self) -> AbstractContextManager[Work]:
        """For ``outbox.record`` alone: as ``transaction``, and cheaper where a server would be asked thrice."""

    def snapshot(self) -> AbstractContextManager[Work]:
        """A consistent view for reading, which holds nobody up."""
