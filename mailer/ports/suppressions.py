"""Addresses and domains that get no mailings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from mailer.message import Address
from mailer.model.suppressions import Cause, Suppression


class SuppressionQueries(Protocol):
    """Addresses and domains that get no mailings."""

    def save(self, suppressions: Sequence[Suppression]) -> None:
        """Add them, each instead of what there was for the same address or domain."""

    def remove(self, subject: str) -> bool:
        """Let an address, or an ``@domain``, get mailings again; False if it was not suppressed."""

    def find(self, subject: str) -> Suppression | None:
        """The suppression of exactly this address, or ``@domain``."""

    def covering(self, address: Address) -> Suppression | None:
        """Why the address gets no mailings: its own suppression, or its domain's; None if it does."""

    def on_list(self, key: str) -> int:
        """How many active members of a list get no mailings."""

    def each(self, cause: Cause | None = None) -> Iterator[Suppression]:
        """All of them, or those with one cause: domains first, then addresses by name."""
