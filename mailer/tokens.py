"""Reply tokens: in an address, a Message-ID or a subject, they identify what a mail replies to.

A token is ``purpose-subject-mac``: ``vote-h-k3…``. The subject is the id of the row that the token stands for, so a
token is bound to one member and one ballot without being stored. A token to leave has a second number, its scope, which
says what is left: ``leave-h-3-k3…``. The mac is keyed BLAKE2b (RFC 7693) over purpose and numbers, 130 bits of it in
the letters of base32, because mail systems fold the case of local parts.

A local part has at most 64 octets (RFC 5321 4.5.3.1.1). The configuration allows 24 for the office's own name, so
numbers are in base 36: what is left of the 64 are 5 digits for a row of the outbox (60 million), 4 for a sign-up
(1.6 million), and 5 for contact and scope together (1.6 million contacts with 35 scopes, or 46,655 with 1,295). Each
octet less in the office's name is a digit more.
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

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS: list[str] = [high + low for high in _DIGITS for low in _DIGITS]
_SHORT: list[str] = [*_DIGITS, *_PAIRS[36:]]


class Purpose(StrEnum):
    """What the bearer of a token may do."""

    CONFIRM = "confirm"  # subject: a sign-up request
    LEAVE = "leave"  # subject: a contact; scope: the list or publication that they leave, whoever writes (B4)
    COME_BACK = "back"  # subject: a departure, which its bearer may undo
    LEAVE_EVERYTHING = "quit"  # subject: a contact who was asked whether they want to leave
    AGREE = "agree"  # subject: a confirmation that its bearer was asked for
    VOTE = "vote"  # subject: a ballot paper, one per member and ballot
    PROVE = "prove"  # subject: a challenge to a member, whose answer proves a vote once (A1)
    FEEDBACK = "item"  # subject: an item of feedback, to which its asker writes again
    BOUNCE = "bounce"  # subject: an outbox row (VERP)
    SHARED = "shared"  # subject: a mailing whose copies are alike; every reader knows it
    ANSWER = "answer"  # subject: a question to somebody who is not staff, which is answered once
    STAFF = "staff"  # subject: a notice to staff, which its addressee may answer once


_NUMBER = "[0-9a-z]{1,12}"  # what fits 63 bits
_UNSCOPED = "|".join(purpose for purpose in Purpose if purpose is not Purpose.LEAVE)
_TOKEN = re.compile(
    rf"\b(?:({Purpose.LEAVE})-({_NUMBER})-({_NUMBER})|({_UNSCOPED})-({_NUMBER}))-([a-z2-7]{{{MAC_LENGTH}}})(?![a-z0-9])",
    re.IGNORECASE | re.ASCII,
)


QUOTED_TOKEN = re.compile(
    rf"(?:{'|'.join(Purpose)})-{_NUMBER}(?:-{_NUMBER})?-([a-z2-7]{{8,{MAC_LENGTH}}})", re.IGNORECASE | re.ASCII
)
"""The mac of a token in words that are not ours: they may run on without a space, and tokens in them may be cut."""


class Token(NamedTuple):
    purpose: Purpose
    subject: int
    mac: str
    scope: int = 0
    """0 if the purpose has none."""

    def __str__(self) -> str:
        scope = f"-{_base36(self.scope)}" if self.purpose is Purpose.LEAVE else ""
        return f"{self.purpose}-{_base36(self.subject)}{scope}-{self.mac}"


class Era(NamedTuple):
    """Another secret, for rows that were made after a restore from a backup.

    A row that was made after the backup, and was lost with the old store, may have had the number of a row that is
    another's now. Its token was made with the older secret and is not genuine any more.
    """

    secret: bytes
    last: Mapping[Purpose, int]
    """For each purpose, the number of the last row that the backup has."""


@dataclass(frozen=True)
class TokenKey:
    """The office's secret, 32 random bytes. It makes and checks tokens; each copy of a mailing needs two."""

    secret: bytes
    eras: tuple[Era, ...] = ()
    """Later secrets, the oldest first."""

    def __repr__(self) -> str:
        return "TokenKey(…)"

    def token(self, purpose: Purpose, subject: int, scope: int = 0) -> Token:
        """``scope`` is only for a token to leave."""
        return Token(purpose, subject, self._mac(purpose, subject, scope), scope)

    def writer(self, purpose: Purpose, scope: int = 0) -> Callable[[int], str]:
        """Returns a function that writes the token of a subject, in a third of the time of ``str(token(…))``."""
        start, prefix = self._start(purpose, scope), f"{purpose}-"
        middle = f"-{_base36(scope)}-" if purpose is Purpose.LEAVE else "-"
        later = [(era.last.get(purpose, 0), key._start(purpose, scope)) for era, key in self._later]

        def write(subject: int) -> str:
            return f"{prefix}{_base36(subject)}{middle}{_finish(start, subject)}"

        def write_by_era(subject: int) -> str:
            own = next((begun for last, begun in later if subject > last), start)
            return f"{prefix}{_base36(subject)}{middle}{_finish(own, subject)}"

        return write_by_era if later else write

    @cached_property
    def _later(self) -> list[tuple[Era, TokenKey]]:
        """The eras with their keys, the newest first."""
        return [(era, TokenKey(era.secret)) for era in reversed(self.eras)]

    def _mac(self, purpose: Purpose, subject: int, scope: int) -> str:
        own = next((key for era, key in self._later if subject > era.last.get(purpose, 0)), self)
        return _finish(own._start(purpose, scope), subject)

    def _start(self, purpose: Purpose, scope: int) -> blake2b:
        """The mac of the common beginning of all tokens with this purpose and scope."""
        start = self._starts[purpose]
        if purpose is Purpose.LEAVE:
            start = start.copy()
            start.update(b"%d:" % scope)
        return start

    @cached_property
    def _starts(self) -> Mapping[Purpose, blake2b]:
        return {
            purpose: blake2b(b"%b:" % purpose.encode(), key=self.secret, digest_size=MAC_LENGTH) for purpose in Purpose
        }

    def fingerprint(self, address: str) -> str:
        """A keyed hash of an address key, by which an address is recognised that is not kept.

        It is made with the first secret, so it stays the same after a restore from a backup.
        """
        return blake2b(b"address:" + address.encode(), key=self.secret, digest_size=32).hexdigest()

    def sealed(self, text: str) -> str:
        """A keyed hash of ``text``, as 64 hexadecimal digits, which nobody else can make."""
        return blake2b(b"sealed:" + text.encode(), key=self.secret, digest_size=32).hexdigest()

    def genuine(self, token: Token) -> bool:
        """Whether we made this token. Compares in constant time."""
        mac = self._mac(token.purpose, token.subject, token.scope)
        return hmac.compare_digest(mac.encode(), token.mac.encode())


def _finish(start: blake2b, subject: int) -> str:
    mac = start.copy()
    mac.update(b"%d" % subject)
    return mac.digest().translate(_LETTERS).decode("ascii")


def _base36(number: int) -> str:
    """``number`` in base 36, two digits at a time, which is as fast as Python's decimals."""
    if number < 1296:
        return _SHORT[number]
    return _base36(number // 1296) + _PAIRS[number % 1296]


def find_tokens(text: str) -> list[Token]:
    """All words in ``text`` that have the shape of a token, genuine or not, in order and without repeats."""
    found = (
        Token(Purpose((scoped or plain).lower()), int(one or other, 36), mac.lower(), int(scope or "0", 36))
        for scoped, one, scope, plain, other, mac in _TOKEN.findall(text)
    )
    return list(dict.fromkeys(found))


def redact_tokens(text: str) -> str:
    """``text`` with the MAC of each token replaced by “…”, without which nobody can use it."""
    return _TOKEN.sub(lambda found: f"{found[0][:-MAC_LENGTH]}…", text)
