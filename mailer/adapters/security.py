"""Protection of connections to mail servers: TLS from the start, STARTTLS, or none, which only loopback may use."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mailer.adapters.access_token import AccessToken
from mailer.errors import ConfigError, Permanent

Security: TypeAlias = Literal["tls", "starttls", "none"]
"""When TLS begins (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a mail server is, and how its connections are protected."""

    host: str
    """A host name, or the path of a Unix socket."""
    port: int
    security: Security
    ca_file: str | None = None
    """An authority that is trusted beside the system's, as PEM."""


@dataclass(frozen=True, slots=True)
class Login:
    """Our credentials. A token is used instead of the password."""

    user: str
    password: str = field(default="", repr=False)
    token: AccessToken | None = None


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """A context that checks certificates and host names. ``ca_file`` adds an authority. Raises ConfigError."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as fault:  # ssl.SSLError is one
            raise ConfigError([f"{ca_file}: cannot be used as ca_file: {fault}. Give a PEM file."]) from None
    return context


def forbid_plain_text(server: Server, setting: str) -> None:
    """Raise Permanent if a password would cross a network unprotected (E9)."""
    host = server.host
    if server.security == "none" and not host.startswith("/") and not _is_loopback(host):
        raise Permanent(
            f"{setting}: security “none” would send the password to {host} in plain text. "
            "Use “tls” or “starttls”; “none” is only for this machine."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_certificate_fault(fault: BaseException) -> bool:
    """Whether a person must fix a TLS failure, as it is not merely a lost connection."""
    return isinstance(fault, ssl.SSLError) and not isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError)
