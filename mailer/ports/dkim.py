"""DKIM signatures: checked on what comes in, made for what goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from mailer.message import MailTemplate, Signature


class Verifier(Protocol):
    """Checks DKIM signatures; it may ask the DNS."""

    def signatures(self, raw: bytes, author: str = "") -> tuple[Signature, ...]:
        """The signatures that verify; if ``author`` (a domain) is given, only those of domains aligned with it.

        Raises Temporary if none is valid and a key could not be looked up.
        """

    def chain(self, raw: bytes) -> Mapping[str, str] | None:
        """The key records of an ARC chain (RFC 8617) by their names; None if there is no valid one.

        Raises Temporary if a key could not be looked up.
        """


class Signer(Protocol):
    """Signs what goes out, where the relay does not."""

    @property
    def is_slow(self) -> bool:
        """Whether signing a mail takes longer than composing it, so that another thread should do it."""

    def of(self, template: MailTemplate) -> Callable[[Sequence[bytes]], bytes]:
        """A function from a copy's values to its signature fields, without the last CRLF.

        What all copies share is processed once, here. Several threads may call the function at once.
        """
