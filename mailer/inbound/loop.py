"""What a mail that the office wrote to itself says about its way: addresses, and results of the receiving server."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.message import Inbound

_ID = re.compile(r"[\s;]")
_SIGNER = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]+)")


@dataclass(frozen=True, slots=True)
class Echo:
    """A test mail as it came back."""

    addressed_to: tuple[str, ...]
    """The addresses in its header fields, as ``Inbound.addressed_to``."""
    signers: tuple[str, ...]
    """The domains that DKIM signatures name, whether they verify or not."""
    server_ids: tuple[str, ...]
    """The authserv-ids (RFC 8601 2.5) of the results that are not the forged ones, the topmost first."""
    forged_left: bool
    """Whether the forged results are still there."""
    forged_believed: bool
    """Whether they are the topmost ones with their authserv-id, so that they would be believed (A7)."""


def read_echo(mail: Inbound, forged_id: str, marker: str) -> Echo:
    """``forged_id`` is the authserv-id of the forged results, and ``marker`` a word in them."""
    fields = [value for name, value in mail.headers if name == "authentication-results"]
    ids = [_ID.split(value, maxsplit=1)[0] for value in fields]
    forged = [marker in value for value in fields]
    own = tuple(name for name, fake in zip(ids, forged, strict=True) if not fake)
    same = [fake for name, fake in zip(ids, forged, strict=True) if name.lower() == forged_id.lower()]
    signers = [_SIGNER.search(value) for name, value in mail.headers if name == "dkim-signature"]
    domains = tuple(found[1].lower() for found in signers if found)
    return Echo(mail.addressed_to, domains, own, any(forged), bool(forged_id) and same[:1] == [True])
