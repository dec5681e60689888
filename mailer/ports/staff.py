"""Notices to staff that a reply can act on."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.staff import StaffNotice


class StaffQueries(Protocol):
    """Notices to staff that a reply can act on."""

    def add(self, notice: StaffNotice, to: Address, cause: str) -> StaffNotice | None:
        """Keep a notice, whose id is ignored; None if the same cause has written to this mailbox before."""

    def notice(self, notice_id: int) -> StaffNotice | None: ...
    def about(self, kind: str, subject: int) -> list[StaffNotice]:
        """All notices about one thing, oldest first."""

    def spend(self, notice_id: int, at: datetime | None) -> None:
        """Note when the notice was answered; None makes it good again."""
