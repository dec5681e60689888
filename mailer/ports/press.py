"""Press releases that are to go to journalists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.press import Release


class PressQueries(Protocol):
    """When which press release goes to journalists."""

    def save(self, release: Release) -> Release:
        """Keep it, in the place of what was planned for the same version before."""

    def of_version(self, version_id: int) -> Release | None: ...
    def each(self) -> Sequence[Release]:
        """All, by the time at which they are due."""

    def due(self, now: datetime) -> Sequence[Release]:
        """Those that are planned and whose time has come."""
