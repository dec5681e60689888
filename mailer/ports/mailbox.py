"""The mailbox that mail comes in by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailer.model.inbound import Folder


@dataclass(frozen=True, slots=True)
class Ref:
    """A message's identity on its server (RFC 3501 2.3.1.1)."""

    uidvalidity: int
    uid: int
    mailbox: str = ""
    """Account and folder, because two of them may use the same numbers."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as fetched; ``raw`` is None if it is larger than the limit, or if there is a ``problem``."""

    ref: Ref
    size: int
    received_at: datetime
    raw: bytes | None
    problem: str = ""
    """Why the server does not hand the message over, in its words or ours; its size and time are then unknown (F13)."""


class Mailbox(Protocol):
    """The office's inbox. Every method may raise Temporary (try later) or Permanent (a person must act)."""

    def pending(self) -> list[Ref]:
        """The messages in the inbox, oldest first."""

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Fetch messages without setting a flag (BODY.PEEK[]); skips those that are gone."""

    def addressees(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """The beginning of the fields that say whom messages are for, as they stand; without those that are gone."""

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages from the inbox to ``folder``; skips those that are gone.

        If the server refuses to move some, the others are moved all the same.
        """

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        """Begin as ``file``. The function that it returns waits for the end, and raises as ``file`` does.

        Call it before anything else is asked of the mailbox but ``begin_filing``, or at least before mail is expected
        to be gone.
        """

    def wait(self, seconds: float) -> None:
        """Return when new mail may have come, or after ``seconds``, or when ``wake`` is called (IDLE where offered)."""

    def wake(self) -> None:
        """End a ``wait`` early; safe in a signal handler."""

    def close(self) -> None: ...
