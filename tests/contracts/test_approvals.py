"""Ballots, papers, votes and grants, on every store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailer.model.approvals import Ballot, Choice, Quorum, Subject
from mailer.model.approvals import Outcome as BallotOutcome
from mailer.model.lists import Details, Standing
from mailer.ports import Work
from tests.contracts.stores import MINUTE, contact
from tests.fakes import NOON

UPDATE = Subject("issue", 7, "a" * 64)
CHARTER = Subject("charter", 7, "c" * 64)
"""Another kind with the same id."""
MAJORITY = Quorum("majority")


def opened(work: Work, subject: Subject = UPDATE, lists: Mapping[str, int] | None = None, board: str = "cag") -> Ballot:
    return work.approvals.open_ballot(subject, board, MAJORITY, lists or {}, NOON, NOON + MINUTE)


def test_a_ballot_its_papers_and_votes(work: Work) -> None:
    ana, bo = (
        contact(work, "ana@cag.example", "cag", details=Details(name="Ana")),
        contact(work, "bo@cag.example", "cag"),
    )
    ballot = opened(work, lists={"nmb": 3})
    work.approvals.add_papers(ballot.id, [ana.id, bo.id])
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
        work.approvals.add_papers(ballot.id, [ana.id])
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
        "cag",
        MAJORITY,
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
