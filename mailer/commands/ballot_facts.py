"""How a ballot is shown: on a terminal, and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from mailer.app import App
from mailer.approval.facts import BallotFacts, Seat
from mailer.commands.terminal import counted
from mailer.model.approvals import Ballot, Excused, Outcome, Vote
from mailer.model.replies import BallotReply


def ballot_json(app: App, found: BallotFacts) -> dict[str, Any]:
    """A ballot for scripts."""
    ballot, count = found.ballot, found.count
    return {
        "ballot": ballot.id,
        "kind": ballot.subject.kind,
        "about": found.name,
        "heading": found.heading,
        "digest": ballot.subject.digest,
        "revision": ballot.revision,
        "note": ballot.note,
        "outcome": ballot.outcome.value,
        "policy": ballot.policy,
        "board": ballot.board,
        "rule": ballot.terms.rule,
        "opened": ballot.opened_at.isoformat(),
        "deadline": ballot.deadline.isoformat(),
        "deadline_words": app.when(ballot.deadline),
        "extended": ballot.extended,
        "next_reminder": found.next_reminder.isoformat() if found.next_reminder else None,
        "follows": found.follows.id if found.follows else None,
        "followed_by": found.followed_by.id if found.followed_by else None,
        "eligible": count.eligible,
        "needed": count.needed,
        "approvals": count.approvals,
        "objections": count.objections,
        "abstentions": count.abstentions,
        "members": [_seat_json(seat) for seat in found.seats],
        "missing": found.missing,
        "not_counted": [_reply_json(found, reply) for reply in found.refused],
    }


def _seat_json(seat: Seat) -> dict[str, Any]:
    paper = seat.paper
    return {
        "member": paper.name,
        "address": paper.address,
        "asked": paper.asked,
        "excused": paper.excused.value,
        "vote": seat.vote.choice.value if seat.vote else None,
        "how": seat.how,
    }


def vote_json(found: BallotFacts, vote: Vote) -> dict[str, Any]:
    """A vote for scripts."""
    return {
        "vote": vote.id,
        "member": found.member(vote.paper),
        "choice": vote.choice.value,
        "counts": found.counts(vote),
        "received": vote.received_at.isoformat(),
        "message_id": vote.message_id,
        "comment": vote.comment,
        "how": found.how(vote),
        "by_hand": vote.by_hand,
        "carried_from": vote.carried_from,
    }


def _reply_json(found: BallotFacts, reply: BallotReply) -> dict[str, Any]:
    return {
        "member": found.member(reply.paper),
        "sender": reply.sender,
        "received": reply.received_at.isoformat(),
        "message_id": reply.message_id,
        "choice": reply.choice.value if reply.choice else None,
        "outcome": reply.outcome.value,
        "reason": reply.reason,
        "comment": reply.comment,
    }


def head(app: App, found: BallotFacts) -> Iterator[tuple[str, str]]:
    """What is said of a ballot above its votes, as names and values."""
    ballot = found.ballot
    yield "ballot", f"{ballot.id}, {found.heading}, revision {ballot.revision}"
    yield "state", _state(app, ballot)
    yield "votes", f"{votes_of(found)}; rule: {ballot.terms.rule}, policy: {ballot.policy}"
    if ballot.note:
        yield "note", ballot.note
    if found.next_reminder:
        yield "next reminder", app.when(found.next_reminder)
    if found.follows:
        yield "follows", f"ballot {found.follows.id}, {found.follows.outcome.value}{_of_board(found)}"
    if found.followed_by:
        yield "followed by", f"ballot {found.followed_by.id}, {found.followed_by.outcome.value}"
    yield "version", ballot.subject.digest[:12]


def _of_board(found: BallotFacts) -> str:
    """The other board's list, if the ballot was escalated from one to another."""
    before = found.follows
    return f" (the board was {before.board}, and is {found.ballot.board})" if before and _escalated(found) else ""


def _escalated(found: BallotFacts) -> bool:
    return found.follows is not None and found.follows.board != found.ballot.board


def _state(app: App, ballot: Ballot) -> str:
    extended = f", extended {counted(ballot.extended, 'time')}" if ballot.extended else ""
    until = "until" if ballot.outcome is Outcome.OPEN else "the deadline was"
    return f"{ballot.outcome.value}, {until} {app.when(ballot.deadline)}{extended}"


def votes_of(found: BallotFacts) -> str:
    """``2 of 3 for, 1 against``; ``4 for`` where more approve than are needed."""
    count = found.count
    of_needed = f" of {count.needed}" if count.approvals <= count.needed else ""
    others = ((count.objections, "against"), (count.abstentions, "abstained"))
    return ", ".join([f"{count.approvals}{of_needed} for", *(f"{many} {what}" for many, what in others if many)])


def seat_row(app: App, found: BallotFacts, seat: Seat) -> tuple[str, ...]:
    """Who was asked, and the vote that counts: a row of a table."""
    name, vote = found.member(seat.paper.id), seat.vote
    if vote:
        return name, vote.choice.value, short_time(app, vote.received_at), seat.how
    return name, "—", "", _why_silent(seat)


def short_time(app: App, time: datetime) -> str:
    """A time in a table, by the office's clock."""
    return f"{time.astimezone(app.rules.timezone):%Y-%m-%d %H:%M}"


def _why_silent(seat: Seat) -> str:
    paper = seat.paper
    if not paper.on_board:
        return "not on the board any more, or under another address"
    if paper.excused is Excused.OWN_TEXT:
        return "own text: no vote"
    return "away: a substitute is asked" if paper.excused is Excused.AWAY else "has not voted"


def vote_row(app: App, found: BallotFacts, vote: Vote) -> tuple[str, ...]:
    """A vote as a row of a table."""
    counts = "yes" if found.counts(vote) else "no"
    return short_time(app, vote.received_at), found.member(vote.paper), vote.choice.value, counts, found.how(vote)


def comments(given: Sequence[Vote], found: BallotFacts) -> Iterator[str]:
    """What members wrote with their votes; why a vote was entered by hand is not their words."""
    commented = [vote for vote in given if vote.comment and not vote.by_hand]
    if commented:
        yield ""
    for vote in commented:
        yield f"{found.member(vote.paper)}, {vote.choice.value}:"
        yield from (f"  {line}" for line in vote.comment.splitlines())


def refusal(app: App, member: str, reply: BallotReply) -> str:
    """A reply that was not counted, and why, in a sentence."""
    when = app.when(reply.received_at)
    return f"{member}'s reply of {when} was not counted: {reply.reason or reply.outcome.value}"
