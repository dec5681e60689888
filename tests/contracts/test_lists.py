"""Lists, contacts, requests and suppressions, on every store."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from mailer.message import Address
from mailer.model.lists import Contact, Departure, Details, Membership, PastDeparture, Scope, ScopeKind, Standing
from mailer.phrases import phrase
from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.contracts.stores import (
    ANNA,
    LISTS,
    MINUTE,
    UPDATE,
    WHOLE,
    contact,
    scopes,
)
from tests.fakes import NOON

PROBLEM = phrase("Line %(number)s: ?", number=1)


def members_at(work: Work, key: str, version: int, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
    found = list(work.lists.each_member(key, standing, version))
    assert work.lists.count(key, standing, version) == len(found)
    return found


def test_a_list_is_declared_once(work: Work) -> None:
    contact(work, "a@x.example", "nmb")
    known = work.lists.scopes()
    work.lists.declare([*scopes(*LISTS, "new"), UPDATE])
    assert work.lists.versions(("nmb", "new", "unknown")) == {"nmb": 1, "new": 0}
    assert work.lists.scopes() == {**known, Scope(ScopeKind.LIST, "new"): len(LISTS) + 2}


def test_a_list_and_a_publication_of_one_name_are_two_scopes(work: Work) -> None:
    work.lists.declare([Scope(kind, "nmb") for kind in ScopeKind])
    assert len({number for scope, number in work.lists.scopes().items() if scope.key == "nmb"}) == 2


def test_a_contact_is_one_mailbox_whatever_its_case(work: Work) -> None:
    made = work.lists.save_contact(ANNA, WHOLE, NOON)
    again = work.lists.save_contact(Address.parse("anna@UNION.example"), Details(country="JP"), NOON)
    assert again == Contact(made.id, "Anna@union.example", replace(WHOLE, country="JP"))
    assert work.lists.contact_at("ANNA@union.example") == work.lists.contact(made.id) == again
    assert (work.lists.contact(999), work.lists.contact_at("nobody@x.example")) == (None, None)


def test_only_a_change_of_standing_is_a_new_version(work: Work) -> None:
    anna = contact(work)
    moves = [Standing.ACTIVE, Standing.ACTIVE, Standing.LEFT, Standing.REMOVED, Standing.ACTIVE]
    changed = [work.lists.set_standing("nmb", anna.id, standing, NOON, "a test") for standing in moves]
    assert changed == [True, False, True, True, True]
    assert work.lists.versions(("nmb", "cag")) == {"nmb": 4, "cag": 0}
    assert (work.lists.standing("nmb", anna.id), work.lists.standing("cag", anna.id)) == (Standing.ACTIVE, None)


def test_a_version_is_the_list_after_its_change(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example", "nmb"), contact(work, "bo@x.example", "nmb", "cag")
    work.lists.set_standing("nmb", anna.id, Standing.LEFT, NOON + MINUTE, "mail 1")
    there = [(Membership("nmb", one, Standing.ACTIVE, NOON)) for one in (anna, bo)]
    gone = Membership("nmb", anna, Standing.LEFT, NOON + MINUTE)
    shown = [members_at(work, "nmb", version) for version in range(4)]
    assert shown == [[], there[:1], there, there[1:]]
    assert members_at(work, "nmb", 3, None) == [gone, there[1]] == work.lists.members("nmb", None)
    assert members_at(work, "nmb", 3, Standing.LEFT) == [gone]


keys = count()
"""A list for each example: those of a test share a transaction."""


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Standing)), max_size=15))
def test_every_version_is_a_replay_of_the_changes(work: Work, asked: list[tuple[int, Standing]]) -> None:
    key, other = f"list{next(keys)}", f"list{next(keys)}"
    work.lists.declare(scopes(key, other))
    people = [contact(work, f"reader{number}@x.example", other) for number in range(4)]
    replay: list[dict[str, Standing]] = [{}]
    for number, standing in asked:
        person, known = people[number], replay[-1]
        if work.lists.set_standing(key, person.id, standing, NOON, "a test"):
            replay.append({**known, person.address: standing})
        assert replay[-1].get(person.address) is standing
    assert work.lists.versions([key, other]) == {key: len(replay) - 1, other: 4}
    for version, known in enumerate(replay):
        found = members_at(work, key, version, None)
        assert [(member.contact.address, member.standing) for member in found] == sorted(known.items())
    assert members_at(work, key, len(replay) - 1) == work.lists.members(key)


@pytest.mark.parametrize("statement", ["UPDATE membership_changes SET version = 7", "DELETE FROM membership_changes"])
def test_the_history_cannot_be_changed(store: SqlStore, statement: str) -> None:
    with store.transaction() as work:
        anna = contact(work, "anna@union.example", "nmb")
    with pytest.raises(DatabaseError, match="membership_changes is append-only"), store._engine.begin() as connection:
        connection.execute(text(statement))
    with store.snapshot() as work:
        assert members_at(work, "nmb", 1) == [Membership("nmb", anna, Standing.ACTIVE, NOON)]


def test_members_by_address_and_standing(work: Work) -> None:
    for spec in ("c@x.example", "a@x.example", "B@x.example"):
        contact(work, spec, "nmb")
    gone = work.lists.contact_at("c@x.example")
    assert gone is not None
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON, "a test")
    assert [m.contact.address for m in work.lists.members("nmb")] == ["a@x.example", "B@x.example"]
    assert [m.contact.address for m in work.lists.members("nmb", None)][-1] == "c@x.example"
    assert [m.contact.address for m in work.lists.members("nmb", Standing.LEFT)] == ["c@x.example"]
    assert (work.lists.count("nmb"), work.lists.count("cag")) == (2, 0)


def test_E17_an_audience_counts_mailboxes(work: Work) -> None:
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    contact(work, "bo@x.example", "subscriber")
    assert [work.lists.audience("update", keys) for keys in (["nmb"], ["nmb", "subscriber"], [])] == [1, 2, 0]
    assert [(m.list, m.standing) for m in work.lists.memberships_of(anna.id)] == [
        ("nmb", Standing.ACTIVE),
        ("subscriber", Standing.ACTIVE),
    ]


def test_the_languages_that_active_members_read(work: Work) -> None:
    for name, language in (("anna", "fr"), ("bo", "fr"), ("cy", ""), ("dee", "ru")):
        contact(work, f"{name}@x.example", "nmb", details=Details(language=language))
    contact(work, "eve@x.example", "subscriber", details=Details(language="pt-br"))
    gone = work.lists.contact_at("dee@x.example")
    assert gone is not None
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON, "a test")
    asked = (["nmb"], ["nmb", "subscriber"], ["cag"])
    assert [work.lists.languages(keys) for keys in asked] == [{"fr", ""}, {"fr", "", "pt-br"}, set()]


def test_an_opt_out_is_of_one_contact_and_one_publication(work: Work) -> None:
    anna, bo = contact(work, "Anna@x.example", "nmb"), contact(work, "bo@x.example", "nmb")
    work.lists.opt_out(anna.id, ["update", "member-update"], NOON)
    work.lists.opt_out(anna.id, ["update"], NOON + MINUTE)
    work.lists.opt_out(bo.id, ["update"], NOON)
    work.lists.opt_out(bo.id, [], NOON)
    assert (work.lists.opt_outs(anna.id), work.lists.opt_outs(bo.id)) == ({"update", "member-update"}, {"update"})
    asked = [["update"], ["member-update", "update"], ["other"], []]
    assert [work.lists.opted_out(keys) for keys in asked] == [
        {"anna@x.example", "bo@x.example"},
        {"anna@x.example"},
        set(),
        set(),
    ]
    assert [work.lists.audience(key, ["nmb"]) for key in ("update", "member-update", "other")] == [0, 1, 2]
    work.lists.opt_in(anna.id, ["update", "other"])
    work.lists.opt_in(bo.id, [])
    assert (work.lists.opt_outs(anna.id), work.lists.opt_outs(bo.id)) == ({"member-update"}, {"update"})


def test_a_departure_is_noted_with_what_was_left_later(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example", "nmb"), contact(work, "bo@x.example", "nmb")
    first, later, undone = (Departure(("update",), ("nmb",)), Departure((), ("cag",)), Departure(("other",), ()))
    number = work.lists.add_departure(anna.id, first, NOON)
    work.lists.add_departure(bo.id, first, NOON)
    work.lists.add_departure(anna.id, later, NOON + MINUTE)
    work.lists.undo_departure(work.lists.add_departure(anna.id, undone, NOON + MINUTE), NOON + MINUTE)
    assert work.lists.departure(number) == PastDeparture(anna.id, first, NOON, undone=False)
    assert work.lists.later_departures(number) == [later]
    work.lists.undo_departure(number, NOON + MINUTE)
    assert work.lists.departure(number) == PastDeparture(anna.id, first, NOON, undone=True)
    assert work.lists.departure(number + 100) is None


def test_a_request_is_kept_as_it_was_made(work: Work) -> None:
    made = work.lists.add_request(ANNA, "subscriber", WHOLE, [PROBLEM], NOON)
    assert work.lists.request(made.id) == made
    assert [problem.stored() for problem in made.problems] == [PROBLEM.stored()]
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


def test_a_suppression_is_of_one_mailbox(work: Work) -> None:
    work.lists.suppress("Office@x.example", "bounced", NOON)
    work.lists.suppress("office@X.example", "complained", NOON)
    assert work.lists.suppressed("OFFICE@x.example") == "complained"
    assert work.lists.suppressed("oﬃce@x.example") is None
    work.lists.unsuppress("oﬃce@x.example")
    assert work.lists.suppressed("office@x.example") == "complained"
    work.lists.unsuppress("OFFICE@x.example")
    assert work.lists.suppressed("office@x.example") is None
