"""Who has which version of a document to work with, such as the presentation kit."""

from __future__ import annotations

from typing import NamedTuple

from mailer.errors import Refused
from mailer.model.holders import Holder
from mailer.model.library import State, Version
from mailer.model.lists import Contact
from mailer.model.outbox import Delivery
from mailer.model.personal_data import Held
from mailer.office import Office
from mailer.phrases import Phrase, phrase

_WAITING = (Delivery.QUEUED, Delivery.DEFERRED, Delivery.SENDING)


class Having(NamedTuple):
    """Somebody with the version of a document that they were given last."""

    holder: Holder
    version: Version
    delivery: str
    """Whether its mails have arrived, as far as the relay says."""

    @property
    def is_current(self) -> bool:
        """Whether it is the version that stands."""
        return self.version.state is State.PUBLISHED


def of_document(office: Office, key: str) -> list[Having]:
    """The newest version that each holder was given, by name. Raises Refused if there is no such document."""
    versions = {one.id: one for one in office.work.library.versions(key)}
    if not versions:
        raise Refused(f"No version of “{key}” was built yet: `mailer library build {key}`.")
    last: dict[int, Holder] = {}
    for holder in office.work.holders.of_versions(versions):
        last[holder.contact] = holder
    found = [Having(one, versions[one.version], _delivery(office, one)) for one in last.values()]
    return sorted(found, key=lambda one: (one.holder.name or one.holder.address).casefold())


def _delivery(office: Office, holder: Holder) -> str:
    states = [mail.state for mail in office.work.outbox.sent_about(holder.cause)]
    if any(state in _WAITING for state in states):
        return "on its way"
    if all(state is Delivery.SENT for state in states):
        return "sent"
    return next(state.value for state in states if state is not Delivery.SENT)


def held(office: Office, contact: Contact) -> list[Held]:
    """What “status” shows of the documents that somebody was given."""
    rows: list[tuple[Phrase | str, object]] = []
    for holder in office.work.holders.of_contact(contact.id):
        version = office.work.library.version(holder.version)
        if version is not None:
            day = holder.given_at.astimezone(office.rules.timezone).date()
            rows.append((f"{version.title} {version.number}", day))
    return [Held(phrase("Documents that you were given to work with"), rows, "presenters")] if rows else []
