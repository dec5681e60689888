"""The TXT records that publish our keys, and what is wrong with those that the world sees."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from mailer.adapters.dkim.keys import SigningKey

_STRING = 255
"""Octets of one string of a TXT record, at the most (RFC 1035 3.3.14)."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where the other half of a key is published, and as what."""

    selector: str
    domain: str
    key: SigningKey

    @property
    def name(self) -> str:
        """RFC 6376 3.6.2.1."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def txt(self) -> str:
        """The record in one piece."""
        return f"v=DKIM1; k={self.key.algorithm}; p={base64.b64encode(self.key.public).decode()}"

    @property
    def strings(self) -> list[str]:
        """The record in the strings that the DNS takes."""
        return [self.txt[start : start + _STRING] for start in range(0, len(self.txt), _STRING)]

    def fault(self, published: bytes | None) -> str:
        """What is wrong with what is published there, or empty."""
        if published is None:
            return "is not there"
        tags = _tags(published.decode("latin-1"))
        if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
            return "is no DKIM record"
        if not tags["p"]:
            return "is withdrawn: its p= is empty"
        if tags.get("k", "rsa") != self.key.algorithm or _decoded(tags["p"]) != self.key.public:
            return "is of another key"
        if "y" in tags.get("t", "").split(":"):
            return "says that we are only trying it out (t=y)"
        narrowed = (words for name, (ours, words) in _LIMITS.items() if ours.isdisjoint(tags.get(name, "*").split(":")))
        return next(narrowed, "")


_LIMITS = {
    "h": ({"*", "sha256"}, "does not allow SHA-256 (h=)"),
    "s": ({"*", "email"}, "is not for mail (s=)"),
}
"""Tags that narrow what a key is for (RFC 6376 3.6.1): one of what must be there for us, and what to say otherwise."""


def _tags(txt: str) -> Mapping[str, str]:
    """A tag list without its white space (RFC 6376 3.2)."""
    pairs = (pair.partition("=") for pair in "".join(txt.split()).split(";"))
    return {name: content for name, equals, content in pairs if equals}


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
