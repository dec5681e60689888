"""Issues and their editions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from mailer.model.issues import NO_INPUTS, Edition, EditionRef, Inputs, Issue, Source, State


class IssueQueries(Protocol):
    """Issues and their editions."""

    def issue(self, publication: str, number: int) -> Issue | None: ...
    def issue_by_id(self, issue_id: int) -> Issue | None: ...
    def all(self) -> list[Issue]: ...
    def due(self, now: datetime) -> list[Issue]:
        """Scheduled issues whose time has come by ``now``."""

    def add(self, source: Source, folder: str) -> Issue: ...
    def freeze(
        self,
        issue: Issue,
        source: Source,
        rendered: Mapping[str, Edition],
        now: datetime,
        inputs: Inputs = NO_INPUTS,
    ) -> None:
        """Keep what was rendered, by language and the source's first, and make these the current editions."""

    def edition(self, edition_id: int) -> Edition: ...
    def edition_ids(self, issue_id: int) -> list[int]:
        """Every edition that was ever rendered of the issue, also those that are not current."""

    def every_edition(self, issue_id: int) -> list[EditionRef]:
        """The same with language and digest."""

    def editions_at(self, issue_id: int, at: datetime) -> list[EditionRef]:
        """The editions that were current at that time."""

    def set_state(self, issue_id: int, state: State) -> None: ...
    def set_folder(self, issue_id: int, folder: str) -> None:
        """Its files are in another place, as after a restore on another machine."""

    def inputs(self, issue_id: int) -> Inputs:
        """What decided its bytes beside its source, as of the time when it was built."""

    def set_inputs(self, issue_id: int, inputs: Inputs) -> None:
        """A person has seen what changed, and agreed that the bytes stand."""

    def set_due(self, issue_id: int, due_at: datetime | None) -> None: ...
