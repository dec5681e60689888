"""Lists, contacts, memberships and their history, sign-up requests, suppressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.lists import Contact, Details, Membership, Request, Scope, Standing
from mailer.phrases import Phrase


class ListQueries(Protocol):
    """Lists, contacts, memberships and their history, sign-up requests, suppressions."""

    def declare(self, scopes: Iterable[Scope]) -> None:
        """Make rows for the lists and publications that the configuration names."""

    def scopes(self) -> dict[Scope, int]:
        """Every list and publication that was ever declared, and its number in tokens."""

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

    def audience(self, publication: str, keys: Sequence[str]) -> int:
        """Mailboxes on any of these lists that get the publication, each counted once (E17)."""

    def opt_out(self, contact_id: int, publications: Iterable[str], now: datetime) -> None:
        """Never send them these publications again, whatever lists they are on or come onto (B12)."""

    def opt_in(self, contact_id: int, publications: Iterable[str]) -> None:
        """Undo ``opt_out``."""

    def opt_outs(self, contact_id: int) -> set[str]:
        """The publications that they have left."""

    def opted_out(self, publications: Collection[str]) -> set[str]:
        """The mailboxes, as keys of addresses, that have left every one of these publications; of none, nobody."""

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
