"""The subjects of mails about an item: without “Re:”, and with our number."""

from __future__ import annotations

import re

from mailer.inbound.words.replies import REPLY_PREFIXES

_PREFIXES = "|".join(map(re.escape, sorted(REPLY_PREFIXES, key=len, reverse=True)))
_RE = re.compile(rf"(?:\s*(?:{_PREFIXES})\s*(?:\[\d{{1,9}}\]\s*)?[:：])+\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\(#(\d{1,9})\)")


def plain_subject(subject: str) -> str:
    """The subject without “Re:” and without our number."""
    found = _RE.match(subject)
    return _NUMBER.sub("", subject[found.end() :] if found else subject).strip()


def numbered(subject: str, number: int) -> str:
    """The subject with our number, by which a reply is recognised if all else is lost."""
    return f"{plain_subject(subject)} (#{number})".strip()


def numbers_in(subject: str) -> list[int]:
    """Our numbers in a subject."""
    return [int(found) for found in _NUMBER.findall(subject)]
