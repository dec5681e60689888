"""An office on the sandbox's servers, over real sockets, with people who write and read mail."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import make_msgid
from pathlib import Path

from mailer.adapters import data
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.adapters.sandbox.clients import MailClients
from mailer.app import App
from mailer.handlers import imports, issues
from mailer.message import Address
from mailer.model import list_file
from mailer.model.imports import ImportOptions

DOMAIN = "iso-sr.example"
OFFICE = SandboxUser(f"tg2@{DOMAIN}", "ISO/SR TG 2", "office-secret")
SECRETARY = SandboxUser(f"secretary@{DOMAIN}", "The Secretary", "secret-1")
BOARD = tuple(SandboxUser(f"{name}@cag.example", f"{name.title()} Board", "secret-2") for name in ("ana", "bo", "cleo"))
READERS = tuple(
    SandboxUser(f"{name}@{domain}", name.title(), "secret-3")
    for name, domain in (("nils", "nmb.example"), ("dina", "liaison.example"), ("ulla", "union.example"))
)
PEOPLE = (SECRETARY, *BOARD, *READERS)


@dataclass
class Flow:
    """An office, its mail server, and its people."""

    app: App
    sandbox: MailClients

    def tick(self) -> None:
        """Run the daemon once with new connections, as ``mailer run --once`` does."""
        mailbox, transport = self.app.mailbox(), self.app.transport()
        try:
            self.app.daemon(mailbox, transport).once()
        finally:
            mailbox.close()
            transport.close()

    def import_list(self, key: str, people: tuple[SandboxUser, ...]) -> None:
        rows = [list_file.Row(Address.parse(p.address, p.name), list_file.Details(name=p.name)) for p in people]
        with self.app.open_store().transaction() as work:
            office = self.app.office(work, "test", f"import {key}")
            imports.import_rows(office, key, rows, ImportOptions(replace=True))

    def build(self, number: int = 1) -> None:
        source = self.app.read_issue("update", number)
        edition = self.app.renderer.edition(source, self.app.identity("update"))
        with self.app.store.transaction() as work:
            issues.build(
                self.app.office(work, "test", "build"), source, edition, str(self.app.issue_folder("update", number))
            )

    def write(self, person: SandboxUser, to: str, subject: str, body: str, **headers: str) -> None:
        """Submit a new mail with the person's own login."""
        self.sandbox.submit(person, letter(person.address, to, subject, body, **headers), [to])

    def reply(self, person: SandboxUser, mail: EmailMessage, words: str) -> None:
        """Reply as a mail client does: to Reply-To, with In-Reply-To, Re: and the quoted text."""
        to = str(mail["Reply-To"] or mail["From"])
        text = mail.get_body(("plain",))
        assert text is not None
        quoted = "\n".join(f"> {line}" for line in text.get_content().splitlines())
        body = f"{words}\n\nOn Monday, {mail['From']} wrote:\n{quoted}\n"
        address = to.rpartition("<")[2].rstrip(">")
        threading = {"In-Reply-To": mail["Message-ID"], "References": mail["Message-ID"]}
        self.write(person, address, f"Re: {mail['Subject']}", body, **threading)

    def inbox(self, person: SandboxUser) -> list[EmailMessage]:
        """The mails in a person's mailbox, oldest first."""
        return [parsed(raw) for raw in self.sandbox.messages(person)]

    def last(self, person: SandboxUser) -> EmailMessage:
        return self.inbox(person)[-1]


def letter(sender: str, to: str, subject: str, body: str, subtype: str = "plain", **headers: str) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Mon, 23 Nov 2026 12:00:00 +0000"
    mail["Message-ID"] = make_msgid(domain="client.example")
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body, subtype=subtype)
    return mail.as_bytes()


def parsed(raw: bytes) -> EmailMessage:
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    assert isinstance(mail, EmailMessage)
    return mail


@contextmanager
def office(folder: Path, people: tuple[SandboxUser, ...] = PEOPLE, **settings: str) -> Iterator[Flow]:
    """The demo's office in ``folder``; ``settings`` such as ``MAILER_BOARD__QUORUM`` override its configuration."""
    with Sandbox(folder, (OFFICE, *people)) as sandbox, opened(folder, sandbox, **settings) as app:
        yield Flow(app, sandbox)


@contextmanager
def opened(folder: Path, servers: MailClients, **settings: str) -> Iterator[App]:
    """The demo's office in ``folder``, with its mailbox on ``servers``."""
    shutil.copytree(data.CONFIG / "demo", folder, dirs_exist_ok=True)
    environ = {
        "MAILER_IMAP__PORT": str(servers.imap_port),
        "MAILER_SMTP__PORT": str(servers.smtp_port),
        "MAILER_IMAP__PASSWORD": OFFICE.password,
        "MAILER_SMTP__PASSWORD": OFFICE.password,
        "MAILER_LIMITS__PER_MINUTE": "60000",
        **settings,
    }
    app = App.load(folder / "mailer.toml", environ)
    app.store.upgrade()
    app.open_store()
    try:
        yield app
    finally:
        app.close()
