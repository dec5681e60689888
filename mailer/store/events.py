"""Queries of events, and of who was asked to internal ones."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, or_, select, update

from mailer.message import Address
from mailer.model.events import Coming, Event, EventKind, Hours, Participant, Role, State
from mailer.model.personal_data import Erasing, Over
from mailer.store.schema import event_participants, events
from mailer.store.upsert import upsert


def _columns(event: Event) -> dict[str, Any]:
    hours = event.hours
    return {
        "uid": event.uid,
        "title": event.title,
        "kind": event.kind.value,
        "internal": event.internal,
        "organiser": event.organiser,
        "organisation": event.organisation,
        "place": event.place,
        "country": event.country,
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat(),
        "hours": [f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}", hours.zone] if hours else None,
        "languages": list(event.languages),
        "audience": event.audience,
        "website": event.website,
        "topics": list(event.topics),
        "wants_presenter": event.wants_presenter,
        "costs": event.costs,
        "programme": event.programme,
        "state": event.state.value,
        "sequence": event.sequence,
        "submission": event.submission,
        "host": event.host,
        "host_key": Address.parse(event.host).base_key if event.host else "",
        "host_name": event.host_name,
        "host_language": event.host_language,
        "source_uid": event.source_uid,
        "pending": dict(event.pending),
        "created_at": event.created_at,
        "changed_at": event.changed_at,
        "reminded_at": event.reminded_at,
    }


def _hours(stored: list[str] | None) -> Hours | None:
    if stored is None:
        return None
    opens, closes, zone = stored
    return Hours(time.fromisoformat(opens), time.fromisoformat(closes), zone)


def _event(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        uid=row.uid,
        title=row.title,
        kind=EventKind(row.kind),
        internal=row.internal,
        organiser=row.organiser,
        organisation=row.organisation,
        place=row.place,
        country=row.country,
        starts=date.fromisoformat(row.starts),
        ends=date.fromisoformat(row.ends),
        hours=_hours(row.hours),
        languages=tuple(row.languages),
        audience=row.audience,
        website=row.website,
        topics=tuple(row.topics),
        wants_presenter=row.wants_presenter,
        costs=row.costs,
        programme=row.programme,
        state=State(row.state),
        sequence=row.sequence,
        submission=row.submission,
        host=row.host,
        host_name=row.host_name,
        host_language=row.host_language,
        source_uid=row.source_uid,
        pending=row.pending,
        created_at=row.created_at,
        changed_at=row.changed_at,
        reminded_at=row.reminded_at,
    )


def _participant(row: Row[Any]) -> Participant:
    return Participant(
        event=row.event,
        role=Role(row.role),
        address=row.address,
        name=row.name,
        contact=row.contact,
        coming=Coming(row.coming),
        at=row.at,
        talk=row.talk,
    )


_NOBODY: dict[str, Any] = {"host": "", "host_key": "", "host_name": "", "host_language": "", "pending": {}}


def erase_events(connection: Connection, erasing: Erasing) -> None:
    """Whose events they were, and what they were asked to; the events themselves stay."""
    mailboxes = {Address.parse(address).base_key for address in erasing.addresses}
    connection.execute(update(events).where(events.c.host_key.in_(mailboxes)).values(_NOBODY))
    theirs = or_(event_participants.c.key.in_(mailboxes), event_participants.c.contact == erasing.contact.id)
    connection.execute(delete(event_participants).where(theirs))


def erase_old_events(connection: Connection, over: Over) -> int:
    """The hosts of events that ended before then, and who was asked to them."""
    day = over.before.date().isoformat()
    with_people = or_(events.c.host_key != "", events.c.id.in_(select(event_participants.c.event)))
    old = list(connection.scalars(select(events.c.id).where(events.c.ends < day, with_people).limit(over.most)))
    connection.execute(delete(event_participants).where(event_participants.c.event.in_(old)))
    connection.execute(update(events).where(events.c.id.in_(old)).values(_NOBODY))
    return len(old)


class SqlEventQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, event: Event) -> Event:
        adding = insert(events).values(_columns(event)).returning(events)
        return _event(self._connection.execute(adding).one())

    def save(self, event: Event) -> None:
        self._connection.execute(update(events).where(events.c.id == event.id).values(_columns(event)))

    def by_id(self, event_id: int) -> Event | None:
        return next(iter(self._some(events.c.id == event_id)), None)

    def of_submission(self, submission: int) -> Event | None:
        return next(iter(self._some(events.c.submission == submission)), None)

    def of_host(self, address: str) -> list[Event]:
        found = self._some(events.c.host_key == Address.parse(address).base_key)
        return sorted(found, key=lambda event: event.id, reverse=True)

    def between(
        self,
        starts: date | None = None,
        ends: date | None = None,
        *,
        states: Collection[State] = (),
        country: str = "",
        internal: bool | None = False,
    ) -> list[Event]:
        wanted: list[ColumnElement[bool]] = []
        if starts is not None:
            wanted.append(events.c.ends >= starts.isoformat())
        if ends is not None:
            wanted.append(events.c.starts <= ends.isoformat())
        if states:
            wanted.append(events.c.state.in_([state.value for state in states]))
        if country:
            wanted.append(events.c.country == country)
        if internal is not None:
            wanted.append(events.c.internal.is_(internal))
        return self._some(*wanted)

    def _some(self, *wanted: ColumnElement[bool]) -> list[Event]:
        query = select(events).where(*wanted).order_by(events.c.starts, events.c.ends, events.c.id)
        return [_event(row) for row in self._connection.execute(query)]

    # --- who was asked ---

    def put(self, participant: Participant) -> None:
        row = {
            "event": participant.event,
            "role": participant.role.value,
            "key": Address.parse(participant.address).base_key,
            "address": participant.address,
            "name": participant.name,
            "contact": participant.contact,
            "coming": participant.coming.value,
            "talk": participant.talk,
            "at": participant.at,
        }
        upsert(self._connection, event_participants, row, ("event", "role", "key"))

    def participants(self, event_id: int) -> list[Participant]:
        query = select(event_participants).where(event_participants.c.event == event_id)
        ordered = query.order_by(event_participants.c.role.desc(), event_participants.c.key)
        return [_participant(row) for row in self._connection.execute(ordered)]

    def of_participant(self, address: str) -> list[tuple[Event, Participant]]:
        query = select(event_participants).where(event_participants.c.key == Address.parse(address).base_key)
        asked = [
            _participant(row) for row in self._connection.execute(query.order_by(event_participants.c.event.desc()))
        ]
        known = {event.id: event for event in self._some(events.c.id.in_([one.event for one in asked]))}
        return [(known[one.event], one) for one in asked]

    def participant(self, event_id: int, role: Role, address: str) -> Participant | None:
        query = select(event_participants).where(
            event_participants.c.event == event_id,
            event_participants.c.role == role.value,
            event_participants.c.key == Address.parse(address).base_key,
        )
        row = self._connection.execute(query).one_or_none()
        return _participant(row) if row else None
