"""Queries about one person, on every store."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.lists import Details, Standing
from mailer.model.mailings import MailingKind
from mailer.model.members import FormerAddress, Leaver, MembershipChange
from mailer.model.suppressions import Cause, Suppression
from mailer.ports import Work
from tests.contracts.stores import MINUTE, WHOLE, contact
from tests.fakes import NOON

NEW = Address.parse("Anna.Kim@new.example")


def test_people_are_found_by_a_part_of_what_is_known(work: Work) -> None:
    anna = contact(work, "anna@union.example", "nmb", details=WHOLE)
    bo = contact(work, "bo_%@x.example", "nmb", details=Details(name="Bo Łąka"))
    found = [work.members.find(text, 10) for text in ("UNION.exa", "_%", "łąka", WHOLE.organisation[:4].upper(), "zz")]
    assert found[0] == found[3] == [anna]
    assert found[1] == found[2] == [bo]
    assert found[4] == []
    work.members.change_address(anna, NEW, NOON)
    assert [person.address for person in work.members.find("anna@union", 10)] == [str(NEW)]
    assert len(work.members.find("example", 1)) == 1


def test_every_change_of_a_person_is_kept_with_its_cause(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example"), contact(work, "bo@x.example", "nmb")
    work.lists.set_standing("nmb", anna.id, Standing.ACTIVE, NOON, "command list import 1")
    work.lists.set_standing("cag", anna.id, Standing.ACTIVE, NOON + MINUTE, "command member add 2")
    work.lists.set_standing("nmb", anna.id, Standing.LEFT, NOON + 2 * MINUTE, "mail 3")
    changes = [
        MembershipChange("nmb", 2, Standing.ACTIVE, NOON, "command list import 1"),
        MembershipChange("cag", 1, Standing.ACTIVE, NOON + MINUTE, "command member add 2"),
        MembershipChange("nmb", 3, Standing.LEFT, NOON + 2 * MINUTE, "mail 3"),
    ]
    assert work.members.changes(anna.id) == changes
    assert [change.list for change in work.members.changes(bo.id)] == ["nmb"]
    assert [change.way for change in changes] == ["secretary", "secretary", "mail"]


def test_leavers_are_those_who_are_not_back(work: Work) -> None:
    people = [contact(work, f"reader{number}@x.example", "nmb", "cag") for number in range(3)]
    for number, person in enumerate(people):
        work.lists.set_standing("nmb", person.id, Standing.LEFT, NOON + (number + 1) * MINUTE, f"mail {number}")
    work.lists.set_standing("nmb", people[1].id, Standing.ACTIVE, NOON + 9 * MINUTE, "mail 9")
    work.lists.set_standing("cag", people[0].id, Standing.REMOVED, NOON + MINUTE, "command x")
    first, last = (
        Leaver(
            people[number],
            MembershipChange("nmb", 4 + number, Standing.LEFT, NOON + (number + 1) * MINUTE, f"mail {number}"),
        )
        for number in (0, 2)
    )
    assert work.members.leavers(None, ["nmb", "cag"]) == [first, last]
    assert work.members.leavers(NOON + 2 * MINUTE, ["nmb"]) == [last]
    assert work.members.leavers(None, ["cag"]) == []


def test_a_new_address_keeps_everything_and_remembers_the_old_one(work: Work) -> None:
    anna = contact(work, "Anna@union.example", "nmb", details=WHOLE)
    work.lists.opt_out(anna.id, ["update"], NOON)
    work.members.change_address(anna, NEW, NOON)
    moved = work.lists.contact(anna.id)
    assert moved is not None
    assert (moved.address, moved.details) == (str(NEW), WHOLE)
    assert (work.lists.contact_at("anna@union.example"), work.lists.contact_at("ANNA.kim@new.example")) == (None, moved)
    assert [m.contact for m in work.lists.members("nmb")] == [moved]
    assert work.lists.opt_outs(anna.id) == {"update"}
    assert work.members.former_addresses(anna.id) == [FormerAddress("Anna@union.example", NOON)]
    assert work.members.formerly(Address.parse("anna@UNION.example")) == [moved]
    assert work.members.formerly(NEW) == []


def test_an_address_that_comes_back_is_no_former_one(work: Work) -> None:
    anna = contact(work, "anna@x.example")
    for number, spec in enumerate(("anna@y.example", "anna@x.example", "ANNA@x.example")):
        now = work.lists.contact(anna.id)
        assert now is not None
        work.members.change_address(now, Address.parse(spec), NOON + number * MINUTE)
    assert work.members.former_addresses(anna.id) == [FormerAddress("anna@y.example", NOON + MINUTE)]


def test_details_are_replaced_as_a_whole(work: Work) -> None:
    anna = contact(work, "anna@x.example", details=WHOLE)
    work.members.set_details(anna.id, Details(name="Anna"))
    found = work.lists.contact(anna.id)
    assert found is not None
    assert found.details == Details(name="Anna")


def test_a_suppression_has_its_reason_and_time(work: Work) -> None:
    work.lists.suppress("Anna@x.example", "bounced", NOON)
    assert work.members.suppression(Address.parse("anna@x.example")) == Suppression(
        "bounced", NOON, Cause.BOUNCED, "Anna@x.example"
    )
    assert work.members.suppression(NEW) is None


def test_a_copy_that_waits_goes_to_the_new_address_and_none_is_doubled(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example", "nmb", "subscriber"), contact(work, "bo@x.example", "nmb", "subscriber")
    mailing = work.mailings.add(MailingKind.ISSUE, 1, "update", ["nmb"], NOON)
    assert work.outbox.add_copies(mailing.id, ["nmb"], "<", "@o>", NOON) == 2
    work.members.change_address(anna, NEW, NOON)
    assert sorted(row.recipient for row in work.outbox.page(mailing.id, 0, 9)) == [str(NEW), "bo@x.example"]
    (row,) = [row for row in work.outbox.page(mailing.id, 0, 9) if row.recipient == "bo@x.example"]
    work.outbox.record([row.id], [], NOON, "one")
    work.members.change_address(bo, Address.parse("bo@new.example"), NOON)
    assert sorted(row.recipient for row in work.outbox.page(mailing.id, 0, 9)) == [str(NEW), "bo@x.example"]
    assert work.deliveries.newcomers(mailing.id, ["nmb", "subscriber"]) == 0
    assert work.outbox.add_copies(mailing.id, ["nmb", "subscriber"], "<", "@o>", NOON) == 0
