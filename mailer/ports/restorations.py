"""Restores from a backup, and the journal that knows what a backup does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from mailer.model.restorations import Restoration


class RestorationQueries(Protocol):
    """What the store knows of restores."""

    def open(self) -> Restoration | None:
        """The restore after which sending has not been resumed, if there is one."""

    def mark_read_again(self, restoration: Restoration, now: datetime) -> int:
        """The filed mail was read again: mails that this has queued are in doubt, as they went out before. How many."""

    def resume(self, restoration: Restoration, now: datetime) -> None:
        """Mail may be sent again."""


class Journal(Protocol):
    """A file of lines beside the store. It outlives a store that is lost. It never raises."""

    def note(self, now: datetime, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Add a line; it is durable when this returns if it has details."""

    def erase(self, keys: Collection[str]) -> None:
        """Drop every line that is about one of these addresses (by their keys)."""


class _NoJournal:
    def note(self, now: datetime, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Does nothing."""

    def erase(self, keys: Collection[str]) -> None:
        """Does nothing."""


NO_JOURNAL: Journal = _NoJournal()
