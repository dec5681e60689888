"""A harness for the handlers: tests put mail into an office's inbox, run the daemon once and read what it sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from mailer.app.subjects import SUBJECTS
from mailer.handlers import imports, issues, mailings
from mailer.message import Address
from mailer.model import list_file
from mailer.model.approvals import Ballot, Outcome, Vote
from mailer.model.audit import prove
from mailer.model.imports import ImportOptions
from mailer.model.issues import Edition, Issue, Source
from mailer.model.lists import Details, Scope, ScopeKind, Standing
from mailer.model.mailings import Mailing
from mailer.office import Office, Subjects
from mailer.ports import AuditEntry, Folder
from mailer.tokens import Purpose, Token
from tests.fakes import FakeClock, FakeMailbox
from tests.flows.environment import EDITION, SOURCE, CrashPoint, Environment, OfficeProcess, configured, empty_store
from tests.flows.office import letter

OFFICE = "tg2@iso-sr.example"
SECRETARY = "secretary@iso-sr.example"
ANA, BO, CLEO = BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")
NILS, NORA = NMB = ("nils@nmb.example", "nora@nmb.example")
DAY = timedelta(days=1)


DRAFTS = ("DRAFT", "PROJET", "BORRADOR")
"""How the subjects of requests to vote begin, in the languages of the catalogues."""


@dataclass
class Harness:
    """An office in an environment, with shortcuts for what the secretary, the board and readers do."""

    folder: Path
    environment: Environment = field(init=False)
    process: OfficeProcess = field(init=False)

    def __post_init__(self) -> None:
        self.environment = Environment(self.folder)
        self.restart()

    def restart(self, subjects: Subjects = SUBJECTS, **rules: Any) -> None:
        """Start another process on the same store; ``rules`` replace those of the configuration."""
        self.process = OfficeProcess(self.environment, CrashPoint(), replace(configured().rules, **rules), subjects)

    @property
    def now(self) -> datetime:
        return self.environment.clock.now()

    def pass_by(self, span: timedelta) -> None:
        self.environment.clock.pass_by(span)

    # --- what the secretary does ---

    @contextmanager
    def office(self) -> Iterator[Office]:
        with self.environment.store.transaction() as work:
            yield self.process.office(work, "secretary", f"command {self.now.isoformat()}")

    def do(self, act: Callable[[Office], object]) -> None:
        with self.office() as office:
            act(office)

    def import_list(self, key: str, addresses: Sequence[str], *, cause: str = "import", **details: str) -> None:
        """Replace a list. With a cause that begins with ``command`` the change has to be agreed to (A19)."""
        rows = [list_file.Row(Address.parse(address), Details(**details)) for address in addresses]  # type: ignore[arg-type]
        with self.office() as office:
            options = ImportOptions(replace=True)
            imports.import_rows(replace(office, cause=f"{cause} {self.now.isoformat()}"), key, rows, options)

    def build(self, edition: Edition = EDITION, source: Source = SOURCE) -> None:
        self.do(lambda office: issues.build(office, source, edition, f"update-{source.number}"))

    def submit(self) -> None:
        self.do(lambda office: issues.submit(office, issues.find(office, "update", 1)))
        self.tick()

    def schedule(self, due: datetime) -> None:
        self.do(lambda office: mailings.schedule(office, issues.find(office, "update", 1), due))

    def start(self) -> None:
        with self.office() as office:
            issue = issues.find(office, "update", 1)
            mailings.start(office, issue, mailings.outstanding(office, issue))

    def asked(self) -> None:
        """Import the lists, build issue 1 and submit it to the board."""
        self._go_through(_ask)

    def approved(self) -> None:
        self._go_through(_approve)

    def _go_through(self, scene: Callable[[Harness], None]) -> None:
        """Play a scene. An office to which nothing has happened yet gets what another one had after it."""
        if not self._is_new:
            return scene(self)
        after = _after(scene)
        self.environment.store.close()
        (self.folder / "mailer.db").write_bytes(after.store)
        self.environment.relay.accepted += after.accepted
        vars(self.environment.mailbox).update(vars(deepcopy(after.mailbox)))
        vars(self.environment.clock).update(vars(after.clock))
        return None

    @property
    def _is_new(self) -> bool:
        here, usual, log = self.environment, configured(), self.folder / "mailer.db-wal"
        return (
            here.clock == FakeClock()
            and here.mailbox == FakeMailbox()
            and here.relay.accepted == []
            and here.renderer is usual.renderer
            and (self.process.rules, self.process.runtime.resources.subjects) == (usual.rules, SUBJECTS)
            and (self.folder / "mailer.db").read_bytes() == empty_store()
            and not (log.exists() and log.stat().st_size)
        )

    # --- what people do ---

    def tick(self) -> None:
        self.process.daemon.once()

    def write(self, sender: str, to: str, subject: str, body: str, **headers: str) -> None:
        self.environment.write(sender, to, subject, body, **headers)
        self.tick()

    def raw(self, raw: bytes) -> None:
        self.environment.mailbox.arrive(raw, self.now)
        self.tick()

    def answer(
        self,
        member: str,
        words: str,
        *,
        to: EmailMessage | None = None,
        by: str = "",
        message_id: str = "",
        **headers: str,
    ) -> None:
        """Answer a request to vote: the last one or ``to`` another, as the member or ``by`` somebody else."""
        self.environment.reply(by or member, to or self.request(member), words, **headers)
        if message_id:
            uid, mail = self.mailbox.inbox.popitem()
            raw = re.sub(rb"Message-ID: .*", f"Message-ID: {message_id}\r".encode(), mail.raw or b"")
            self.mailbox.inbox[uid] = replace(mail, raw=raw)
        self.tick()

    def request(self, member: str) -> EmailMessage:
        return next(mail for mail in reversed(self.mails_to(member)) if mail["Subject"].startswith(DRAFTS))

    def mails_to(self, address: str) -> list[EmailMessage]:
        return self.environment.mails_to(address)

    def subjects(self, address: str) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails_to(address)]

    # --- the office's state ---

    def token(self, purpose: Purpose, subject: int) -> Token:
        return self.environment.store.key.token(purpose, subject)

    def leave_token(self, contact: int, kind: ScopeKind, key: str) -> Token:
        """The token for a contact to leave a list or publication."""
        with self.environment.store.snapshot() as work:
            return self.environment.store.key.token(Purpose.LEAVE, contact, work.lists.scopes()[Scope(kind, key)])

    @property
    def issue(self) -> Issue:
        with self.environment.store.snapshot() as work:
            issue = work.issues.issue("update", 1)
        assert issue is not None
        return issue

    @property
    def mailing(self) -> Mailing:
        with self.environment.store.snapshot() as work:
            mailing = mailings.of_issue(work, self.issue)
        assert mailing is not None
        return mailing

    @property
    def ballot(self) -> Ballot:
        with self.environment.store.snapshot() as work:
            ballot = work.approvals.latest_ballot(Issue.KIND, self.issue.id)
        assert ballot is not None
        return ballot

    @property
    def outcome(self) -> Outcome:
        return self.ballot.outcome

    @property
    def votes(self) -> list[Vote]:
        with self.environment.store.snapshot() as work:
            return work.approvals.votes(self.ballot.id)

    def standing(self, key: str, address: str) -> Standing | None:
        with self.environment.store.snapshot() as work:
            contact = work.lists.contact_at(address)
            return work.lists.standing(key, contact.id) if contact else None

    def trail(self, action: str) -> list[AuditEntry]:
        with self.environment.store.snapshot() as work:
            return [entry for entry in work.audit.newest(10_000) if entry.action == action]

    def filed(self) -> dict[Folder, int]:
        return {folder: len(mails) for folder, mails in self.environment.mailbox.folders.items() if mails}

    @property
    def mailbox(self) -> FakeMailbox:
        return self.environment.mailbox

    def close(self) -> None:
        """Whatever a test has done, the record of it verifies."""
        try:
            with self.environment.store.snapshot() as work:
                faults = [fault.words for fault in prove(work.audit.chain(), work.audit.rows()).faults]
            assert faults == []
        finally:
            self.environment.close()


def _ask(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()


def _approve(harness: Harness) -> None:
    harness.asked()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")


class After(NamedTuple):
    """What an office and the world around it are after a scene."""

    store: bytes
    accepted: list[tuple[str, bytes]]
    mailbox: FakeMailbox
    clock: FakeClock


@cache
def _after(scene: Callable[[Harness], None]) -> After:
    with TemporaryDirectory(prefix="mailer-harness-") as folder:
        harness = Harness(Path(folder))
        scene(harness)
        here = harness.environment
        harness.close()
        return After((harness.folder / "mailer.db").read_bytes(), here.relay.accepted, here.mailbox, here.clock)


def signup(sender: str, body: str = "subscribe\n", **headers: str) -> bytes:
    return letter(sender, "tg2+subscribe@iso-sr.example", "Hello", body, **headers)


def text_of(mail: EmailMessage) -> str:
    """The text of a notice, on one line."""
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(str(part.get_content()).split())
