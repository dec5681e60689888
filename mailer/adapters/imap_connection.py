"""Connections to an IMAP server: settings, TLS, login, and the translation of its errors."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from imapclient.exceptions import CapabilityError, LoginError, ProtocolError

from mailer.adapters.imap_answers import AnswerLimits, BoundedClient
from mailer.adapters.redaction import Redaction, forms_of
from mailer.adapters.security import Login, Server, is_certificate_fault, tls_context
from mailer.errors import ConfigError, MailerError, Permanent, ServerBusy, Temporary
from mailer.message import clean
from mailer.ports import Folder

_BUSY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|\btemporar|\btry again|\btoo many", re.IGNORECASE)
"""How a server says that it refuses a login only now (RFC 5530 3, and what servers write)."""

logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log contains passwords (D6)


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """How to reach the inbox. Raises ConfigError for a value that an IMAP command cannot carry (F8)."""

    server: Server
    login: Login
    inbox: str = "INBOX"
    folders: Mapping[Folder, str] = field(default_factory=lambda: {folder: folder.value for folder in Folder})
    max_bytes: int = 25_000_000
    """A larger message is not fetched (C5, F7)."""
    timeout: float = 30.0
    """Seconds to wait for each read."""
    redact: Redaction = field(default_factory=Redaction, compare=False, repr=False)
    """Takes the password out of what the server says."""

    def __post_init__(self) -> None:
        self.redact.add(*forms_of(self.login))
        names = {"user": self.login.user, "password": self.login.password, "inbox": self.inbox}
        names |= {f"folders.{folder.name.lower()}": self.folders.get(folder, "") for folder in Folder}
        faults = [
            f"imap.{key}: must be one line, not empty, without control characters"
            for key, value in names.items()
            if not value or re.search(r"[\x00-\x1f\x7f]", value)
        ]
        if faults:
            raise ConfigError(faults)


BATCH_BYTES = 4_000_000
"""Octets of bodies to fetch with one command. It limits our memory, except for a single larger message."""

SECONDS = 120.0
"""For one answer, if it is small. Servers that need long for a search say so every few seconds."""


def connect(settings: ImapSettings, stop: Callable[[], bool] = lambda: False) -> BoundedClient:
    """Open a connection and log in. Once ``stop`` returns True, no answer is waited for much longer."""
    context = None if settings.server.security == "none" else tls_context(settings.server.ca_file)
    from_start = context if settings.server.security == "tls" else None
    literal = 2 * settings.max_bytes  # twice, as RFC822.SIZE may be a little wrong
    limits = AnswerLimits(literal, literal + 2 * BATCH_BYTES, seconds=SECONDS)
    client = BoundedClient(settings.server.host, settings.server.port, from_start, settings.timeout, limits, stop)
    try:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # reveals half-open connections (F3)
        client.normalise_times = False
        if settings.server.security == "starttls":
            _start_tls(client, settings, context)
        _log_in(client, settings)
    except BaseException:
        client.shutdown()
        raise
    return client


def _start_tls(client: BoundedClient, settings: ImapSettings, context: ssl.SSLContext | None) -> None:
    try:
        client.starttls(context)
    except CapabilityError:
        raise Permanent(
            f"imap: {settings.server.host} offers no STARTTLS, and nothing is sent in plain text. "
            "Use security “tls”, or find out what removes STARTTLS on the way."
        ) from None


def _log_in(client: BoundedClient, settings: ImapSettings) -> None:
    # PLAIN can carry any character, LOGIN only ASCII.
    log_in: Callable[[str, str], object] = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(settings.login.user, settings.login.password)
    except LoginError as refusal:
        host, user = settings.server.host, settings.login.user
        reply = clean(settings.redact(str(refusal))).rstrip(".")
        if isinstance(refusal.__context__, imaplib.IMAP4.abort) or _BUSY.search(reply):
            why = f"{user} just now, which says nothing about the password: {reply}"
            raise ServerBusy(f"imap: {host} cannot log in {why}") from None
        raise Permanent(
            f"imap: {host} refused the login of {user}: {reply}. Check imap.user and the password."
        ) from None


@contextlib.contextmanager
def translate_faults(settings: ImapSettings, purpose: str) -> Iterator[None]:
    """Turn exceptions of the libraries into Temporary, or into Permanent for a certificate.

    On odd answers they raise whatever the interpreter does (F15).
    """
    try:
        yield
    except MailerError as fault:
        if (words := settings.redact(str(fault))) == str(fault):
            raise
        raise type(fault)(words) from None
    except Exception as fault:
        kind = "" if isinstance(fault, OSError | imaplib.IMAP4.error) else f"{type(fault).__name__}: "
        why = kind + clean(settings.redact(str(fault)) or type(fault).__name__)
        where = f"imap: {settings.server.host}:{settings.server.port}"
        if is_certificate_fault(fault):
            raise Permanent(f"{where}: no secure connection: {why}. Check imap.host, imap.port and security.") from None
        raise Temporary(f"{where}: cannot {purpose}: {why}") from None


def is_refusal(fault: imaplib.IMAP4.error) -> bool:
    """Whether the server said NO or BAD to a command, and the connection can be used further."""
    return not isinstance(fault, imaplib.IMAP4.abort | ProtocolError)
