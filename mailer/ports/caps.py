"""Counters of answers, and notices that are held in a flood."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from mailer.model.caps import HeldNotice


class CapQueries(Protocol):
    """Counters of answers, and notices that are held in a flood."""

    def counts(self, keys: Collection[str], period: str) -> dict[str, int]:
        """How often each was counted in the period, such as ``2026-11-28``; those that were not are missing."""

    def count(self, keys: Collection[str], period: str) -> None:
        """Count each once more."""

    def has_counted(self, before: str) -> bool:
        """Whether there are counters of periods before this one."""

    def forget(self, before: str) -> None:
        """Delete counters of periods before this one."""

    def hold(self, held: HeldNotice) -> None:
        """Keep a notice for the list of those that were not written; its id is ignored."""

    def held(self) -> list[HeldNotice]:
        """The notices that are held, the oldest first."""

    def release(self, held: Collection[HeldNotice]) -> None:
        """Delete notices that have been listed."""
