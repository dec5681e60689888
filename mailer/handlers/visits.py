"""What the office holds of people's visits to its pages."""

from __future__ import annotations

from mailer.contacts import day_of
from mailer.model.lists import Contact
from mailer.model.personal_data import Held
from mailer.office import Office
from mailer.phrases import Phrase, phrase


def held(office: Office, contact: Contact) -> list[Held]:
    """The links to their preferences that they asked for lately, for “status”."""
    opened, unopened = phrase("opened"), phrase("not opened")
    rows: list[tuple[Phrase | str, object]] = [
        (phrase("on %(day)s", day=day_of(office, one.asked_at)), opened if one.opened_at else unopened)
        for one in office.work.visits.links_of(contact.id)
    ]
    return [Held(phrase("Links to your preferences"), rows, "visits")] if rows else []
