"""How fast mail goes: what was given out, breakers, rates that were set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from mailer.model.throttle import Breaker, Used


class ThrottleQueries(Protocol):
    """How fast mail goes: what was given out under each key (in total, by relay, by domain), and what holds it back."""

    def locked(self, keys: Collection[str]) -> dict[str, Used]:
        """What was given out under each of ``keys``; until the transaction ends nobody else gives out any."""

    def used(self) -> dict[str, Used]:
        """What was given out, by key."""

    def give_out(self, used: Mapping[str, Used]) -> None:
        """Write down what is given out now."""

    def breakers(self) -> dict[str, Breaker]:
        """What holds mail back, by key."""

    def set_breaker(self, key: str, breaker: Breaker | None) -> None:
        """Put it on, change it, or with None take it off."""

    def rates(self) -> dict[str, int]:
        """Mails a minute that were set while running, by key; they stand in for the pace that is configured."""

    def set_rate(self, key: str, per_minute: int | None) -> None:
        """Set it, or with None go back to what is configured."""
