"""What ``mailer doctor`` finds, and whether a person must do something about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeAlias

from mailer.errors import MailerError, ServerBusy, Temporary
from mailer.inbound.loop import Echo
from mailer.message import Address, Signature, is_aligned
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
    scripts: tuple[str, ...]
    """By their names in Unicode."""
    named: tuple[str, ...]
    """The families that the configuration names."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    now: datetime

    @property
    def accurate(self) -> bool:
        """Whether it can be the time at all."""
        return self.now > ACCURATE_SINCE


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


CURES: Mapping[str, str] = {
    "mailbox": "see that [imap] host, port and security are right, and that the server is up",
    "relay": "see that [smtp] host, port, security and login (or [transport] lmtp) are right, and the server up",
    "signatures": "see that this machine reaches a DNS server",
    "test mail": "see that the mailbox and the relay are in reach, as above",
}
"""What to do, by the name of the check, if something is out of reach."""


def examine(checks: Mapping[str, Check]) -> Iterator[Finding]:
    """Run every check, by name. If one raises MailerError, that is its finding, and the others still run."""
    for what, check in checks.items():
        try:
            yield from check()
        except ServerBusy as fault:
            yield Finding(what, Verdict.LOOK, Words(f"{fault}: try again in some minutes"))
        except Temporary as fault:
            yield fault_of(what, f"{fault}: {CURES[what]}" if what in CURES else str(fault))
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
    return Finding("clock", _unless(not ClockTime(now).accurate, Verdict.WRONG), ClockTime(now))


def _unless(problem: bool, verdict: Verdict) -> Verdict:
    return verdict if problem else Verdict.OK


# --- A mail to ourselves ---


@dataclass(frozen=True, slots=True)
class LoopMail:
    """A mail that the office wrote to itself, and what became of it.

    Its Authentication-Results field is forged. Our server must remove it, or put its own above (RFC 8601 section 5).
    """

    address: Address
    refusal: str
    """The relay's words if it did not take the mail, or empty."""
    folder: str
    """Where it arrived, or empty."""
    seconds: float
    """How long that took, or how long it was waited for."""
    echo: Echo | None
    """None if it did not arrive."""

    def arrived(self, folder: str, seconds: float, echo: Echo) -> LoopMail:
        """The mail, now that it is there."""
        return replace(self, folder=folder, seconds=seconds, echo=echo)


@dataclass(frozen=True, slots=True)
class Way:
    """What the configuration says about the way of mail."""

    plus: bool
    """Whether plus-addresses arrive."""
    authserv_id: str
    """The server whose results are believed, or empty."""
    signs: bool
    """Whether mailer itself signs."""
    folders: Sequence[str]
    """The folders that a test mail may be in: the inbox, and those that handled mail is filed into."""


def arrival(plain: LoopMail, plus: LoopMail, expected: Way) -> Finding:
    """Whether mail that goes out by the relay comes in by the mailbox."""
    came = next((sent for sent in (plain, plus) if sent.folder), None)
    if came is None:
        if plain.refusal:
            return _wrong("test mail", f"the relay did not take it: {plain.refusal}. See that [smtp] fits the address.")
        return _wrong(
            "test mail",
            f"sent to {plain.address}, and in no folder of the mailbox after {plain.seconds:.0f} s: see that [imap] is "
            "the mailbox of [office] address; if mail takes longer here, say --within 600",
        )
    if came.folder not in expected.folders:
        return _wrong(
            "test mail",
            f"it arrived in {came.folder}, where mail is not read: mark it as no junk, and have the server put no mail "
            "of its own users there",
        )
    return _ok("test mail", f"arrived in {came.folder} after {came.seconds:.0f} s")


def plus_addresses(plus: LoopMail, expected: Way) -> Finding:
    """Whether replies can come to plus-addresses."""
    what, shown = "plus-addresses", str(plus.address)
    kept = plus.echo is not None and any(shown.lower() == spec.lower() for spec in plus.echo.addressed_to)
    if kept and expected.plus:
        return _ok(what, f"{shown} arrives")
    if kept:
        return _look(what, f"{shown} arrives: [office] plus_addressing can be true, and replies are recognised better")
    why = f"the relay refused it: {plus.refusal}" if plus.refusal else f"not there after {plus.seconds:.0f} s"
    why = "it arrived without this address in its header" if plus.echo else why
    if expected.plus:
        return _wrong(what, f"mail to {shown} is lost ({why}): set [office] plus_addressing = false")
    return _ok(what, f"do not arrive ({why}), and are not used")


def signature(echo: Echo, found: Sequence[Signature] | None, domain: str, expected: Way) -> Finding:
    """Whether the mail is signed for ``domain``, that of the office.

    ``found`` are the signatures that verify, None if their keys could not be looked up.
    """
    what = "signature"
    cure = "have the relay sign for it, or make keys of your own with `mailer dkim new`"
    if aligned := [one.domain for one in found or () if is_aligned(one.domain, domain)]:
        return _ok(what, f"valid, of {aligned[0]}, and aligned with {domain}")
    if not echo.signers and expected.signs:
        return _wrong(what, "our own signature did not arrive: something on the way removes it; ask who runs the relay")
    if not echo.signers:
        return _look(
            what,
            f"this mail to ourselves is not signed for {domain}. If what goes to others is not signed either, much of "
            f"it counts as junk: {cure}",
        )
    named = ", ".join(echo.signers)
    if found is None:
        return _look(what, f"of {named}; the DNS does not answer, so it was not verified: try again later")
    if any(is_aligned(signer, domain) for signer in echo.signers):
        who = "`mailer dkim check` says what is published" if expected.signs else "ask who runs the relay"
        return _wrong(what, f"that of {named} does not verify: {who}")
    return _wrong(what, f"it is of {named}, which is not aligned with {domain} (DMARC): {cure}")


def results(echo: Echo, forged_id: str, expected: Way) -> Finding:
    """Which server says in Authentication-Results what it found, and whether others can speak in its name (A7).

    ``forged_id`` is the name that the forged field had, or empty if there was none.
    """
    what = "server's results"
    key = "[authentication] authserv_id"
    name = next(iter(echo.server_ids), "")
    if expected.authserv_id and name and expected.authserv_id.lower() not in map(str.lower, echo.server_ids):
        return _wrong(
            what, f"{key} is {expected.authserv_id}, but the server calls itself {name}: correct or remove it"
        )
    if echo.forged_believed:
        done = f"remove {key}" if expected.authserv_id else f"leave {key} empty"
        return _wrong(
            what,
            f"a forged field of {forged_id} reached the mailbox and would be believed: at the least, whoever may send "
            f"by this relay could vote as anybody. So {done} until the server removes such fields (RFC 8601 5)",
        )
    if not name:
        if expected.authserv_id:
            return _look(
                what,
                f"a forged field of {forged_id} was removed, and the server wrote none of its own on this mail: if "
                f"mail from outside has none either, remove {key}",
            )
        return _ok(what, "the server wrote none on this mail: signatures are checked here")
    left = "; it leaves forged fields below its own, which are not believed" if echo.forged_left else ""
    if expected.authserv_id:
        return _ok(what, f"{expected.authserv_id}; a forged field of this name is not believed{left}")
    return _look(what, f'{name} checks mail on arrival: set {key} = "{name}"{left}')


def loop(
    plain: LoopMail,
    plus: LoopMail,
    signatures: Sequence[Signature] | None,
    forged_id: str,
    expected: Way,
) -> Iterator[Finding]:
    """Everything that a test mail shows: whether mail arrives, and what becomes of it on the way.

    ``signatures`` as for ``signature``, ``forged_id`` as for ``results``.
    """
    yield arrival(plain, plus, expected)
    echo = plain.echo or plus.echo
    if echo is None:
        return
    yield plus_addresses(plus, expected)
    yield signature(echo, signatures, plain.address.domain, expected)
    yield results(echo, forged_id, expected)


def _ok(what: str, text: str) -> Finding:
    return Finding(what, Verdict.OK, Words(text))


def _look(what: str, text: str) -> Finding:
    return Finding(what, Verdict.LOOK, Words(text))


def _wrong(what: str, text: str) -> Finding:
    return Finding(what, Verdict.WRONG, Words(text))
