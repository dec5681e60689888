"""What happens at the deadline of a ballot: silence, more time, another board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailer import office_status
from mailer.handlers import approvals
from mailer.model.approvals import Outcome
from mailer.model.issues import Issue, State
from mailer.model.needs import NeedKind
from mailer.model.policies import WithoutQuorum
from mailer.model.replies import BallotReply, ReplyOutcome
from mailer.model.working_days import Span
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, NMB, SECRETARY, Harness, text_of

HOUR = timedelta(hours=1)


def policy(harness: Harness, **changed: Any) -> None:
    """Change the policy of the demo's office, whose board has three members and a deadline of seven days."""
    rules = harness.process.rules
    every = rules.policies["disclosure"]
    articles = replace(rules.articles, proof="asked")  # what its issue was built from is not kept here
    harness.restart(policies={"disclosure": replace(every, **changed)}, articles=articles)


def silent(harness: Harness) -> None:
    """Silence is consent, with one reminder two days before the deadline."""
    policy(harness, rule="no-objection", reminders=(Span(2),))
    harness.asked()


def remind(harness: Harness) -> None:
    harness.pass_by(5 * DAY + HOUR)
    harness.tick()


def pass_deadline(harness: Harness) -> None:
    harness.pass_by(2 * DAY)
    harness.tick()


def needs(harness: Harness) -> set[NeedKind]:
    with harness.office() as office:
        found = office_status.figures(office.work, office.now)
        issues = office_status.all_issues(office, found)
        return {need.kind for need in office_status.all_needs(office, found, issues, at_work=True)}


def test_silence_is_consent_at_the_deadline_of_members_who_got_request_and_reminder(harness: Harness) -> None:
    silent(harness)
    remind(harness)
    assert harness.outcome is Outcome.OPEN
    pass_deadline(harness)
    assert (harness.outcome, harness.issue.state, harness.votes) == (Outcome.GRANTED, State.APPROVED, [])
    assert "3 not given. Their silence is consent, as the policy says." in text_of(harness.mails_to(SECRETARY)[-1])


def test_without_a_reminder_silence_is_no_consent_and_a_person_decides(harness: Harness) -> None:
    silent(harness)
    harness.pass_by(8 * DAY)  # nobody was at work when the reminder was due
    harness.tick()
    assert (harness.outcome, harness.issue.state) == (Outcome.UNDECIDED, State.SUBMITTED)
    told = harness.mails_to(SECRETARY)[-1]
    assert str(told["Subject"]) == "Please decide: ISO/SR Update 1"
    assert f"- {ANA}: no reminder was delivered" in text_of(told)
    assert NeedKind.UNDECIDED in needs(harness)
    harness.tick()
    assert len(harness.trail("undecided")) == 1


def uncounted(harness: Harness) -> None:
    """A reply of a member that was no vote."""
    with harness.office() as office:
        (paper,) = (one for one in office.work.approvals.papers(harness.ballot.id) if one.address == ANA)
        office.work.approvals.add_reply(BallotReply(0, paper.id, office.now, "", ANA, None, ReplyOutcome.NO_VOTE))
        office.record("no vote", "update 1", member=ANA)


def test_a_reply_that_was_not_counted_is_no_silence(harness: Harness) -> None:
    silent(harness)
    uncounted(harness)
    remind(harness)
    pass_deadline(harness)
    assert harness.outcome is Outcome.UNDECIDED
    assert f"{ANA}: a reply came that was not counted" in text_of(harness.mails_to(SECRETARY)[-1])


def test_a_member_who_votes_after_all_is_not_silent(harness: Harness) -> None:
    silent(harness)
    uncounted(harness)
    harness.answer(ANA, "ABSTAIN")
    remind(harness)
    pass_deadline(harness)
    assert harness.outcome is Outcome.GRANTED


def test_an_automatic_reply_is_no_silence(harness: Harness) -> None:
    silent(harness)
    request = harness.request(BO)
    harness.answer(BO, "I am away until Monday.", to=request, **{"Auto-Submitted": "auto-replied"})
    remind(harness)
    pass_deadline(harness)
    assert harness.outcome is Outcome.UNDECIDED
    assert f"{BO}: they are away, as far as we know" in text_of(harness.mails_to(SECRETARY)[-1])


def test_one_objection_outweighs_all_silence(harness: Harness) -> None:
    silent(harness)
    harness.answer(CLEO, "OBJECT\n\nThe date is wrong.")
    assert harness.outcome is Outcome.OBJECTED


def test_the_deadline_is_extended_once(harness: Harness) -> None:
    policy(harness, without_quorum=WithoutQuorum.EXTEND, extension=Span(3))
    harness.asked()
    first = harness.ballot.deadline
    harness.answer(ANA, "APPROVE")
    harness.pass_by(7 * DAY + HOUR)
    harness.tick()
    now = harness.now
    assert (harness.outcome, harness.ballot.extended) == (Outcome.OPEN, 1)
    assert first + 3 * DAY <= harness.ballot.deadline <= now + 3 * DAY
    assert "Your vote counts (approval)" in text_of(harness.mails_to(ANA)[-1])
    assert "We have no vote of yours yet" in text_of(harness.mails_to(BO)[-1])
    told = harness.mails_to(SECRETARY)[-1]
    assert str(told["Subject"]).startswith("More time, until ")
    assert "has passed with 1 of the 2 approvals" in text_of(told)
    harness.pass_by(4 * DAY)
    harness.tick()
    assert (harness.outcome, harness.ballot.extended, harness.issue.state) == (Outcome.LAPSED, 1, State.REJECTED)


def test_a_deadline_that_passed_while_nobody_was_at_work_gives_the_whole_extension(harness: Harness) -> None:
    policy(harness, without_quorum=WithoutQuorum.EXTEND, extension=Span(3))
    harness.asked()
    harness.pass_by(30 * DAY)
    harness.tick()
    assert harness.ballot.deadline >= harness.now + 3 * DAY - HOUR
    assert len(harness.trail("extended")) == 1


def test_votes_that_lay_in_the_mailbox_count_before_the_deadline_is_judged(harness: Harness) -> None:
    harness.asked()
    for member in (ANA, BO):
        harness.environment.reply(member, harness.request(member), "APPROVE")
    harness.pass_by(30 * DAY)
    harness.tick()
    assert harness.outcome is Outcome.GRANTED


def test_another_board_decides_if_the_first_does_not(harness: Harness) -> None:
    policy(harness, without_quorum=WithoutQuorum.ESCALATE, escalate_to="nmb")
    harness.asked()
    first = harness.ballot
    harness.answer(ANA, "APPROVE")
    harness.pass_by(8 * DAY)
    harness.tick()
    second = harness.ballot
    assert (second.board, second.outcome, second.terms.without_quorum) == ("nmb", Outcome.OPEN, WithoutQuorum.REJECT)
    assert (second.subject, second.lists, harness.issue.state) == (first.subject, first.lists, State.SUBMITTED)
    assert second.deadline == second.opened_at + 7 * DAY
    assert harness.votes == []  # those of the first board do not count
    assert [harness.subjects(member)[-1].startswith("Passed on: ") for member in BOARD] == [True] * 3
    for member in NMB:
        harness.answer(member, "APPROVE")
    assert (harness.outcome, harness.issue.state) == (Outcome.GRANTED, State.APPROVED)
    with harness.environment.store.snapshot() as work:
        assert [ballot.outcome for ballot in work.approvals.ballots_of(Issue.KIND, harness.issue.id)] == [
            Outcome.LAPSED,
            Outcome.GRANTED,
        ]


def test_the_other_board_rejects_for_good(harness: Harness) -> None:
    policy(harness, without_quorum=WithoutQuorum.ESCALATE, escalate_to="nmb")
    harness.asked()
    for _ in range(2):
        harness.pass_by(8 * DAY)
        harness.tick()
    assert (harness.ballot.board, harness.outcome, harness.issue.state) == ("nmb", Outcome.LAPSED, State.REJECTED)


def test_a_board_that_cannot_decide_is_not_asked(harness: Harness) -> None:
    policy(harness, without_quorum=WithoutQuorum.ESCALATE, escalate_to="wg-member")
    harness.asked()
    harness.pass_by(8 * DAY)
    harness.tick()
    assert (harness.ballot.board, harness.outcome, harness.issue.state) == ("cag", Outcome.LAPSED, State.REJECTED)
    (entry,) = harness.trail("not passed on")
    assert "has no members" in str(entry.detail["reason"])


def test_deadlines_are_handled_in_their_order(harness: Harness) -> None:
    harness.asked()
    with harness.office() as office:
        work = office.work.approvals
        every = office.rules.policies["disclosure"]
        sooner = work.open_ballot(harness.ballot.subject, every, {}, office.now, office.now + DAY)
        office.record("submitted", "update 1")
        decisions = approvals.due(office, office.now)
    assert [decision.what for decision in decisions] == [f"ballot {sooner.id}", f"ballot {sooner.id - 1}"]


@pytest.mark.parametrize("own_text", [False, True])
def test_members_do_not_vote_on_their_own_text(harness: Harness, own_text: bool) -> None:
    policy(harness, authors_vote=own_text, rule="unanimous")
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(EDITION, replace(SOURCE, author=f"Ana Ruiz <{ANA}>"))
    harness.submit()
    assert bool(harness.mails_to(ANA)) is own_text
    for member in (BO, CLEO):
        harness.answer(member, "APPROVE")
    assert harness.outcome is (Outcome.OPEN if own_text else Outcome.GRANTED)


def test_an_objection_that_can_be_outvoted_is_received_as_one(harness: Harness) -> None:
    policy(harness, objection_blocks=False)
    harness.asked()
    harness.answer(CLEO, "OBJECT\n\nThe date is wrong.")
    assert harness.outcome is Outcome.OPEN
    assert "1 against it" in text_of(harness.mails_to(CLEO)[-1])
    assert "The date is wrong." in text_of(harness.mails_to(SECRETARY)[-1])
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert harness.outcome is Outcome.GRANTED
