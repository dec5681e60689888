"""The full-text index of frequent questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from mailer.model.faq_search import Indexed


class FaqIndexQueries(Protocol):
    """The entries of published versions, by their words. All of it can be made anew from the versions."""

    def versions(self) -> frozenset[int]:
        """The ids of the versions that are in the index."""

    def add(self, version_id: int, entries: Sequence[Indexed]) -> None:
        """Put the entries of a version into the index; it is not there yet."""

    def keep_only(self, version_ids: Collection[int]) -> None:
        """Take all other versions out of the index."""

    def size(self, version_id: int) -> int:
        """How many entries of the version are in the index."""

    def search(self, version_id: int, stems: Sequence[str], prefixes: Sequence[str], limit: int) -> Sequence[Indexed]:
        """The entries of a version with one of the stems, or with a word that begins like this.

        Those that have most of them come first.
        """
