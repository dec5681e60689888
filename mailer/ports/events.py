"""Events, and who was asked to internal ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from mailer.model.events import Event, Participant, Role, State


class EventQueries(Protocol):
    """Events, and who was asked to internal ones."""

    def add(self, event: Event) -> Event:
        """Add an event, and return it with its id; that of ``event`` is ignored."""

    def save(self, event: Event) -> None:
        """Overwrite the event with this id."""

    def by_id(self, event_id: int) -> Event | None: ...
    def of_submission(self, submission: int) -> Event | None: ...
    def of_host(self, address: str) -> list[Event]:
        """The events of a host, by any alias of the address, the newest first."""

    def between(
        self,
        starts: date | None = None,
        ends: date | None = None,
        *,
        states: Collection[State] = (),
        country: str = "",
        internal: bool | None = False,
    ) -> list[Event]:
        """Events that touch the days from ``starts`` to ``ends``, by their first day; an empty condition fits all.

        ``internal``: whether they are for the group's own members; None is both.
        """

    def put(self, participant: Participant) -> None:
        """Note that somebody was asked, or what they have answered."""

    def participants(self, event_id: int) -> list[Participant]:
        """Those who were asked to the event, speakers first, by address."""

    def of_participant(self, address: str) -> list[tuple[Event, Participant]]:
        """The events that somebody was asked to, by any alias of the address, the newest first."""

    def participant(self, event_id: int, role: Role, address: str) -> Participant | None:
        """The one at this address or an alias of it."""
