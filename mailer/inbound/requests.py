"""How each request is read from a mail that carries its command word or its token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from mailer.inbound.absences import announces_absence
from mailer.inbound.answers import Answer, read_answer
from mailer.inbound.automatic import looks_automatic
from mailer.inbound.commands import asked
from mailer.inbound.details import read_details
from mailer.inbound.intents import (
    Agree,
    AutoReply,
    ChallengeReply,
    ComeBack,
    Command,
    Confirm,
    Feedback,
    Intent,
    Leave,
    LeaveEverything,
    QuestionReply,
    ReadingRules,
    Refuse,
    StaffReply,
    Subscribe,
    Vote,
)
from mailer.inbound.keywords import read_ballot
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.reply import own_text, text_for_people
from mailer.message import Inbound
from mailer.phrases import phrase
from mailer.tokens import Token, find_tokens


def read_sign_up(mail: Inbound, rules: ReadingRules, command: Command) -> Intent:
    """A sign-up with what its writer says of themselves."""
    lines = own_text(mail).split("\n")
    details, problems = read_details(lines, mail.sender.name if mail.sender else "")
    return Subscribe(details, problems)


def read_confirmation(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to “is this you?” after a sign-up. Only a yes confirms (B11)."""
    if other := _other_than_yes(mail, tokens, "confirm"):
        wish = asked(mail, rules)
        leaves = wish.command is not None and wish.command.name == "unsubscribe" and not wish.beside
        return Refuse("it says no") if leaves else other
    return Confirm(tokens[0])


def read_leave(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A mail with a token to leave that does not stand in its address. It counts if it says yes or asks to leave."""
    return _other_than_yes(mail, tokens, "leave") or Leave(tokens[0])


def read_come_back(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a goodbye. Only a yes undoes the departure (B13)."""
    return _other_than_yes(mail, tokens, "come back") or ComeBack(tokens[0])


def read_agreement(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a question about somebody's data. Only a yes agrees (B11)."""
    other = _other_than_yes(mail, tokens, "agreement")
    if isinstance(other, Refuse) and len(tokens) == 1:
        return Agree(tokens[0], False)
    return other or Agree(tokens[0], True)


def read_leave_everything(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """The reply to “do you want to leave?”. Only a yes leaves."""
    return _other_than_yes(mail, tokens, "leave") or LeaveEverything(tokens[0])


def read_ballot_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a ballot. It is a vote if it says one of the two keywords (A13, A14)."""
    ballot = read_ballot(mail, rules.keywords, rules.banners)
    comment, remark = (_without_tokens(text)[:TEXT_PASSED_ON] for text in (ballot.comment, ballot.remark))
    if len(tokens) > 1:
        twice = phrase("The mail answers two different requests; each needs a reply of its own.")
        return Vote(tokens[0], None, comment, twice)
    if ballot.choice is None and ballot.below is None and announces_absence(mail):
        return AutoReply("it announces an absence")
    return Vote(tokens[0], ballot.choice, comment, ballot.reason, ballot.below, ballot.quoted, remark)


def read_challenge_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A reply to a challenge, which is read as one to a ballot (A1)."""
    read = read_ballot_reply(mail, rules, tokens)
    if not isinstance(read, Vote):
        return read
    return ChallengeReply(**{one.name: getattr(read, one.name) for one in fields(Vote)})


def _without_tokens(text: str) -> str:
    """The text without the lines of a prepared reply that are but a token."""
    lines = [line for line in text.split("\n") if not (find_tokens(line) and len(line.split()) == 1)]
    return "\n".join(lines).strip("\n")


def read_staff_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """An answer to a notice to staff. One that may be a machine's, or answers two notices, is acted on in no case."""
    uncertain = None
    if mail.body_problem:
        uncertain = phrase("it cannot be read for certain: %(problem)s", problem=mail.body_problem)
    elif len(tokens) > 1:
        uncertain = phrase("it answers two different notices; please answer each of them")
    elif announces_absence(mail) or looks_automatic(mail):
        uncertain = phrase("it reads like a note that you are away, which is passed on to nobody")
    return StaffReply(tokens[0], own_text(mail)[:TEXT_PASSED_ON], uncertain)


_OBEYED = frozenset({"forget", "status", "change-address", "help"})
"""Commands that are obeyed in an answer to a question, too."""


def read_question_reply(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """An answer to a question. What it says is read when the question is known."""
    if len(tokens) > 1:
        return Refuse("it carries two different tokens")
    if announces_absence(mail):
        return AutoReply("it announces an absence")
    command = asked(mail, rules).command
    if command and command.name in _OBEYED and (intent := rules.commands[command.name](mail, rules, command)):
        return intent
    return QuestionReply(tokens[0], leaves=command is not None and command.name == "unsubscribe")


def read_feedback(mail: Inbound, rules: ReadingRules, tokens: Sequence[Token]) -> Intent:
    """A mail that answers ours about an item of feedback. A command in it is obeyed."""
    command = asked(mail, rules).command
    if command and (intent := rules.commands[command.name](mail, rules, command)):
        return intent
    if announces_absence(mail):
        return AutoReply("it announces an absence")
    return Feedback(text_for_people(mail)[:TEXT_PASSED_ON], tokens[0])


def _other_than_yes(mail: Inbound, tokens: Sequence[Token], question: str) -> Intent | None:
    """What a reply to a question of the office is if it is no yes; None if it is one (B11)."""
    if len(tokens) > 1:
        return Refuse("it carries two different tokens")
    if announces_absence(mail):
        return AutoReply("it announces an absence")
    answer = read_answer(mail, question)
    if answer is Answer.NO:
        return Refuse("it says no")
    if answer is Answer.YES:
        return None
    return Feedback(text_for_people(mail)[:TEXT_PASSED_ON], answers_question=True)
