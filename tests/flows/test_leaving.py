"""A reader on every list leaves one publication by the token in a copy, and imports keep to it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from mailer.handlers import imports, issues, mailings, members
from mailer.message import Address
from mailer.model.imports import Change, Entry, ImportOptions
from mailer.model.list_file import Row
from mailer.model.lists import Details
from tests.flows.office import BOARD, READERS, Flow, office

NILS = READERS[0]
UPDATE_LISTS = ("nmb", "d-liaison", "subscriber")


def import_nils(flow: Flow, key: str) -> list[Entry]:
    """Import a file with Nils alone; what the import said of him."""
    rows, told = [Row(Address.parse(NILS.address), Details())], []
    with flow.app.store.transaction() as work:
        at_work = flow.app.office(work, "test", f"command list import {key}")
        imports.difference(at_work, key, rows, ImportOptions(), told.append)
        imports.import_rows(at_work, key, rows, ImportOptions())
    return told


def copy_of_the_update(flow: Flow) -> EmailMessage:
    """Approve issue 1 and send it; the copy that Nils got."""
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
    (copy,) = [mail for mail in flow.inbox(NILS) if mail["List-Id"]]
    return copy


def test_B12_one_token_ends_one_publication_and_no_import_brings_it_back(tmp_path: Path) -> None:
    with office(tmp_path) as flow:
        flow.import_list("cag", BOARD)
        for key in (*UPDATE_LISTS, "wg-member"):
            import_nils(flow, key)
        link = re.sub(r"\s", "", str(copy_of_the_update(flow)["List-Unsubscribe"]))
        mailto = re.search(r"<mailto:([^?>]+)", link)
        assert mailto is not None
        flow.write(NILS, mailto[1], "unsubscribe", "")
        flow.tick()
        assert flow.last(NILS)["Subject"] == "You have left ISO/SR Update"
        assert "You still get ISO/SR Member Update." in flow.last(NILS).get_body(("plain",)).get_content()  # type: ignore[union-attr]

        with flow.app.store.snapshot() as work:
            found = members.view(flow.app.office(work, "test", ""), NILS.address)
        assert {change.list: change.standing.value for change in found.lists} == {
            **dict.fromkeys(UPDATE_LISTS, "left"),
            "wg-member": "active",
        }
        assert (found.receives, found.left) == (["ISO/SR Member Update"], ["ISO/SR Update"])
        for key in UPDATE_LISTS:
            assert import_nils(flow, key) == [Entry(Change.LEFT, NILS.address, "", "left")]
        assert import_nils(flow, "wg-member") == []
        with flow.app.store.snapshot() as work:
            assert work.lists.audience("update", UPDATE_LISTS) == 0
            assert work.lists.audience("member-update", ["wg-member"]) == 1
