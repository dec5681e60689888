"""Sends the outbox: passes a ledger of what is due to a transport."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from mailer.errors import MailerError, Permanent
from mailer.model.refusals import Refusal, Suspension, fault_of
from mailer.ports import Signer, Transport
from mailer.runtime import Runtime
from mailer.sending.composer import Composer
from mailer.sending.ledger import Drain, MailComposer, Settled, StoredLedger, refusals
from mailer.sending.limiter import Limiter
from mailer.sending.prefetch import Prefetcher
from mailer.sending.sharing import SharingLedger

EVERYTHING = Drain()
"""Send all that is due."""


class Sender:
    """Drains the outbox through one transport, at the rate that the limiter allows.

    A store may have only one at a time, unless each has its own ``holder``.
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
        """``holder``: owner of the claimed rows if several senders share a store; empty if one sender has the lock.

        ``recipients``: how many may share a mail of a publication that is not personal.
        """
        self._runtime = runtime
        self._store = runtime.store
        self._clock = runtime.clock
        self._transport = transport
        self._limiter = limiter
        self._composer = Composer(runtime, signer)
        self._prefetches = signer is not None and signer.is_slow
        self._holder = holder
        shares = not all(publication.personal for publication in runtime.rules.publications.values())
        self._recipients = recipients if shares else 1
        self._unrecorded: list[Settled] = []
        self._has_unknown_outcomes = False
        self.suspended: dict[int | None, Suspension] = {}
        """The mailings that the last drain suspended because of a refusal (E18); None stands for service mail."""

    def recover(self) -> int:
        """Call once before ``drain``: rows that an earlier process left unsettled become in doubt; returns how many."""
        with self._store.transaction(alone=False) as work:
            return work.outbox.doubt_unsettled(self._clock.now(), self._holder or None)

    def drain(self, drain: Drain = EVERYTHING) -> None:
        """Send what is due, service mail first.

        Returns when nothing is due, when the process is asked to stop, or at the drain's end. Raises as the transport,
        with every started row settled. Raises Temporary if the store cannot record an outcome; the outcome is kept, and
        recorded before anything else is sent (E15).
        """
        self.suspended = {}
        self._record_leftovers()
        if self._is_held():
            return
        self._composer.refresh()
        prefetching: AbstractContextManager[MailComposer] = (
            Prefetcher(self._composer) if self._prefetches else nullcontext(self._composer)
        )
        with prefetching as composer:
            while self._deliver(StoredLedger(self._runtime, self._limiter, composer, drain, self._holder)):
                pass

    def _deliver(self, ledger: StoredLedger) -> bool:
        """Deliver a ledger's mails; returns whether to go on: a domain alone refuses us, or a mailing is suspended."""
        self._limiter.begin()
        if ledger.is_empty():
            return False
        self._raise_refusal()
        shared = SharingLedger(ledger, self._recipients, ledger.is_over) if self._recipients > 1 else ledger
        try:
            self._transport.deliver(self._runtime.metrics.watched(shared))
        except MailerError as fault:
            self._raise_refusal()
            if isinstance(fault, Permanent) and self._limiter.only_domains_refuse:
                return True
            raise
        finally:
            self.suspended |= self._limiter.refusals.suspended
            self._unrecorded = ledger.unrecorded
            self._has_unknown_outcomes = ledger.has_unknown_outcomes
        self._raise_refusal()
        return ledger.has_suspended

    def next_at(self) -> datetime | None:
        """When the next mail may go, or None if none waits."""
        with self._store.snapshot() as work:
            return None if work.restorations.open() else self._limiter.next_at(work)

    def _is_held(self) -> bool:
        """Whether the store was restored from a backup, and nobody has looked at it yet."""
        with self._store.snapshot() as work:
            return work.restorations.open() is not None

    def _raise_refusal(self) -> None:
        if refusal := self._limiter.refusal:
            why = Suspension(refusal.refusal or Refusal.POLICY, refusal.reply)
            then = f"All mail waits; one is tried at {refusal.until:%H:%M} UTC, or as soon as you send it."
            raise fault_of(why, "The relay refuses us", then)

    def _record_leftovers(self) -> None:
        """Record what the last drain could not: known outcomes, and doubts about rows without one."""
        if self._unrecorded:
            with self._store.transaction(alone=False) as work:
                work.outbox.settle(self._unrecorded, self._clock.now(), self._holder)
                work.bounces.refuse(refusals(self._unrecorded), self._clock.now())
            self._unrecorded = []
        if self._has_unknown_outcomes:
            self.recover()
            self._has_unknown_outcomes = False
