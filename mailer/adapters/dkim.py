"""DKIM (RFC 6376) on dkimpy: check every signature of a mail, and sign the sandbox's."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import dkim
import dns.exception
import dns.resolver
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from dkim.util import InvalidTagValueList, parse_tag_value

from mailer.errors import ConfigError, Temporary
from mailer.message import Signature

TxtLookup: TypeAlias = Callable[[str], bytes | None]
"""The TXT record of a name, or None where there is none; raises Temporary where nobody can tell."""

_MOST_SIGNATURES = 5
_LONGEST_SIGNATURE = 4_000
_LONGEST_HEADER = 100_000
"""Octets of all header fields together: dkimpy's time grows with the square of it."""
_LOOKUP_SECONDS = 4.0

_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)

SIGNED_ALWAYS = ("from", "to", "subject", "date", "message-id")
SIGNED_IF_PRESENT = (
    *("sender", "reply-to", "cc", "in-reply-to", "references"),
    *("mime-version", "content-type", "content-transfer-encoding", "auto-submitted"),
    *("list-id", "list-unsubscribe", "list-unsubscribe-post"),
)


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
                message.body = _relaxed(message.body)
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


def _relaxed(body: bytes) -> bytes:
    """RFC 6376 3.4.4 in linear time, done first, because dkimpy's own is quadratic in a run of blanks."""
    return b"\r\n".join(line.rstrip(b" ") for line in re.sub(rb"[ \t]+", b" ", body).split(b"\r\n"))


# --- Where keys are published ---


def dns_lookup() -> TxtLookup:
    """Ask the DNS, with the machine's resolver."""

    def look_up(name: str) -> bytes | None:
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=_LOOKUP_SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers, dns.resolver.YXDOMAIN):
            return None  # NoNameservers: their servers are broken, ours has answered
        except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration, OSError) as fault:
            raise Temporary(f"DNS: {name} cannot be looked up: {fault}") from None
        except dns.exception.DNSException:  # not a name at all
            return None
        return next((b"".join(record.strings) for record in answer), None)

    return look_up


def file_lookup(path: Path) -> TxtLookup:
    """Read the records, once, from a JSON object of names and TXT records, as the sandbox writes it."""
    try:
        records = {str(name): str(record).encode() for name, record in json.loads(path.read_bytes()).items()}
    except (OSError, ValueError, AttributeError) as fault:
        raise ConfigError([f"{path}: cannot be read as a JSON object of TXT records: {fault}"]) from None
    return records.get


# --- Signing ---


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair; ``txt`` is the record to publish."""

    private_pem: str
    txt: str

    def __repr__(self) -> str:
        return "SigningKey(…)"


def new_key() -> SigningKey:
    """RSA with 2,048 bits, which every verifier knows (RFC 8301)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    base64 = "".join(public.decode().splitlines()[1:-1])
    return SigningKey(private.decode(), f"v=DKIM1; k=rsa; p={base64}")


def sign(raw: bytes, domain: str, selector: str, private_pem: str, headers: Sequence[str] = SIGNED_IF_PRESENT) -> bytes:
    """``raw`` (CRLF) with a signature in front.

    It covers ``SIGNED_ALWAYS`` once more than they occur, so that none can be added, and ``headers`` where present.
    """
    message = dkim.DKIM(raw, logger=_SILENT)
    present = [name.decode("ascii").lower() for name, _ in message.headers]
    covered = [name for name in present if name in SIGNED_ALWAYS or name in headers] + list(SIGNED_ALWAYS)
    signature: bytes = message.sign(
        selector.encode(),
        domain.encode(),
        private_pem.encode(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name.encode() for name in covered],
    )
    return signature + raw
