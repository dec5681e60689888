"""What imports of many rows need of the store. Everything is done for a batch of addresses at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from mailer.message import Address
from mailer.model.imports import Known
from mailer.model.list_file import Row
from mailer.model.lists import Contact, Standing


class ImportQueries(Protocol):
    """Contacts and members, a batch at a time."""

    def known(self, key: str, addresses: Sequence[Address]) -> dict[str, Known]:
        """What is known of each address on the list ``key``, by the addresses' keys; unknown ones are left out."""

    def active(self, key: str) -> Iterator[Contact]:
        """The active members, sorted by address. Close it before the list is changed."""

    def save(self, rows: Sequence[tuple[Row, Contact | None]], now: datetime) -> dict[str, int]:
        """Add the contacts that are not known, and update those that are; an empty field keeps what is known.

        Returns their ids by the addresses' keys.
        """

    def set_standings(
        self, key: str, contact_ids: Collection[int], standing: Standing, now: datetime, cause: str
    ) -> None:
        """Set how many contacts stand to a list; none of them stands so already. Each is a version of the list."""

    def opt_in(self, contact_ids: Collection[int], publications: Collection[str]) -> None:
        """Let these contacts have these publications again."""

    def unsuppress(self, addresses: Sequence[Address]) -> None:
        """Let these addresses have mail again."""
