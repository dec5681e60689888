"""What a relay's replies mean, and what its extensions allow us to send. No I/O."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mailer.adapters.smtp.data import Data
from mailer.adapters.smtp.replies import Reply
from mailer.message import Envelope
from mailer.model.outbox import Delivery

_POLICY = re.compile(r"\b[45]\.7\.(2\d|3[0-2]|515)\b")
"""Enhanced status codes that reject the sender, not the recipient: RFC 7372, Google's and Microsoft's own (E10)."""
_ABOUT_THE_MAIL = re.compile(r"^552|\b5\.3\.4\b|\b5\.6\.\d+\b")
"""Refusals of MAIL that concern this mail, its size or its characters; any other concerns us."""
_TOO_MANY = re.compile(r"^452|^552|\b[45]\.5\.3\b")
"""Refusals of RCPT because the mail has too many recipients (RFC 5321 4.5.3.1.10)."""
_PATH = re.compile(r"[^\s<>\x00-\x20\x7f]+@[^\s<>@\x00-\x20\x7f]+")


@dataclass(frozen=True)
class Extensions:
    """What the relay announces in its greeting and EHLO reply."""

    greeting: str
    keywords: tuple[str, ...]
    """EHLO lines, such as ``SIZE 40000000``."""

    def get(self, keyword: str) -> str | None:
        """The parameters after the keyword, or None if the relay does not offer it."""
        return self._offered.get(keyword)

    @cached_property
    def _offered(self) -> Mapping[str, str]:
        split = [line.partition(" ") for line in self.keywords]
        return {name.upper(): rest for name, _, rest in reversed(split)}

    @cached_property
    def max_octets(self) -> float:
        """The limit for one message (RFC 1870); infinite if the relay states none."""
        limit = self.get("SIZE") or ""
        return (int(limit) if limit.isdigit() else 0) or math.inf


class Verdict(NamedTuple):
    """The result of sending a mail to one recipient."""

    state: Delivery
    reply: str
    stop: str = ""
    """Why nothing more may be sent before a person has looked; empty if sending may go on."""


def refusal(command: str, reply: Reply) -> Verdict | None:
    """What a reply means that is not the expected one; None if the command can have no such reply."""
    words = str(reply)
    if not 400 <= reply.code <= 599:
        return None
    if _POLICY.search(words):
        return Verdict(Delivery.DEFERRED, words, "the relay refuses us by policy")
    if reply.code < 500 or (command == "RCPT" and _TOO_MANY.search(words)):
        return Verdict(Delivery.DEFERRED, words)
    if command == "MAIL" and not _ABOUT_THE_MAIL.search(words):
        return Verdict(Delivery.DEFERRED, words, "the relay refuses our envelope sender")
    return Verdict(Delivery.FAILED, words)


def mail_options(envelope: Envelope, data: Data, extensions: Extensions) -> str:
    """Parameters of MAIL. Raises ValueError for a mail that this relay cannot take or SMTP cannot carry."""
    _check(envelope)
    if data.size > extensions.max_octets:
        raise ValueError(f"{data.size} octets are more than the {extensions.max_octets} that the relay takes")
    size = "" if extensions.get("SIZE") is None else f" SIZE={data.size}"
    ascii_only = data.ascii_header and envelope.sender.isascii() and all(map(str.isascii, envelope.recipients))
    if ascii_only and data.ascii_body:
        return size
    needs = {"SMTPUTF8": "" if ascii_only else " SMTPUTF8", "8BITMIME": "" if data.ascii_body else " BODY=8BITMIME"}
    missing = [name for name, option in needs.items() if option and extensions.get(name) is None]
    if missing:
        raise ValueError(f"the relay does not offer {' or '.join(missing)}, without which this mail cannot be sent")
    return size + "".join(needs.values())


def _check(envelope: Envelope) -> None:
    for address in (*filter(None, [envelope.sender]), *envelope.recipients):
        if not _PATH.fullmatch(address):
            raise ValueError(f"{address!r} cannot be used in an SMTP envelope")
