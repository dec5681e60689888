"""What ``mailer doctor`` finds, and whether a person must do something about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from mailer import grants
from mailer.errors import MailerError, NotGranted, ServerBusy, Temporary
from mailer.message import Address
from mailer.model.audit import prove
from mailer.model.bounces import AddressState
from mailer.model.criteria import NAMES, Kind
from mailer.model.criteria_versions import Standing
from mailer.model.findings import (
    AtWork,
    BoardSize,
    Capabilities,
    ClockTime,
    DkimRecord,
    Finding,
    Folders,
    Fonts,
    Listening,
    MailboxLogin,
    NobodyAtWork,
    RecordHead,
    SignedByRelay,
    StoreVersion,
    Unreached,
    Verdict,
    Words,
)
from mailer.model.health import Part, Process
from mailer.model.issues import Issue, State
from mailer.model.policies import Policy
from mailer.office import Office

USEFUL_CAPABILITIES = ("IDLE", "MOVE", "UIDPLUS")
"""Capabilities that make a mailbox faster; without IDLE it is polled."""

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


def store(office: Office, where: str, version: str, shortage: str = "") -> Iterator[Finding]:
    """Whether the store can be used, and whether each board is large enough to grant anything.

    ``shortage`` is what is wrong with its disk (E15).
    """
    yield fault_of("store", shortage) if shortage else Finding("store", Verdict.OK, StoreVersion(where, version))
    for policy in office.rules.policies.values():
        for board in policy.boards:
            size = _size(office, policy, board)
            yield Finding("board", _unless(not size.is_right, Verdict.LOOK), size)


def _size(office: Office, policy: Policy, board: str) -> BoardSize:
    """How large a board is for a policy, and whether the substitutes are who they have to be."""
    members = [Address.parse(member.contact.address).base_key for member in office.work.lists.members(board)]
    named = policy.substitutes if board == policy.board else {}
    return BoardSize(
        board,
        len(members),
        policy.quorum(len(members)),
        policy.key,
        tuple(member for member in named if Address.parse(member).base_key not in members),
        tuple(one for one in named.values() if Address.parse(one).base_key in members),
    )


def record(office: Office) -> Finding:
    """Whether the audit trail is as it was written."""
    proven = prove(office.work.audit.chain(), office.work.audit.rows())
    if proven.is_whole:
        return Finding("record", Verdict.OK, RecordHead(proven.head.number, proven.head.groups))
    first = proven.faults[0]
    place = f"entry {first.number:,}: " if first.number else ""
    return fault_of("record", f"{place}{first.words}: see `mailer audit verify`")


def feedback(office: Office) -> Iterator[Finding]:
    """Whether what people write reaches somebody: staff who take mail, and members of a list that a route names."""
    recipients = _recipients(office)
    reached = []
    for address in recipients:
        if reason := office.work.lists.suppressed(address):
            yield fault_of("feedback", f"{address} takes no mail: {reason}; what people write reaches nobody there")
        else:
            reached.append(address)
    if reached:
        yield Finding("feedback", Verdict.OK, Words(f"goes to {', '.join(reached)}"))
    for route in office.rules.feedback.routes:
        if route.through and "@" not in route.through:
            members = office.work.lists.members(route.through)
            if not any(member.contact.details.country for member in members):
                words = f"no member of {route.through} has a country, so nobody is asked for a comment"
                yield Finding("feedback", Verdict.LOOK, Words(f"{words}: see `mailer member change`"))


def criteria(office: Office) -> Iterator[Finding]:
    """Whether the configuration is what the board has adopted; nothing while no criteria are in force."""
    for kind in Kind:
        now = Standing.of(office.rules, kind, office.work.criteria.versions(kind))
        if now.in_force is None:
            continue
        option = " --feedback" if kind is Kind.FEEDBACK else ""
        version = f"version {now.in_force.number} of the {NAMES[kind]} is in force"
        if not now.differs:
            yield Finding("criteria", Verdict.OK, Words(version))
        elif not now.needs_a_ballot:
            yield Finding("criteria", Verdict.OK, Words(f"{version}; the board is asked about what is configured now"))
        else:
            cure = f"see `mailer criteria diff{option}`, and put it to the board: `mailer criteria submit{option}`"
            yield Finding("criteria", Verdict.LOOK, Words(f"{version}, but the configuration differs: {cure}"))


def _recipients(office: Office) -> list[str]:
    """Everybody who gets feedback, each once, as the configuration names them."""
    editors = (editor for publication in office.rules.publications.values() for editor in publication.editors)
    found: dict[str, str] = {}
    for address in (str(office.rules.secretary), *editors, *sorted(office.rules.feedback.recipients)):
        found.setdefault(Address.parse(address).base_key, address)
    return list(found.values())


def addresses(office: Office) -> Iterator[Finding]:
    """Whether mail reaches the members."""
    counts = office.work.bounces.counts()
    stopped = sum(count for state, count in counts.items() if state.stops_mailings)
    found = Unreached(stopped, counts.get(AddressState.TROUBLED, 0))
    yield Finding("addresses", _unless(bool(stopped), Verdict.LOOK), found)


def disclosure(office: Office) -> Iterator[Finding]:
    """Whether what is about to go out, or goes out now, is still what its board has granted."""
    for issue in office.work.issues.all():
        if issue.state in (State.APPROVED, State.SCHEDULED, State.SENDING):
            yield _disclosed(office, issue)


def _disclosed(office: Office, issue: Issue) -> Finding:
    what = issue.name
    try:
        found = grants.changes(office, issue, grants.require_issue(office, issue, ()))
    except NotGranted as fault:
        return fault_of(what, str(fault))
    words = " ".join(grants.said(found)) or "is what the board has granted"
    return Finding(what, _unless(bool(found), Verdict.LOOK), Words(words))


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


def fonts(serving: Sequence[tuple[str, str]], cures: Sequence[tuple[str, str]]) -> Finding:
    """``serving``: each script with the font of the PDF that has it. ``cures``: those without, with what to do."""
    return Finding("fonts", _unless(not serving, Verdict.WRONG), Fonts(tuple(serving), tuple(cures)))


def clock(now: datetime) -> Finding:
    return Finding("clock", _unless(not ClockTime(now).accurate, Verdict.WRONG), ClockTime(now))


def _unless(problem: bool, verdict: Verdict) -> Verdict:
    return verdict if problem else Verdict.OK
