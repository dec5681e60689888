"""The book of one send: which mail may go next, and what became of each, kept in the store.

Rows are read in batches and written in groups. ``starting`` is committed before the relay can act on a row, and its
outcome before the same connection's next one starts; what a crash leaves in between is in doubt: at most one mail
per connection, which is one row, or those that share it.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from mailer.errors import Contested
from mailer.message import Outgoing
from mailer.model.outbox import Delivery, Due, Outcome, retry_delay
from mailer.ports import Taken
from mailer.runtime import Runtime
from mailer.sending.limiter import Limiter, Observation

log = logging.getLogger("mailer.sending")

BATCH = 1_000
"""Rows that are read at once, at the most."""

GLIMPSE = 100
"""Rows that are looked for at first, to know whether they are worth more than one connection."""

FRESH = 0.5
"""Seconds for which what was read is believed: who leaves meanwhile, or a mail that may overtake, waits so long."""

SLICE = 0.25
"""Seconds of the longest uninterrupted wait, so that a stop is heard."""


Settled: TypeAlias = tuple[Outcome, datetime | None]
"""What became of a row, and when it is tried again."""


@dataclass(frozen=True, slots=True)
class Drain:
    """What is to be sent, and until when."""

    mailing: int | None = None
    """Send copies of this mailing only, and service mail; None: of every mailing."""
    batch: range | None = None
    """Send only copies of ``mailing`` with these ids."""
    until: float = math.inf
    """On the monotonic clock; nothing is started after it."""
    observe: Callable[[Outcome], object] = lambda outcome: None
    """Called with every outcome that has been recorded."""


class Copies(Protocol):
    """Turns rows of the outbox into mails."""

    def __call__(self, row: Due) -> Outgoing: ...

    def expect(self, rows: Sequence[Due]) -> None:
        """These rows are asked for next, in this order; what was expected before is not."""


class StoredLedger:
    """ports.Ledger over the store, for one drain."""

    def __init__(self, runtime: Runtime, limiter: Limiter, copies: Copies, drain: Drain, holder: str = "") -> None:
        """``holder`` is who answers for what is claimed."""
        self._store = runtime.store
        self._clock = runtime.clock
        self._stop = runtime.stop
        self._limiter = limiter
        self._copies = copies
        self._drain = drain
        self._holder = holder
        self._read: deque[Due] = deque()
        self._seen_behind = 0  # rows that were seen at first, and not kept
        self._more = False  # whether there are more than were read
        self._widest = 1
        self._turn = 0  # the mailing that had the last one: the next one's turn is after it
        self._stale_at = 0.0
        self._taken: dict[int, Due] = {}
        self._started: set[int] = set()
        self._contested: set[int] = set()
        self.unwritten: list[Settled] = []
        """Outcomes that the store has not taken: the next drain's first task."""

    @property
    def broken_off(self) -> bool:
        """Whether a row was started and nobody knows what became of it."""
        return bool(self._started)

    def is_over(self) -> bool:
        """Whether nothing more is to be taken."""
        return self._stop() or self._clock.monotonic() >= self._drain.until

    def is_empty(self) -> bool:
        """Whether nothing is due that may go before long; where something is, how much is seen, too."""
        if self._limiter.is_stopped or not self._has_next(GLIMPSE):
            return True
        first = self._read.popleft()
        self._seen_behind = len(self._read)
        self._read = deque([first])  # what will be asked for next is read when it is, for whoever sends one at a time
        return False

    def take(self, most: int) -> Taken:
        """As ports.Ledger says; only as many as may go now."""
        self._widest = max(self._widest, most)
        mails: list[Outgoing] = []
        while len(mails) < most and not self.is_over() and self._has_next(self._ahead()):
            for row in self._limiter.admit(self._read, most - len(mails)):
                self._turn = row.mailing or self._turn
                self._taken[row.id] = row
                mails.append(self._copies(row))
            if self._read:
                break
        if len(mails) == most or self.is_over():
            behind = max(self._seen_behind, len(self._read) + self._more)
            return Taken(mails, behind=min(behind, self._limiter.lookahead()))
        return Taken(mails, self._limiter.wait(self._read))

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """As ports.Ledger says. What the relay refused before it could act on it is claimed here, for its outcome."""
        now = self._clock.now()
        decided = [self._decided(outcome, now) for outcome in settled if outcome.row not in self._contested]
        unheard = [outcome.row for outcome, _ in decided if outcome.row not in self._started]
        self._started.difference_update([outcome.row for outcome in settled])
        self._started.update(starting)
        self.unwritten += decided
        observations = self._limiter.observe([(self._taken[outcome.row], outcome) for outcome, _ in decided])
        claimed = self._write([*unheard, *starting], observations, now)
        self.unwritten = []
        self._tell([outcome for outcome, _ in decided])
        if len(claimed) < len(unheard) + len(starting):
            self._leave_to_others(set(starting).difference(claimed))

    def _write(self, rows: Sequence[int], observations: Sequence[Observation], now: datetime) -> Collection[int]:
        """Claim rows, settle what is not written yet, and note what relays say of us; the rows that are ours now."""
        if not observations:
            with self._store.move() as work:
                return work.outbox.record(rows, self.unwritten, now, self._holder)
        with self._store.transaction(alone=False) as work:
            claimed = work.outbox.record(rows, self.unwritten, now, self._holder)
            self._limiter.apply(work, observations, now)
        return claimed

    def _leave_to_others(self, rows: set[int]) -> None:
        """They stay in ``_taken``, so that they are not read again; nothing that is said of them is ours to write."""
        self._started -= rows
        self._contested |= rows
        if rows:
            raise Contested(rows)

    def pause(self, seconds: float) -> None:
        """As ports.Ledger says."""
        self._clock.sleep(min(seconds, SLICE))

    def _has_next(self, ahead: int) -> bool:
        """Whether a row is at hand that may be mailed; where none is, reads up to so many."""
        if self._clock.monotonic() >= self._stale_at:
            self._read.clear()
        while not self._read:
            self._seen_behind = 0
            known = len(self._taken)
            with self._store.snapshot() as work:
                due = work.outbox.due(
                    self._clock.now(),
                    self._drain.mailing,
                    known + ahead + 1,
                    self._limiter.held(),
                    self._turn,
                    batch=self._drain.batch,
                )
            self._more = len(due) > known + ahead
            due = [row for row in due[: known + ahead] if row.id not in self._taken]
            if not due:
                return False
            barred = {row.id: row.barred for row in due if row.barred}
            asleep = self._limiter.quiet_until(due)
            self._hold_back(barred, asleep)
            self._read.extend(row for row in due if row.id not in barred and row.id not in asleep)
            self._copies.expect(list(self._read))
            self._stale_at = self._clock.monotonic() + FRESH
        return True

    def _ahead(self) -> int:
        """How many rows to read: the further the more are asked for, and no more than may go while they are fresh.

        Whoever asks for one at a time is so told of each change at once.
        """
        return min(BATCH, self._widest**2, self._limiter.lookahead())

    def _hold_back(self, barred: dict[int, str], asleep: dict[int, datetime]) -> None:
        if barred or asleep:
            with self._store.transaction(alone=False) as work:
                work.outbox.suppress(barred, self._clock.now())
                work.outbox.postpone(asleep)

    def _decided(self, outcome: Outcome, now: datetime) -> Settled:
        """The outcome with the time of the next attempt, or as failed where there is to be none."""
        if outcome.state is not Delivery.DEFERRED:
            return outcome, None
        delay = retry_delay(self._taken[outcome.row].attempts)
        if delay is not None:
            return outcome, now + delay
        return outcome._replace(state=Delivery.FAILED, reply=f"given up: {outcome.reply}"), None

    def _tell(self, outcomes: Sequence[Outcome]) -> None:
        """Of what went well only whoever looks for faults hears: the ledger itself keeps it all."""
        usual = logging.DEBUG if log.isEnabledFor(logging.DEBUG) else None
        for outcome in outcomes:
            row = self._taken.pop(outcome.row)
            level = usual if outcome.state is Delivery.SENT else logging.WARNING
            if level is not None:
                log.log(level, "%s to %s: %s", outcome.state, row.recipient, outcome.reply)
            self._drain.observe(outcome)
