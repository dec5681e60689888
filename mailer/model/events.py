"""Events that others hold or that the group holds for its own members, and the one table of their states.

What an address has not confirmed yet is a submission; an event exists from the yes of its sender on.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from mailer.errors import Refused
from mailer.phrases import Phrase, phrase


class EventKind(StrEnum):
    """What an event is (action plan 2.2)."""

    SEMINAR = "seminar"
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    OTHER = "other"


KIND_NAMES: Mapping[EventKind, Phrase] = {
    EventKind.SEMINAR: phrase("seminar"),
    EventKind.CONFERENCE: phrase("conference"),
    EventKind.WORKSHOP: phrase("workshop"),
    EventKind.OTHER: phrase("other"),
}
"""What people read for each kind."""


class State(StrEnum):
    """Where an event stands."""

    CONFIRMED = "confirmed"  # its sender has confirmed it, and a person decides
    ACCEPTED = "accepted"
    CHANGED = "changed"  # accepted as it is shown, and a change of it waits for a person
    HELD = "held"  # it is over
    CANCELLED = "cancelled"
    DECLINED = "declined"


STATE_NAMES: Mapping[State, Phrase] = {
    State.CONFIRMED: phrase("waits for a decision"),
    State.ACCEPTED: phrase("accepted"),
    State.CHANGED: phrase("accepted; a change waits for a decision"),
    State.HELD: phrase("held"),
    State.CANCELLED: phrase("cancelled"),
    State.DECLINED: phrase("declined"),
}
"""Where an event stands, in words for people."""


class Step(StrEnum):
    """What changes the state of an event."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CHANGE = "change"  # its host sends other lines
    CANCEL = "cancel"
    HOLD = "hold"  # its last day is over


TRANSITIONS: Mapping[tuple[State, Step], State] = {
    (State.CONFIRMED, Step.ACCEPT): State.ACCEPTED,
    (State.CONFIRMED, Step.DECLINE): State.DECLINED,
    (State.CONFIRMED, Step.CHANGE): State.CONFIRMED,
    (State.CONFIRMED, Step.CANCEL): State.CANCELLED,
    (State.ACCEPTED, Step.CHANGE): State.CHANGED,
    (State.ACCEPTED, Step.CANCEL): State.CANCELLED,
    (State.ACCEPTED, Step.HOLD): State.HELD,
    (State.CHANGED, Step.ACCEPT): State.ACCEPTED,
    (State.CHANGED, Step.DECLINE): State.ACCEPTED,
    (State.CHANGED, Step.CHANGE): State.CHANGED,
    (State.CHANGED, Step.CANCEL): State.CANCELLED,
    (State.CHANGED, Step.HOLD): State.HELD,
    (State.CANCELLED, Step.ACCEPT): State.ACCEPTED,
    (State.DECLINED, Step.ACCEPT): State.ACCEPTED,
}
"""All transitions; everything else is refused."""

PUBLIC = (State.ACCEPTED, State.CHANGED, State.HELD)
"""States in which an event that is not internal may be shown."""

COMING = (State.ACCEPTED, State.CHANGED)
"""States in which an event is expected to take place."""


def advance(state: State, step: Step) -> State:
    """The state after ``step``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise Refused(f"An event that is {state} cannot take the step “{step}”.") from None


class Hours(NamedTuple):
    """When an event begins on its first day and ends on its last, by the clock of its place."""

    opens: time
    closes: time
    zone: str
    """Its time zone's name (IANA), or empty if only the place's clock is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as it is known now."""

    id: int = 0
    uid: str = ""
    """Of its calendar entries; ours, whatever a sender's file had (RFC 5545, 3.8.4.7)."""
    title: str
    kind: EventKind = EventKind.OTHER
    internal: bool = False
    """For the group's own members: shown to nobody else in any way."""
    organiser: str = ""
    organisation: int | None = None
    """The organiser in the directory, if it is known there."""
    place: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, upper case; empty for an event without a place."""
    starts: date
    ends: date
    """The last day."""
    hours: Hours | None = None
    languages: tuple[str, ...] = ()
    """BCP 47."""
    audience: str = ""
    website: str = ""
    topics: tuple[str, ...] = ()
    wants_presenter: bool = False
    costs: str = ""
    """Which costs of a presenter the host covers, as the host wrote it."""
    programme: str = ""
    state: State = State.CONFIRMED
    sequence: int = 0
    """Grows with each change that its calendar entries have to follow (RFC 5546, 2.1.4)."""
    submission: int | None = None
    host: str = ""
    """The address of the sender, who answers for it; empty if the office added it."""
    host_name: str = ""
    host_language: str = ""
    source_uid: str = ""
    """The UID in the sender's calendar file, which finds doubles."""
    pending: Mapping[str, str] = field(default_factory=dict)
    """Values that the host has sent and that a person decides on, in state CHANGED."""
    created_at: datetime
    changed_at: datetime
    reminded_at: datetime | None = None
    """When its host was asked whether it takes place, or its participants were reminded."""

    @property
    def language(self) -> str:
        """The first of its languages; may be empty."""
        return self.languages[0] if self.languages else ""

    @property
    def name(self) -> str:
        """What logs and the audit trail call it."""
        return f"event {self.id}"

    @property
    def is_public(self) -> bool:
        """Whether it may be shown to those who are no members (law 4)."""
        return not self.internal and self.state in PUBLIC

    def takes(self, step: Step) -> bool:
        return (self.state, step) in TRANSITIONS

    def overlaps(self, starts: date, ends: date) -> bool:
        return self.starts <= ends and starts <= self.ends


class Role(StrEnum):
    """What a person is asked to be at an internal event."""

    SPEAKER = "speaker"
    GUEST = "guest"


class Coming(StrEnum):
    """What a person has answered."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    LATER = "later"


COMING_NAMES: Mapping[Coming, Phrase] = {
    Coming.ASKED: phrase("has not answered"),
    Coming.YES: phrase("comes"),
    Coming.NO: phrase("does not come"),
    Coming.LATER: phrase("does not know yet"),
}


@dataclass(frozen=True, slots=True)
class EventRules:
    """What the configuration says of events."""

    members: str = ""
    """The list of the group's own members, who are invited to internal events and may announce them; may be empty."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who was asked to an internal event."""

    event: int
    role: Role
    address: str
    name: str
    contact: int | None
    coming: Coming
    at: datetime
    """When they were asked, or answered last."""
    talk: str = ""
    """The title of a speaker's talk."""


SIMILAR = 0.8
"""From this on, two titles or organisers are likely the same; 1 is equal."""


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text[:200]).casefold()
    return " ".join("".join(sign for sign in decomposed if sign.isalnum() or sign.isspace()).split())


def similar(one: str, other: str) -> bool:
    """Whether two titles or organisers are likely the same, whatever their case, accents and punctuation."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return False
    return first == second or SequenceMatcher(None, first, second, autojunk=False).ratio() >= SIMILAR


def is_double(one: Event, other: Event) -> bool:
    """Whether two are likely the same: by the UID of their files, or by country, dates, and title or organiser."""
    if one.source_uid and one.source_uid == other.source_uid:
        return True
    if one.country != other.country or not one.overlaps(other.starts, other.ends):
        return False
    return similar(one.title, other.title) or similar(one.organiser, other.organiser)


def doubles(event: Event, others: Iterable[Event]) -> list[Event]:
    """Those of ``others`` that are likely the same event."""
    return [other for other in others if other.id != event.id and is_double(event, other)]
