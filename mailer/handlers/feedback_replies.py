"""What a reply to a notice about feedback does: staff answer the asker, a member body comments for the staff.

Every reply that comes here is proven to be its addressee's. Words that go to nobody are kept with the item.
"""

from __future__ import annotations

from mailer import feedback_mail
from mailer.inbound.intents import StaffReply
from mailer.inbound.keywords import fold
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.words.files import NO, WITHOUT, YES
from mailer.message import Address, Inbound, clean
from mailer.model.feedback import Entry, EntryKind, Item, ReplyTo
from mailer.model.inbound import Done, Result
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.staff import answer_unclear, write_to_staff

_MOST = 40
"""Characters of a first line that can be one of these words."""


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Send the staff's own words to the asker. Files wait until their sender has said yes to each by its name."""
    item = _item(office, notice.subject)
    if reason := _reason_against(office, item, mail, reply, notice):
        feedback_mail.keep(office, item, mail, reply.text, EntryKind.KEPT, str(reason))
        return _unsent(office, item, mail, notice, reason)
    if mail.attachments:
        draft = feedback_mail.keep(office, item, mail, reply.text, EntryKind.DRAFT)
        return _ask_about_files(office, item, mail, notice, draft)
    feedback_mail.send_answer(office, item, reply.text, notice.addressee)
    return Result(Done.ANSWER_SENT, {"number": item.number})


def _item(office: Office, number: int) -> Item:
    item = office.work.feedback.item(number)
    assert item is not None, "a notice names an item"
    return item


def _reason_against(office: Office, item: Item, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Phrase | None:
    """Why the answer does not go, in words for its writer."""
    if other := _answered_since(office, item, notice):
        return phrase(
            "%(author)s answered it on %(day)s, after our mail to you", author=other.author, day=other.at.date()
        )
    if not reply.text and not mail.attachments:
        return phrase("it has no words of its own")
    if mail.left_out or len(reply.text) >= TEXT_PASSED_ON:
        return phrase("it is too long to be sent whole")
    if feedback_mail.has_ungranted_text(office, reply.text):
        return phrase("it has the text of an issue that the board has not granted")
    return _reason_of_asker(office, item)


def _reason_of_asker(office: Office, item: Item) -> Phrase | None:
    reason = feedback_mail.cannot_be_sent(office, item)
    return phrase("%(address)s takes no mail: %(reason)s", address=item.address, reason=reason) if reason else None


def _answered_since(office: Office, item: Item, notice: StaffNotice) -> Entry | None:
    """The newest answer of anybody after the notice was written."""
    answers = (entry for entry in office.work.feedback.entries(item.number) if entry.kind is EntryKind.ANSWER)
    return next((entry for entry in reversed(list(answers)) if entry.at > notice.created_at), None)


def _unsent(
    office: Office, item: Item, mail: Inbound, notice: StaffNotice, reason: Phrase, *, again: bool = True
) -> Result:
    """Tell the writer why nothing went, in a mail that they can answer instead.

    ``again``: whether they are told that the same may go after all.

    An automatic reply that is not marked as one would answer each of them for ever (B8). So a second one of a day goes
    without a token, and the notice that was answered is good again.
    """
    office.record("feedback answer unsent", f"feedback {item.number}", by=notice.addressee, reason=reason)
    values: dict[str, object] = {"number": item.number, "sender": item.who, "reason": reason, "again": again}
    about = f"#{item.number}"
    once = f"feedback-unsent {item.number} {office.today} {reason}"[:200]
    kind, number = ReplyTo.ASKER, item.number
    if not write_to_staff(
        office, notice.to, "feedback-unsent", values, kind=kind, subject=number, about=about, once=once
    ):
        answer_unclear(office, notice, mail, reason)
    return Result(Done.ANSWER_UNSENT, {"number": item.number, "reason": reason})


def _ask_about_files(office: Office, item: Item, mail: Inbound, notice: StaffNotice, draft: Entry) -> Result:
    """Name the files of an answer to its writer, who says whether they go; a draft of ours never goes (law 4)."""
    if forbidden := feedback_mail.ungranted(office, draft):
        files = ", ".join(forbidden)
        reason = phrase("%(files)s is of an issue that the board has not granted; it cannot go to anybody", files=files)
        return _unsent(office, item, mail, notice, reason, again=False)
    values: dict[str, object] = {
        "number": item.number,
        "sender": item.who,
        "text": draft.text,
        "files": [
            {"name": file.name or file.filename(item.number), "media_type": file.media_type, "size": file.size}
            | {"sha256": file.sha256}
            for file in draft.files
        ],
    }
    about = f"#{item.number}"
    write_to_staff(
        office,
        notice.to,
        "feedback-confirm",
        values,
        kind=ReplyTo.FILES,
        subject=draft.id,
        about=about,
        once=f"feedback-confirm {draft.id}",
    )
    office.record(
        "feedback answer waits",
        f"feedback {item.number}",
        by=notice.addressee,
        files=[file.name for file in draft.files],
    )
    return Result(Done.ANSWER_WAITS, {"number": item.number})


def confirm_files(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Send the answer that waits: with its files after a yes, without them if its writer says so, or not at all."""
    draft = office.work.feedback.entry(notice.subject)
    assert draft is not None, "a notice names a draft"
    item, word = _item(office, draft.item), fold(reply.first[:_MOST]).rstrip(".!")
    if word in NO:
        office.record("feedback answer withdrawn", f"feedback {item.number}", by=notice.addressee)
        return Result(Done.FILES_REFUSED, {"number": item.number})
    reason = _reason_against_files(office, item, draft, notice, word)
    if reason:
        feedback_mail.keep(office, item, mail, reply.text, EntryKind.KEPT, str(reason))
        return _unsent(office, item, mail, notice, reason)
    files = list(feedback_mail.files_of(office, draft)) if word in YES else []
    feedback_mail.send_answer(office, item, draft.text, notice.addressee, files)
    return Result(Done.ANSWER_SENT, {"number": item.number})


def _reason_against_files(office: Office, item: Item, draft: Entry, notice: StaffNotice, word: str) -> Phrase | None:
    if word not in YES | WITHOUT:
        return phrase("the first line of your reply is none of the words that we asked for")
    if other := _answered_since(office, item, notice):
        return phrase(
            "%(author)s answered it on %(day)s, after our mail to you", author=other.author, day=other.at.date()
        )
    if word in WITHOUT and not draft.text:
        return phrase("it has no words of its own")
    if word in YES and feedback_mail.ungranted(office, draft):
        return phrase("a grant of the board is void by now")
    return _reason_of_asker(office, item)


def comment(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Pass a member body's comment to the staff, who can answer the asker by a reply; the asker does not get it."""
    item = _item(office, notice.subject)
    kept = feedback_mail.keep(office, item, mail, reply.text, EntryKind.COMMENT)
    enclosed = feedback_mail.enclose(office, kept, whole=True)
    values: dict[str, object] = {
        "number": item.number,
        "subject": clean(item.subject, feedback_mail.SUBJECT),
        "author": str(mail.author),
        "sender": item.who,
        "text": reply.text,
        "files": enclosed.files,
        "original": enclosed.original,
    }
    for address in item.concerned:
        write_to_staff(
            office,
            Address.parse(address),
            "feedback-commented",
            values,
            kind=ReplyTo.ASKER,
            subject=item.number,
            about=f"#{item.number}",
            once=f"feedback-commented {kept.id}",
            attachments=enclosed.attachments,
        )
    office.record("feedback comment", f"feedback {item.number}", by=notice.addressee)
    return Result(Done.COMMENTED, {"number": item.number, "staff": ", ".join(item.concerned)})


# --- replies that have no effect ---


def keep_refused(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice, refused: Result) -> bool:
    """Keep the words of a reply that is not proven, or came too late, with the item; they go to nobody.

    Returns whether they are kept.
    """
    return _keep_refused(office, office.work.feedback.item(notice.subject), mail, reply, refused)


def keep_refused_files(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice, refused: Result) -> bool:
    """As ``keep_refused``, for a reply to the question about files."""
    draft = office.work.feedback.entry(notice.subject)
    return _keep_refused(office, office.work.feedback.item(draft.item) if draft else None, mail, reply, refused)


def _keep_refused(office: Office, item: Item | None, mail: Inbound, reply: StaffReply, refused: Result) -> bool:
    if item is None:
        return False
    feedback_mail.keep(office, item, mail, reply.text, EntryKind.KEPT, refused.words)
    return True
