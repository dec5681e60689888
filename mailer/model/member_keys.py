"""OpenPGP keys of members, whose signatures prove what a member writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MemberKey:
    """An enrolled key."""

    fingerprint: str
    """Of the primary key, in lower case."""
    certificate: bytes
    """The public key as it was enrolled, without armour."""
    enrolled_at: datetime
