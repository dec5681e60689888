"""What the secretary decides about mail that waits in Attention: release it to be read as words, or refuse it."""

from __future__ import annotations

from mailer.compose.notices import Attachment
from mailer.errors import Malformed, Refused
from mailer.inbound.intents import StaffReply
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text
from mailer.message import Inbound, clean
from mailer.model.attention import Verb
from mailer.model.inbound import Done, Folder, HandledMail, Result, StoredMail
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.phrases import phrase
from mailer.staff import answer_unclear

_SHOWN = 20_000
"""Characters of a text that a notice shows; the whole mail is attached."""


def waiting(office: Office, most: int = 1_000) -> list[HandledMail]:
    """The mails that wait, the oldest first."""
    return office.work.inbound.newest(most, Folder.ATTENTION)


def find(office: Office, number: int) -> StoredMail:
    """Raises Refused unless this mail waits in Attention."""
    mail = office.work.inbound.one(number)
    if mail is None or mail.handled.folder is not Folder.ATTENTION:
        raise Refused(
            f"No mail with the number {number} waits in Attention: `mailer attention ls` lists those that do."
        )
    return StoredMail(mail, office.work.inbound.raw(mail))


def release(office: Office, number: int) -> None:
    """Forward the mail whole to the secretary, whose reply goes to its writer, and file it as processed.

    Raises Refused if its bytes are not in the store.
    """
    found = find(office, number)
    if found.raw is None:
        raise Refused(
            f"Mail {number} is not in the store, because it is too large or was never handed out: look at it in the "
            "folder Attention of the mailbox, and then refuse it here."
        )
    written = _parsed(found)
    values = {
        "sender": str(written.sender or "") if written else "",
        "subject": written.subject if written else "",
        "text": own_text(written)[:_SHOWN] if written else "",
        "received": found.mail.received_at,
        "reason": found.mail.handled.reason,
    }
    writer = written.sender if written and written.sender else None
    name = f"mail-{number}.eml"
    office.tell_secretary(
        "released",
        values,
        reply_to=writer,
        once=f"released {number}",
        attachments=[Attachment(name, "application/octet-stream", found.raw)],
    )
    office.work.attention.decide(number, Folder.PROCESSED)
    office.record("released", f"mail {number}", sender=clean(str(values["sender"])))


def refuse(office: Office, number: int) -> None:
    """File the mail as refused, and tell nobody. Raises Refused if it does not wait."""
    find(office, number)
    office.work.attention.decide(number, Folder.REFUSED)
    office.record("refused", f"mail {number}")


def state(office: Office, notice: StaffNotice) -> str:
    """Where the mail is, which an answer to its notice depends on."""
    mail = office.work.inbound.one(notice.subject)
    return mail.handled.folder.value if mail and mail.handled.folder else ""


def answer(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice) -> Result:
    """Do what the secretary's answer to a notice says in its first line."""
    word = _word(reply.first)
    try:
        if word == Verb.RELEASE:
            release(office, notice.subject)
        elif word == Verb.REFUSE:
            refuse(office, notice.subject)
        else:
            reason = phrase("its first line is neither RELEASE nor REFUSE")
            return answer_unclear(office, notice, mail, reason)
    except Refused as fault:
        return answer_unclear(office, notice, mail, phrase("%(fault)s", fault=str(fault).rstrip(".")))
    return Result(Done.SET_ASIDE_DECIDED, {"number": notice.subject, "word": word})


def settled(office: Office, mail: Inbound, reply: StaffReply, notice: StaffNotice, refused: Result) -> bool:
    """Whether an answer that has no effect needs no person: a word alone says nothing that its addressee must read.

    It would wait as one more mail that needs a decision, whose notice is answered in the same way, without end.
    """
    return not mail.attachments and _word(reply.text) in (*Verb, "")


def _word(text: str) -> str:
    return text.strip("*_.! \t\xa0\n").lower()


def _parsed(found: StoredMail) -> Inbound | None:
    try:
        return parse(found.raw or b"", found.mail.received_at)
    except Malformed:
        return None
