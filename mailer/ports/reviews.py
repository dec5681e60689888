"""Reviews: rounds, and what becomes of each entry in them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from mailer.model.lists import Contact
from mailer.model.questions import Question
from mailer.model.reviews import Entry, EntryEvent, EntryState, Round, Seen, Tally


class ReviewQueries(Protocol):
    """Reviews: rounds, and what becomes of each entry in them."""

    # --- rounds ---

    def add(self, a_round: Round) -> Round:
        """Add the round, whose id is ignored."""

    def save(self, a_round: Round) -> None: ...
    def by_id(self, round_id: int) -> Round | None: ...
    def newest(self, key: str) -> Round | None:
        """The round of this list that was added last."""

    def of_day(self, key: str, day: date) -> Round | None:
        """The round that the list was given for this day of review."""

    def all(self) -> list[Round]:
        """Every round, the newest first."""

    def unfinished(self) -> list[Round]:
        """The planned and the running ones."""

    # --- entries ---

    def enter(self, a_round: Round, asked: Sequence[tuple[Contact, Mapping[str, str]]], question: Question) -> int:
        """Add entries that are asked, and a question to each; returns how many are new.

        Each comes with the values that it is asked about. ``question`` is what is the same in all of them.
        """

    def write_copies(
        self, round_id: int, mailing_id: int, states: Collection[EntryState], message_id: Callable[[int], str]
    ) -> int:
        """Queue a copy of the mailing for each entry in one of these states; returns how many.

        ``message_id`` makes the Message-ID from the number of the entry's question.
        """

    def waiting_copies(self, round_id: int, mailing_ids: Collection[int], contact: int) -> list[int]:
        """The rows of the outbox with copies of these mailings for the contact that still wait."""

    def question(self, round_id: int, contact: int) -> Question | None:
        """The question that the contact's copies carry."""

    def entry(self, entry_id: int) -> Entry | None: ...
    def entry_of(self, round_id: int, contact: int) -> Entry | None: ...
    def entries_of(self, contact: int) -> list[tuple[Round, Entry]]:
        """What is kept of a contact, the newest first."""

    def numbered(self, round_id: int, numbers: Iterable[int]) -> list[Entry]:
        """Those of these entries that there are, by their numbers."""

    def set_state(self, entry_id: int, state: EntryState, now: datetime) -> None: ...
    def move(
        self, round_id: int, event: EntryEvent, now: datetime, states: Collection[EntryState] = tuple(EntryState)
    ) -> int:
        """Let the event happen to every entry in ``states`` that it means something for; returns how many."""

    def keep_values(self, entry_id: int, values: Mapping[str, str] | None) -> None:
        """Keep what was known before the latest answer, so that a reply undoes it; None forgets it."""

    def kept_values(self, entry_id: int) -> Mapping[str, str] | None: ...
    def suspended(self, a_round: Round, after: int, limit: int) -> list[Seen]:
        """The entries that get no mailings until they answer, with numbers above ``after``."""

    def note_bounced(self, round_id: int, mailing_ids: Collection[int], now: datetime) -> int:
        """Mark the entries whose copy failed or was not sent, and that were not answered; returns how many."""

    def note_departed(self, a_round: Round, now: datetime) -> int:
        """Entries that are not on the list any more, by whatever way, have left; returns how many."""

    def page(self, round_id: int, states: Collection[EntryState] = (), after: int = 0, limit: int = 100) -> list[Seen]:
        """The entries in these states, or all, with numbers above ``after``, in their order."""

    def has(self, round_id: int, states: Collection[EntryState]) -> bool:
        """Whether any entry of the round is in one of these states."""

    def tallies(self, round_id: int) -> Mapping[str, Tally]:
        """How the entries of each country stand; that of an entry without one is empty."""
