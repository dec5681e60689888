"""What would be done with a mail and why, in one word and one line, changing nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.errors import Malformed
from mailer.inbound import intents
from mailer.inbound.classify import classify
from mailer.inbound.intents import Intent, ReadingRules, kind_of
from mailer.inbound.parse import parse
from mailer.model.inbound import MailKind
from mailer.tokens import TokenKey


@dataclass(frozen=True, slots=True)
class Explanation:
    kind: MailKind
    intent: Intent | None
    """None where the mail is quarantined unread."""
    reason: str
    """One line for a person."""


_PLAIN_REASONS: Mapping[type[Intent], str] = {
    intents.Confirm: "confirms a sign-up",
    intents.Help: "asks how this works",
    intents.Feedback: "words for a person to read",
}


def reason_of(intent: Intent) -> str:
    """Why it was taken for that, in one line."""
    match intent:
        case intents.Bounce(token, permanent, status, diagnostic):
            how = "for good" if permanent else "for now"
            whose = "of a mail of ours" if token else "without a token of ours: it changes nothing"
            return " ".join(word for word in ("reports a failure", how, whose, status, diagnostic) if word)
        case intents.Report(_, recipients):
            said = Counter(one.fate.value for one in recipients)
            return "reports on a mail of ours: " + ", ".join(f"{count} {fate}" for fate, count in said.items())
        case intents.Complaint(token):
            return "a reader called a mail spam" + ("" if token else ", without a token of ours: it changes nothing")
        case intents.Vote(_, choice, _, reason):
            return (
                f"votes {choice}, if it proves authentic" if choice else f"answers a ballot, and is no vote: {reason}"
            )
        case intents.Subscribe(_, problems):
            return "asks to subscribe" + _not_understood(len(problems))
        case intents.Leave(token):
            return "asks to leave" + ("" if token else ", without a token: a confirmation is needed")
        case intents.Confirm() | intents.Help() | intents.Feedback():
            return _PLAIN_REASONS[type(intent)]
        case intents.AutoReply(reason) | intents.Loop(reason) | intents.Refuse(reason):
            return reason


def _not_understood(lines: int) -> str:
    if not lines:
        return ""
    return f"; {lines} of its lines {'was' if lines == 1 else 'were'} not understood"


def explain(raw: bytes, received_at: datetime, rules: ReadingRules, key: TokenKey) -> Explanation:
    """What the mail would be taken for; any octets give an answer."""
    try:
        mail = parse(raw, received_at)
    except Malformed as fault:
        return Explanation(MailKind.QUARANTINE, None, str(fault))
    intent = classify(mail, rules, key)
    return Explanation(kind_of(intent), intent, reason_of(intent))
