"""Members who are away, and the substitutes who are asked in their place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.errors import Refused
from mailer.handlers import substitutes
from mailer.model.approvals import Choice, Excused, Outcome
from tests.unit.harness import ANA, BO, CLEO, DAY, NMB, SECRETARY, Harness, text_of

BERT = "bert@union.example"


@pytest.fixture
def office(harness: Harness) -> Harness:
    """An office whose policy names a substitute of one member."""
    every = harness.process.rules.policies["disclosure"]
    harness.restart(policies={"disclosure": replace(every, substitutes={ANA: BERT})})
    return harness


def away(harness: Harness, days: int = 30) -> None:
    harness.do(lambda office: substitutes.away(office, ANA, office.now + days * DAY))


def choices(harness: Harness) -> list[Choice]:
    return [vote.choice for vote in harness.votes]


def absent(harness: Harness, words: str = "I am away until Monday.") -> None:
    request = harness.request(ANA)
    harness.answer(ANA, words, to=request, **{"Auto-Submitted": "auto-replied"})


def test_the_substitute_of_a_member_who_is_away_is_asked_and_has_their_vote(office: Harness) -> None:
    office.asked()
    away(office)
    office.tick()
    asked = office.request(BERT)
    assert f"You are asked as the substitute of {ANA}, who is away." in text_of(asked)
    assert f"{BERT} votes for you: ISO/SR Update 1" in office.subjects(ANA)
    office.answer(BERT, "APPROVE")
    assert office.outcome is Outcome.OPEN
    office.answer(BO, "APPROVE")
    assert office.outcome is Outcome.GRANTED  # two of three seats
    office.tick()
    assert len(office.trail("substitute asked")) == 1


def test_the_members_own_vote_counts_instead(office: Harness) -> None:
    office.asked()
    away(office)
    office.tick()
    office.answer(BERT, "APPROVE")
    office.answer(ANA, "OBJECT\n\nI am back, and the date is wrong.")
    assert office.outcome is Outcome.OBJECTED


def test_a_member_who_voted_before_needs_no_substitute(office: Harness) -> None:
    office.asked()
    office.answer(ANA, "APPROVE")
    away(office)
    office.tick()
    assert (office.mails_to(BERT), office.trail("substitute asked")) == ([], [])


def test_the_substitute_is_asked_on_later_ballots_while_the_absence_lasts(office: Harness) -> None:
    office.import_list("cag", (ANA, BO, CLEO))
    away(office, days=1)
    office.asked()
    assert len(office.mails_to(BERT)) == 1
    office.do(lambda one: substitutes.back(one, ANA))
    with office.office() as one:
        assert substitutes.absences(one) == []


def test_an_automatic_reply_offers_the_substitute_to_the_secretary(office: Harness) -> None:
    office.asked()
    absent(office)
    assert office.mails_to(BERT) == []
    offer = office.mails_to(SECRETARY)[-1]
    assert str(offer["Subject"]) == f"{ANA} may be away: ISO/SR Update 1"
    assert f"To ask the substitute, {BERT}, reply to this mail with YES." in text_of(offer)
    assert "I am away until Monday." in text_of(offer).replace("> ", "")
    office.answer(SECRETARY, "YES", to=offer)
    assert office.subjects(SECRETARY)[-1] == f"{BERT} was asked: ISO/SR Update 1"
    assert len(office.mails_to(BERT)) == 1
    office.answer(BERT, "APPROVE")
    assert choices(office) == [Choice.APPROVE]


def test_the_secretary_is_asked_once_and_can_say_no(office: Harness) -> None:
    office.asked()
    absent(office)
    absent(office, "I am still away.")
    offers = [subject for subject in office.subjects(SECRETARY) if "may be away" in subject]
    assert len(offers) == 1
    offer = office.mails_to(SECRETARY)[-1]
    office.answer(SECRETARY, "Perhaps.", to=offer)
    assert "it says neither YES nor NO" in text_of(office.mails_to(SECRETARY)[-1])
    office.answer(SECRETARY, "No", to=offer)
    assert office.mails_to(BERT) == []


def test_a_voting_address_in_an_automatic_reply_is_not_shown(office: Harness) -> None:
    office.asked()
    address = str(office.request(ANA)["Reply-To"])
    absent(office, f"I am away. You wrote from {address}.")
    assert address.partition("@")[0].removeprefix("tg2+") not in text_of(office.mails_to(SECRETARY)[-1])


def test_an_automatic_reply_of_somebody_else_means_nothing(office: Harness) -> None:
    office.asked()
    office.write(NMB[0], "tg2@iso-sr.example", "Out of office", "I am away.", **{"Auto-Submitted": "auto-replied"})
    with office.office() as one:
        assert one.work.absences.all() == []


def test_a_substitute_is_asked_by_hand_once(office: Harness) -> None:
    office.asked()
    with office.office() as one:
        (seat,) = substitutes.for_member(one, ANA, None)
        substitutes.fill(one, seat)
        papers = {paper.address: paper for paper in one.work.approvals.papers(seat.ballot.id)}
    assert (papers[ANA].excused, papers[BERT].stands_for) == (Excused.AWAY, papers[ANA].contact)
    with office.office() as one, pytest.raises(Refused, match=f"{ANA} has voted, was substituted, or is not asked"):
        substitutes.for_member(one, ANA, None)


def test_who_has_no_substitute_or_one_on_the_board_is_told(office: Harness) -> None:
    office.asked()
    with office.office() as one:
        (seat,) = substitutes.for_member(one, BO, None)
        with pytest.raises(Refused, match=f"no substitute of {BO} is named in .policies.disclosure"):
            substitutes.fill(one, seat)
    every = office.process.rules.policies["disclosure"]
    office.restart(policies={"disclosure": replace(every, substitutes={ANA: CLEO})})
    with office.office() as one:
        (seat,) = substitutes.for_member(one, ANA, None)
        with pytest.raises(Refused, match=f"{CLEO} is asked already, and nobody has two votes"):
            substitutes.fill(one, seat)
    away(office)
    office.tick()  # nothing that a daemon could do
    assert office.trail("substitute asked") == []


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda one: substitutes.away(one, NMB[0], one.now + DAY), "is on no board"),
        (lambda one: substitutes.away(one, ANA, one.now), "has passed already"),
        (lambda one: substitutes.back(one, ANA), "is not away, as far as we know"),
        (lambda one: substitutes.for_member(one, ANA, 99), "Ballot 99 is not open"),
    ],
)
def test_what_is_refused(office: Harness, act: object, reason: str) -> None:
    office.asked()
    with office.office() as one, pytest.raises(Refused, match=reason):
        act(one)  # type: ignore[operator]
