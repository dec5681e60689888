"""A connection to an IMAP server: where it is, TLS, the login, and what its faults mean."""

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

from mailer.adapters.security import Security, is_certificate_fault, tls_context
from mailer.errors import ConfigError, Permanent, Temporary
from mailer.message import clean
from mailer.ports import Folder

logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log holds the whole dialogue (D6)


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Where the inbox is. Raises ConfigError for a value that cannot be written on a command line of IMAP (F8)."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    inbox: str = "INBOX"
    folders: Mapping[Folder, str] = field(default_factory=lambda: {folder: folder.value for folder in Folder})
    max_bytes: int = 25_000_000
    """A message above this is not fetched (C5, F7)."""
    timeout: float = 30.0
    """Seconds for any one answer."""
    ca_file: str | None = None

    def __post_init__(self) -> None:
        names = {"user": self.user, "password": self.password, "inbox": self.inbox}
        names |= {f"folders.{folder.name.lower()}": self.folders.get(folder, "") for folder in Folder}
        faults = [
            f"imap.{key}: must be given, and be one line without control characters"
            for key, value in names.items()
            if not value or re.search(r"[\x00-\x1f\x7f]", value)
        ]
        if faults:
            raise ConfigError(faults)


def connect(settings: ImapSettings) -> IMAPClient:
    """A connection that is logged in."""
    context = None if settings.security == "none" else tls_context(settings.ca_file)
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security == "tls",
        ssl_context=context,
        timeout=settings.timeout,
    )
    try:
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # half-open connections show (F3)
        _cap(client, settings.max_bytes)
        client.normalise_times = False
        if settings.security == "starttls":
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
            f"imap: {settings.host} offers no STARTTLS, and nothing is sent in plain text. "
            "Use security “tls”, or find out who removes it."
        ) from None


def _log_in(client: IMAPClient, settings: ImapSettings) -> None:
    # PLAIN takes any character; LOGIN only what fits a quoted ASCII string.
    log_in: Callable[[str, str], object] = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(settings.user, settings.password)
    except LoginError as refusal:
        words = clean(str(refusal))
        if isinstance(refusal.__context__, imaplib.IMAP4.abort) or "[UNAVAILABLE]" in words:  # RFC 5530
            raise Temporary(f"imap: {settings.host} cannot log in {settings.user} just now: {words}") from None
        raise Permanent(
            f"imap: {settings.host} refused the login of {settings.user}: {words}. Check imap.user and the password."
        ) from None


def _cap(client: IMAPClient, max_bytes: int) -> None:
    """Make imaplib give up on a literal above the limit, where it would read on for ever (F7)."""
    connection = client._imap  # IMAPClient has no door of its own for this
    read = connection.read

    def read_within(size: int) -> bytes:
        if size > 2 * max_bytes:  # twice, because servers misstate RFC822.SIZE by a little
            raise imaplib.IMAP4.abort(f"a literal of {size} octets is above the limit of {max_bytes}")
        return bytes(read(size))

    connection.read = read_within


@contextlib.contextmanager
def faults_named(settings: ImapSettings, purpose: str) -> Iterator[None]:
    """Turn what a library raises into Temporary, or Permanent for a certificate, in words."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, UnicodeError) as fault:
        words = clean(str(fault) or type(fault).__name__)
        where = f"imap: {settings.host}:{settings.port}"
        if is_certificate_fault(fault):
            raise Permanent(
                f"{where}: no secure connection: {words}. Check imap.host, imap.port and security."
            ) from None
        raise Temporary(f"{where}: cannot {purpose}: {words}") from None


def full_name(client: IMAPClient, name: str) -> str:
    """``name`` within the personal namespace, where the server has one with a prefix (RFC 2342)."""
    if name.upper() == "INBOX" or not client.has_capability("NAMESPACE"):
        return name
    spaces = client.namespace().personal or (("", None),)
    prefix = str(spaces[0][0])
    return name if name.startswith(prefix) else prefix + name
