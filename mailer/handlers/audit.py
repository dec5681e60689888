"""The audit trail as a person asks for it, and whether it is as it was written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.approvals import Paper
from mailer.model.audit import Checked, Head, Proven, check_head, prove, stamp
from mailer.model.issues import Issue
from mailer.office import Office
from mailer.ports import AuditEntry


def entries(office: Office, limit: int, about: str = "", since: datetime | None = None) -> list[AuditEntry]:
    """The newest entries, the newest last.

    ``about``: an address, with all addresses that its owner has had; an issue such as ``1`` or ``update 1``; an
    item of feedback such as ``feedback 12``; or a version of the criteria such as ``criteria 2``.
    Raises Refused if it is neither.
    """
    return office.work.audit.newest(limit, _names(office, about) if about else (), since)


def verify(office: Office) -> Proven:
    """Check every entry, and compare the votes, grants and sends in the store with what was recorded of them."""
    return prove(office.work.audit.chain(), office.work.audit.rows())


def check(office: Office, asked: Head) -> Checked:
    """Whether the record still has the entry that somebody knows from a mail."""
    audit = office.work.audit
    return check_head(asked, audit.link(asked.number), audit.head(), audit.restores())


@dataclass(frozen=True, slots=True)
class VoteTold:
    """A vote, or a reply that was none, as the story of a ballot tells it."""

    at: str
    member: str
    choice: str
    """Empty if the reply is no vote."""
    how: str
    """How it was proven, or where it is from."""
    message_id: str
    comment: str
    reason: str
    """Why a reply did not count; empty if it did."""


@dataclass(frozen=True, slots=True)
class BallotTold:
    """One question to a board, and what came of it."""

    number: int
    revision: int
    note: str
    policy: str
    board: str
    terms: Mapping[str, Any]
    digest: str
    lists: Mapping[str, int]
    opened_at: str
    deadline: str
    outcome: str
    asked: Sequence[str]
    """Who was asked, and why somebody has no vote."""
    votes: Sequence[VoteTold]
    refused: Sequence[VoteTold]
    granted_at: str
    voided_at: str


@dataclass(frozen=True, slots=True)
class EventTold:
    """An entry of the record."""

    entry: int
    at: str
    action: str
    actor: str
    cause: str
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Story:
    """All that the record has of one issue."""

    issue: str
    title: str
    state: str
    ballots: Sequence[BallotTold]
    events: Sequence[EventTold]
    head: Head


def story(office: Office, issue: Issue) -> Story:
    """What the record has of an issue: ballots, votes, refusals, grants and sends, in order."""
    rows = office.work.audit.exported(Issue.KIND, issue.id)
    entries = office.work.audit.newest(ALL, [issue.name])
    return Story(
        issue=issue.name,
        title=issue.title,
        state=issue.state.value,
        ballots=[_ballot(office, row, rows) for row in rows["ballots"]],
        events=[
            EventTold(one.number, stamp(one.at), one.action, one.actor, one.cause, dict(one.detail)) for one in entries
        ],
        head=office.work.audit.head(),
    )


def _ballot(office: Office, ballot: Mapping[str, Any], rows: Mapping[str, list[dict[str, Any]]]) -> BallotTold:
    papers = office.work.approvals.papers(ballot["id"])
    members = {paper.id: paper.address for paper in papers}
    replies = {row["id"]: row for row in rows["ballot_replies"] if row["paper"] in members}
    votes = [row for row in rows["votes"] if row["paper"] in members]
    counted = {row["reply"] for row in votes}
    grant = next((row for row in rows["grants"] if row["ballot"] == ballot["id"]), {})
    return BallotTold(
        number=ballot["id"],
        **{name: ballot[name] for name in BALLOT},
        asked=_asked(papers),
        votes=[_vote(row, members, replies.get(row["reply"], {})) for row in votes],
        refused=[_vote(row, members, row) for row in replies.values() if row["id"] not in counted],
        granted_at=grant.get("granted_at", ""),
        voided_at=grant.get("voided_at") or "",
    )


def _asked(papers: Sequence[Paper]) -> list[str]:
    """The addresses of those who were asked, each once, with why one has no vote and for whom a substitute votes."""
    members = {paper.contact: paper.address for paper in papers if paper.stands_for is None}
    said = {}
    for paper in papers:
        of = f" (for {members.get(paper.stands_for, 'a member')})" if paper.stands_for else ""
        said[paper.contact, paper.stands_for] = f"{paper.address}{f' ({paper.excused})' if paper.excused else of}"
    return list(said.values())


def _vote(row: Mapping[str, Any], members: Mapping[int, str], reply: Mapping[str, Any]) -> VoteTold:
    carried = row.get("carried_from")
    how = f"carried over from vote {carried}" if carried else reply.get("how", "")
    return VoteTold(
        at=row["received_at"],
        member=members[row["paper"]],
        choice=row["choice"] or "",
        how=how,
        message_id=row["message_id"],
        comment="" if row.get("by_hand") else row["comment"],  # why it was entered is not the member's words
        reason=row.get("reason", ""),
    )


BALLOT = ("revision", "note", "policy", "board", "terms", "digest", "lists", "opened_at", "deadline", "outcome")
"""What is told of a ballot as the store has it."""

ALL = 100_000
"""More entries than any issue has."""


def _names(office: Office, about: str) -> list[str]:
    if "@" in about:
        return _addresses(office, about)
    if item := re.fullmatch(r"(?:feedback\s*|#)(\d{1,9})", about.strip()):
        return [f"feedback {int(item[1])}"]
    if version := re.fullmatch(r"((?:feedback )?criteria) (\d{1,9})", about.strip()):
        return [f"{version[1]} {int(version[2])}"]
    issue = re.fullmatch(r"(?:(\S+?)[ -])?(\d{1,9})", about.strip())
    if issue is None:
        raise Refused(f"“{about}” is neither an address nor an issue such as 1 or “update 1”, nor “feedback 12”.")
    publication = office.rules.publication(issue[1] or next(iter(office.rules.publications)))
    return [f"{publication.key} {int(issue[2])}"]


def _addresses(office: Office, about: str) -> list[str]:
    """Every address of the person who has this one, or had it."""
    try:
        address = Address.parse(about)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
    members, own = office.work.members, office.work.lists.contact_at(str(address))
    people = [own] if own else members.formerly(address)
    found = {str(address): None, **{person.address: None for person in people}}
    for person in people:
        found.update({former.address: None for former in members.former_addresses(person.id)})
    return list(found)
