"""The life of a ballot on real sockets: an objection is taken back, an address changes, the issue is amended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mailer.contacts import change
from mailer.handlers import issues
from mailer.message import Address
from mailer.model.issues import Edition, State
from tests.flows.environment import EDITION
from tests.flows.office import BOARD, PEOPLE, READERS, SECRETARY, Flow, office
from tests.flows.test_circle import state

ANA, BO, CLEO = BOARD
MOVED = replace(ANA, address="ana@new.example")
NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")


def put_to_the_board(flow: Flow, edition: Edition, note: str = "") -> None:
    """Build the issue in these bytes and ask the board, with a note if it was asked before."""
    app = flow.app
    source, folder = app.read_issue("update", 1), str(app.issue_folder("update", 1))
    with app.store.transaction() as work:
        office = app.office(work, "test", f"put {note}")
        if note:
            issues.amend(office, source, edition, folder, note)
        else:
            issues.submit(office, issues.build(office, source, edition, folder).issue)
    flow.tick()


def test_A26_A29_the_last_vote_counts_a_moved_member_is_asked_and_a_typo_has_a_short_way(tmp_path: Path) -> None:
    with office(tmp_path, (*PEOPLE, MOVED)) as flow:
        flow.import_list("cag", BOARD)
        flow.import_list("nmb", READERS[:1])
        put_to_the_board(flow, EDITION)
        request = flow.last(ANA)
        for words, then in (("OBJECT\nA typo.", State.REJECTED), ("APPROVE\nNo matter.", State.SUBMITTED)):
            flow.reply(ANA, request, words)
            flow.tick()
            assert state(flow) is then
        with flow.app.store.transaction() as work:
            change(flow.app.office(work, "test", "move"), ANA.address, Address.parse(MOVED.address), {})
        flow.tick()
        flow.reply(BO, flow.last(BO), "APPROVE")
        flow.reply(ANA, request, "APPROVE")
        flow.tick()
        assert state(flow) is State.SUBMITTED  # Bo's approval alone: nothing from Ana's old address counts
        put_to_the_board(flow, NEWER, "A typo in article 1.")
        assert "A typo in article 1." in str(flow.last(MOVED).get_body(("plain",)))
        for member in (MOVED, CLEO):
            flow.reply(member, flow.last(member), "APPROVE")
        flow.tick()
        assert state(flow) is State.APPROVED
        assert flow.last(SECRETARY)["Subject"] == "Approved: ISO/SR Update 1"
