"""Lists, contacts, memberships and their history, sign-up requests, suppressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.lists import (
    Contact,
    Departure,
    Details,
    ListChange,
    Membership,
    PastDeparture,
    Request,
    Scope,
    Standing,
)
from mailer.model.suppressions import Cause
from mailer.phrases import Phrase


class ListQueries(Protocol):
    """Lists, contacts, memberships and their history, sign-up requests, suppressions."""

    def declare(self, scopes: Iterable[Scope]) -> None:
        """Add the lists and publications of the configuration that the store does not know yet."""

    def scopes(self) -> dict[Scope, int]:
        """Every list and publication that was ever declared, with its number in tokens."""

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        """The current version of each list: how often a member's standing on it has changed."""

    def changed_by_command(self, key: str, version: int) -> list[ListChange]:
        """Who was added to the list, or removed from it, by a command since the version, and is so still."""

    def moved(self, keys: Iterable[str], since: datetime) -> list[ListChange]:
        """The members of these lists who have another address since then, by whatever cause; it is left empty."""

    def contact(self, contact_id: int) -> Contact | None:
        """The contact; the one that is kept if they were merged with another one."""

    def contact_at(self, address: str) -> Contact | None: ...
    def save_contact(self, address: Address, details: Details, now: datetime) -> Contact:
        """Add the contact, or update its details; an empty field keeps what is known."""

    def set_standing(self, key: str, contact_id: int, standing: Standing, now: datetime, cause: str) -> bool:
        """Set how a contact stands to a list; False if it stood so already.

        Each change makes a new version of the list and is kept with its ``cause``.
        """

    def standing(self, key: str, contact_id: int) -> Standing | None: ...
    def memberships_of(self, contact_id: int) -> list[Membership]: ...
    def members(self, key: str, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
        """The members with this standing, sorted by address; None includes those who left or were removed."""

    def each_member(
        self, key: str, standing: Standing | None = Standing.ACTIVE, version: int | None = None
    ) -> Iterator[Membership]:
        """As ``members``, read a part at a time; with a ``version``, as of then, with their details of today."""

    def count(self, key: str, standing: Standing | None = Standing.ACTIVE, version: int | None = None) -> int:
        """How many members ``each_member`` gives."""

    def audience(
        self, publication: str, keys: Sequence[str], without: Sequence[str] = (), at: datetime | None = None
    ) -> int:
        """How many mailboxes on any of these lists get the publication, each counted once (E17).

        Members of a list in ``without`` are not counted, nor, with a time, those who pause then.
        """

    def languages(self, keys: Sequence[str]) -> set[str]:
        """The languages that active members of these lists read; an empty one if any member named none."""

    def opt_out(self, contact_id: int, publications: Iterable[str], now: datetime) -> None:
        """Stop these publications for the contact, on whatever lists they are now or later (B12)."""

    def opt_in(self, contact_id: int, publications: Iterable[str]) -> None:
        """Undo ``opt_out``."""

    def opt_outs(self, contact_id: int) -> set[str]:
        """The publications that the contact has left."""

    def add_departure(self, contact_id: int, left: Departure, now: datetime) -> int:
        """Note what somebody leaves; the number is for a token to come back."""

    def departure(self, departure_id: int) -> PastDeparture | None: ...
    def later_departures(self, departure_id: int) -> list[Departure]:
        """What the same contact left after that departure, and did not undo."""

    def undo_departure(self, departure_id: int, now: datetime) -> None: ...
    def opted_out(self, publications: Collection[str]) -> set[str]:
        """Keys of the addresses that have left all of these publications; empty if there are no publications."""

    def add_request(
        self, address: Address, key: str, details: Details, problems: Sequence[Phrase], now: datetime
    ) -> Request: ...
    def update_request(self, request_id: int, details: Details, problems: Sequence[Phrase]) -> None:
        """Replace what the sign-up says of its writer."""

    def request(self, request_id: int) -> Request | None: ...
    def requests_since(self, since: datetime, address: Address | None = None) -> int:
        """How many sign-up requests were made after ``since``, by one address or by all."""

    def withdraw_requests(self, address: Address, now: datetime) -> int:
        """Withdraw the address's sign-ups that wait for a yes; returns how many."""

    def confirm_request(self, request_id: int, now: datetime) -> None: ...
    def suppress(self, address: str, reason: str, now: datetime, cause: Cause | None = None) -> None:
        """Send no more mailings to the address. Without a ``cause`` it bounced, unless the reason is a complaint."""

    def unsuppress(self, address: str) -> None:
        """Send mailings to the address again, and forget what did not arrive. A suppressed domain stays suppressed."""

    def suppressed(self, address: str) -> str | None:
        """Why the address, or all of its domain, gets no mailings; None if it does."""
