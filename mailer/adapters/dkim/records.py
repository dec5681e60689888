"""The TXT records for our keys, and the faults of those that are published."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from mailer.adapters.dkim.keys import SigningKey

_STRING = 255
"""Maximal octets of one string of a TXT record (RFC 1035 3.3.14)."""


@dataclass(frozen=True, slots=True)
class Record:
    """The DNS record that publishes a public key."""

    selector: str
    domain: str
    key: SigningKey

    @property
    def name(self) -> str:
        """RFC 6376 3.6.2.1."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def txt(self) -> str:
        """The record as one string."""
        return f"v=DKIM1; k={self.key.algorithm}; p={base64.b64encode(self.key.public).decode()}"

    @property
    def strings(self) -> list[str]:
        """The record as strings that are short enough for the DNS."""
        return [self.txt[start : start + _STRING] for start in range(0, len(self.txt), _STRING)]

    def fault(self, published: bytes | None) -> str:
        """What is wrong with the published record, or an empty string."""
        if published is None:
            return "is not there"
        tags = _tags(published.decode("latin-1"))
        if tags.get("v", "DKIM1") != "DKIM1" or "p" not in tags:
            return "is not a DKIM record"
        if not tags["p"]:
            return "is withdrawn: its p= is empty"
        if tags.get("k", "rsa") != self.key.algorithm or _decoded(tags["p"]) != self.key.public:
            return "is for another key"
        if "y" in tags.get("t", "").split(":"):
            return "declares that it is only a test (t=y)"
        limits = (fault for name, (ours, fault) in _LIMITS.items() if ours.isdisjoint(tags.get(name, "*").split(":")))
        return next(limits, "")


_LIMITS = {
    "h": ({"*", "sha256"}, "does not allow SHA-256 (h=)"),
    "s": ({"*", "email"}, "is not for mail (s=)"),
}
"""Tags that restrict a key (RFC 6376 3.6.1): the values of which we need one, and the fault if it has none of them."""


def _tags(txt: str) -> Mapping[str, str]:
    """A tag list (RFC 6376 3.2), with all white space removed."""
    pairs = (pair.partition("=") for pair in "".join(txt.split()).split(";"))
    return {name: content for name, equals, content in pairs if equals}


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
