"""The way out for mail, and the ledger that it is handed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailer.message import Outgoing
from mailer.model.outbox import Outcome


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
