"""What visitors of the web pages asked for, and links to preferences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.visits import PageLink, Visit


class VisitQueries(Protocol):
    """What visitors of the web pages asked for, and links to preferences."""

    def add(self, visit: Visit) -> None:
        """Keep it until it is handled; its id is ignored."""

    def waiting(self, most: int) -> Sequence[Visit]:
        """Those that are to be handled, the oldest first."""

    def count(self) -> int:
        """How many wait."""

    def drop(self, ids: Collection[int]) -> None:
        """Forget those that were handled."""

    def add_link(self, contact_id: int, now: datetime) -> PageLink: ...
    def link(self, link_id: int) -> PageLink | None: ...
    def open_link(self, link_id: int, session: str, now: datetime) -> bool:
        """Spend it on this session; False if it was spent before."""

    def of_session(self, session: str) -> PageLink | None:
        """The link that opened the session with this hash."""

    def end_link(self, link_id: int, now: datetime) -> None:
        """End its session."""

    def links_of(self, contact_id: int) -> Sequence[PageLink]:
        """Those of a contact, the oldest first."""
