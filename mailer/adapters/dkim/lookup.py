"""Look-up of public keys, in the DNS or in a file that replaces it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import dns.exception
import dns.name
import dns.resolver

from mailer.errors import ConfigError, Temporary

TxtLookup: TypeAlias = Callable[[str], bytes | None]
"""Returns the TXT record of a name, or None if there is none. Raises Temporary if the DNS does not answer."""

_LOOKUP_SECONDS = 4.0


def dns_lookup() -> TxtLookup:
    """Look-up in the DNS, with the machine's resolver."""

    def look_up(name: str) -> bytes | None:
        try:
            wanted = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008)
            answer = dns.resolver.resolve(wanted, "TXT", lifetime=_LOOKUP_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
            return None  # NoNameservers: the domain's servers are broken, but our resolver has answered
        except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration, OSError) as fault:
            raise Temporary(f"DNS: {name} cannot be looked up: {fault}") from None
        except dns.exception.DNSException:  # not a valid name
            return None
        return next((b"".join(record.strings) for record in answer), None)

    return look_up


def file_lookup(path: Path) -> TxtLookup:
    """Look-up in a JSON object of names and TXT records, such as the sandbox writes. The file is read once."""
    try:
        records = {str(name): str(record).encode() for name, record in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError) as fault:
        raise ConfigError([f"{path}: cannot be read as a JSON object of TXT records: {fault}"]) from None
    return records.get
