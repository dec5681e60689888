"""Crash at every call of a port and start again: no mail is lost or sent twice, and every doubt is recorded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.errors import Refused
from mailer.handlers import imports, issues, mailings
from mailer.message import Address
from mailer.model import list_file
from mailer.model.audit import prove
from mailer.model.imports import ImportOptions
from mailer.model.issues import State
from mailer.model.lists import Details, Standing
from mailer.model.outbox import Delivery, Doubts
from mailer.ports import Folder
from tests.flows.environment import EDITION, SOURCE, Crash, CrashPoint, Environment, OfficeProcess
from tests.flows.flaky_mailbox import FlakyMailbox
from tests.thoroughness import a_tenth, thorough

OFFICE = "tg2@iso-sr.example"
BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")
NMB = tuple(f"nmb{n}@nmb.example" for n in range(3))
ULLA = "ulla@union.example"

Step = Callable[[OfficeProcess], None]


def imported(key: str, addresses: tuple[str, ...]) -> Step:
    def step(process: OfficeProcess) -> None:
        rows = [list_file.Row(Address.parse(address), Details()) for address in addresses]
        with process.store.transaction() as work:
            imports.import_rows(process.office(work, "secretary", "import"), key, rows, ImportOptions(replace=True))

    return step


def built(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        issues.build(process.office(work, "secretary", "build"), SOURCE, EDITION, "update-1")


def submitted(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "submit")
        issues.submit(office, issues.find(office, "update", 1))


def started(process: OfficeProcess) -> None:
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "send")
        issue = issues.find(office, "update", 1)
        mailings.start(office, issue, mailings.outstanding(office, issue))


def doubts_resent(process: OfficeProcess) -> None:
    """The secretary resends service mail in doubt, so that its recipients can go on."""
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "send --resend-doubtful")
        mailings.resolve_doubts(office, None, Doubts.RESEND)


class BothWays:
    """Brings every second mail into the mailbox, and hands the others over, again until that was answered."""

    def __init__(self, environment: Environment, crash_point: CrashPoint) -> None:
        self._environment = environment
        self._crash_point = crash_point
        self._mails = 0
        self.crashes = 0

    def __call__(self, raw: bytes) -> None:
        self._mails += 1
        if self._mails % 2:
            self._environment.mailbox.arrive(raw, self._environment.clock.now())
            return
        while True:
            process = self._environment.process(self._crash_point)
            try:
                with process.store.transaction(alone=False) as work:
                    work.incoming.add(raw, False, process.runtime.clock.now())
                return
            except Crash:
                self.crashes += 1


MOST_TICKS = 200
"""A mailbox that is not read after so many ticks never will be."""


def ticked(process: OfficeProcess) -> None:
    """Run the daemon until all mail is read and its answers are sent."""
    environment = process.environment
    for _ in range(MOST_TICKS):
        process.daemon.once()
        if not environment.mailbox.inbox:
            break
        environment.clock.pass_by(timedelta(minutes=10))  # the longest back-off
    process.daemon.once()


class Play:
    """Runs commands and the daemon; each step that crashes is restarted and repeated until it ends without a crash."""

    def __init__(self, environment: Environment, crash_point: CrashPoint) -> None:
        self._environment = environment
        self._crash_point = crash_point
        self._crashes = 0
        environment.deliver = self._ways = BothWays(environment, crash_point)

    @property
    def crashes(self) -> int:
        return self._crashes + self._ways.crashes

    def __call__(self, *steps: Step) -> None:
        for step in steps:
            while True:
                try:
                    step(self._environment.process(self._crash_point))
                except Crash:
                    self._crashes += 1
                    continue
                except Refused:
                    assert self.crashes, "refused without a crash before it"  # it had taken effect before it crashed
                break


def play(environment: Environment, crash_point: CrashPoint) -> int:
    """Play the circle. Returns the number of crashes."""
    office = Play(environment, crash_point)
    office(imported("cag", BOARD))
    office(imported("nmb", NMB))
    environment.write(ULLA, f"tg2+subscribe@{OFFICE.partition('@')[2]}", "", "subscribe\n")
    office(ticked)
    office(doubts_resent)
    office(ticked)
    environment.reply(ULLA, environment.mails_to(ULLA)[-1], "yes")
    office(ticked)
    office(built)
    office(submitted)
    office(ticked)
    office(doubts_resent)
    office(ticked)
    for member in BOARD[:2]:
        environment.reply(member, environment.mails_to(member)[0], "APPROVE")
    office(ticked)
    office(started)
    office(ticked)
    copies = [mail for mail in environment.mails_to(ULLA) if mail["List-Id"]]
    if copies:
        environment.reply(ULLA, copies[0], "unsubscribe")
    office(ticked)
    return office.crashes


def check(environment: Environment, crashes: int) -> None:
    """The store agrees with what the relay accepted and where the mails are filed."""
    accepted = Counter(
        raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode() for _, raw in environment.relay.accepted
    )
    assert environment.mailbox.inbox == {}
    with environment.store.snapshot() as work:
        assert work.incoming.waiting().mails == 0
    assert len(environment.mailbox.folders[Folder.PROCESSED]) == sum(map(len, environment.mailbox.folders.values()))
    with environment.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None and issue.state is State.SENT
        counts, service_mail = work.outbox.counts(mailings.copies_of(work, issue)), work.outbox.counts()
        doubtful = counts[Delivery.DOUBTFUL] + service_mail[Delivery.DOUBTFUL]
        resent = [entry for entry in work.audit.newest(1000) if entry.action == "doubts resolved"]
        assert counts.total == len(NMB) + 1
        assert counts.unresolved == service_mail.unresolved == 0
        assert counts[Delivery.FAILED] + service_mail[Delivery.FAILED] == 0
        assert doubtful + sum(int(str(entry.detail["mails"])) for entry in resent) <= crashes * environment.connections
        twice = [message_id for message_id, times in accepted.items() if times > 1]
        assert len(twice) <= sum(int(str(entry.detail["mails"])) for entry in resent)
        if not doubtful:
            assert len(accepted) == counts.total + service_mail.total
        members = {m.contact.address: m.standing for m in work.lists.members("subscriber", standing=None)}
        left = any(mail["List-Id"] for mail in environment.mails_to(ULLA))
        assert members == {ULLA: Standing.LEFT if left else Standing.ACTIVE}
        votes = [entry for entry in work.audit.newest(1000) if entry.action == "voted"]
        assert len(votes) == 2
        assert prove(work.audit.chain(), work.audit.rows()).faults == []
    environment.close()


def test_the_circle_without_a_crash(tmp_path: Path) -> None:
    environment = Environment(tmp_path)
    assert play(environment, CrashPoint()) == 0
    check(environment, 0)


@pytest.mark.parametrize("seed", range(a_tenth(200)))
def test_a_server_that_drops_repeats_renumbers_and_lies(tmp_path: Path, seed: int) -> None:
    """F1 to F4, F6: whatever it does, each mail has its effect once; the process also ends at some call."""
    environment = Environment(tmp_path)
    environment.mailbox = mailbox = FlakyMailbox(seed)
    crashes = play(environment, CrashPoint(at=random.Random(seed).randrange(1, 600)))
    mailbox.calm()
    ticked(environment.process())
    assert mailbox.tricks
    check(environment, crashes)


@pytest.mark.torture
@pytest.mark.parametrize(("connections", "every"), [(1, 1), (3, 7)])
@pytest.mark.parametrize("part", range(8))
def test_E1_crash_at_every_call_of_a_port_and_start_again(
    tmp_path: Path, part: int, connections: int, every: int
) -> None:
    """With several connections only sending differs, so every seventh call is enough.

    ``make test`` takes every 37th of these calls.
    """
    every *= 1 if thorough() else 37
    k = part * every + 1
    while True:
        folder = tmp_path / str(k)
        folder.mkdir()
        environment, crash_point = Environment(folder, connections), CrashPoint(at=k)
        crashes = play(environment, crash_point)
        check(environment, crashes)
        if crash_point.calls < k:
            break
        k += 8 * every
    assert k > 100, "the sweep ended too early"
