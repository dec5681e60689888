"""How a mail would be classified, and what is read in it, without doing anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailer.errors import Malformed
from mailer.inbound import extracts, intents
from mailer.inbound.classify import classify
from mailer.inbound.intents import Intent, ReadingRules
from mailer.inbound.parse import parse
from mailer.inbound.reply import text_for_people
from mailer.model.inbound import MailKind
from mailer.model.reports import Reported
from mailer.requests import request_for
from mailer.tokens import TokenKey, redact_tokens


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a mail would be classified, and what is read in it."""

    kind: MailKind
    intent: Intent | None
    """None for a mail that cannot be parsed, which goes to a person."""
    reason: str
    """One line for operators."""
    recipients: tuple[Reported, ...] = ()
    """What a report or complaint says about each recipient."""
    message_id: str = ""
    """That of the mail that a report or complaint is about, or empty."""
    own_text: str = ""
    """What the writer wrote now, with what they pass on, without tokens."""
    language: str = ""
    """That of the command (BCP 47), else of the writer as far as the office knows them; or empty."""
    copy: extracts.Copy | None = None
    """What a person would get; None if nobody does."""
    vote: extracts.AsVote | None = None
    """How the mail counts as a reply to a ballot, if that was asked."""


def explain(
    raw: bytes,
    received_at: datetime,
    rules: ReadingRules,
    key: TokenKey,
    *,
    language_of: Callable[[str], str] = lambda address: "",
    as_vote: bool = False,
) -> Explanation:
    """How the mail would be classified. It changes nothing and accepts any bytes.

    ``language_of`` tells the language of a contact by their address; ``as_vote``: whether to read the mail as if it
    were a reply to a ballot, too.
    """
    try:
        mail = parse(raw, received_at)
    except Malformed as fault:
        vote = extracts.AsVote(None, "", str(fault)) if as_vote else None
        return Explanation(MailKind.QUARANTINE, None, str(fault), vote=vote)
    intent = classify(mail, rules, key)
    request = request_for(intent)
    reason = request.explanation(intent)
    return Explanation(
        request.kind,
        intent,
        reason,
        recipients=extracts.recipients_of(intent),
        message_id=redact_tokens(extracts.message_id_of(intent)),
        own_text=redact_tokens(text_for_people(mail)),
        language=extracts.language_of(mail, intent, rules) or (language_of(str(mail.sender)) if mail.sender else ""),
        copy=extracts.copy_of(mail) if isinstance(intent, intents.Feedback) else None,
        vote=extracts.as_vote(mail, intent, rules, reason) if as_vote else None,
    )
