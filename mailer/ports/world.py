"""Mail servers, signatures, rendering and the time: what lies outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mailer.issues.model import Edition, Identity, Notice, Source
from mailer.message import Form, Outgoing, Signature
from mailer.outbox.model import (
    Outcome,
)


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """Aware, UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    def sleep(self, seconds: float) -> None:
        """Wait; may return early when the process is asked to stop."""


class Folder(StrEnum):
    """Where a handled mail is filed on its server."""

    PROCESSED = "Processed"
    REFUSED = "Refused"
    ATTENTION = "Attention"


@dataclass(frozen=True, slots=True)
class Ref:
    """A message's identity on its server (RFC 3501 2.3.1.1)."""

    uidvalidity: int
    uid: int
    mailbox: str = field(default="", compare=False)
    """Account and folder: another account may count alike. All that are compared are of one."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as fetched; ``raw`` is None where it is larger than the limit."""

    ref: Ref
    size: int
    received_at: datetime
    raw: bytes | None


class Mailbox(Protocol):
    """The office's inbox. Every method may raise Temporary (try later) or Permanent (a person must act)."""

    def pending(self) -> list[Ref]:
        """What is in the inbox, oldest first."""

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Messages without setting a flag (BODY.PEEK[]); those that are gone are left out."""

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages out of the inbox; those that are gone are left out."""

    def wait(self, seconds: float) -> None:
        """Return when new mail may have come, or after ``seconds``, or when ``wake`` is called (IDLE where offered)."""

    def wake(self) -> None:
        """End a ``wait`` early; safe in a signal handler."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """Mails that may go next."""

    mails: Sequence[Outgoing]
    wait: float | None = None
    """Where there are fewer than asked for: seconds until there may be more, or None where no more are to go."""
    behind: int = 0
    """At least so many more are due: whether more connections are worth while."""


class Ledger(Protocol):
    """What a transport is handed: the mails, and the book in which it writes what becomes of them."""

    def take(self, most: int) -> Taken:
        """Up to ``most`` mails. They still wait in the store: one that is not started goes back by doing nothing."""

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """Write down outcomes, and rows that the relay may act on from here on; durable when it returns.

        All of it is one transaction, so one call for many connections costs what one for a single mail does. Raises
        Contested, once that is written, for rows in ``starting`` that another sender has.
        """

    def pause(self, seconds: float) -> None:
        """Wait, for who has nothing else to wait for; returns early when something may have changed."""


class Transport(Protocol):
    """A way out for mail."""

    def deliver(self, ledger: Ledger) -> None:
        """Deliver what ``ledger`` has until it has no more.

        A row is recorded as starting before the relay can act on it, and its outcome before that connection's next
        one is. Connects before it takes the first mail. Raises Temporary where the relay cannot be reached and
        Permanent where a person must act (login refused, certificate); then nothing started is without an outcome.
        """

    def describe(self) -> Sequence[tuple[str, str]]:
        """What is at the other end, in names and words for a person; delivers nothing, and raises as ``deliver``."""

    def close(self) -> None: ...


class Verifier(Protocol):
    """Checks DKIM signatures; it may ask the DNS."""

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        """Those whose cryptography is valid; an unreachable DNS raises Temporary."""


class Signer(Protocol):
    """Signs what goes out, where the relay does not."""

    @property
    def is_slow(self) -> bool:
        """Whether a signature takes longer than all else about a mail, so that it pays to make it on another thread."""

    def of(self, form: Form) -> Callable[[Sequence[bytes]], bytes]:
        """How copies of ``form`` are signed: from its values, to the fields that come first, without their last CRLF.

        What all copies share is looked at once, here. What is returned may be called on several threads at once.
        """


class Renderer(Protocol):
    """From source to bytes: the same source gives the same bytes."""

    def edition(self, source: Source, identity: Identity) -> Edition:
        """Raises ConfigError with every fault of the source, each with its file."""

    def notice(self, name: str, values: Mapping[str, object]) -> Notice:
        """The service mail ``templates/notice/NAME``; ``values`` are data and never compiled (D1)."""
