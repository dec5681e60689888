"""Ballots, papers, votes and grants, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.approvals import Choice
from mailer.model.approvals import Outcome as BallotOutcome
from mailer.model.lists import Details, Standing
from mailer.ports import Work
from tests.contracts.stores import (
    EDITION,
    MINUTE,
    contact,
    issue,
)
from tests.fakes import NOON


def test_a_ballot_its_papers_and_votes(work: Work) -> None:
    made = issue(work)
    ana, bo = (
        contact(work, "ana@cag.example", "cag", details=Details(name="Ana")),
        contact(work, "bo@cag.example", "cag"),
    )
    ballot = work.approvals.open_ballot(made.id, EDITION.digest, {"nmb": 3}, NOON, NOON + MINUTE)
    work.approvals.add_papers(ballot.id, [ana.id, bo.id])
    work.lists.set_standing("cag", bo.id, Standing.REMOVED, NOON)
    papers = work.approvals.papers(ballot.id)
    assert [(p.contact, p.address, p.name, p.on_board) for p in papers] == [
        (ana.id, "ana@cag.example", "Ana", True),
        (bo.id, "bo@cag.example", "bo@cag.example", False),
    ]
    assert work.approvals.paper(papers[0].id) == papers[0]
    cast = [(Choice.APPROVE, "<1@a>"), (Choice.OBJECT, "<2@a>"), (Choice.APPROVE, "<1@a>")]
    counted = [work.approvals.add_vote(papers[0].id, c, "why", NOON, message_id) for c, message_id in cast]
    assert counted == [True, True, False]
    assert [vote.choice for vote in work.approvals.votes(ballot.id)] == [Choice.APPROVE, Choice.OBJECT]
    assert work.approvals.add_vote(papers[1].id, Choice.APPROVE, "", NOON, "<1@a>")


def test_ballots_open_and_close(work: Work) -> None:
    made = issue(work)
    first = work.approvals.open_ballot(made.id, "a" * 64, {}, NOON, NOON)
    second = work.approvals.open_ballot(made.id, "b" * 64, {"nmb": 1}, NOON, NOON)
    assert work.approvals.latest_ballot(made.id) == second == work.approvals.ballot(second.id)
    assert work.approvals.open_ballots() == [first, second]
    work.approvals.close_ballot(first.id, BallotOutcome.WITHDRAWN)
    assert work.approvals.open_ballots() == [second]
    assert work.approvals.ballot(first.id) == replace(first, outcome=BallotOutcome.WITHDRAWN)
    assert (work.approvals.ballot(999), work.approvals.paper(999), work.approvals.latest_ballot(999)) == (None,) * 3


def test_A19_a_grant_stands_until_it_is_voided(work: Work) -> None:
    made = issue(work)
    ballot = work.approvals.open_ballot(made.id, "a" * 64, {"subscriber": 1, "nmb": 1}, NOON, NOON)
    assert work.approvals.grant(made.id) is None
    work.approvals.add_grant(ballot, NOON)
    grant = work.approvals.grant(made.id)
    assert grant is not None
    assert (grant.digest, grant.lists, grant.granted_at) == ("a" * 64, ("nmb", "subscriber"), NOON)
    work.approvals.void_grants(made.id, NOON)
    assert work.approvals.grant(made.id) is None
