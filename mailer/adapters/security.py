"""Protection of connections to mail servers: TLS from the start, STARTTLS, or none, which only loopback may use."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Literal, TypeAlias

from mailer.errors import ConfigError, Permanent

Security: TypeAlias = Literal["tls", "starttls", "none"]
"""When TLS begins (RFC 8314)."""


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """A context that checks certificates and host names. ``ca_file`` adds an authority. Raises ConfigError."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as fault:  # ssl.SSLError is one
            raise ConfigError([f"{ca_file}: cannot be used as ca_file: {fault}. Give a PEM file."]) from None
    return context


def forbid_plain_text(security: Security, host: str, setting: str) -> None:
    """Raise Permanent if a password would cross a network unprotected (E9)."""
    if security == "none" and not _is_loopback(host):
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
