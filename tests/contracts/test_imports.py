"""Queries of imports, on every store."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.imports import Known
from mailer.model.list_file import Row
from mailer.model.lists import Contact, Details, Standing
from mailer.ports import Work
from tests.contracts.stores import MINUTE, WHOLE, contact
from tests.fakes import NOON

ANNA, BO, CY = (Address.parse(f"{name}@x.example") for name in ("Anna", "bo", "cy"))


def test_what_is_known_of_addresses(work: Work) -> None:
    anna = contact(work, "Anna@x.example", "nmb", details=WHOLE)
    bo = contact(work, "bo@x.example", "cag")
    work.lists.set_standing("nmb", anna.id, Standing.LEFT, NOON, "a test")
    work.lists.opt_out(anna.id, ["update", "member-update"], NOON)
    work.lists.suppress("BO@x.example", "bounced", NOON)
    work.lists.suppress("cy@x.example", "complained", NOON)
    found = work.imports.known("nmb", [Address.parse("ANNA@x.example"), BO, CY, Address.parse("dee@x.example")])
    assert found == {
        "anna@x.example": Known(anna, Standing.LEFT, frozenset({"update", "member-update"})),
        "bo@x.example": Known(bo, None, suppressed="bounced"),
        "cy@x.example": Known(suppressed="complained"),
    }
    work.members.change_address(bo, Address.parse("bo@y.example"), NOON)
    assert work.imports.known("nmb", [BO]) == {
        "bo@x.example": Known(suppressed="bounced", moved_to="bo@y.example"),
    }
    assert work.imports.known("nmb", []) == {}


def test_contacts_are_added_and_changed_together(work: Work) -> None:
    bo = contact(work, "bo@x.example", details=Details(name="Bo", country="KR"))
    rows = [(Row(ANNA, WHOLE), None), (Row(BO, Details(country="JP")), bo), (Row(CY, Details()), None)]
    ids = work.imports.save(rows, NOON)
    found = {each: work.lists.contact_at(each) for each in ("anna@x.example", "bo@x.example", "cy@x.example")}
    assert found == {
        "anna@x.example": Contact(ids["anna@x.example"], "Anna@x.example", WHOLE),
        "bo@x.example": Contact(bo.id, "bo@x.example", Details(name="Bo", country="JP")),
        "cy@x.example": Contact(ids["cy@x.example"], "cy@x.example", Details()),
    }
    assert ids["bo@x.example"] == bo.id
    assert work.imports.save([], NOON) == {}


def test_standings_are_set_together_and_each_is_a_version(work: Work) -> None:
    people = [contact(work, f"reader{number}@x.example") for number in range(4)]
    work.lists.set_standing("nmb", people[0].id, Standing.LEFT, NOON, "mail 1")
    ids = [person.id for person in people[:3]]
    work.imports.set_standings("nmb", ids, Standing.ACTIVE, NOON + MINUTE, "import 1")
    work.imports.set_standings("nmb", [], Standing.ACTIVE, NOON + MINUTE, "import 2")
    work.imports.set_standings("cag", ids[:1], Standing.ACTIVE, NOON, "import 3")
    assert work.lists.versions(["nmb", "cag"]) == {"nmb": 4, "cag": 1}
    assert list(work.imports.active("nmb")) == people[:3]
    assert {member.since for member in work.lists.members("nmb")} == {NOON + MINUTE}
    versions = [[m.contact.id for m in work.lists.each_member("nmb", version=number)] for number in range(5)]
    assert versions == [[], [], ids[:1], ids[:2], ids]


def test_wishes_and_suppressions_end_together(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example"), contact(work, "bo@x.example")
    for one in (anna, bo):
        work.lists.opt_out(one.id, ["update", "member-update"], NOON)
        work.lists.suppress(one.address, "bounced", NOON)
    work.imports.opt_in([anna.id], ["update", "other"])
    work.imports.unsuppress([ANNA])
    assert [work.lists.opt_outs(one.id) for one in (anna, bo)] == [{"member-update"}, {"update", "member-update"}]
    assert [work.lists.suppressed(one.address) for one in (anna, bo)] == [None, "bounced"]
