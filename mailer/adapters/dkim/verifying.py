"""Every DKIM signature of a mail that came in, checked by dkimpy."""

from __future__ import annotations

import logging
import re

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailer.adapters.dkim.canonical import relaxed
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.errors import Temporary
from mailer.message import Signature

_MOST_SIGNATURES = 5
_LONGEST_SIGNATURE = 4_000
_LONGEST_HEADER = 100_000
"""Octets of all header fields together: dkimpy's time grows with the square of it."""

_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)


class DkimVerifier:
    """ports.Verifier. What is odd, oversized or signed with SHA-1 (RFC 8301 3.1) counts as no signature."""

    def __init__(self, txt: TxtLookup) -> None:
        self._txt = txt

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        """The valid ones among the first five. Raises Temporary where none is and a key could not be looked up."""
        if not 0 <= _header_length(raw) <= _LONGEST_HEADER:
            return ()
        valid: list[Signature] = []
        unknown: Temporary | None = None
        for index in range(_MOST_SIGNATURES):
            try:
                signature = self._check(raw, index)
            except Temporary as fault:
                unknown = fault
            else:
                valid += [signature] if signature else []
        if unknown and not valid:
            raise unknown
        return tuple(valid)

    def _check(self, raw: bytes, index: int) -> Signature | None:
        try:
            message = dkim.DKIM(raw, logger=_SILENT)
            tags = _tags(message, index)
            if tags is None or tags[b"a"] == b"rsa-sha1":
                return None
            if tags.get(b"c", b"").endswith(b"/relaxed"):
                message.body = relaxed(message.body).rstrip(b" ")  # dkimpy's own is quadratic in a run of blanks
            if not message.verify(index, dnsfunc=lambda name, timeout: self._txt(name.decode("ascii").rstrip("."))):
                return None
            covered = tuple(name.decode("ascii") for name in re.split(rb"\s*:\s*", tags[b"h"].strip().lower()))
            return Signature(tags[b"d"].decode("ascii").lower(), covered, partial=b"l" in tags)
        except Temporary:
            raise
        except Exception:  # dkimpy raises whatever a hostile header leads it to
            return None


def _header_length(raw: bytes) -> int:
    end = re.search(rb"\r?\n\r?\n", raw)
    return end.start() if end else len(raw)


def _tags(message: dkim.DKIM, index: int) -> dict[bytes, bytes] | None:
    """The tags of signature number ``index``, topmost first, or None where there is none that we would read."""
    values = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    if index >= len(values) or len(values[index]) > _LONGEST_SIGNATURE:
        return None
    try:
        tags: dict[bytes, bytes] = parse_tag_value(values[index])
    except InvalidTagValueList:
        return None
    return tags
