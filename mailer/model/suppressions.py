"""Addresses and domains that get no mailings: why, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.message import Address, clean


class Cause(StrEnum):
    """Why an address gets no mailings."""

    COMPLAINED = "complained"  # its reader called a mail spam
    BOUNCED = "bounced"  # it is said not to exist, also when it was tried again
    SUSPENDED = "suspended"  # it is said not to exist, and will be tried again
    HELD = "held"  # too much did not arrive; mailings rest for a time
    PERSON = "person"  # the secretary decided so
    UNCONFIRMED = "unconfirmed"  # a review of a list waits for their answer

    @property
    def is_of_bounces(self) -> bool:
        """Whether what happens to mail brought it, and can end it."""
        return self in (Cause.BOUNCED, Cause.SUSPENDED, Cause.HELD)


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address, or ``@domain``, that gets no mailings."""

    reason: str
    since: datetime
    cause: Cause = Cause.BOUNCED
    of: str = ""
    """The address as people write it, or ``@`` and the domain in A-labels."""


def suppressed_domain(spec: str) -> str:
    """The domain in ``@example.org``, in A-labels; empty for an address. Raises ValueError if it is neither."""
    if not spec.strip().startswith("@"):
        return ""
    try:
        return Address.parse(f"x{spec.strip()}").domain
    except ValueError:
        raise ValueError(f"{clean(spec)!r} is no domain name after the @") from None


def read_subject(spec: str) -> str:
    """An address, or ``@domain``, as the store keeps it. Raises ValueError that says what is wrong."""
    if domain := suppressed_domain(spec):
        return f"@{domain}"
    return str(Address.parse(spec))
