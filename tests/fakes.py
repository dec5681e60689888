"""Stand-ins for the ports, in memory. They keep the ports' promises, and the contract suites hold them to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mailer.message import Outgoing, Signature
from mailer.outbox.model import Delivery, Outcome
from mailer.ports import Fetched, Folder, Ref

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock in hand: it stands still but for ``sleep`` and ``pass_by``."""

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
    """An inbox and its folders. ``arrive`` is the post; ``expunge`` and ``renumber`` are other people's doing."""

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
        """The server counts anew (F1)."""
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

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        for ref in filter(self._is_here, refs):
            self.folders[folder].append(self.inbox.pop(ref.uid).raw or b"")

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def wake(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _is_here(self, ref: Ref) -> bool:
        return ref.uidvalidity == self.uidvalidity and ref.uid in self.inbox


@dataclass
class FakeTransport:
    """Takes every copy, or says what ``script`` has for its recipient; an exception in it is raised after DEFERRED.

    ``script`` holds what to do with the next copies for a recipient, in order; after that they are sent.
    """

    script: dict[str, list[Delivery | Exception]] = field(default_factory=dict)
    unreachable: Exception | None = None
    sent: list[Outgoing] = field(default_factory=list)

    def deliver(self, copies: Iterator[Outgoing]) -> Iterator[Outcome]:
        if self.unreachable:
            raise self.unreachable
        for copy in copies:
            planned = self.script.get(copy.envelope.recipient)
            step = planned.pop(0) if planned else Delivery.SENT
            if isinstance(step, Exception):
                yield Outcome(copy.row, Delivery.DEFERRED, str(step))
                raise step
            if step is Delivery.SENT or step is Delivery.DOUBTFUL:
                self.sent.append(copy)  # in doubt: the relay may have it, so here it does
            yield Outcome(copy.row, step, f"scripted: {step}")

    def close(self) -> None:
        pass

    def messages_to(self, recipient: str) -> list[bytes]:
        return [b"".join(copy.parts) for copy in self.sent if copy.envelope.recipient == recipient]


@dataclass
class FakeVerifier:
    """Believes what it is told: signatures by the bytes of the mail, or by whatever ``rule`` says."""

    known: Mapping[bytes, tuple[Signature, ...]] = field(default_factory=dict)
    rule: Callable[[bytes], tuple[Signature, ...]] | None = None

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        return self.rule(raw) if self.rule else self.known.get(raw, ())
