"""The life of a ballot: amended, reminded, extended, closed, reopened, withdrawn; members who change; votes by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import grants
from mailer.approval.facts import facts
from mailer.contacts import change
from mailer.errors import Refused
from mailer.handlers import ballots, issues
from mailer.message import Address
from mailer.model.approvals import Ballot, Choice, Outcome
from mailer.model.issues import State
from mailer.model.policies import WithoutQuorum
from mailer.model.working_days import Span
from mailer.office import Office
from tests.flows.environment import EDITION, SOURCE
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, NMB, SECRETARY, Harness, text_of

NEWER = replace(EDITION, text="⟦greeting⟧\n\nOther news.\n")
HOUR = timedelta(hours=1)
DAN = "dan@cag.example"


def change_policy(harness: Harness, **changes: Any) -> None:
    policies = harness.process.rules.policies
    harness.restart(policies={key: replace(policy, **changes) for key, policy in policies.items()})


def do(harness: Harness, act: Callable[[Office, Ballot], object]) -> None:
    """Let the secretary do something with the newest ballot, and let the mail go out."""
    harness.do(lambda office: act(office, harness.ballot))
    harness.tick()


def amend(harness: Harness, note: str = "The date in article 2.") -> None:
    harness.do(lambda office: issues.amend(office, SOURCE, NEWER, "update-1", note))
    harness.tick()


def standing(harness: Harness) -> tuple[Outcome, State]:
    return harness.outcome, harness.issue.state


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def choices(harness: Harness) -> list[Choice]:
    return [vote.choice for vote in harness.votes]


# --- the last vote counts (A26) ---

OPEN, GRANTED, OBJECTED = (
    (Outcome.OPEN, State.SUBMITTED),
    (Outcome.GRANTED, State.APPROVED),
    (Outcome.OBJECTED, State.REJECTED),
)


@pytest.mark.parametrize(
    ("replies", "stands"),
    [
        ("ana approve, ana object", OBJECTED),
        ("ana object, ana approve", OPEN),
        ("ana object, ana abstain", OPEN),
        ("ana object, bo approve, ana approve", GRANTED),
        ("ana object, bo approve, cleo approve, ana abstain", GRANTED),
        ("ana object, bo object, ana approve", OBJECTED),
        ("ana object, bo object, ana approve, bo approve", GRANTED),
        ("ana approve, bo approve, ana object, ana approve", GRANTED),
        ("ana approve, bo approve, ana abstain", OPEN),
        ("ana approve, bo approve, ana abstain, cleo approve", GRANTED),
        ("ana approve, bo approve, cleo approve, cleo abstain", GRANTED),
        ("ana approve, bo approve, cleo object, cleo object, cleo abstain", GRANTED),
    ],
)
def test_A26_the_last_vote_of_each_member_counts_in_every_order(
    harness: Harness, replies: str, stands: tuple[Outcome, State]
) -> None:
    harness.asked()
    for reply in replies.split(", "):
        member, word = reply.split()
        harness.answer(f"{member}@cag.example", word.upper())
    assert standing(harness) == stands
    assert len(harness.votes) == len(replies.split(", "))


def test_A26_an_objection_that_is_taken_back_is_announced_and_the_issue_can_be_sent(harness: Harness) -> None:
    harness.approved()
    harness.schedule(harness.now + HOUR)
    harness.answer(CLEO, "OBJECT\nPage 2 is wrong.")
    harness.answer(CLEO, "APPROVE\nI looked at the wrong page.")
    assert standing(harness) == GRANTED
    assert harness.issue.due_at is None  # its time does not come back by itself
    told = ["The board is asked", "Approved", "Objection to", "Approved"]
    assert [subject.split(":")[0].removesuffix(" ISO/SR Update 1") for subject in harness.subjects(SECRETARY)] == told
    assert "takes the place of your earlier vote" in text_of(last(harness, CLEO))
    harness.answer(CLEO, "APPROVE\nAs I said.")
    assert "takes the place of your earlier vote" not in text_of(last(harness, CLEO))  # it was granted already
    harness.start()
    assert harness.issue.state is State.SENDING


def test_A26_an_approval_that_is_taken_back_opens_the_ballot_again(harness: Harness) -> None:
    harness.approved()
    harness.answer(BO, "ABSTAIN")
    assert standing(harness) == OPEN
    with pytest.raises(Refused, match="The board has not decided yet"):
        harness.start()
    assert last(harness, SECRETARY)["Subject"] == "Open again: ISO/SR Update 1"
    assert "It was approved, and is not approved now" in text_of(last(harness, SECRETARY))


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        (lambda harness: harness.build(NEWER), "it has been built anew or withdrawn since"),
        (lambda harness: harness.do(lambda office: issues.cancel(office, harness.issue)), "it has been cancelled"),
        (lambda harness: do(harness, ballots.withdraw), "it has been built anew or withdrawn since"),
        (lambda harness: harness.process.sources.touched.add(1), "it has been edited since"),
    ],
)
def test_A26_who_takes_an_objection_back_too_late_is_told_why(
    harness: Harness, meanwhile: Callable[[Harness], object], why: str
) -> None:
    harness.asked()
    harness.answer(BO, "APPROVE")
    harness.answer(ANA, "OBJECT\nPage 2 is wrong.")
    request = harness.request(ANA)
    meanwhile(harness)
    state = harness.issue.state
    harness.answer(ANA, "APPROVE", to=request)
    assert (choices(harness)[-1], harness.issue.state) == (Choice.APPROVE, state)
    assert f"it changes nothing any more: {why}." in text_of(last(harness, ANA))


def test_A26_an_objection_after_the_deadline_stops_nothing_and_the_editors_are_told(harness: Harness) -> None:
    harness.approved()
    harness.pass_by(8 * DAY)
    harness.answer(CLEO, "OBJECT\nPage 2 is wrong.")
    assert standing(harness) == GRANTED
    told = last(harness, SECRETARY)
    assert told["Subject"] == "Objection that came too late: ISO/SR Update 1"
    assert "Page 2 is wrong." in text_of(told)
    assert "It has not gone out yet, so you can still stop it" in text_of(told)
    harness.environment.reply(SECRETARY, told, "withdraw\n\nCleo is right.")
    harness.tick()
    assert standing(harness) == (Outcome.WITHDRAWN, State.RENDERED)
    assert "Cleo is right." in text_of(last(harness, ANA))


def test_A26_an_objection_after_the_send_is_recorded_and_the_editors_are_told(harness: Harness) -> None:
    harness.approved()
    harness.start()
    harness.answer(CLEO, "OBJECT\nPage 2 is wrong.")
    assert (harness.outcome, choices(harness)[-1]) == (Outcome.GRANTED, Choice.OBJECT)
    (told,) = [mail for mail in harness.mails_to(SECRETARY) if "too late" in mail["Subject"]]
    assert "changes nothing by itself: it is being sent." in text_of(told)
    assert "still stop it" not in text_of(told)


# --- amend; the same bytes keep their votes ---


def test_an_amended_issue_is_a_new_revision_with_a_note(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    amend(harness)
    assert (harness.ballot.revision, harness.ballot.note, harness.votes) == (2, "The date in article 2.", [])
    assert standing(harness) == OPEN
    for member in BOARD:
        assert "The date in article 2." in text_of(harness.request(member))
    told = last(harness, SECRETARY)
    assert told["Subject"] == "The board is asked: ISO/SR Update 1"
    assert "This is draft 2." in text_of(told)
    with harness.office() as office:
        first, second = office.work.approvals.ballots_of("issue", harness.issue.id)
    assert (first.outcome, second.id) == (Outcome.WITHDRAWN, harness.ballot.id)


def test_an_issue_that_was_not_changed_or_not_submitted_is_not_amended(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.build()
    with pytest.raises(Refused, match="Issue 1 is rendered and cannot be amended now: submit it to the board"):
        amend(harness)
    harness.submit()
    with pytest.raises(Refused, match="Nothing has changed since the board was asked"):
        harness.do(lambda office: issues.amend(office, SOURCE, EDITION, "update-1", "?"))


def test_the_same_bytes_keep_their_votes(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE\nWell done.")
    first = harness.ballot
    harness.pass_by(8 * DAY)
    harness.tick()
    assert standing(harness) == (Outcome.LAPSED, State.REJECTED)
    harness.submit()
    assert (harness.ballot.id > first.id, harness.ballot.revision, standing(harness)) == (True, 1, OPEN)
    assert [(vote.choice, vote.comment, vote.carried_from) for vote in harness.votes] == [
        (Choice.APPROVE, "Well done.", 1)
    ]
    assert last(harness, ANA)["Subject"] == "Your vote stands: ISO/SR Update 1"
    assert len([mail for mail in harness.mails_to(BO) if mail["Subject"].startswith("DRAFT")]) == 2
    harness.answer(BO, "APPROVE")
    assert standing(harness) == GRANTED


def test_a_vote_that_stands_can_be_changed_by_a_reply_to_its_notice(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.pass_by(8 * DAY)
    harness.tick()
    harness.submit()
    harness.answer(ANA, "OBJECT\nOn second thought.", to=last(harness, ANA))
    assert standing(harness) == OBJECTED


def test_votes_do_not_stand_under_another_rule_or_after_a_cancellation(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.pass_by(8 * DAY)
    harness.tick()
    change_policy(harness, rule="unanimous")
    harness.submit()
    assert harness.votes == []
    harness.answer(ANA, "APPROVE")
    harness.do(lambda office: issues.cancel(office, harness.issue))
    harness.build()
    harness.submit()
    assert harness.votes == []


def test_an_objection_to_the_same_bytes_stands(harness: Harness) -> None:
    harness.asked()
    harness.answer(BO, "OBJECT\nPage 2 is wrong.")
    with pytest.raises(Refused, match=r"bo@cag.example objected to exactly this version"):
        harness.submit()
    harness.answer(BO, "APPROVE")
    assert standing(harness) == OPEN


# --- reminders ---


def test_who_has_not_voted_is_reminded_once_also_after_a_restart(harness: Harness) -> None:
    change_policy(harness, reminders=(Span(2), Span(1)))
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.pass_by(5 * DAY + HOUR)
    for _ in range(3):
        harness.tick()
        change_policy(harness)  # another process
    assert [len(reminders(harness, member)) for member in BOARD] == [0, 1, 1]
    reminder = reminders(harness, BO)[0]
    assert [part.get_content() for part in reminder.iter_attachments()] == [EDITION.pdf]
    harness.pass_by(DAY)
    harness.tick()
    assert [len(reminders(harness, member)) for member in BOARD] == [0, 2, 2]
    harness.answer(BO, "APPROVE", to=reminder)
    assert standing(harness) == GRANTED


def reminders(harness: Harness, member: str) -> list[EmailMessage]:
    return [mail for mail in harness.mails_to(member) if mail["Subject"].startswith("Your vote is missing")]


def test_reminders_that_were_missed_are_one_and_none_comes_after_the_deadline(harness: Harness) -> None:
    change_policy(harness, reminders=(Span(3), Span(2), Span(1)))
    harness.asked()
    harness.pass_by(6 * DAY + HOUR)
    harness.tick()
    assert len(reminders(harness, ANA)) == 1
    harness.pass_by(2 * DAY)
    harness.tick()
    assert (len(reminders(harness, ANA)), harness.outcome) == (1, Outcome.LAPSED)


# --- more time, an early end, a new start ---


def test_an_extended_ballot_has_more_time_and_is_reminded_again(harness: Harness) -> None:
    change_policy(harness, reminders=(Span(1),))
    harness.asked()
    harness.answer(ANA, "APPROVE")
    deadline = harness.ballot.deadline
    harness.pass_by(6 * DAY + HOUR)
    harness.tick()
    do(harness, lambda office, ballot: ballots.extend(office, ballot, deadline + 2 * DAY, "The plenary is longer."))
    assert (harness.ballot.deadline, harness.ballot.extended) == (deadline + 2 * DAY, 1)
    assert "Your vote counts (approval)" in text_of(last(harness, ANA))
    assert "We have no vote of yours yet." in text_of(last(harness, BO))
    assert "The plenary is longer." in text_of(last(harness, BO))
    harness.pass_by(2 * DAY)
    harness.tick()
    assert (standing(harness), len(reminders(harness, BO))) == (OPEN, 2)
    with pytest.raises(Refused, match="later already"):
        do(harness, lambda office, ballot: ballots.extend(office, ballot, deadline))


@pytest.mark.parametrize(("votes", "ends"), [((), Outcome.LAPSED), ((ANA,), Outcome.LAPSED)])
def test_a_ballot_is_closed_as_it_stands(harness: Harness, votes: Sequence[str], ends: Outcome) -> None:
    harness.asked()
    for member in votes:
        harness.answer(member, "APPROVE")
    before = {member: len(harness.mails_to(member)) for member in BOARD}
    do(harness, lambda office, ballot: ballots.close(office, ballot))
    assert (standing(harness), last(harness, SECRETARY)["Subject"]) == (
        (ends, State.REJECTED),
        "Not approved: ISO/SR Update 1",
    )
    told = [member for member in BOARD if len(harness.mails_to(member)) > before[member]]
    assert told == [member for member in BOARD if member not in votes]
    with pytest.raises(Refused, match="is lapsed, so nobody can vote on it"):
        do(harness, lambda office, ballot: ballots.close(office, ballot))


def test_silence_is_no_consent_before_the_deadline(harness: Harness) -> None:
    change_policy(harness, rule="no-objection", reminders=(Span(1),))
    harness.asked()
    do(harness, lambda office, ballot: ballots.close(office, ballot))
    assert standing(harness) == (Outcome.LAPSED, State.REJECTED)


def test_a_lapsed_ballot_is_reopened_and_a_late_vote_counts_then(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.pass_by(8 * DAY)
    harness.tick()
    harness.answer(BO, "APPROVE")
    assert standing(harness) == (Outcome.LAPSED, State.REJECTED)
    do(harness, lambda office, ballot: ballots.reopen(office, ballot, harness.now + DAY))
    assert standing(harness) == GRANTED
    assert "Your vote counts (approval)" in text_of(harness.mails_to(BO)[-2])
    assert last(harness, BO)["Subject"] == "Approved by the board: ISO/SR Update 1"


def test_what_has_changed_or_is_objected_to_is_not_reopened(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "OBJECT\nNo.")
    with pytest.raises(Refused, match=r"ana@cag.example objected to exactly this version"):
        do(harness, lambda office, ballot: ballots.reopen(office, ballot, harness.now + DAY))
    harness.build(NEWER)
    with pytest.raises(Refused, match="ISO/SR Update 1 has changed since the board was asked"):
        do(harness, lambda office, ballot: ballots.reopen(office, ballot, harness.now + DAY))


def test_a_withdrawn_ballot_can_be_reopened(harness: Harness) -> None:
    harness.approved()
    do(harness, lambda office, ballot: ballots.withdraw(office, ballot, "A name is missing."))
    assert standing(harness) == (Outcome.WITHDRAWN, State.RENDERED)
    assert [last(harness, member)["Subject"] for member in BOARD] == ["Withdrawn: ISO/SR Update 1"] * 3
    with pytest.raises(Refused, match="has no grant from the board"):
        harness.start()
    do(harness, lambda office, ballot: ballots.reopen(office, ballot, harness.now + DAY))
    assert standing(harness) == GRANTED


def test_a_ballot_is_passed_on_by_hand_and_the_first_board_is_told(harness: Harness) -> None:
    harness.asked()
    with pytest.raises(Refused, match="names no other board"):
        do(harness, ballots.escalate)
    harness.do(lambda office: issues.cancel(office, harness.issue))
    change_policy(harness, without_quorum=WithoutQuorum.ESCALATE, escalate_to="nmb")
    harness.build()
    harness.submit()
    harness.answer(ANA, "APPROVE")
    first = harness.ballot
    do(harness, ballots.escalate)
    assert (harness.ballot.board, standing(harness)) == ("nmb", OPEN)
    assert last(harness, ANA)["Subject"] == "Passed on: ISO/SR Update 1"
    assert "was passed on before its deadline, with 1 of the 2" in text_of(last(harness, SECRETARY))
    harness.answer(ANA, "OBJECT\nToo fast.")
    assert "another board decides about it by now" in text_of(last(harness, ANA))
    with harness.office() as office:
        shown = facts(office, harness.ballot)
    assert (shown.follows and shown.follows.id, shown.follows and shown.follows.outcome) == (first.id, Outcome.LAPSED)
    for member in NMB:
        harness.answer(member, "APPROVE")
    assert standing(harness) == GRANTED


# --- members who join, leave and change ---


def test_a_new_member_is_asked_and_the_quorum_is_computed_again(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    harness.import_list("cag", [*BOARD, DAN, "eva@cag.example"])
    harness.tick()
    harness.tick()
    assert [len(harness.mails_to(member)) for member in (DAN, "eva@cag.example", BO)] == [1, 1, 1]
    harness.answer(BO, "APPROVE")
    assert standing(harness) == OPEN  # two of five
    harness.answer(DAN, "APPROVE")
    assert standing(harness) == GRANTED


def test_A30_a_new_member_with_the_mailbox_of_another_has_no_vote_of_their_own(harness: Harness) -> None:
    harness.asked()
    harness.import_list("cag", [*BOARD, "ana+phone@cag.example"])
    harness.tick()
    assert harness.mails_to("ana+phone@cag.example") == []


def test_A29_a_changed_address_is_asked_anew_and_the_old_token_votes_for_nobody(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    old, new = harness.request(ANA), "ana@new.example"
    harness.do(lambda office: change(office, ANA, Address.parse(new), {}))
    harness.tick()
    assert "your address has changed" in text_of(harness.request(new))
    harness.answer(BO, "APPROVE")
    assert standing(harness) == OPEN  # what came from the old address does not count
    for by in (ANA, new):
        harness.answer(ANA, "APPROVE", to=old, by=by)
    assert standing(harness) == OPEN
    assert len(harness.mails_to(new)) == 3  # the request, that somebody used the old token, and the request again
    assert harness.request(new)["Message-ID"] != old["Message-ID"]
    harness.answer(new, "APPROVE")
    assert standing(harness) == GRANTED


def test_a_board_that_changes_after_the_grant_is_shown_and_the_grant_stands(harness: Harness) -> None:
    harness.approved()
    harness.do(lambda office: change(office, BO, Address.parse("bo@new.example"), {}))
    harness.import_list("cag", [ANA, "bo@new.example", DAN])
    harness.tick()
    assert standing(harness) == GRANTED
    with harness.office() as office:
        grant = grants.find(office, "issue", harness.issue.id)
        assert grant is not None
        assert grants.board_since(office, grant) == grants.Board((DAN,), (CLEO,))
    assert harness.mails_to(DAN) == []


# --- a vote that is entered by hand ---


def enter(harness: Harness, member: str, choice: Choice) -> None:
    def act(office: Office, ballot: Ballot) -> None:
        ballots.enter(office, ballot, ballots.voter(office, ballot, member), choice, "by telephone, confirmed by Nora")

    do(harness, act)


def test_a_vote_is_entered_only_if_the_policy_allows_it(harness: Harness) -> None:
    harness.asked()
    with pytest.raises(Refused, match="does not allow votes that are entered by hand"):
        enter(harness, ANA, Choice.APPROVE)


def test_an_entered_vote_is_recorded_as_what_it_is_and_everybody_is_told(harness: Harness) -> None:
    change_policy(harness, by_hand=True)
    harness.asked()
    enter(harness, ANA, Choice.APPROVE)
    (vote,) = harness.votes
    with harness.office() as office:
        (reply,) = office.work.approvals.replies(harness.ballot.id)
    assert (vote.by_hand, vote.reply, reply.how) == (True, reply.id, "entered by hand: by telephone, confirmed by Nora")
    assert [last(harness, member)["Subject"] for member in BOARD] == ["A vote was entered by hand: ISO/SR Update 1"] * 3
    assert "entered a vote of yours" in text_of(last(harness, ANA))
    harness.answer(ANA, "OBJECT\nI never said that.", to=last(harness, ANA))
    assert standing(harness) == OBJECTED


def test_an_entered_vote_is_never_the_last_that_a_grant_needs(harness: Harness) -> None:
    change_policy(harness, by_hand=True)
    harness.asked()
    harness.answer(ANA, "APPROVE")
    with pytest.raises(Refused, match="This would be the last vote that the grant needs"):
        enter(harness, BO, Choice.APPROVE)
    with pytest.raises(Refused, match=r"ana@cag.example has voted by mail \(approve\)"):
        enter(harness, ANA, Choice.OBJECT)
    enter(harness, BO, Choice.ABSTAIN)
    assert standing(harness) == OPEN


def test_an_entered_vote_makes_no_grant_when_the_board_shrinks(harness: Harness) -> None:
    change_policy(harness, by_hand=True)
    harness.import_list("cag", [*BOARD, DAN])
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()
    harness.answer(ANA, "APPROVE")
    enter(harness, BO, Choice.APPROVE)
    harness.import_list("cag", [ANA, BO, CLEO])
    harness.tick()
    assert standing(harness) == OPEN  # two of three, but the last of them was entered
    harness.answer(ANA, "APPROVE\nStill.")
    assert standing(harness) == GRANTED


# --- editors answer the notices ---


def test_editors_remind_extend_and_withdraw_by_a_reply(harness: Harness) -> None:
    harness.asked()
    harness.answer(ANA, "APPROVE")
    asked = last(harness, SECRETARY)
    assert "extend 2 days: everybody has more time" in text_of(asked)
    harness.environment.reply(SECRETARY, asked, "remind\n\nThe printer waits.")
    harness.tick()
    assert [len(reminders(harness, member)) for member in BOARD] == [0, 1, 1]
    assert "The printer waits." in text_of(last(harness, BO))
    done = last(harness, SECRETARY)
    assert "Reminded: bo@cag.example, cleo@cag.example." in text_of(done)
    deadline = harness.ballot.deadline
    harness.environment.reply(SECRETARY, done, "Extend 2 days")
    harness.tick()
    assert harness.ballot.deadline == deadline + 2 * DAY
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "withdraw")
    harness.tick()
    assert standing(harness) == (Outcome.WITHDRAWN, State.RENDERED)


def test_an_answer_that_is_forged_unclear_or_of_another_state_does_nothing(harness: Harness) -> None:
    harness.asked()
    asked = last(harness, SECRETARY)
    harness.environment.reply(SECRETARY, asked, "withdraw", **{"X-Forged": "yes"})
    harness.environment.reply(SECRETARY, asked, "What do you think?")
    harness.tick()
    assert standing(harness) == OPEN
    assert "none of “remind”, “extend 2 days” and “withdraw”" in text_of(last(harness, SECRETARY))
    do(harness, lambda office, ballot: ballots.extend(office, ballot, ballot.deadline + DAY))
    harness.environment.reply(SECRETARY, asked, "extend 2 days")
    harness.tick()
    assert harness.ballot.extended == 1
    assert "what it is about has changed since" in text_of(last(harness, SECRETARY))


def test_a_moved_deadline_leaves_the_other_answers_to_a_notice_as_they_were(harness: Harness) -> None:
    harness.asked()
    asked = last(harness, SECRETARY)
    do(harness, lambda office, ballot: ballots.extend(office, ballot, ballot.deadline + DAY))
    harness.environment.reply(SECRETARY, asked, "extend 2 days")
    harness.tick()
    harness.environment.reply(SECRETARY, asked, "remind")
    harness.tick()
    assert [len(reminders(harness, member)) for member in BOARD] == [1, 1, 1]
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "extend 2 days")
    harness.tick()
    assert harness.ballot.extended == 2


def test_a_lapsed_ballot_is_opened_again_by_a_reply(harness: Harness) -> None:
    harness.asked()
    harness.pass_by(8 * DAY)
    harness.tick()
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "extend 2 days")
    harness.tick()
    assert standing(harness) == OPEN
    assert harness.ballot.deadline == harness.now.replace(microsecond=harness.ballot.deadline.microsecond) + 2 * DAY
