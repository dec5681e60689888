"""What people ask about their own data: what the office holds, other details, another address, to be forgotten.

Anybody can write any From. So an answer goes only to the address that the store has, and what changes something without
proof of its sender is asked about first, at that address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from mailer.compose.notices import Attachment
from mailer.contacts import Edit, answer_stranger, change, day_of, forget
from mailer.errors import Refused
from mailer.inbound.details import details_of, pause_in, published_of
from mailer.message import Address
from mailer.model.confirmations import Answer, Asked, Confirmation
from mailer.model.inbound import Done, Folder, Result
from mailer.model.lists import Contact, Details, ListKind, Standing, labelled
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Delivery
from mailer.model.personal_data import DATA, Held, Over, replacement
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.ports.feedback import Wanted
from mailer.tokens import Purpose, Token

RECENT = timedelta(days=180)
"""How far back the answer to “status” tells what was sent."""

COPIES = 5
"""The most copies that it names."""

ATTACHED = 2_000_000
"""The most octets of all data that are attached to an answer; who has more asks a person."""

MAILS = 1000
"""The most mails from the person that it counts."""

OF_ISSUES = (MailingKind.ISSUE, MailingKind.COPIES)
"""Mailings whose subject is an issue."""

LOOKED = "over"
"""The counter that says whether all that was over on a day has been erased."""

AT_ONCE, FORGOTTEN_AT_ONCE = 500, 20
"""The most rows of a kind, and the most contacts, that one tick erases."""

GOODBYE = "forgotten"
"""What begins the cause of the last mail to somebody who asked to be forgotten."""

STATES: Mapping[Delivery, Phrase] = {
    Delivery.QUEUED: phrase("waiting"),
    Delivery.SENDING: phrase("waiting"),
    Delivery.DEFERRED: phrase("waiting"),
    Delivery.SENT: phrase("sent"),
    Delivery.FAILED: phrase("not delivered"),
    Delivery.SUPPRESSED: phrase("not sent"),
    Delivery.DOUBTFUL: phrase("perhaps sent"),
}
"""How a copy stands, in a reader's words."""


Holding = Callable[[Office, Contact], Sequence[Held]]
"""What one subject holds about a contact."""


def address_of(contact: Contact) -> Address:
    """Where mail to the contact goes."""
    return Address.parse(contact.address, contact.details.name)


# --- what is held ---


def _known(office: Office, sender: Address) -> Contact | None:
    """The contact with this address. Who has only written, or was only written to, becomes one: that is held, too."""
    contact = office.work.lists.contact_at(str(sender))
    if contact is None and (
        office.work.feedback.find(Wanted(asker=sender.base_key), 1)
        or office.work.submissions.of_mailbox(sender.base_key)
        or office.work.invitations.newest_of([sender.key])
        or office.work.events.of_host(sender.key)
        or office.work.events.of_participant(sender.key)
        or office.work.articles.of_mailbox(sender.base_key)
        or office.work.channels.of_addresses([sender.key])
    ):
        contact = office.work.lists.save_contact(Address.parse(sender.key), Details(), office.now)
    return contact


def tell_status(office: Office, sender: Address, held: Sequence[Holding] = (), *, authentic: bool = False) -> Result:
    """Tell an address what is held about it. A stranger is told that nothing is, within the day's caps (B1).

    ``held``: what each subject adds to it. If the sender is ``authentic``, all of it is attached as a file, too.
    """
    contact = _known(office, sender)
    if contact is None:
        return answer_stranger(office, sender)
    values = _status(office, contact, held)
    raw = as_json(office, contact) if authentic else b""
    files = [Attachment("my-data.json", "application/json", raw)] if 0 < len(raw) <= ATTACHED else []
    sent = office.write(
        address_of(contact), "status", {**values, "attached": bool(files)}, in_reply_to="", attachments=files
    )
    return Result(Done.STATUS_SENT if sent else Done.ANSWERED_TODAY)


def as_json(office: Office, contact: Contact) -> bytes:
    """All that is held about somebody, as a file."""
    former = [one.address for one in office.work.members.former_addresses(contact.id)]
    tables = office.work.personal_data.everything(contact, former)
    rules = office.rules.personal_data
    purposes = {kind: {"purpose": rules.purpose(kind), "kept": str(rules.kept(kind))} for kind in DATA}
    whole = {"address": contact.address, "as_of": office.now.isoformat(), "purposes": purposes, "data": tables}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def readable(office: Office, contact: Contact, held: Sequence[Holding]) -> str:
    """What “status” tells somebody, in the language of the office."""
    return office.compose(address_of(contact), "status", told(office, contact, held), office.rules.language).text


def told(office: Office, contact: Contact, held: Sequence[Holding]) -> dict[str, object]:
    """What “status” tells somebody, as values of its notice."""
    return {**_status(office, contact, held), "attached": False}


def _status(office: Office, contact: Contact, held: Sequence[Holding]) -> dict[str, object]:
    lists, members = office.work.lists, office.work.members
    active = [one for one in lists.memberships_of(contact.id) if one.standing is Standing.ACTIVE]
    keys, left = [one.list for one in active], lists.opt_outs(contact.id)
    brought = {publication for key in keys for publication in office.rules.brought(key)}
    suppressed = members.suppression(address_of(contact))
    bouncing = office.work.bounces.find(address_of(contact))
    shown = [one for hold in held for one in hold(office, contact)]
    open_ones = office.work.confirmations.open_ones(contact.id, office.now - office.rules.signup.expires)
    return {
        "address": contact.address,
        "details": labelled(contact.details),
        "since": day_of(office, office.work.personal_data.known_since(contact.id)),
        "lists": [
            (office.rules.lists[one.list].title, day_of(office, one.since), one.until)
            for one in active
            if one.list in office.rules.lists
        ],
        "receives": office.rules.named([key for key in office.rules.publications if key in brought - left], []),
        "paused": day_of(office, contact.paused_until)
        if contact.is_paused(office.now) and contact.paused_until
        else None,
        "left": office.rules.named([key for key in office.rules.publications if key in left], []),
        "former": [(one.address, day_of(office, one.until)) for one in members.former_addresses(contact.id)],
        "suppression": (suppressed.reason, day_of(office, suppressed.since)) if suppressed else None,
        "bouncing": (bouncing.reply, day_of(office, bouncing.since)) if bouncing else None,
        "copies": _copies(office, contact),
        "letters": len(office.work.feedback.find(Wanted(asker=address_of(contact).base_key), MAILS)),
        "votes": office.work.approvals.votes_cast(contact.id),
        "held": shown,
        "kept": _kept(office, contact, shown),
        "pending": [WAITING_FOR[one.asked] for one in open_ones if one.address == contact.address],
    }


def paused_until(office: Office, contact: Contact) -> date | None:
    """The day on which issues come to them again; None if they do not pause."""
    until = contact.paused_until
    return day_of(office, until) if until and contact.is_paused(office.now) else None


def _kept(office: Office, contact: Contact, shown: Sequence[Held]) -> list[tuple[Phrase, str, Phrase]]:
    """Title, purpose and time of each kind of data that is held about them."""
    present = {
        "bounces": office.work.bounces.find(address_of(contact)) is not None,
        "feedback": bool(office.work.feedback.find(Wanted(asker=address_of(contact).base_key), 1)),
        "votes": office.work.approvals.votes_cast(contact.id) > 0,
        **dict.fromkeys((one.data for one in shown), True),
    }
    always = ("contacts", "sign_ups", "confirmations", "mails", "incoming")
    return [office.rules.personal_data.told(kind) for kind in DATA if kind in always or present.get(kind)]


def _copies(office: Office, contact: Contact) -> list[tuple[str, Phrase, date]]:
    """Title, state and time of the newest copies."""
    mailings = {mailing.id: mailing for mailing in office.work.mailings.all()}
    recent = office.work.personal_data.recent_copies(contact.id, list(mailings), office.now - RECENT)
    named = []
    for copy in recent[:COPIES]:
        mailing = mailings[copy.mailing]
        issue = office.work.issues.issue_by_id(mailing.subject) if mailing.kind in OF_ISSUES else None
        publication = office.rules.publications.get(mailing.publication)
        title = publication.title if publication else mailing.publication
        named.append((f"{title} {issue.number}" if issue else title, STATES[copy.state], day_of(office, copy.at)))
    return named


# --- other details ---


def set_details(
    office: Office, sender: Address, wanted: Mapping[str, str], problems: Sequence[Phrase], authentic: bool
) -> Result:
    """Change what is known of somebody: at once if the sender is authentic, otherwise after a confirmation."""
    contact = office.work.lists.contact_at(str(sender))
    if contact is None:
        return answer_stranger(office, sender)
    details, published = replace(contact.details, **details_of(wanted)), published_of(wanted)
    zone = office.rules.timezone
    planned = Edit(contact, address_of(contact), details, "", published, pause_in(wanted), zone)
    if not planned.changes:
        values = {"problems": list(problems), "details": labelled(contact.details)}
        sent = office.write(address_of(contact), "details-help", values, in_reply_to="")
        return Result(Done.DETAILS_EXPLAINED if sent else Done.ANSWERED_TODAY)
    if authentic:
        return _set(office, contact, wanted, problems)
    asked = partial(_ask, office, Asked.DETAILS, contact, wanted)
    return asked("details-confirm", {"changed": planned.named, "problems": list(problems)})


def set_by_owner(office: Office, contact: Contact, wanted: Mapping[str, str]) -> bool:
    """Change what is known of somebody who has proven that it is theirs; whether anything changes."""
    details = replace(contact.details, **details_of(wanted))
    planned = Edit(
        contact, address_of(contact), details, "", published_of(wanted), pause_in(wanted), office.rules.timezone
    )
    if planned.changes:
        _set(office, contact, wanted)
    return bool(planned.changes)


def _set(office: Office, contact: Contact, wanted: Mapping[str, str], problems: Sequence[Phrase] = ()) -> Result:
    """Change details, and tell how to undo it."""
    edit = change(office, contact.address, None, details_of(wanted), published_of(wanted), pause_in(wanted))
    old = [f"{name}: {before}" for name, (before, _) in edit.changes.items()]
    values = {
        "changed": edit.named,
        "problems": list(problems),
        "undo": office.rules.link("set", "set", "\r\n".join(["set", *old])),
    }
    office.write(address_of(replace(contact, details=edit.details)), "details", values, in_reply_to="")
    return Result(Done.DETAILS_CHANGED, {"address": contact.address, "what": ", ".join(edit.changes)})


def _ask(
    office: Office, asked: Asked, contact: Contact, wanted: Mapping[str, str], notice: str, values: Mapping[str, object]
) -> Result:
    """Ask for a confirmation at the address that the store has; an earlier question of the kind is void.

    If the day's questions are used up, that one stays good: somebody else may have asked in their name.
    """
    if not office.admits(notice, address_of(contact)):
        return Result(Done.ANSWERED_TODAY)
    office.work.confirmations.supersede(asked, contact.id)
    number = office.work.confirmations.ask(asked, contact.id, address_of(contact), wanted, office.now)
    sent = _write_question(office, number, address_of(contact), notice, values)
    return Result(Done.CONFIRMATION_REQUESTED if sent else Done.ANSWERED_TODAY)


def _write_question(office: Office, number: int, to: Address, notice: str, values: Mapping[str, object]) -> bool:
    token = office.token(Purpose.AGREE, number)
    own = {"link": office.rules.link(token, "Re: confirm", "yes"), "days": office.rules.signup.expires.days, **values}
    return office.write(to, notice, own, token=token, in_reply_to="")


# --- another address ---


def change_address(office: Office, sender: Address, old: str, new: str) -> Result:
    """Ask both addresses whether somebody has another one now; the mail comes from either of them.

    The new address learns nothing, not even whether the old one is known.
    """
    before, after = Address.parse(old) if old else sender, Address.parse(new) if new else sender
    contact = office.work.lists.contact_at(str(before))
    if not (old or new) or before.key == after.key or sender.key not in (before.key, after.key):
        return _explain_address(office, sender)
    if contact is None and sender.key == before.key:
        return answer_stranger(office, sender)
    if after.base_key == office.rules.address.base_key or not after.is_public:
        return _explain_address(office, sender)
    questions = [("new-address", after), *([("old-address", address_of(contact))] if contact else [])]
    if not all(office.admits(notice, to) for notice, to in questions):
        return Result(Done.ANSWERED_TODAY)
    wanted, confirmations = {"address": str(after)}, office.work.confirmations
    if contact is not None:
        confirmations.supersede(Asked.ADDRESS, contact.id)
    known = contact.id if contact else None
    first = confirmations.ask(Asked.ADDRESS, known, before, wanted, office.now)
    second = confirmations.ask(Asked.ADDRESS, known, after, wanted, office.now, partner=first)
    _write_question(office, second, Address.parse(after.key), "new-address", {})
    if contact is not None:
        _write_question(office, first, address_of(contact), "old-address", {"new": str(after)})
    return Result(Done.CONFIRMATION_REQUESTED)


def _explain_address(office: Office, sender: Address) -> Result:
    """Tell a contact how to change their address."""
    contact = office.work.lists.contact_at(str(sender))
    if contact is None:
        return answer_stranger(office, sender)
    sent = office.write(address_of(contact), "address-help", {"address": contact.address}, in_reply_to="")
    return Result(Done.ADDRESS_EXPLAINED if sent else Done.ANSWERED_TODAY)


def _move(office: Office, contact: Contact, confirmation: Confirmation) -> Result:
    """Give somebody their new address once both have said yes."""
    partner = office.work.confirmations.get(confirmation.partner) if confirmation.partner else None
    if partner is None or partner.answer is not Answer.YES:
        return Result(Done.OTHER_ADDRESS_ASKED)
    new = Address.parse(confirmation.wanted["address"], contact.details.name)
    try:
        change(office, contact.address, new, {})
    except Refused:  # the new address is a contact of its own, with lists and wishes; both are this person's
        office.write(address_of(contact), "not-moved", {"new": str(new)}, in_reply_to="")
        return Result(Done.ADDRESS_TAKEN, {"address": str(new)})
    values = {"old": contact.address, "new": str(new), "greeting": contact.greeting}
    language = contact.details.language
    for to in (address_of(contact), new):
        office.write(to, "moved", values, language=language, in_reply_to="", once=f"moved {confirmation.id}")
    _tell_of_board(office, contact, "board-moved", {"old": contact.address, "new": str(new)})
    return Result(Done.MOVED, {"old": contact.address, "new": str(new)})


def _tell_of_board(office: Office, contact: Contact, notice: str, values: Mapping[str, object]) -> None:
    """Tell the secretary if the contact is on a board: a vote has to come from the present address (A29)."""
    boards = [key for key in _active(office, contact) if office.rules.lists[key].kind is ListKind.BOARD]
    if boards:
        office.tell_secretary(notice, {**values, "boards": office.rules.titles(boards)})


def _active(office: Office, contact: Contact) -> list[str]:
    """The lists that they are on."""
    return [key for key in office.lists_of(contact) if key in office.rules.lists]


# --- to be forgotten ---


def ask_to_forget(office: Office, sender: Address) -> Result:
    """Ask somebody whether they want to be forgotten. No proof of the sender is enough, as it cannot be undone."""
    contact = _known(office, sender)
    if contact is None:
        return answer_stranger(office, sender)
    titles = office.rules.received(_active(office, contact))
    voted = office.work.approvals.votes_cast(contact.id) > 0
    return _ask(office, Asked.FORGET, contact, {}, "forget-confirm", {"titles": titles, "voted": voted})


def _forget(office: Office, contact: Contact, confirmation: Confirmation) -> Result:
    """Forget somebody, and tell them. The notice keeps their address until it has left (``due``)."""
    boards = [key for key in _active(office, contact) if office.rules.lists[key].kind is ListKind.BOARD]
    to, language = Address.parse(contact.address), contact.details.language
    forget(office, contact)
    if boards:
        office.tell_secretary("board-forgotten", {"boards": office.rules.titles(boards)})
    office.write(to, "forgotten", {}, language=language, in_reply_to="", once=f"{GOODBYE} {contact.id}")
    return Result(Done.FORGOTTEN, {"contact": str(replacement(contact.id))})


def due(office: Office, now: datetime) -> list[Decision]:
    """Erase the addresses of those who were forgotten from the goodbyes that have left, and daily what is over."""
    sent = office.work.personal_data.sent_goodbyes(GOODBYE)
    decisions = [Decision("erasing goodbyes", partial(_erase_goodbyes, rows=sent))] if sent else []
    if not office.work.caps.counts([LOOKED], office.today):
        decisions.append(Decision("erasing what is over", erase_what_is_over))
    return decisions


def erase_what_is_over(office: Office) -> None:
    """Erase data whose time is over: a part at a time, so that a tick stays short; the next tick goes on."""
    rules, erased = office.rules.personal_data, {}
    for kind in DATA:
        if before := rules.over(kind, office.now):
            erased[kind] = office.work.personal_data.erase_over(kind, Over(before, AT_ONCE, office.now))
    if before := rules.over("contacts", office.now):
        idle = office.work.personal_data.idle(before, FORGOTTEN_AT_ONCE)
        for contact in idle:
            forget(office, contact, f"on no list for {rules.keep['contacts'].phrase}")
        erased["contacts"] = len(idle)
    if done := {kind: count for kind, count in erased.items() if count}:
        office.record("erased what was over", "personal data", counts=done)
    if all(count < (FORGOTTEN_AT_ONCE if kind == "contacts" else AT_ONCE) for kind, count in erased.items()):
        office.work.caps.count([LOOKED], office.today)


def _erase_goodbyes(office: Office, rows: Sequence[int]) -> None:
    for row in rows:
        office.work.personal_data.erase_mail(row, replacement(0))


# --- answers ---


def answered(office: Office, token: Token, yes: bool) -> Result:
    """Do what somebody was asked to confirm, or note that they refuse."""
    confirmation = office.work.confirmations.get(token.subject)
    if confirmation is None or confirmation.answer is not Answer.OPEN:
        replaced = confirmation is not None and _is_replaced(office, confirmation)
        return Result(Done.QUESTION_REPLACED if replaced else Done.ANSWERED_BEFORE, folder=Folder.PROCESSED)
    if office.now - confirmation.asked_at > office.rules.signup.expires:
        return Result(Done.REQUEST_EXPIRED)
    contact = office.work.lists.contact(confirmation.contact) if confirmation.contact else None
    office.work.confirmations.answer(confirmation.id, Answer.YES if yes else Answer.NO)
    if contact is None:
        return Result(Done.OTHER_ADDRESS_ASKED)
    if not yes:
        return _refused(office, contact, confirmation)
    return ACTS[confirmation.asked](office, contact, confirmation)


def _is_replaced(office: Office, confirmation: Confirmation) -> bool:
    """Whether another question has taken its place, and its answer is still the contact's."""
    contact = office.work.lists.contact(confirmation.contact) if confirmation.contact else None
    return confirmation.answer is Answer.SUPERSEDED and contact is not None and contact.address == confirmation.address


def _refused(office: Office, contact: Contact, confirmation: Confirmation) -> Result:
    """Tell the contact that nothing changes, and let the other address's answer do nothing."""
    if confirmation.partner:
        office.work.confirmations.answer(confirmation.partner, Answer.SUPERSEDED)
    what = WAITING_FOR[confirmation.asked]
    office.write(address_of(contact), "unchanged", {"what": what}, in_reply_to="", once=f"unchanged {confirmation.id}")
    return Result(Done.REFUSED_BY_OWNER, {"what": confirmation.asked.value})


WAITING_FOR: Mapping[Asked, Phrase] = {
    Asked.DETAILS: phrase("a change of your details"),
    Asked.ADDRESS: phrase("a change of your address"),
    Asked.FORGET: phrase("your wish to be forgotten"),
}
"""What a question that waits for its answer is about."""

ACTS: Mapping[Asked, Callable[[Office, Contact, Confirmation], Result]] = {
    Asked.DETAILS: lambda office, contact, confirmation: _set(office, contact, confirmation.wanted),
    Asked.ADDRESS: _move,
    Asked.FORGET: _forget,
}
"""What follows from a yes."""
