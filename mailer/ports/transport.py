"""How mail leaves, and the ledger that a transport works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailer.message import Outgoing
from mailer.model.outbox import Outcome


@dataclass(frozen=True, slots=True)
class Taken:
    """Mails that may be sent next."""

    mails: Sequence[Outgoing]
    wait: float | None = None
    """If there are fewer than asked for: seconds until there may be more, or None if nothing is left to send."""
    behind: int = 0
    """At least this many more are due. The transport decides by it whether to open more connections."""


class Ledger(Protocol):
    """Gives a transport its mails, and records what becomes of them."""

    def take(self, most: int) -> Taken:
        """Up to ``most`` mails. They still wait in the store, so a mail that is not started need not be returned."""

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """Record outcomes, and the rows that the relay may act on from now on; both are durable when this returns.

        It is one transaction, so a call for many connections costs as much as one for a single mail. Raises Contested,
        after everything else is recorded, for rows in ``starting`` that another sender has claimed.
        """

    def pause(self, seconds: float) -> None:
        """Wait for a transport that has nothing in flight; returns early when something may have changed."""


class Transport(Protocol):
    """Delivers mail: to a relay, or to files."""

    def deliver(self, ledger: Ledger) -> None:
        """Deliver the mails of ``ledger`` until it has no more.

        It connects before it takes the first mail. It records a row as starting before the relay can act on it, and
        its outcome before the same connection starts the next. Raises Temporary if the relay cannot be reached, and
        Permanent if a person must act (login refused, certificate); every mail that was started has an outcome then.
        """

    def describe(self) -> Sequence[tuple[str, str]]:
        """What is at the other end, as names and values for a person. Delivers nothing; raises as ``deliver`` does."""

    def close(self) -> None: ...
