"""Mail that a mail server of ours has handed over, and where it is filed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from mailer.model.inbound import Folder

HANDED_OVER = "lmtp"
"""Stands in the records of handled mail for this way in."""


class Handed(NamedTuple):
    """A mail as it was handed over."""

    id: int
    received_at: datetime
    raw: bytes


class Waiting(NamedTuple):
    """Mail that is not handled yet."""

    mails: int
    octets: int


class IncomingQueries(Protocol):
    """Mail that a mail server of ours has handed over."""

    def add(self, raw: bytes, urgent: bool, received_at: datetime) -> None:
        """Keep a mail, which waits to be handled. Urgent mail overtakes the rest."""

    def waiting(self) -> Waiting:
        """How much mail waits to be handled."""

    def pending(self) -> list[int]:
        """The mails that wait, urgent ones first, then the oldest."""

    def fetch(self, ids: Collection[int]) -> Iterator[Handed]:
        """These mails, in the order of ``pending``, one at a time."""

    def file(self, ids: Collection[int], folder: Folder) -> None:
        """Note that these mails are handled."""

    def has_processed(self, before: datetime) -> bool:
        """Whether there is processed mail that came before then."""

    def forget(self, before: datetime) -> int:
        """Delete processed mail that came before then, and return how many mails that were."""
