"""How the office writes to its staff, and how it believes their answers.

A notice to staff has a token that is bound to its addressee, to one thing and to the state of that thing, and is good
once. An answer is held to what a vote is held to: who wrote it is proven, and so is the token (A1 to A9, A38 to A40).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mailer.inbound.intents import Verdict
from mailer.inbound.proof import identities, why_unproven
from mailer.inbound.reply import own_text
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Folder, Result
from mailer.model.staff import VALID, StaffNotice
from mailer.office import Office
from mailer.phrases import Phrase, phrase
from mailer.tokens import Purpose, Token


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A proven answer to a notice, whose token is spent now."""

    notice: StaffNotice


def write_to_staff(
    office: Office,
    to: Address,
    name: str,
    values: dict[str, object],
    *,
    kind: str,
    subject: int,
    state: str = "",
    about: str = "",
    person: bool = False,
    once: str = "",
    valid: timedelta = VALID,
    prepared: Mapping[str, str] = {},
    **options: Any,
) -> bool:
    """Queue the notice ``name`` with a token that ``to`` can answer with; False if the same cause has queued it before.

    ``kind`` names the handler of the answer, ``subject`` and ``state`` what the answer is about. ``to`` is the
    secretary or an editor, or a ``person`` whom the kind's handler knows. ``prepared`` are the words of replies that
    the notice has buttons for, by the names of its values. ``once`` and the other options are those of
    ``Office.write``. The notice says what a reply does.
    """
    cause = once or f"{office.cause}: {name}"
    until = office.now + valid
    draft = StaffNotice(0, str(to), not person, kind, subject, state, about[:200], office.now, until)
    notice = office.work.staff.add(draft, to, cause)
    if notice is None:
        return False
    token = office.token(Purpose.STAFF, notice.id)
    options.setdefault("language", "" if person else office.rules.language)
    replies = {value: office.rules.prepared(token, words) for value, words in prepared.items()}
    return office.write(to, name, {**values, **replies}, token=token, once=once, **options)


def redeem(
    office: Office,
    token: Token,
    verdict: Verdict,
    mail: Inbound,
    state_now: str,
    uncertain: Phrase | None = None,
    read: Callable[[Inbound], object] = own_text,
) -> Redeemed | Result:
    """Spend the token if the mail is its addressee's and still has an effect; else say what was done instead.

    ``state_now`` is the state of the thing that the notice is about. ``uncertain`` is why an answer is acted on in no
    case, if anything speaks against it. ``read`` finds what of the mail has an effect. Whatever is refused, the
    addressee is told at the enrolled address; what is not proven to be theirs waits in Attention, where a person reads
    it.
    """
    notice = office.work.staff.notice(token.subject)
    if notice is None or mail.sender is None:
        return Result(Done.NO_SUCH_NOTICE, folder=Folder.REFUSED)
    counted_for = f"staff {notice.id}"
    marks = identities(mail, verdict, counted_for)
    seen = office.work.signatures.seen(marks)
    if counted_for in seen.values():
        return Result(Done.HANDLED_BEFORE)
    void = _without_effect(office, notice, state_now)
    if mail.sender.base_key != notice.to.base_key:
        reason = phrase("it came from another address, %(sender)s", sender=str(mail.sender))
        _tell(office, notice, reason, again=not void)
        return Result(Done.NOTICE_OF_ANOTHER, {"addressee": notice.addressee}, Folder.ATTENTION)
    if reason := why_unproven(mail, verdict, token, office.rules.address, read, replayed=bool(seen)):
        _tell(office, notice, reason, again=not void)
        return Result(Done.REPLY_UNPROVEN, {"addressee": notice.addressee, "reason": reason}, Folder.ATTENTION)
    office.work.signatures.remember(marks, counted_for, office.now)
    if reason := uncertain or void:
        once = "" if not uncertain else f"staff-refused {notice.id} {office.today} {uncertain}"[:200]
        answered = mail.message_id if office.may_answer else None  # else they are told by a mail that answers none
        _tell(office, notice, reason, in_reply_to=answered, once=once, again=not void)
        return Result(Done.REPLY_WITHOUT_EFFECT, {"addressee": notice.addressee, "reason": reason}, Folder.REFUSED)
    office.work.staff.spend(notice.id, office.now)
    return Redeemed(notice)


def renew(office: Office, notice: StaffNotice) -> None:
    """Make the notice good again: its answer was not understood, and the addressee is asked for another."""
    office.work.staff.spend(notice.id, None)


def answer_unclear(office: Office, notice: StaffNotice, mail: Inbound, reason: Phrase, *, again: bool = True) -> Result:
    """Tell the addressee why a proven answer was not understood; the notice is good again.

    ``again``: whether they are asked for another answer.
    """
    renew(office, notice)
    _tell(office, notice, reason, in_reply_to=mail.message_id, again=again)
    return Result(Done.ANSWER_UNCLEAR, {"addressee": notice.addressee, "reason": reason})


def is_staff(office: Office, address: Address) -> bool:
    """Whether the address is the secretary's, an editor's, or one that a route of feedback names."""
    return enrolled(office, address) is not None


def enrolled(office: Office, address: Address) -> Address | None:
    """The address of one of the staff as the configuration has it, by any alias of it; None if it is nobody's."""
    routed = (one for one in map(Address.parse, office.rules.feedback.recipients) if one.base_key == address.base_key)
    return in_charge(office, address) or next(routed, None)


def in_charge(office: Office, address: Address) -> Address | None:
    """The address of the secretary or of an editor as the configuration has it; None for others."""
    editors = (editor for publication in office.rules.publications.values() for editor in publication.editors)
    named = (office.rules.secretary, *map(Address.parse, editors))
    return next((one for one in named if one.base_key == address.base_key), None)


def _without_effect(office: Office, notice: StaffNotice, state_now: str) -> Phrase:
    """Why a proven answer has no effect; empty if it has one."""
    if notice.staff and not is_staff(office, notice.to):
        return phrase("you are neither the secretary nor an editor any more")
    if notice.spent_at is not None:
        return phrase("it was answered before, on %(time)s", time=notice.spent_at)
    if notice.expires_at < office.now:
        return phrase("the time for an answer is over")
    if notice.state != state_now:
        return phrase("what it is about has changed since")
    return Phrase()


def _tell(
    office: Office,
    notice: StaffNotice,
    reason: Phrase,
    in_reply_to: str | None = None,
    once: str = "",
    again: bool = True,
) -> None:
    """Tell the addressee, at the enrolled address, why an answer had no effect; once a day if it is not proven.

    ``again``: whether another answer to the same notice can have one.
    """
    office.record("answer refused", f"notice {notice.id}", addressee=notice.addressee, reason=reason)
    values = {"reason": reason, "about": notice.about, "written": notice.created_at, "again": again}
    values["is_secretary"] = notice.to.base_key == office.rules.secretary.base_key
    proven = in_reply_to is not None
    limit = once or ("" if proven else f"staff-refused {notice.id} {office.today}")
    office.write(
        notice.to, "staff-refused", values, language=office.rules.language, in_reply_to=in_reply_to, once=limit
    )
