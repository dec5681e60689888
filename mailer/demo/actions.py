"""The actions of the scenes. Each one does something real, shows it, and checks its effect."""

from __future__ import annotations

import shlex
import time
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from mimetypes import guess_type

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.checks import CheckFailed
from mailer.demo.mails import Reply, new_mail
from mailer.demo.narrator import Narrator
from mailer.demo.people import first_name
from mailer.demo.servers import TIMEOUT, DemoServers


@dataclass
class Demo:
    """A running demo: its servers, and the narrator who prints what happens."""

    servers: DemoServers
    narrator: Narrator

    def run(self, *arguments: str, exit_code: int = 0, quiet: bool = False) -> None:
        """Run a command as the secretary; ``quiet`` hides its output. Raises CheckFailed for another exit code."""
        output = self.servers.mailer(arguments, exit_code)
        self.narrator.command(shlex.join(("mailer", *arguments)), "" if quiet else output)

    def write(self, person: SandboxUser, to: str, subject: str, text: str) -> None:
        """Send a new mail from a person."""
        content = "\n".join((f"Subject: {subject or '(none)'}", *text.splitlines()))
        self.narrator.mail(f"{first_name(person)} writes to {_short(to)}:", content)
        self._submit(person, new_mail(person, to, subject, text, self.servers.clock.now()))

    def reply(
        self,
        person: SandboxUser,
        mail: EmailMessage,
        text: str,
        program: Reply,
        how: str,
        attached: tuple[str, bytes] | None = None,
    ) -> None:
        """Send a reply from a person, with ``text`` above the quotation, as ``program`` composes it.

        ``attached`` is the name of a file, and its content.
        """
        self.narrator.mail(f"{first_name(person)} replies {how}:", text or "(nothing added)")
        reply = program(person, mail, text, self.servers.clock.now())
        if attached:
            name, content = attached
            kind, _, subtype = (guess_type(name)[0] or "application/octet-stream").partition("/")
            reply.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
        self._submit(person, reply)

    def _submit(self, person: SandboxUser, mail: EmailMessage) -> None:
        self.servers.sandbox.submit(person, mail.as_bytes(), [parseaddr(str(mail["To"]))[1]])

    def expect_mail(self, person: SandboxUser, prefix: str) -> EmailMessage:
        """Wait for a mail to a person whose subject begins with ``prefix``, and report it."""
        mail = self.mail(person, prefix)
        self.narrator.passed(f"{first_name(person)} gets “{mail['Subject']}”")
        return mail

    def mail(self, person: SandboxUser, prefix: str) -> EmailMessage:
        """The mail to a person whose subject begins with ``prefix``. Raises CheckFailed if none arrives in time."""
        expectation = f"{first_name(person)} gets a mail with a subject that begins “{prefix}”"
        return self.servers.await_mail(person, lambda mail: str(mail["Subject"]).startswith(prefix), expectation)

    def pass_days(self, days: int, words: str) -> None:
        """Let days pass for the office, its mail server and its people."""
        self.narrator.say(words)
        self.servers.clock.pass_by(timedelta(days=days))

    def until_shown(self, words: str, *arguments: str) -> None:
        """Wait until a command shows the words. Raises CheckFailed if it does not in time."""
        deadline = time.monotonic() + TIMEOUT
        while words not in (output := self.servers.mailer(arguments)):
            if time.monotonic() > deadline:
                raise CheckFailed(f"“mailer {shlex.join(arguments)}” shows “{words}”", output)

    def today(self, later: int = 0) -> date:
        """The day by the clock of the play, or one that is so many days later."""
        return (self.servers.clock.now() + timedelta(days=later)).date()

    def check(self, sentence: str, condition: bool, found: object = "") -> None:
        """Report a condition as passed. Raises CheckFailed if it is false."""
        if not condition:
            raise CheckFailed(sentence, f"instead: {found}")
        self.narrator.passed(sentence)


def _short(address: str) -> str:
    """A shorter form for printing, which leaves out the end of a token."""
    local, _, domain = address.rpartition("@")
    return f"{local[:20]}…@{domain}" if len(local) > 24 else address
