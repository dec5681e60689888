"""What a relay's words mean, and what may be said to it: SMTP without a socket."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.adapters.dialogue import Reply
from mailer.message import Envelope
from mailer.outbox.model import Delivery

_POLICY = re.compile(r"\b[45]\.7\.(2\d|3[0-2]|515)\b")
"""Enhanced status codes that judge the sender and not the recipient: RFC 7372, Google's and Microsoft's own (E10)."""
_ABOUT_THE_MAIL = re.compile(r"^552|\b5\.3\.4\b|\b5\.6\.\d+\b")
"""Refusals of MAIL that are about this mail, its size or its characters; any other is about us."""
_PATH = re.compile(r"[^\s<>\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the relay says of itself after the login."""

    greeting: str
    keywords: tuple[str, ...]
    """EHLO lines, such as ``SIZE 40000000``."""

    def get(self, keyword: str) -> str | None:
        """What follows the keyword on its line, or None where it is not offered."""
        lines = (line.partition(" ") for line in self.keywords)
        return next((rest for name, _, rest in lines if name.upper() == keyword), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mail."""

    state: Delivery
    reply: str
    stop: str = ""
    """Why no other mail may follow before a person has looked, or empty."""


def refusal(command: str, reply: Reply) -> Verdict | None:
    """What a reply other than the wanted one means; None for a reply that has no place there."""
    words = str(reply)
    if not 400 <= reply.code <= 599:
        return None
    if _POLICY.search(words):
        return Verdict(Delivery.DEFERRED, words, "the relay refuses us by policy")
    if reply.code < 500:
        return Verdict(Delivery.DEFERRED, words)
    if command == "MAIL" and not _ABOUT_THE_MAIL.search(words):
        return Verdict(Delivery.DEFERRED, words, "the relay will not have our envelope sender")
    return Verdict(Delivery.FAILED, words)


def mail_options(envelope: Envelope, message: bytes, extensions: Extensions) -> str:
    """Parameters of MAIL. Raises ValueError for what this relay cannot take or SMTP cannot carry."""
    _check(envelope, message)
    header, _, body = message.partition(b"\r\n\r\n")
    ascii_only = header.isascii() and envelope.sender.isascii() and envelope.recipient.isascii()
    needs = {
        "SIZE": (extensions.get("SIZE") is not None, f"SIZE={len(message)}"),
        "SMTPUTF8": (not ascii_only, "SMTPUTF8"),
        "8BITMIME": (not body.isascii(), "BODY=8BITMIME"),
    }
    missing = [name for name, (needed, _) in needs.items() if needed and extensions.get(name) is None]
    if missing:
        raise ValueError(f"the relay does not offer {' or '.join(missing)}, without which this mail cannot be sent")
    limit = extensions.get("SIZE") or ""
    if limit.isdigit() and 0 < int(limit) < len(message):
        raise ValueError(f"{len(message)} octets are more than the {limit} that the relay takes")
    return "".join(f" {option}" for needed, option in needs.values() if needed)


def _check(envelope: Envelope, message: bytes) -> None:
    for address in filter(None, (envelope.sender, envelope.recipient or "nobody")):
        if not _PATH.fullmatch(address):
            raise ValueError(f"{address!r} cannot stand in an envelope")
    if _BARE.search(message):
        raise ValueError("the message holds a bare CR or LF (RFC 5321 2.3.8)")


def stuffed(message: bytes) -> bytes:
    """A message whose line ends are CRLF as DATA carries it, without the final dot (RFC 5321 4.5.2)."""
    body = message.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body if not body or body.endswith(b"\r\n") else body + b"\r\n"
