"""Two that are one, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailer.message import Address
from mailer.model.lists import Contact, Details, Standing
from mailer.model.merging import MergePlan, merged_organisation
from mailer.model.organisations import Organisation
from mailer.model.personal_data import replacement
from mailer.ports import Work
from tests.contracts.stores import MINUTE, WHOLE, contact
from tests.fakes import NOON


def standings(work: Work, one: Contact) -> dict[str, Standing]:
    return {member.list: member.standing for member in work.lists.memberships_of(one.id)}


def test_a_merge_moves_what_is_of_the_other_one_and_can_be_undone(work: Work) -> None:
    anna, old = contact(work, "anna@x.example", "nmb"), contact(work, "anna@old.example", "cag", details=WHOLE)
    work.members.set_until("cag", old.id, date(2027, 12, 31))
    made = work.organisations.add(Organisation(0, "The Union", nominated_by=old.id), NOON)
    work.organisations.link(made.id, old.id, 1, NOON)
    plan = MergePlan(anna, old, WHOLE, {"cag": date(2027, 12, 31)}, (), ("update",))
    number = work.merging.merge_contacts(plan, NOON, "a test")
    merged = replace(anna, details=WHOLE)
    assert (work.lists.contact(old.id), work.lists.contact_at("anna@old.example")) == (merged, None)
    assert [one.address for one in work.members.formerly(Address.parse("anna@old.example"))] == ["anna@x.example"]
    assert standings(work, anna) == {"nmb": Standing.ACTIVE, "cag": Standing.ACTIVE}
    assert [one.until for one in work.lists.members("cag")] == [date(2027, 12, 31)]
    assert work.organisations.contacts(made.id) == [(merged, 1)]
    assert (work.organisations.by_id(made.id), work.lists.opt_outs(anna.id)) == (
        replace(made, nominated_by=anna.id),
        {"update"},
    )
    assert [one.list for one in work.members.changes(anna.id)] == ["cag", "nmb"]
    assert work.merging.aliases(anna.id) == [old]
    found = work.merging.newest("contact", anna.id)
    assert found is not None and found.id == number
    work.merging.undo_contacts(found, NOON + MINUTE, "a test")
    assert (work.lists.contact(old.id), work.lists.contact(anna.id)) == (old, anna)
    assert standings(work, anna) == {"nmb": Standing.ACTIVE, "cag": Standing.REMOVED}
    assert standings(work, old) == {"cag": Standing.ACTIVE}
    assert (work.organisations.contacts(made.id), work.lists.opt_outs(anna.id)) == ([(old, 1)], set())
    assert work.merging.newest("contact", anna.id) is None


def test_what_can_be_there_once_stays_with_the_other_one(work: Work) -> None:
    anna, old = contact(work, "anna@x.example"), contact(work, "anna@old.example")
    one, two = (work.organisations.add(Organisation(0, name), NOON) for name in ("One", "Two"))
    work.organisations.link(one.id, anna.id, 1, NOON)
    work.organisations.link(two.id, old.id, 1, NOON)
    work.merging.merge_contacts(MergePlan(anna, old, Details(), {}, (), ()), NOON, "a test")
    assert [work.organisations.of_contact(anna.id), len(work.organisations.contacts(two.id))] == [one, 1]


def test_who_is_forgotten_is_forgotten_by_each_address_that_was_merged(work: Work) -> None:
    anna, old = contact(work, "anna@x.example"), contact(work, "anna@old.example", details=WHOLE)
    work.merging.merge_contacts(MergePlan(anna, old, WHOLE, {}, (), ()), NOON, "a test")
    work.personal_data.erase(anna, ["anna@x.example", "anna@old.example"], replacement(anna.id), NOON)
    assert list(work.merging.contacts()) == []
    assert work.merging.newest("contact", anna.id) is None
    left = work.lists.contact(old.id)
    assert left is not None and (left.address, left.details) == (str(replacement(anna.id)), Details())


def test_organisations_are_merged_and_found_by_both_names(work: Work) -> None:
    one = work.organisations.add(Organisation(0, "Union of Harbours", country="KR"), NOON)
    two = work.organisations.add(Organisation(0, "Harbours Union", website="https://h.example"), NOON)
    anna, bo = contact(work, "anna@x.example"), contact(work, "bo@x.example")
    work.organisations.link(one.id, anna.id, 1, NOON)
    work.organisations.link(two.id, bo.id, 1, NOON)
    whole = merged_organisation(one, two)
    work.merging.merge_organisations(one, two, whole, NOON)
    assert work.organisations.named("harbours union") == [replace(one, website="https://h.example")]
    assert (work.organisations.by_id(two.id), list(work.organisations.each())) == (whole, [whole])
    assert work.organisations.contacts(one.id) == [(anna, 1), (bo, 2)]
    found = work.merging.newest("organisation", one.id)
    assert found is not None
    work.merging.undo_organisations(found, NOON)
    assert list(work.organisations.each()) == [two, one]
    assert (work.organisations.contacts(one.id), work.organisations.contacts(two.id)) == ([(anna, 1)], [(bo, 1)])
