"""The daemon: one tick after another until it is told to stop.

A tick receives the mail that came, decides what is due, and sends what is queued. If the mailbox or the relay fails,
the daemon backs off from it, longer each time, and goes on with the other.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from mailer import question_replies, submissions
from mailer.errors import Permanent, Refused, Temporary
from mailer.handlers import (
    approvals,
    articles,
    assignments,
    ballots,
    bounces,
    channels,
    event_reports,
    events,
    feedback_digests,
    floods,
    incoming,
    internal_events,
    invitations,
    issue_log,
    issues,
    library,
    list_undo,
    mailings,
    memberships,
    nominations,
    office_members,
    personal_data,
    presenters,
    press,
    review_steps,
    status,
    substitutes,
    translations,
    wishes,
)
from mailer.link_checks import LinkChecks
from mailer.model.health import Part, part_of
from mailer.model.outbox import Delivery, Outcome
from mailer.model.restorations import Restoration
from mailer.office import Decision, Office
from mailer.pages import asked
from mailer.ports import Clock
from mailer.ports.metrics import NO_METRICS, Metrics, Step
from mailer.proofs import Proofs
from mailer.receive import Reception
from mailer.runtime import Runtime
from mailer.sending.ledger import Drain
from mailer.sending.sender import Sender
from mailer.watch import Watch

log = logging.getLogger("mailer.daemon")

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
"""Seconds of back-off after the first failure, and at most. Each failure doubles them (F11).

A fault that only a person can mend waits the longest at once.
"""

AGENDA: Sequence[Callable[[Office, datetime], list[Decision]]] = (
    ballots.due,
    approvals.due,
    substitutes.due,
    issues.due,
    mailings.due,
    list_undo.due,
    bounces.due,
    floods.due,
    incoming.due,
    personal_data.due,
    memberships.due,
    library.due,
    presenters.due,
    press.due,
    channels.due,
    feedback_digests.due,
    question_replies.due,
    submissions.due,
    asked.due,
    invitations.due,
    nominations.due,
    wishes.due,
    office_members.due,
    translations.due,
    events.due,
    assignments.due,
    articles.due,
    event_reports.due,
    internal_events.due,
    review_steps.due,
    status.due,
)
"""The decisions of each subject that are due, given the time up to which all mail was read."""

SENDING_SLICE, READING_SLICE = 15.0, 10.0
"""Seconds of sending, after which the inbox is read again; and of reading, after which mail goes out again."""


@dataclass
class BackOff:
    """How long to leave a server alone. Jitter keeps many clients from returning at once (F3)."""

    clock: Clock
    name: str
    until: float = 0.0
    pause: float = 0.0
    metrics: Metrics = NO_METRICS
    watch: Watch | None = None

    @property
    def over(self) -> bool:
        return self.left <= 0.0

    @property
    def left(self) -> float:
        """Seconds until the next try, rounded up to milliseconds so that a clock can sleep them."""
        return max(math.ceil((self.until - self.clock.monotonic()) * 1000) / 1000, 0.0)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Catch a failure of the block, and back off.

        A success says nothing of the relay, as there may have been no mail to send.
        """
        try:
            yield
        except Temporary as fault:
            self._wait(fault, min(self.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE))
        except (Permanent, Refused) as fault:
            self._wait(fault, LONGEST_PAUSE)
        else:
            self.pause = 0.0
            if self.watch and self.name == Part.RELAY:
                self.watch.recorded(Part.RELAY)
            elif self.watch:
                self.watch.worked(Part(self.name))

    def _wait(self, fault: Exception, pause: float) -> None:
        self.metrics.failed(self.name)
        if self.watch:
            self.watch.failed(Part(self.name), fault)
        self.pause = pause
        wait = pause * random.uniform(0.75, 1.25)
        self.until = self.clock.monotonic() + wait
        log.warning("%s: %s (next try in %.0f s)", part_of(fault, Part(self.name)), fault, wait)


class Daemon:
    """Receives, decides and sends, one after the other, in one thread."""

    def __init__(
        self,
        runtime: Runtime,
        receptions: Sequence[Reception],
        sender: Sender,
        poll_seconds: float,
        watch: Watch | None = None,
        read_again: Callable[[Restoration], object] = lambda restoration: None,
        file_decided: Callable[[], object] = lambda: None,
        keep_site: Callable[[], bool] = lambda: False,
    ) -> None:
        """The receptions and the sender have the same ``runtime``. New mail is waited for at the first reception.

        ``read_again`` reads the filed mail once more, after a restore from a backup. ``file_decided`` moves mail out of
        the folder Attention that a person has decided about. ``keep_site`` builds some of the site, and says whether
        there is more to build at once.
        """
        self._runtime = runtime
        self._clock = runtime.clock
        self._stop = runtime.stop
        self._metrics = runtime.metrics
        self._mailbox = receptions[0].mailbox
        self._sender = sender
        self._poll = poll_seconds
        self._inbox, self._relay, self._ledger = (
            BackOff(runtime.clock, part.value, metrics=runtime.metrics, watch=watch) for part in Part
        )
        self._ways = [(receptions[0], self._inbox)]
        self._ways += [
            (reception, BackOff(runtime.clock, Part.STORE.value, metrics=runtime.metrics, watch=watch))
            for reception in receptions[1:]
        ]
        self._watch = watch
        self._read_again = read_again
        self._file_decided = file_decided
        self._proofs = Proofs(runtime)
        self._keep_site = keep_site
        self._link_checks = LinkChecks(runtime)
        self._has_sent = False
        self._has_more = False
        """Whether mail waits for the next slice of reading."""
        self._known: issue_log.Standing = {}

    def stop(self) -> None:
        """Finish what is in flight and return from ``run``. Safe in a signal handler (E16)."""
        self._stop.ask()
        self._mailbox.wake()

    def once(self) -> None:
        """Read and decide all that there is, in ticks, and then send what it caused."""
        self._recover()
        self.tick()
        while self._has_more and not self._stop():
            self.tick()
        self._send()

    def run(self) -> None:
        """Tick until ``stop`` is called."""
        log.info("running until Ctrl-C or SIGTERM")
        self._recover()
        while not self._stop():
            with self._metrics.timed(Step.TICK):
                self.tick()
            if not (self._stop() or self._has_more):
                self._wait()
        log.info("stopped cleanly")

    def _recover(self) -> None:
        if doubtful := self._sender.recover():
            log.warning("the last run ended early; mails in doubt: %d; see `mailer status`", doubtful)

    def tick(self) -> None:
        """Receive, decide, send, settle."""
        self.receive()
        self.tell()
        self._send()
        self.settle()
        self.tell()
        if self._watch:
            self._watch.tick()

    def receive(self) -> bool:
        """Read what came, by every way in, for a slice of time; whether more waits for the next slice.

        Decisions are due by the time up to which all mail was read, because a vote that came in time may still be in
        it. A way in that fails holds up the decisions, but not the others.
        """
        began = self._clock.now()
        self._has_more = False
        read = [self._read(reception, back_off, began) for reception, back_off in self._ways]
        self._file_what_was_decided()
        times = [time for time in read if time is not None]
        if len(times) == len(read) and not self._stop():
            with self._inbox.guard():
                self._decide(min(times))
        return self._has_more

    def tell(self) -> None:
        """Log what became of each issue since this was called last: when it was scheduled, started, ended."""
        if self._ledger.over:
            with self._ledger.guard(), self._runtime.store.snapshot() as work:
                now = issue_log.standing(work)
                for line in issue_log.changes(work, self._known, now):
                    log.info("%s", line)
                self._known = now

    def settle(self) -> None:
        """Finish mailings that are done."""
        self._act_guarded("finishing mailings", mailings.settle)

    def hand_out(self) -> None:
        """Queue jobs for what there is to do, if workers do it."""
        self._act_guarded("handing out", Office.hand_out)

    def _act_guarded(self, what: str, decision: Callable[[Office], object]) -> None:
        if self._ledger.over:
            with self._ledger.guard():
                self._act(what, decision)

    def listen(self, seconds: float) -> None:
        """Wait for mail; without a mailbox, just wait, at most until it is tried again."""
        if self._inbox.pause:
            self._clock.sleep(min(seconds, self._inbox.left))
        else:
            with self._inbox.guard():
                self._mailbox.wait(seconds)

    def _read(self, reception: Reception, back_off: BackOff, began: datetime) -> datetime | None:
        """Read what came by one way in; the time up to which that was all, or None."""
        read = None
        if back_off.over:
            with back_off.guard(), self._metrics.timed(Step.READING):
                self._catch_up()
                read = reception.receive(began, self._clock.monotonic() + READING_SLICE)
                self._has_more |= read is None
        return read

    def _file_what_was_decided(self) -> None:
        """Move mail out of Attention in the mailbox, unless that fails at the moment."""
        if self._inbox.over and not self._stop():
            with self._inbox.guard():
                self._file_decided()

    def _catch_up(self) -> None:
        """After a restore from a backup, read the filed mail once more, before any other."""
        with self._runtime.store.snapshot() as work:
            restoration = work.restorations.open()
        if restoration is not None and restoration.read_again_at is None:
            self._read_again(restoration)

    def _send(self) -> None:
        if self._relay.over and not self._stop():
            self._has_sent = False
            with self._relay.guard():
                self._sender.drain(Drain(until=self._clock.monotonic() + SENDING_SLICE, observe=self._observe))
            self._note_sent()

    def _observe(self, outcome: Outcome) -> None:
        if outcome.state is Delivery.SENT:
            self._has_sent = True

    def _note_sent(self) -> None:
        if self._has_sent and self._watch and self._relay.over:
            self._watch.worked(Part.RELAY)

    def _decide(self, now: datetime) -> None:
        """Carry out the decisions of the agenda."""
        for due in AGENDA:
            with self._runtime.store.snapshot() as work:
                decisions = due(self._runtime.office(work, "mailer", "daemon"), now)
            for decision in decisions:
                self._act(*decision)
        self._has_more |= self._proofs()
        self._has_more |= self._keep_site()
        self._link_checks()

    def _act(self, what: str, decision: Callable[[Office], object]) -> None:
        """Carry out one decision in a transaction of its own; if a rule forbids it, the others go on."""
        try:
            with self._runtime.store.transaction() as work:
                decision(self._runtime.office(work, "mailer", "daemon"))
        except Refused as fault:
            log.error("%s: %s", what, fault)

    def _wait(self) -> None:
        """Wait for mail, for a retry, or for the end of a back-off."""
        retry, seconds = None, self._poll
        if self._ledger.over:
            with self._ledger.guard():
                retry = self._sender.next_at()
        if retry is not None:
            due = max((retry - self._clock.now()).total_seconds(), 0.0)
            seconds = min(seconds, max(due, self._relay.left))
        if not self._ledger.over:
            seconds = min(seconds, self._ledger.left)
        self.listen(seconds)
