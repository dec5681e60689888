"""What people were asked to confirm by reply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.confirmations import Answer, Asked, Confirmation


class ConfirmationQueries(Protocol):
    """What people were asked to confirm by reply."""

    def ask(
        self,
        asked: Asked,
        contact: int | None,
        address: Address,
        wanted: Mapping[str, str],
        now: datetime,
        partner: int | None = None,
    ) -> int:
        """Note a question; returns its number. With a ``partner``, both need a yes, and each knows the other."""

    def supersede(self, asked: Asked, contact: int) -> None:
        """Close the open questions of this kind to a contact: only the newest one can be answered."""

    def get(self, confirmation_id: int) -> Confirmation | None: ...
    def open_ones(self, contact: int, since: datetime) -> list[Confirmation]:
        """The questions about a contact that wait for an answer and were asked after ``since``, the oldest first."""

    def answer(self, confirmation_id: int, answer: Answer) -> None: ...
