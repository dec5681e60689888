"""The DKIM signatures of a mail, verified by dkimpy."""

from __future__ import annotations

import re
from collections.abc import Mapping

import dkim as dkimpy


def verdicts(raw: bytes, records: Mapping[str, str]) -> list[bool]:
    """Whether each signature is valid, topmost first; ``records`` are the TXT records in the DNS."""
    count = len(re.findall(rb"(?im)^DKIM-Signature:", raw.partition(b"\r\n\r\n")[0]))
    return [_verdict(raw, number, records) for number in range(count)]


def _verdict(raw: bytes, number: int, records: Mapping[str, str]) -> bool:
    def look_up(name: bytes, timeout: int) -> bytes | None:
        return records.get(name.decode().rstrip("."), "").encode() or None

    try:
        return bool(dkimpy.DKIM(raw).verify(number, dnsfunc=look_up))
    except dkimpy.ValidationError:  # of the body, or of the tags
        return False
