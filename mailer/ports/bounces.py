"""How mail fares to addresses: what servers have said of them, and what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.bounces import AddressState, Bouncing, Heard, RefusedMail
from mailer.model.lists import Contact
from mailer.model.outbox import Delivery
from mailer.model.reports import Reported


class BounceQueries(Protocol):
    """How mail fares to the addresses where not all is well."""

    def refuse(self, refused: Sequence[tuple[int, str]], now: datetime) -> None:
        """Note deliveries whose recipients the relay refused, with its replies; they are counted later."""

    def refusals(self, most: int) -> list[RefusedMail]:
        """The oldest refusals that are still to be counted."""

    def refusals_waiting(self) -> int:
        """How many refusals are still to be counted."""

    def forget_refusals(self, ids: Sequence[int]) -> None: ...
    def in_trouble(self, addresses: Collection[Address]) -> set[Address]:
        """Those of the addresses to which mail has not arrived of late."""

    def find(self, address: Address) -> Bouncing | None:
        """How mail fares to the address; None if all is well."""

    def save(self, address: Address, bouncing: Bouncing | None) -> None:
        """Replace what is known; None: all is well."""

    def due(self, now: datetime, most: int, states: Collection[AddressState]) -> list[tuple[str, Bouncing]]:
        """Addresses in these states whose next step is due, the one that waits longest first."""

    def tried_since(self, since: datetime) -> int:
        """How many addresses were tried again since then, and are still in trouble."""

    def each(self, states: Collection[AddressState]) -> Iterator[tuple[str, Bouncing]]:
        """Addresses in these states, the latest change first, read from the store as the iterator advances."""

    def members_in(self, states: Collection[AddressState], since: datetime) -> int:
        """How many addresses of active members have come into one of these states since then."""

    def counts(self) -> dict[AddressState, int]:
        """How many addresses are in each state."""

    def note(self, address: Address, reported: Reported, now: datetime) -> None:
        """Keep what a server has said of a mail to the address."""

    def heard(self, address: Address, most: int) -> list[Heard]:
        """The newest of what servers have said of mail to the address, oldest first."""

    def refusing_us(self, domains: Collection[str], since: datetime) -> int:
        """How many addresses at these domains have refused a mail since then because of us."""

    def of_organisation(self, address: Address, lists: Collection[str]) -> Contact | None:
        """The contact with the address, if they are an active member of any of the lists and name an organisation."""

    def colleague(self, contact: Contact, lists: Collection[str]) -> Contact | None:
        """Another active member of these lists, of the same organisation, to whom all mail goes well."""

    def ask_secretary(self, address: Address) -> None:
        """Put an address in trouble on the list of those whose right address the secretary is asked for."""

    def secretary_asks(self) -> list[Contact]:
        """The contacts on that list, by address."""

    def forget_asking(self) -> None:
        """Empty that list."""

    def is_member(self, address: Address) -> bool:
        """Whether the address is an active member's, of any list."""

    def state_of(self, cause: str, recipient: str) -> Delivery | None:
        """Where the service mail with this cause stands; None if there is none."""
