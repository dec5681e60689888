"""Die at every call of a port, start again: nothing is lost, nothing goes twice, every doubt is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mailer.errors import Refused
from mailer.handlers import deliveries as outbox
from mailer.handlers import issues, lists, mailings
from mailer.message import Address
from mailer.model import list_file as roster
from mailer.model.issues import State
from mailer.model.lists import Details, Standing
from mailer.model.outbox import Delivery
from mailer.ports import Folder
from tests.flows.world import EDITION, SOURCE, Crash, Fate, Process, World
from tests.thoroughness import thorough

OFFICE = "tg2@iso-sr.example"
BOARD = ("ana@cag.example", "bo@cag.example", "cleo@cag.example")
NMB = tuple(f"nmb{n}@nmb.example" for n in range(3))
ULLA = "ulla@union.example"

Step = Callable[[Process], None]


def imported(key: str, addresses: tuple[str, ...]) -> Step:
    def step(process: Process) -> None:
        rows = [roster.Row(Address.parse(address), Details()) for address in addresses]
        with process.store.transaction() as work:
            difference = roster.compare(work.lists.members(key, None), rows, keep_missing=False)
            lists.apply_import(process.office(work, "secretary", "import"), key, difference)

    return step


def built(process: Process) -> None:
    with process.store.transaction() as work:
        issues.build(process.office(work, "secretary", "build"), SOURCE, EDITION, "update-1")


def submitted(process: Process) -> None:
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "submit")
        issues.submit(office, issues.find(office, "update", 1))


def started(process: Process) -> None:
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "send")
        issue = issues.find(office, "update", 1)
        mailings.start(office, issue, mailings.outstanding(office, issue))


def doubts_resent(process: Process) -> None:
    """What the secretary does where a conversation stands still: the mail in doubt goes once more."""
    with process.store.transaction() as work:
        office = process.office(work, "secretary", "send --resend-doubtful")
        outbox.resolve_doubts(office, None, resend=True)


def ticked(process: Process) -> None:
    process.daemon.once()
    process.daemon.once()


def play(world: World, fate: Fate) -> int:
    """The circle; whoever dies is started again, and does again what it was doing. How often somebody died."""
    deaths = 0

    def office(step: Step) -> None:
        """A command or the daemon, until it has come to its end."""
        nonlocal deaths
        while True:
            process = world.process(fate)
            try:
                return step(process)
            except Crash:
                deaths += 1
            except Refused:
                assert deaths, "refused without a crash before it"
                return None  # the command had taken effect before it died

    office(imported("cag", BOARD))
    office(imported("nmb", NMB))
    world.write(ULLA, f"tg2+subscribe@{OFFICE.partition('@')[2]}", "", "subscribe\n")
    office(ticked)
    office(doubts_resent)
    office(ticked)
    world.reply(ULLA, world.mails_to(ULLA)[-1], "yes")
    office(ticked)
    office(built)
    office(submitted)
    office(ticked)
    office(doubts_resent)
    office(ticked)
    for member in BOARD[:2]:
        world.reply(member, world.mails_to(member)[0], "APPROVE")
    office(ticked)
    office(started)
    office(ticked)
    copies = [mail for mail in world.mails_to(ULLA) if mail["List-Id"]]
    if copies:
        world.reply(ULLA, copies[0], "unsubscribe")
    office(ticked)
    return deaths


def check(world: World, deaths: int) -> None:
    """The books agree with what the relay has and where the mails lie."""
    accepted = Counter(raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode() for _, raw in world.relay.accepted)
    assert world.mailbox.inbox == {}
    assert len(world.mailbox.folders[Folder.PROCESSED]) == sum(map(len, world.mailbox.folders.values()))
    with world.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None and issue.state is State.SENT
        counts, conversation = work.outbox.counts(mailings.copies_of(work, issue)), work.outbox.counts()
        doubtful = counts[Delivery.DOUBTFUL] + conversation[Delivery.DOUBTFUL]
        resent = [entry for entry in work.audit.newest(1000) if entry.action == "doubts resolved"]
        assert counts.total == len(NMB) + 1
        assert counts.unresolved == conversation.unresolved == 0
        assert counts[Delivery.FAILED] + conversation[Delivery.FAILED] == 0
        assert doubtful + sum(int(str(entry.detail["mails"])) for entry in resent) <= deaths * world.connections
        twice = [message_id for message_id, times in accepted.items() if times > 1]
        assert len(twice) <= sum(int(str(entry.detail["mails"])) for entry in resent)
        if not doubtful:
            assert len(accepted) == counts.total + conversation.total
        members = {m.contact.address: m.standing for m in work.lists.members("subscriber", standing=None)}
        left = any(mail["List-Id"] for mail in world.mails_to(ULLA))
        assert members == {ULLA: Standing.LEFT if left else Standing.ACTIVE}
        votes = [entry for entry in work.audit.newest(1000) if entry.action == "voted"]
        assert len(votes) == 2
    world.close()


def test_the_circle_without_a_crash(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert play(world, Fate()) == 0
    check(world, 0)


@pytest.mark.torture
@pytest.mark.parametrize(("connections", "every"), [(1, 1), (3, 7)])
@pytest.mark.parametrize("part", range(8))
def test_E1_die_at_every_call_of_a_port_and_start_again(
    tmp_path: Path, part: int, connections: int, every: int
) -> None:
    """Over several connections only sending differs: every seventh place is enough.

    make test takes one of eleven of these places.
    """
    every *= 1 if thorough() else 11
    k = part * every + 1
    while True:
        folder = tmp_path / str(k)
        folder.mkdir()
        world, fate = World(folder, connections), Fate(at=k)
        deaths = play(world, fate)
        check(world, deaths)
        if fate.calls < k:
            break
        k += 8 * every
    assert k > 100, "the sweep ended too early to mean anything"
