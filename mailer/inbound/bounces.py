"""Delivery reports and complaints, however they are written (A17, B10, C10).

What a machine wrote for machines counts first: the fields of a report, or a service's notification. Then what a server
wrote for people. A person's mail that quotes or forwards a report is none.
"""

from __future__ import annotations

import re

from mailer.inbound.automatic import is_machine
from mailer.inbound.intents import AutoReply, Bounce, Complaint, Report
from mailer.inbound.reports.addresses import addresses
from mailer.inbound.reports.fields import complainers, complaint, recipients, rejected_by_mdn
from mailer.inbound.reports.notifications import read_notification
from mailer.inbound.reports.parts import Parts, parts_of
from mailer.inbound.reports.text import by_flufl, names_recipients, reported_in_text
from mailer.inbound.words.bounces import (
    BOUNCE_SENTENCES,
    BOUNCE_SIGNS,
    BOUNCE_SUBJECTS,
    CHALLENGES,
    DAEMON_NAMES,
    STAFF_NAMES,
)
from mailer.message import Inbound
from mailer.model.outbox import Fate
from mailer.model.reports import Reported
from mailer.tokens import Purpose, Token

_DAEMON_NAMES = re.compile("|".join(DAEMON_NAMES), re.IGNORECASE)
_STAFF_NAMES = re.compile("|".join(STAFF_NAMES), re.IGNORECASE)
_ANSWERS = re.compile(
    r"\W*(?:re|aw|fwd?|wg|tr|rv|sv|vs|vl|antw|odp|pd|enc|res|ref|ha|atb|ynt|ilt|fs|doorst|回复|转发|答复|回覆|轉寄)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
"""How the subject of an answer or of a forwarded mail begins."""
_FORWARDED = re.compile(
    r"^\W*(?:begin )?forwarded (?:message|mail)|^\W*original message\W*$|^\W*weitergeleitete|^\W*mensaje reenviado"
    r"|^\W*message transféré|^>|^\W*(?:from|von|de|от): .{0,80}(?:daemon|delivery|postmaster)",
    re.IGNORECASE | re.MULTILINE,
)
_HOTMAIL = re.compile(r"complaint about message from [\d.:a-f]{3,45}", re.IGNORECASE)
_INTRODUCTION, _OWN_INTRODUCTION = 3_000, 200
"""How many characters of the text are searched for a mail server's introduction of itself; of what may be an answer."""


def read_bounce(mail: Inbound, token: Token | None) -> Bounce | Report | Complaint | AutoReply | None:
    """What a report says of the mail whose bounce ``token`` it carries; None for mail that is no such report."""
    if not may_be_report(mail):
        return None
    if found := read_notification(mail.text or ""):
        return _intent(found.kind, found.recipients, token, found.message_id)
    parts = parts_of(mail)
    message_id = _message_id(mail, parts)
    if _HOTMAIL.match(mail.subject):
        named = addresses(parts.returned_field("x-hmxmroriginalrecipient")) or addresses(parts.returned_field("to"))
        return _intent("complaint", complainers(named), token, message_id)
    if parts.kind == "message/feedback-report":
        who = complaint(parts)
        return None if who is None else _intent("complaint", who, token, message_id)
    if parts.kind == "message/disposition-notification":
        rejected = rejected_by_mdn(parts, mail.subject)
        return Bounce(token, (rejected,), message_id) if rejected else None
    return _delivery_report(mail, parts, token, message_id)


def _delivery_report(
    mail: Inbound, parts: Parts, token: Token | None, message_id: str
) -> Bounce | Report | Complaint | AutoReply | None:
    whole = _is_report(mail)
    if not whole and not _is_bounce(mail, parts):
        return None
    if _is_challenge(parts):
        return AutoReply("it asks the sender to identify; no mail server gave up")
    reported = recipients(parts.blocks, parts.text)
    if not reported:
        return Bounce(token, tuple(reported_in_text(mail, parts)), message_id)
    if any("@" in one.recipient for one in reported) or not parts.text:
        return _intent("bounce", tuple(reported), token, message_id)
    return _intent("bounce", _with_addresses(mail, parts, reported), token, message_id)


def _with_addresses(mail: Inbound, parts: Parts, reported: list[Reported]) -> tuple[Reported, ...]:
    """The same with the address from the text, if the fields have none."""
    named = reported_in_text(mail, parts)
    if len(reported) != 1 or len(named) != 1 or not named[0].recipient:
        return tuple(reported)
    one = reported[0]
    return (Reported(named[0].recipient, one.fate, one.diagnostic, one.status, one.why),)


def _intent(
    kind: str, reported: tuple[Reported, ...], token: Token | None, message_id: str
) -> Bounce | Report | Complaint | None:
    if kind == "complaint":
        whose = token if token and token.purpose is Purpose.BOUNCE else None  # a shared mail does not tell its reader
        return Complaint(whose, reported, message_id)
    shared = token is not None and token.purpose is Purpose.SHARED
    failures = tuple(one for one in reported if one.fate is not Fate.ARRIVED)
    if failures and not shared:
        return Bounce(token, failures, message_id)
    return Report(token, reported, message_id) if reported and (token is not None or kind == "delivery") else None


def may_be_report(mail: Inbound) -> bool:
    """Whether it is worth taking the mail apart."""
    return (
        mail.report is not None
        or (mail.text or "").lstrip()[:1] == "{"
        or _is_report(mail)
        or mail.header("x-failed-recipients") != ""
        or _is_machine(mail)
        or _is_nobody(mail)
        or _may_be_machine(mail)
        or _has_bounce_subject(mail)
        or _HOTMAIL.match(mail.subject) is not None
    )


def _is_report(mail: Inbound) -> bool:
    """Whether the mail is a report by its type (RFC 6522)."""
    kind = "".join(mail.header("content-type").lower().replace('"', "").split())
    return kind.startswith("multipart/report") and ("report-type=" not in kind or "report-type=delivery-status" in kind)


def _is_bounce(mail: Inbound, parts: Parts) -> bool:
    """Whether a mail that is no report by its type is a bounce by who wrote it, and by its words."""
    text, machine = _unquoted(parts.text), _is_machine(mail)
    subject = _has_bounce_subject(mail)
    if mail.header("x-failed-recipients"):
        return True
    if machine or _is_nobody(mail):
        surely = bool(parts.blocks) or subject or _introduces_itself(text) or bool(by_flufl(mail.raw))
        return surely or (machine and _has_sign(text))
    if _ANSWERS.match(mail.subject):
        return _introduces_itself(text[:_OWN_INTRODUCTION])
    if _may_be_machine(mail):
        return _introduces_itself(text) or (subject and _has_sign(text) and names_recipients(mail, parts))
    return subject and _introduces_itself(text)


def _unquoted(text: str) -> str:
    """The beginning of the text, up to what its writer quotes or forwards."""
    beginning = text[:_INTRODUCTION]
    found = _FORWARDED.search(beginning)
    return beginning[: found.start()] if found else beginning


def _is_challenge(parts: Parts) -> bool:
    said = " ".join([parts.text[:1_500], *(block.get("diagnostic-code", "")[:300] for block in parts.blocks[:20])])
    words = " ".join(said.lower().split())
    return any(phrase in words for phrase in CHALLENGES)


def _has_bounce_subject(mail: Inbound) -> bool:
    subject = mail.subject.lower()
    return any(phrase in subject for phrase in BOUNCE_SUBJECTS)


def _introduces_itself(text: str) -> bool:
    """Whether the text begins as mail servers write, and no person does."""
    words = " ".join(text.lower().split())
    return any(sentence in words for sentence in BOUNCE_SENTENCES)


def _has_sign(text: str) -> bool:
    words = " ".join(text.lower().split())
    return any(sign in words for sign in BOUNCE_SIGNS)


def _is_machine(mail: Inbound) -> bool:
    """Whether no person writes under the mail's From."""
    nobody = mail.header("from").strip().endswith("<>")
    local = mail.sender.local if mail.sender else ""
    by_address = is_machine(local) and not local.lower().startswith("postmaster")
    return nobody or by_address or _DAEMON_NAMES.search(mail.header("from")[:500]) is not None


def _is_nobody(mail: Inbound) -> bool:
    """Whether it has the null sender: a report, or an automatic answer of any kind."""
    return mail.return_path == ""


def _may_be_machine(mail: Inbound) -> bool:
    """Whether the sender is one under which machines write, and people who look after mail servers."""
    local = mail.sender.local.lower() if mail.sender else ""
    return local.startswith("postmaster") or _STAFF_NAMES.search(mail.header("from")[:500]) is not None


def _message_id(mail: Inbound, parts: Parts) -> str:
    """That of the returned mail; else the one that the report answers."""
    found = parts.returned_field("message-id") or next(
        (
            block[name]
            for block in parts.blocks
            for name in ("original-message-id", "x-original-message-id")
            if name in block
        ),
        "",
    )
    return found[:250] or next(iter(mail.references), "")
