"""The set-up of an SMTP session: greeting, TLS, EHLO and login."""

from __future__ import annotations

import contextlib
import socket
import ssl
from dataclasses import dataclass, field

from mailer.adapters.redaction import Redaction, forms_of
from mailer.adapters.security import Login, Server, tls_context
from mailer.adapters.smtp.dialogue import Dialogue
from mailer.adapters.smtp.login import log_in, mechanisms
from mailer.adapters.smtp.replies import Lost, Reply
from mailer.adapters.smtp.rules import Extensions
from mailer.errors import MailerError, Permanent, ServerBusy, Temporary
from mailer.message import clean


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds that each step may take (RFC 5321 4.5.3.2)."""

    connect: float = 60.0
    command: float = 300.0
    """The greeting, and each command that has no timeout of its own."""
    data: float = 120.0
    """From DATA to 354."""
    block: float = 180.0
    """Each write of the message."""
    final: float = 600.0
    """From the final dot to the relay's reply."""
    quit: float = 5.0


@dataclass(frozen=True, slots=True)
class Dialect:
    """The protocol, and how we introduce ourselves in it."""

    lmtp: bool = False
    """Whether the relay speaks LMTP (RFC 2033), which has a reply to the message for each recipient."""
    helo: str = "localhost"
    """Our own host name."""
    report_success: bool = False
    """Whether a relay that offers DSN is also asked to report successful deliveries."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections there may be, and how long each is used."""

    connections: int = 1
    """How many may be open at once."""
    mails_per_connection: int = 0
    """After this many mails a connection is replaced by a new one; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How to reach the relay, and how to speak with it."""

    server: Server
    login: Login | None = None
    """None for a relay that needs no login."""
    dialect: Dialect = field(default_factory=Dialect)
    limits: ConnectionLimits = field(default_factory=ConnectionLimits)
    timeouts: Timeouts = field(default_factory=Timeouts)
    redact: Redaction = field(default_factory=Redaction, compare=False, repr=False)
    """Takes the secrets of ``login`` out of what the relay says."""

    def __post_init__(self) -> None:
        if self.login:
            self.redact.add(*forms_of(self.login))

    @property
    def where(self) -> str:
        """The relay's name in error messages."""
        host = self.server.host
        place = host if host.startswith("/") else f"{host}:{self.server.port}"
        return f"{'lmtp' if self.dialect.lmtp else 'smtp'}: {place}"


class Session:
    """An SMTP session that is ready for MAIL. Raises Temporary or Permanent if it cannot be set up."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._timeouts = settings.timeouts
        self._where = settings.where
        where = settings.server.host, settings.server.port
        try:
            self._dialogue = Dialogue(*where, self._timeouts.connect, settings.redact)
        except Lost as fault:
            raise Temporary(f"{self._where}: no connection: {fault}") from None
        try:
            self.extensions = self._prepare()
        except Lost as fault:
            raise Temporary(f"{self._where}: no connection: {fault}") from None
        except ssl.SSLError as fault:
            self.close()
            why = clean(str(fault))
            raise Permanent(f"{self._where}: no secure connection: {why}. Check smtp.port and security.") from None
        except MailerError:
            self.quit()
            raise

    # --- set-up ---

    def _prepare(self) -> Extensions:
        security = self.settings.server.security
        context = None if security == "none" else tls_context(self.settings.server.ca_file)
        if context and security == "tls":
            self._dialogue.secure(context, self._timeouts.connect)
        greeting = self._require(self._dialogue.reply(self._timeouts.command), "does not greet us")
        extensions = self._hello(greeting)
        if context and security == "starttls":
            self._start_tls(extensions, context)
            extensions = self._hello(greeting)
        if self.settings.login:
            self._log_in(self.settings.login, extensions)
        return extensions

    def _hello(self, greeting: Reply) -> Extensions:
        verb = "LHLO" if self.settings.dialect.lmtp else "EHLO"
        reply = self._require(self._send(f"{verb} {self.settings.dialect.helo}"), f"refuses {verb}")
        return Extensions(str(greeting), tuple(clean(line) for line in reply.lines[1:]))

    def _start_tls(self, extensions: Extensions, context: ssl.SSLContext) -> None:
        if extensions.get("STARTTLS") is None:
            raise Permanent(
                f"{self._where}: offers no STARTTLS, and nothing is sent in plain text. "
                "Use security “tls”, or find out what removes STARTTLS on the way."
            )
        self._require(self._send("STARTTLS"), "refuses STARTTLS")
        self._dialogue.secure(context, self._timeouts.connect)

    def _log_in(self, login: Login, extensions: Extensions) -> None:
        offered = (extensions.get("AUTH") or "").upper().split()
        known = [mechanism for mechanism in mechanisms(login) if mechanism in offered]
        if not known:
            why = f"offers {' '.join(offered) or 'no login at all'}; we know {' and '.join(mechanisms(login))}"
            raise Permanent(f"{self._where}: {why}. Check smtp.port and security.")
        reply = log_in(login, known[0], self._send, self.settings.redact)
        if reply.code >= 500:
            secret = "the access token" if login.token else "the password"
            raise Permanent(f"{self._where}: refuses the login of {login.user}. Check smtp.user and {secret}: {reply}")
        self._require(reply, f"cannot log in {login.user} just now, which says nothing about the password")

    def _require(self, reply: Reply, complaint: str) -> Reply:
        if reply.accepted:
            return reply
        if reply.code >= 500:
            raise Permanent(f"{self._where}: {complaint}: {reply}. Check smtp.host and smtp.port, or ask who runs it.")
        raise ServerBusy(f"{self._where}: {complaint}: {reply}")

    # --- the connection ---

    @property
    def open_socket(self) -> socket.socket:
        """For the code that goes on with the connection."""
        return self._dialogue.socket

    def quit(self) -> None:
        """Send QUIT, wait briefly for the reply, and close the connection."""
        with contextlib.suppress(Lost):
            self._dialogue.send("QUIT", self._timeouts.quit)
        self.close()

    def close(self) -> None:
        """Close the connection without QUIT."""
        self._dialogue.close()

    def _send(self, line: str) -> Reply:
        return self._dialogue.send(line, self._timeouts.command)
