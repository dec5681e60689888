"""What the rules need of the world. Each Protocol has at least two implementations and one contract suite."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mailer.issues.model import Edition, Identity, Notice, Source
from mailer.message import Outgoing, Signature
from mailer.outbox.model import Outcome


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


class Transport(Protocol):
    """A way out for mail."""

    def deliver(self, copies: Iterator[Outgoing]) -> Iterator[Outcome]:
        """Take copies one by one and yield each one's outcome before the next is acted on.

        Connects before it takes the first copy. Raises Temporary where the relay cannot be reached and Permanent
        where a person must act (login refused, certificate); then nothing that was taken is without an outcome.
        """

    def close(self) -> None: ...


class Verifier(Protocol):
    """Checks DKIM signatures; it may ask the DNS."""

    def signatures(self, raw: bytes) -> tuple[Signature, ...]:
        """Those whose cryptography is valid; an unreachable DNS raises Temporary."""


class Renderer(Protocol):
    """From source to bytes: the same source gives the same bytes."""

    def edition(self, source: Source, identity: Identity) -> Edition:
        """Raises ConfigError with every fault of the source, each with its file."""

    def notice(self, name: str, values: Mapping[str, object]) -> Notice:
        """The service mail ``templates/notice/NAME``; ``values`` are data and never compiled (D1)."""
