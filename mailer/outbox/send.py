"""The way of the outbox to the relay: a ledger of what is due, handed to a transport."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from mailer.desk import Rules
from mailer.metrics import NO_METRICS, Metrics
from mailer.outbox.ahead import Ahead
from mailer.outbox.copies import Copies
from mailer.outbox.ledger import Settled, StoredLedger
from mailer.outbox.model import Outcome
from mailer.outbox.sharing import SharingLedger
from mailer.outbox.throttle import Rate
from mailer.ports import Clock, Signer, Store, Transport
from mailer.tokens import TokenKey


class Sender:
    """Drains the outbox through one transport, at one rate. One at a time per store, unless each is a ``holder``."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        rules: Rules,
        key: TokenKey,
        rate: Rate,
        stop: Callable[[], bool],
        metrics: Metrics = NO_METRICS,
        signer: Signer | None = None,
        holder: str = "",
        recipients: int = 1,
    ) -> None:
        """``holder`` names who answers for what is claimed, where several send; empty is whoever has the lock.

        ``recipients``: so many may share a mail of a publication that is not personal.
        """
        self._store = store
        self._transport = transport
        self._clock = clock
        self._rate = rate
        self._stop = stop
        self._metrics = metrics
        self._copies = partial(Copies, store, rules, key, signer)
        self._signs = signer is not None
        self._holder = holder
        shares = not all(publication.personal for publication in rules.publications.values())
        self._recipients = recipients if shares else 1
        self._unwritten: list[Settled] = []
        self._broken_off = False

    def recover(self) -> int:
        """Call once, before the first ``drain``: what an earlier process left unsettled is in doubt; how many."""
        with self._store.transaction(alone=False) as work:
            return work.outbox.doubt_unsettled(self._clock.now(), self._holder or None)

    def drain(
        self,
        issue: int | None = None,
        seen: Callable[[Outcome], None] = lambda outcome: None,
        until: float = math.inf,
        batch: range | None = None,
    ) -> None:
        """Send what is due, conversation first, then ``issue`` (or every issue); or those of its copies in ``batch``.

        Returns when nothing is due, when ``stop`` says so, or at ``until`` on the monotonic clock. Raises what the
        transport raises, with every row that was started settled; and Temporary where the store takes no outcome, which
        is then kept and written before anything else is sent (E15).
        """
        self._write_down()

        def over() -> bool:
            return self._stop() or self._clock.monotonic() >= until

        book = partial(StoredLedger, self._store, self._clock, self._rate)
        rest = (issue, seen, over, batch, self._holder)
        copies = self._copies()
        if not self._signs:
            self._deliver(book(copies, *rest))
            return
        with Ahead(copies) as ahead:
            self._deliver(book(ahead, *rest, ahead.expect))

    def _deliver(self, ledger: StoredLedger) -> None:
        if ledger.is_empty():
            return
        try:
            shared = SharingLedger(ledger, self._recipients) if self._recipients > 1 else ledger
            self._transport.deliver(self._metrics.watched(shared))
        finally:
            self._unwritten = ledger.unwritten
            self._broken_off = ledger.broken_off

    def _write_down(self) -> None:
        """What the last drain could not: outcomes that are known, and doubts where a connection was dropped."""
        if self._unwritten:
            with self._store.transaction(alone=False) as work:
                work.outbox.settle(self._unwritten, self._clock.now(), self._holder)
            self._unwritten = []
        if self._broken_off:
            self.recover()
            self._broken_off = False
