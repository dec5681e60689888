"""What is read in a mail, for people: whom it reports, in which language it speaks, what staff get of it."""

from __future__ import annotations

from typing import NamedTuple

from mailer.inbound.commands import find_command
from mailer.inbound.intents import (
    AutoReply,
    Bounce,
    Complaint,
    Feedback,
    Intent,
    Loop,
    ReadingRules,
    Refuse,
    Report,
    Vote,
)
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.quoting import LineKind
from mailer.inbound.reply import lines_left_out, text_for_people
from mailer.inbound.requests import read_ballot_reply
from mailer.message import Attachment, Inbound
from mailer.model.approvals import Choice
from mailer.model.reports import Reported
from mailer.phrases import Phrase, phrase
from mailer.tokens import Purpose, Token, redact_tokens


class Copy(NamedTuple):
    """What a person gets of a mail that is for people."""

    text: str
    """Without tokens. The whole mail is attached."""
    attachments: tuple[Attachment, ...]
    left_out: tuple[Phrase, ...]
    """What the text does not have, in words for people."""


class AsVote(NamedTuple):
    """How a mail counts as a reply to a ballot, if it proves authentic."""

    choice: Choice | None
    comment: str
    reason: str
    """Why there is no choice; or empty."""


def recipients_of(intent: Intent) -> tuple[Reported, ...]:
    """What a report or complaint says about each recipient."""
    return intent.recipients if isinstance(intent, Bounce | Report | Complaint) else ()


def message_id_of(intent: Intent) -> str:
    """The Message-ID of the mail that a report or complaint is about, as far as it has it; or empty."""
    return intent.message_id if isinstance(intent, Bounce | Report | Complaint) else ""


def language_of(mail: Inbound, intent: Intent, rules: ReadingRules) -> str:
    """The language of the command that the mail gives; empty if it gives none, or one without words."""
    if isinstance(intent, Bounce | Report | Complaint | AutoReply | Loop | Refuse | Vote | Feedback):
        return ""
    command = find_command(mail, rules)
    return command.language if command else ""


def copy_of(mail: Inbound) -> Copy:
    """What the staff get of a mail that is for people."""
    text, lines = text_for_people(mail), dict(lines_left_out(mail))
    left_out = []
    if LineKind.QUOTED in lines:
        left_out.append(phrase("quoted lines (%(count)s)", count=lines[LineKind.QUOTED]))
    if LineKind.FOOTER in lines:
        left_out.append(phrase("a footer (%(count)s lines)", count=lines[LineKind.FOOTER]))
    if len(text) > TEXT_PASSED_ON:
        left_out.append(phrase("the end of a text, which is very long"))
    if mail.body_problem:
        left_out.append(phrase("perhaps more, because %(problem)s", problem=mail.body_problem))
    return Copy(redact_tokens(text[:TEXT_PASSED_ON]), mail.attachments, (*left_out, *mail.left_out))


def as_vote(mail: Inbound, intent: Intent, rules: ReadingRules, reason: str) -> AsVote:
    """``reason`` says what the mail is taken for; a machine's mail is never a vote."""
    if isinstance(intent, Bounce | Report | Complaint | AutoReply | Loop | Refuse):
        return AsVote(None, "", reason)
    read = read_ballot_reply(mail, rules, [Token(Purpose.VOTE, 0, "")])
    if isinstance(read, Vote) and read.below:
        below = phrase("It stands below a quotation, and counts if that is of our own request alone.")
        return AsVote(read.below, redact_tokens(read.remark), below)
    if isinstance(read, Vote):
        return AsVote(read.choice, redact_tokens(read.comment), str(read.reason))
    return AsVote(None, "", read.reason if isinstance(read, AutoReply) else reason)
