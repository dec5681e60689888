"""Queries of presenters at events, and of their reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, insert, or_, select, update

from mailer.model.assignments import Assignment, State
from mailer.model.event_reports import EventReport
from mailer.model.events import COMING
from mailer.model.events import State as EventState
from mailer.model.presenters import Period
from mailer.model.presenters import State as Registration
from mailer.store.schema import assignments, event_reports, events, presenters


class SqlAssignmentQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, assignment: Assignment) -> Assignment:
        fixed = {"event": assignment.event, "presenter": assignment.presenter, "asked_at": assignment.asked_at}
        values = {**fixed, **_columns(assignment)}
        added = self._connection.execute(insert(assignments).values(values).returning(assignments.c.id)).scalar_one()
        return replace(assignment, id=int(added))

    def save(self, assignment: Assignment) -> None:
        mine = assignments.c.id == assignment.id
        self._connection.execute(update(assignments).where(mine).values(_columns(assignment)))

    def by_id(self, assignment_id: int) -> Assignment | None:
        found = self._all(select(assignments).where(assignments.c.id == assignment_id))
        return found[0] if found else None

    def of_event(self, event_id: int) -> list[Assignment]:
        return self._all(select(assignments).where(assignments.c.event == event_id))

    def of_presenter(self, presenter_id: int) -> list[Assignment]:
        return self._all(select(assignments).where(assignments.c.presenter == presenter_id))

    def due(self, now: datetime) -> list[Assignment]:
        return self._all(select(assignments).where(assignments.c.due_at <= now))

    def overtaken(self, states: Collection[State]) -> list[Assignment]:
        over = events.c.state.not_in([one.value for one in COMING])
        changed = or_(events.c.sequence != assignments.c.sequence, over, ~events.c.wants_presenter)
        open_ones = assignments.c.state.in_([state.value for state in states])
        return self._all(select(assignments).join(events).where(open_ones, changed))

    def left(self, states: Collection[State]) -> list[Assignment]:
        theirs = assignments.c.state.in_([state.value for state in states])
        gone = presenters.c.state != Registration.APPROVED.value
        return self._all(select(assignments).join(presenters).where(theirs, gone))

    def lacking(self, states: Collection[State], since: date) -> list[int]:
        has_one = exists().where(
            assignments.c.event == events.c.id, assignments.c.state.in_([state.value for state in states])
        )
        wish = events.c.wants_presenter, ~events.c.internal, events.c.state == EventState.ACCEPTED.value, ~has_one
        query = select(events.c.id).where(*wish, events.c.starts >= since.isoformat()).order_by(events.c.starts)
        return list(self._connection.scalars(query))

    def asked_since(self, since: datetime) -> dict[int, list[date]]:
        asked: dict[int, list[date]] = {}
        query = select(assignments.c.presenter, assignments.c.asked_at).where(assignments.c.asked_at >= since)
        for row in self._connection.execute(query.order_by(assignments.c.asked_at)):
            asked.setdefault(row.presenter, []).append(row.asked_at.date())
        return asked

    def engaged(self, states: Collection[State], since: date) -> dict[int, list[Period]]:
        engaged: dict[int, list[Period]] = {}
        query = select(assignments.c.presenter, events.c.starts, events.c.ends).join(
            events, events.c.id == assignments.c.event
        )
        within = assignments.c.state.in_([state.value for state in states]), events.c.ends >= since.isoformat()
        for row in self._connection.execute(query.where(*within).order_by(events.c.starts)):
            engaged.setdefault(row.presenter, []).append(Period.parse(f"{row.starts}/{row.ends}"))
        return engaged

    def add_report(self, report: EventReport, raw: bytes) -> EventReport:
        values: dict[str, Any] = {"values": dict(report.values), "words": report.words}
        values |= {"received_at": report.received_at, "raw": raw}
        mine = event_reports.c.assignment == report.assignment
        again = update(event_reports).where(mine).values(values).returning(event_reports.c.id)
        number = self._connection.execute(again).scalar_one_or_none()
        if number is None:
            values |= {"event": report.event, "assignment": report.assignment}
            new = insert(event_reports).values(values).returning(event_reports.c.id)
            number = self._connection.execute(new).scalar_one()
        return replace(report, id=int(number))

    def report(self, report_id: int) -> EventReport | None:
        row = self._connection.execute(_REPORTS.where(event_reports.c.id == report_id)).one_or_none()
        return _report(row) if row else None

    def report_mail(self, report_id: int) -> bytes:
        query = select(event_reports.c.raw).where(event_reports.c.id == report_id)
        return bytes(self._connection.execute(query).scalar_one())

    def reports(self, event_id: int | None = None) -> Sequence[EventReport]:
        query = _REPORTS.order_by(event_reports.c.id)
        wanted = query if event_id is None else query.where(event_reports.c.event == event_id)
        return [_report(row) for row in self._connection.execute(wanted)]

    def _all(self, query: Select[Any]) -> list[Assignment]:
        return [_assignment(row) for row in self._connection.execute(query.order_by(assignments.c.id))]


_REPORTS = select(*(column for column in event_reports.c if column.name != "raw"))


def _columns(assignment: Assignment) -> dict[str, Any]:
    return {
        "state": assignment.state.value,
        "points": assignment.points,
        "following": list(assignment.following),
        "sequence": assignment.sequence,
        "due_at": assignment.due_at,
        "reminders": assignment.reminders,
        "changed_at": assignment.changed_at,
    }


def _assignment(row: Row[Any]) -> Assignment:
    values = {"state": State(row.state), "following": tuple(row.following)}
    return Assignment(**(dict(row._mapping) | values))


def _report(row: Row[Any]) -> EventReport:
    return EventReport(**row._mapping)
