"""Documents of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.criteria import Printed
from mailer.model.library import Manuscript, State, Version


class LibraryQueries(Protocol):
    """Versions of documents, each with its bytes."""

    def freeze(self, manuscript: Manuscript, printed: Printed, replaces: str, now: datetime) -> Version:
        """Keep the bytes of a version, as a draft. They take the place of what the same number had before.

        What a board was asked about is kept beside it, so that its ballot stays about the same bytes; it is found by
        its id alone.
        """

    def version(self, version_id: int) -> Version | None: ...
    def versions(self, key: str = "") -> Sequence[Version]:
        """All of one document, or of all, with their language editions: by document, number and language."""

    def printed(self, version_id: int) -> Printed:
        """The three forms of a version, as they were frozen."""

    def in_state(self, state: State) -> Sequence[Version]:
        """All versions of all documents that are in a state, by document, number and language."""

    def source_files(self, version_id: int) -> Mapping[str, bytes]:
        """The whole folder as it was frozen: document.toml, chapters, data, pictures, and what is in ``files/``."""

    def files(self, version_id: int) -> Mapping[str, bytes]:
        """What goes out as it is, by the names that it had in ``files/`` when it was frozen."""

    def markdown(self, version_id: int) -> str:
        """What its authors wrote."""

    def set_state(self, version_id: int, state: State, now: datetime) -> None:
        """Enter a state, and note when it was submitted or published, or ended."""
