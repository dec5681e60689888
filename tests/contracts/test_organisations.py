"""Organisations and their contacts, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailer.model.lists import Kind, Standing
from mailer.model.organisations import Organisation
from mailer.model.personal_data import replacement
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON

UNION = Organisation(
    *(0, "Union of Harbours", Kind.LABOUR, "KR", ("ko", "en"), "https://harbours.example", "12 countries"),
    note="met in Seoul",
)


def test_an_organisation_is_kept_whole_and_found_in_any_spelling(work: Work) -> None:
    made = work.organisations.add(UNION, NOON)
    other = work.organisations.add(replace(UNION, name="Ärzte-Union", country=""), NOON)
    assert made == replace(UNION, id=made.id)
    assert work.organisations.by_id(made.id) == made
    assert [work.organisations.named(name, "KR") for name in ("union of HARBOURS.", "ärzte union", "Union")] == [
        [made],
        [other],
        [],
    ]
    assert work.organisations.named("Union of Harbours", "FR") == []
    found = [work.organisations.find(words) for words in ("UNION", "harbours.ex", "ports", "%")]
    assert found == [[other, made], [other, made], [], []]
    changed = replace(made, name="Union of Ports", nominated_by=contact(work).id)
    work.organisations.save(changed)
    work.organisations.confirm(made.id, NOON + MINUTE)
    assert list(work.organisations.each()) == [other, replace(changed, confirmed_at=NOON + MINUTE)]


def test_contacts_have_ranks_and_speak_for_one_organisation(work: Work) -> None:
    made, other = (work.organisations.add(replace(UNION, name=name), NOON) for name in ("One", "Two"))
    anna, bo, cy = (contact(work, f"{name}@x.example") for name in ("anna", "bo", "cy"))
    for each, rank in ((anna, 1), (bo, 1), (cy, 2)):
        work.organisations.link(made.id, each.id, rank, NOON)
    assert work.organisations.contacts(made.id) == [(bo, 1), (cy, 2), (anna, 3)]
    work.organisations.link(other.id, cy.id, 2, NOON)
    assert work.organisations.contacts(made.id) == [(bo, 1), (anna, 2)]
    assert work.organisations.contacts(other.id) == [(cy, 1)]
    assert work.organisations.of_contacts([anna.id, cy.id]) == {anna.id: made, cy.id: other}
    work.organisations.unlink(bo.id)
    assert (work.organisations.of_contact(bo.id), work.organisations.contacts(made.id)) == (None, [(anna, 1)])


def test_who_is_forgotten_speaks_for_no_organisation(work: Work) -> None:
    anna = contact(work)
    made = work.organisations.add(replace(UNION, nominated_by=anna.id), NOON)
    work.organisations.link(made.id, anna.id, 1, NOON)
    work.personal_data.erase(anna, [anna.address], replacement(anna.id), NOON)
    assert work.organisations.by_id(made.id) == replace(UNION, id=made.id)
    assert work.organisations.contacts(made.id) == []


def test_a_membership_may_end_and_a_new_standing_does_not(work: Work) -> None:
    anna = contact(work, "anna@union.example", "nmb")
    work.members.set_until("nmb", anna.id, date(2027, 12, 31))
    (member,) = work.lists.members("nmb")
    assert member.until == date(2027, 12, 31)
    assert [one.until for one in work.lists.each_member("nmb", version=1)] == [None]
    work.imports.set_standings("nmb", [anna.id], Standing.REMOVED, NOON, "a test")
    work.lists.set_standing("nmb", anna.id, Standing.ACTIVE, NOON, "a test")
    assert [one.until for one in work.lists.memberships_of(anna.id)] == [None]
