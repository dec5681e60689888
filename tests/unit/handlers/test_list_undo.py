"""Undoing what the last command has done to a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from mailer import contacts
from mailer.errors import Refused
from mailer.handlers import imports, list_undo, members
from mailer.message import Address
from mailer.model.imports import ImportOptions
from mailer.model.list_file import Row
from mailer.model.list_undo import WITHIN, Act
from mailer.model.lists import Details, Standing
from tests.unit.harness import NILS, NORA, Harness

OLA = "ola@nmb.example"
ACTIVE, LEFT, REMOVED = Standing.ACTIVE, Standing.LEFT, Standing.REMOVED


def types(
    harness: Harness, addresses: Sequence[str], *, bring_back: str = "", replaces: bool = False, **said: str
) -> None:
    """``mailer list import``."""
    rows = [Row(Address.parse(address), Details(**said)) for address in addresses]  # type: ignore[arg-type]
    options = ImportOptions(replace=replaces, bring_back=bring_back)
    harness.pass_by(timedelta(minutes=1))
    with harness.office() as office:
        cause = f"command list import {harness.now.isoformat()}"
        imports.import_rows(replace(office, cause=cause), "nmb", rows, options)


def undone(harness: Harness) -> dict[str, Act]:
    harness.pass_by(timedelta(minutes=1))
    with harness.office() as office:
        planned = list_undo.undo(replace(office, cause=f"command list undo {harness.now.isoformat()}"), "nmb")
    return {one.changed.address: one.act for one in planned.steps}


def standings(harness: Harness) -> list[Standing | None]:
    return [harness.standing("nmb", address) for address in (NILS, NORA, OLA)]


def test_an_import_is_undone_and_the_undo_is_undone(harness: Harness) -> None:
    types(harness, [NILS, NORA])
    types(harness, [NORA, OLA], replaces=True)
    assert standings(harness) == [REMOVED, ACTIVE, ACTIVE]
    assert undone(harness) == {NILS: Act.PUT_BACK, OLA: Act.TAKE_OFF}
    assert standings(harness) == [ACTIVE, ACTIVE, REMOVED]
    assert undone(harness) == {NILS: Act.TAKE_OFF, OLA: Act.PUT_BACK}
    assert standings(harness) == [REMOVED, ACTIVE, ACTIVE]


def test_details_that_an_import_has_changed_come_back_but_not_those_changed_since(harness: Harness) -> None:
    types(harness, [NILS, NORA], organisation="SIS", country="SE")
    types(harness, [NILS, NORA], organisation="Wrong", country="NO")
    with harness.office() as office:
        contacts.change(office, NORA, None, {"organisation": "Her own words"})
    assert undone(harness) == {NILS: Act.RESTORE, NORA: Act.RESTORE}
    with harness.office() as office:
        found = [contacts.contact_of(office, one).details for one in (NILS, NORA)]
    assert [(one.organisation, one.country) for one in found] == [("SIS", "SE"), ("Her own words", "SE")]
    assert undone(harness) == {NILS: Act.RESTORE, NORA: Act.RESTORE}
    with harness.office() as office:
        assert contacts.contact_of(office, NILS).details.organisation == "Wrong"


def test_who_left_by_their_own_wish_meanwhile_stays_away(harness: Harness) -> None:
    types(harness, [NILS, NORA])
    types(harness, [], replaces=True)
    types(harness, [NILS, NORA])
    with harness.office() as office:
        office.work.lists.set_standing("nmb", contacts.contact_of(office, NILS).id, LEFT, office.now, "mail 3")
    assert undone(harness) == {NILS: Act.STAYS_AWAY, NORA: Act.TAKE_OFF}
    assert standings(harness)[:2] == [LEFT, REMOVED]


def test_who_was_forgotten_meanwhile_is_not_put_back(harness: Harness) -> None:
    types(harness, [NILS, NORA])
    types(harness, [], replaces=True)
    harness.do(lambda office: contacts.forget(office, contacts.contact_of(office, NILS)))
    assert sorted(undone(harness).values()) == [Act.PUT_BACK, Act.STAYS_AWAY]
    with harness.office() as office:
        assert office.work.lists.count("nmb") == 1


def test_a_removal_is_undone(harness: Harness) -> None:
    types(harness, [NILS, NORA])
    harness.pass_by(timedelta(minutes=1))
    with harness.office() as office:
        by = replace(office, cause=f"command member remove {harness.now.isoformat()}")
        members.remove(by, NORA, ["nmb"], False, "has moved")
    assert undone(harness) == {NORA: Act.PUT_BACK}


def test_who_was_brought_back_is_as_before_after_an_undo(harness: Harness) -> None:
    types(harness, [NILS])
    with harness.office() as office:
        office.work.lists.set_standing("nmb", contacts.contact_of(office, NILS).id, LEFT, office.now, "mail 1")
        office.work.lists.opt_out(contacts.contact_of(office, NILS).id, ["update"], office.now)
        office.work.lists.suppress(NILS, "complaint", office.now)
    types(harness, [NILS], bring_back="asked by phone")
    assert harness.standing("nmb", NILS) is ACTIVE
    undone(harness)
    with harness.office() as office:
        contact = contacts.contact_of(office, NILS)
        assert (harness.standing("nmb", NILS), office.work.lists.opt_outs(contact.id)) == (LEFT, {"update"})
        assert office.work.lists.suppressed(NILS) == "complaint"


def test_only_what_a_command_did_lately_is_undone(harness: Harness) -> None:
    with harness.office() as office, pytest.raises(Refused, match="No command has changed the list “nmb”"):
        list_undo.plan(office, "nmb")
    types(harness, [NILS], organisation="SIS")
    types(harness, [NILS], organisation="SIS AB")
    harness.pass_by(WITHIN + timedelta(minutes=1))
    with harness.office() as office:
        with pytest.raises(Refused, match="in the last 30 days"):
            list_undo.plan(office, "nmb")
        assert [one.what for one in list_undo.due(office, office.now)] == ["erasing what undos need"]
    harness.tick()
    with harness.office() as office:
        assert not office.work.list_documents.any_before(office.now)


def test_another_command_is_not_undone_this_way(harness: Harness) -> None:
    types(harness, [NILS])
    with harness.office() as office:
        contact = contacts.contact_of(office, NILS)
        office.work.lists.set_standing("nmb", contact.id, REMOVED, office.now, "command member merge 1")
        with pytest.raises(Refused, match="was `mailer member merge`"):
            list_undo.plan(office, "nmb")
