"""What is asked about one person: where they are, since when, and what they had before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.lists import Contact, Details, Membership
from mailer.model.members import FormerAddress, Leaver, MembershipChange
from mailer.model.suppressions import Suppression


class MemberQueries(Protocol):
    """People and their histories."""

    def find(self, text: str, limit: int) -> list[Contact]:
        """Contacts with ``text`` in their present or a former address, name or organisation, whatever its case."""

    def changes(self, contact_id: int) -> list[MembershipChange]:
        """Every change of the contact's standing on any list, oldest first."""

    def leavers(self, since: datetime | None, keys: Sequence[str]) -> list[Leaver]:
        """Who has left one of these lists, since then, and is not back; oldest first."""

    def change_address(self, contact: Contact, address: Address, now: datetime) -> None:
        """Give the contact another address, their copies that wait and the answers to them, too; the old is remembered.

        Lists, wishes and history stay theirs. A suppression stays with the old address.
        """

    def set_details(self, contact_id: int, details: Details) -> None:
        """Replace everything that is known of the contact beside the address."""

    def pause(self, contact_id: int, until: datetime | None, now: datetime) -> None:
        """Send them no issue before then, nor one that waits to be sent; None ends a pause."""

    def set_until(self, key: str, contact_id: int, until: date | None) -> None:
        """Set the last day of a membership; a new standing, whatever it is, has none."""

    def ending(self, until: date, most: int, untold: bool = False) -> list[Membership]:
        """Active memberships that end on this day or before, the first to end first.

        ``untold``: only those whose members have not been told of it.
        """

    def note_told(self, key: str, contact_id: int, until: date) -> None:
        """Note that somebody was told when their membership ends."""

    def former_addresses(self, contact_id: int) -> list[FormerAddress]:
        """The addresses that the contact had before, oldest first."""

    def formerly(self, address: Address) -> list[Contact]:
        """The contacts who had this address before."""

    def suppression(self, address: Address) -> Suppression | None:
        """Why the address, or all of its domain, gets no mailings, and since when; None if it does."""
