"""Mailings: what goes to many."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mailer.model.mailings import Mailing, MailingKind


class MailingQueries(Protocol):
    """Mailings: what goes to many."""

    def of(self, kind: MailingKind, subject: int) -> Mailing | None:
        """The mailing of ``subject``, or None if it has not been started."""

    def by_id(self, mailing_id: int) -> Mailing: ...
    def all(self) -> list[Mailing]: ...
    def unfinished(self) -> list[Mailing]:
        """The mailings with copies left to send or to give up, including paused and cancelled ones."""

    def add(self, kind: MailingKind, subject: int, publication: str, lists: Iterable[str], now: datetime) -> Mailing:
        """Add a mailing, without its copies (see ``OutboxQueries.add_copies``)."""

    def save(self, mailing: Mailing) -> None:
        """Store the mailing's lists, times and resend."""
