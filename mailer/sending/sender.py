"""The way of the outbox to the relay: a ledger of what is due, handed to a transport."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from functools import partial

from mailer.errors import Permanent
from mailer.model.outbox import Outcome
from mailer.model.rules import Rules
from mailer.ports import Clock, Signer, Store, Transport
from mailer.ports.metrics import NO_METRICS, Metrics
from mailer.sending.copies import Composer
from mailer.sending.ledger import Settled, StoredLedger
from mailer.sending.limiter import Limiter
from mailer.sending.prefetch import Prefetcher
from mailer.sending.sharing import SharingLedger
from mailer.tokens import TokenKey


class Sender:
    """Drains the outbox through one transport, at the pace that a gate allows.

    One at a time per store, unless each is a ``holder``.
    """

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        rules: Rules,
        key: TokenKey,
        limiter: Limiter,
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
        self._gate = limiter
        self._stop = stop
        self._metrics = metrics
        self._copies = Composer(store, rules, key, signer)
        self._ahead = signer is not None and signer.is_slow
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

        book = partial(StoredLedger, self._store, self._clock, self._gate)
        rest = (issue, seen, over, batch, self._holder)
        self._copies.look_again()
        if not self._ahead:
            while self._goes_on(book(self._copies, *rest)):
                pass
            return
        with Prefetcher(self._copies) as ahead:
            while self._goes_on(book(ahead, *rest, ahead.expect)):
                pass

    def _goes_on(self, ledger: StoredLedger) -> bool:
        """Deliver what it has; whether there may be more, because one domain refused us and the others need not."""
        self._gate.begin()
        if ledger.is_empty():
            return False
        self._heed_refusal()
        shared = SharingLedger(ledger, self._recipients, lambda: ledger.is_over) if self._recipients > 1 else ledger
        try:
            self._transport.deliver(self._metrics.watched(shared))
        except Permanent:
            self._heed_refusal()
            if self._gate.confined:
                return True
            raise
        finally:
            self._unwritten = ledger.unwritten
            self._broken_off = ledger.broken_off
        self._heed_refusal()
        return False

    def next_at(self) -> datetime | None:
        """When there is something to send again, or None where nothing waits."""
        with self._store.snapshot() as work:
            return self._gate.next_at(work)

    def _heed_refusal(self) -> None:
        if refusal := self._gate.refusal:
            raise Permanent(
                f"The relay refuses us: {refusal.reply}. All mail waits; one is tried at {refusal.until:%H:%M} UTC."
            )

    def _write_down(self) -> None:
        """What the last drain could not: outcomes that are known, and doubts where a connection was dropped."""
        if self._unwritten:
            with self._store.transaction(alone=False) as work:
                work.outbox.settle(self._unwritten, self._clock.now(), self._holder)
            self._unwritten = []
        if self._broken_off:
            self.recover()
            self._broken_off = False
