"""Groups of failures: replies are in one group if they differ only in recipients, times, numbers and servers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mailer.phrases import Phrase, phrase

NAMED = 5
"""How many addresses of each group are named; the outbox has them all."""

MOST = 200
"""The most groups; replies that belong to none of them are counted as “other replies”."""

LEFT = phrase("left before it was sent")
PAUSED = phrase("paused before it was sent")
CANCELLED = phrase("cancelled before it was sent")
COMPLAINED = phrase("complained")
NO_REPLY = phrase("no reply")
OTHER = phrase("other replies")
"""Our own words for a mail that did not arrive; all other words are the relay's."""

_BOUNCED = "bounced: "
_OURS = {str(own): own for own in (LEFT, PAUSED, CANCELLED, COMPLAINED, NO_REPLY, OTHER)}


_ENOUGH = 500
"""How many characters of a reply are looked at."""

_CODE = re.compile(r"[245]\d\d(?=[ -])|[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")
"""Reply codes and status codes (RFC 5321 4.2, RFC 3463), which stay as they are."""

_OWN = (
    (re.compile(r"<[^<>\s]*@[^<>\s]*>|[\w.!#$%&'*+/=?^{|}~-]+@[\w.-]*\w"), ""),  # recipients
    (re.compile(r"\[[^\[\]]*\d[^\[\]]*\]|\b\d{1,3}(?:\.\d{1,3}){3}\b"), ""),  # IP addresses, servers, times
    (
        re.compile(r"\b(?=[\w=+-]*\d)(?=[\w=+-]*[a-z])[\w=+-]{8,}(?:\.\d+)*\b", re.I),
        "",
    ),  # queue ids
    (re.compile(r"(?<![\w.])\d+(?:[.:,]\d+)*(?![\w.]*\w)"), "…"),  # seconds to wait, octets, times
)
"""What differs from reply to reply, and what replaces it."""

_LEFT_OVER = (
    (re.compile(r"<>|\(\s*\)|\[\s*\]|''|\"\""), ""),
    (re.compile(r"\s+([:;,.)\]])"), r"\1"),
    (re.compile(r"(?<=\d)[:;,]+(?=\s|$)"), ""),  # “5.1.1 : unknown”, once the address is gone
    (re.compile(r"\s+"), " "),
)


def generalise(reply: str) -> str:
    """``reply`` without addresses, queue ids, times and sizes: ``550 5.1.1 user unknown``."""
    pieces = re.split(f"({_CODE.pattern})", reply[:_ENOUGH])
    kept = "".join(words if number % 2 else _without(words, _OWN) for number, words in enumerate(pieces))
    return _without(kept, _LEFT_OVER).strip(" -:;,") or NO_REPLY


def bounce_of(reply: str) -> Phrase:
    """Why an address gets no more mail after a bounce."""
    return phrase("bounced: %(reply)s", reply=reply)  # begins with _BOUNCED


def _in_phrases(words: str) -> str:
    """``words`` from the store, as a translatable phrase if they are our own."""
    before, bounced, reply = words.partition(_BOUNCED)
    return bounce_of(reply) if bounced and not before else _OURS.get(words, words)


def _without(text: str, rules: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, instead in rules:
        text = pattern.sub(instead, text)
    return text


@dataclass(slots=True)
class Group:
    """Failures with one reply, apart from what ``generalise`` removes."""

    words: str
    count: int = 0
    addresses: list[str] = field(default_factory=list)
    """The first recipients."""

    @property
    def others(self) -> int:
        """How many recipients are not in ``addresses``."""
        return self.count - len(self.addresses)


def group_replies(replies: Iterable[tuple[str, str]]) -> list[Group]:
    """Group pairs of recipient and reply, the largest group first. It keeps few of them in memory."""
    found: dict[str, Group] = {}
    for recipient, reply in replies:
        words = _in_phrases(generalise(reply))
        key = words.casefold()
        if key not in found and len(found) >= MOST:
            key = words = OTHER
        group = found.setdefault(key, Group(words))
        group.count += 1
        if len(group.addresses) < NAMED:
            group.addresses.append(recipient)
    return sorted(found.values(), key=lambda group: -group.count)
