"""Writes to translators, and to those in charge of what is translated; what every step of a translation shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from mailer import feedback_mail
from mailer.approval.ballots import withdraw
from mailer.compose.notices import Attachment
from mailer.errors import Refused
from mailer.inbound.extracts import copy_of
from mailer.message import Address, Inbound, clean
from mailer.model.editions import KIND, TRANSLATOR, Event, Form, State, Translation, advance
from mailer.model.feedback import Item
from mailer.model.feedback import State as ItemState
from mailer.model.issues import Issue, Source
from mailer.model.lists import Contact
from mailer.model.manuscripts import DocumentKind, Unit
from mailer.office import Office
from mailer.phrases import Language, Phrase
from mailer.staff import write_to_staff

COPY = "copy"
"""The state of a notice that has the text to translate."""

VALID = timedelta(days=365)
"""How long a translator can answer our mail; whether that has an effect is looked at then."""


def issue_of(office: Office, translation: Translation) -> Issue:
    issue = office.work.issues.issue_by_id(translation.issue)
    assert issue is not None
    return issue


def find(office: Office, translation_id: int) -> Translation:
    """Raises Refused if there is no such translation."""
    translation = office.work.editions.by_id(translation_id)
    if translation is None:
        raise Refused("There is no such translation.")
    return translation


def name_of(issue: Issue, translation: Translation) -> str:
    """Its name in logs and the audit trail: ``update 1 fr``."""
    return f"{issue.name} {translation.language}"


def values_of(office: Office, issue: Issue, translation: Translation) -> dict[str, object]:
    """What every notice says of it."""
    typed = office.rules.typed(issue.publication, issue.number)
    return {
        "publication": office.rules.publication(issue.publication).title,
        "number": issue.number,
        "title": issue.title,
        "typed": typed,
        "tag": translation.language,
        "language": Language(translation.language),
        "translator": translation.credit,
        "address": translation.address,
    }


def credit_of(contact: Contact) -> str:
    """How readers are told who translated it: the person and the organisation, as far as we know them."""
    details = contact.details
    return ", ".join(filter(None, (details.name, details.organisation))) or contact.address


def source_of(office: Office, issue: Issue, translation: Translation) -> Source:
    """What it is made from. Raises Refused if that is not kept any more."""
    frozen = office.work.editions.frozen(translation.source)
    if frozen is None:
        raise Refused(f"What {issue.name} was built from is not kept: build it again, and ask the board.")
    return office.sources.restored(issue, frozen.files)


def units_of(office: Office, issue: Issue, translation: Translation) -> Sequence[Unit]:
    """The numbered texts of the original."""
    return office.resources.manuscripts.units(source_of(office, issue, translation))


def save(office: Office, translation: Translation, event: Event, **changes: Any) -> Translation:
    """Store the translation after the step. Raises Refused if it cannot take it."""
    changed = replace(translation, state=advance(translation.state, event), changed_at=office.now, **changes)
    office.work.editions.save(changed)
    return changed


def next_reminder(office: Office, issue: Issue) -> datetime:
    """When a translator is reminded who has something to do from now on."""
    return office.rules.calendar.after(office.now, office.rules.publication(issue.publication).translation_time)


def tell_translator(
    office: Office,
    issue: Issue,
    translation: Translation,
    notice: str,
    values: Mapping[str, object],
    *,
    once: str,
    proof: int = 0,
    state: str = "",
    **options: Any,
) -> bool:
    """Send a notice that the translator answers with paragraphs, or with a yes to the proof of that number.

    ``state`` is COPY for the text itself, within which they may write.
    """
    address = Address.parse(translation.address)
    name = f"{office.rules.publication(issue.publication).title} {issue.number} ({translation.language})"
    return write_to_staff(
        office,
        address,
        notice,
        {**values_of(office, issue, translation), **values},
        kind=TRANSLATOR,
        subject=translation.id,
        state=f"proof {proof}" if proof else state,
        about=name,
        person=True,
        once=once,
        valid=VALID,
        **options,
    )


def in_charge(office: Office, issue: Issue) -> list[Address]:
    """The editors of the publication and the secretary, one mail for each mailbox."""
    named = (*map(Address.parse, office.rules.publication(issue.publication).editors), office.rules.secretary)
    return list({one.base_key: one for one in named}.values())


def send_copy(office: Office, issue: Issue, translation: Translation, *, once: str) -> None:
    """Send the translator what there is to translate, as text or as a file."""
    to, manuscripts = Address.parse(translation.address), office.resources.manuscripts
    source = source_of(office, issue, translation)
    units = manuscripts.units(source)
    own = office.language_of(to)
    attachments, text = [], ""
    if translation.form is Form.TEXT:
        text = manuscripts.text(units, own)
    else:
        kind = DocumentKind(translation.form.value)
        data = manuscripts.document(units, kind, source.language, translation.language, own)
        named = f"{issue.publication}-{issue.number}-{translation.language}.{kind}"
        attachments.append(Attachment(named, kind.media_type, data))
    values = {
        "text": text,
        "count": len(units),
        "form": translation.form.value,
        "deadline": translation.due_at or office.now,
        "original": Language(source.language),
    }
    tell_translator(
        office, issue, translation, "translation-copy", values, once=once, state=COPY, attachments=attachments
    )
    name = name_of(issue, translation)
    office.record("translator's copy sent", name, to=translation.address, form=translation.form.value)


def end(office: Office, issue: Issue, translation: Translation, reason: Phrase, *, tell: bool = True) -> Translation:
    """Give it up: the language is free again. The translator is told, unless it was their wish.

    Raises Refused for one that readers have.
    """
    ended = save(office, translation, Event.END, due_at=None, ready_at=None)
    withdraw(office, KIND, translation.id)
    office.work.editions.drop(translation, office.now)
    if tell and translation.state is not State.WISHED:
        once = f"translation-over {translation.id}"
        to = Address.parse(translation.address)
        office.write(to, "translation-over", {**values_of(office, issue, translation), "reason": reason}, once=once)
    office.record("translation ended", name_of(issue, translation), edition=translation.id, reason=reason)
    return ended


def pass_on(office: Office, issue: Issue, translation: Translation, mail: Inbound, text: str = "") -> None:
    """Give the secretary what a translator writes beside the paragraphs; a reply to it goes to the translator."""
    said = copy_of(mail)
    to = office.rules.secretary
    item = Item(
        number=0,
        address=translation.address,
        name=clean(mail.author.name, 200),
        contact=translation.contact,
        language=office.language_of(Address.parse(translation.address)),
        publication=issue.publication,
        issue=issue.number,
        lists=(),
        subject=mail.subject,
        state=ItemState.OPEN,
        assignee="",
        tags=(),
        staff=(str(to),),
        through="",
        may_name=False,
        received_at=office.now,
        written_at=office.now,
        changed_at=office.now,
    )
    item = replace(item, number=office.work.feedback.add(item, Address.parse(translation.address).base_key))
    entry = feedback_mail.keep(office, item, mail, text or said.text)
    office.record("feedback", str(mail.author), number=item.number, item=f"feedback {item.number}")
    enclosed = feedback_mail.enclose(office, entry, whole=True, mail=mail)
    feedback_mail.pass_on(office, item, entry, to, enclosed, left_out=said.left_out)
