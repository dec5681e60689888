"""DKIM signatures: checked on what comes in, made for what goes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mailer.message import MailTemplate, Signature


class Verifier(Protocol):
    """Checks DKIM signatures; it may ask the DNS."""

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        """Those whose cryptography is valid; an unreachable DNS raises Temporary."""


class Signer(Protocol):
    """Signs what goes out, where the relay does not."""

    @property
    def is_slow(self) -> bool:
        """Whether a signature takes longer than all else about a mail, so that it pays to make it on another thread."""

    def of(self, template: MailTemplate) -> Callable[[Sequence[bytes]], bytes]:
        """From a copy's values to its signature fields, without their last CRLF.

        What all copies share is looked at once, here. What is returned may be called on several threads at once.
        """
