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
from mailer.model.refusals import Refusal, refusal_of

_CHARACTERS = re.compile(r"\b5\.6\.\d+\b")
"""Refusals of MAIL that concern the characters of this mail."""
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
    refusal: Refusal | None = None
    """What the relay refuses, if that is or may be about us."""


def refusal(command: str, reply: Reply) -> Verdict | None:
    """What a reply means that is not the expected one; None if the command can have no such reply."""
    words = str(reply)
    if not 400 <= reply.code <= 599:
        return None
    if command == "MAIL" and _CHARACTERS.search(words):
        return Verdict(Delivery.FAILED, words)
    about = refusal_of(f"{reply.code} {' '.join(reply.lines)}", command)
    if about not in (None, Refusal.UNCLEAR):
        return Verdict(Delivery.DEFERRED, words, about)
    if reply.code < 500 or (command == "RCPT" and _TOO_MANY.search(words)):
        return Verdict(Delivery.DEFERRED, words)
    return Verdict(Delivery.FAILED, words, about)


def too_large(data: Data, extensions: Extensions) -> Verdict | None:
    """The verdict on a mail above the limit that the relay announces: it is found before anything is sent (E18)."""
    if data.size <= extensions.max_octets:
        return None
    words = f"not sent: {data.size} octets are more than the {extensions.max_octets} that the relay takes"
    return Verdict(Delivery.DEFERRED, words, Refusal.SIZE)


def mail_options(envelope: Envelope, data: Data, extensions: Extensions) -> str:
    """Parameters of MAIL. Raises ValueError for a mail that this relay cannot take or SMTP cannot carry."""
    _check(envelope)
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
