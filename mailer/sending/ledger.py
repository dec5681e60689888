"""The ledger of a send, kept in the store: which mails may go next, and what became of each.

Rows are read in batches and recorded in groups. The start of a mail is committed before the relay can deliver it, and
its outcome before the next mail of the same connection starts. After a crash in between, a mail is in doubt: at most
one per connection, which is one row or several that share it.
"""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from mailer.errors import Contested, NotGranted
from mailer.message import Outgoing
from mailer.model.outbox import Delivery, Due, Outcome, retry_delay
from mailer.model.refusals import Refusal, Suspension
from mailer.ports import Taken
from mailer.runtime import Runtime
from mailer.sending.limiter import Limiter, Observation

log = logging.getLogger("mailer.sending")

BATCH = 1_000
"""Maximal number of rows to read at once."""

FIRST_READ = 100
"""Rows to read first, to know whether more than one connection is worth while."""

FRESH = 0.5
"""Seconds for which rows are not read again; it takes as long to notice a new service mail or a member who leaves."""

MAX_PAUSE = 0.25
"""Seconds of the longest pause, so that a stop is noticed."""


Settled: TypeAlias = tuple[Outcome, datetime | None]
"""What became of a row, and when it is tried again."""


def refusals(outcomes: Sequence[Settled]) -> list[tuple[int, str]]:
    """The rows that failed, each with the relay's reply."""
    return [(outcome.row, outcome.reply) for outcome, _ in outcomes if outcome.state is Delivery.FAILED]


@dataclass(frozen=True, slots=True)
class Drain:
    """What to send, and until when."""

    mailing: int | None = None
    """Send service mail and only the copies of this mailing; None: of every mailing."""
    batch: range | None = None
    """Send only copies of ``mailing`` with these ids."""
    until: float = math.inf
    """On the monotonic clock; no mail starts after it."""
    observe: Callable[[Outcome], object] = lambda outcome: None
    """Called with each recorded outcome."""


class MailComposer(Protocol):
    """Turns outbox rows into mails."""

    def __call__(self, row: Due) -> Outgoing: ...

    def expect(self, rows: Sequence[Due]) -> None:
        """Announce the rows that will be asked for next, in this order; earlier announcements are void."""


class StoredLedger:
    """ports.Ledger over the store, for one drain."""

    def __init__(
        self, runtime: Runtime, limiter: Limiter, composer: MailComposer, drain: Drain, holder: str = ""
    ) -> None:
        """``holder``: the owner of the rows that are claimed."""
        self._store = runtime.store
        self._clock = runtime.clock
        self._stop = runtime.stop
        self._limiter = limiter
        self._composer = composer
        self._drain = drain
        self._holder = holder
        self._rows: deque[Due] = deque()
        self._more_due = 0  # rows that ``is_empty`` has read and not kept
        self._has_more = False  # whether more rows are due than were read
        self._most_asked = 1
        self._last_mailing = 0  # the mailing of the last row; the next mailing has its turn after it
        self._stale_at = 0.0
        self._taken: dict[int, Due] = {}
        self._started: set[int] = set()
        self._contested: set[int] = set()
        self.has_suspended = False
        """Whether a mailing was suspended because of an outcome, so that what is due has to be read anew."""
        self.unrecorded: list[Settled] = []
        """Outcomes that the store could not record; the next drain records them first."""

    @property
    def has_unknown_outcomes(self) -> bool:
        """Whether a started row has no outcome."""
        return bool(self._started)

    def is_over(self) -> bool:
        """Whether no more mail may be taken."""
        return self.has_suspended or self._stop() or self._clock.monotonic() >= self._drain.until

    def is_empty(self) -> bool:
        """Whether nothing is due that may go soon."""
        if self._limiter.is_stopped or not self._has_next(FIRST_READ):
            return True
        first = self._rows.popleft()
        self._more_due = len(self._rows)
        self._rows = deque([first])  # the others are read again when asked for, in case only one mail goes at a time
        return False

    def take(self, most: int) -> Taken:
        """As ports.Ledger; only as many mails as may go now."""
        self._most_asked = max(self._most_asked, most)
        mails: list[Outgoing] = []
        while len(mails) < most and not self.is_over() and self._has_next(self._read_size()):
            for row in self._limiter.admit(self._rows, most - len(mails)):
                self._last_mailing = row.mailing or self._last_mailing
                self._taken[row.id] = row
                try:
                    mails.append(self._composer(row))
                except NotGranted as fault:
                    self._hold(row, fault)
                    return Taken(mails)
            if self._rows:
                break
        if len(mails) == most or self.is_over():
            behind = max(self._more_due, len(self._rows) + self._has_more)
            return Taken(mails, behind=min(behind, self._limiter.lookahead()))
        return Taken(mails, self._limiter.wait(self._rows))

    def _hold(self, row: Due, fault: NotGranted) -> None:
        """Suspend the mailing of a row that is not what a board has granted: nothing of it leaves (law 4)."""
        del self._taken[row.id]
        with self._store.transaction(alone=False) as work:
            self._limiter.suspend(work, row, Suspension(Refusal.GRANT, str(fault)))
        self.has_suspended = True
        log.error("sending is suspended: %s", fault)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        """As ports.Ledger. Rows that were refused before they started are claimed here, for their outcome."""
        now = self._clock.now()
        outcomes = [self._judged(outcome, now) for outcome in settled if outcome.row not in self._contested]
        unclaimed = [outcome.row for outcome, _ in outcomes if outcome.row not in self._started]
        self._started.difference_update([outcome.row for outcome in settled])
        self._started.update(starting)
        self.unrecorded += outcomes
        observations = self._limiter.observe([(self._taken[outcome.row], outcome) for outcome, _ in outcomes])
        refused = refusals(outcomes)
        claimed = self._write([*unclaimed, *starting], observations, refused, now)
        self.unrecorded = []
        self.has_suspended = bool(self._limiter.refusals.suspended)
        self._report([outcome for outcome, _ in outcomes])
        if len(claimed) < len(unclaimed) + len(starting):
            self._mark_contested(set(starting).difference(claimed))

    def _write(
        self,
        rows: Sequence[int],
        observations: Sequence[Observation],
        refused: Sequence[tuple[int, str]],
        now: datetime,
    ) -> Collection[int]:
        """Claim rows, settle all unrecorded outcomes, and update the breakers; returns the rows that are claimed.

        What the relay ``refused`` is only noted. The agenda counts it against the addresses, which takes longer.
        """
        if not (observations or refused):
            with self._store.statement() as work:
                return work.outbox.record(rows, self.unrecorded, now, self._holder)
        with self._store.transaction(alone=False) as work:
            claimed = work.outbox.record(rows, self.unrecorded, now, self._holder)
            work.bounces.refuse(refused, now)
            if observations:
                self._limiter.apply(work, observations, now)
        return claimed

    def _mark_contested(self, rows: set[int]) -> None:
        """Leave rows to another sender. They stay in ``_taken``, so that they are not read again."""
        self._started -= rows
        self._contested |= rows
        if rows:
            raise Contested(rows)

    def pause(self, seconds: float) -> None:
        """As ports.Ledger."""
        self._clock.sleep(min(seconds, MAX_PAUSE))

    def _has_next(self, size: int) -> bool:
        """Whether there is a row to send; reads up to ``size`` rows if there is none."""
        if self._clock.monotonic() >= self._stale_at:
            self._rows.clear()
        while not self._rows:
            self._more_due = 0
            known = len(self._taken)
            with self._store.snapshot() as work:
                due = work.outbox.due(
                    self._clock.now(),
                    self._drain.mailing,
                    known + size + 1,
                    self._limiter.held(),
                    self._last_mailing,
                    batch=self._drain.batch,
                )
            self._has_more = len(due) > known + size
            due = [row for row in due[: known + size] if row.id not in self._taken]
            if not due:
                return False
            barred = {row.id: row.barred for row in due if row.barred}
            quiet = self._limiter.quiet_until(due)
            self._hold_back(barred, quiet)
            self._rows.extend(row for row in due if row.id not in barred and row.id not in quiet)
            self._composer.expect(list(self._rows))
            self._stale_at = self._clock.monotonic() + FRESH
        return True

    def _read_size(self) -> int:
        """How many rows to read: more if more are asked for, but no more than may go while they are fresh.

        A caller that takes one mail at a time sees changes immediately. The square makes a caller with many
        connections read seldom: ten take a hundred rows at once.
        """
        return min(BATCH, self._most_asked**2, self._limiter.lookahead())

    def _hold_back(self, barred: dict[int, str], quiet: dict[int, datetime]) -> None:
        if barred or quiet:
            with self._store.transaction(alone=False) as work:
                work.outbox.suppress(barred, self._clock.now())
                work.outbox.postpone(quiet)

    def _judged(self, outcome: Outcome, now: datetime) -> Settled:
        """The outcome that counts with the time of the next attempt, or as failed if there is none."""
        if outcome.state is Delivery.SENT:
            self._limiter.refusals.accepted()
            return outcome, None
        row = self._taken[outcome.row]
        outcome = self._limiter.refusals.judge(row, outcome)
        if outcome.state is not Delivery.DEFERRED:
            return outcome, None
        if not outcome.counted:
            return outcome, now  # a breaker or a pause holds it for as long as we are refused
        delay = retry_delay(row.attempts)
        if delay is not None:
            return outcome, now + delay
        return outcome._replace(state=Delivery.FAILED, reply=f"given up: {outcome.reply}"), None

    def _report(self, outcomes: Sequence[Outcome]) -> None:
        """Log outcomes: failures as warnings, successes only at DEBUG."""
        usual = logging.DEBUG if log.isEnabledFor(logging.DEBUG) else None
        for outcome in outcomes:
            row = self._taken.pop(outcome.row)
            level = usual if outcome.state is Delivery.SENT else logging.WARNING
            if level is not None:
                log.log(level, "%s to %s: %s", outcome.state, row.recipient, outcome.reply)
            self._drain.observe(outcome)
