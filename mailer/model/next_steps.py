"""What can be done with an issue next, in each state, and the refusal of what cannot."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.errors import Refused
from mailer.model.issues import BUILT, TRANSITIONS, Event, Issue, State
from mailer.model.rules import Rules
from mailer.phrases import Phrase, phrase

NEXT: Mapping[State, Phrase] = {
    State.DRAFT: phrase("build it with `mailer issue build %(typed)s`"),
    State.RENDERED: phrase("submit it to the board with `mailer issue submit %(typed)s`"),
    State.SUBMITTED: phrase("the board has it; see `mailer status`, and after an edit `mailer issue amend --help`"),
    State.APPROVED: phrase("send it with `mailer send %(typed)s`"),
    State.SCHEDULED: phrase("the daemon sends it when it is due, and `mailer send %(typed)s` sends it now"),
    State.SENDING: phrase("it is being sent; continue with `mailer send %(typed)s`"),
    State.SENT: phrase("it has been sent and does not change any more; start the next one with `mailer issue new`"),
    State.REJECTED: phrase(
        'edit it, and ask the board again with `mailer issue amend %(typed)s -m "what has changed"`'
    ),
    State.CANCELLED: phrase(
        "nothing of it has gone out; to take it up again, build it with `mailer issue build %(typed)s`"
    ),
    State.STOPPED: phrase(
        "it was cancelled while it was being sent and stays so; start another one with `mailer issue new`"
    ),
}
"""The next step; ``%(typed)s`` is the issue as it is typed."""

EDITED = phrase(
    "its source was edited after it was built: build it again with `mailer issue build %(typed)s`, or take the edit "
    "back"
)
"""The next step of an issue that is not what was built."""

WAITING = (State.DRAFT, State.RENDERED, State.APPROVED, State.REJECTED)
"""States in which nothing happens until a person takes the next step."""

PARTICIPLE: Mapping[Event, str] = {
    Event.RENDER: "built",
    Event.SUBMIT: "submitted",
    Event.SCHEDULE: "scheduled",
    Event.UNSCHEDULE: "unscheduled",
    Event.START: "sent",
    Event.CANCEL: "cancelled",
}
"""What a command does to an issue, in a word."""


def next_step(rules: Rules, issue: Issue, edited: bool = False) -> Phrase:
    """The next step, with the command to type; ``edited``: whether its source was edited after it was built."""
    step = EDITED if edited and issue.state in BUILT else NEXT[issue.state]
    typed = rules.typed(issue.publication, issue.number)
    return phrase(step.message, typed=typed) if "%" in step.message else step


def require(rules: Rules, issue: Issue, *events: Event) -> None:
    """Raises Refused, with the next step instead, unless one of ``events`` can happen; the first one is named."""
    if not any((issue.state, event) in TRANSITIONS for event in events):
        done = PARTICIPLE[events[0]]
        raise Refused(f"Issue {issue.number} is {issue.state} and cannot be {done} now: {next_step(rules, issue)}.")
