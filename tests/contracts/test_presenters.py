"""The bank of presenters, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.lists import Standing
from mailer.model.personal_data import replacement
from mailer.model.presenters import Presenter, State
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON
from tests.unit.model.test_presenters import AMINA


def registered(work: Work, name: str, state: State = State.REGISTERED) -> Presenter:
    address = f"{name.lower()}@x.example"
    made = contact(work, address)
    return work.presenters.add(replace(AMINA, contact=made.id, address=address, name=name, state=state))


def test_a_presenter_is_kept_and_found(work: Work) -> None:
    made = registered(work, "Amina")
    assert (work.presenters.by_id(made.id), work.presenters.of_contact(made.contact)) == (made, made)
    assert (work.presenters.by_id(999), work.presenters.of_contact(999)) == (None, None)


def test_a_change_replaces_what_was_said(work: Work) -> None:
    made = registered(work, "Amina")
    changed = replace(
        made, languages=("fr",), busy=(), topics=(), state=State.APPROVED, scope="1.1", changed_at=NOON + MINUTE
    )
    work.presenters.save(changed)
    assert work.presenters.by_id(made.id) == changed


def test_presenters_are_listed_by_name_and_state(work: Work) -> None:
    zoe, bo = registered(work, "Zoe"), registered(work, "Bo", State.APPROVED)
    assert work.presenters.each() == [bo, zoe]
    assert work.presenters.each([State.APPROVED]) == [bo]
    assert work.presenters.unchanged_since([State.REGISTERED], NOON) == []
    assert work.presenters.unchanged_since([State.REGISTERED], NOON + MINUTE) == [zoe]


def test_those_are_found_who_have_other_versions_of_the_documents(work: Work) -> None:
    has, lacks = registered(work, "Has", State.APPROVED), registered(work, "Lacks", State.APPROVED)
    registered(work, "Waits")
    work.presenters.save(replace(has, given="kit 1.0"))
    assert work.presenters.ungiven("kit 1.0", 10) == [lacks]
    assert len(work.presenters.ungiven("kit 1.1", 1)) == 1


def test_those_are_found_who_left_the_list_of_the_bank_or_came_back(work: Work) -> None:
    stays, left = registered(work, "Stays", State.APPROVED), registered(work, "Left", State.APPROVED)
    back = registered(work, "Back", State.RETIRED)
    for one in (stays, left, back):
        work.lists.set_standing("nmb", one.contact, Standing.ACTIVE, NOON, "a test")
    work.lists.set_standing("nmb", left.contact, Standing.LEFT, NOON, "a test")
    assert work.presenters.strayed("nmb", 10) == [left, back]


def test_who_was_called_lately_or_never_wants_to_be_called_again_is_known(work: Work) -> None:
    once, never = contact(work, "once@x.example"), contact(work, "never@x.example")
    work.presenters.call(once.id, NOON)
    work.presenters.call(never.id, NOON, never=True)
    assert work.presenters.called(NOON - MINUTE) == {once.id, never.id}
    assert work.presenters.called(NOON) == {never.id}


def test_what_a_forgotten_presenter_said_is_gone(work: Work) -> None:
    made = registered(work, "Amina", State.APPROVED)
    found = work.lists.contact(made.contact)
    assert found is not None
    work.personal_data.erase(found, [found.address], replacement(found.id), NOON)
    left = work.presenters.by_id(made.id)
    assert left is not None
    assert (left.state, left.name, left.country, left.languages, left.busy) == (State.RETIRED, "", "", (), ())
