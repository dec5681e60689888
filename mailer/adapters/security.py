"""How a connection to a mail server is protected: TLS from the first byte, STARTTLS, or none on this machine only."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Literal, TypeAlias

from mailer.errors import ConfigError, Permanent

Security: TypeAlias = Literal["tls", "starttls", "none"]
"""When TLS begins (RFC 8314)."""


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Certificates are checked, names too. ``ca_file`` adds an authority of one's own. Raises ConfigError."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as fault:  # ssl.SSLError is one
            raise ConfigError([f"{ca_file}: cannot be used as ca_file: {fault}. Give a PEM file."]) from None
    return context


def forbid_plain_text(security: Security, host: str, setting: str) -> None:
    """Raise Permanent where a password would cross a network unprotected (E9)."""
    if security == "none" and not _is_loopback(host):
        raise Permanent(
            f"{setting}: security “none” would send the password to {host} in plain text. "
            "Use “tls” or “starttls”; “none” is for this machine alone."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_certificate_fault(fault: BaseException) -> bool:
    """Whether a TLS failure is one that only a person can mend, and not a lost connection."""
    return isinstance(fault, ssl.SSLError) and not isinstance(fault, ssl.SSLEOFError | ssl.SSLZeroReturnError)
