"""Presenters: volunteers who speak at events, how a registration goes, and when each is free."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple, Self

from mailer.errors import Refused
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.model.regions import contains
from mailer.phrases import Phrase, phrase

KIND = "presenter"
"""The kind of submissions, of questions with a presenter's lines, and of the notice that asks a person to decide."""

AGREE = "presenter scope"
"""The kind of the question whether they agree to a new version of the scope."""

CALL = "presenter call"
"""The kind of the question whether somebody wants to be a presenter."""


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
    RETURN = "return"  # they undid that they had left the bank


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
    (State.RETIRED, Event.RETURN): State.APPROVED,
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
    attach_bytes: int = 2_000_000
    """How large the files of one mail may be."""
    mails: int = 4
    """In how many mails the kit may come."""


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
    given: str = ""
    """The versions of the documents that they got last, as ``GIVEN`` writes them."""

    @property
    def values(self) -> Mapping[str, str]:
        """What they said, by the keys of the questionnaire."""
        values = {
            "name": self.name,
            "organisation": self.organisation,
            "country": self.country,
            "languages": ",".join(self.languages),
            "regions": ",".join(self.regions),
            "topics": ", ".join(self.topics),
            "experience": self.experience,
            "busy": ",".join(f"{period.first}/{period.last}" for period in self.busy),
            "publish": "yes" if self.may_publish else "no",
        }
        return {key: value for key, value in values.items() if value}

    def with_values(self, values: Mapping[str, str], topics: Iterable[str]) -> Self:
        """With these values of the questionnaire; ``topics`` are those that the office knows."""
        return replace(
            self,
            name=values.get("name", ""),
            organisation=values.get("organisation", ""),
            country=values.get("country", ""),
            languages=_several(values.get("languages", "")),
            regions=_several(values.get("regions", "")),
            topics=topics_of(values.get("topics", ""), topics),
            experience=values.get("experience", ""),
            busy=tuple(map(Period.parse, _several(values.get("busy", "")))),
            may_publish=values.get("publish") == "yes",
        )

    @property
    def is_under_way(self) -> bool:
        """Whether they have registered, and are neither declined nor retired."""
        return self.state in (State.REGISTERED, State.APPROVED)

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


# --- what they are asked ---


MOST_TOPICS = 20
"""Topics of one presenter."""

QUESTIONNAIRE = Questionnaire(
    "presenter",
    (
        Field("name", phrase("Name"), required=True),
        Field("organisation", phrase("Organisation")),
        Field("country", phrase("Country"), FieldKind.COUNTRY, required=True),
        Field(
            "languages",
            phrase("Languages"),
            FieldKind.LANGUAGES,
            required=True,
            hint=phrase("in which you can speak, the best one first"),
        ),
        Field(
            "regions",
            phrase("Regions"),
            FieldKind.REGIONS,
            hint=phrase("where you would go: countries, regions such as Eastern Africa, or the world"),
        ),
        Field("topics", phrase("Topics"), most=400, hint=phrase("what you can speak about, with commas between")),
        Field("experience", phrase("Experience"), FieldKind.LONG, most=2000),
        Field("busy", phrase("When not"), FieldKind.PERIODS, hint=phrase("days on which you cannot come"), coming=True),
        Field(
            "publish",
            phrase("May be published"),
            FieldKind.YES_NO,
            hint=phrase("your name, organisation and country in a list of presenters: yes or no"),
        ),
    ),
    title=phrase("your registration as a presenter"),
)

_BETWEEN = re.compile(r"[,;、，；\n]")
_ALIKE = 0.82


def topics_of(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The topics that a text names, each in the words of the office where it knows it."""
    folded = {one.casefold(): one for one in known}
    found = []
    for word in (part.strip(" .") for part in _BETWEEN.split(text)):
        near = get_close_matches(word.casefold(), folded, 1, cutoff=_ALIKE)
        found += [folded[near[0]] if near else word] if word else []
    return tuple(dict.fromkeys(found))[:MOST_TOPICS]


def _several(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
