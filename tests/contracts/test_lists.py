"""Lists, contacts, requests and suppressions, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.message import Address
from mailer.model.lists import Contact, Details, Standing
from mailer.ports import Work
from tests.contracts.stores import (
    ANNA,
    LISTS,
    MINUTE,
    WHOLE,
    contact,
)
from tests.fakes import NOON


def test_a_list_is_declared_once(work: Work) -> None:
    contact(work, "a@x.example", "nmb")
    work.lists.declare((*LISTS, "new"))
    assert work.lists.versions(("nmb", "new", "unknown")) == {"nmb": 1, "new": 0}


def test_a_contact_is_one_mailbox_whatever_its_case(work: Work) -> None:
    made = work.lists.save_contact(ANNA, WHOLE, NOON)
    again = work.lists.save_contact(Address.parse("anna@UNION.example"), Details(country="JP"), NOON)
    assert again == Contact(made.id, "Anna@union.example", replace(WHOLE, country="JP"))
    assert work.lists.contact_at("ANNA@union.example") == work.lists.contact(made.id) == again
    assert (work.lists.contact(999), work.lists.contact_at("nobody@x.example")) == (None, None)


def test_only_a_change_of_standing_is_a_new_version(work: Work) -> None:
    anna = contact(work)
    moves = [Standing.ACTIVE, Standing.ACTIVE, Standing.LEFT, Standing.REMOVED, Standing.ACTIVE]
    changed = [work.lists.set_standing("nmb", anna.id, standing, NOON) for standing in moves]
    assert changed == [True, False, True, True, True]
    assert work.lists.versions(("nmb", "cag")) == {"nmb": 4, "cag": 0}
    assert (work.lists.standing("nmb", anna.id), work.lists.standing("cag", anna.id)) == (Standing.ACTIVE, None)


def test_members_by_address_and_standing(work: Work) -> None:
    for spec in ("c@x.example", "a@x.example", "B@x.example"):
        contact(work, spec, "nmb")
    gone = work.lists.contact_at("c@x.example")
    assert gone is not None
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON)
    assert [m.contact.address for m in work.lists.members("nmb")] == ["a@x.example", "B@x.example"]
    assert [m.contact.address for m in work.lists.members("nmb", None)][-1] == "c@x.example"
    assert [m.contact.address for m in work.lists.members("nmb", Standing.LEFT)] == ["c@x.example"]
    assert (work.lists.count("nmb"), work.lists.count("cag")) == (2, 0)


def test_E17_an_audience_counts_mailboxes(work: Work) -> None:
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    contact(work, "bo@x.example", "subscriber")
    assert [work.lists.audience(keys) for keys in (["nmb"], ["nmb", "subscriber"], [])] == [1, 2, 0]
    assert [(m.list, m.standing) for m in work.lists.memberships_of(anna.id)] == [
        ("nmb", Standing.ACTIVE),
        ("subscriber", Standing.ACTIVE),
    ]


def test_a_request_is_kept_as_it_was_made(work: Work) -> None:
    made = work.lists.add_request(ANNA, "subscriber", WHOLE, ["Line 1: ?"], NOON)
    assert work.lists.request(made.id) == made
    assert (made.address, made.list, made.details, made.problems, made.created_at, made.confirmed_at) == (
        "Anna@union.example",
        "subscriber",
        WHOLE,
        ("Line 1: ?",),
        NOON,
        None,
    )
    work.lists.confirm_request(made.id, NOON + MINUTE)
    assert work.lists.request(made.id) == replace(made, confirmed_at=NOON + MINUTE)
    assert work.lists.request(999) is None


def test_B1_requests_are_counted_by_mailbox_and_in_all(work: Work) -> None:
    for spec, minutes in (("a@x.example", 0), ("A@x.example", 1), ("b@x.example", 2)):
        work.lists.add_request(Address.parse(spec), "nmb", Details(), (), NOON + minutes * MINUTE)
    anybody = [work.lists.requests_since(NOON + after * MINUTE) for after in (-1, 0, 1, 2)]
    assert anybody == [3, 2, 1, 0]
    assert work.lists.requests_since(NOON - MINUTE, Address.parse("a@X.example")) == 2


def test_a_suppression_is_for_one_mailbox(work: Work) -> None:
    work.lists.suppress("Office@x.example", "bounced", NOON)
    work.lists.suppress("office@X.example", "complained", NOON)
    assert work.lists.suppressed("OFFICE@x.example") == "complained"
    assert work.lists.suppressed("oﬃce@x.example") is None
    work.lists.unsuppress("oﬃce@x.example")
    assert work.lists.suppressed("office@x.example") == "complained"
    work.lists.unsuppress("OFFICE@x.example")
    assert work.lists.suppressed("office@x.example") is None
