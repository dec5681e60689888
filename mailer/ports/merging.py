"""Two contacts, or two organisations, that are one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from mailer.model.lists import Contact
from mailer.model.merging import Merge, MergePlan
from mailer.model.organisations import Organisation


class MergeQueries(Protocol):
    """Two contacts, or two organisations, that are one."""

    def contacts(self) -> Iterator[Contact]:
        """Every contact who is neither forgotten nor an alias, by id, read a part at a time."""

    def aliases(self, contact_id: int) -> list[Contact]:
        """Those who were merged into this contact, as they were."""

    def has_open_paper(self, contact_id: int) -> bool:
        """Whether the contact is asked to vote in an open ballot."""

    def merge_contacts(self, plan: MergePlan, now: datetime, cause: str) -> int:
        """Make ``plan.gone`` an alias of ``plan.kept``, as the plan says; returns the number of the merge.

        What other tables have under the contact's id follows, but for memberships, votes, and rows that can only be
        there once.
        """

    def undo_contacts(self, merge: Merge, now: datetime, cause: str) -> None:
        """Make two contacts of one again. What has changed since the merge stays with the one that was kept."""

    def merge_organisations(self, kept: Organisation, gone: Organisation, whole: Organisation, now: datetime) -> int:
        """Make ``gone`` another name of ``kept``, which becomes ``whole``; contacts and events follow."""

    def undo_organisations(self, merge: Merge, now: datetime) -> None: ...
    def newest(self, kind: str, kept: int) -> Merge | None:
        """The newest merge into this one that is not undone."""
