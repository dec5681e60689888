"""Lists, contacts, memberships and their history, sign-up requests, suppressions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.lists import Contact, Details, Membership, Request, Standing
from mailer.phrases import Phrase


class ListQueries(Protocol):
    """Lists, contacts, memberships and their history, sign-up requests, suppressions."""

    def declare(self, keys: Iterable[str]) -> None:
        """Make rows for the lists that the configuration names."""

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        """Each list's version: the number of its last change of standing, 0 before the first."""

    def contact(self, contact_id: int) -> Contact | None: ...
    def contact_at(self, address: str) -> Contact | None: ...
    def save_contact(self, address: Address, details: Details, now: datetime) -> Contact:
        """Make the contact, or write over what it said of itself; an empty field keeps what is known."""

    def set_standing(self, key: str, contact_id: int, standing: Standing, now: datetime, cause: str) -> bool:
        """Whether that changed anything; a change is a new version of the list, kept with its ``cause``."""

    def standing(self, key: str, contact_id: int) -> Standing | None: ...
    def memberships_of(self, contact_id: int) -> list[Membership]: ...
    def members(self, key: str, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
        """By address; ``standing`` None gives those who left and were removed too."""

    def members_at(self, key: str, version: int, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
        """As ``members``, after the change that made ``version``; a contact's details are those of today."""

    def count(self, key: str) -> int:
        """Active members."""

    def audience(self, keys: Sequence[str]) -> int:
        """Mailboxes on any of these lists, each counted once (E17)."""

    def add_request(
        self, address: Address, key: str, details: Details, problems: Sequence[Phrase], now: datetime
    ) -> Request: ...
    def request(self, request_id: int) -> Request | None: ...
    def requests_since(self, since: datetime, address: Address | None = None) -> int:
        """Sign-up requests made after ``since``, of one address or of all."""

    def confirm_request(self, request_id: int, now: datetime) -> None: ...
    def suppress(self, address: str, reason: str, now: datetime) -> None:
        """Send no more mail there."""

    def unsuppress(self, address: str) -> None: ...
    def suppressed(self, address: str) -> str | None:
        """Why mail to this address is held back, or None."""
