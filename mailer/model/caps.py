"""How much mail strangers can make the office write: caps on answers (B1, B14), and notices to staff in a flood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.message import Address

ANSWERS: Mapping[str, int] = {
    "confirm": 1,
    "help": 3,
    "leave-confirm": 2,
    "status": 3,
    "unknown": 1,
    "details-help": 3,
    "details-confirm": 3,
    "old-address": 2,
    "new-address": 1,
    "address-help": 2,
    "forget-confirm": 2,
    "no-copy": 3,
    "to-forward": 5,
    "no-translation": 3,
    "edition-later": 3,
    "translation-wished": 3,
    "translation-copy": 5,
    "faq": 3,
    "preferences-link": 3,
    "faq-answer": 5,
    "faq-none": 3,
    "submission-lines": 3,
    "submission-confirm": 10,
    "presenter-lines": 3,
    "article-how": 3,
    "article-confirm": 5,
    "feedback-receipt": 3,
    "feedback-again": 1,
    "review-instead": 1,
}
"""Notices that anybody can cause to any address by forging From, and how many of each a mailbox gets in a day."""

FAREWELLS = frozenset({"leave-confirm", "forget-confirm"})
"""Those of them by which somebody goes."""

FLOODS: Mapping[str, int] = {
    "attention": 10,
    "presenter-registered": 20,
    "feedback": 30,
    "feedback-comment": 30,
    "ballot-words": 30,
    "translation-wanted": 10,
    "article-came": 20,
    "event-proposed": 20,
    "nomination": 20,
    "wish": 20,
    "link-proposed": 20,
}
"""Notices to staff that strangers cause, and how many of each somebody gets in an hour. The rest are listed in one."""

BALLOT_HELP = 20
"""How often a member is helped in a day with one ballot: authentic mail gets help each time (A37), a loop does not."""

UNPROVEN_REPLIES = 50
"""How many replies to one ballot paper that nobody has proven are recorded in a day."""

WRONG_TOKENS, ALL_WRONG_TOKENS = 20, 2_000
"""How many wrong tokens may come in a mailbox's name in a day before its mail with another's token warns no member
(A35), and how many of all mailboxes together are counted."""

DIGEST_AFTER = timedelta(minutes=15)
"""How long notices of a flood are held before they are listed in one."""

_IGNORED: Mapping[str, tuple[str, str]] = {
    "gmail.com": (".", "gmail.com"),
    "googlemail.com": (".", "gmail.com"),
    "proton.me": (".-_", "proton.me"),
    "protonmail.com": (".-_", "proton.me"),
    "pm.me": (".-_", "proton.me"),
}
"""Characters that a provider ignores in a local part, and the domain that stands for all of its domains."""


def mailbox_of(address: Address) -> str:
    """The mailbox that an address leads to, as far as its form tells: aliases with a detail are one (B14)."""
    local, _, domain = address.base_key.rpartition("@")
    ignored, canonical = _IGNORED.get(domain, ("", domain))
    plain = "".join(letter for letter in local if letter not in ignored)
    return f"{plain or local}@{canonical}"


@dataclass(frozen=True, slots=True)
class Caps:
    """How many answers, of all kinds together, people get in a day whom the office cannot believe yet."""

    per_mailbox: int
    per_domain: int
    per_day: int
    public: frozenset[str] = frozenset()
    """Domains of large providers, which no cap for a domain fits."""

    def counters(self, notice: str, to: Address, known: bool = False) -> dict[str, int]:
        """The counters that this answer raises, each with its limit.

        ``known``: whether it goes to a member. What strangers ask for uses up nothing of theirs, and what is asked in
        their name never keeps them from leaving or being forgotten.
        """
        mailbox = mailbox_of(to)
        domain = mailbox.rpartition("@")[2]
        own = {f"{notice} {mailbox}": ANSWERS[notice]}
        if known and notice in FAREWELLS:
            return own
        counters = {**own, f"answers {mailbox}": self.per_mailbox}
        if known:
            return counters
        counters["answers"] = self.per_day
        return counters if domain in self.public else {**counters, f"answers @{domain}": self.per_domain}


@dataclass(frozen=True, slots=True)
class HeldNotice:
    """A notice to staff that was not written, because there are too many of its kind."""

    id: int
    notice: str
    recipient: str
    about: str
    """What the notice would have said, in a line."""
    held_at: datetime
