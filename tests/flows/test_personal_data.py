"""One reader and everything that they can ask by mail about themselves, on real sockets."""

from __future__ import annotations

from pathlib import Path

from mailer.handlers import issues, mailings
from mailer.model.lists import Standing
from tests.flows.office import BOARD, OFFICE, READERS, Flow, office

NILS, MOVED, ULLA = READERS
"""Nils will read his mail at the second address."""


def send_issue(flow: Flow) -> None:
    flow.build()
    with flow.app.store.transaction() as work:
        at_work = flow.app.office(work, "test", "submit")
        issues.submit(at_work, issues.find(at_work, "update", 1))
    flow.tick()
    for member in BOARD[:2]:
        flow.reply(member, flow.last(member), "APPROVE")
    flow.tick()
    with flow.app.store.transaction() as work:
        at_work = flow.app.office(work, "test", "send")
        issue = issues.find(at_work, "update", 1)
        mailings.start(at_work, issue, mailings.outstanding(at_work, issue))
    flow.tick()


def ask(flow: Flow, line: str) -> None:
    flow.write(NILS, OFFICE.address, "A request", f"{line}\n\n-- \nNils\n")
    flow.tick()


def text(flow: Flow, person: object = NILS) -> str:
    body = flow.last(person).get_body(("plain",))  # type: ignore[arg-type]
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_a_reader_asks_changes_moves_gets_an_issue_and_is_forgotten(tmp_path: Path) -> None:
    with office(tmp_path) as flow:
        flow.import_list("cag", BOARD)
        flow.import_list("nmb", (NILS, ULLA))
        send_issue(flow)
        assert flow.last(NILS)["List-Id"] is not None

        ask(flow, "status")
        assert "- Name: Nils" in text(flow) and "- ISO/SR Update 1: sent" in text(flow)

        ask(flow, "set format text")
        assert "- Format: text" in text(flow)
        if flow.last(NILS)["Subject"].startswith("Please confirm"):
            flow.reply(NILS, flow.last(NILS), "yes")
            flow.tick()
        assert flow.last(NILS)["Subject"] == "Your details at ISO/SR TG 2 have changed"

        ask(flow, "get latest")
        flow.tick()
        again = flow.last(NILS)
        assert (again.get_content_type(), again["List-Id"] is not None) == ("text/plain", True)

        ask(flow, f"change address {MOVED.address}")
        for person in (NILS, MOVED):
            flow.reply(person, flow.last(person), "")
            flow.tick()
        assert flow.last(MOVED)["Subject"] == "Your new address at ISO/SR TG 2"

        flow.write(MOVED, OFFICE.address, "forget me", "")
        flow.tick()
        flow.reply(MOVED, flow.last(MOVED), "Yes.")
        flow.tick()
        flow.tick()
        assert flow.last(MOVED)["Subject"] == "ISO/SR TG 2 has forgotten you"
        with flow.app.store.snapshot() as work:
            assert [one.contact.address for one in work.lists.members("nmb")] == [ULLA.address]
            assert [one.standing for one in work.lists.members("nmb", None)].count(Standing.LEFT) == 1
            assert work.lists.contact_at(NILS.address) is work.lists.contact_at(MOVED.address) is None
        for name in ("mailer.journal", "mailer.journal.1"):
            journal = flow.app.settings.office.data / name
            assert not journal.exists() or b"nils" not in journal.read_bytes()
