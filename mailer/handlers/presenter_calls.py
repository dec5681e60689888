"""A call to experts: each is asked once whether they want to be a presenter, and answers by reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailer import grants
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.library import SCOPE
from mailer.model.lists import Contact
from mailer.model.presenters import CALL, QUESTIONNAIRE, State
from mailer.office import Office
from mailer.questions import ask


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom a call asks, and how many it leaves out and why."""

    list: str
    asked: Sequence[Contact]
    registered: int = 0
    """Those who are in the bank, wait for it, or were declined."""
    lately: int = 0
    """Those who were asked not long ago, or want to be asked never again."""
    suppressed: int = 0


def plan(office: Office, key: str = "") -> Plan:
    """Whom a call to the members of a list asks. Raises Refused if there is no bank, or no list is named."""
    rules = office.rules.presenters
    if not rules.bank:
        raise Refused("There is no bank of presenters: name its list in [presenters] bank.")
    key = key or rules.call
    if not key:
        raise Refused("Whom to ask? Name a list with --list, or in [presenters] call.")
    office.rules.list_rules(key)
    called = office.work.presenters.called(office.now - rules.ask_again)
    under_way = (State.REGISTERED, State.APPROVED, State.DECLINED)
    registered = {presenter.contact for presenter in office.work.presenters.each(under_way)}
    asked, counts = [], {"registered": 0, "lately": 0, "suppressed": 0}
    for member in office.work.lists.members(key):
        contact = member.contact
        why = "registered" if contact.id in registered else "lately" if contact.id in called else ""
        why = why or ("suppressed" if office.work.lists.suppressed(contact.address) else "")
        if why:
            counts[why] += 1
        else:
            asked.append(contact)
    return Plan(key, asked, **counts)


def call(office: Office, planned: Plan) -> int:
    """Ask each; returns how many were written to."""
    found = grants.published_document(office, SCOPE)
    attachments: list[Attachment] = []
    if found and len(found[1].pdf) <= office.rules.presenters.attach_bytes:
        attachments = [Attachment(f"{found[0].stem}.pdf", "application/pdf", found[1].pdf)]
    scope = {"title": found[0].title, "version": str(found[0].number)} if found else {"title": "", "version": ""}
    sent = 0
    for contact in planned.asked:
        values = {**scope, "greeting": contact.greeting, "is_attached": bool(attachments)}
        asked = ask(
            office,
            Address.parse(contact.address, contact.details.name),
            "presenter-call",
            values,
            kind=CALL,
            subject=contact.id,
            about=office.rules.list_rules(planned.list).title,
            contact=contact.id,
            questionnaire=QUESTIONNAIRE,
            offered=_known(contact),
            once=f"presenter-call {contact.id} {office.today}",
            attachments=attachments,
        )
        if asked:
            office.work.presenters.call(contact.id, office.now)
            sent += 1
    office.record("called presenters", f"list {planned.list}", asked=sent)
    return sent


def _known(contact: Contact) -> Mapping[str, str]:
    """What the lines have already."""
    details = contact.details
    country = details.country if len(details.country) == 2 else ""
    values = {
        "name": details.name,
        "organisation": details.organisation,
        "country": country,
        "languages": details.language,
    }
    return {key: value for key, value in values.items() if value}
