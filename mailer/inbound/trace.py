"""The trace of a mail through servers (RFC 5321 4.4): which of its fields our own receiving server has put on top.

Everything below the Received field of our border server came with the mail, so its sender may have written it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Fields = Sequence[tuple[str, str]]

_LOOKED_AT = 2_000
_LOOPBACK = r"\[(?:ipv6:)?(?:127(?:\.\d{1,3}){3}|::1)\]"
_WITHIN = re.compile(
    rf"""
    from \s+ [^\s()]+ \s+ \( (?:[^\s()]+ \s+)? {_LOOPBACK} (?: \s+ helo=[^\s()]+ )? \) \s+ by \s
    |
    (?: from \s+ [^\s()]+ \s+ (?: \([^()]*\) \s+ )? )?
    by \s+ [^\s()]+ \s+ (?: \([^()]*\) \s+ )? with \s+ (?:utf8)?lmtps?a? \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A hop from the machine itself, or by LMTP. What strangers can put into such a field has no blanks or stands below."""


def above_own_received(fields: Fields) -> Fields:
    """The fields above the Received field of our border server; none if there is no Received field at all.

    The topmost one is our server's. If it says that the mail came from a program on the same machine (LMTP, a filter),
    the next one is, too.
    """
    for place, (name, value) in enumerate(fields):
        if name == "received" and not _is_within(value[:_LOOKED_AT]):
            return fields[:place]
    return ()


def _is_within(received: str) -> bool:
    """Whether the field was written for a hop within one machine. Its topmost neighbours vouch for it."""
    return _WITHIN.match(received.strip()) is not None
