"""Replies to ballot papers, challenges and the keys of members, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mailer.message import Address
from mailer.model.approvals import Choice
from mailer.model.member_keys import MemberKey
from mailer.model.replies import BallotReply, Proof, ReplyOutcome
from mailer.ports import Work
from tests.contracts.stores import contact
from tests.contracts.test_approvals import opened
from tests.fakes import NOON

KEYS = {"s1._domainkey.cag.example": "v=DKIM1; p=AA=="}


def reply(paper: int, **values: Any) -> BallotReply:
    first = BallotReply(0, paper, NOON, "<1@a>", "ana@cag.example", Choice.APPROVE, ReplyOutcome.COUNTED)
    return replace(first, **values)


def test_replies_are_kept_with_their_proof_and_found_by_their_ballot(work: Work) -> None:
    ana = contact(work, "ana@cag.example", "cag")
    papers = []
    for ballot in (opened(work), opened(work)):
        work.approvals.add_papers(ballot.id, [ana.id], now=NOON)
        papers += work.approvals.papers(ballot.id)
    proof = Proof(KEYS, ("from", "to"), "mx.example", "ab12")
    counted = reply(papers[0].id, comment="Well done.", how="signed by cag.example", proof=proof)
    refused = reply(papers[0].id, choice=None, outcome=ReplyOutcome.NO_VOTE, reason="APPROVE? is no keyword")
    ids = [work.approvals.add_reply(counted, b"From: ana"), work.approvals.add_reply(refused)]
    work.approvals.add_reply(reply(papers[1].id))
    found = work.approvals.replies(papers[0].ballot)
    assert found == [
        reply(papers[0].id, id=ids[0], comment="Well done.", how=counted.how, proof=proof, has_raw=True),
        reply(papers[0].id, id=ids[1], choice=None, outcome=refused.outcome, reason=refused.reason),
    ]
    assert [one.counted for one in found] == [True, False]
    assert [work.approvals.raw_reply(number) for number in ids] == [b"From: ana", None]


def test_challenges_are_spent_together(work: Work) -> None:
    ana = contact(work, "ana@cag.example", "cag")
    ballot = opened(work)
    work.approvals.add_papers(ballot.id, [ana.id], now=NOON)
    (paper,) = work.approvals.papers(ballot.id)
    made = [work.approvals.add_challenge(paper.id, "ana@cag.example", NOON) for _ in range(2)]
    assert work.approvals.challenge(made[0].id) == made[0]
    assert (made[0].paper, made[0].address, made[0].spent_at) == (paper.id, "ana@cag.example", None)
    work.approvals.spend_challenges(paper.id, NOON + timedelta(minutes=1))
    again = work.approvals.add_challenge(paper.id, "ana@cag.example", NOON)
    found = [work.approvals.challenge(one.id) for one in (*made, again)]
    assert [one.spent_at is None for one in found if one] == [False, False, True]
    assert work.approvals.challenge(99) is None


def test_keys_of_a_member(work: Work) -> None:
    ana, bo = (contact(work, f"{name}@cag.example", "cag") for name in ("ana", "bo"))
    first, second = MemberKey("aa", b"1", NOON), MemberKey("bb", b"2", NOON + timedelta(minutes=1))
    for key in (first, second, MemberKey("aa", b"3", NOON)):
        work.member_keys.add(ana.id, key)
    assert work.member_keys.of(ana.id) == [MemberKey("aa", b"3", NOON), second]
    assert work.member_keys.of(bo.id) == []
    work.member_keys.remove(ana.id, "bb")
    work.member_keys.remove(bo.id, "aa")
    assert [key.fingerprint for key in work.member_keys.of(ana.id)] == ["aa"]


def test_of_a_person_who_is_forgotten_only_the_choices_stay(work: Work) -> None:
    ana = contact(work, "ana@cag.example", "cag")
    ballot = opened(work)
    work.approvals.add_papers(ballot.id, [ana.id], now=NOON)
    (paper,) = work.approvals.papers(ballot.id)
    number = work.approvals.add_reply(reply(paper.id, comment="Mine", how="signed by cag.example"), b"From: ana")
    challenge = work.approvals.add_challenge(paper.id, "ana@cag.example", NOON)
    work.member_keys.add(ana.id, MemberKey("aa", b"1", NOON))
    other = Address.parse("1@forgotten.invalid")
    work.personal_data.erase(ana, ["ana@cag.example"], other, NOON)
    message_id = f"<erased.{number}>"
    (left,) = work.approvals.replies(ballot.id)
    assert left == reply(paper.id, id=number, message_id=message_id, sender=str(other))
    kept = work.approvals.challenge(challenge.id)
    assert kept and (kept.address, work.approvals.raw_reply(number)) == (str(other), None)
    assert work.member_keys.of(ana.id) == []
