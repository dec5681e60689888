"""Look-up of public keys, in the DNS or in a file that replaces it."""

from __future__ import annotations

import json
import time
from collections import deque
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
_SILENCE_SECONDS, _SILENCE_PERIOD = 8.0, 60.0
"""How long look-ups may wait in vain in any such period: a stranger's DNS may be slow on purpose."""
_MAX_OCTETS = 4_096
"""Of a record; longer ones are none of ours."""


def dns_lookup() -> TxtLookup:
    """Look-up in the DNS, with the machine's resolver."""
    silent: deque[float] = deque(maxlen=int(_SILENCE_SECONDS // _LOOKUP_SECONDS))

    def look_up(name: str) -> bytes | None:
        if len(silent) == silent.maxlen and time.monotonic() - silent[0] < _SILENCE_PERIOD:
            raise Temporary(f"DNS: {name} is not looked up now, because the DNS is too often silent")
        try:
            wanted = dns.name.from_text(name, idna_codec=dns.name.IDNA_2008)
            answer = dns.resolver.resolve(wanted, "TXT", lifetime=_LOOKUP_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
            return None  # NoNameservers: the domain's servers are broken, but our resolver has answered
        except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration, OSError) as fault:
            silent.append(time.monotonic())
            raise Temporary(f"DNS: {name} cannot be looked up: {fault}") from None
        except dns.exception.DNSException:  # not a valid name
            return None
        record = next((b"".join(record.strings) for record in answer), None)
        return record if record is None or len(record) <= _MAX_OCTETS else None

    return look_up


def file_lookup(path: Path) -> TxtLookup:
    """Look-up in a JSON object of names and TXT records, such as the sandbox writes. The file is read once."""
    try:
        records = {str(name): str(record).encode() for name, record in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError) as fault:
        raise ConfigError([f"{path}: cannot be read as a JSON object of TXT records: {fault}"]) from None
    return records.get
