"""The verbs of the story. Each does something real, shows it, and looks whether it had its effect."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr

from mailer.adapters.sandbox import SandboxUser
from mailer.demo.cast import first_name
from mailer.demo.checks import Unmet
from mailer.demo.letters import Reply, fresh
from mailer.demo.narration import Narrator
from mailer.demo.stage import Stage


@dataclass
class Performance:
    """What a scene has at hand."""

    stage: Stage
    told: Narrator

    def runs(self, *arguments: str, ends: int = 0, quiet: bool = False) -> None:
        """The secretary types a command; ``quiet`` does not show what it answers."""
        output = self.stage.mailer(arguments, ends)
        self.told.command(shlex.join(("mailer", *arguments)), "" if quiet else output)

    def writes(self, person: SandboxUser, to: str, subject: str, text: str) -> None:
        """Somebody writes a mail of their own."""
        shown = "\n".join((f"Subject: {subject or '(none)'}", *text.splitlines()))
        self.told.mail(f"{first_name(person)} writes to {_short(to)}:", shown)
        self._submit(person, fresh(person, to, subject, text, datetime.now(UTC)))

    def replies(self, person: SandboxUser, mail: EmailMessage, words: str, program: Reply, how: str) -> None:
        """Somebody presses the reply key and writes ``words`` on top."""
        self.told.mail(f"{first_name(person)} replies {how}:", words or "(nothing added)")
        self._submit(person, program(person, mail, words, datetime.now(UTC)))

    def _submit(self, person: SandboxUser, mail: EmailMessage) -> None:
        self.stage.sandbox.submit(person, mail.as_bytes(), [parseaddr(str(mail["To"]))[1]])

    def arrives(self, person: SandboxUser, begins: str) -> EmailMessage:
        """Wait until somebody has a mail whose subject begins so, and say it."""
        mail = self.mail(person, begins)
        self.told.holds(f"{first_name(person)} gets “{mail['Subject']}”")
        return mail

    def mail(self, person: SandboxUser, begins: str) -> EmailMessage:
        """Somebody's mail with such a subject. Raises Unmet where none comes in time."""
        expectation = f"{first_name(person)} gets a mail with a subject that begins “{begins}”"
        return self.stage.await_mail(person, lambda mail: str(mail["Subject"]).startswith(begins), expectation)

    def holds(self, sentence: str, truth: bool, found: object = "") -> None:
        """Say that something is so. Raises Unmet where it is not."""
        if not truth:
            raise Unmet(sentence, f"instead: {found}")
        self.told.holds(sentence)


def _short(address: str) -> str:
    """An address as the story shows it: a token's mac says nothing to a reader."""
    local, _, domain = address.rpartition("@")
    return f"{local[:20]}…@{domain}" if len(local) > 24 else address
