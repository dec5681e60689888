"""Failures by cause: replies that differ only in whom and when they were for are one cause."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mailer.phrases import Phrase, phrase

NAMED = 5
"""Addresses that are named of each cause; the ledger has them all."""

MOST = 200
"""Causes that are told apart; what comes after them is counted as “other replies”."""

LEFT = phrase("left before it was sent")
CANCELLED = phrase("cancelled before it was sent")
COMPLAINED = phrase("complained")
NO_REPLY = phrase("no reply")
OTHER = phrase("other replies")
"""What we say ourselves of a mail that did not arrive; all else is the relay's words."""

_BOUNCED = "bounced: "
_OURS = {str(said): said for said in (LEFT, CANCELLED, COMPLAINED, NO_REPLY, OTHER)}


_ENOUGH = 500
"""Characters of a reply in which it says what it has to say."""

_CODE = re.compile(r"[245]\d\d(?=[ -])|[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
"""Reply codes and status codes (RFC 5321 4.2, RFC 3463), which stay as they are."""

_OWN = (
    (re.compile(r"<[^<>\s]*@[^<>\s]*>|[\w.!#$%&'*+/=?^{|}~-]+@[\w.-]*\w"), ""),  # whom it was for
    (re.compile(r"\[[^\[\]]*\d[^\[\]]*\]|\b\d{1,3}(?:\.\d{1,3}){3}\b"), ""),  # from where, by which server, when
    (
        re.compile(r"\b(?=[\w=+-]*\d)(?=[\w=+-]*[a-z])[\w=+-]{8,}(?:\.\d+)*\b", re.I),
        "",
    ),  # the relay's own number for it
    (re.compile(r"(?<![\w.])\d+(?:[.:,]\d+)*(?![\w.]*\w)"), "…"),  # seconds to wait, octets, times
)
"""What one reply has of its own, and what stands for it."""

_LEFT_OVER = (
    (re.compile(r"<>|\(\s*\)|\[\s*\]|''|\"\""), ""),
    (re.compile(r"\s+([:;,.)\]])"), r"\1"),
    (re.compile(r"(?<=\d)[:;,]+(?=\s|$)"), ""),  # “5.1.1 : unknown”, once the address is gone
    (re.compile(r"\s+"), " "),
)


def cause(reply: str) -> str:
    """``reply`` without addresses, queue numbers, times and sizes: ``550 5.1.1 user unknown``."""
    pieces = re.split(f"({_CODE.pattern})", reply[:_ENOUGH])
    kept = "".join(words if number % 2 else _without(words, _OWN) for number, words in enumerate(pieces))
    return _without(kept, _LEFT_OVER).strip(" -:;,") or NO_REPLY


def bounce_of(reply: str) -> Phrase:
    """Why an address gets no more mail that a bounce came back from."""
    return phrase("bounced: %(reply)s", reply=reply)  # begins with _BOUNCED


def _in_phrases(words: str) -> str:
    """``words`` as the store has them, with what we said ourselves as the phrase that it was."""
    before, bounced, reply = words.partition(_BOUNCED)
    return bounce_of(reply) if bounced and not before else _OURS.get(words, words)


def _without(text: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return text


@dataclass(slots=True)
class Cause:
    """One cause, and whom it hit."""

    words: str
    count: int = 0
    addresses: list[str] = field(default_factory=list)
    """The first of them."""

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.count - len(self.addresses)


def by_cause(replies: Iterable[tuple[str, str]]) -> list[Cause]:
    """Recipients and what the relay said of each, grouped, the largest group first; reads them one by one."""
    found: dict[str, Cause] = {}
    for recipient, reply in replies:
        words = _in_phrases(cause(reply))
        key = words.casefold()
        if key not in found and len(found) >= MOST:
            key = words = OTHER
        group = found.setdefault(key, Cause(words))
        group.count += 1
        if len(group.addresses) < NAMED:
            group.addresses.append(recipient)
    return sorted(found.values(), key=lambda group: -group.count)
