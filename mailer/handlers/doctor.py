"""What ``mailer doctor`` finds, and whether a person must do something about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from mailer.errors import MailerError
from mailer.model.health import Part, Process
from mailer.office import Office

ACCURATE_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows an earlier time is wrong."""

USEFUL_CAPABILITIES = ("IDLE", "MOVE", "UIDPLUS")
"""Capabilities that make a mailbox faster; without IDLE it is polled."""


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
class BoardSize:
    list: str
    members: int
    needed: int
    """Approvals that make a grant."""

    @property
    def is_too_small(self) -> bool:
        """Whether even a vote by all members cannot grant anything."""
        return self.members < self.needed


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
    scripts: tuple[str, ...]
    """By their names in Unicode."""
    named: tuple[str, ...]
    """The families that the configuration names."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    now: datetime


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
    | BoardSize
    | MailboxLogin
    | Capabilities
    | Folders
    | SignedByRelay
    | DkimRecord
    | Listening
    | Fonts
    | ClockTime
    | NobodyAtWork
    | AtWork
)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    verdict: Verdict
    fact: Fact


Check: TypeAlias = Callable[[], Iterable[Finding]]


def examine(checks: Mapping[str, Check]) -> Iterator[Finding]:
    """Run every check, by name. If one raises MailerError, that is its finding, and the others still run."""
    for what, check in checks.items():
        try:
            yield from check()
        except MailerError as fault:
            yield fault_of(what, str(fault))


def fault_of(what: str, reason: str) -> Finding:
    return Finding(what, Verdict.WRONG, Words(reason))


def store(office: Office, where: str, version: str) -> Iterator[Finding]:
    """Whether the store can be used, and whether each board is large enough to grant anything."""
    yield Finding("store", Verdict.OK, StoreVersion(where, version))
    for board in office.rules.boards.values():
        members = office.work.lists.count(board.list)
        size = BoardSize(board.list, members, board.quorum.needed(members))
        yield Finding("board", _unless(size.is_too_small, Verdict.LOOK), size)


def mailbox(login: MailboxLogin, capabilities: Sequence[str], folders: Folders) -> Iterator[Finding]:
    yield Finding("mailbox", Verdict.OK, login)
    useful = tuple(name for name in USEFUL_CAPABILITIES if name in capabilities)
    yield Finding("mailbox offers", _unless("IDLE" not in useful, Verdict.LOOK), Capabilities(useful))
    yield Finding("folders", Verdict.OK, folders)


def relay(described: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """``described`` is from ``Transport.describe``."""
    for what, words in described:
        yield Finding(what, Verdict.OK, Words(words))


def signatures(records: Iterable[DkimRecord] | None) -> Iterator[Finding]:
    """``records`` are those of our keys; None means that the relay signs."""
    if records is None:
        yield Finding("signatures", Verdict.OK, SignedByRelay())
        return
    for record in records:
        yield Finding("signatures", _unless(bool(record.fault), Verdict.WRONG), record)


def processes(found: Sequence[Process]) -> Iterator[Finding]:
    """What is at work, and what it cannot do."""
    at_work = [one for one in found if one.at_work]
    if not at_work:
        yield Finding("daemon", Verdict.LOOK, NobodyAtWork(found[0].health.seen_at if found else None))
    for one in at_work:
        for how in one.health.failing.values():
            yield fault_of("daemon", f"since {how.failing_since:%Y-%m-%d %H:%M %Z}: {how.fault}")
        if not one.health.failing:
            health = one.health
            worked = health.part(Part.MAILBOX).worked_at, health.part(Part.RELAY).worked_at
            yield Finding("daemon", Verdict.OK, AtWork(health.name, health.started_at, *worked))


def listening(what: str, address: str) -> Finding:
    return Finding(what, Verdict.OK, Listening(address))


def fonts(scripts: Sequence[str], named: Sequence[str]) -> Finding:
    """``scripts`` are those that the fonts of the PDF have."""
    return Finding("fonts", _unless(not scripts, Verdict.WRONG), Fonts(tuple(scripts), tuple(named)))


def clock(now: datetime) -> Finding:
    return Finding("clock", _unless(now <= ACCURATE_SINCE, Verdict.WRONG), ClockTime(now))


def _unless(problem: bool, verdict: Verdict) -> Verdict:
    return verdict if problem else Verdict.OK
