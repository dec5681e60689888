"""Sending in the foreground: what `mailer send` does if no daemon is running."""

from __future__ import annotations

from collections.abc import Callable

from mailer.handlers import bounces, mailings
from mailer.model.refusals import fault_of
from mailer.runtime import Runtime
from mailer.sending.ledger import Drain
from mailer.sending.sender import Sender

LOOK_EVERY = 0.5
"""Seconds between checks of a mailing that is paused or held by a limit."""


class Foreground:
    """Sends one mailing, or service mail alone, until nothing is left to send."""

    def __init__(self, runtime: Runtime, sender: Sender, actor: str, cause: str) -> None:
        self._runtime = runtime
        self._sender = sender
        self._by = actor, cause

    def send(self, mailing: int | None, observe: Callable[[], None]) -> None:
        """Send what is due of ``mailing`` and all service mail, until asked to stop; calls ``observe`` meanwhile.

        Raises as the sender does.

        While the mailing is paused or held by a limit, this waits and keeps sending service mail.
        """
        stop, drain = self._runtime.stop, Drain(mailing, observe=lambda _: observe())
        self._sender.recover()
        try:
            self._drain(drain)
            while mailing is not None and not stop() and self._waits(mailing):
                observe()
                self._runtime.clock.sleep(LOOK_EVERY)
                self._drain(drain)
            self._settle()
            if not stop():
                self._sender.drain(Drain(mailing))  # the summary to the secretary
        finally:
            self._sender.recover()  # rows that were being sent are in doubt
            self._settle()

    def _drain(self, drain: Drain) -> None:
        """Raises Permanent if the mailing is suspended because of a refusal that may be about us (E18)."""
        self._sender.drain(drain)
        if suspension := self._sender.suspended.get(drain.mailing):
            raise fault_of(suspension, "Sending is suspended")

    def _waits(self, mailing: int) -> bool:
        with self._runtime.store.snapshot() as work:
            return work.deliveries.waits(mailing)

    def _settle(self) -> None:
        with self._runtime.store.transaction() as work:
            mailings.settle(self._runtime.office(work, *self._by))
        self._count_refusals()

    def _count_refusals(self) -> None:
        """Count what the relay has refused, so that the next issue does not go to those addresses."""
        counted = bounces.BATCH
        while counted == bounces.BATCH:
            with self._runtime.store.transaction() as work:
                counted = bounces.count_refusals(self._runtime.office(work, *self._by))
