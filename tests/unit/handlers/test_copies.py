"""“get 3”: an issue that was sent, once more for a reader."""

from __future__ import annotations

import pytest

from mailer.handlers import mailings
from mailer.model.issues import State
from mailer.model.mailings import MailingKind
from mailer.tokens import Purpose, find_tokens
from tests.unit.harness import DAY, NILS, NMB, NORA, OFFICE, SECRETARY, Harness, text_of

NONE_YET = "No issue was sent to you yet."


@pytest.fixture
def office(harness: Harness) -> Harness:
    """Issue 1 is sent."""
    harness.approved()
    harness.start()
    harness.tick()
    return harness


def copies(office: Harness, address: str = NILS) -> int:
    return sum(mail["List-Id"] is not None for mail in office.mails_to(address))


def ask(office: Harness, sender: str = NILS, line: str = "get 1") -> None:
    office.write(sender, OFFICE, "x", f"{line}\n", **{"X-Number": str(office.now.timestamp())})
    office.tick()
    office.pass_by(DAY / 1000)


@pytest.mark.parametrize("line", ["get 1", "get", "get latest", "get update 1", "GET ISSUE 1."])
def test_a_reader_gets_an_issue_again_as_a_copy_of_their_own(office: Harness, line: str) -> None:
    office.import_list("nmb", NMB, language="fr", format="text")
    ask(office, line=line)
    assert copies(office) == 2
    first, again = office.mails_to(NILS)[-2:]
    assert (again["Subject"], again["List-Id"]) == (first["Subject"], first["List-Id"])
    assert again["Message-ID"] != first["Message-ID"]
    assert again.get_content_type() == "text/plain"
    (token,) = {token for token in find_tokens(str(again["List-Unsubscribe"])) if token.purpose is Purpose.LEAVE}
    with office.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
    assert contact is not None and token.subject == contact.id
    assert copies(office, NORA) == 1


def test_nothing_else_of_the_issue_changes(office: Harness) -> None:
    seen, mailing, counts = office.issue.state, office.mailing, len(office.mails_to(SECRETARY))
    ask(office)
    office.tick()
    assert (office.issue.state, office.mailing) == (State.SENT, mailing) == (seen, mailing)
    assert len(office.mails_to(SECRETARY)) == counts
    with office.environment.store.snapshot() as work:
        asked_for = work.mailings.of(MailingKind.COPIES, office.issue.id)
    assert asked_for is not None and asked_for.finished_at is not None
    with office.office() as work:
        assert mailings.unfinished(work) == []


def test_a_copy_is_asked_for_after_another(office: Harness) -> None:
    ask(office)
    ask(office, NORA)
    ask(office)
    assert (copies(office), copies(office, NORA)) == (3, 2)


def test_B1_copies_are_capped_and_the_reader_is_told(office: Harness) -> None:
    for _ in range(8):
        ask(office)
    assert copies(office) == 1 + 5
    assert "You have asked for many issues today" in text_of(office.mails_to(NILS)[-1])
    office.pass_by(DAY)
    ask(office)
    assert copies(office) == 1 + 6


@pytest.mark.parametrize("prepare", [Harness.asked, Harness.approved])
def test_law_4_an_issue_that_was_not_sent_leaves_by_no_way(harness: Harness, prepare) -> None:  # type: ignore[no-untyped-def]
    prepare(harness)
    for line in ("get 1", "get latest"):
        ask(harness, line=line)
    assert copies(harness) == 0
    assert NONE_YET in text_of(harness.mails_to(NILS)[-1])
    assert harness.mails_to(NILS)[-2]["Subject"] == "The issue that you asked for"


def test_law_4_a_copy_needs_the_grant(office: Harness) -> None:
    with office.office() as work:
        work.work.approvals.void_grants("issue", office.issue.id, office.now)
        work.record("withdrawn", "update 1")
    ask(office)
    assert copies(office) == 1


@pytest.mark.parametrize("sender", ["sven@x.example", "wim@wg.example"])
def test_law_4_strangers_and_readers_of_other_lists_get_nothing(office: Harness, sender: str) -> None:
    office.import_list("wg-member", ["wim@wg.example"])
    ask(office, sender)
    assert copies(office, sender) == 0
    assert len(office.mails_to(sender)) == 1


def test_who_has_left_gets_no_copy_that_still_waits(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "unsubscribe\n")
    ask(office)
    assert copies(office) == 1


def test_an_issue_that_there_is_not_is_named(office: Harness) -> None:
    ask(office, line="get 7")
    assert "There is no issue 7 that was sent to you." in text_of(office.mails_to(NILS)[-1])
