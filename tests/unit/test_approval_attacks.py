"""Attacks on approvals: each tries to get a grant that the policy does not allow, or a vote counted that is not one."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pysequoia import Sig, Tsk

from mailer import contacts, grants
from mailer.errors import Refused
from mailer.handlers import ballots, issues, substitutes
from mailer.message import Address
from mailer.model.approvals import Choice, Outcome
from mailer.model.policies import Policy
from tests.flows.environment import SOURCE
from tests.unit.handlers.test_approvals import NEWER
from tests.unit.handlers.test_votes import FORGED, challenge, clear_signed, enrol, token_of, unproven
from tests.unit.harness import ANA, BO, BOARD, CLEO, DAY, NMB, SECRETARY, Harness

BERT, DAN = "bert@union.example", "dan@cag.example"


def with_policy(harness: Harness, **changes: object) -> None:
    rules = harness.process.rules
    policy: Policy = rules.policies["disclosure"]
    articles = replace(rules.articles, proof="asked")  # what their issue was built from is not kept here
    harness.restart(policies={"disclosure": replace(policy, **changes)}, articles=articles)  # type: ignore[arg-type]


def enter(harness: Harness, member: str, choice: Choice) -> None:
    with harness.office() as office:
        ballot = ballots.find(office, None)
        ballots.enter(office, ballot, ballots.voter(office, ballot, member), choice, "by telephone")


# --- votes that are entered by hand ---


def test_a_late_vote_does_not_make_an_entered_one_the_last_but_one(harness: Harness) -> None:
    with_policy(harness, by_hand=True)
    harness.import_list("cag", [*BOARD, DAN])
    harness.import_list("nmb", NMB)
    harness.build()
    harness.submit()
    harness.answer(ANA, "APPROVE")
    enter(harness, BO, Choice.APPROVE)
    harness.import_list("cag", BOARD)  # two of three, and the last of them was entered
    harness.pass_by(harness.ballot.deadline - harness.now + timedelta(seconds=1))
    harness.answer(CLEO, "OBJECT\n\nI am late.")
    harness.tick()
    assert harness.outcome is Outcome.LAPSED


def test_an_entered_vote_does_not_replace_that_of_a_substitute(harness: Harness) -> None:
    with_policy(harness, by_hand=True, objection_blocks=False, substitutes={ANA: BERT})
    harness.asked()
    harness.do(lambda office: substitutes.away(office, ANA, office.now + 30 * DAY))
    harness.tick()
    harness.answer(BERT, "OBJECT\n\nThe date is wrong.")
    assert harness.outcome is Outcome.OPEN
    with pytest.raises(Refused, match="has voted by mail"):
        enter(harness, ANA, Choice.APPROVE)


def test_a_substitute_s_own_vote_counts_before_one_that_was_entered_for_the_member(harness: Harness) -> None:
    with_policy(harness, by_hand=True, substitutes={ANA: BERT})
    harness.asked()
    harness.do(lambda office: substitutes.away(office, ANA, office.now + 30 * DAY))
    harness.tick()
    enter(harness, ANA, Choice.APPROVE)
    harness.answer(BERT, "OBJECT\n\nShe did not say so.")
    assert harness.outcome is Outcome.OBJECTED


# --- members whose address changes ---


def test_A29_a_vote_at_a_former_address_does_not_come_back_with_the_address(harness: Harness) -> None:
    harness.asked()
    first = harness.request(ANA)
    harness.answer(ANA, "APPROVE")
    harness.do(lambda office: contacts.change(office, ANA, Address.parse("ana@new.example"), {}))
    harness.tick()
    harness.answer("ana@new.example", "OBJECT\n\nNot yet.")
    harness.do(lambda office: contacts.change(office, "ana@new.example", Address.parse(ANA), {}))
    harness.tick()
    harness.answer(BO, "APPROVE")
    assert harness.outcome is not Outcome.GRANTED
    harness.answer(ANA, "APPROVE", to=first, message_id="<again@cag.example>")
    assert harness.outcome is Outcome.GRANTED


# --- silence ---


def silent_board(harness: Harness) -> None:
    with_policy(harness, rule="no-objection")
    harness.asked()


def past_deadline(harness: Harness) -> None:
    harness.do(lambda office: [ballots.remind(office, one) for one in office.work.approvals.open_ballots()])
    harness.tick()
    harness.pass_by(harness.ballot.deadline - harness.now + timedelta(seconds=1))
    harness.tick()
    harness.tick()


def test_silence_of_all_is_consent(harness: Harness) -> None:
    silent_board(harness)
    past_deadline(harness)
    assert harness.outcome is Outcome.GRANTED


def test_a_reply_to_an_earlier_draft_is_no_silence(harness: Harness) -> None:
    silent_board(harness)
    old = harness.request(ANA)
    harness.build(NEWER)
    harness.submit()
    harness.answer(ANA, "OBJECT\n\nThe table is wrong.", to=old)
    past_deadline(harness)
    assert harness.outcome is Outcome.UNDECIDED


def test_a_reply_from_a_former_address_is_no_silence(harness: Harness) -> None:
    silent_board(harness)
    old = harness.request(ANA)
    harness.do(lambda office: contacts.change(office, ANA, Address.parse("ana@new.example"), {}))
    harness.tick()
    harness.answer(ANA, "OBJECT\n\nThe table is wrong.", to=old)
    past_deadline(harness)
    assert harness.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("words", "headers"),
    [
        ("OBJECT", {}),
        ("OBJECT\n\nvote-1-" + "a" * 26, {}),
        ("-----BEGIN PGP MESSAGE-----\n\nabcd\n-----END PGP MESSAGE-----", {}),
        ("OBJECT", {"Sender": "x@y.example"}),
        ("OBJECT", {"List-Id": "<x.y.example>"}),
        ("OBJECT", {"Precedence": "list"}),
        ("OBJECT", {"Content-Type": "text/plain; charset=utf-7"}),
        ("OBJECT", {"Content-Transfer-Encoding": "x-nonsense"}),
    ],
)
@pytest.mark.parametrize("forged", [{}, FORGED])
def test_no_reply_with_a_token_is_silence(
    harness: Harness, words: str, headers: dict[str, str], forged: dict[str, str]
) -> None:
    silent_board(harness)
    harness.answer(ANA, words, **headers, **forged)
    past_deadline(harness)
    assert harness.outcome in (Outcome.UNDECIDED, Outcome.OBJECTED)


# --- A1 ---


def test_A1_staff_who_get_a_member_s_words_cannot_answer_their_challenge(harness: Harness) -> None:
    harness.asked()
    unproven(harness)
    harness.answer(ANA, "What do you mean?", to=challenge(harness), **FORGED)
    said = b"".join(
        bytes(part.get_payload(decode=True) or b"") if not part.is_multipart() else part.as_bytes()
        for mail in harness.mails_to(SECRETARY)
        for part in mail.walk()
    )
    assert re.findall(rb"prove-[0-9a-z]+-[a-z2-7]{26}", said) == []


# --- OpenPGP ---


ARMOUR = "-----BEGIN PGP SIGNATURE-----"


def made_at(signed: str) -> float:
    """When it was signed, in seconds since 1970."""
    made = Sig.from_bytes(armoured(packets_of(signed)).encode()).created
    assert made is not None
    return made.timestamp()


def armoured(packets: bytes) -> str:
    return f"{ARMOUR}\n\n{base64.b64encode(packets).decode()}\n-----END PGP SIGNATURE-----\n"


def packets_of(signed: str) -> bytes:
    lines = signed.partition(ARMOUR)[2].partition("-----END")[0].split("\n")
    return base64.b64decode("".join(line for line in lines if line and not line.startswith("=") and ":" not in line))


@pytest.fixture(scope="module")
def key() -> Tsk:
    return Tsk.generate(f"Ana <{ANA}>")


def voted_twice(harness: Harness, key: Tsk) -> str:
    """Let Ana approve and then object with her key; returns how she approved."""
    harness.asked()
    enrol(harness, key)
    approved, objected = (clear_signed(key, f"{word}\n\n{token_of(harness)}\n") for word in ("APPROVE", "OBJECT"))
    unproven(harness, approved, 1)
    unproven(harness, objected, 2)
    return approved


@pytest.mark.parametrize("in_one_block", [True, False])
def test_A10_an_old_openpgp_vote_with_a_newer_signature_of_another_is_the_old_one(
    harness: Harness, key: Tsk, in_one_block: bool
) -> None:
    old = voted_twice(harness, key)
    while datetime.now(UTC).timestamp() // 1 == made_at(old):
        time.sleep(0.05)
    theirs = packets_of(clear_signed(Tsk.generate("Eve"), "x\n"))
    text = old.partition(ARMOUR)[0]
    forged = text + armoured(theirs + packets_of(old)) if in_one_block else old + armoured(theirs)
    unproven(harness, forged, 3)
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE, Choice.OBJECT]


def test_A10_an_old_openpgp_vote_with_other_line_ends_is_the_old_one(harness: Harness, key: Tsk) -> None:
    old = voted_twice(harness, key)
    head = (
        f"From: {ANA}\r\nTo: {harness.request(ANA)['Reply-To']}\r\nSubject: Re: x\r\nMessage-ID: <9@x.example>\r\n"
        "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nX-Forged: yes\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    for ends in ("\n", "\r\n"):
        harness.raw(f"{head}{base64.b64encode(old.replace(chr(10), ends).encode()).decode()}\r\n".encode())
    assert [vote.choice for vote in harness.votes] == [Choice.APPROVE, Choice.OBJECT]


# --- own text ---

OWN = {"authors_vote": False, "rule": "unanimous"}


def written_by(harness: Harness, author: str) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build(source=replace(SOURCE, author=author))
    harness.submit()


def test_who_wrote_the_text_does_not_vote_on_it_as_a_substitute(harness: Harness) -> None:
    with_policy(harness, **OWN, substitutes={ANA: BERT})
    written_by(harness, BERT)
    harness.do(lambda office: substitutes.away(office, ANA, office.now + 30 * DAY))
    harness.tick()
    assert harness.mails_to(BERT) == []


def test_who_wrote_the_text_does_not_vote_on_it_from_another_address(harness: Harness) -> None:
    with_policy(harness, **OWN)
    written_by(harness, ANA)
    harness.do(lambda office: contacts.change(office, ANA, Address.parse("ana@new.example"), {}))
    harness.tick()
    assert not any(subject.startswith("DRAFT") for subject in harness.subjects("ana@new.example"))


# --- a ballot that is opened again ---


def test_silence_is_no_consent_when_a_ballot_is_opened_again_and_nobody_is_reminded(harness: Harness) -> None:
    silent_board(harness)
    harness.do(lambda office: [ballots.remind(office, one) for one in office.work.approvals.open_ballots()])
    harness.tick()
    harness.do(lambda office: ballots.withdraw(office, ballots.find(office, None)))
    harness.tick()
    soon = harness.now + timedelta(minutes=1)
    harness.do(lambda office: ballots.reopen(office, harness.ballot, soon))
    harness.tick()
    harness.pass_by(timedelta(minutes=2))
    harness.tick()
    assert harness.outcome is Outcome.UNDECIDED


def test_A19_submitting_it_again_agrees_to_no_change_of_a_list(harness: Harness) -> None:
    harness.approved()
    harness.import_list("nmb", ["eve@x.example"], cause="command list import")
    harness.do(lambda office: ballots.withdraw(office, harness.ballot))
    harness.submit()
    assert harness.outcome is Outcome.GRANTED  # the votes on the same bytes stand
    with harness.office() as office:
        assert grants.changes(office, harness.issue, grants.require_issue(office, harness.issue, ())).members


def test_A19_submitting_it_again_agrees_to_no_address_that_a_command_changed(harness: Harness) -> None:
    harness.approved()
    harness.pass_by(timedelta(minutes=1))
    with harness.office() as office:
        moved = replace(office, cause="command member change")
        contacts.change(moved, NMB[0], Address.parse("eve@x.example"), {})
    harness.pass_by(timedelta(minutes=1))
    harness.do(lambda office: ballots.withdraw(office, harness.ballot))
    harness.submit()
    with harness.office() as office:
        assert grants.changes(office, harness.issue, grants.require_issue(office, harness.issue, ())).members


# --- drafts ---


def test_a_request_that_waits_is_not_sent_to_who_has_left_the_board(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    harness.import_list("nmb", NMB)
    harness.build()
    harness.do(lambda office: issues.submit(office, issues.find(office, "update", 1)))
    harness.import_list("cag", [ANA, BO])
    harness.tick()
    assert [len(harness.mails_to(member)) for member in BOARD] == [1, 1, 0]
