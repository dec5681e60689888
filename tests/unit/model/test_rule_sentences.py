"""What a rule means, in words: each sentence is true of how votes are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.model.approvals import Choice, Outcome, Tally, Vote, decide
from mailer.model.policies import Terms, WithoutQuorum
from mailer.model.rule_sentences import rule_sentences, tally_sentences
from mailer.model.working_days import Span
from tests.fakes import NOON

MAJORITY = Terms(rule="majority")
SILENCE = Terms(rule="no-objection")


@pytest.mark.parametrize(
    ("terms", "eligible", "sentences"),
    [
        (
            MAJORITY,
            5,
            [
                "It is granted when more than half of the members approve: 3 of 5.",
                "One objection stops it, however many approve.",
                "Silence is no consent: a member who does not answer has not approved.",
                "A member who abstains is not counted among those who must approve.",
                "If there are too few votes at the deadline, it is not granted.",
            ],
        ),
        (
            Terms(rule="2/3", objection_blocks=False, minimum_votes=4, without_quorum=WithoutQuorum.EXTEND),
            0,
            [
                "It is granted when 2/3 of the members approve.",
                "An objection is a vote against: it can be outvoted, and as many objections as approvals stop it.",
                "Silence is no consent: a member who does not answer has not approved.",
                "A member who abstains is not counted among those who must approve.",
                "At least 4 members must vote; to abstain is to vote.",
                "If there are too few votes at the deadline, it is extended once, by 3 working days.",
            ],
        ),
        (
            Terms(rule="2", without_quorum=WithoutQuorum.ESCALATE, escalate_to="cag", extension=Span(1)),
            5,
            [
                "It is granted when 2 members approve.",
                "One objection stops it, however many approve.",
                "Silence is no consent: a member who does not answer has not approved.",
                "If there are too few votes at the deadline, The board is asked.",
            ],
        ),
        (
            SILENCE,
            5,
            [
                "It is granted at the deadline if no member objects.",
                "One objection stops it, however many approve.",
                "Silence is consent, at the deadline and not before, and only of members whom the request and a "
                "reminder have reached.",
                "A member who abstains is not counted among those who must approve.",
                "If it is not sure at the deadline that a silent member was reached, the secretary decides.",
            ],
        ),
        (Terms(rule="unanimous"), 3, ["It is granted when all 3 members approve."]),
        (Terms(rule="unanimous"), 1, ["It is granted when the one member approves."]),
        (Terms(rule="unanimous"), 0, ["It is granted when every member approves."]),
        (MAJORITY, 0, ["It is granted when more than half of the members approve."]),
        (Terms(rule="2/3"), 5, ["It is granted when 2/3 of the members approve: 4 of 5."]),
        (Terms(rule="1"), 5, ["It is granted when one member approves."]),
        (
            Terms(rule="no-objection", objection_blocks=False),
            5,
            ["It is granted at the deadline if more members agree, by vote or by silence, than object."],
        ),
    ],
)
def test_a_rule_is_said_in_words(terms: Terms, eligible: int, sentences: list[str]) -> None:
    assert [str(one) for one in rule_sentences(terms, eligible, "The board")][: len(sentences)] == sentences


def count(terms: Terms, votes: str, eligible: int = 5) -> Tally:
    """``votes`` has a letter for each: a(pprove), o(bject) or (abstai)n."""
    choices = {"a": Choice.APPROVE, "o": Choice.OBJECT, "n": Choice.ABSTAIN}
    cast = {number: Vote(number, number, choices[letter], "", NOON) for number, letter in enumerate(votes, 1)}
    return Tally(cast, eligible, terms)


@pytest.mark.parametrize(
    ("terms", "votes", "needed"),
    [
        (MAJORITY, "", "3 more approvals are needed."),
        (MAJORITY, "aa", "One more approval is needed."),
        (MAJORITY, "aan", "One more approval is needed."),
        (MAJORITY, "aann", "That is enough: it is granted."),
        (MAJORITY, "ao", "As it stands, it is not granted."),
        (Terms(rule="1", minimum_votes=3), "a", "2 more votes are needed."),
        (Terms(rule="1", objection_blocks=False), "ao", "More approvals than objections are needed."),
        (SILENCE, "", "If it stays so until the deadline, it is granted."),
        (SILENCE, "o", "As it stands, it is not granted."),
    ],
)
def test_how_the_votes_stand_is_said_as_they_are_counted(terms: Terms, votes: str, needed: str) -> None:
    tally = count(terms, votes)
    so_far, still = tally_sentences(tally)
    numbers = [votes.count(letter) for letter in "aon"]
    assert so_far == (
        f"Votes: {numbers[0]} for it, {numbers[1]} against it, {numbers[2]} abstained, {5 - sum(numbers)} not given."
    )
    assert still == needed
    granted = decide(tally, NOON, NOON + timedelta(days=1)) is Outcome.GRANTED
    assert granted == (needed == "That is enough: it is granted.")
