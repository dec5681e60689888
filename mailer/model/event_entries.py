"""Events as entries of the document of a list: those that may be shown to everybody, and nothing about their hosts."""

from __future__ import annotations

from datetime import date, datetime, time

from mailer.model.events import KIND_NAMES, Event, Hours, State
from mailer.model.list_documents import Column, Entry
from mailer.model.questionnaires import FieldKind
from mailer.phrases import phrase

COLUMNS = (
    Column("title", phrase("Event")),
    Column("dates", phrase("Dates"), FieldKind.PERIOD),
    Column("place", phrase("Place")),
    Column("organiser", phrase("Organiser")),
    Column(
        "kind",
        phrase("Kind of event"),
        FieldKind.CHOICE,
        {kind.value: one for kind, one in KIND_NAMES.items()},
        small=True,
    ),
    Column("languages", phrase("Languages"), FieldKind.LANGUAGES, small=True),
    Column("presenter", phrase("Presenter")),
    Column("website", phrase("Website"), FieldKind.URL, small=True),
)
"""What is said of an event."""


def _hours(event: Event) -> str:
    if event.hours is None:
        return ""
    return f"{event.hours.opens:%H:%M} {event.hours.closes:%H:%M} {event.hours.zone}".strip()


def event_of(entry: Entry, at: datetime) -> Event:
    """The event of an entry, for a calendar; ``at`` is when the list was published."""
    values = entry.values
    first, _, last = values["dates"].partition("/")
    opens, closes, zone = [*values.get("hours", "").split(" "), "", "", ""][:3]
    hours = Hours(time.fromisoformat(opens), time.fromisoformat(closes), zone) if closes else None
    return Event(
        uid=values["uid"],
        title=values["title"],
        organiser=values.get("organiser", ""),
        place=values.get("place", ""),
        country=entry.group,
        starts=date.fromisoformat(first),
        ends=date.fromisoformat(last or first),
        hours=hours,
        website=values.get("website", ""),
        state=State.ACCEPTED,
        sequence=int(values.get("sequence", "0")),
        created_at=at,
        changed_at=at,
    )


def entry(event: Event, presenter: str = "") -> Entry:
    """The entry of an event; ``presenter``: who presented, if they let their name be published."""
    values = {
        "title": event.title,
        "dates": f"{event.starts.isoformat()}/{event.ends.isoformat()}",
        "place": event.place,
        "organiser": event.organiser,
        "kind": event.kind.value,
        "languages": ",".join(event.languages),
        "presenter": presenter,
        "website": event.website,
    }
    values |= {"uid": event.uid, "sequence": str(event.sequence), "hours": _hours(event)}  # for calendars
    return Entry(event.name, event.country, {key: value for key, value in values.items() if value})
