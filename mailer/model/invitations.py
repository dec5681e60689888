"""Invitations to a list: who gets one, who does not, and what comes of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from mailer.message import Address
from mailer.model.imports import Change, Known, away
from mailer.model.list_file import Row
from mailer.model.lists import KIND_NAMES, Details, Standing
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import phrase

MOST_TIMES = 2
"""How often an invitation is written at most: once, and once more to those who ask for it."""

DETAILS = Questionnaire(
    "details",
    (
        Field("organisation", phrase("Organisation")),
        Field("name", phrase("Name")),
        Field("kind", phrase("Kind"), FieldKind.CHOICE, {kind.value: name for kind, name in KIND_NAMES.items()}),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("language", phrase("Language"), FieldKind.LANGUAGE),
    ),
)
"""What an organisation that is invited corrects in place."""


class State(StrEnum):
    """What becomes of an invitation."""

    WAITING = "waiting"
    """It will be written."""
    ASKED = "asked"
    """It was written."""
    LATER = "later"
    """They want to be asked again."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    DROPPED = "dropped"
    """It was not written, because something changed meanwhile."""

    @property
    def is_open(self) -> bool:
        return self in (State.WAITING, State.ASKED, State.LATER)


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.WAITING: frozenset({State.ASKED, State.DROPPED}),
    State.ASKED: frozenset({State.ACCEPTED, State.DECLINED, State.LATER, State.UNANSWERED}),
    State.LATER: frozenset({State.ASKED, State.DROPPED, State.UNANSWERED}),
    State.ACCEPTED: frozenset(),
    State.DECLINED: frozenset(),
    State.UNANSWERED: frozenset(),
    State.DROPPED: frozenset(),
}
"""From each state, those that may follow."""


@dataclass(frozen=True, slots=True)
class InvitationRules:
    """How invitations work."""

    per_day: int = 500
    """How many are written in a day."""
    later: timedelta = timedelta(days=90)
    """When those are asked again who said later."""
    answer: timedelta = timedelta(days=60)
    """How long an invitation can be answered."""


@dataclass(frozen=True, slots=True)
class NominationRules:
    """Who may propose organisations, and for which list."""

    by: tuple[str, ...] = ()
    """The lists whose members may; empty is nobody."""
    list: str = ""
    """The list that they are invited to."""


@dataclass(frozen=True, slots=True)
class Nominator:
    """Who proposed somebody."""

    address: str = ""
    """Empty if nobody did."""
    name: str = ""
    """What the invitation calls them; empty if it does not name them."""
    submission: int | None = None
    """The nomination."""


NOBODY = Nominator()


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation to a list."""

    id: int
    list: str
    address: str
    details: Details
    by: str
    created_at: datetime
    again: str = ""
    """Why somebody is invited once more."""
    nominator: Nominator = NOBODY
    state: State = State.WAITING
    times: int = 0
    next_at: datetime | None = None
    """When it is written, written again, or over without an answer."""
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    told: str = ""
    """The last state that its nominator heard of."""

    @property
    def to(self) -> Address:
        return Address.parse(self.address, self.details.name)

    @property
    def label(self) -> str:
        """What people call who is invited."""
        return self.details.organisation or self.details.name or self.address

    @property
    def stands(self) -> str:
        """What an answer depends on."""
        return f"{self.state.value} {self.times}"

    def may_be(self, state: State) -> bool:
        return state in TRANSITIONS[self.state]


class Invited(StrEnum):
    """What is done with an address that is to be invited."""

    INVITE = "invite"
    MEMBER = "is on the list"
    LEFT = "has left it"
    NEVER = "wants no invitation"
    FORGOTTEN = "asked to be forgotten"
    SUPPRESSED = "gets no mail"
    MOVED = "has another address"
    BEFORE = "was invited before"


class Planned(NamedTuple):
    """What is done with one address."""

    row: Row
    what: Invited
    note: str = ""


def decide(
    row: Row, known: Known, brought: Collection[str], before: Invitation | None, *, never: bool, again: bool
) -> Planned:
    """What is done with an address.

    ``never``: its owner wants no invitation. ``again``: one that was decided on before does not count.
    """
    if never:
        return Planned(row, Invited.NEVER)
    stays = away(known, brought)
    if stays is Change.SUPPRESSED:
        return Planned(row, Invited.SUPPRESSED, known.suppressed)
    if stays is not None:
        return Planned(row, _STAYS[stays], known.moved_to if stays is Change.MOVED else "")
    if known.standing is Standing.ACTIVE:
        return Planned(row, Invited.MEMBER)
    if before is not None and (before.state.is_open or not again):
        return Planned(row, Invited.BEFORE, f"{before.created_at:%Y-%m-%d}, {before.state.value}")
    return Planned(row, Invited.INVITE)


_STAYS = {Change.LEFT: Invited.LEFT, Change.MOVED: Invited.MOVED, Change.FORGOTTEN: Invited.FORGOTTEN}
