"""What a server means when it does not deliver a mail: by the status code (RFC 3463), and by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.model.reports import Why

_CODES: Sequence[tuple[str, Why]] = (
    (r"\.1\.[78]", Why.SENDER_REJECTED),
    (r"\.1\.2|\.4\.4|\.4\.[13]$", Why.HOST_UNKNOWN),
    (r"\.1\.(?:[1346]|10)|\.2\.1", Why.USER_UNKNOWN),
    (r"\.2\.2", Why.MAILBOX_FULL),
    (r"\.(?:2\.3|3\.4)", Why.TOO_LARGE),
    (r"\.4\.7", Why.EXPIRED),
    (r"\.7\.", Why.POLICY),
)
"""Patterns of status codes without their class; the first that fits decides."""

_WORDS: Sequence[tuple[str, Why]] = (
    (r"\bspam\b|unsolicited|\bspamhaus\b|\bjunk\b", Why.SPAM),
    (r"block ?list|black ?list|\brbl\b|\bdnsbl\b|\bblocked\b", Why.BLOCKED),
    (r"\brelay(?:ing)?\b", Why.RELAYING),
    (r"over ?quota|quota exceeded|mailbox (?:is )?full|exceed\w* .{0,40}\b(?:quota|storage)\b", Why.MAILBOX_FULL),
    (r"\btoo (?:big|large)\b|exceeds .{0,40}\bsize\b", Why.TOO_LARGE),
    (r"no such (?:user|person|mailbox|address)|user unknown|unknown user|does not exist|no mailbox", Why.USER_UNKNOWN),
    (r"unrouteable|host (?:unknown|not found)|unknown host|domain not found", Why.HOST_UNKNOWN),
    (r"expired|could not be delivered for", Why.EXPIRED),
    (r"\bpolicy\b", Why.POLICY),
)

_BY_CODE = tuple((re.compile(pattern), why) for pattern, why in _CODES)
_BY_WORDS = tuple((re.compile(pattern, re.IGNORECASE), why) for pattern, why in _WORDS)


def why_of(status: str, words: str) -> Why:
    """Why a mail was not delivered. ``words`` are the server's; a general code never outweighs them."""
    return next(
        (why for pattern, why in _BY_WORDS if pattern.search(words)),
        next((why for pattern, why in _BY_CODE if pattern.search(status[1:])), Why.OTHER),
    )
