"""What does a mail want? The first rule that knows an answer gives it; nothing here believes the From."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailer.inbound import intents
from mailer.inbound.automatic import announces_absence, read_automatic
from mailer.inbound.bounces import read_bounce
from mailer.inbound.details import only_details, read_details
from mailer.inbound.intents import Intent, ReadingRules
from mailer.inbound.keywords import fold, read_vote
from mailer.inbound.reply import fresh_text
from mailer.message import Address, Inbound
from mailer.tokens import Purpose, Token, TokenKey, find_tokens

COMMANDS = {
    "subscribe": "subscribe",
    "join": "subscribe",
    "unsubscribe": "leave",
    "leave": "leave",
    "help": "help",
    "info": "help",
}
"""Exact words, as an address's detail, as a first line, and as the subject of an empty mail."""

REFUSALS = frozenset(
    {"no", "no thanks", "no, thanks", "no thank you", "cancel", "nein", "non", "não", "нет", "いいえ", "不"}
)
"""First lines that take back what a reply would otherwise confirm."""

_ACTS = (Purpose.VOTE, Purpose.CONFIRM, Purpose.LEAVE)
_BOUNCES = (Purpose.BOUNCE, Purpose.SHARED)
_ENVELOPE_ID = re.compile(r"^Original-Envelope-Id:(.{1,200})", re.IGNORECASE | re.MULTILINE)
_TEXT = 50_000
"""Characters of a text that is passed on; the mail itself is kept."""


def classify(mail: Inbound, rules: ReadingRules, key: TokenKey) -> Intent:
    """What the mail wants. Reports are recognised before automatic replies: a third of real bounces look like both."""
    return (
        read_bounce(mail, _bounce_token(mail, key))
        or _own(mail, rules)
        or read_automatic(mail)
        or _misdirected(mail)
        or _unreadable(mail)
        or _by_token(mail, rules, key)
        or _by_address(mail, rules)
        or _by_words(mail)
    )


def _genuine(texts: Iterable[str], key: TokenKey, *purposes: Purpose) -> list[Token]:
    """Tokens that we made, in order and without repeats; forged ones are as if they were not there (B5)."""
    found = (token for text in texts for token in find_tokens(text))
    return list(dict.fromkeys(token for token in found if token.purpose in purposes and key.genuine(token)))


def _bounce_token(mail: Inbound, key: TokenKey) -> Token | None:
    """The one bounce token that a report came to (VERP), or that the relay was given to name the mail by (ENVID); of a
    complaint, that of the mail complained about."""
    report = (mail.report or b"")[:_TEXT].decode("latin-1")
    about = (report, mail.raw[: 4 * _TEXT].decode("latin-1")) if "feedback-type" in report.lower() else ()
    for texts in (mail.addressed_to, _ENVELOPE_ID.findall(report), *((text,) for text in about)):
        found = _genuine(texts, key, *_BOUNCES)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _own(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """Our own mail come back (B6)."""
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
    """People do not write to a bounce address; what does, and is no report, is a machine (A16)."""
    to_bounces = any(token.purpose in _BOUNCES for spec in mail.addressed_to for token in find_tokens(spec))
    return intents.AutoReply("it came to an address for delivery reports") if to_bounces else None


def _unreadable(mail: Inbound) -> Intent | None:
    return intents.Refuse(mail.sender_problem) if mail.sender is None else None


def _first_line(mail: Inbound) -> str:
    return fold(fresh_text(mail).text.partition("\n")[0])


def _by_token(mail: Inbound, rules: ReadingRules, key: TokenKey) -> Intent | None:
    """A token in the address, else in the nearest message that is answered, else in the subject."""
    nearest = next((found for text in mail.references if (found := _genuine([text], key, *_ACTS))), [])
    places = (_genuine(mail.addressed_to, key, *_ACTS), nearest, _genuine([mail.subject], key, *_ACTS))
    carried = next((place for place in places if place), [])
    purpose = next((purpose for purpose in _ACTS if any(token.purpose is purpose for token in carried)), None)
    if purpose is None:
        return None
    tokens = list(dict.fromkeys(token for place in places for token in place if token.purpose is purpose))
    if purpose is Purpose.VOTE:
        return _vote(mail, rules, tokens)
    if len(tokens) > 1:
        return intents.Refuse("it carries two different tokens")
    return _answer(mail, tokens[0])


def _vote(mail: Inbound, rules: ReadingRules, tokens: list[Token]) -> Intent:
    choice, comment, reason = read_vote(mail, rules.approve, rules.object)
    if choice is None and announces_absence(mail):
        return intents.AutoReply("it announces an absence")
    if len(tokens) > 1:
        choice, reason = None, "Your mail answers two different requests; please reply to each of them."
    return intents.Vote(tokens[0], choice, comment[:_TEXT], reason)


def _answer(mail: Inbound, token: Token) -> Intent:
    """A reply to “is this you?” counts whatever it says, but for an exact no (and, to a sign-up, a wish to leave)."""
    if announces_absence(mail):
        return intents.AutoReply("it announces an absence")
    first = _first_line(mail)
    if first in REFUSALS or (token.purpose is Purpose.CONFIRM and (COMMANDS.get(first) == "leave" or first == "stop")):
        return intents.Refuse("its first line says no")
    return intents.Leave(token) if token.purpose is Purpose.LEAVE else intents.Confirm(token)


def _by_address(mail: Inbound, rules: ReadingRules) -> Intent | None:
    """``base+subscribe@`` and its like (RFC 5233)."""
    base, _, domain = rules.address.lower().rpartition("@")
    for spec in mail.addressed_to:
        local, _, host = spec.lower().rpartition("@")
        command = COMMANDS.get(local.removeprefix(f"{base}+"))
        if host == domain and local.startswith(f"{base}+") and command:
            return _command(command, mail)
    return None


def _by_words(mail: Inbound) -> Intent:
    """A command as first line, or as subject where the text says at most who somebody is; else words for a person."""
    text = fresh_text(mail).text
    command = COMMANDS.get(_first_line(mail))
    if command is None and only_details(text.split("\n")):
        command = COMMANDS.get(fold(mail.subject))
    if command:
        return _command(command, mail)
    if announces_absence(mail):
        return intents.AutoReply("it announces an absence")
    return intents.Feedback(text[:_TEXT]) if text else intents.Help()


def _command(command: str, mail: Inbound) -> Intent:
    if command == "leave":
        return intents.Leave(None)
    if command == "help":
        return intents.Help()
    lines = fresh_text(mail).text.split("\n")
    details, problems = read_details(lines, mail.sender.name if mail.sender else "")
    return intents.Subscribe(details, problems)
