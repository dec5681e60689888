"""The bank of presenters, on every store."""

from __future__ import annotations

from dataclasses import replace

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
