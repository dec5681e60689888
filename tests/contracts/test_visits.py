"""What visitors of the pages asked for, and links to preferences."""

from __future__ import annotations

from datetime import timedelta

from mailer.model.personal_data import Over
from mailer.model.visits import Visit, Wanted
from mailer.ports import Work
from tests.contracts.stores import contact
from tests.fakes import NOON

VISIT = Visit(Wanted.EVENT, "É@x.example", "fr", NOON, "É. Dupont", {"title": "Séminaire"})
HOUR = timedelta(hours=1)


def test_a_visit_waits_until_it_is_dropped(work: Work) -> None:
    assert (work.visits.count(), list(work.visits.waiting(10))) == (0, [])
    work.visits.add(VISIT)
    work.visits.add(Visit(Wanted.PREFERENCES, "a@x.example", "", NOON))
    first, second = work.visits.waiting(10)
    assert (first.address, first.name, first.values, first.wanted, first.at) == (
        *(VISIT.address, VISIT.name, VISIT.values, Wanted.EVENT, NOON),
    )
    assert [one.id for one in work.visits.waiting(1)] == [first.id]
    work.visits.drop([first.id])
    assert (work.visits.count(), work.visits.waiting(10)[0].id) == (1, second.id)


def test_a_link_is_opened_once_and_ends(work: Work) -> None:
    anna = contact(work, "anna@union.example", "nmb")
    link = work.visits.add_link(anna.id, NOON)
    assert (link.may_be_opened(NOON + HOUR), link.is_open(NOON)) == (True, False)
    assert not link.may_be_opened(NOON + HOUR + timedelta(seconds=1))
    assert work.visits.of_session("") is None
    assert work.visits.open_link(link.id, "one", NOON)
    assert not work.visits.open_link(link.id, "two", NOON)
    opened = work.visits.of_session("one")
    assert opened is not None
    assert (opened.id, opened.is_open(NOON + HOUR), opened.may_be_opened(NOON)) == (link.id, True, False)
    assert work.visits.of_session("two") is None
    work.visits.end_link(link.id, NOON)
    (ended,) = work.visits.links_of(anna.id)
    assert not ended.is_open(NOON)


def test_links_are_erased_after_their_time(work: Work) -> None:
    anna = contact(work, "anna@union.example", "nmb")
    work.visits.add_link(anna.id, NOON)
    assert work.personal_data.erase_over("visits", Over(NOON, 10, NOON)) == 0
    assert work.personal_data.erase_over("visits", Over(NOON + HOUR, 10, NOON)) == 1
    assert list(work.visits.links_of(anna.id)) == []
