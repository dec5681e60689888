"""One SMTP session: from the greeting to ready, and then mail after mail, each with its verdict."""

from __future__ import annotations

import base64
import contextlib
import ssl
from dataclasses import dataclass, field

from mailer.adapters.dialogue import Dialogue, Lost, Reply
from mailer.adapters.security import Security, tls_context
from mailer.adapters.smtp_rules import Extensions, Verdict, mail_options, refusal, stuffed
from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import Envelope, Outgoing, clean
from mailer.outbox.model import Delivery


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each step (RFC 5321 4.5.3.2)."""

    connect: float = 60.0
    command: float = 300.0
    """The greeting, and every command that is not named here."""
    data: float = 120.0
    """DATA, until 354."""
    block: float = 180.0
    """Each write of the message."""
    final: float = 600.0
    """The final dot, until the relay has taken the message upon itself."""
    quit: float = 5.0


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where the relay is; an empty user means that it asks for no login."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    helo: str = "localhost"
    ca_file: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)


class Session:
    """A connection that is ready for MAIL. Raises Temporary or Permanent where it cannot be had."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.is_open = True
        self._settings = settings
        self._timeouts = settings.timeouts
        self._where = f"smtp: {settings.host}:{settings.port}"
        try:
            self._dialogue = Dialogue(settings.host, settings.port, self._timeouts.connect)
        except Lost as fault:
            raise Temporary(f"{self._where}: no connection: {fault}") from None
        try:
            self.extensions = self._prepare()
        except Lost as fault:
            raise Temporary(f"{self._where}: no connection: {fault}") from None
        except ssl.SSLError as fault:
            self.close()
            words = clean(str(fault))
            raise Permanent(f"{self._where}: no secure connection: {words}. Check smtp.port and security.") from None
        except MailerError:
            self.quit()
            raise

    # --- From the greeting to ready ---

    def _prepare(self) -> Extensions:
        security = self._settings.security
        context = None if security == "none" else tls_context(self._settings.ca_file)
        if context and security == "tls":
            self._dialogue.secure(context, self._timeouts.connect)
        greeting = self._must(self._dialogue.reply(self._timeouts.command), "does not greet us")
        extensions = self._hello(greeting)
        if context and security == "starttls":
            self._start_tls(extensions, context)
            extensions = self._hello(greeting)
        if self._settings.user:
            self._log_in((extensions.get("AUTH") or "").upper().split())
        return extensions

    def _hello(self, greeting: Reply) -> Extensions:
        reply = self._must(self._ask(f"EHLO {self._settings.helo}"), "refuses EHLO")
        return Extensions(str(greeting), tuple(clean(line) for line in reply.lines[1:]))

    def _start_tls(self, extensions: Extensions, context: ssl.SSLContext) -> None:
        if extensions.get("STARTTLS") is None:
            raise Permanent(
                f"{self._where}: offers no STARTTLS, and nothing is sent in plain text. "
                "Use security “tls”, or find out who removes it."
            )
        self._must(self._ask("STARTTLS"), "refuses STARTTLS")
        self._dialogue.secure(context, self._timeouts.connect)

    def _log_in(self, mechanisms: list[str]) -> None:
        user, password = self._settings.user, self._settings.password
        if "PLAIN" in mechanisms:
            lines = ["AUTH PLAIN " + _base64("\0".join(("", user, password)))]
        elif "LOGIN" in mechanisms:
            lines = ["AUTH LOGIN", _base64(user), _base64(password)]
        else:
            offered = " ".join(mechanisms) or "no login at all"
            raise Permanent(f"{self._where}: offers {offered}; we know PLAIN and LOGIN. Check smtp.port and security.")
        for line in lines:
            reply = self._ask(line)
            if reply.code != 334:  # “go on”
                break
        self._must(reply, f"refuses the login of {user}. Check smtp.user and the password")

    def _must(self, reply: Reply, complaint: str) -> Reply:
        if reply.accepted:
            return reply
        kind = Permanent if reply.code >= 500 else Temporary
        raise kind(f"{self._where}: {complaint}: {reply}")

    # --- Mail after mail ---

    def send(self, copy: Outgoing) -> Verdict:
        """One transaction. ``is_open`` is False after it where the connection is of no more use."""
        message = b"".join(copy.parts)
        try:
            options = mail_options(copy.envelope, message, self.extensions)
        except ValueError as fault:
            return Verdict(Delivery.FAILED, clean(f"not sent: {fault}"))
        try:
            verdict = self._offer(copy.envelope, options)
            if verdict is None:
                self._dialogue.send(stuffed(message), self._timeouts.block)
        except Lost as fault:
            self.close()
            return Verdict(Delivery.DEFERRED, clean(f"connection lost before the message was complete: {fault}"))
        if verdict is None:
            return self._end()
        self._reset()
        return verdict

    def _offer(self, envelope: Envelope, options: str) -> Verdict | None:
        """MAIL, RCPT, DATA; None where the relay waits for the message."""
        for command, argument in (
            ("MAIL", f" FROM:<{envelope.sender}>{options}"),
            ("RCPT", f" TO:<{envelope.recipient}>"),
        ):
            reply = self._ask(command + argument)
            if not reply.accepted:
                return self._refused(command, reply)
        reply = self._dialogue.ask("DATA", self._timeouts.data)
        return None if reply.code == 354 else self._refused("DATA", reply)

    def _end(self) -> Verdict:
        """The final dot. From its first octet on, the relay may act, so a lost connection leaves a doubt (E3)."""
        try:
            self._dialogue.send(b".\r\n", self._timeouts.block)
            reply = self._dialogue.reply(self._timeouts.final)
            return Verdict(Delivery.SENT, str(reply)) if reply.accepted else self._refused(".", reply)
        except Lost as fault:
            self.close()
            return Verdict(Delivery.DOUBTFUL, clean(f"connection lost after the final dot: {fault}"))

    def _refused(self, command: str, reply: Reply) -> Verdict:
        """What the refusal means; the connection is closed after 421. Raises Lost for a reply out of step."""
        verdict = refusal(command, reply)
        if verdict is None:
            raise Lost(f"out of step: {reply}")
        if reply.code == 421:
            self.close()
        return verdict

    def _reset(self) -> None:
        """RSET after a refusal; whatever it says to that, the refusal stands."""
        try:
            if self.is_open and not self._ask("RSET").accepted:
                self.close()
        except Lost:
            self.close()

    # --- The connection ---

    def is_ready(self) -> bool:
        """Whether the connection stands and the relay has said nothing unasked, such as 421."""
        return self.is_open and self._dialogue.is_quiet()

    def quit(self) -> None:
        """Take leave, and do not wait long for an answer."""
        if self.is_open:
            with contextlib.suppress(Lost):
                self._dialogue.ask("QUIT", self._timeouts.quit)
        self.close()

    def close(self) -> None:
        """Drop the connection."""
        self.is_open = False
        self._dialogue.close()

    def _ask(self, line: str) -> Reply:
        return self._dialogue.ask(line, self._timeouts.command)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
