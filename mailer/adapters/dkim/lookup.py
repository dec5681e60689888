"""Where public keys are looked up: the DNS, or a file that stands for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import dns.exception
import dns.resolver

from mailer.errors import ConfigError, Temporary

TxtLookup: TypeAlias = Callable[[str], bytes | None]
"""The TXT record of a name, or None where there is none; raises Temporary where nobody can tell."""

_LOOKUP_SECONDS = 4.0


def dns_lookup() -> TxtLookup:
    """Ask the DNS, with the machine's resolver."""

    def look_up(name: str) -> bytes | None:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=_LOOKUP_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
            return None  # NoNameservers: their servers are broken, ours has answered
        except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration, OSError) as fault:
            raise Temporary(f"DNS: {name} cannot be looked up: {fault}") from None
        except dns.exception.DNSException:  # not a name at all
            return None
        return next((b"".join(record.strings) for record in answer), None)

    return look_up


def file_lookup(path: Path) -> TxtLookup:
    """Read the records, once, from a JSON object of names and TXT records, as the sandbox writes it."""
    try:
        records = {str(name): str(record).encode() for name, record in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError) as fault:
        raise ConfigError([f"{path}: cannot be read as a JSON object of TXT records: {fault}"]) from None
    return records.get
