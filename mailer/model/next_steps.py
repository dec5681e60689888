"""What can be done with an issue next, in each state, and the refusal of what cannot."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.errors import Refused
from mailer.model.issues import BUILT, TRANSITIONS, Event, Issue, State
from mailer.model.rules import Rules

NEXT: Mapping[State, str] = {
    State.DRAFT: "build it with `mailer issue build {}`",
    State.RENDERED: "submit it to the board with `mailer issue submit {}`",
    State.SUBMITTED: "the board has it; see `mailer status`, or build it again after an edit",
    State.APPROVED: "send it with `mailer send {}`",
    State.SCHEDULED: "the daemon sends it when it is due, and `mailer send {}` sends it now",
    State.SENDING: "it is being sent; continue with `mailer send {}`",
    State.SENT: "it has been sent and does not change any more; start the next one with `mailer issue new`",
    State.REJECTED: "edit it, build it with `mailer issue build {}`, and submit it again",
    State.CANCELLED: "nothing of it has gone out; to take it up again, build it with `mailer issue build {}`",
    State.STOPPED: "it was cancelled while it was being sent and stays so; start another one with `mailer issue new`",
}
"""The next step; ``{}`` stands for the issue as it is typed."""

EDITED = "its source was edited after it was built: build it again with `mailer issue build {}`, or take the edit back"
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


def next_step(rules: Rules, issue: Issue, edited: bool = False) -> str:
    """The next step, with the command to type; ``edited``: whether its source was edited after it was built."""
    step = EDITED if edited and issue.state in BUILT else NEXT[issue.state]
    return step.format(rules.typed(issue.publication, issue.number))


def require(rules: Rules, issue: Issue, *events: Event) -> None:
    """Raises Refused, with the next step instead, unless one of ``events`` can happen; the first one is named."""
    if not any((issue.state, event) in TRANSITIONS for event in events):
        done = PARTICIPLE[events[0]]
        raise Refused(f"Issue {issue.number} is {issue.state} and cannot be {done} now: {next_step(rules, issue)}.")
