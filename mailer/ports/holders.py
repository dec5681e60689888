"""Who was given which version of a document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from mailer.model.holders import Holder


class HolderQueries(Protocol):
    """Who has which version of a document to work with."""

    def add(self, holder: Holder) -> None: ...
    def of_versions(self, version_ids: Iterable[int]) -> Sequence[Holder]:
        """All who were given one of these versions, the oldest first."""

    def of_contact(self, contact_id: int) -> Sequence[Holder]:
        """All that somebody was given, the oldest first."""
