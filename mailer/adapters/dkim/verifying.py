"""Verification of the DKIM signatures of incoming mail, with dkimpy."""

from __future__ import annotations

import logging
import re

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from mailer.adapters.dkim.canonical import relaxed
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.errors import Temporary
from mailer.message import Signature

_MAX_SIGNATURES = 5
_MAX_SIGNATURE = 4_000
_MAX_HEADER = 100_000
"""Octets of all header fields together; dkimpy's time grows with their square."""

_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)


class DkimVerifier:
    """ports.Verifier. A signature that is malformed, too large or made with SHA-1 (RFC 8301 3.1) does not count."""

    def __init__(self, txt: TxtLookup) -> None:
        self._txt = txt

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        """The valid ones among the first five. Raises Temporary if none is valid and a key could not be looked up."""
        if not 0 <= _header_length(raw) <= _MAX_HEADER:
            return ()
        valid: list[Signature] = []
        unknown: Temporary | None = None
        for index in range(_MAX_SIGNATURES):
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
                message.body = relaxed(message.body).rstrip(b" ")  # dkimpy's own code is quadratic in a run of spaces
            if not message.verify(index, dnsfunc=lambda name, timeout: self._txt(name.decode("ascii").rstrip("."))):
                return None
            covered = tuple(name.decode("ascii") for name in re.split(rb"\s*:\s*", tags[b"h"].strip().lower()))
            return Signature(tags[b"d"].decode("ascii").lower(), covered, partial=b"l" in tags)
        except Temporary:
            raise
        except Exception:  # a hostile header can make dkimpy raise anything
            return None


def _header_length(raw: bytes) -> int:
    end = re.search(rb"\r?\n\r?\n", raw)
    return end.start() if end else len(raw)


def _tags(message: dkim.DKIM, index: int) -> dict[bytes, bytes] | None:
    """The tags of signature ``index`` from the top, or None if there is none or it is unreadable."""
    values = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    if index >= len(values) or len(values[index]) > _MAX_SIGNATURE:
        return None
    try:
        tags: dict[bytes, bytes] = parse_tag_value(values[index])
    except InvalidTagValueList:
        return None
    return tags
