"""What ``mailer doctor`` can find: facts, and how serious each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

ACCURATE_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time is wrong."""


class Verdict(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    LOOK = "look"  # it works, but somebody should look at it
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Words:
    """A fact as text: what a server says, or a fault."""

    text: str


@dataclass(frozen=True, slots=True)
class StoreVersion:
    where: str
    version: str


@dataclass(frozen=True, slots=True)
class RecordHead:
    entries: int
    link: str
    """The beginning of the last link."""


@dataclass(frozen=True, slots=True)
class BoardSize:
    list: str
    members: int
    needed: int
    """Votes that a grant needs at least; none if silence consents."""
    policy: str = ""
    """The policy by which it decides."""
    strangers: tuple[str, ...] = ()
    """Addresses that the policy gives a substitute and that are not on the board."""
    doubled: tuple[str, ...] = ()
    """Substitutes who are on the board themselves."""

    @property
    def is_too_small(self) -> bool:
        """Whether even a vote by all members cannot grant anything."""
        return self.members < max(self.needed, 1)

    @property
    def is_right(self) -> bool:
        return not (self.is_too_small or self.strangers or self.doubled)


@dataclass(frozen=True, slots=True)
class MailboxLogin:
    host: str
    user: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    useful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folders:
    found: tuple[str, ...]
    missing: tuple[str, ...]
    instead: tuple[tuple[str, str], ...] = ()
    """Folders that are there under another name, and that name (F12)."""


@dataclass(frozen=True, slots=True)
class SignedByRelay:
    pass


@dataclass(frozen=True, slots=True)
class DkimRecord:
    name: str
    fault: str
    """Empty if the published record matches the key."""


@dataclass(frozen=True, slots=True)
class Listening:
    address: str


@dataclass(frozen=True, slots=True)
class Fonts:
    serving: tuple[tuple[str, str], ...]
    """Each script that can be printed, by its name in Unicode, with the font that prints it."""
    cures: tuple[tuple[str, str], ...] = ()
    """Scripts that no font has, with what to do about it."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    now: datetime

    @property
    def accurate(self) -> bool:
        """Whether it can be the time at all."""
        return self.now > ACCURATE_SINCE


@dataclass(frozen=True, slots=True)
class Unreached:
    """How many addresses get no mailings because mail does not arrive, and how many are in trouble."""

    stopped: int
    troubled: int


@dataclass(frozen=True, slots=True)
class NobodyAtWork:
    """No daemon and no worker is running."""

    seen_at: datetime | None
    """The last sign of life of one."""


@dataclass(frozen=True, slots=True)
class AtWork:
    name: str
    since: datetime
    read_at: datetime | None
    sent_at: datetime | None


Fact: TypeAlias = (
    Words
    | StoreVersion
    | RecordHead
    | BoardSize
    | MailboxLogin
    | Capabilities
    | Folders
    | SignedByRelay
    | DkimRecord
    | Listening
    | Fonts
    | ClockTime
    | Unreached
    | NobodyAtWork
    | AtWork
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    verdict: Verdict
    fact: Fact

    @classmethod
    def of_words(cls, what: str, verdict: Verdict, text: str) -> Finding:
        return cls(what, verdict, Words(text))
