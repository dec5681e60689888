"""What a mail wants: the first rule that recognises it decides. Nothing here believes the From field."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailer.inbound import intents
from mailer.inbound.absences import announces_absence
from mailer.inbound.automatic import read_automatic, takes_answers
from mailer.inbound.bounces import may_be_report, read_bounce
from mailer.inbound.commands import asked, named
from mailer.inbound.intents import Command, Intent, ReadingRules
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.own_words import without_prefixes
from mailer.inbound.reply import text_for_people
from mailer.message import Address, Inbound
from mailer.tokens import Purpose, Token, TokenKey, find_tokens

_BOUNCES = (Purpose.BOUNCE, Purpose.SHARED)
_ENVELOPE_ID = re.compile(r"^Original-Envelope-Id:(.{1,200})", re.IGNORECASE | re.MULTILINE)
_REPORT_TEXT, _RETURNED_TEXT = 50_000, 200_000
"""How many octets of a report, and of the whole mail, are searched for a token."""


def classify(mail: Inbound, rules: ReadingRules, key: TokenKey) -> Intent:
    """What the mail wants.

    A token in the address that only lets its bearer leave counts whoever or whatever wrote (B4): many mail programs
    mark what they write for their users as a machine's. Reports are looked for before automatic replies, because a
    third of real bounces look like both.
    """
    return (
        _leaving(mail, key)
        or read_bounce(mail, _bounce_token(mail, key))
        or _loop(mail, rules)
        or read_automatic(mail)
        or _without_sender(mail)
        or _misdirected(mail)
        or _by_token(mail, rules, key)
        or _command(mail, rules)
        or _by_words(mail)
    )


_URGENT = (Purpose.VOTE, Purpose.PROVE, Purpose.CONFIRM, Purpose.LEAVE, Purpose.LEAVE_EVERYTHING, Purpose.COME_BACK)


def is_urgent(addressed_to: Iterable[str], key: TokenKey) -> bool:
    """Whether mail to these addresses overtakes the rest: a vote, a yes, or a farewell, which a flood must not delay.

    Only a genuine token counts, so nobody else can use this lane (B14).
    """
    return bool(_genuine(addressed_to, key, *_URGENT))


def _leaving(mail: Inbound, key: TokenKey) -> Intent | None:
    tokens = _genuine(mail.addressed_to, key, Purpose.LEAVE)
    return intents.Leave(tokens[0]) if len(tokens) == 1 else None


def _bounce_token(mail: Inbound, key: TokenKey) -> Token | None:
    """The one genuine token of the delivery that a report is about, or None.

    It stands in the address that the report came to (VERP), in the envelope id that the relay was given (RFC 3461), or
    anywhere in the report or in the mail that it returns.
    """
    if not may_be_report(mail):
        return None
    report = (mail.report or b"")[:_REPORT_TEXT].decode("latin-1")
    returned = mail.raw[:_RETURNED_TEXT].decode("latin-1")
    for texts in (mail.addressed_to, _ENVELOPE_ID.findall(report), (report,), (returned,)):
        found = _genuine(texts, key, *_BOUNCES)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _loop(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """Our own mail that came back (B6)."""
    base = Address.parse(rules.address)
    if mail.sender is not None and mail.sender.base_key == base.base_key:
        return intents.Loop("it comes from the office's own address")
    ours = {list_id.lower() for list_id in rules.list_ids}
    for name, value in mail.headers:
        if name == "list-id" and value.rpartition("<")[2].rstrip("> ").lower() in ours:
            return intents.Loop("it is an issue of our own")
        if name == "x-loop" and rules.address.lower() in value.lower():
            return intents.Loop("it has been here before")
    return None


def _misdirected(mail: Inbound) -> Intent | None:
    """Mail to an address for reports that is none: it asks for nothing, and a person reads what it says (A16)."""
    if not any(token.purpose in _BOUNCES for spec in mail.addressed_to for token in find_tokens(spec)):
        return None
    text = text_for_people(mail)[:TEXT_PASSED_ON]
    if announces_absence(mail) or not (text or mail.attachments):
        return intents.AutoReply("it came to an address for delivery reports")
    return intents.Feedback(text)


def _without_sender(mail: Inbound) -> Intent | None:
    """Mail whose From cannot be read, so that there is nobody to answer (A4)."""
    return intents.Refuse(mail.sender_problem) if mail.sender is None else None


def _by_token(mail: Inbound, rules: ReadingRules, key: TokenKey) -> Intent | None:
    """A reply with a token in its address, else in the nearest message that it answers, else in its subject."""
    purposes = tuple(rules.answers)
    nearest = next((found for text in mail.references if (found := _genuine([text], key, *purposes))), [])
    places = (_genuine(mail.addressed_to, key, *purposes), nearest, _genuine([mail.subject], key, *purposes))
    carried = {token.purpose for token in next((place for place in places if place), [])}
    purpose = next((purpose for purpose in purposes if purpose in carried), None)
    if purpose is None:
        return None
    tokens = list(dict.fromkeys(token for place in places for token in place if token.purpose is purpose))
    return rules.answers[purpose](mail, rules, tokens)


def _command(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """A command in the address, else in the words. One in a mail that must not be answered is for a person (B7)."""
    intent = _by_address(mail, rules) or _by_sentence(mail, rules)
    if intent is None or takes_answers(mail) or isinstance(intent, intents.LeaveEverything):
        return intent
    return intents.Feedback(text_for_people(mail)[:TEXT_PASSED_ON])


def _by_address(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """A command in the detail of the address, such as ``base+subscribe@`` (RFC 5233)."""
    base, _, domain = rules.address.lower().rpartition("@")
    for spec in mail.addressed_to:
        local, _, host = spec.lower().rpartition("@")
        name = named(local.removeprefix(f"{base}+"), rules)
        if host == domain and local.startswith(f"{base}+") and name:
            if announces_absence(mail):
                return intents.AutoReply("it announces an absence")
            return rules.commands[name](mail, rules, Command(name))
    return None


def _by_sentence(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """A command as people write it, or words that may be one."""
    found = asked(mail, rules)
    if found.command:
        return rules.commands[found.command.name](mail, rules, found.command)
    if found.candidate and not announces_absence(mail):
        return intents.Unsure(found.candidate, text_for_people(mail)[:TEXT_PASSED_ON])
    return None


def _by_words(mail: Inbound) -> Intent:
    """Words for a person, unless a machine wrote them for certain; the help if there are none."""
    text = text_for_people(mail)
    if announces_absence(mail):
        return intents.AutoReply("it announces an absence")
    is_empty = not (text or without_prefixes(mail.subject) or mail.attachments or mail.left_out)
    return intents.Help() if is_empty else intents.Feedback(text[:TEXT_PASSED_ON])


def _genuine(texts: Iterable[str], key: TokenKey, *purposes: Purpose) -> list[Token]:
    """The tokens that we made, in order and without repeats. Forged ones are ignored (B5)."""
    found = (token for text in texts for token in find_tokens(text))
    return list(dict.fromkeys(token for token in found if token.purpose in purposes and key.genuine(token)))
