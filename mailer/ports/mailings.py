"""Mailings: what goes to many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mailer.model.mailings import Mailing, MailingKind


class MailingQueries(Protocol):
    """Mailings: what goes to many."""

    def of(self, kind: MailingKind, subject: int) -> Mailing | None:
        """The mailing that ``subject`` has, or None before it is started."""

    def by_id(self, mailing_id: int) -> Mailing: ...
    def all(self) -> list[Mailing]: ...
    def unfinished(self) -> list[Mailing]:
        """Those with something left to send or to give up, paused and cancelled ones included."""

    def add(self, kind: MailingKind, subject: int, publication: str, lists: Iterable[str], now: datetime) -> Mailing:
        """Start a mailing; its copies are not written yet."""

    def save(self, mailing: Mailing) -> None:
        """Keep its lists and its times."""
