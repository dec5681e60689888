"""Reply tokens: what an address, a Message-ID or a subject carries so that a reply is known again.

A token is ``purpose-subject-mac``: ``vote-17-k3…``. The mac is keyed BLAKE2b (RFC 7693) over the first two, 130 bits
of it in the letters of base32, because mail systems fold the case of local parts. The subject is the id of the row that
the token stands for, so a token is bound to one member and one ballot without being stored.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

MAC_LENGTH = 26
"""Characters of the mac: 26 x 5 = 130 bits (A35 asks for at least 128)."""


_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8
"""A letter for each octet, by its lower five bits."""


class Purpose(StrEnum):
    """What a token allows its bearer to do."""

    CONFIRM = "confirm"  # subject: a sign-up request
    LEAVE = "leave"  # subject: a contact
    VOTE = "vote"  # subject: a ballot paper, one per member and ballot
    BOUNCE = "bounce"  # subject: an outbox row (VERP)
    SHARED = "shared"  # subject: an issue whose copies are alike; every reader knows it


_TOKEN = re.compile(
    rf"\b({'|'.join(Purpose)})-([0-9]{{1,18}})-([a-z2-7]{{{MAC_LENGTH}}})(?![a-z0-9])", re.IGNORECASE | re.ASCII
)


class Token(NamedTuple):
    purpose: Purpose
    subject: int
    mac: str

    def __str__(self) -> str:
        return f"{self.purpose}-{self.subject}-{self.mac}"


@dataclass(frozen=True)
class TokenKey:
    """The office's secret, 32 random bytes; makes and checks tokens, two for each copy of an issue."""

    secret: bytes

    def __repr__(self) -> str:
        return "TokenKey(…)"

    def token(self, purpose: Purpose, subject: int) -> Token:
        return Token(purpose, subject, self._mac(purpose, subject))

    def words(self, purpose: Purpose) -> Callable[[int], str]:
        """From a subject to its token as it is written, at a third of the cost."""
        begun, start = self._begun[purpose], f"{purpose}-"

        def word(subject: int) -> str:
            return f"{start}{subject}-{_ended(begun, subject)}"

        return word

    def _mac(self, purpose: Purpose, subject: int) -> str:
        return _ended(self._begun[purpose], subject)

    @cached_property
    def _begun(self) -> Mapping[Purpose, blake2b]:
        """Macs of what all tokens of a purpose begin with."""
        return {
            purpose: blake2b(b"%b:" % purpose.encode(), key=self.secret, digest_size=MAC_LENGTH) for purpose in Purpose
        }

    def genuine(self, token: Token) -> bool:
        """Whether we made this token; compared in constant time."""
        return hmac.compare_digest(self._mac(token.purpose, token.subject).encode(), token.mac.encode())


def _ended(begun: blake2b, subject: int) -> str:
    mac = begun.copy()
    mac.update(b"%d" % subject)
    return mac.digest().translate(_LETTERS).decode("ascii")


def find_tokens(text: str) -> list[Token]:
    """Every token-shaped word in ``text``, genuine or not, in order and without repeats."""
    found = (Token(Purpose(p.lower()), int(n), m.lower()) for p, n, m in _TOKEN.findall(text))
    return list(dict.fromkeys(found))
