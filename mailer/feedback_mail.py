"""How mail from people is kept, passed to staff, and answered.

An answer goes to the asker's stored address alone. It is composed anew from the words of whoever answers, so no header
field of theirs gets into it, and it never has a file that a board would have to grant first (law 4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailer import grants
from mailer.compose.notices import MAIL, Attachment
from mailer.errors import Malformed
from mailer.inbound.attachments import contents
from mailer.inbound.item_subjects import numbered
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound, clean
from mailer.model.feedback import Entry, EntryKind, Event, File, Item, ReplyTo, State
from mailer.model.issues import Edition
from mailer.office import Office
from mailer.staff import write_to_staff
from mailer.tokens import Purpose

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_CONTAINERS = ("multipart/", "message/")
_DEEPEST = 5
"""How many mails inside each other are searched."""
SUBJECT = 150
"""Characters of a foreign subject that stand in a subject of ours."""


# --- what is kept ---


def keep(
    office: Office, item: Item, mail: Inbound, text: str, kind: EntryKind = EntryKind.MAIL, reason: str = ""
) -> Entry:
    """Keep a mail whole in the history of an item, with the attachments that it names."""
    draft = Entry(
        id=0,
        item=item.number,
        kind=kind,
        author=str(mail.author),
        at=mail.received_at,
        text=text,
        message_id=mail.message_id,
        references=mail.references,
        reason=reason,
        whole=True,
        files=tuple(
            File(0, found.number, found.name, found.media_type, len(data), hashlib.sha256(data).hexdigest())
            for found, data in contents(mail)
        ),
    )
    made = office.work.feedback.entry(office.work.feedback.add_entry(draft, mail.raw))
    assert made is not None
    return made


def begin(office: Office, asker: Address, subject: str, text: str, tags: Sequence[str]) -> Item:
    """Open an item for the secretary with words that did not come as a mail of their own."""
    contact = office.work.lists.contact_at(str(asker))
    item = Item(
        number=0,
        address=str(asker),
        name=asker.name,
        contact=contact.id if contact else None,
        language=office.language_of(asker),
        publication="",
        issue=None,
        lists=(),
        subject=clean(subject, 200),
        state=State.OPEN,
        assignee="",
        tags=tuple(tags),
        staff=(str(office.rules.secretary),),
        through="",
        may_name=False,
        received_at=office.now,
        written_at=office.now,
        changed_at=office.now,
    )
    number = office.work.feedback.add(item, asker.base_key)
    office.work.feedback.add_entry(
        Entry(0, number, EntryKind.MAIL, str(asker), office.now, text, "", (), "", whole=False)
    )
    office.record("feedback", str(asker), number=number, item=f"feedback {number}")
    return replace(item, number=number)


def files_of(office: Office, entry: Entry, mail: Inbound | None = None) -> Iterator[tuple[File, bytes]]:
    """The attachments of a mail that is kept, with their content. ``mail`` is the mail, if it is at hand."""
    if not entry.files:
        return
    mail = mail or parse(office.work.feedback.raw(entry.id), entry.at)
    known = {file.number: file for file in entry.files}
    for found, data in contents(mail):
        if found.number in known:
            yield known[found.number], data


def last_mail(office: Office, item: Item) -> Entry | None:
    """What the asker wrote last."""
    mails = [entry for entry in office.work.feedback.entries(item.number) if entry.kind is EntryKind.MAIL]
    return mails[-1] if mails else None


def about(office: Office, item: Item) -> str:
    """What the item is about, for people: ``ISO/SR Update 1``; may be empty."""
    publication = office.rules.publications.get(item.publication)
    number = "" if item.issue is None else f" {item.issue}"
    return f"{publication.title}{number}" if publication else ""


# --- what is attached ---


@dataclass(frozen=True, slots=True)
class Given:
    """An attachment as a notice names it."""

    name: str
    media_type: str
    size: int
    given: str
    """The file name under which it is attached, or empty."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What is attached to a notice, and what is only named in it."""

    attachments: Sequence[Attachment]
    files: Sequence[Given]
    original: str
    """The file name of the whole mail, if it is attached."""


def enclose(office: Office, entry: Entry, *, whole: bool, files: bool = True, mail: Inbound | None = None) -> Enclosed:
    """Attach the whole mail, and then each of its attachments, as far as ``[feedback] attach_bytes`` goes (G1, C6).

    ``whole``: whether the mail itself may be attached; ``files``: whether the attachments may. ``mail`` is the mail
    that is kept, if it is at hand.
    """
    room = office.rules.feedback.attach_bytes
    attached: list[Attachment] = []
    named: list[Given] = []
    raw = (mail.raw if mail else office.work.feedback.raw(entry.id)) if whole else b""
    original = f"feedback-{entry.item}-{entry.id}.eml" if raw and len(raw) <= room else ""
    if original:
        room -= len(raw)
        attached.append(Attachment(original, MAIL, raw))
    for file, data in files_of(office, entry, mail) if files else ((file, b"") for file in entry.files):
        fits = files and len(data) <= room
        given = file.filename(entry.item) if fits else ""
        if fits:
            room -= len(data)
            attached.append(Attachment(given, plain_media_type(file.media_type), data))
        named.append(Given(file.name or file.filename(entry.item), file.media_type, file.size, given))
    return Enclosed(attached, named, original)


def plain_media_type(named: str) -> str:
    """The media type as our own header says it: what is odd, or would be read as a part of our mail, is just octets."""
    plain = _MEDIA_TYPE.fullmatch(named) is not None and not named.startswith(_CONTAINERS)
    return named if plain else "application/octet-stream"


def pass_on(
    office: Office,
    item: Item,
    entry: Entry,
    to: Address,
    enclosed: Enclosed,
    *,
    joined: bool = False,
    left_out: Sequence[object] = (),
) -> None:
    """Write one of the staff a copy of a mail, which they can answer by a reply."""
    values = {
        "number": item.number,
        "sender": item.who,
        "subject": clean(item.subject, SUBJECT),
        "text": entry.text,
        "joined": joined,
        "about": about(office, item),
        "files": enclosed.files,
        "original": enclosed.original,
        "left_out": left_out,
        "through": label(office, item.through),
    }
    write_to_staff(
        office,
        to,
        "feedback",
        values,
        kind=ReplyTo.ASKER,
        subject=item.number,
        about=f"#{item.number}",
        once=f"feedback {entry.id} {office.cause}"[:200],
        attachments=enclosed.attachments,
    )


def label(office: Office, address: str) -> str:
    """What people call a member body."""
    contact = office.work.lists.contact_at(address) if address else None
    details = contact.details if contact else None
    return (details.organisation or details.name if details else "") or address


def ungranted(office: Office, entry: Entry) -> list[str]:
    """The names of those files that are, or hold, a rendition of an issue which no board has granted (law 4)."""
    forbidden = _ungranted_digests(office) if entry.files else set()
    if not forbidden:
        return []
    return [
        file.name or file.media_type
        for file, data in files_of(office, entry)
        if file.sha256 in forbidden or (_is_mail(file.media_type, file.name) and _has_one(data, entry.at, forbidden))
    ]


def _is_mail(media_type: str, name: str) -> bool:
    return media_type == "message/rfc822" or name.lower().endswith(".eml")


def _has_one(raw: bytes, at: datetime, forbidden: Collection[str], depth: int = 0) -> bool:
    """Whether an attached mail has one of these files, such as the request to vote. One that cannot be read may."""
    if depth == _DEEPEST:
        return True
    try:
        mail = parse(raw, at)
    except Malformed:
        return True
    return any(
        hashlib.sha256(data).hexdigest() in forbidden
        or (_is_mail(found.media_type, found.name) and _has_one(data, at, forbidden, depth + 1))
        for found, data in contents(mail)
    )


def has_ungranted_text(office: Office, text: str) -> bool:
    """Whether the whole text of an issue without a grant is in this one, however its lines are broken."""
    said = " ".join(text.split())
    return any(" ".join(text.split()) in said for edition in _ungranted_editions(office) for text in _texts(edition))


def _ungranted_digests(office: Office) -> set[str]:
    granted = {digest for edition in _editions(office, granted=True) for digest in _digests(edition)}
    return {digest for edition in _ungranted_editions(office) for digest in _digests(edition)} - granted


def _ungranted_editions(office: Office) -> Iterator[Edition]:
    return _editions(office, granted=False)


def _editions(office: Office, *, granted: bool) -> Iterator[Edition]:
    """Every edition that was ever rendered and that a board has granted, or not."""
    for issue in office.work.issues.all():
        is_granted = grants.holds(office, issue)
        current = {edition.id for edition in issue.editions}
        for edition_id in office.work.issues.edition_ids(issue.id):
            if (is_granted and edition_id in current) == granted:
                yield office.work.issues.edition(edition_id)
        for translation, made in office.work.editions.every_edition(issue.id):
            holds = translation.edition == made and grants.edition_holds(office, issue, translation)
            if holds == granted:
                yield office.work.issues.edition(made.id)


def _texts(edition: Edition) -> list[str]:
    """The text of an edition, as it is stored and as files show it."""
    return [edition.text, edition.as_files("x")["x.txt"].decode()]


def _digests(edition: Edition) -> list[str]:
    """SHA-256 of everything that an edition is written as."""
    texts = [edition.html.encode(), edition.as_files("x")["x.html"], *(text.encode() for text in _texts(edition))]
    texts += [text.replace(b"\n", b"\r\n") for text in texts]
    return [hashlib.sha256(form).hexdigest() for form in (edition.pdf, *texts)]


# --- what is sent ---


def send_answer(
    office: Office, item: Item, text: str, author: str, enclosed: Sequence[tuple[File, bytes]] = ()
) -> Item:
    """Send ``text`` to the asker under the office's address, in the thread of their mail, and mark the item answered.

    Raises Refused if its state forbids that. The other staff who have it are told.
    """
    state = item.after(Event.ANSWERED)
    entry = office.work.feedback.add_entry(
        Entry(
            id=0,
            item=item.number,
            kind=EntryKind.ANSWER,
            author=author,
            at=office.now,
            text=text,
            message_id="",
            references=(),
            reason="",
            whole=False,
            files=tuple(file for file, _ in enclosed),
        )
    )
    last = last_mail(office, item)
    office.write(
        item.asker,
        "feedback-answer",
        {"subject": numbered(clean(item.subject, SUBJECT), item.number), "text": text},
        language=item.language,
        token=office.token(Purpose.FEEDBACK, item.number),
        in_reply_to=last.message_id if last else None,
        references=list(reversed(last.references)) if last else (),
        by_person=True,
        once=f"feedback-answer {entry}",
        attachments=[
            Attachment(file.plain_name or file.filename(item.number), plain_media_type(file.media_type), data)
            for file, data in enclosed
        ],
    )
    office.work.feedback.change(item.number, office.now, state=state.value)
    office.record(
        "feedback answered", f"feedback {item.number}", to=item.address, files=[file.name for file, _ in enclosed]
    )
    _tell_answered(office, item, entry, text, author, [file.name for file, _ in enclosed])
    changed = office.work.feedback.item(item.number)
    assert changed is not None
    return changed


def _tell_answered(office: Office, item: Item, entry: int, text: str, author: str, files: Sequence[str]) -> None:
    """Show the answer to everybody who could have given it, so that nobody answers once more."""
    values = {
        "number": item.number,
        "subject": clean(item.subject, SUBJECT),
        "author": author,
        "sender": item.who,
        "text": text,
        "files": files,
    }
    once = f"feedback-sent {entry}"
    for address in item.concerned:
        office.write(Address.parse(address), "feedback-sent", values, language=office.rules.language, once=once)


def cannot_be_sent(office: Office, item: Item) -> str | None:
    """Why the asker gets no mail, or None if nothing speaks against it."""
    return office.work.lists.suppressed(item.address)
