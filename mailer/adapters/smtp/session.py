"""An SMTP session from the greeting to ready: TLS, EHLO and the login, step by step."""

from __future__ import annotations

import contextlib
import socket
import ssl
from dataclasses import dataclass, field

from mailer.adapters.access_token import AccessToken
from mailer.adapters.security import Security, tls_context
from mailer.adapters.smtp.dialogue import Dialogue
from mailer.adapters.smtp.login import Login, log_in
from mailer.adapters.smtp.replies import Lost, Reply
from mailer.adapters.smtp.rules import Extensions
from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import clean


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
    """Or the path of a socket on this machine."""
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    token: AccessToken | None = None
    """Logs in instead of the password, where there is one."""
    helo: str = "localhost"
    ca_file: str | None = None
    lmtp: bool = False
    """Whether it speaks LMTP (RFC 2033): it answers for each recipient by itself."""
    connections: int = 1
    """At most so many at once."""
    mails_per_connection: int = 0
    """After so many mails a connection gives place to a new one; 0 is no limit."""
    report_success: bool = False
    """Whether a relay that offers DSN is asked for reports of what arrived, too."""
    timeouts: Timeouts = field(default_factory=Timeouts)

    @property
    def where(self) -> str:
        """As faults name it."""
        place = self.host if self.host.startswith("/") else f"{self.host}:{self.port}"
        return f"{'lmtp' if self.lmtp else 'smtp'}: {place}"


class Session:
    """A connection that is ready for MAIL. Raises Temporary or Permanent where it cannot be had."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.settings = settings
        self._timeouts = settings.timeouts
        self._where = settings.where
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
        security = self.settings.security
        context = None if security == "none" else tls_context(self.settings.ca_file)
        if context and security == "tls":
            self._dialogue.secure(context, self._timeouts.connect)
        greeting = self._must(self._dialogue.reply(self._timeouts.command), "does not greet us")
        extensions = self._hello(greeting)
        if context and security == "starttls":
            self._start_tls(extensions, context)
            extensions = self._hello(greeting)
        if self.settings.user:
            self._log_in(extensions)
        return extensions

    def _hello(self, greeting: Reply) -> Extensions:
        verb = "LHLO" if self.settings.lmtp else "EHLO"
        reply = self._must(self._ask(f"{verb} {self.settings.helo}"), f"refuses {verb}")
        return Extensions(str(greeting), tuple(clean(line) for line in reply.lines[1:]))

    def _start_tls(self, extensions: Extensions, context: ssl.SSLContext) -> None:
        if extensions.get("STARTTLS") is None:
            raise Permanent(
                f"{self._where}: offers no STARTTLS, and nothing is sent in plain text. "
                "Use security “tls”, or find out who removes it."
            )
        self._must(self._ask("STARTTLS"), "refuses STARTTLS")
        self._dialogue.secure(context, self._timeouts.connect)

    def _log_in(self, extensions: Extensions) -> None:
        login = Login(self.settings.user, self.settings.password, self.settings.token)
        offered = (extensions.get("AUTH") or "").upper().split()
        known = [mechanism for mechanism in login.mechanisms if mechanism in offered]
        if not known:
            words = f"offers {' '.join(offered) or 'no login at all'}; we know {' and '.join(login.mechanisms)}"
            raise Permanent(f"{self._where}: {words}. Check smtp.port and security.")
        secret = "the access token" if login.token else "the password"
        reply = log_in(login, known[0], self._ask)
        self._must(reply, f"refuses the login of {login.user}. Check smtp.user and {secret}")

    def _must(self, reply: Reply, complaint: str) -> Reply:
        if reply.accepted:
            return reply
        kind = Permanent if reply.code >= 500 else Temporary
        raise kind(f"{self._where}: {complaint}: {reply}")

    # --- The connection ---

    @property
    def connection(self) -> socket.socket:
        """The socket, for whoever goes on with it."""
        return self._dialogue.socket

    def quit(self) -> None:
        """Take leave, and do not wait long for an answer."""
        with contextlib.suppress(Lost):
            self._dialogue.ask("QUIT", self._timeouts.quit)
        self.close()

    def close(self) -> None:
        """Drop the connection."""
        self._dialogue.close()

    def _ask(self, line: str) -> Reply:
        return self._dialogue.ask(line, self._timeouts.command)
