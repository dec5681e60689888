"""The versions of the criteria that were put to a board."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.criteria import Document, Kind, Label, Printed, Version


class CriteriaQueries(Protocol):
    """Versions of the criteria, each frozen as it was put to a board."""

    def add(
        self,
        kind: Kind,
        document: Document,
        label: Label,
        printed: Printed,
        now: datetime,
        comparison: bytes | None = None,
    ) -> Version:
        """Freeze the next version; ``comparison`` is a PDF that marks what differs from the version in force."""

    def version(self, version_id: int) -> Version | None: ...
    def versions(self, kind: Kind) -> Sequence[Version]:
        """All of this kind, by number."""

    def printed(self, version_id: int) -> Printed:
        """The three forms of a version, as they were frozen."""

    def comparison(self, version_id: int) -> bytes | None: ...
    def adopt(self, version_id: int, at: datetime | None) -> None:
        """Note when a board has adopted a version, or with None that it has not."""
