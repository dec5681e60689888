"""The way of the outbox to the relay: a ledger of what is due, handed to a transport."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from mailer.errors import Permanent
from mailer.ports import Signer, Transport
from mailer.runtime import Runtime
from mailer.sending.copies import Composer
from mailer.sending.ledger import Copies, Drain, Settled, StoredLedger
from mailer.sending.limiter import Limiter
from mailer.sending.prefetch import Prefetcher
from mailer.sending.sharing import SharingLedger

EVERYTHING = Drain()
"""Send all that is due."""


class Sender:
    """Drains the outbox through one transport, at the pace that a gate allows.

    One at a time per store, unless each is a ``holder``.
    """

    def __init__(
        self,
        runtime: Runtime,
        transport: Transport,
        limiter: Limiter,
        signer: Signer | None = None,
        holder: str = "",
        recipients: int = 1,
    ) -> None:
        """``holder`` names who answers for what is claimed, where several send; empty is whoever has the lock.

        ``recipients``: so many may share a mail of a publication that is not personal.
        """
        self._runtime = runtime
        self._store = runtime.store
        self._clock = runtime.clock
        self._transport = transport
        self._limiter = limiter
        self._copies = Composer(runtime, signer)
        self._ahead = signer is not None and signer.is_slow
        self._holder = holder
        shares = not all(publication.personal for publication in runtime.rules.publications.values())
        self._recipients = recipients if shares else 1
        self._unwritten: list[Settled] = []
        self._broken_off = False

    def recover(self) -> int:
        """Call once, before the first ``drain``: what an earlier process left unsettled is in doubt; how many."""
        with self._store.transaction(alone=False) as work:
            return work.outbox.doubt_unsettled(self._clock.now(), self._holder or None)

    def drain(self, drain: Drain = EVERYTHING) -> None:
        """Send what is due, service mail first.

        Returns when nothing is due, when the process is asked to stop, or at the drain's end. Raises what the transport
        raises, with every row that was started settled; and Temporary where the store takes no outcome, which is then
        kept and written before anything else is sent (E15).
        """
        self._write_down()
        self._copies.look_again()
        composing: AbstractContextManager[Copies] = (
            Prefetcher(self._copies) if self._ahead else nullcontext(self._copies)
        )
        with composing as copies:
            while self._goes_on(StoredLedger(self._runtime, self._limiter, copies, drain, self._holder)):
                pass

    def _goes_on(self, ledger: StoredLedger) -> bool:
        """Deliver what it has; whether there may be more, because one domain refused us and the others need not."""
        self._limiter.begin()
        if ledger.is_empty():
            return False
        self._heed_refusal()
        shared = SharingLedger(ledger, self._recipients, ledger.is_over) if self._recipients > 1 else ledger
        try:
            self._transport.deliver(self._runtime.metrics.watched(shared))
        except Permanent:
            self._heed_refusal()
            if self._limiter.only_domains_refuse:
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
            return self._limiter.next_at(work)

    def _heed_refusal(self) -> None:
        if refusal := self._limiter.refusal:
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
