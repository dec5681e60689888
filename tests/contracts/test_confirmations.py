"""What people were asked to confirm, on every store."""

from __future__ import annotations

from mailer.message import Address
from mailer.model.confirmations import Answer, Asked, Confirmation
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON

ANNA, NEW = Address.parse("anna@x.example"), Address.parse("anna@new.example")


def test_a_question_waits_for_its_answer(work: Work) -> None:
    anna = contact(work, str(ANNA))
    first = work.confirmations.ask(Asked.DETAILS, anna.id, ANNA, {"language": "fr"}, NOON)
    assert work.confirmations.get(first) == Confirmation(
        first, Asked.DETAILS, anna.id, str(ANNA), {"language": "fr"}, None, NOON, Answer.OPEN
    )
    second = work.confirmations.ask(Asked.FORGET, anna.id, ANNA, {}, NOON + MINUTE)
    assert [one.id for one in work.confirmations.open_ones(anna.id, NOON - MINUTE)] == [first, second]
    assert [one.id for one in work.confirmations.open_ones(anna.id, NOON)] == [second]
    work.confirmations.answer(second, Answer.YES)
    assert work.confirmations.open_ones(anna.id, NOON) == []
    assert work.confirmations.get(second + 1) is None


def test_only_the_newest_question_of_a_kind_stays_open(work: Work) -> None:
    anna = contact(work, str(ANNA))
    first = work.confirmations.ask(Asked.DETAILS, anna.id, ANNA, {}, NOON)
    other = work.confirmations.ask(Asked.FORGET, anna.id, ANNA, {}, NOON)
    work.confirmations.supersede(Asked.DETAILS, anna.id)
    answers = [one.answer for one in map(work.confirmations.get, (first, other)) if one]
    assert answers == [Answer.SUPERSEDED, Answer.OPEN]


def test_partners_know_each_other(work: Work) -> None:
    first = work.confirmations.ask(Asked.ADDRESS, None, ANNA, {"address": str(NEW)}, NOON)
    second = work.confirmations.ask(Asked.ADDRESS, None, NEW, {"address": str(NEW)}, NOON, partner=first)
    assert [one.partner for one in map(work.confirmations.get, (first, second)) if one] == [second, first]
