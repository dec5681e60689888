"""Press releases, and who has which version of a document, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.holders import Holder
from mailer.model.personal_data import replacement
from mailer.model.press import State
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON
from tests.unit.model.test_press import RELEASE


def test_a_release_is_planned_once_for_each_version_and_found_when_it_is_due(work: Work) -> None:
    first = work.press.save(RELEASE)
    later = work.press.save(replace(RELEASE, version=2, due_at=NOON + MINUTE))
    assert (work.press.due(NOON), work.press.due(NOON + MINUTE)) == ([first], [first, later])
    sent = work.press.save(replace(first, state=State.SENT, held_at=NOON))
    assert (work.press.of_version(1), work.press.of_version(9), work.press.due(NOON)) == (sent, None, [])
    assert work.press.each() == [sent, later]


def test_who_was_given_what_is_found_by_version_and_by_person(work: Work) -> None:
    anna, bo = contact(work, "anna@x.example"), contact(work, "bo@x.example")
    whose = (anna, bo, anna)
    given = [
        Holder(number, one.id, NOON, 2, "news 1", ("film.mp4",)) for number, one in zip((1, 2, 2), whose, strict=True)
    ]
    for one in given:
        work.holders.add(one)
    pairs = zip(given, whose, strict=True)
    named = [replace(one, address=who.address, name=who.details.name) for one, who in pairs]
    assert work.holders.of_versions([2, 3]) == named[1:]
    assert work.holders.of_contact(anna.id) == [named[0], named[2]]
    work.personal_data.erase(anna, [anna.address], replacement(anna.id), NOON)
    assert (work.holders.of_contact(anna.id), work.holders.of_versions([2])) == ([], [named[1]])
