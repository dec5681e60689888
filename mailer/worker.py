"""One worker of many: it does the daemon's steps when jobs say so, and shares the ledger with the others."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from mailer.daemon import BackOff, Daemon
from mailer.model.health import Part
from mailer.model.mailings import NO_MAILING
from mailer.model.outbox import Batch, Delivery, Outcome
from mailer.runtime import Runtime
from mailer.sending.ledger import Drain
from mailer.sending.sender import Sender
from mailer.watch import Watch

log = logging.getLogger("mailer.worker")

FORGET_AFTER = timedelta(days=1)
"""How long `mailer status` shows a dead worker."""


class Lane(StrEnum):
    """The two senders of a worker; each is a holder of rows by itself."""

    SERVICE_MAIL = "service_mail"
    COPIES = "copies"


def holder(worker: str, lane: Lane) -> str:
    """The name under which this worker's sender in this lane claims rows."""
    return f"{worker}/{lane}"


class Worker:
    """ports.Duties. It backs off from what fails, as the daemon does."""

    def __init__(
        self,
        runtime: Runtime,
        name: str,
        daemon: Daemon,
        senders: Mapping[Lane, Sender],
        stalled: timedelta,
        listen_seconds: float,
        watch: Watch | None = None,
    ) -> None:
        """``senders`` send as the two holders of ``name``; they and the daemon have the same ``runtime``."""
        self._store = runtime.store
        self._clock = runtime.clock
        self._stop = runtime.stop
        self._name = name
        self._daemon = daemon
        self._senders = senders
        self._stalled = stalled
        self._listen = listen_seconds
        self._watch = watch
        self._records = BackOff(runtime.clock, Part.STORE.value, watch=watch)
        self._relays = {lane: BackOff(runtime.clock, Part.RELAY.value, watch=watch) for lane in Lane}

    def beat(self, doing: Sequence[str]) -> None:
        """As ports.Duties says."""
        now = self._clock.now()
        with self._records.guard(), self._store.transaction(alone=False) as work:
            work.workers.beat(self._name, ", ".join(doing)[:200], now)
            seen = work.workers.all()
            alive = {worker.name for worker in seen if worker.seen_at > now - self._stalled}
            for dead in sorted(work.outbox.holders()):
                if dead.rpartition("/")[0] not in alive and (rows := work.outbox.doubt_unsettled(now, dead)):
                    log.warning("%s is dead; mails in doubt: %d; see `mailer status`", dead or "a daemon", rows)
            for worker in seen:
                if worker.seen_at < now - FORGET_AFTER:
                    work.workers.leave(worker.name)

    def look_after(self) -> None:
        """As ports.Duties says."""
        if self._watch:
            self._watch.tick()

    def tick(self) -> None:
        """As ports.Duties says."""
        self._daemon.settle()
        self._daemon.hand_out()
        self._daemon.tell()

    def receive(self) -> None:
        """As ports.Duties says."""
        until = self._clock.monotonic() + self._listen
        while not self._stop():
            while self._daemon.receive() and not self._stop():
                pass
            left = until - self._clock.monotonic()
            if left <= 0 or self._stop():
                return
            self._daemon.listen(left)

    def send_service_mail(self) -> None:
        """As ports.Duties says."""
        self._drain(Lane.SERVICE_MAIL, Drain(NO_MAILING))

    def deliver(self, batch: Batch) -> None:
        """As ports.Duties says."""
        self._drain(Lane.COPIES, Drain(batch.mailing, batch.rows))

    def _drain(self, lane: Lane, drain: Drain) -> None:
        relay = self._relays[lane]
        if relay.over and not self._stop():
            sent: list[Outcome] = []

            def observe(outcome: Outcome) -> None:
                if not sent and outcome.state is Delivery.SENT:
                    sent.append(outcome)

            with relay.guard():
                self._senders[lane].drain(replace(drain, observe=observe))
            if sent and relay.over and self._watch:
                self._watch.worked(Part.RELAY)

    def stop(self) -> None:
        """As ports.Duties says."""
        self._daemon.stop()

    def stop_at_once(self) -> None:
        """As ports.Duties says."""
        self._stop.ask_at_once()

    def leave(self) -> None:
        """As ports.Duties says. Rows that were broken off are marked in doubt."""
        with self._records.guard():
            for lane in Lane:
                self._senders[lane].recover()
            with self._store.transaction(alone=False) as work:
                work.workers.leave(self._name)
