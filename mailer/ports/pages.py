"""What the web pages may ask of the office. They reach nothing else in the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from mailer.model.lists import Details, Format
from mailer.model.questionnaires import Questionnaire
from mailer.model.visits import Visit, Wanted
from mailer.phrases import Phrase


class Filled(NamedTuple):
    """What somebody has filled in."""

    values: Mapping[str, str]
    """As they are stored, by key."""
    problems: Mapping[str, Phrase]
    """What is to be corrected, by key."""


class Receives(NamedTuple):
    """A publication, and whether it comes to somebody."""

    key: str
    title: str
    comes: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person sees of themselves in a session."""

    address: str
    details: Details
    format: Format
    """Theirs, or that of everybody."""
    paused_until: date | None
    publications: Sequence[Receives]
    """Those that they can have, or not have."""
    lists: Sequence[str]
    """Titles of the lists that they are on."""
    held: Mapping[str, object]
    """All that is held about them, as values of the notice “status”."""


class Act(StrEnum):
    """What somebody can do in a session with one button."""

    LEAVE = "leave"  # everything
    FORGET = "forget"  # is confirmed by mail


class Pages(Protocol):
    """Answers visitors. It discloses nothing without a grant (law 4) but the titles of publications.

    What changes something raises Temporary if the store cannot be written now.
    """

    # --- with the token of a mailing, which opens nothing personal ---

    def title(self, text: str) -> str:
        """The title of the publication that a token in ``text`` names, genuine or not; empty if it names none."""

    def leave(self, text: str) -> None:
        """Obey the genuine tokens to leave in ``text``. The caller cannot tell whether there were any (A35)."""

    def pause(self, text: str, until: date) -> bool:
        """Send no issue before then to those whom genuine tokens to leave in ``text`` name; otherwise as ``leave``.

        False if somebody would be written to too often today about what others may do with a token of theirs (B13).
        """

    def come_back(self, text: str) -> None:
        """Undo what was left by mistake, if ``text`` has a genuine token for that; otherwise as ``leave``."""

    def confirm(self, text: str) -> None:
        """Confirm a sign-up, if ``text`` has a genuine token of its request (B2); otherwise as ``leave``."""

    # --- for everybody ---

    def today(self) -> date:
        """The day by the office's clock."""

    def now(self) -> datetime: ...
    def admits(self, client: str, most: int) -> bool:
        """Count a form of this client; False if there were ``most`` from it in this hour."""

    def lines(self, wanted: Wanted) -> Questionnaire | None:
        """The lines of a form; None if the office does not take it."""

    def about(self, wanted: Wanted) -> Sequence[Phrase]:
        """What a form says beside its lines."""

    def receives(self) -> Sequence[str]:
        """Titles of what comes to somebody who subscribes."""

    def read(self, wanted: Wanted, written: Mapping[str, str]) -> Filled:
        """What is filled in."""

    def ask(self, visit: Visit) -> bool:
        """Keep what a visitor wants until it is handled; False if too many wait."""

    def view(self, publication: str, number: int, language: str) -> str | None:
        """An issue for everybody, as a page of its own; None if there is none that was granted."""

    # --- for one person, in a session ---

    def open(self, link: str, session: str) -> bool:
        """Spend a link on a session with this secret; False if it is not good (any more)."""

    def preferences(self, session: str) -> Preferences | None:
        """None if there is no such session, or if it is over; the methods below return the same."""

    def change(self, session: str, written: Mapping[str, str]) -> Filled | None:
        """Change details, or a pause, as a proven “set” does; nothing if there is a problem."""

    def receive(self, session: str, publications: Collection[str]) -> bool:
        """Have these publications come, and no other."""

    def move(self, session: str, address: str) -> Filled | None:
        """Ask both addresses about a change, as “change address” does."""

    def act(self, session: str, act: Act) -> bool: ...
    def data(self, session: str) -> bytes | None:
        """All that is held, for another program."""

    def close(self, session: str) -> None:
        """End the session."""
