"""How a reply is proven, what is kept of it, and who hears of it (A1, A8, A35, A37, A39)."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from pysequoia import SignatureMode, Tsk, sign

from mailer.handlers import member_keys
from mailer.model.approvals import Choice, Outcome
from mailer.model.caps import BALLOT_HELP, WRONG_TOKENS
from mailer.model.replies import BallotReply, ReplyOutcome
from mailer.model.rules import Rules
from mailer.ports import Folder
from tests.flows.environment import configured
from tests.unit.harness import ANA, BO, CLEO, DAY, SECRETARY, Harness, text_of

FORGED = {"X-Forged": "yes"}
CHALLENGE = "Was this you? A vote on ISO/SR Update 1"
HELP = "Not counted yet: your reply on ISO/SR Update 1"
DIGEST = "Replies to a ballot that were not counted"
MINUTES = timedelta(minutes=2)


def replies(harness: Harness) -> list[BallotReply]:
    with harness.environment.store.snapshot() as work:
        return work.approvals.replies(harness.ballot.id)


def outcomes(harness: Harness) -> list[str]:
    return [reply.outcome.value for reply in replies(harness)]


def challenge(harness: Harness, member: str = ANA) -> EmailMessage:
    return next(mail for mail in reversed(harness.mails_to(member)) if mail["Subject"] == CHALLENGE)


def unproven(harness: Harness, words: str = "APPROVE", number: int = 0, **headers: str) -> None:
    harness.answer(ANA, words, to=harness.request(ANA), **{**FORGED, "X-Nr": str(number)}, **headers)


def told(harness: Harness) -> list[EmailMessage]:
    """What the secretary got since the board was asked."""
    return harness.mails_to(SECRETARY)[1:]


def subjects(harness: Harness) -> list[str]:
    return [str(mail["Subject"]) for mail in told(harness)]


@pytest.fixture
def asked(harness: Harness) -> Harness:
    harness.asked()
    return harness


# --- A1: the challenge ---


def test_A1_the_answer_to_the_challenge_counts_without_a_signature(asked: Harness) -> None:
    unproven(asked, "APPROVE\n\nA word that the question must not repeat.")
    assert (asked.votes, asked.subjects(ANA)[1:]) == ([], [CHALLENGE])
    said = text_of(challenge(asked))
    assert ("says APPROVE" in said, "must not repeat" in said) == (True, False)
    assert "no answer is no vote" in said
    assert str(challenge(asked)["Reply-To"]) != str(asked.request(ANA)["Reply-To"])
    asked.answer(ANA, "APPROVE\n\nNow for sure.", to=challenge(asked), **FORGED)
    assert [(vote.choice, vote.comment) for vote in asked.votes] == [(Choice.APPROVE, "Now for sure.")]
    assert [(one.outcome.value, one.how) for one in replies(asked)] == [
        ("unproven", ""),
        ("counted", "challenge answered"),
    ]


def test_A1_its_token_is_good_once_and_the_receipt_has_the_next(asked: Harness) -> None:
    unproven(asked)
    question = challenge(asked)
    asked.answer(ANA, "APPROVE", to=question, **FORGED)
    asked.answer(ANA, "OBJECT\nToo fast.", to=question, **FORGED)
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE]
    receipt = asked.mails_to(ANA)[-1]
    assert receipt["Subject"].startswith("Received: your vote")
    asked.answer(ANA, "OBJECT\nToo fast.", to=receipt, **FORGED)
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE, Choice.OBJECT]
    assert asked.outcome is Outcome.OBJECTED


def test_A9_the_same_answer_to_a_challenge_twice_is_one_vote(asked: Harness) -> None:
    unproven(asked)
    question = challenge(asked)
    for spool in ("first", "second"):
        asked.answer(ANA, "APPROVE", to=question, **FORGED, **{"X-Spool": spool})
    assert ([vote.choice for vote in asked.votes], len(asked.mails_to(ANA))) == ([Choice.APPROVE], 3)


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("", {}),
        ("yes", {}),
        ("I am out of office until Monday and will answer then.", {}),
        ("APPROVE", {"Auto-Submitted": "auto-replied"}),
        ("Yes, it was me: APPROVE", {}),
    ],
)
def test_A1_an_answer_that_is_no_vote_gives_none(asked: Harness, words: str, headers: dict[str, str]) -> None:
    unproven(asked)
    question = challenge(asked)
    asked.answer(ANA, words, to=question, **FORGED, **headers)
    assert asked.votes == []
    asked.answer(ANA, "APPROVE", to=question, **FORGED)  # the token is still good
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE]


def test_A1_help_to_an_answer_that_is_no_vote_has_a_token_of_its_own(asked: Harness) -> None:
    unproven(asked)
    asked.answer(ANA, "I approve.", to=challenge(asked), **FORGED)
    help_ = asked.mails_to(ANA)[-1]
    assert help_["Subject"] == HELP
    asked.answer(ANA, "APPROVE", to=help_, **FORGED)
    assert [vote.choice for vote in asked.votes] == [Choice.APPROVE]


def test_A1_it_goes_to_the_enrolled_address_alone_once_a_day(asked: Harness) -> None:
    for number in range(3):
        unproven(asked, "APPROVE", number, **{"Reply-To": "eve@elsewhere.example"})
    assert (asked.subjects(ANA)[1:], asked.mails_to("eve@elsewhere.example")) == ([CHALLENGE], [])
    assert outcomes(asked) == ["unproven"] * 3
    asked.pass_by(DAY)
    unproven(asked, "APPROVE", 9)
    assert asked.subjects(ANA)[1:].count(CHALLENGE) == 2


def test_A1_the_answer_of_another_address_is_refused(asked: Harness) -> None:
    unproven(asked)
    asked.answer(ANA, "APPROVE", to=challenge(asked), by=BO)
    assert (asked.votes, outcomes(asked)) == ([], ["unproven", "not-yours"])


def test_A1_what_is_unproven_and_no_vote_reaches_the_secretary_alone(asked: Harness) -> None:
    unproven(asked, "I approve.")
    assert (asked.subjects(ANA)[1:], subjects(asked)) == ([], [])
    asked.pass_by(timedelta(minutes=16))
    asked.tick()
    assert subjects(asked) == [DIGEST]
    said = text_of(told(asked)[-1])
    assert f"{ANA}’s reply of" in said
    assert "was not counted: there is no valid signature of cag.example. Their provider has to sign" in said
    assert "I approve." not in said


def test_A1_it_can_be_turned_off(harness: Harness) -> None:
    from dataclasses import replace

    rules: Rules = configured().rules
    harness.restart(voting=replace(rules.voting, challenge=False))
    harness.asked()
    unproven(harness)
    assert (harness.votes, harness.subjects(ANA)[1:]) == ([], [])


def test_A1_its_token_dies_with_the_revision(asked: Harness) -> None:
    from tests.unit.handlers.test_approvals import NEWER

    unproven(asked)
    question = challenge(asked)
    asked.build(NEWER)
    asked.submit()
    asked.answer(ANA, "APPROVE", to=question, **FORGED)
    assert asked.votes == []
    assert "Your reply was to an earlier draft" in text_of(asked.mails_to(ANA)[-1])


# --- A37: words reach people, and help goes out each time ---


def test_A37_words_that_are_no_vote_reach_the_editors_at_once_and_help_goes_out_each_time(asked: Harness) -> None:
    for words in ("Non. Il y a une faute à la page 2.", "Non, vraiment.", "Non. Il y a une faute à la page 2."):
        asked.answer(ANA, words)
        asked.pass_by(MINUTES)
    assert (asked.votes, asked.subjects(ANA)[1:]) == ([], [HELP] * 3)
    assert "Write the word alone on the first line" in text_of(asked.mails_to(ANA)[1])
    assert subjects(asked) == [f"#{n}, {ANA} writes about ISO/SR Update 1: not counted" for n in (1, 2, 3)]
    first = told(asked)[0]
    assert "Il y a une faute à la page 2." in text_of(first)
    assert "was not counted: The first line is not exactly" in text_of(first)
    originals = [part.get_filename() for part in first.iter_attachments()]
    assert [name for name in originals if name and name.endswith(".eml")] != []
    assert outcomes(asked) == ["no-vote"] * 3


def test_A37_a_comment_to_a_vote_reaches_the_editors_at_once(asked: Harness) -> None:
    asked.answer(ANA, "APPROVE\n\nThe date on page 2 is last year's.")
    assert subjects(asked) == [f"#1, {ANA} comments on ISO/SR Update 1"]
    assert "approves ISO/SR Update 1, and writes: > The date on page 2" in text_of(told(asked)[0])
    asked.answer(BO, "OBJECT\n\nAs Ana says.")
    assert subjects(asked)[1:] == ["Objection to ISO/SR Update 1"]  # which has the words


def test_A37_a_vote_without_words_makes_no_noise(asked: Harness) -> None:
    asked.answer(ANA, "APPROVE")
    assert subjects(asked) == []


def test_A37_an_editor_answers_the_member_by_a_reply(asked: Harness) -> None:
    asked.answer(ANA, "What does page 2 mean?")
    asked.answer(SECRETARY, "It means the second page.", to=told(asked)[0])
    assert "It means the second page." in text_of(asked.mails_to(ANA)[-1])


def test_B8_the_same_words_at_once_are_a_machine_s_and_get_one_help(asked: Harness) -> None:
    for number in range(4):
        asked.answer(ANA, "Your mail has been put into the queue.", to=asked.mails_to(ANA)[-1], **{"X-Nr": str(number)})
    assert asked.subjects(ANA)[1:] == [HELP]


def test_B8_help_ends_after_some(asked: Harness) -> None:
    with asked.office() as office:
        for _ in range(BALLOT_HELP):
            office.work.caps.count(["ballot-help 1"], office.today)
    asked.answer(ANA, "I approve.")
    assert (asked.subjects(ANA)[1:], len(subjects(asked))) == ([], 1)


# --- what is kept ---


def test_every_reply_is_kept_with_what_became_of_it(asked: Harness) -> None:
    asked.answer(ANA, "APPROVE")
    asked.answer(BO, "I approve.")
    asked.answer(CLEO, "APPROVE", by="eve@elsewhere.example")
    unproven(asked, "OBJECT", 7)
    found = replies(asked)
    assert [(one.sender, one.choice, one.outcome.value, one.has_raw) for one in found] == [
        (ANA, Choice.APPROVE, "counted", True),
        (BO, None, "no-vote", True),
        ("eve@elsewhere.example", Choice.APPROVE, "not-yours", False),
        (ANA, Choice.OBJECT, "unproven", False),
    ]
    assert found[0].how == "signed by cag.example"
    assert (found[0].counted, "to" in found[0].proof.covered) == (True, True)
    assert found[3].reason == "there is no valid signature of cag.example"
    with asked.environment.store.snapshot() as work:
        raw = work.approvals.raw_reply(found[0].id)
    assert raw is not None and b"APPROVE" in raw


def test_A28_a_late_reply_and_one_to_an_older_draft_are_kept_too(asked: Harness) -> None:
    asked.pass_by(asked.ballot.deadline - asked.now + timedelta(seconds=1))
    asked.answer(ANA, "APPROVE\n\nSorry, I was ill.")
    assert outcomes(asked) == ["late"]
    assert any("Sorry, I was ill." in text_of(mail) for mail in told(asked))


# --- A35 ---


def guess(harness: Harness, sender: str) -> None:
    for number in range(WRONG_TOKENS):
        to = f"tg2+vote-1-{'a' * 26}@iso-sr.example"
        harness.environment.write(sender, to, f"Re: {number}", "x\n", **FORGED)
    harness.tick()


def test_A35_after_many_wrong_tokens_a_strangers_mail_warns_no_member(asked: Harness) -> None:
    guess(asked, "eve@elsewhere.example")
    asked.answer(ANA, "APPROVE", by="eve@elsewhere.example")
    assert (len(asked.mails_to(ANA)), outcomes(asked)) == (1, ["not-yours"])


def test_A35_guesses_in_a_member_s_name_do_not_keep_the_challenge_from_them(asked: Harness) -> None:
    guess(asked, ANA)
    unproven(asked)
    assert (CHALLENGE in asked.subjects(ANA), outcomes(asked)) == (True, ["unproven"])


# --- OpenPGP ---


@pytest.fixture(scope="module")
def key() -> Tsk:
    return Tsk.generate(f"Ana <{ANA}>")


def enrol(harness: Harness, key: Tsk) -> None:
    public = bytes(key.extract_certificate())
    harness.do(lambda office: member_keys.add(office, ANA, public, other_address=False))
    harness.tick()


def clear_signed(key: Tsk, text: str) -> str:
    return sign(key.signer(), text.encode(), mode=SignatureMode.CLEAR).decode()


def token_of(harness: Harness) -> str:
    return str(harness.request(ANA)["Reply-To"]).rpartition("<")[2].strip("<>").partition("+")[2].partition("@")[0]


def test_A39_a_reply_that_is_signed_with_an_enrolled_key_counts(asked: Harness, key: Tsk) -> None:
    enrol(asked, key)
    assert asked.subjects(ANA)[-1] == "Your OpenPGP key at ISO/SR TG 2"
    signed = clear_signed(key, f"APPROVE\n\nWell done.\n\n{token_of(asked)}\n")
    unproven(asked, signed, 1)
    assert [(vote.choice, vote.comment.strip()) for vote in asked.votes] == [(Choice.APPROVE, "Well done.")]
    (reply,) = replies(asked)
    assert reply.how.startswith("signed with the OpenPGP key ")
    assert reply.proof.openpgp == key.extract_certificate().fingerprint
    unproven(asked, signed, 2)
    assert len(asked.votes) == 1  # the same once more is nothing


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("APPROVE\n", "what is signed with OpenPGP does not say that it is an answer to this request"),
        ("APPROVE\n\nvote-9-{}\n", "what is signed with OpenPGP does not say that it is an answer to this request"),
    ],
)
def test_A39_a_signed_word_without_this_token_proves_nothing(asked: Harness, key: Tsk, text: str, reason: str) -> None:
    enrol(asked, key)
    unproven(asked, clear_signed(key, text.format("a" * 26)), 1)
    assert (asked.votes, [one.reason for one in replies(asked)]) == ([], [reason])
    assert CHALLENGE in asked.subjects(ANA)


def test_a_signature_by_another_key_or_a_removed_one_proves_nothing(asked: Harness, key: Tsk) -> None:
    other = Tsk.generate(f"Ana <{ANA}>")
    enrol(asked, other)
    signed = clear_signed(key, f"APPROVE\n\n{token_of(asked)}\n")
    unproven(asked, signed, 1)
    asked.do(lambda office: member_keys.remove(office, ANA))
    unproven(asked, clear_signed(other, f"APPROVE\n\n{token_of(asked)}\n"), 2)
    reasons = [one.reason for one in replies(asked)]
    assert (asked.votes, reasons) == (
        [],
        [
            "its OpenPGP signature is not valid, or not by a key that was enrolled",
            "there is no valid signature of cag.example",
        ],
    )
    assert asked.filed()[Folder.REFUSED] == 2


def test_a_word_beside_the_signed_text_that_says_otherwise_is_no_vote(asked: Harness, key: Tsk) -> None:
    enrol(asked, key)
    unproven(asked, "Not yet, I think.\n\n" + clear_signed(key, f"APPROVE\n\n{token_of(asked)}\n"), 1)
    assert (asked.votes, outcomes(asked)) == ([], [ReplyOutcome.UNPROVEN.value])
