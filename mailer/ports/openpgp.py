"""OpenPGP (RFC 9580): public keys, and the signatures that they made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.phrases import Phrase


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as a program reads it."""

    fingerprint: str
    """Of the primary key, in lower case."""
    certificate: bytes
    """Without armour."""
    user_ids: tuple[str, ...]
    expires_at: datetime | None
    is_revoked: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying a signature."""

    octets: bytes = b""
    """What is signed; empty if the signature does not count."""
    fingerprint: str = ""
    """Of the key that signed it."""
    created_at: datetime | None = None
    """When the signature was made, as it says itself."""
    reason: Phrase = Phrase()  # noqa: RUF009 (a phrase does not change)
    """Why it does not count; empty if it does."""


class OpenPgp(Protocol):
    """Reads keys and verifies signatures. It does no I/O."""

    def read_key(self, octets: bytes) -> PublicKey:
        """The one key in a file, with armour or without. Raises Refused with the reason."""

    def verify(
        self, octets: bytes, signature: bytes, detached: bool, certificates: Sequence[bytes], now: datetime
    ) -> Verified:
        """Verify a signature by one of these keys. Never raises.

        ``signature`` is armoured; if it is not ``detached``, ``octets`` is a message in which it stands.
        """
