"""Channels: publications of others that print articles of ours, and what became of each pack that they were given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailer.errors import Refused
from mailer.message import Address, clean
from mailer.model.questionnaires import Field, Questionnaire
from mailer.phrases import Phrase, phrase

KIND = "channel pack"
"""The kind of the question to a channel's contact, what comes of a pack."""

NOTED = 200
"""Characters that are kept of where something appears."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A publication of others (``[channels.KEY]``)."""

    key: str
    title: str
    publications: tuple[str, ...]
    """Our publications whose articles it may print."""
    contact: Address | None = None
    """Who gets the packs by mail."""
    language: str = "en"
    """The one that it wants (BCP 47)."""
    words: int = 0
    """How long an article may be; 0 is as long as it is."""
    terms: str = ""
    """What we ask in return; empty are the shipped words."""
    attach_bytes: int = 7_000_000
    """How large the files of one mail may be."""
    remind: timedelta = timedelta(days=14)
    """When the contact is asked once more; nothing is never."""


class State(StrEnum):
    """Where a pack stands."""

    WRITTEN = "written"  # as a folder, for somebody to hand over
    MAILED = "mailed"  # to the channel's contact, who was asked what comes of it
    TAKEN = "taken"  # it appears there
    DECLINED = "declined"


STATE_NAMES: Mapping[State, Phrase] = {
    State.WRITTEN: phrase("written"),
    State.MAILED: phrase("mailed"),
    State.TAKEN: phrase("taken"),
    State.DECLINED: phrase("declined"),
}
"""Where a pack stands, in words for people."""


class Event(StrEnum):
    """What changes the state of a pack."""

    TAKE = "take"  # they say that it appears, or where
    DECLINE = "decline"


TRANSITIONS: Mapping[tuple[State, Event], State] = {
    **{(state, Event.TAKE): State.TAKEN for state in State},
    **{(state, Event.DECLINE): State.DECLINED for state in State},
}
"""Editors change their minds, so each step is possible in each state."""


def advance(state: State, event: Event) -> State:
    """The state after ``event``."""
    return TRANSITIONS[state, event]


@dataclass(frozen=True, slots=True)
class GivenPack:
    """A pack that was made for a channel."""

    id: int
    channel: str
    """Its key in the configuration."""
    issue: int
    """The id of the issue."""
    language: str
    """BCP 47."""
    articles: tuple[int, ...]
    """The numbers of the articles in it."""
    digest: str
    """Of the issue's editions as they were then."""
    state: State
    made_at: datetime
    made_by: str
    """The account at the command line."""
    address: str = ""
    """Who was mailed it; empty if nobody was."""
    files: int = 0
    """How many files it has."""
    answered_at: datetime | None = None
    appears: str = ""
    """Where and when it appears, in the words of the contact or of the secretary."""
    place: str = ""
    """The page, or the address."""
    changes: str = ""
    """What they say that they have changed."""
    reminded_at: datetime | None = None

    @property
    def name(self) -> str:
        """Its name in logs and the audit trail."""
        return f"channel pack {self.id}"

    @property
    def is_answered(self) -> bool:
        """Whether its editor has said what becomes of it."""
        return self.state in (State.TAKEN, State.DECLINED)

    @property
    def outcome(self) -> Phrase:
        """What became of it, in words for people."""
        if self.state is State.TAKEN and self.appears:
            if self.place:
                return phrase("%(appears)s (%(place)s)", appears=self.appears, place=self.place)
            return phrase("%(appears)s", appears=self.appears)
        return STATE_NAMES[self.state]


ANSWER = Questionnaire(
    "channel",
    (
        Field("appears", phrase("Appears in"), most=NOTED, hint=phrase("which issue, and when: May 2027")),
        Field("place", phrase("Page or address"), most=NOTED),
        Field("changes", phrase("What you have changed"), most=NOTED),
    ),
    title=phrase("where it appears"),
)
"""What a channel's contact is asked."""


def noted(words: str) -> str:
    """What is kept of an answer in somebody's own words: its first line that says anything."""
    lines = (clean(line, NOTED).strip() for line in words.split("\n"))
    return next((line for line in lines if len(line.split()) > 1 or any(sign.isdigit() for sign in line)), "")


def find(channels: Mapping[str, Channel], key: str) -> Channel:
    """Raises Refused with the channels that exist."""
    if key not in channels:
        known = ", ".join(channels) or "none yet: add a section [channels.NAME] to the configuration"
        raise Refused(f"There is no channel “{key}”; there are: {known}.")
    return channels[key]
