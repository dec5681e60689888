"""What people let be published of them: asked once by mail, kept, and shown in ``status``."""

from __future__ import annotations

from collections.abc import Sequence

from mailer.list_documents import choose
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact, Standing
from mailer.model.personal_data import Held
from mailer.model.publishing import LINES, USUAL, Part, said
from mailer.model.questions import Choice, Question, Reply
from mailer.office import Office
from mailer.phrases import Country, Phrase, phrase
from mailer.questions import ask

KIND = "publish"
"""The kind of the question."""

CHOICES = frozenset({Choice.YES, Choice.NO, Choice.OK})


def unasked(office: Office, key: str) -> list[Contact]:
    """The members of a list who have not said what may be published of them, and were not asked either."""
    rules = office.rules.list_rules(key)
    members = office.work.lists.each_member(rules.key, Standing.ACTIVE)
    return [one.contact for one in members if one.contact.published is None and not _was_asked(office, one.contact)]


def _was_asked(office: Office, contact: Contact) -> bool:
    return office.work.outbox.written(_once(contact)) > 0


def _once(contact: Contact) -> str:
    return f"ask-publish {contact.id}"


def ask_all(office: Office, key: str, contacts: Sequence[Contact]) -> int:
    """Ask these members of the list; how many were asked. Each is asked once, whatever lists they are on."""
    title = office.rules.list_rules(key).title
    return sum(_ask(office, contact, title) for contact in contacts)


def _ask(office: Office, contact: Contact, title: str) -> bool:
    said_so = contact.details
    values = {
        "greeting": contact.greeting,
        "list": title,
        "name": said_so.name,
        "organisation": said_so.organisation,
        "country": Country(said_so.country),
    }
    offered = {part.value: "yes" if part in USUAL else "no" for part in Part}
    question = ask(
        office,
        Address.parse(contact.address, contact.details.name),
        "ask-publish",
        values,
        kind=KIND,
        subject=contact.id,
        contact=contact.id,
        questionnaire=LINES,
        offered=offered,
        once=_once(contact),
    )
    return question is not None


def answered(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Keep what somebody has chosen, and tell them: a plain yes takes the lines as they are, a no is nothing."""
    contact = office.work.lists.contact(question.subject)
    if contact is None:
        return Result(Done.NO_SUCH_QUESTION)
    values = reply.filled.values if reply.filled else question.offered
    parts = [] if reply.choice is Choice.NO else [part for part in Part if values.get(part.value) == "yes"]
    choose(office, contact, parts)
    to = Address.parse(contact.address, contact.details.name)
    office.write(
        to, "publishing", {"parts": said(parts)}, in_reply_to=mail.message_id, once=f"publishing {question.id}"
    )
    return Result(Done.PUBLISHING_CHOSEN, {"address": contact.address, "what": str(said(parts))})


def held(office: Office, contact: Contact) -> list[Held]:
    """What somebody has chosen, and the published versions that show them."""
    versions = office.work.list_documents.showing(contact.id)
    if contact.published is None and not versions:
        return []
    chosen = phrase("you were not asked yet") if contact.published is None else said(contact.published)
    rows: list[tuple[Phrase | str, object]] = [(phrase("May be published"), chosen)]
    if versions:
        named = ", ".join(f"{version.list} {version.version}" for version in versions)
        rows.append((phrase("Stands in"), named))
    return [Held(phrase("Published lists"), rows)]
