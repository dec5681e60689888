"""Ballots, papers, votes and grants, on every store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailer.model.approvals import Ballot, Choice, Excused, Subject
from mailer.model.approvals import Outcome as BallotOutcome
from mailer.model.lists import Details, Standing
from mailer.model.policies import WithoutQuorum
from mailer.model.working_days import Span
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON, POLICY

UPDATE = Subject("issue", 7, "a" * 64)
CHARTER = Subject("charter", 7, "c" * 64)
"""Another kind with the same id."""


def opened(work: Work, subject: Subject = UPDATE, lists: Mapping[str, int] | None = None, board: str = "cag") -> Ballot:
    return work.approvals.open_ballot(subject, replace(POLICY, board=board), lists or {}, NOON, NOON + MINUTE)


def test_a_ballot_its_papers_and_votes(work: Work) -> None:
    ana, bo = (
        contact(work, "ana@cag.example", "cag", details=Details(name="Ana")),
        contact(work, "bo@cag.example", "cag"),
    )
    ballot = opened(work, lists={"nmb": 3})
    work.approvals.add_papers(ballot.id, [ana.id, bo.id], now=NOON)
    work.lists.set_standing("cag", bo.id, Standing.REMOVED, NOON, "a test")
    papers = work.approvals.papers(ballot.id)
    assert [(p.contact, p.address, p.name, p.on_board) for p in papers] == [
        (ana.id, "ana@cag.example", "Ana", True),
        (bo.id, "bo@cag.example", "bo@cag.example", False),
    ]
    assert work.approvals.paper(papers[0].id) == papers[0]
    for choice, message_id in [(Choice.APPROVE, "<1@a>"), (Choice.OBJECT, ""), (Choice.APPROVE, "<1@a>")]:
        work.approvals.add_vote(papers[0].id, choice, "why", NOON, message_id)
    work.approvals.add_vote(papers[1].id, Choice.OBJECT, "", NOON, "<1@a>")
    cast = [(vote.paper == papers[0].id, vote.choice) for vote in work.approvals.votes(ballot.id)]
    expected = [(True, Choice.APPROVE), (True, Choice.OBJECT), (True, Choice.APPROVE), (False, Choice.OBJECT)]
    assert cast == expected


def test_a_member_is_on_the_board_of_the_ballot_and_on_no_other(work: Work) -> None:
    ana = contact(work, "ana@cag.example", "cag")
    for board, on_board in (("cag", True), ("nmb", False)):
        ballot = opened(work, board=board)
        work.approvals.add_papers(ballot.id, [ana.id], now=NOON)
        (paper,) = work.approvals.papers(ballot.id)
        assert (paper.on_board, work.approvals.paper(paper.id)) == (on_board, paper)


def test_ballots_open_and_close(work: Work) -> None:
    first, charter = opened(work), opened(work, CHARTER)
    second = opened(work, replace(UPDATE, digest="b" * 64), {"nmb": 1})
    assert work.approvals.latest_ballot("issue", 7) == second == work.approvals.ballot(second.id)
    assert work.approvals.latest_ballot("charter", 7) == charter
    assert second == Ballot(
        second.id,
        Subject("issue", 7, "b" * 64),
        "disclosure",
        "cag",
        POLICY.terms,
        {"nmb": 1},
        NOON,
        NOON + MINUTE,
        BallotOutcome.OPEN,
    )
    assert work.approvals.open_ballots() == [first, charter, second]
    work.approvals.close_ballot(first.id, BallotOutcome.WITHDRAWN)
    assert work.approvals.open_ballots() == [charter, second]
    assert work.approvals.ballot(first.id) == replace(first, outcome=BallotOutcome.WITHDRAWN)
    unknown = work.approvals.latest_ballot("issue", 999)
    assert (work.approvals.ballot(999), work.approvals.paper(999), unknown) == (None,) * 3


def test_A19_a_grant_stands_until_it_is_voided(work: Work) -> None:
    ballot = opened(work, lists={"subscriber": 1, "nmb": 1})
    assert work.approvals.grant("issue", 7) is None
    work.approvals.add_grant(ballot, NOON)
    grant = work.approvals.grant("issue", 7)
    assert grant is not None
    assert (grant.subject, grant.lists, grant.granted_at) == (UPDATE, ("nmb", "subscriber"), NOON)
    assert work.approvals.grant("charter", 7) is None
    work.approvals.void_grants("charter", 7, NOON)
    assert work.approvals.grant("issue", 7) == grant
    work.approvals.void_grants("issue", 7, NOON)
    assert work.approvals.grant("issue", 7) is None


def test_a_ballot_keeps_its_terms_and_its_revision(work: Work) -> None:
    policy = replace(
        POLICY,
        rule="no-objection",
        minimum_votes=2,
        objection_blocks=False,
        deadline=Span(5, working=True),
        reminders=(Span(1), Span(2, working=True)),
        authors_vote=True,
        without_quorum=WithoutQuorum.ESCALATE,
        escalate_to="nmb",
        by_hand=True,
    )
    ballot = work.approvals.open_ballot(UPDATE, policy, {}, NOON, NOON + MINUTE, revision=2, note="date in article 2")
    assert work.approvals.ballot(ballot.id) == ballot
    assert (ballot.terms, ballot.policy, ballot.revision, ballot.note) == (
        policy.terms,
        "disclosure",
        2,
        "date in article 2",
    )
    work.approvals.close_ballot(ballot.id, BallotOutcome.UNDECIDED)
    assert [one.id for one in work.approvals.waiting_ballots()] == [ballot.id]
    work.approvals.extend_ballot(ballot.id, NOON + 2 * MINUTE)
    assert work.approvals.ballot(ballot.id) == replace(ballot, deadline=NOON + 2 * MINUTE, extended=1)


def test_a_substitute_votes_as_long_as_their_member_is_on_the_board(work: Work) -> None:
    ana = contact(work, "ana@cag.example", "cag")
    bo, deputy = contact(work, "bo@cag.example", "cag"), contact(work, "deputy@union.example")
    ballot = opened(work)
    work.approvals.add_papers(ballot.id, [ana.id], now=NOON)
    work.approvals.add_papers(ballot.id, [bo.id], Excused.OWN_TEXT, now=NOON)
    work.approvals.add_papers(ballot.id, [], now=NOON)
    work.approvals.add_papers(ballot.id, [deputy.id], stands_for=ana.id, now=NOON)
    first, second, third = work.approvals.papers(ballot.id)
    work.approvals.excuse(first.id, Excused.AWAY)
    seen = [(p.excused, p.stands_for, p.seat, p.on_board, p.asked) for p in work.approvals.papers(ballot.id)]
    assert seen == [
        (Excused.AWAY, None, ana.id, True, True),
        (Excused.OWN_TEXT, None, bo.id, True, False),
        (Excused.NO, ana.id, ana.id, True, True),
    ]
    work.lists.set_standing("cag", ana.id, Standing.REMOVED, NOON, "a test")
    assert [paper.asked for paper in work.approvals.papers(ballot.id)] == [False, False, False]
    assert (second.id, third.contact) == (work.approvals.papers(ballot.id)[1].id, deputy.id)
