"""Fakes of the ports, in memory. The contract suites test that they behave like the real adapters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from mailer.adapters.issue_folder import IssueFolders
from mailer.message import Outgoing, Signature
from mailer.model.issues import Issue, Source
from mailer.model.outbox import Delivery, Outcome
from mailer.model.policies import Policy
from mailer.ports import Fetched, Folder, Ledger, Ref, Taken
from mailer.ports.metrics import Step

_ADDRESSEES = re.compile(rb"^(?:to|delivered-to): .*\n", re.MULTILINE | re.IGNORECASE)

POLICY = Policy(
    key="disclosure", title="All that goes out", documents=("issue", "charter"), board="cag", rule="majority"
)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that moves only by ``sleep`` and ``pass_by``."""

    time: datetime = NOON
    ticks: float = 1000.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.ticks

    def sleep(self, seconds: float) -> None:
        self.pass_by(timedelta(seconds=seconds))

    def pass_by(self, span: timedelta) -> None:
        self.time += span
        self.ticks += span.total_seconds()


@dataclass
class FakeMailbox:
    """An inbox and its folders. ``arrive``, ``expunge`` and ``renumber`` are what others do to it."""

    max_bytes: int = 25_000_000
    uidvalidity: int = 1
    inbox: dict[int, Fetched] = field(default_factory=dict)
    folders: dict[Folder, list[bytes]] = field(default_factory=lambda: {folder: [] for folder in Folder})
    waits: list[float] = field(default_factory=list)
    next_uid: int = 1

    def arrive(self, raw: bytes, received_at: datetime = NOON) -> Ref:
        ref = Ref(self.uidvalidity, self.next_uid)
        self.next_uid += 1
        self.inbox[ref.uid] = Fetched(ref, len(raw), received_at, raw)
        return ref

    def expunge(self, ref: Ref) -> None:
        del self.inbox[ref.uid]

    def renumber(self) -> None:
        """The server assigns new UIDs under a new UIDVALIDITY (F1)."""
        kept = [message for message in self.inbox.values() if message.raw is not None]
        self.uidvalidity, self.inbox = self.uidvalidity + 1, {}
        for message in kept:
            self.arrive(message.raw or b"", message.received_at)

    def pending(self) -> list[Ref]:
        return [message.ref for message in self.inbox.values()]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for ref in filter(self._is_here, refs):
            message = self.inbox[ref.uid]
            yield message if message.size <= self.max_bytes else replace(message, raw=None)

    def addressees(self, refs: Sequence[Ref]) -> dict[Ref, str]:
        found = {
            ref: _ADDRESSEES.findall((self.inbox[ref.uid].raw or b"").partition(b"\r\n\r\n")[0] + b"\r\n")
            for ref in filter(self._is_here, refs)
        }
        return {ref: b"".join(lines).decode("latin-1") for ref, lines in found.items()}

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        for ref in filter(self._is_here, refs):
            self.folders[folder].append(self.inbox.pop(ref.uid).raw or b"")

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        return partial(self.file, refs, folder)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _is_here(self, ref: Ref) -> bool:
        return ref.uidvalidity == self.uidvalidity and ref.uid in self.inbox


@dataclass
class FakeLedger:
    """Hands out mails, records calls as events, and fails on calls that no transport may make."""

    mails: list[Outgoing]
    outcomes: list[Outcome] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    most_under_way: int = 0
    """The highest number of rows that were started and not yet settled: what a crash would leave in doubt."""
    most: int | None = None
    """The number of mails that it hands out at most; None: all."""
    broken: Exception | None = None
    """The exception that ``record`` raises."""
    before_take: Callable[[int], None] = lambda row: None
    """Called with a row before it is handed out."""
    _taken: set[int] = field(default_factory=set)
    _under_way: set[int] = field(default_factory=set)

    def take(self, most: int) -> Taken:
        assert most > 0
        most = most if self.most is None else min(most, self.most - len(self._taken) - len(self.outcomes))
        mails, self.mails = self.mails[:most], self.mails[most:]
        for row in [row for mail in mails for row in mail.rows]:
            self.before_take(row)
            self.events.append(f"taken {row}")
            self._taken.add(row)
        return Taken(mails, behind=len(self.mails))

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        if self.broken:
            raise self.broken
        for outcome in settled:
            self._taken.remove(outcome.row)
            self._under_way.discard(outcome.row)
        for row in starting:
            assert row in self._taken and row not in self._under_way
            self._under_way.add(row)
        self.most_under_way = max(self.most_under_way, len(self._under_way))
        self.events += [f"outcome {outcome.row}" for outcome in settled]
        self.events += [f"started {row}" for row in starting]
        self.outcomes += settled

    def pause(self, seconds: float) -> None:
        raise AssertionError("there is nothing to wait for")

    @property
    def left(self) -> list[int]:
        """The rows that were never taken."""
        return [row for mail in self.mails for row in mail.rows]


@dataclass
class FakeTransport:
    """Sends every copy, unless ``script`` has another outcome for its recipient.

    ``script`` has the outcomes of the next copies to a recipient, in order; an exception is raised after DEFERRED.
    """

    script: dict[str, list[Delivery | Exception]] = field(default_factory=dict)
    unreachable: Exception | None = None
    sent: list[Outgoing] = field(default_factory=list)

    def deliver(self, ledger: Ledger) -> None:
        if self.unreachable:
            raise self.unreachable
        while (taken := ledger.take(1)).mails or taken.wait is not None:
            for copy in taken.mails:
                ledger.record([], copy.rows)
                attempts = [
                    self._attempt(copy._replace(rows=(row,), envelope=copy.envelope._replace(recipients=(recipient,))))
                    for row, recipient in zip(copy.rows, copy.envelope.recipients, strict=True)
                ]
                ledger.record([outcome for outcome, _ in attempts], [])
                for fault in [fault for _, fault in attempts if fault]:
                    raise fault
            if not taken.mails and taken.wait is not None:
                ledger.pause(taken.wait)

    def _attempt(self, copy: Outgoing) -> tuple[Outcome, Exception | None]:
        (row,), (recipient,) = copy.rows, copy.envelope.recipients
        planned = self.script.get(recipient)
        step = planned.pop(0) if planned else Delivery.SENT
        if isinstance(step, Exception):
            return Outcome(row, Delivery.DEFERRED, str(step)), step
        if step is Delivery.SENT or step is Delivery.DOUBTFUL:
            self.sent.append(copy)  # in doubt: here the relay has it
        return Outcome(row, step, f"scripted: {step}"), None

    def describe(self) -> list[tuple[str, str]]:
        if self.unreachable:
            raise self.unreachable
        return [("relay", "takes everything")]

    def close(self) -> None:
        pass

    def messages_to(self, recipient: str) -> list[bytes]:
        return [b"".join(copy.parts) for copy in self.sent if copy.envelope.recipients == (recipient,)]


@dataclass
class FakeVerifier:
    """Returns the signatures in ``known`` for a mail's bytes, or those that ``rule`` returns."""

    known: Mapping[bytes, tuple[Signature, ...]] = field(default_factory=dict)
    rule: Callable[[bytes], tuple[Signature, ...]] | None = None

    def signatures(self, raw: bytes, author: str = "") -> tuple[Signature, ...]:
        return self.rule(raw) if self.rule else self.known.get(raw, ())

    def chain(self, raw: bytes) -> Mapping[str, str] | None:
        return None


@dataclass
class FakeMetrics:
    """Records every call as an event."""

    events: list[str] = field(default_factory=list)

    def watched(self, ledger: Ledger) -> Ledger:
        self.events.append("ledger")
        return ledger

    @contextmanager
    def timed(self, step: Step) -> Iterator[None]:
        ended = "broken off"
        try:
            yield
            ended = "done"
        finally:
            self.events.append(f"{step} {ended}")

    def handled(self, kind: str) -> None:
        self.events.append(kind)

    def failed(self, part: str) -> None:
        self.events.append(f"{part} failed")

    def connected(self) -> None:
        self.events.append("connected")

    def lost(self) -> None:
        self.events.append("lost")


@dataclass
class FakeSources:
    """Sources in memory: an issue is edited if its digest differs or its id is in ``touched``."""

    digest: str
    touched: set[int] = field(default_factory=set)

    def edited(self, issue: Issue) -> bool:
        return issue.id in self.touched or issue.source_digest != self.digest

    def restored(self, issue: Issue, files: Mapping[str, bytes]) -> Source:
        return IssueFolders().restored(issue, files)
