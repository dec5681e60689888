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

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError

from mailer.adapters.security import Login, Server, is_certificate_fault, tls_context
from mailer.errors import ConfigError, Permanent, ServerBusy, Temporary
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
    """Seconds to wait for each reply."""

    def __post_init__(self) -> None:
        names = {"user": self.login.user, "password": self.login.password, "inbox": self.inbox}
        names |= {f"folders.{folder.name.lower()}": self.folders.get(folder, "") for folder in Folder}
        faults = [
            f"imap.{key}: must be one line, not empty, without control characters"
            for key, value in names.items()
            if not value or re.search(r"[\x00-\x1f\x7f]", value)
        ]
        if faults:
            raise ConfigError(faults)


def connect(settings: ImapSettings) -> IMAPClient:
    """Open a connection and log in."""
    context = None if settings.server.security == "none" else tls_context(settings.server.ca_file)
    client = IMAPClient(
        settings.server.host,
        settings.server.port,
        ssl=settings.server.security == "tls",
        ssl_context=context,
        timeout=settings.timeout,
    )
    try:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # reveals half-open connections (F3)
        _limit_literals(client, settings.max_bytes)
        client.normalise_times = False
        if settings.server.security == "starttls":
            _start_tls(client, settings, context)
        _log_in(client, settings)
    except BaseException:
        client.shutdown()
        raise
    return client


def _start_tls(client: IMAPClient, settings: ImapSettings, context: ssl.SSLContext | None) -> None:
    try:
        client.starttls(context)
    except CapabilityError:
        raise Permanent(
            f"imap: {settings.server.host} offers no STARTTLS, and nothing is sent in plain text. "
            "Use security “tls”, or find out what removes STARTTLS on the way."
        ) from None


def _log_in(client: IMAPClient, settings: ImapSettings) -> None:
    # PLAIN can carry any character, LOGIN only ASCII.
    log_in: Callable[[str, str], object] = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(settings.login.user, settings.login.password)
    except LoginError as refusal:
        host, user, reply = settings.server.host, settings.login.user, clean(str(refusal))
        if isinstance(refusal.__context__, imaplib.IMAP4.abort) or _BUSY.search(reply):
            why = f"{user} just now, which says nothing about the password: {reply}"
            raise ServerBusy(f"imap: {host} cannot log in {why}") from None
        raise Permanent(
            f"imap: {host} refused the login of {user}: {reply}. Check imap.user and the password."
        ) from None


def _limit_literals(client: IMAPClient, max_bytes: int) -> None:
    """Make imaplib reject a literal above the limit, which it would read however long it is (F7)."""
    connection = client._imap  # IMAPClient has no public access to it
    read = connection.read

    def read_within(size: int) -> bytes:
        if size > 2 * max_bytes:  # twice, as RFC822.SIZE may be a little wrong
            raise imaplib.IMAP4.abort(f"a literal of {size} octets is above the limit of {max_bytes}")
        return bytes(read(size))

    connection.read = read_within


@contextlib.contextmanager
def translate_faults(settings: ImapSettings, purpose: str) -> Iterator[None]:
    """Turn exceptions of the libraries into Temporary, or into Permanent for a certificate."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, UnicodeError) as fault:
        why = clean(str(fault) or type(fault).__name__)
        where = f"imap: {settings.server.host}:{settings.server.port}"
        if is_certificate_fault(fault):
            raise Permanent(f"{where}: no secure connection: {why}. Check imap.host, imap.port and security.") from None
        raise Temporary(f"{where}: cannot {purpose}: {why}") from None


def full_name(client: IMAPClient, name: str) -> str:
    """``name`` with the prefix of the personal namespace, if the server has one (RFC 2342)."""
    if name.upper() == "INBOX" or not client.has_capability("NAMESPACE"):
        return name
    spaces = client.namespace().personal or (("", None),)
    prefix = str(spaces[0][0])
    return name if name.startswith(prefix) else prefix + name
