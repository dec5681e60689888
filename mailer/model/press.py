"""Press releases: documents of the library that go to journalists, and never before the end of their embargo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mailer.errors import Refused

KIND = "press"
"""The kind of these documents, in the library and for policies."""


@dataclass(frozen=True, slots=True)
class PressRules:
    """What the configuration says of the press (``[press]``)."""

    list: str = ""
    """The key of the list of journalists; empty if there is none."""
    attach_bytes: int = 5_000_000
    """How large the files of a press release may be."""


class State(StrEnum):
    """Where the sending of a press release stands."""

    PLANNED = "planned"  # it waits for its time, and for the end of its embargo
    SENT = "sent"  # its copies are written
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What changes that state."""

    PLAN = "plan"  # again, for another time
    SEND = "send"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.PLANNED, Event.PLAN): State.PLANNED,
    (State.PLANNED, Event.SEND): State.SENT,
    (State.PLANNED, Event.CANCEL): State.CANCELLED,
    (State.CANCELLED, Event.PLAN): State.PLANNED,
}
"""All transitions; everything else is refused."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"A press release that is {state} cannot take the step “{event}”.") from None


@dataclass(frozen=True, slots=True)
class Release:
    """A press release that is to go to journalists."""

    id: int
    version: int
    """The id of the document's version."""
    list: str
    due_at: datetime
    state: State
    planned_at: datetime
    planned_by: str
    """The account at the command line."""
    held_at: datetime | None = None
    """When the secretary was told that its time has come and that it cannot go out."""


def due_at(wanted: datetime | None, embargo: datetime | None, now: datetime) -> datetime:
    """When it goes out: at the wanted time, or at once, but never before the end of the embargo."""
    return max(time for time in (wanted or now, embargo) if time is not None)
