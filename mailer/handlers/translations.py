"""Who translates an issue: somebody asks or is asked, gets the text, is reminded, or gives it up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from mailer import grants
from mailer.errors import ConfigError, NotGranted, Refused
from mailer.inbound.answers import Answer, read_decision
from mailer.inbound.intents import StaffReply, Translate, Verdict
from mailer.message import Address, Inbound
from mailer.model.editions import LATE, WISH, Event, Form, State, Translation, canonical, current
from mailer.model.inbound import Done, Folder, Result
from mailer.model.issues import Issue
from mailer.model.lists import Contact
from mailer.model.publications import Forwarding
from mailer.model.restorations import require_resumed
from mailer.model.staff import StaffNotice
from mailer.office import Decision, Office
from mailer.phrases import Language, Phrase, phrase
from mailer.staff import answer_unclear, write_to_staff
from mailer.translators import (
    credit_of,
    end,
    find,
    issue_of,
    name_of,
    next_reminder,
    save,
    send_copy,
    tell_translator,
    units_of,
    values_of,
)

WISHES_A_DAY = 3
"""Wishes of one contact that the secretary is asked about in a day; others are only words for a person."""

AT_ONCE = 3
"""Translations of one issue that one contact has at once; a person decides about more."""

LAST_CALL = timedelta(days=7)
"""How long after a reminder the secretary is told that a translator does not answer."""


# --- somebody asks ---


def asked(office: Office, mail: Inbound, wish: Translate, verdict: Verdict) -> Result:
    """An offer to translate an issue.

    Who may translate it, and is proven to have written, gets the text at once, if the issue is granted and nobody else
    has the language. The secretary is asked about the wishes of others whom we know; a stranger's goes to a person.
    """
    contact = office.work.lists.contact_at(str(mail.author))
    member_of = set(office.lists_of(contact)) if contact else set()
    if contact is None or not member_of:
        return Result(Done.TRANSLATION_FOR_A_PERSON, {"reason": "we do not know the writer"})
    if office.work.restorations.open():
        return Result(Done.NOTHING_IS_SENT)
    if wish.number is None:
        return _explain(
            office, contact, phrase("Please say which issue, and into which language: for example “translate 3 fr”.")
        )
    issue = _issue(office, wish, member_of)
    if issue is None:
        return Result(Done.TRANSLATION_FOR_A_PERSON, {"reason": "there is no such issue"})
    language = canonical(wish.language or contact.details.language)
    form = Form(wish.form or Form.TEXT)
    if language and not grants.holds(office, issue):  # nothing is said of an issue that nobody has granted
        return _wish(office, issue, contact, language, form, phrase("the issue is not granted"))
    if why := _no_use(office, issue, contact, language):
        return _explain(office, contact, why)
    if reason := _doubt(office, verdict, language):
        return _wish(office, issue, contact, language, form, reason)
    taken = current(office.work.editions.of(issue.id), language)
    if taken is not None:
        return _once_more(office, issue, taken, form)
    try:
        offer(office, issue, contact, language, form)
    except Refused as fault:
        return _wish(office, issue, contact, language, form, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    return Result(Done.TRANSLATION_OFFERED, {"issue": issue.name, "language": language, "address": contact.address})


def _doubt(office: Office, verdict: Verdict, language: str) -> Phrase:
    """Why the secretary is asked first, whoever has the language; empty if nothing speaks against it."""
    if not verdict.authentic:
        return phrase("nothing proves who wrote")
    if office.resources.renderer.cure(language):
        return phrase(
            "there is no font for %(language)s; `mailer doctor` says which to install", language=Language(language)
        )
    return Phrase()


def _issue(office: Office, wish: Translate, member_of: set[str]) -> Issue | None:
    """The issue with that number, of a publication that the contact gets and that the words name, if they name any."""
    assert wish.number is not None
    named = wish.publication.casefold()
    for key, one in office.rules.publications.items():
        if member_of & set(one.lists) and (not named or named in (key, key.replace("-", " "), one.title.casefold())):
            issue = office.work.issues.issue(key, wish.number)
            if issue is not None and issue.editions:
                return issue
    return None


def _no_use(office: Office, issue: Issue, contact: Contact, language: str) -> Phrase:
    """Why it need not be translated, or not by them; empty if it may be."""
    if not language:
        return phrase("Please say into which language, for example: “translate %(number)s fr”.", number=issue.number)
    if language.lower() in {one.language.lower() for one in issue.editions}:
        return phrase("It is in %(language)s already.", language=Language(language))
    taken = current(office.work.editions.of(issue.id), language)
    if taken is None or (taken.contact == contact.id and taken.waits_for_translator):
        return Phrase()
    if taken.state is State.SENT:
        return phrase(
            "There is an edition in %(language)s already: “get %(number)s %(tag)s” brings it to you.",
            language=Language(language),
            number=issue.number,
            tag=language,
        )
    if taken.contact == contact.id:
        return phrase("Your translation into %(language)s is on its way.", language=Language(language))
    return phrase(
        "%(translator)s is translating it into %(language)s.", translator=taken.credit, language=Language(language)
    )


def _explain(office: Office, contact: Contact, why: Phrase) -> Result:
    """Say why there is nothing to translate, at the address that the store has."""
    sent = office.write(Address.parse(contact.address), "no-translation", {"why": why}, in_reply_to="")
    return Result(Done.TRANSLATION_EXPLAINED if sent else Done.ANSWERED_TODAY)


def _once_more(office: Office, issue: Issue, translation: Translation, form: Form) -> Result:
    """The translator wants the text once more, perhaps in another form."""
    if not office.admits("translation-copy", Address.parse(translation.address)):
        return Result(Done.ANSWERED_TODAY)
    changed = replace(translation, form=form)
    office.work.editions.save(changed)
    send_copy(office, issue, changed, once=f"translation-copy {translation.id} {office.cause}"[:200])
    return Result(
        Done.TRANSLATION_OFFERED,
        {"issue": issue.name, "language": translation.language, "address": translation.address},
    )


def _wish(office: Office, issue: Issue, contact: Contact, language: str, form: Form, reason: Phrase) -> Result:
    """Ask the secretary whether it is offered to the contact, and say so to them."""
    mine = [one for one in office.work.editions.of_contact(contact.id) if one.state is State.WISHED]
    if any(one.issue == issue.id and one.language == language for one in mine):
        return Result(Done.ANSWERED_TODAY)
    if len([one for one in mine if office.now - one.asked_at < timedelta(days=1)]) >= WISHES_A_DAY:
        return Result(Done.TRANSLATION_FOR_A_PERSON, {"reason": "they have many wishes today"})
    wished = office.work.editions.add(issue.id, language, contact, credit_of(contact), State.WISHED, form, office.now)
    values = {**values_of(office, issue, wished), "reason": reason, "sender": contact.label}
    write_to_staff(
        office,
        office.rules.secretary,
        "translation-wanted",
        values,
        kind=WISH,
        subject=wished.id,
        state=State.WISHED.value,
        about=f"{values['publication']} {issue.number} ({language})",
        once=f"translation-wanted {wished.id}",
        regardless=True,
        prepared={"yes_reply": "YES", "no_reply": "NO"},
    )
    office.record("translation wished for", name_of(issue, wished), by=contact.address, reason=reason)
    office.write(Address.parse(contact.address), "translation-wished", values_of(office, issue, wished), in_reply_to="")
    return Result(Done.TRANSLATION_WISHED, {"issue": issue.name, "language": language})


def state_of_wish(office: Office, notice: StaffNotice) -> str:
    """Whether it still waits for an answer."""
    translation = office.work.editions.by_id(notice.subject)
    return translation.state.value if translation else ""


def answer_wish(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Offer it if the secretary says yes, and explain to the writer if not."""
    wished = find(office, notice.subject)
    issue, contact = issue_of(office, wished), office.work.lists.contact(wished.contact)
    said = read_decision(mail, reply.text)
    if said is Answer.OTHER or contact is None:
        return answer_unclear(office, notice, mail, phrase("it says neither YES nor NO"))
    if said is Answer.NO:
        end(office, issue, wished, phrase("the secretary does not offer it"), tell=False)
        why = phrase("%(office)s does not ask you to translate it.", office=office.rules.name)
        office.write(Address.parse(contact.address), "no-translation", {"why": why}, in_reply_to="")
        return Result(
            Done.TRANSLATION_DECIDED, {"issue": issue.name, "language": wished.language, "word": "not offered"}
        )
    taken = current(office.work.editions.of(issue.id), wished.language)
    if taken is not None and taken.contact == contact.id and taken.waits_for_translator:
        end(office, issue, wished, phrase("its translator has the text already"), tell=False)
        _once_more(office, issue, taken, wished.form)
        return Result(Done.TRANSLATION_DECIDED, {"issue": issue.name, "language": wished.language, "word": "offered"})
    try:
        offer(office, issue, contact, wished.language, wished.form, by_person=True)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    return Result(Done.TRANSLATION_DECIDED, {"issue": issue.name, "language": wished.language, "word": "offered"})


# --- it is offered ---


def offer(
    office: Office, issue: Issue, contact: Contact, language: str, form: Form = Form.TEXT, *, by_person: bool = False
) -> Translation:
    """Send the contact the text of a granted issue to translate.

    Without ``by_person``, only those get it whom ``[publications.KEY] translators`` names and whom the board knew, and
    only if the publisher lets readers translate. Raises Refused, and says why.
    """
    require_resumed(office.work.restorations.open())
    publication = office.rules.publication(issue.publication)
    lists = set(office.lists_of(contact)) & set(publication.lists)
    if not lists:
        raise Refused(f"{contact.address} is on no list that gets {publication.title}, so no grant covers it.")
    if taken := current(office.work.editions.of(issue.id), language):
        raise Refused(f"{taken.credit} ({taken.address}) has the translation into “{language}”: it is {taken.state}.")
    if language.lower() in {one.language.lower() for one in issue.editions}:
        raise Refused(f"Issue {issue.number} is in “{language}” already.")
    mine = lists if by_person else lists & set(publication.translators)
    if not mine:
        raise Refused(f"{contact.address} is on none of the lists that translate {publication.title}.")
    if not by_person and office.rules.identity_of(issue.publication).forwarding is not Forwarding.ANY:
        raise Refused(f"The publisher of {publication.title} does not let every reader translate it.")
    open_ones = [one for one in office.work.editions.of(issue.id) if one.contact == contact.id]
    if not by_person and sum(one.waits_for_translator for one in open_ones) >= AT_ONCE:
        raise Refused(f"{contact.address} translates issue {issue.number} into {AT_ONCE} languages already.")
    if cure := office.resources.renderer.cure(language):
        raise Refused(f"No font has the letters of “{language}”: {cure}, and start the daemon again.")
    grant = grants.require_issue(office, issue, sorted(mine))
    if not by_person and not grants.knew(office, grant, contact.id, mine):
        raise NotGranted(f"A command has put {contact.address} on the list since the board was asked.")
    source = office.work.editions.source(issue.id)
    if source is None:
        raise Refused(f"What issue {issue.number} was built from is not kept: build it again, and ask the board.")
    translation = _row(office, issue, contact, language, form)
    due = next_reminder(office, issue)
    changes = {"source": source.id, "asked_at": office.now, "due_at": due, "form": form, "address": contact.address}
    offered = save(office, translation, Event.OFFER, **changes)
    office.record("translation offered", name_of(issue, offered), edition=offered.id, to=contact.address)
    send_copy(office, issue, offered, once=f"translation-copy {offered.id} {offered.asked_at.isoformat()}")
    return offered


def _row(office: Office, issue: Issue, contact: Contact, language: str, form: Form) -> Translation:
    """The wish of the contact, or a new row."""
    wished = (
        one
        for one in office.work.editions.of(issue.id)
        if one.state is State.WISHED and one.contact == contact.id and one.language == language
    )
    return next(wished, None) or office.work.editions.add(
        issue.id, language, contact, credit_of(contact), State.WISHED, form, office.now
    )


def withdraw(office: Office, issue: Issue, language: str) -> Translation:
    """Give up the translation into this language, which is free again. Raises Refused if there is none."""
    translation = current(office.work.editions.of(issue.id), language)
    if translation is None:
        raise Refused(f"Nobody translates issue {issue.number} into “{language}”.")
    return end(office, issue, translation, phrase("the secretary has withdrawn it"))


@dataclass(frozen=True, slots=True)
class Progress:
    """A translation with what has come back of it."""

    translation: Translation
    returned: int
    """Paragraphs that came back."""
    total: int
    """Paragraphs of the original; 0 if that is not known."""
    waiting: int
    """Readers who asked for it, and wait."""


def overview(office: Office, issue: Issue) -> Sequence[Progress]:
    """Who translates the issue into what, and how that stands."""
    wishes = office.work.editions.wishes(issue.id)
    found = []
    for one in office.work.editions.of(issue.id):
        returned = len(office.work.editions.paragraphs(one.id))
        total = _total(office, issue, one) if one.source and one.is_open else 0
        waiting = sum(language.lower() == one.language.lower() for language, _ in wishes)
        found.append(Progress(one, returned, total, waiting))
    return found


def _total(office: Office, issue: Issue, translation: Translation) -> int:
    """How many paragraphs the original has; 0 if it cannot be read any more."""
    try:
        return len(units_of(office, issue, translation))
    except (ConfigError, Refused):
        return 0


# --- it is late ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Translators who are reminded, or whose silence the secretary is told of; translations without an original."""
    found = []
    for one in office.work.editions.in_states([state for state in State if state not in (State.SENT, State.ENDED)]):
        if one.source and not office.work.editions.is_current(one):
            found.append(
                Decision(f"translation {one.id} of another version", partial(_outdated, translation_id=one.id))
            )
        elif one.due_at is not None and one.due_at <= now and one.waits_for_translator:
            found.append(Decision(f"reminder, translation {one.id}", partial(_remind, translation_id=one.id)))
    return found


def _outdated(office: Office, translation_id: int) -> None:
    """What it is made from is not the issue any more: its original was built anew."""
    translation = find(office, translation_id)
    if translation.state is State.ENDED or office.work.editions.is_current(translation):
        return
    issue = issue_of(office, translation)
    reason = phrase("the original has changed since")
    end(office, issue, translation, reason)
    values = {**values_of(office, issue, translation), "reason": reason}
    office.tell_secretary("translation-ended", values, once=f"translation-ended {translation.id}")


def _remind(office: Office, translation_id: int) -> None:
    """Remind the translator once; then the secretary hears of it. If something came since, this does nothing."""
    translation = find(office, translation_id)
    due_at = translation.due_at
    if due_at is None or due_at > office.now or not translation.waits_for_translator:
        return
    issue = issue_of(office, translation)
    if translation.reminded_at is not None and translation.reminded_at >= translation.changed_at:
        office.work.editions.save(replace(translation, due_at=None))
        _tell_late(office, issue, translation)
        return
    until = office.now + LAST_CALL
    office.work.editions.save(replace(translation, due_at=until, reminded_at=office.now))
    returned, total = len(office.work.editions.paragraphs(translation.id)), _total(office, issue, translation)
    values: Mapping[str, object] = {
        "proof": translation.state is State.PROOF,
        "returned": returned,
        "total": total,
        "asked": translation.asked_at,
        "deadline": until,
    }
    once = f"translation-reminder {translation.id} {office.now.isoformat()}"
    proof = translation.proof if translation.state is State.PROOF else 0
    tell_translator(office, issue, translation, "translation-reminder", values, once=once, proof=proof)
    office.record("translator reminded", name_of(issue, translation), to=translation.address)


def _tell_late(office: Office, issue: Issue, translation: Translation) -> None:
    values = {
        **values_of(office, issue, translation),
        "asked": translation.asked_at,
        "reminded": translation.reminded_at,
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "translation-late",
        values,
        kind=LATE,
        subject=translation.id,
        state=f"{translation.state} {translation.changed_at.isoformat()}",
        about=f"{values['publication']} {issue.number} ({translation.language})",
        once=f"translation-late {translation.id} {office.now.isoformat()}",
        regardless=True,
        prepared={"yes_reply": "YES"},
    )
    office.record("translator silent", name_of(issue, translation), address=translation.address)


def state_of_late(office: Office, notice: StaffNotice) -> str:
    """Whether the translator has answered since."""
    translation = office.work.editions.by_id(notice.subject)
    return f"{translation.state} {translation.changed_at.isoformat()}" if translation else ""


def answer_late(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Give it up if the secretary says yes."""
    translation = find(office, notice.subject)
    issue = issue_of(office, translation)
    said = read_decision(mail, reply.text)
    if said is not Answer.YES:
        return answer_unclear(office, notice, mail, phrase("it does not say YES"))
    end(office, issue, translation, phrase("it has not come in time"))
    return Result(
        Done.TRANSLATION_DECIDED,
        {"issue": issue.name, "language": translation.language, "word": "given up"},
        Folder.PROCESSED,
    )
