"""Events as entries of the document of a list: those that may be shown to everybody, and nothing about their hosts."""

from __future__ import annotations

from mailer.model.events import KIND_NAMES, Event
from mailer.model.list_documents import Column, Entry
from mailer.model.questionnaires import FieldKind
from mailer.phrases import phrase

COLUMNS = (
    Column("title", phrase("Event")),
    Column("dates", phrase("Dates"), FieldKind.PERIOD),
    Column("place", phrase("Place")),
    Column("country", phrase("Country"), FieldKind.COUNTRY),
    Column("organiser", phrase("Organiser")),
    Column("kind", phrase("Kind"), FieldKind.CHOICE, {kind.value: name for kind, name in KIND_NAMES.items()}),
    Column("languages", phrase("Languages"), FieldKind.LANGUAGES),
    Column("presenter", phrase("Presenter")),
    Column("website", phrase("Website"), FieldKind.URL),
)
"""What is said of an event."""


def entry(event: Event, presenter: str = "") -> Entry:
    """The entry of an event; ``presenter``: who presented, if they let their name be published."""
    values = {
        "title": event.title,
        "dates": f"{event.starts.isoformat()}/{event.ends.isoformat()}",
        "place": event.place,
        "country": event.country,
        "organiser": event.organiser,
        "kind": event.kind.value,
        "languages": ",".join(event.languages),
        "presenter": presenter,
        "website": event.website,
    }
    return Entry(event.name, event.country, {key: value for key, value in values.items() if value})
