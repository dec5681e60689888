"""Verification of the DKIM signatures of incoming mail, with dkimpy.

What is expensive is bounded before it is begun (A5): dkimpy computes with any key, and copies a body several times.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Mapping
from functools import cache

import dkim
from dkim.crypto import parse_public_key
from dkim.util import parse_tag_value

from mailer.adapters.dkim.bodies import body_hash
from mailer.adapters.dkim.keys import MAX_BITS
from mailer.adapters.dkim.lookup import TxtLookup
from mailer.errors import Temporary
from mailer.message import Signature, is_aligned

_MAX_SIGNATURES = 5
"""Of the author's domain. Each may cost a look-up in the DNS."""
_MAX_SIGNATURE = 4_000
_MAX_HEADER = 100_000
"""Octets of all header fields together; dkimpy's time grows with their square."""
_MAX_RECORD = 2_000
"""Octets of a key's record; a key of 4,096 bits has about 800."""
_MAX_EXPONENT = 65_537
_STRONG = (b"rsa-sha256", b"ed25519-sha256")
_MAX_INSTANCES, _MAX_CHAINED = 5, 2_000_000
"""How long an ARC chain may be, and the octets of a mail with one: dkimpy hashes the body for each instance."""

_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


class DkimVerifier:
    """ports.Verifier. A signature that is malformed, too large or weak (A5) does not count and is not computed."""

    def __init__(self, txt: TxtLookup) -> None:
        self._txt = txt

    def signatures(self, raw: bytes, author: str = "") -> tuple[Signature, ...]:
        """As ports.Verifier; of the author's domain, the first five are looked at."""
        end = _HEAD_END.search(raw, 0, _MAX_HEADER)
        if end is None and len(raw) > _MAX_HEADER:
            return ()
        head, start = (raw[: end.start()], end.end()) if end else (raw, len(raw))
        mail = _Mail(head, raw, start)
        valid: list[Signature] = []
        unknown: Temporary | None = None
        for index in mail.candidates(author):
            try:
                signature = mail.check(index, self._txt)
            except Temporary as fault:
                unknown = fault
                continue
            valid += [signature] if signature else []
        if unknown and not valid:
            raise unknown
        return tuple(valid)

    def chain(self, raw: bytes) -> Mapping[str, str] | None:
        """As ports.Verifier. A chain that is long, on a large mail, or with a weak signature is not computed."""
        end = _HEAD_END.search(raw, 0, _MAX_HEADER)
        if end is None or len(raw) > _MAX_CHAINED:
            return None
        seals = re.findall(rb"(?im)^arc-(?:seal|message-signature):(.*(?:\n[ \t].*)*)", raw[: end.start()])
        if not 2 <= len(seals) <= 2 * _MAX_INSTANCES or not all(map(_is_strong, seals)):
            return None
        keys: dict[str, str] = {}
        silent: list[Temporary] = []

        def look_up(name: bytes, timeout: int = 5) -> bytes | None:
            try:
                record = self._txt(name.decode("ascii").rstrip("."))
            except Temporary as fault:
                silent.append(fault)
                return None
            if record is None or not _is_acceptable(record):
                return None
            keys[name.decode("ascii").rstrip(".").lower()] = record.decode("latin-1")
            return record

        try:
            found, _, _ = dkim.ARC(raw, logger=_SILENT).verify(look_up)
        except Exception:  # a hostile header can make dkimpy raise anything
            found = None
        if found == dkim.CV_Pass:
            return keys
        if silent:
            raise silent[0]
        return None


class _Mail:
    """A mail whose body is hashed at most once in each canonical form, and whose keys are looked up once."""

    def __init__(self, head: bytes, raw: bytes, start: int) -> None:
        self._head = head
        self._body_hash = cache(lambda relaxed: body_hash(raw, start, relaxed=relaxed))

    def candidates(self, author: str) -> list[int]:
        """The places, among all signatures, of those that are worth a look."""
        try:
            headers = dkim.DKIM(self._head, logger=_SILENT).headers
        except (dkim.DKIMException, IndexError):  # IndexError if the first line is a folded one
            return []
        values = [value for name, value in headers if name.lower() == b"dkim-signature"]
        found = [index for index, value in enumerate(values) if _is_candidate(value, author)]
        return found[:_MAX_SIGNATURES]

    def check(self, index: int, txt: TxtLookup) -> Signature | None:
        """The signature if it is valid. Raises Temporary if its key cannot be looked up now."""
        try:
            message = dkim.DKIM(self._head + b"\r\n\r\n", logger=_SILENT)
            tags, covered, fields = message.verify_headerprep(index)
            domain, names = tags[b"d"].decode("ascii").lower(), [name.decode("ascii") for name in covered]
            record = txt(f"{tags[b's'].decode('ascii')}._domainkey.{tags[b'd'].decode('ascii')}")
            if record is None or not _is_acceptable(record):
                return None
            relaxed = tags.get(b"c", b"").endswith(b"/relaxed")
            if base64.b64decode(b"".join(tags[b"bh"].split())) != self._body_hash(relaxed):
                return None
            # dkimpy gets an empty body, with its hash. The signature is over the field as it is written.
            tags[b"bh"] = base64.b64encode(body_hash(b"", 0, relaxed=relaxed))
            if not message.verify_sig(tags, covered, fields[index], lambda name, timeout: record):
                return None
            octets = base64.b64decode(b"".join(tags[b"b"].split()))
            if not _is_canonical(octets, record):
                return None
            key_name = f"{tags[b's'].decode('ascii')}._domainkey.{domain}"
            return Signature(domain, tuple(names), octets, key_name, record.decode("latin-1"))
        except Temporary:
            raise
        except Exception:  # a hostile header can make dkimpy raise anything
            return None


def _is_strong(value: bytes) -> bool:
    """Whether a field of an ARC chain is signed in a safe way, and over the whole body (A5)."""
    try:
        tags: dict[bytes, bytes] = parse_tag_value(value) if len(value) <= _MAX_SIGNATURE else {}
    except dkim.util.InvalidTagValueList:
        return False
    return tags.get(b"a") in _STRONG and b"l" not in tags


def _is_candidate(value: bytes, author: str) -> bool:
    """Whether the signature would count if it were valid. ``author`` is empty for signatures of any domain."""
    try:
        tags: dict[bytes, bytes] = parse_tag_value(value) if len(value) <= _MAX_SIGNATURE else {}
        domain = tags[b"d"].decode("ascii")
    except (KeyError, ValueError, dkim.util.InvalidTagValueList):
        return False
    strong = tags.get(b"a") in _STRONG and b"l" not in tags
    return strong and (not author or is_aligned(domain, author))


def _is_canonical(octets: bytes, record: bytes) -> bool:
    """Whether the signature is written as RFC 8017 8.2.2 asks: dkimpy takes other octets for the same one (A38)."""
    tags: dict[bytes, bytes] = parse_tag_value(record)
    if tags.get(b"k", b"rsa") != b"rsa":
        return True
    modulus: int = parse_public_key(base64.b64decode(tags[b"p"]))["modulus"]
    return len(octets) == (modulus.bit_length() + 7) // 8 and int.from_bytes(octets, "big") < modulus


def _is_acceptable(record: bytes) -> bool:
    """Whether a key's record (RFC 6376 3.6.1) is none for tests only, and its key none that takes long to compute."""
    if len(record) > _MAX_RECORD:
        return False
    tags: dict[bytes, bytes] = parse_tag_value(record)
    if b"y" in [flag.strip() for flag in tags.get(b"t", b"").lower().split(b":")]:
        return False
    if tags.get(b"k", b"rsa") != b"rsa":
        return True
    key = parse_public_key(base64.b64decode(tags[b"p"]))
    return bool(key["modulus"].bit_length() <= MAX_BITS and key["publicExponent"] <= _MAX_EXPONENT)
