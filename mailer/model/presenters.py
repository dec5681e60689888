"""Presenters: volunteers who speak at events, how a registration goes, and when each is free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from mailer.errors import Refused
from mailer.model.regions import contains
from mailer.phrases import Phrase, phrase


class State(StrEnum):
    """Where a registration stands. It begins when its address has been confirmed (B11)."""

    REGISTERED = "registered"  # a person decides
    APPROVED = "approved"  # they are in the bank
    DECLINED = "declined"
    RETIRED = "retired"  # they withdrew or left the bank, or the secretary took them out


STATE_NAMES: Mapping[State, Phrase] = {
    State.REGISTERED: phrase("waiting for approval"),
    State.APPROVED: phrase("in the bank"),
    State.DECLINED: phrase("not taken into the bank"),
    State.RETIRED: phrase("no longer in the bank"),
}
"""Where a registration stands, in words for people."""


class Event(StrEnum):
    """What changes the state of a registration."""

    REGISTER = "register"  # they confirm their lines, also corrected ones
    APPROVE = "approve"
    DECLINE = "decline"
    RETIRE = "retire"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.REGISTERED, Event.REGISTER): State.REGISTERED,
    (State.REGISTERED, Event.APPROVE): State.APPROVED,
    (State.REGISTERED, Event.DECLINE): State.DECLINED,
    (State.REGISTERED, Event.RETIRE): State.RETIRED,
    (State.APPROVED, Event.REGISTER): State.APPROVED,
    (State.APPROVED, Event.RETIRE): State.RETIRED,
    (State.DECLINED, Event.REGISTER): State.REGISTERED,
    (State.DECLINED, Event.APPROVE): State.APPROVED,
    (State.RETIRED, Event.REGISTER): State.REGISTERED,
}
"""All transitions; everything else is refused."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``. Raises Refused if the table has no such transition."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"A presenter who is {state} cannot take the step “{event}”.") from None


@dataclass(frozen=True, slots=True)
class PresenterRules:
    """What the configuration says of presenters (``[presenters]``)."""

    bank: str = ""
    """The key of the list of those who were approved; empty if there is no bank."""
    topics: tuple[str, ...] = ()
    """Those that the office knows."""
    call: str = ""
    """The list whose members are asked to register."""
    ask_again: timedelta = timedelta(days=365)
    """After which time somebody who did not answer may be asked again."""
    attach_bytes: int = 5_000_000
    """How large kit and questions may be together to be attached."""


class Period(NamedTuple):
    """Days on which a presenter cannot come, both included."""

    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """``2027-05-03/2027-05-05``, or one day. Raises ValueError."""
        first, _, last = text.partition("/")
        made = cls(date.fromisoformat(first), date.fromisoformat(last or first))
        if made.last < made.first:
            raise ValueError(f"{text}: the last day is before the first one")
        return made

    def __str__(self) -> str:
        days = dict.fromkeys(day.isoformat() for day in self)
        return "/".join(days)

    def overlaps(self, first: date, last: date) -> bool:
        return self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class Presenter:
    """A volunteer, as they said themselves what they can do."""

    id: int
    contact: int
    """The id of their contact."""
    address: str
    """The contact's present one."""
    name: str
    organisation: str
    country: str
    """ISO 3166-1 alpha-2."""
    languages: tuple[str, ...]
    """BCP 47, in lower case, the best one first."""
    regions: tuple[str, ...]
    """Where they would go: UN M49 codes (``014`` is Eastern Africa), or countries; none: they did not say."""
    topics: tuple[str, ...]
    """In the words of the configuration where it has them."""
    experience: str
    busy: tuple[Period, ...]
    """When not."""
    may_publish: bool
    """Whether name, organisation and country may stand in a published list."""
    state: State
    scope: str
    """The version of the scope that they agreed to: ``1.0``; empty if there was none."""
    registered_at: datetime
    changed_at: datetime
    approved_at: datetime | None = None

    @property
    def label(self) -> str:
        """The name, or the address if there is none."""
        return self.name or self.address

    @property
    def is_available(self) -> bool:
        """Whether they can be recommended."""
        return self.state is State.APPROVED

    def is_free(self, first: date, last: date | None = None) -> bool:
        """Whether they have not said that they cannot come on any of these days."""
        return not any(period.overlaps(first, last or first) for period in self.busy)

    def serves(self, country: str) -> bool:
        """Whether the country is their own, or in one of their regions."""
        return country == self.country or any(contains(region, country) for region in self.regions)

    def may(self, event: Event) -> bool:
        """Whether they can take the step."""
        return (self.state, event) in TRANSITIONS
