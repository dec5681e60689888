"""The mailbox that mail comes in by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from mailer.model.inbound import Folder


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
