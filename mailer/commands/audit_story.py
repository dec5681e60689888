"""The story of an issue, for people."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from mailer.commands.terminal import WIDTH
from mailer.handlers.audit import BallotTold, EventTold, Story, VoteTold
from mailer.message import clean
from mailer.model.personal_data import FORGOTTEN

TOLD_OTHERWISE = frozenset({"voted", "vote refused", "no vote"})
"""Actions that the ballots tell."""

ERASED = "(erased: asked to be forgotten)"

KEPT = "What members voted is kept after they asked to be forgotten, because a grant rests on it."


def story_lines(story: Story) -> Iterator[str]:
    """At most 80 columns, unless an address or a Message-ID is longer."""
    yield f"{story.issue}, “{clean(story.title)}”: {story.state}"
    for ballot in story.ballots:
        yield ""
        yield from _ballot(ballot)
    if any(FORGOTTEN in vote.member for ballot in story.ballots for vote in ballot.votes):
        yield ""
        yield from _folded(KEPT)
    events = [event for event in story.events if event.action not in TOLD_OTHERWISE]
    if events:
        yield ""
        yield "What was done (time UTC, number of the entry)"
    for event in events:
        yield from _event(event)
    yield ""
    yield f"Record: entry {story.head.number:,}, {story.head.groups}"


def _ballot(ballot: BallotTold) -> Iterator[str]:
    yield f"Revision {ballot.revision}, ballot {ballot.number}: {ballot.outcome}"
    if ballot.note:
        yield from _named("note", ballot.note)
    yield from _named("opened", f"{_time(ballot.opened_at)}, until {_time(ballot.deadline)}")
    yield from _named("policy", f"{ballot.policy}: {_terms(ballot.terms)}")
    yield from _named("lists", ", ".join(f"{key} (version {version})" for key, version in ballot.lists.items()))
    yield from _named("digest", ballot.digest)
    yield from _named("asked", f"{len(ballot.asked)} of the list {ballot.board}")
    for member in ballot.asked:
        yield f"    {_member(member)}"
    if ballot.votes:
        yield "  votes"
    for vote in ballot.votes:
        yield from _vote(vote, vote.choice)
    if ballot.refused:
        yield "  replies that were not counted"
    for vote in ballot.refused:
        yield from _vote(vote, vote.reason or "not counted")
    if ballot.granted_at:
        voided = f", void since {_time(ballot.voided_at)}" if ballot.voided_at else ""
        yield from _named("granted", f"{_time(ballot.granted_at)}{voided}")


def _terms(terms: Mapping[str, object]) -> str:
    """The rule that counted, shortly."""
    blocks = "one objection blocks" if terms.get("objection_blocks") else "objections count"
    least = f", at least {terms['minimum_votes']} votes" if terms.get("minimum_votes") else ""
    return f"{terms.get('rule')}, {blocks}{least}, deadline {terms.get('deadline')}"


def _vote(vote: VoteTold, what: str) -> Iterator[str]:
    erased = FORGOTTEN in vote.member
    yield from _folded(f"{_time(vote.at)}  {_member(vote.member)}: {what}", 4)
    if proof := ERASED if erased else vote.how:
        yield from _folded(proof, 8)
    if vote.message_id and not erased:
        yield f"        {clean(vote.message_id, 998)}"
    if vote.comment:
        yield from _folded(f"“{clean(vote.comment, 1000)}”", 8)


def _member(address: str) -> str:
    return f"{address.partition('@')[0]}, who asked to be forgotten" if FORGOTTEN in address else address


def _event(event: EventTold) -> Iterator[str]:
    told = ", ".join(f"{name} {_text(value)}" for name, value in event.detail.items() if value not in (None, "", []))
    yield from _folded(f"{_time(event.at)}  {event.entry:>6}  {event.action}{f': {told}' if told else ''}", 2)
    yield from _folded(f"by {event.actor or ERASED}, {event.cause or ERASED}", 28)


def _text(value: object) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value))
    if isinstance(value, dict):
        return "+".join(f"{name} {one}" for name, one in value.items())
    return clean(str(value), 200)


def _time(stamp: str) -> str:
    return stamp[:16].replace("T", " ")


def _named(name: str, text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        f"  {name:<9}{clean(text, 2000)}",
        WIDTH,
        subsequent_indent=" " * 11,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _folded(text: str, indent: int = 0) -> list[str]:
    return textwrap.wrap(
        clean(text, 2000) if indent else text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + (2 if indent else 0)),
        break_long_words=False,
        break_on_hyphens=False,
    )
