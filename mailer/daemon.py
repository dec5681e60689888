"""The daemon: one tick after another until it is told to stop.

A tick is: receive what came, decide what is due, send what is queued. A mailbox or a relay that fails is left alone
for a while, longer each time, and the other goes on.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from mailer.approvals import handlers as approvals
from mailer.desk import Desk
from mailer.errors import Permanent, Refused, Temporary
from mailer.inbound.receive import DeskMaker, Reception
from mailer.issues import handlers as issues
from mailer.issues.model import Issue, State
from mailer.metrics import NO_METRICS, Metrics, Step
from mailer.outbox.send import Sender
from mailer.ports import Clock, Mailbox, Store
from mailer.stop import Stop

log = logging.getLogger("mailer.daemon")

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds to leave a server alone after a failure; doubled with each, and a person's fault waits longest (F11)."""

SENDING_SLICE = 15.0
"""Seconds of sending after which the inbox is looked at again."""


@dataclass
class Patience:
    """How long to leave a server alone, with jitter so that many clients do not come back at once (F3)."""

    clock: Clock
    name: str
    until: float = 0.0
    pause: float = 0.0
    metrics: Metrics = NO_METRICS

    @property
    def over(self) -> bool:
        return self.clock.monotonic() >= self.until

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Note a failure instead of raising it."""
        try:
            yield
        except Temporary as fault:
            self._wait(fault, min(self.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE))
        except (Permanent, Refused) as fault:
            self._wait(fault, LONGEST_PAUSE)
        else:
            self.pause = 0.0

    def _wait(self, fault: Exception, pause: float) -> None:
        self.metrics.failed(self.name)
        self.pause = pause
        self.until = self.clock.monotonic() + pause * random.uniform(0.75, 1.25)
        log.warning("%s: %s (left alone for %.0f s)", self.name, fault, pause)


class Daemon:
    """Receives, decides and sends, one after the other, in one thread."""

    def __init__(
        self,
        mailbox: Mailbox,
        store: Store,
        clock: Clock,
        desk: DeskMaker,
        reception: Reception,
        sender: Sender,
        edited: Callable[[Issue], bool],
        poll_seconds: float,
        stop: Stop,
        metrics: Metrics = NO_METRICS,
    ) -> None:
        """``edited`` says whether an issue's source is no longer what was rendered; ``stop`` is the sender's too."""
        self._mailbox = mailbox
        self._store = store
        self._clock = clock
        self._desk = desk
        self._reception = reception
        self._sender = sender
        self._edited = edited
        self._poll = poll_seconds
        self._inbox = Patience(clock, "mailbox", metrics=metrics)
        self._relay = Patience(clock, "relay", metrics=metrics)
        self._ledger = Patience(clock, "store", metrics=metrics)
        self._stop = stop
        self._metrics = metrics

    def stop(self) -> None:
        """Finish what is in flight and return from ``run``; safe in a signal handler (E16)."""
        self._stop.ask()
        self._mailbox.wake()

    def once(self) -> None:
        """One tick, and a second look at the outbox for what the first one caused."""
        self._recover()
        self.tick()
        self._send()

    def run(self) -> None:
        """Until ``stop``."""
        log.info("at work, until Ctrl-C or SIGTERM")
        self._recover()
        while not self._stop():
            with self._metrics.timed(Step.TICK):
                self.tick()
            if not self._stop():
                self._wait()
        log.info("ended in good order")

    def _recover(self) -> None:
        if doubtful := self._sender.recover():
            log.warning("in doubt since the last run ended early: %d; see `mailer status`", doubtful)

    def tick(self) -> None:
        """Once around: receive, decide, send, settle."""
        self.receive()
        self._send()
        self.settle()

    def receive(self) -> None:
        """Read the inbox, and decide."""
        if self._inbox.over:
            with self._inbox.guard(), self._metrics.timed(Step.READING):
                self._read()

    def settle(self) -> None:
        """Finish issues that are done."""
        self._act_guarded("finishing issues", issues.settle)

    def hand_out(self) -> None:
        """Make jobs of what there is to do, where workers do it."""
        self._act_guarded("handing out", Desk.hand_out)

    def _act_guarded(self, what: str, decision: Callable[[Desk], object]) -> None:
        if self._ledger.over:
            with self._ledger.guard():
                self._act(what, decision)

    def listen(self, seconds: float) -> None:
        """Wait for mail, or for the end of a pause."""
        if self._inbox.over:
            with self._inbox.guard():
                self._mailbox.wait(seconds)
        else:
            self._clock.sleep(seconds)

    def _read(self) -> None:
        """Read the inbox, and decide what may be decided once it was read: a vote in time may have been waiting there.

        What comes while we read is not known yet: votes are known up to the time at which we began.
        """
        known_until = self._clock.now()
        self._reception.receive(self._stop, known_until)
        if not self._stop():  # then it was read to its end
            self._decide(known_until)

    def _send(self) -> None:
        if self._relay.over and not self._stop():
            with self._relay.guard():
                self._sender.drain(until=self._clock.monotonic() + SENDING_SLICE)

    def _decide(self, known_until: datetime) -> None:
        """What the clock alone brings about: deadlines and scheduled issues."""
        self._act("deadlines", lambda desk: approvals.review(desk, known_until))
        with self._store.snapshot() as work:
            scheduled = work.issues.in_state(State.SCHEDULED)
        for issue in scheduled:
            if issue.due_at and issue.due_at <= self._clock.now():
                self._act(f"starting {issue.name}", partial(issues.release, issue=issue, edited=self._edited(issue)))

    def _act(self, what: str, decision: Callable[[Desk], object]) -> None:
        """One decision in a transaction of its own; one that a rule forbids holds up no other."""
        try:
            with self._store.transaction() as work:
                decision(self._desk(work, "mailer", "daemon"))
        except Refused as fault:
            log.error("%s: %s", what, fault)

    def _wait(self) -> None:
        """For mail, for a retry, or for the end of a pause."""
        retry, seconds = None, self._poll
        with self._ledger.guard():
            retry = self._sender.next_at()
        if retry is not None:
            seconds = min(seconds, max((retry - self._clock.now()).total_seconds(), 0.0))
        if not self._relay.over:
            seconds = max(seconds, min(self._relay.until - self._clock.monotonic(), self._poll))
        self.listen(seconds)
