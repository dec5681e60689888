"""Presenters at events, and their reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from mailer.model.assignments import Assignment, State
from mailer.model.event_reports import EventReport
from mailer.model.presenters import Period


class AssignmentQueries(Protocol):
    """Presenters at events, and their reports."""

    def add(self, assignment: Assignment) -> Assignment:
        """Returns it with its id; that of ``assignment`` is ignored."""

    def save(self, assignment: Assignment) -> None:
        """Overwrite all but event, presenter and when they were asked."""

    def by_id(self, assignment_id: int) -> Assignment | None: ...
    def of_event(self, event_id: int) -> list[Assignment]:
        """The oldest first."""

    def of_presenter(self, presenter_id: int) -> list[Assignment]:
        """The oldest first."""

    def due(self, now: datetime) -> list[Assignment]:
        """Those whose next step is due by then."""

    def overtaken(self, states: Collection[State]) -> list[Assignment]:
        """Those in these states whose event has changed since, does not take place, or needs no presenter any more."""

    def left(self, states: Collection[State]) -> list[Assignment]:
        """Those in these states whose presenter is in the bank no longer."""

    def lacking(self, states: Collection[State], since: date) -> list[int]:
        """The accepted events that wish for a presenter, begin since then, and have no assignment in these states.

        None of them is for the group's own members alone.
        """

    def asked_since(self, since: datetime) -> dict[int, list[date]]:
        """For each presenter, the days (UTC) on which they were asked since then, whatever they answered."""

    def engaged(self, states: Collection[State], since: date) -> dict[int, list[Period]]:
        """For each presenter, the days of the events for which they are in one of these states, ending since then."""

    def add_report(self, report: EventReport, raw: bytes) -> EventReport:
        """Keep a report with the mail that it came by, in place of an earlier one by the same assignment."""

    def report(self, report_id: int) -> EventReport | None: ...
    def report_mail(self, report_id: int) -> bytes:
        """The original mail; empty if it was erased."""

    def reports(self, event_id: int | None = None) -> Sequence[EventReport]:
        """Those on one event, or all, by number."""
