"""Reply tokens: what an address, a Message-ID or a subject carries so that a reply is known again.

A token is ``purpose-subject-mac``: ``vote-17-k3…``. The mac is HMAC-SHA256 over the first two, cut to 130 bits and
written in lower-case base32, because mail systems fold the case of local parts. The subject is the id of the row that
the token stands for, so a token is bound to one member and one ballot without being stored.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

MAC_LENGTH = 26
"""Characters of the mac: 26 x 5 = 130 bits (A35 asks for at least 128)."""


_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(left + right for left in _BASE32 for right in _BASE32)
"""Ten bits as base32 (RFC 4648 6), because two tokens are made for each copy of an issue."""
_SHIFTS = tuple(range(120, -1, -10))


class Purpose(StrEnum):
    """What a token allows its bearer to do."""

    CONFIRM = "confirm"  # subject: a sign-up request
    LEAVE = "leave"  # subject: a contact
    VOTE = "vote"  # subject: a ballot paper, one per member and ballot
    BOUNCE = "bounce"  # subject: an outbox row (VERP)


_TOKEN = re.compile(
    rf"\b({'|'.join(Purpose)})-([0-9]{{1,18}})-([a-z2-7]{{{MAC_LENGTH}}})(?![a-z0-9])", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Token:
    purpose: Purpose
    subject: int
    mac: str

    def __str__(self) -> str:
        return f"{self.purpose}-{self.subject}-{self.mac}"


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The office's secret, 32 random bytes; makes and checks tokens."""

    secret: bytes

    def __repr__(self) -> str:
        return "TokenKey(…)"

    def token(self, purpose: Purpose, subject: int) -> Token:
        digest = hmac.digest(self.secret, f"{purpose}:{subject}".encode(), "sha256")
        bits = int.from_bytes(digest[:17], "big") >> 6  # the first 130
        return Token(purpose, subject, "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS]))

    def genuine(self, token: Token) -> bool:
        """Whether we made this token; compared in constant time."""
        return hmac.compare_digest(self.token(token.purpose, token.subject).mac.encode(), token.mac.encode())


def find_tokens(text: str) -> list[Token]:
    """Every token-shaped word in ``text``, genuine or not, in order and without repeats."""
    found = (Token(Purpose(p.lower()), int(n), m.lower()) for p, n, m in _TOKEN.findall(text))
    return list(dict.fromkeys(found))
