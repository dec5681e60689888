"""Everything around the office's process: a fake mailbox, relay and clock, and a real store.

The process can crash at every call of a port: ``CrashPoint`` counts the calls and ends the process at a given one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from mailer.adapters import data
from mailer.adapters.icalendar import Icalendar
from mailer.adapters.openpgp import SequoiaOpenPgp
from mailer.adapters.stored_mailbox import StoredMailbox
from mailer.adapters.waker import Waker
from mailer.app import App
from mailer.app.subjects import SUBJECTS
from mailer.daemon import Daemon
from mailer.handlers import mailings
from mailer.message import Outgoing, Signature
from mailer.model.issues import Edition, Source, Wording
from mailer.model.outbox import Delivery, Due, Outcome
from mailer.model.refusals import Suspension
from mailer.model.rules import Rules
from mailer.office import Resources, Subjects
from mailer.ports import Fetched, Folder, Ledger, Ref, Renderer, Sources, Store, Transport, Work
from mailer.receive import Reception
from mailer.runtime import Runtime
from mailer.sending.limiter import Limiter
from mailer.sending.sender import Sender
from mailer.store.database import SqlStore
from mailer.throttle.limits import SECOND, Limit
from mailer.throttle.policy import Policy
from tests.fakes import FakeClock, FakeMailbox, FakeSources, FakeVerifier
from tests.flows.office import letter, parsed

EDITION = Edition(
    subject="ISO/SR Update 1",
    html="<p>⟦greeting⟧</p><a href='⟦leave⟧'>leave</a> ⟦recipient⟧",
    text="⟦greeting⟧\n\nNews.\n\n⟦recipient⟧ ⟦leave⟧\n",
    pdf=b"%PDF-1.7 of a few bytes",
    pages=1,
    wording=Wording(readers="the readers of ISO/SR Update"),
)
SOURCE = Source("update", 1, "The road", date(2026, 11, 23), "en", (), "0" * 64)


class Crash(BaseException):
    """The process ends here; no code of the office catches it."""


@dataclass
class CrashPoint:
    """Counts the calls of ports and ends the process at call number ``at``; None: never."""

    at: int | None = None
    calls: int = 0

    def call(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise Crash


@dataclass
class Relay:
    """The mails that the relay has accepted; they outlive the process."""

    accepted: list[tuple[str, bytes]] = field(default_factory=list)


@dataclass
class CrashingTransport:
    """Connections to the relay; the process may crash at each step."""

    relay: Relay
    crash_point: CrashPoint
    connections: int = 1

    def deliver(self, ledger: Ledger) -> None:
        """Send a mail on each connection, all at the same time, until there are no more."""
        self.crash_point.call()
        settled: list[Outcome] = []
        while True:
            taken = ledger.take(self.connections)
            self.crash_point.call()
            if settled or taken.mails:
                ledger.record(settled, [row for copy in taken.mails for row in copy.rows])
            if not taken.mails and taken.wait is None:
                break
            if not taken.mails and taken.wait is not None:
                ledger.pause(taken.wait)
            settled = [outcome for copy in taken.mails for outcome in self._accept(copy)]
        self.crash_point.call()

    def _accept(self, copy: Outgoing) -> list[Outcome]:
        self.crash_point.call()
        self.relay.accepted += [(recipient, b"".join(copy.parts)) for recipient in copy.envelope.recipients]
        self.crash_point.call()
        return [Outcome(row, Delivery.SENT, "250 ok") for row in copy.rows]

    def describe(self) -> list[tuple[str, str]]:
        return [("relay", "may crash")]

    def close(self) -> None: ...


@dataclass
class CrashingMailbox:
    """The inbox; the process may crash before and after each command takes effect."""

    real: FakeMailbox
    crash_point: CrashPoint

    def pending(self) -> list[Ref]:
        self.crash_point.call()
        return self.real.pending()

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        for message in self.real.fetch(refs):
            self.crash_point.call()
            yield message

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        self.crash_point.call()
        self.real.file(refs, folder)
        self.crash_point.call()

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        self.crash_point.call()
        finish = self.real.begin_filing(refs, folder)

        def end() -> None:
            self.crash_point.call()
            finish()
            self.crash_point.call()

        return end

    def wait(self, seconds: float) -> None: ...
    def wake(self) -> None: ...
    def describe(self) -> list[tuple[str, str]]:
        return [("mailbox", "may crash")]

    def close(self) -> None: ...


@dataclass
class CrashingStore:
    """The real store; the process may crash before a transaction, before its commit and after it."""

    real: SqlStore
    crash_point: CrashPoint

    def transaction(self, alone: bool = True) -> AbstractContextManager[Work]:
        return self._crashing(self.real.transaction(alone))

    def statement(self) -> AbstractContextManager[Work]:
        return self._crashing(self.real.statement())

    @contextmanager
    def _crashing(self, transaction: AbstractContextManager[Work]) -> Iterator[Work]:
        self.crash_point.call()
        with transaction as work:
            yield work
            self.crash_point.call()
        self.crash_point.call()

    @contextmanager
    def snapshot(self) -> Iterator[Work]:
        self.crash_point.call()
        with self.real.snapshot() as work:
            yield work


def signed(raw: bytes) -> tuple[Signature, ...]:
    """The signature of the sender's provider; none for a mail with the field X-Forged."""
    mail = message_from_bytes(raw)  # the newer policies of the library fail on damaged fields
    if mail["X-Forged"]:
        return ()
    domain = str(mail["From"]).rpartition("@")[2].rstrip(">")
    body = raw.partition(b"\r\n\r\n")[2]
    names = ("from", "to", "subject", "date", "message-id", "content-type", "mime-version", "content-transfer-encoding")
    fields = [f"{name}: {mail[name]}" for name in names]
    return (Signature(domain, names, hashlib.sha256("\n".join(fields).encode("utf-8", "replace") + body).digest()),)


@cache
def configured() -> App:
    """The demo's office, whose rules the tests use; it connects to nothing."""
    passwords = {"MAILER_IMAP__PASSWORD": "x", "MAILER_SMTP__PASSWORD": "x"}
    return App.load(data.CONFIG / "demo" / "mailer.toml", passwords)


@cache
def empty_store() -> bytes:
    """A new store's file: made once, copied for every environment."""
    with TemporaryDirectory() as folder:
        store = SqlStore(f"sqlite:///{folder}/mailer.db")
        store.upgrade()
        with store.transaction() as work:
            work.lists.declare(configured().rules.scopes)
        store.close()
        return (Path(folder) / "mailer.db").read_bytes()


class Environment:
    """What outlives a process: the store, the mailbox, the relay and the clock."""

    def __init__(self, folder: Path, connections: int = 1) -> None:
        self.connections = connections
        (folder / "mailer.db").write_bytes(empty_store())
        self.store = SqlStore(f"sqlite:///{folder / 'mailer.db'}")
        self._on_connect("PRAGMA synchronous = OFF")  # the end of a process loses nothing that it has written
        self.mailbox = FakeMailbox()
        self.deliver: Callable[[bytes], object] = self._arrive
        """Brings a mail in by one of the ways."""
        self.relay = Relay()
        self.clock = FakeClock()
        self.renderer: Renderer = configured().renderer

    def shorten_lock_wait(self) -> None:
        """From now on the store waits 10 ms instead of 10 s for another process that writes."""
        self._on_connect("PRAGMA busy_timeout = 10")
        self.store.close()

    def _on_connect(self, statement: str) -> None:
        event.listen(self.store._engine, "connect", lambda raw, _: raw.execute(statement))

    def process(self, crash_point: CrashPoint | None = None) -> OfficeProcess:
        return OfficeProcess(self, crash_point or CrashPoint())

    def sender(
        self,
        runtime: Runtime,
        transport: Transport,
        recipients: int = 1,
    ) -> Sender:
        """A sender without an effective rate limit."""

        def suspended(work: Work, row: Due, why: Suspension) -> None:
            mailings.suspend(runtime.office(work, "mailer", "sending"), row, why)

        policy = Policy("relay.example", (Limit(SECOND, 1_000_000),))
        limiter = Limiter(runtime.store, runtime.clock, policy, on_suspend=suspended)
        return Sender(runtime, transport, limiter, recipients=recipients)

    def runtime(
        self,
        store: Store | None = None,
        rules: Rules | None = None,
        sources: Sources | None = None,
        subjects: Subjects = SUBJECTS,
    ) -> Runtime:
        """The runtime of a process that works on ``store``."""
        app, sources = configured(), sources or FakeSources(SOURCE.digest)
        openpgp, manuscripts = SequoiaOpenPgp(), app.manuscripts
        key, conversion, calendars = self.store.key, app.conversion, Icalendar()
        resources = Resources(
            rules or app.rules, self.renderer, sources, key, subjects, openpgp, manuscripts, conversion, calendars
        )
        return Runtime(store or self.store, self.clock, resources)

    def write(self, sender: str, to: str, subject: str, body: str, **headers: str) -> None:
        self.deliver(letter(sender, to, subject, body, **headers))

    def _arrive(self, raw: bytes) -> None:
        self.mailbox.arrive(raw, self.clock.now())

    def reply(self, sender: str, mail: EmailMessage, words: str, **headers: str) -> None:
        text = mail.get_body(("plain",))
        assert text is not None
        quoted = "\n".join(f"> {line}" for line in text.get_content().splitlines())
        to = str(mail["Reply-To"] or mail["From"]).rpartition("<")[2].rstrip(">")
        headers["In-Reply-To"] = mail["Message-ID"]
        self.write(sender, to, f"Re: {mail['Subject']}", f"{words}\n\n{quoted}\n", **headers)

    def reply_in_html(self, sender: str, mail: EmailMessage, words: str) -> None:
        """A reply that has no text but HTML, with the mail's own below it."""
        html = mail.get_body(("html",))
        assert html is not None
        _, body = str(html.get_content()).split("<body", 1)
        quoted = body.partition(">")[2].partition("</body>")[0]
        to = str(mail["Reply-To"] or mail["From"]).rpartition("<")[2].rstrip(">")
        text = f"<html><body><p>{words}</p><blockquote type='cite'>{quoted}</blockquote></body></html>"
        self.write(sender, to, f"Re: {mail['Subject']}", text, subtype="html", **{"In-Reply-To": mail["Message-ID"]})

    def mails_to(self, recipient: str) -> list[EmailMessage]:
        return [parsed(raw) for to, raw in self.relay.accepted if to == recipient]

    def close(self) -> None:
        self.store.close()


class OfficeProcess:
    """One process of the office, from its start to its crash."""

    def __init__(
        self,
        environment: Environment,
        crash_point: CrashPoint,
        rules: Rules | None = None,
        subjects: Subjects = SUBJECTS,
    ) -> None:
        self.environment = environment
        self.sources = FakeSources(SOURCE.digest)
        self.runtime = environment.runtime(CrashingStore(environment.store, crash_point), rules, self.sources, subjects)
        self.store = self.runtime.store
        self.rules = self.runtime.rules
        self.office = self.runtime.office
        ways = CrashingMailbox(environment.mailbox, crash_point), StoredMailbox(self.store, Waker())
        transport = CrashingTransport(environment.relay, crash_point, environment.connections)
        receptions = [
            Reception(self.runtime, way, FakeVerifier(rule=signed), configured().reading_rules) for way in ways
        ]
        self.daemon = Daemon(self.runtime, receptions, environment.sender(self.runtime, transport), 60)
