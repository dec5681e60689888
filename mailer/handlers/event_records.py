"""Events as the secretary sees them at the command line, and those that the office adds itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from mailer.errors import Refused
from mailer.event_mail import find, new_uid
from mailer.message import clean
from mailer.model.assignments import State as Assigned
from mailer.model.event_lines import with_values
from mailer.model.events import COMING_NAMES, Coming, Event, Participant, Role, State
from mailer.office import Office

PRESENTS = (Assigned.AGREED, Assigned.PRESENTED, Assigned.REPORTED, Assigned.UNREPORTED)
"""States of an assignment in which somebody presents, or has presented."""

MOST = 5_000
"""Characters of a programme."""


class EventView(NamedTuple):
    """An event with the people of it."""

    event: Event
    presenters: Sequence[str]
    """The names of those who present, or have presented (action plan 3.2)."""
    participants: Sequence[Participant]
    """Those who were asked to an internal event."""

    @property
    def counts(self) -> dict[str, int]:
        """How many have answered what: ``guests: comes`` is 3. For scripts."""
        said = Counter(f"{one.role}s: {COMING_NAMES[one.coming]}" for one in self.participants)
        return dict(sorted(said.items()))

    @property
    def replies(self) -> list[tuple[Role, Coming, int]]:
        """How many have answered what, speakers last."""
        said = Counter((one.role, one.coming) for one in self.participants)
        return sorted((role, coming, count) for (role, coming), count in said.items())


def require(office: Office, event_id: int) -> Event:
    """Raises Refused if there is no such event."""
    event = find(office, event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}: `mailer events ls` shows those that there are.")
    return event


def view(office: Office, event: Event) -> EventView:
    participants = office.work.events.participants(event.id) if event.internal else []
    return EventView(event, _presenters(office, event), participants)


def views(
    office: Office,
    starts: date | None,
    ends: date | None,
    *,
    states: Collection[State] = (),
    country: str = "",
    internal: bool | None = None,
) -> list[EventView]:
    """Events that touch these days, the next one first."""
    found = office.work.events.between(starts, ends, states=states, country=country, internal=internal)
    return [view(office, event) for event in found]


def _presenters(office: Office, event: Event) -> list[str]:
    names = []
    for one in office.work.assignments.of_event(event.id):
        presenter = office.work.presenters.by_id(one.presenter) if one.state in PRESENTS else None
        contact = office.work.lists.contact(presenter.contact) if presenter else None
        if contact is not None:
            names.append(contact.label)
    return names


def draft(office: Office, values: Mapping[str, str], *, internal: bool, programme: str = "") -> Event:
    """An event that the office adds itself, accepted; it is not kept yet."""
    blank = Event(
        uid=new_uid(office, f"by hand {office.cause}"),
        title="",
        starts=office.now.date(),
        ends=office.now.date(),
        internal=internal,
        state=State.ACCEPTED,
        created_at=office.now,
        changed_at=office.now,
    )
    return with_programme(with_values(blank, values), programme)


def with_programme(event: Event, programme: str) -> Event:
    lines = [clean(line, 300) for line in programme.split("\n")]
    return replace(event, programme="\n".join(lines).strip()[:MOST])


def add(office: Office, event: Event) -> Event:
    """Keep an event that the office adds."""
    made = office.work.events.add(event)
    office.record("event added", made.name, title=made.title, internal=made.internal)
    return made
