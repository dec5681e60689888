"""How each request is read from a mail that carries its command word or its token."""

from __future__ import annotations

from collections.abc import Sequence

from mailer.inbound.automatic import announces_absence
from mailer.inbound.commands import find_command
from mailer.inbound.details import read_details
from mailer.inbound.intents import (
    Agree,
    AutoReply,
    ComeBack,
    Command,
    Confirm,
    Feedback,
    Intent,
    Leave,
    LeaveEverything,
    ReadingRules,
    Refuse,
    StaffReply,
    Subscribe,
    Vote,
)
from mailer.inbound.keywords import first_line, read_ballot
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.reply import own_text
from mailer.message import Inbound
from mailer.phrases import phrase
from mailer.tokens import Token

REFUSALS = frozenset(
    {"no", "no thanks", "no, thanks", "no thank you", "cancel", "nein", "non", "não", "нет", "いいえ", "不"}
)
"""First lines by which a reply confirms nothing."""


YES = frozenset(
    {"yes", "yes please", "yes, please", "subscribe", "stay", "ja", "oui", "sí", "si", "sim", "да", "はい", "是"}
)
"""First lines by which a reply to a goodbye undoes it."""


def read_sign_up(mail: Inbound, rules: ReadingRules, command: Command) -> Intent:
    """A sign-up with what its writer says of themselves."""
    lines = own_text(mail).split("\n")
    details, problems = read_details(lines, mail.sender.name if mail.sender else "")
    return Subscribe(details, problems)


def read_confirmation(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to “is this you?” after a sign-up. It confirms unless it declines."""
    if other := _declined(mail, tokens):
        return other
    return Refuse("its first line says no") if _asks_to_leave(mail, rules) else Confirm(tokens[0])


def read_leave(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A mail with a token to leave that does not stand in its address. It counts unless it says no."""
    return _declined(mail, tokens) or Leave(tokens[0])


def read_come_back(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a goodbye. Only an empty one, or one whose first line says yes, undoes the departure (B13)."""
    if other := _declined(mail, tokens):
        return other
    text = own_text(mail)
    if not text or first_line(mail).rstrip(".!") in YES:
        return ComeBack(tokens[0])
    return Feedback(text[:TEXT_PASSED_ON])


def read_agreement(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a question about somebody's data. An empty one, or one whose first line says yes, agrees (B11)."""
    other = _declined(mail, tokens)
    if isinstance(other, Refuse) and first_line(mail) in REFUSALS and len(tokens) == 1:
        return Agree(tokens[0], False)
    if other:
        return other
    text = own_text(mail)
    if not text or first_line(mail).rstrip(".!") in YES:
        return Agree(tokens[0], True)
    return Feedback(text[:TEXT_PASSED_ON])


def read_leave_everything(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """The reply to “do you want to leave?”. It counts unless it says no."""
    return _declined(mail, tokens) or LeaveEverything(tokens[0])


def read_ballot_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a ballot. It is a vote if it says one of the two keywords (A13, A14)."""
    ballot = read_ballot(mail, rules.approve, rules.object, rules.banners)
    comment, remark = ballot.comment[:TEXT_PASSED_ON], ballot.remark[:TEXT_PASSED_ON]
    if len(tokens) > 1:
        twice = phrase("Your mail answers two different requests; please reply to each of them.")
        return Vote(tokens[0], None, comment, twice)
    if ballot.choice is None and ballot.below is None and announces_absence(mail):
        return AutoReply("it announces an absence")
    return Vote(tokens[0], ballot.choice, comment, ballot.reason, ballot.below, ballot.quoted, remark)


def read_staff_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """An answer to a notice to staff. One that may be a machine's, or answers two notices, is acted on in no case."""
    uncertain = None
    if mail.body_problem:
        uncertain = phrase("it cannot be read for certain: %(problem)s", problem=mail.body_problem)
    elif len(tokens) > 1:
        uncertain = phrase("it answers two different notices; please answer each of them")
    elif announces_absence(mail):
        uncertain = phrase("it reads like a note that you are away, which is passed on to nobody")
    return StaffReply(tokens[0], own_text(mail)[:TEXT_PASSED_ON], uncertain)


def read_feedback(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A mail that answers ours about an item of feedback. A command in it is obeyed."""
    command = find_command(mail, rules)
    if command and (asked := rules.commands[command.name](mail, rules, command)):
        return asked
    if announces_absence(mail):
        return AutoReply("it announces an absence")
    return Feedback(own_text(mail)[:TEXT_PASSED_ON], tokens[0])


def _declined(mail: Inbound, tokens: Sequence[Token]) -> Intent | None:
    """What a reply to “is this you?” wants if it is no yes; None if it counts as one."""
    if len(tokens) > 1:
        return Refuse("it carries two different tokens")
    if announces_absence(mail):
        return AutoReply("it announces an absence")
    return Refuse("its first line says no") if first_line(mail) in REFUSALS else None


def _asks_to_leave(mail: Inbound, rules: ReadingRules) -> bool:
    command = find_command(mail, rules)
    return command is not None and command.name == "unsubscribe"
