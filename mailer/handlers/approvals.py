"""Submitting an issue to the board, and what each reply does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.intents import Verdict
from mailer.inbound.intents import Vote as Reply
from mailer.message import Address, Inbound
from mailer.model.approvals import Ballot, Choice, Outcome, Paper, Subject, Tally, decide, tally
from mailer.model.issues import Edition, Event, Issue, Marker, State, advance
from mailer.model.lists import Membership
from mailer.office import Decision, Office
from mailer.tokens import Purpose, Token

HALTABLE = (State.SUBMITTED, State.APPROVED, State.SCHEDULED)
"""An objection stops an issue as long as it has not begun to go out (A26)."""


def submit(office: Office, issue: Issue) -> Ballot:
    """Ask every member of the board, with the issue as it would go out and a token of their own."""
    board, approvals = office.rules.board_of(issue.publication), office.work.approvals
    members = office.work.lists.members(board.list)
    if not members:
        raise Refused(f"The board has no members: import the list first with `mailer list import {board.list} FILE`.")
    _require_one_seat_each(members)
    if board.quorum.needed(len(members)) > len(members):
        raise Refused(
            f"The quorum is {board.quorum.needed(len(members))} but the board has only {len(members)} members."
        )
    state = advance(issue.state, Event.SUBMIT)
    if issue.edition is None or issue.digest is None:
        raise Refused("The issue has not been built.")
    publication = office.rules.publication(issue.publication)
    pinned = office.work.lists.versions(publication.lists)
    subject = Subject(Issue.KIND, issue.id, issue.digest)
    ballot = approvals.open_ballot(subject, board.list, board.quorum, pinned, office.now, office.now + board.deadline)
    approvals.add_papers(ballot.id, [member.contact.id for member in members])
    office.work.issues.move(issue.id, state)
    office.work.issues.stamp(issue.id, due_at=None)
    edition = office.work.issues.edition(issue.edition)
    for paper in approvals.papers(ballot.id):
        _request(office, ballot, paper, issue, edition)
    office.record("submitted", issue.name, digest=issue.digest, members=len(members), lists=pinned)
    return ballot


def _require_one_seat_each(members: Sequence[Membership]) -> None:
    """One person, one vote: two aliases of one mailbox may not both be members (A30)."""
    seats: dict[str, list[str]] = {}
    for member in members:
        seats.setdefault(Address.parse(member.contact.address).base_key, []).append(member.contact.address)
    if shared := [" and ".join(seat) for seat in seats.values() if len(seat) > 1]:
        raise Refused(f"On the board, {'; '.join(shared)} are one mailbox: keep one address of each.")


def vote(office: Office, mail: Inbound, reply: Reply, verdict: Verdict) -> tuple[bool, str]:
    """Whether the reply was one that we act on, and what was done with it."""
    paper = office.work.approvals.paper(reply.token.subject)
    ballot = office.work.approvals.ballot(paper.ballot) if paper else None
    issue = office.work.issues.issue_by_id(ballot.subject.id) if ballot else None
    if paper is None or ballot is None or issue is None or mail.sender is None:
        return False, "there is no such ballot"
    if mail.sender.base_key != Address.parse(paper.address).base_key:
        return False, _not_yours(office, mail.sender, paper, issue)
    if not verdict.authentic:
        return False, _challenge(office, paper, issue, verdict)
    if not paper.on_board:
        return False, f"{paper.address} is no longer on the board"
    latest = office.work.approvals.latest_ballot(Issue.KIND, issue.id)
    if ballot.outcome is Outcome.WITHDRAWN or (latest and latest.id != ballot.id):
        return False, _superseded(office, paper, issue, latest)
    if reply.choice is None:
        return True, _help(office, mail, reply, paper, ballot, issue)
    return True, _count(office, mail, reply.choice, reply.comment, paper, ballot, issue)


def _not_yours(office: Office, sender: Address, paper: Paper, issue: Issue) -> str:
    office.record("vote refused", issue.name, member=paper.address, reason="sent by another")
    values = {"member": paper.name, "sender": str(sender), **_title(office, issue)}
    office.write(_to(paper), "not-yours", values, once=f"not-yours {paper.id} {office.today}")
    return "the token belongs to another member, who was told"


def _challenge(office: Office, paper: Paper, issue: Issue, verdict: Verdict) -> str:
    office.record("vote refused", issue.name, member=paper.address, reason=verdict.reason)
    values = {"member": paper.name, "reason": verdict.reason, **_title(office, issue)}
    office.write(_to(paper), "challenge", values, once=f"challenge {paper.id} {office.today}")
    return f"not authentic: {verdict.reason}"


def _superseded(office: Office, paper: Paper, issue: Issue, latest: Ballot | None) -> str:
    """The member is sent what stands now, if the board is still asked about it (A18)."""
    if latest is None or latest.outcome is not Outcome.OPEN or issue.edition is None:
        return "superseded: the draft that it answers was withdrawn"
    current = next((p for p in office.work.approvals.papers(latest.id) if p.contact == paper.contact), None)
    if current is not None:
        edition = office.work.issues.edition(issue.edition)
        _request(office, latest, current, issue, edition, once=f"superseded {current.id} {office.today}")
    return "superseded: the current draft was sent again"


def _help(office: Office, mail: Inbound, reply: Reply, paper: Paper, ballot: Ballot, issue: Issue) -> str:
    office.record("no vote", issue.name, member=paper.address, reason=reply.reason, comment=reply.comment)
    values = {
        "member": paper.name,
        "reason": reply.reason,
        **_title(office, issue),
        **_how(office, ballot, paper, issue),
    }
    # A machine that does not say so answers our help with the same words again: one fault is explained once a day (B8).
    once = f"ballot-help {paper.id} {office.today} {reply.reason}"[:200]
    office.write(_to(paper), "ballot-help", values, token=_token(office, paper), in_reply_to=mail.message_id, once=once)
    return f"no vote: {reply.reason}"


def _token(office: Office, paper: Paper) -> Token:
    return office.token(Purpose.VOTE, paper.id)


def _count(
    office: Office, mail: Inbound, choice: Choice, comment: str, paper: Paper, ballot: Ballot, issue: Issue
) -> str:
    approvals = office.work.approvals
    if not approvals.add_vote(paper.id, choice, comment, mail.received_at, mail.message_id or mail.digest):
        return "this very reply was counted before"
    late = mail.received_at > ballot.deadline
    closed = issue.state not in HALTABLE
    count = _tally(office, ballot)
    office.record("voted", issue.name, member=paper.address, choice=choice.value, late=late, comment=comment)
    values = {
        "member": paper.name,
        "choice": choice.value,
        "counted": count.approvals,
        "needed": count.needed,
        "deadline": ballot.deadline,
        "late": late,
        "closed": closed,
        **_title(office, issue),
    }
    office.write(_to(paper), "ballot-receipt", values, token=_token(office, paper), in_reply_to=mail.message_id)
    if late:
        return f"{choice} came after the deadline: recorded, not counted"
    if closed:
        if ballot.outcome is Outcome.OBJECTED and choice is Choice.OBJECT:
            _announce(office, ballot, issue, count, Outcome.OBJECTED)  # the editors have to know every reason
        return f"{choice} recorded: it had been decided before"
    _conclude(office, ballot, issue, count, mail.received_at)
    return f"{choice} counted: {count.approvals} of {count.needed} approvals"


def due(office: Office, now: datetime) -> list[Decision]:
    """Open ballots, to be looked at again: a deadline may have passed, or the board may have changed (A29)."""
    return [
        Decision(f"ballot {ballot.id}", partial(_review, ballot_id=ballot.id, now=now))
        for ballot in office.work.approvals.open_ballots()
    ]


def _review(office: Office, ballot_id: int, now: datetime) -> None:
    ballot = office.work.approvals.ballot(ballot_id)
    issue = office.work.issues.issue_by_id(ballot.subject.id) if ballot else None
    if ballot is not None and issue is not None and ballot.outcome is Outcome.OPEN:
        _conclude(office, ballot, issue, _tally(office, ballot), now)


def _tally(office: Office, ballot: Ballot) -> Tally:
    approvals = office.work.approvals
    return tally(ballot, approvals.papers(ballot.id), approvals.votes(ballot.id))


def _conclude(office: Office, ballot: Ballot, issue: Issue, count: Tally, at: datetime) -> None:
    outcome = decide(count, at, ballot.deadline)
    if outcome is ballot.outcome or outcome is Outcome.OPEN or issue.state not in HALTABLE:
        return
    if ballot.outcome is not Outcome.OPEN and outcome is not Outcome.OBJECTED:
        return
    event = {Outcome.GRANTED: Event.GRANT, Outcome.OBJECTED: Event.OBJECT, Outcome.LAPSED: Event.LAPSE}[outcome]
    office.work.issues.move(issue.id, advance(issue.state, event))
    office.work.approvals.close_ballot(ballot.id, outcome)
    if outcome is Outcome.GRANTED:
        office.work.approvals.add_grant(ballot, office.now)
    else:
        office.work.approvals.void_grants(Issue.KIND, issue.id, office.now)
    office.record(
        outcome.value, issue.name, digest=ballot.subject.digest, approvals=count.approvals, needed=count.needed
    )
    _announce(office, ballot, issue, count, outcome)


def _announce(office: Office, ballot: Ballot, issue: Issue, count: Tally, outcome: Outcome) -> None:
    """Tell the editors how it ended, with every member's words."""
    names = {paper.id: paper.name for paper in office.work.approvals.papers(ballot.id)}
    votes = [
        {"member": names[vote.paper], "choice": vote.choice.value, "comment": vote.comment}
        for vote in count.votes.values()
    ]
    objections = [vote for vote in count.votes.values() if vote.choice is Choice.OBJECT]
    newest = max(objections, key=lambda vote: (vote.received_at, vote.id), default=None)
    values = {
        "title": issue.title,
        "votes": votes,
        "counted": count.approvals,
        "needed": count.needed,
        "digest": ballot.subject.digest[:12],
        "member": names[newest.paper] if newest else "",
        "comment": newest.comment if newest else "",
        **_title(office, issue),
    }
    once = f"ballot {ballot.id} {outcome.value}{f' {newest.id}' if newest else ''}"
    for editor in office.rules.publication(issue.publication).editors:
        office.write(Address.parse(editor), outcome.value, values, language=office.rules.language, once=once)


def _request(office: Office, ballot: Ballot, paper: Paper, issue: Issue, edition: Edition, once: str = "") -> None:
    """Ask one member; ``once`` says that they answered an earlier draft, and how often they are told so."""
    publication = office.rules.publication(issue.publication)
    shown = {Marker.GREETING: "Dear reader,", Marker.RECIPIENT: paper.address, Marker.LEAVE: "(each reader's own link)"}
    text = edition.text
    for slot, value in shown.items():
        text = text.replace(slot, value)
    values = {
        "member": paper.name,
        "title": issue.title,
        "lists": office.rules.titles(list(ballot.lists)),
        "pages": edition.pages,
        "digest": ballot.subject.digest[:12],
        "needed": ballot.quorum.needed(len(office.work.approvals.papers(ballot.id))),
        "eligible": len(office.work.approvals.papers(ballot.id)),
        "superseded": bool(once),
        "text": text,
        **_title(office, issue),
        **_how(office, ballot, paper, issue),
    }
    pdf = Attachment(publication.pdf_name(issue.number), "application/pdf", edition.pdf)
    office.write(_to(paper), "ballot", values, token=_token(office, paper), once=once, attachments=[pdf])


def _how(office: Office, ballot: Ballot, paper: Paper, issue: Issue) -> dict[str, object]:
    """What a member needs to know to vote: the words, the buttons, the time."""
    board, token = office.rules.board(ballot.board), _token(office, paper)
    subject = f"Re: {office.rules.publication(issue.publication).title} {issue.number}"
    return {
        "approve": board.approve[0],
        "object": board.object[0],
        "approve_link": office.rules.link(token, subject, board.approve[0] + "\r\n"),
        "object_link": office.rules.link(token, subject, board.object[0] + "\r\n\r\n"),
        "deadline": ballot.deadline,
    }


def _title(office: Office, issue: Issue) -> dict[str, object]:
    return {
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "typed": office.rules.typed(issue.publication, issue.number),
    }


def _to(paper: Paper) -> Address:
    return Address.parse(paper.address, paper.name)
