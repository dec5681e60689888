"""How fast mail goes: what was reserved, breakers, rates that were set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from mailer.model.throttle import Breaker, Used


class ThrottleQueries(Protocol):
    """What was reserved under each key (the total, a relay, a domain), the breakers, and the rates that were set."""

    def locked(self, keys: Collection[str]) -> dict[str, Used]:
        """What was reserved under each of ``keys``, locked until the transaction ends."""

    def used(self) -> dict[str, Used]:
        """What was reserved, by key."""

    def give_out(self, used: Mapping[str, Used]) -> None:
        """Store what is reserved now, by key."""

    def breakers(self) -> dict[str, Breaker]:
        """The breakers, by key."""

    def set_breaker(self, key: str, breaker: Breaker | None) -> None:
        """Set the key's breaker, or with None remove it."""

    def rates(self) -> dict[str, int]:
        """Mails a minute that were set while running, by key; they replace the configured rate."""

    def set_rate(self, key: str, per_minute: int | None) -> None:
        """Set the key's rate, or with None go back to the configured one."""
