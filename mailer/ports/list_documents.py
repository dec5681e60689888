"""Published versions of lists, what people let be published, and what an undo of an import needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.list_documents import Forms, ListDocument, Published
from mailer.model.list_undo import Before, Changed
from mailer.model.publishing import Part


class ListDocumentQueries(Protocol):
    """Versions of lists, each frozen as it was published."""

    def add(self, document: ListDocument, changes: int, now: datetime) -> Published:
        """Freeze a version; ``changes`` is the number of the list's last change that it contains."""

    def freeze(self, version_id: int, forms: Forms) -> None:
        """Keep the files of a version. It must have none."""

    def version(self, version_id: int) -> Published | None: ...
    def versions(self, key: str) -> Sequence[Published]:
        """All of the list, the oldest first."""

    def document(self, version_id: int) -> ListDocument: ...
    def forms(self, version_id: int) -> Forms | None:
        """The files of a version as they were frozen; None if it has none."""

    def note_exported(self, version_id: int, now: datetime) -> None:
        """Note when the files of a version were first written for the outside."""

    def withdraw(self, version_id: int, reason: str, now: datetime | None) -> None:
        """Note that a version is withdrawn; with ``now`` None that it is so no longer."""

    def showing(self, contact_id: int) -> Sequence[Published]:
        """The versions that show data of the contact's own, and were not erased."""

    def erase(self, version_id: int, document: ListDocument, now: datetime) -> None:
        """Erase the files of a version, and keep this of its document."""

    # --- what people let be published ---

    def publishes(self, contact_ids: Iterable[int]) -> Mapping[int, tuple[Part, ...] | None]:
        """What of each contact may be published; None if they were not asked."""

    def set_published(self, contact_id: int, parts: Collection[Part] | None) -> None: ...

    # --- undo ---

    def last_changed(self, key: str, since: datetime) -> Sequence[Changed]:
        """What the last command that has changed the list since then did, by contact; empty if none did."""

    def keep_before(self, key: str, cause: str, before: Iterable[Before], now: datetime) -> None:
        """Keep what an import changes beside the list, as it is now."""

    def forget_before(self, key: str = "", until: datetime | None = None) -> int:
        """Delete what earlier imports of the list have changed, or what any did ``until`` then. How many there were."""

    def any_before(self, until: datetime) -> bool:
        """Whether anything is kept of an import that was made ``until`` then."""

    def before(self, cause: str) -> Sequence[Before]:
        """What was kept for this import."""
