"""What readers write reaches a person: it becomes a numbered item, and goes to whom the configuration says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mailer import feedback_mail
from mailer.inbound.automatic import takes_answers
from mailer.inbound.extracts import copy_of
from mailer.inbound.intents import Feedback
from mailer.inbound.item_subjects import numbers_in, plain_subject
from mailer.message import Address, Inbound, clean
from mailer.model.faq import TAG as FAQ
from mailer.model.feedback import (
    EDITORS,
    SAME_MATTER,
    SECRETARY,
    WAITING,
    Entry,
    Event,
    Item,
    ReplyTo,
    Route,
    State,
    consent_line,
    consents,
    without_consent,
    without_name,
)
from mailer.model.inbound import Done, Result
from mailer.model.lists import ScopeKind
from mailer.office import Office
from mailer.ports.feedback import Wanted
from mailer.staff import enrolled, is_staff, write_to_staff
from mailer.tokens import Purpose, find_tokens, redact_tokens

_QUESTIONS = 5
"""How many questions of one person wait as items of their own; more of them join the newest item."""
_SEARCHED = 200_000
"""How many characters of a text are searched for a token."""


def receive(office: Office, mail: Inbound, words: Feedback) -> Result:
    """Keep a mail as an item, or as a part of one, and pass it to a person, whole."""
    item = _item_of(office, mail, words)
    if item is not None and _has(office, item, mail):
        return Result(Done.FORWARDED_BEFORE, {"number": item.number})
    if is_staff(office, mail.author):
        return _from_staff(office, mail, words, item)
    joins = item is not None
    item = _written_again(office, item) if item else _opened(office, mail, words)
    entry = feedback_mail.keep(office, item, mail, _said(item, mail))
    office.record("feedback", str(mail.author), number=item.number, item=f"feedback {item.number}")
    if joins and item.through and not item.may_name and _is_own(words, item) and consents(words.text):
        item = _name(office, item)
    if without_consent(words.text) or entry.files or not consents(words.text):
        _ask_member_body(office, item, entry, words.text)
    _forward(office, item, entry, mail, joins)
    _confirm_receipt(office, item, mail, joins, asked=bool(words.question))
    return Result(Done.JOINED if joins else Done.FORWARDED, {"number": item.number, "staff": ", ".join(item.staff)})


def _said(item: Item, mail: Inbound) -> str:
    """The text of the mail; below its subject, if that is not the item's: some people write no more than a subject."""
    subject, text = plain_subject(mail.subject), copy_of(mail).text
    return text if subject.casefold() == plain_subject(item.subject).casefold() else f"{subject}\n\n{text}".strip()


# --- which item it belongs to ---


def _item_of(office: Office, mail: Inbound, words: Feedback) -> Item | None:
    """The asker's item that the mail is about: by its token, by what it answers, by its subject, by its time (G5).

    Nobody but the asker writes to an item: a mail that was passed on to somebody else begins another one.
    """
    key, feedback = mail.author.base_key, office.work.feedback
    by_thread = feedback.item_of_mail([mail.message_id, *mail.references])
    named = [words.token.subject if words.token else None, by_thread, *numbers_in(mail.subject)]
    for number in filter(None, named):
        item = feedback.item(number)
        if item is not None and item.asker.base_key == key:
            return item
    if words.question and len(feedback.find(Wanted(asker=key, tag=FAQ, states=WAITING), _QUESTIONS)) < _QUESTIONS:
        return None
    newest = next(iter(feedback.find(Wanted(asker=key), 1)), None)
    if newest is None or not newest.waits:
        return None
    same_subject = plain_subject(newest.subject).casefold() == plain_subject(mail.subject).casefold()
    return newest if same_subject or mail.received_at - newest.written_at < SAME_MATTER else None


def _has(office: Office, item: Item, mail: Inbound) -> bool:
    """Whether the item has this mail already; servers deliver some twice, with other lines on top (F4)."""
    if not mail.message_id:
        return False
    text, entries = _said(item, mail), office.work.feedback.entries(item.number)
    return any(entry.message_id == mail.message_id and entry.text == text for entry in entries)


def _written_again(office: Office, item: Item) -> Item:
    state = item.after(Event.WRITTEN)
    office.work.feedback.change(item.number, office.now, state=state.value, written_at=office.now)
    if state is not item.state:
        office.record("feedback reopened", f"feedback {item.number}", by="another mail of its asker")
    return replace(item, state=state, written_at=office.now)


def _opened(office: Office, mail: Inbound, words: Feedback) -> Item:
    """A new item, with its route."""
    sender, rules = mail.author, office.rules.feedback
    contact = office.work.lists.contact_at(str(sender))
    lists = office.lists_of(contact) if contact else []
    country = contact.details.country if contact else ""
    publication, issue = _about(office, mail)
    route = rules.route(lists, country, f"{mail.subject}\n{words.text}")
    through = _member_body(office, route, country, sender)
    item = Item(
        number=0,
        address=str(sender),
        name=clean(sender.name or (contact.details.name if contact else ""), 200),
        contact=contact.id if contact else None,
        language=contact.details.language if contact else "",
        publication=publication,
        issue=issue,
        lists=tuple(lists),
        subject=clean(words.question, 200) or mail.subject,
        state=State.OPEN,
        assignee="",
        tags=tuple(dict.fromkeys((*route.tags, *([FAQ] if words.question else [])))),
        staff=tuple(str(one) for one in _staff(office, route, publication)),
        through=str(through or ""),
        may_name=route.with_name,
        received_at=office.now,
        written_at=office.now,
        changed_at=office.now,
    )
    return replace(item, number=office.work.feedback.add(item, sender.base_key))


def _about(office: Office, mail: Inbound) -> tuple[str, int | None]:
    """The publication and issue that the mail answers, as far as it can be told; the first may be empty."""
    issue = re.compile(rf"<(.+)-(\d{{1,9}})\.[^<>@]*@{re.escape(office.rules.address.domain)}>")
    for reference in mail.references:
        found = issue.fullmatch(reference)
        if found and found[1] in office.rules.publications:
            return found[1], int(found[2])
    for key, publication in office.rules.publications.items():
        if found := re.search(
            rf"(?<!\w){re.escape(publication.title)}\s+(\d{{1,9}})(?!\w)", mail.subject, re.IGNORECASE
        ):
            return key, int(found[1])
    return _publication_of_token(office, mail), None


def _publication_of_token(office: Office, mail: Inbound) -> str:
    """The publication whose copy the mail quotes: the link to leave names it."""
    quoted = (mail.text or mail.html or "")[:_SEARCHED]
    tokens = [token for token in find_tokens(quoted) if token.purpose is Purpose.LEAVE and office.key.genuine(token)]
    if not tokens:
        return ""
    scopes = {number: scope for scope, number in office.work.lists.scopes().items()}
    found = (scopes.get(token.scope) for token in tokens)
    return next((scope.key for scope in found if scope and scope.kind is ScopeKind.PUBLICATION), "")


# --- who gets it ---


def _staff(office: Office, route: Route, publication: str) -> list[Address]:
    """The staff that a route names, each once."""
    found: dict[str, Address] = {}
    for to in route.to:
        named: Sequence[Address] = [office.rules.secretary]
        if to == EDITORS and publication in office.rules.publications:
            named = [Address.parse(editor) for editor in office.rules.publications[publication].editors]
        elif to not in (SECRETARY, EDITORS):
            named = [Address.parse(to)]
        for address in named:
            found.setdefault(address.base_key, address)
    return list(found.values())


def _member_body(office: Office, route: Route, country: str, asker: Address) -> Address | None:
    """The member body that is asked: the address that the route names, or the list's member of the asker's country.

    It is never the asker, nor an address that takes no mail.
    """
    if not route.through:
        return None
    if "@" in route.through:
        found = [Address.parse(route.through)]
    else:
        members = office.work.lists.members(route.through) if country else []
        found = [
            Address.parse(member.contact.address)
            for member in members
            if member.contact.details.country.upper() == country.upper()
        ]
    others = (one for one in found if one.base_key != asker.base_key)
    return next((one for one in others if not office.work.lists.suppressed(str(one))), None)


def _forward(office: Office, item: Item, entry: Entry, mail: Inbound, joined: bool) -> None:
    """Give the staff a copy that is whole: what it leaves out is named (G1, C13)."""
    left_out, enclosed = copy_of(mail).left_out, feedback_mail.enclose(office, entry, whole=True, mail=mail)
    for address in item.concerned:
        feedback_mail.pass_on(office, item, entry, Address.parse(address), enclosed, joined=joined, left_out=left_out)


# --- through a member body ---


def _ask_member_body(office: Office, item: Item, entry: Entry, own_text: str) -> None:
    """Ask the member body for a comment. Without the asker's consent it learns neither their name nor their address.

    ``own_text`` is what the asker wrote now, without a signature.
    """
    if not item.through:
        return
    named, asker = item.may_name, item.asker
    contact = office.work.lists.contact_at(item.address)
    names = (item.name, contact.details.name if contact else "")
    parts = [part for part in re.split(r"[._-]", asker.local) if part.isalpha()]  # jean.dupont@ signs with his name
    hidden = [*names, *(word for name in names for word in name.split()), str(asker), asker.local]
    hidden += parts if len(parts) > 1 else []
    text, subject = entry.text, item.subject
    if not named:
        text, subject = without_name(redact_tokens(own_text), hidden), without_name(subject, hidden)
    enclosed = feedback_mail.enclose(office, entry, whole=False, files=named)
    files = enclosed.files
    if not named:  # a file name may say who wrote it
        files = [replace(file, name=own.filename(item.number)) for file, own in zip(files, entry.files, strict=True)]
    values = {
        "number": item.number,
        "sender": item.who if named else "",
        "subject": clean(subject, feedback_mail.SUBJECT),
        "text": text,
        "about": feedback_mail.about(office, item),
        "files": files,
    }
    write_to_staff(
        office,
        Address.parse(item.through),
        "feedback-comment",
        values,
        kind=ReplyTo.COMMENT_REQUEST,
        subject=item.number,
        about=f"#{item.number}",
        person=True,
        once=f"feedback-comment {entry.id} {named}",
        attachments=enclosed.attachments,
    )
    office.record("feedback passed to member body", f"feedback {item.number}", to=item.through, named=named)


def _name(office: Office, item: Item) -> Item:
    """Tell the member body who wrote: the asker has agreed, with the token that only their mailbox got."""
    office.work.feedback.change(item.number, office.now, may_name=True)
    office.record("feedback consent", f"feedback {item.number}", to=item.through)
    named = replace(item, may_name=True)
    first = office.work.feedback.entries(item.number)[0]
    _ask_member_body(office, named, first, first.text)
    return named


def _is_own(words: Feedback, item: Item) -> bool:
    """Whether the mail has the token of this very item, which only its asker got."""
    return words.token is not None and words.token.subject == item.number


# --- what the asker is told ---


def _confirm_receipt(office: Office, item: Item, mail: Inbound, joins: bool, asked: bool) -> None:
    """Tell the asker the number, and once a day that later mails have come, too (G5).

    It repeats nothing from the mail, not even its Message-ID: its recipient may not be the writer. A machine gets none
    (B7); one that looks like a person gets no third mail on a day (B8).
    """
    if not office.rules.feedback.receipt or not takes_answers(mail):
        return
    to, token = Address.parse(item.address), office.token(Purpose.FEEDBACK, item.number)
    values: Mapping[str, object] = {
        "number": item.number,
        "days": office.rules.feedback.expect.days,
        "through": feedback_mail.label(office, item.through) if item.through and not item.may_name else "",
        "consent": consent_line(item.language or office.rules.language),
        "asked": asked,
    }
    if joins:
        once = f"feedback-again {office.today}"
        office.write(to, "feedback-again", values, language=item.language, token=token, in_reply_to="", once=once)
    else:
        once = f"feedback-receipt {item.number}"
        office.write(to, "feedback-receipt", values, language=item.language, token=token, in_reply_to="", once=once)


# --- what staff write ---


def _from_staff(office: Office, mail: Inbound, words: Feedback, item: Item | None) -> Result:
    """Keep a mail of the staff that answers nothing.

    It is never passed on: if it is an automatic reply, it would answer itself for ever (B8). Its writer is told once a
    day, and it waits in the list like any other.
    """
    sender = mail.author
    own = _written_again(office, item) if item else _kept_for(office, mail)
    feedback_mail.keep(office, own, mail, copy_of(mail).text)
    office.record("feedback", str(sender), number=own.number, item=f"feedback {own.number}")
    once = f"feedback-own {office.today}"
    to = enrolled(office, sender)
    if to is not None and takes_answers(mail):
        office.write(to, "feedback-own", {"number": own.number}, language=office.rules.language, once=once)
    return Result(Done.WRITTEN_BY_STAFF, {"number": own.number, "staff": str(sender)})


def _kept_for(office: Office, mail: Inbound) -> Item:
    sender = mail.author
    item = Item(
        number=0,
        address=str(sender),
        name=clean(sender.name, 200),
        contact=None,
        language="",
        publication="",
        issue=None,
        lists=(),
        subject=mail.subject,
        state=State.ASSIGNED,
        assignee=str(sender),
        tags=(),
        staff=(),
        through="",
        may_name=False,
        received_at=office.now,
        written_at=office.now,
        changed_at=office.now,
    )
    return replace(item, number=office.work.feedback.add(item, sender.base_key))
