"""What the office holds about one person, and how it is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from mailer.message import Address
from mailer.model.lists import Contact, Request
from mailer.model.personal_data import Over, RecentMail


class PersonalDataQueries(Protocol):
    """What the office holds about one person, and how it is erased."""

    def known_since(self, contact_id: int) -> datetime: ...
    def recent_copies(self, contact_id: int, mailings: Sequence[int], since: datetime) -> list[RecentMail]:
        """The contact's copies of these mailings that were queued after ``since``, the newest first."""

    def newest_request(self, address: Address, since: datetime) -> Request | None:
        """The newest sign-up by this address after ``since`` that is not confirmed."""

    def addresses(self) -> Iterator[tuple[int, str]]:
        """Id and address key of every contact who is not forgotten, with the keys of former addresses, too."""

    def erase(self, contact: Contact, addresses: Collection[str], replacement: Address, now: datetime) -> None:
        """Replace the contact's address everywhere but in the audit trail, and drop all that is known of them.

        ``AuditQueries.erase`` does it there.

        ``addresses``: the present and all former ones. Copies and notices that wait for them are not sent.
        """

    def everything(self, contact: Contact, former: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        """Every row about a person, by table, in JSON's types; ``former`` are the addresses that they had before."""

    def erase_over(self, kind: str, over: Over) -> int:
        """Erase rows of one kind of data whose time is over; returns how many, at most ``over.most``."""

    def idle(self, before: datetime, most: int) -> list[Contact]:
        """Contacts who are on no list since then, have written nothing since then, and are needed for nothing."""

    def sent_goodbyes(self, cause: str) -> list[int]:
        """Mails whose cause begins with this word, which are settled and still name their recipient."""

    def erase_mail(self, row_id: int, replacement: Address) -> None:
        """Replace the recipient of one settled mail, and drop its text."""

    def remember_forgotten(self, fingerprints: Collection[str], now: datetime) -> None:
        """Keep the keyed hashes of a forgotten person's addresses."""

    def forgotten(self, fingerprints: Collection[str]) -> set[str]:
        """Those of the hashes that belong to somebody who was forgotten."""

    def any_forgotten(self) -> bool:
        """Whether anybody was ever forgotten."""

    def welcome_back(self, fingerprints: Collection[str]) -> None:
        """Drop the hashes of somebody who comes back by their own wish or the secretary's."""
