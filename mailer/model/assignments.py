"""A presenter at an event: asked, agreed, presented; and the one table of these states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mailer.errors import Refused
from mailer.phrases import Phrase, phrase


class State(StrEnum):
    """Where an assignment stands."""

    ASKED = "asked"  # the presenter has the question
    AGREED = "agreed"  # the presenter comes, and the host is told
    DECLINED = "declined"
    SILENT = "silent"  # no answer in time
    WITHDRAWN = "withdrawn"  # the office or the host needs them no more
    CANCELLED = "cancelled"  # agreed first, and does not come after all
    PRESENTED = "presented"  # the event is over, and a report is asked for
    REPORTED = "reported"
    UNREPORTED = "unreported"  # no report came


STATE_NAMES: Mapping[State, Phrase] = {
    State.ASKED: phrase("asked"),
    State.AGREED: phrase("presents"),
    State.DECLINED: phrase("said no"),
    State.SILENT: phrase("has not answered"),
    State.WITHDRAWN: phrase("not needed any more"),
    State.CANCELLED: phrase("does not come after all"),
    State.PRESENTED: phrase("has presented; the report is to come"),
    State.REPORTED: phrase("has presented and reported"),
    State.UNREPORTED: phrase("has presented; no report came"),
}
"""Where an assignment stands, in words for people."""


class Step(StrEnum):
    """What changes the state of an assignment."""

    AGREE = "agree"
    DECLINE = "decline"
    LAPSE = "lapse"  # the time for an answer, or for a report, is over
    WITHDRAW = "withdraw"  # the event needs no presenter, or does not take place
    CANCEL = "cancel"  # the presenter cannot come after all
    HOLD = "hold"  # the event is over
    REPORT = "report"


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.ASKED, Step.AGREE): State.AGREED,
    (State.ASKED, Step.DECLINE): State.DECLINED,
    (State.ASKED, Step.LAPSE): State.SILENT,
    (State.ASKED, Step.WITHDRAW): State.WITHDRAWN,
    (State.AGREED, Step.CANCEL): State.CANCELLED,
    (State.AGREED, Step.WITHDRAW): State.WITHDRAWN,
    (State.AGREED, Step.HOLD): State.PRESENTED,
    (State.PRESENTED, Step.REPORT): State.REPORTED,
    (State.PRESENTED, Step.LAPSE): State.UNREPORTED,
    (State.REPORTED, Step.REPORT): State.REPORTED,
    (State.UNREPORTED, Step.REPORT): State.REPORTED,
}
"""All transitions; everything else is refused."""

OPEN = (State.ASKED, State.AGREED)
"""States in which an event has somebody, or may get somebody by an answer."""

ENGAGED = (State.ASKED, State.AGREED)
"""States in which the days of the event are not free."""

PRESENTED = (State.PRESENTED, State.REPORTED, State.UNREPORTED)
"""States of those who have presented (action plan 3.2)."""


LONGEST_WAIT, SHORTEST_WAIT = timedelta(days=8), timedelta(days=1)
"""How long an answer may take. If the event is near, it is a quarter of the time until then."""

BRIEFED_BEFORE = timedelta(days=7)
"""How long before the event its presenter is reminded of it."""

REPORT_WAITS = (timedelta(days=7), timedelta(days=7), timedelta(days=14))
"""How long is waited after the request for a report, and after each reminder. A later report still counts."""


def wait_for(starts: date, today: date) -> timedelta:
    """How long an answer may take that is asked for today. A reminder goes out at half of it."""
    return min(max((starts - today) / 4, SHORTEST_WAIT), LONGEST_WAIT)


def advance(state: State, step: Step) -> State:
    """The state after ``step``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Refused(f"An assignment that is “{state}” cannot take the step “{step}”.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A presenter who was asked to one event. Somebody may be asked again after an end, as another assignment."""

    id: int = 0
    event: int
    presenter: int
    state: State = State.ASKED
    points: int = 0
    """Of the ranking when they were asked."""
    following: tuple[int, ...] = ()
    """The presenters who are asked next, one after the other, if this one does not come."""
    sequence: int = 0
    """Of the event when they were told of it last (RFC 5546, 2.1.4)."""
    asked_at: datetime
    due_at: datetime | None = None
    """When the next step is due: a reminder, the end of the time for an answer, the request for a report."""
    reminders: int = 0
    """How often they were reminded of what is waited for now."""
    changed_at: datetime

    @property
    def name(self) -> str:
        """What logs and the audit trail call it."""
        return f"assignment {self.id}"

    def takes(self, step: Step) -> bool:
        return (self.state, step) in TRANSITIONS
