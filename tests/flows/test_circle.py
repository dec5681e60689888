"""The whole circle on real sockets: sign-up, approval, sending, leaving."""

from __future__ import annotations

from pathlib import Path

from mailer.handlers import issues, mailings
from mailer.model.issues import State
from mailer.model.outbox import Delivery
from tests.flows.office import BOARD, OFFICE, READERS, SECRETARY, Flow, office

NILS, DINA, ULLA = READERS


def sign_up(flow: Flow) -> None:
    flow.write(ULLA, OFFICE.address, "Newsletter", "subscribe\nOrganisation: The Union\nKind: labour union\n")
    flow.tick()
    flow.reply(ULLA, flow.last(ULLA), "")
    flow.tick()


def submit(flow: Flow) -> None:
    with flow.app.store.transaction() as work:
        office = flow.app.office(work, "test", "submit")
        issues.submit(office, issues.find(office, "update", 1))
    flow.tick()


def state(flow: Flow) -> State:
    with flow.app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
    assert issue is not None
    return issue.state


def test_the_circle(tmp_path: Path) -> None:
    with office(tmp_path) as flow:
        play(flow)


def play(flow: Flow) -> None:
    """Play the circle and check every mail that arrives."""
    flow.import_list("cag", BOARD)
    flow.import_list("nmb", (NILS,))
    flow.import_list("d-liaison", (DINA,))

    sign_up(flow)
    assert flow.last(ULLA)["Subject"] == "Welcome to ISO/SR Update"

    flow.build()
    submit(flow)
    flow.reply(BOARD[0], flow.last(BOARD[0]), "APPROVE\n\nWell done.")
    flow.tick()
    assert state(flow) is State.SUBMITTED
    flow.reply(BOARD[1], flow.last(BOARD[1]), "approve")
    flow.tick()
    assert state(flow) is State.APPROVED
    assert flow.last(SECRETARY)["Subject"] == "Approved: ISO/SR Update 1"

    with flow.app.store.transaction() as work:
        office = flow.app.office(work, "test", "send")
        issue = issues.find(office, "update", 1)
        assert mailings.start(office, issue, mailings.outstanding(office, issue)) == 3
    flow.tick()
    flow.tick()
    assert state(flow) is State.SENT
    tokens = set()
    for reader in READERS:
        copies = [mail for mail in flow.inbox(reader) if mail["List-Id"]]
        assert len(copies) == 1
        assert [part.get_content_type() for part in copies[0].iter_attachments()] == ["application/pdf"]
        tokens.add(copies[0]["List-Unsubscribe"])
    assert len(tokens) == 3
    with flow.app.store.snapshot() as work:
        assert work.outbox.counts(1).by_state == {Delivery.SENT: 3}

    flow.reply(ULLA, next(mail for mail in flow.inbox(ULLA) if mail["List-Id"]), "unsubscribe")
    flow.tick()
    assert flow.last(ULLA)["Subject"].startswith("You")
    with flow.app.store.snapshot() as work:
        assert work.lists.count("subscriber") == 0
