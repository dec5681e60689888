"""Two contacts who are one: what their mails, tokens and votes are worth afterwards, and after the undo."""

from __future__ import annotations

import pytest

from mailer import contacts
from mailer.errors import Refused
from mailer.handlers import members, merging
from mailer.model.lists import ScopeKind, Standing
from mailer.store.schema import metadata
from tests.unit.harness import ANA, BO, BOARD, NILS, NORA, OFFICE, Harness, text_of

OLD, STRANGER = "nils@old.example", "sven@x.example"


@pytest.fixture
def office(harness: Harness) -> Harness:
    harness.import_list("nmb", [NILS, NORA])
    harness.import_list("subscriber", [OLD, NORA])
    return harness


def number(harness: Harness, address: str) -> int:
    with harness.environment.store.snapshot() as work:
        found = work.lists.contact_at(address)
        assert found is not None
        return found.id


def test_G7_a_link_to_leave_in_a_mail_to_the_other_address_works_on(office: Harness) -> None:
    token = office.leave_token(number(office, OLD), ScopeKind.LIST, "subscriber")
    office.do(lambda work: merging.merge(work, NILS, OLD))
    assert office.standing("subscriber", NILS) is Standing.ACTIVE
    office.write(OLD, f"tg2+{token}@iso-sr.example", "unsubscribe", "")
    assert office.standing("subscriber", NILS) is Standing.LEFT
    assert [mail["Subject"] for mail in office.mails_to(NILS)] == ["You have left ISO/SR Update"]
    assert office.mails_to(OLD) == []


def test_G7_a_mail_from_the_other_address_changes_nothing_and_learns_nothing(office: Harness) -> None:
    office.do(lambda work: merging.merge(work, NILS, OLD))
    office.write(OLD, OFFICE, "set", "set name Eve\n")
    (told,) = office.mails_to(OLD)
    assert (NILS in text_of(told), office.mails_to(NILS)) == (False, [])
    with office.office() as work:
        assert contacts.contact_of(work, NILS).details.name == ""


def test_an_import_of_the_other_address_adds_nobody(office: Harness) -> None:
    office.do(lambda work: merging.merge(work, NILS, OLD))
    office.import_list("subscriber", [OLD])
    assert office.standing("subscriber", OLD) is None


def test_votes_stay_and_nobody_is_merged_during_a_ballot(harness: Harness) -> None:
    harness.asked()
    harness.import_list("nmb", [NILS, "ana@old.example"])
    for pair in ((ANA, "ana@old.example"), ("ana@old.example", ANA)):
        with harness.office() as work, pytest.raises(Refused, match="is asked to vote in a ballot that is open"):
            merging.planned(work, *pair)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    before = [(vote.paper, vote.choice) for vote in harness.votes]
    harness.do(lambda work: merging.merge(work, "ana@old.example", ANA))
    assert [(vote.paper, vote.choice) for vote in harness.votes] == before
    assert harness.standing("cag", "ana@old.example") is Standing.ACTIVE
    harness.do(lambda work: merging.undo(work, "ana@old.example"))
    assert [harness.standing("cag", address) for address in BOARD] == [Standing.ACTIVE] * 3
    assert harness.standing("cag", "ana@old.example") is Standing.REMOVED


def test_who_was_forgotten_is_merged_with_nobody_and_takes_the_other_address_along(office: Harness) -> None:
    office.do(lambda work: merging.merge(work, NILS, OLD))
    office.do(lambda work: contacts.forget(work, contacts.contact_of(work, NILS)))
    with office.environment.store.snapshot() as work:
        found = [
            table.name
            for table in metadata.sorted_tables
            for row in work.connection.execute(table.select()).all()  # type: ignore[attr-defined]
            if OLD in str(row) or NILS in str(row)
        ]
    assert found == []
    for pair in ((NORA, OLD), (NILS, NORA)):
        with office.office() as one, pytest.raises(Refused, match="Nobody has the address"):
            merging.planned(one, *pair)


def test_what_a_board_member_wrote_under_the_other_address_is_forgotten_too(harness: Harness) -> None:
    harness.asked()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE\n\nA fine issue.")
    harness.import_list("nmb", [NILS])
    harness.do(lambda work: merging.merge(work, NILS, ANA))
    harness.do(lambda work: contacts.forget(work, contacts.contact_of(work, NILS)))
    with harness.environment.store.snapshot() as work:
        rows = [
            (table.name, str(row))
            for table in metadata.sorted_tables
            for row in work.connection.execute(table.select()).all()  # type: ignore[attr-defined]
        ]
    assert [name for name, row in rows if ANA in row] == []
    assert len([name for name, row in rows if name == "votes" and "A fine issue" in row]) == 1  # the other member's


def test_a_merge_is_recorded_and_undone_once(office: Harness) -> None:
    office.do(lambda work: merging.merge(work, NILS, OLD))
    (entry,) = office.trail("merged")
    assert (entry.subject, entry.detail["other"], entry.detail["lists"]) == (NILS, OLD, ["subscriber"])
    with office.office() as work:
        assert merging.undo(work, NILS) == (NILS, OLD)
        view = members.view(work, OLD)
        assert [one.standing for one in view.lists] == [Standing.ACTIVE]
        with pytest.raises(Refused, match="Nobody was merged with"):
            merging.undo(work, NILS)
        with pytest.raises(Refused, match="are one contact already"):
            merging.planned(work, NILS, NILS)
