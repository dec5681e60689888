"""Connections to an IMAP server: settings, TLS, login, and the translation of its errors."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import socket
import ssl
from collections.abc import Callable, Iterator

from imapclient.exceptions import CapabilityError, ProtocolError

from mailer.adapters.imap_answers import AnswerLimits, BoundedClient
from mailer.adapters.imap_login import log_in
from mailer.adapters.imap_settings import ImapSettings
from mailer.adapters.security import is_certificate_fault, tls_context
from mailer.errors import MailerError, Permanent, Temporary
from mailer.message import clean

logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log contains passwords (D6)


_NOT_ABOUT_THE_MESSAGE = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[OVERQUOTA]")
"""Response codes of refusals (RFC 5530, 9208)."""

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
        log_in(client, settings)
    except BaseException:
        with contextlib.suppress(OSError):  # a failed handshake has closed the socket
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


def is_general(fault: imaplib.IMAP4.error) -> bool:
    """Whether the server refuses for a reason that would meet each message alike."""
    return any(code in str(fault) for code in _NOT_ABOUT_THE_MESSAGE)
