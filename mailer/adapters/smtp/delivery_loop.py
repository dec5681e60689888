"""The event loop that delivers the mail of a ledger over one or many connections, in one thread.

Each round begins a mail on every free connection, waits for replies, records all outcomes and all starting mails in one
transaction, and only then sends the messages. So each round is one commit, which covers more mails the more connections
there are.
"""

from __future__ import annotations

import logging
import math
import selectors
import time
from collections import deque
from collections.abc import Sequence

from mailer.adapters.smtp.connection import Connection
from mailer.adapters.smtp.opener import ConnectionOpener
from mailer.adapters.smtp.pool import quit_all
from mailer.adapters.smtp.replies import Lost
from mailer.adapters.smtp.rules import Verdict
from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.adapters.stopping import Deadline
from mailer.errors import Contested, MailerError, Temporary
from mailer.message import Outgoing
from mailer.model.outbox import Outcome
from mailer.model.refusals import Suspension, fault_of
from mailer.ports import Ledger
from mailer.ports.metrics import Metrics
from mailer.stop import StopFlag

log = logging.getLogger("mailer.smtp")

_MAX_LOSSES = 2
"""Connections in a row that may be lost without finishing a mail, before we stop and come back later (E4)."""
_GATHER = 0.001
"""Seconds to wait for more replies after the first one, so that a commit covers several mails.

Each reply that comes in time extends the wait, until half of the connections have replied. The relay works on the other
half meanwhile, as it takes large mails one by one.
"""
_PREFETCH_FROM = 4
"""With so many connections, mails are taken before one is free. With fewer, an unsubscription is seen sooner (E12)."""
_CHECK_EVERY = 0.1
"""Seconds between two checks for timeouts."""


class DeliveryLoop:
    """Delivers once: ``run``, perhaps ``release_idle``, then ``close``."""

    def __init__(
        self, settings: SmtpSettings, ledger: Ledger, metrics: Metrics, kept: Sequence[Connection], stop: StopFlag
    ) -> None:
        """``kept``: idle connections from the pool."""
        self._settings = settings
        self._ledger = ledger
        self._metrics = metrics
        self._stop = stop
        self._deadline = Deadline(stop)
        self._opener = ConnectionOpener(settings)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._opener.waker, selectors.EVENT_READ)
        self._kept = kept
        self._connections: set[Connection] = set()
        self._waiting: deque[Outgoing] = deque()  # mails that are taken, but not begun on any connection
        self._outcomes: list[Outcome] = []  # not recorded yet
        self._take_at = 0.0  # when the ledger may have more mails; infinite if it has no more
        self._check_at = 0.0  # when to check for timeouts again
        self._max_connections = settings.limits.connections
        self._losses = 0
        self._fault: MailerError | None = None

    def run(self) -> None:
        """Deliver until the ledger has no more. Raises as ports.Transport, once every started mail has an outcome."""
        for connection in self._kept:
            self._add_kept(connection)
        if not self._connections:
            self._open()
        while self._has_work():
            self._begin_all()
            self._write()
            self._prefetch()
            self._wait()
            if self._deadline.is_over:
                self._break_off()
            self._record()
        if self._fault is not None:
            quit_all(self.release_idle(), self._settings.timeouts.quit)
            raise self._fault

    def release_idle(self) -> Sequence[Connection]:
        """Hand the idle connections over to the caller."""
        idle = [one for one in self._connections if one.pipeline.is_idle]
        for connection in idle:
            self._connections.remove(connection)
            self._selector.unregister(connection)
        return idle

    def close(self) -> None:
        """Close every connection that is left."""
        self._opener.close()
        for connection in self._connections:
            connection.close()
        self._selector.close()

    def _has_work(self) -> bool:
        if self._outcomes or any(one.pipeline.sending for one in self._connections):
            return True
        if self._fault is not None:
            return False
        busy = any(not one.pipeline.is_idle for one in self._connections)
        return busy or bool(self._waiting) or self._take_at < math.inf

    # --- beginning ---

    def _begin_all(self) -> None:
        """Begin a mail on each free connection, idle ones first, and write it at once, so that the relay can start."""
        if self._stop():
            self._take_no_more()
        for connection in [one for one in self._connections if not one.mails_left and one.pipeline.is_idle]:
            self._retire(connection)
        if self._fault is None and not self._connections and not self._opener.pending and self._has_work():
            self._reconnect()
        if self._fault is not None:
            return
        free = [one for one in self._connections if one.pipeline.can_begin and one.mails_left]
        free.sort(key=lambda one: not one.pipeline.is_idle)
        mails, now = self._next_mails(len(free)), time.monotonic()
        for connection, mail in zip(free, mails, strict=False):
            self._begin_on(connection, mail, now)

    def _take_no_more(self) -> None:
        """Mails that are taken and not begun still wait in the store."""
        self._waiting.clear()
        self._take_at = math.inf

    def _break_off(self) -> None:
        """Close what is in flight when the time after a stop is over: who has no answer to a message is in doubt."""
        self._take_no_more()
        for connection in [one for one in self._connections if not one.pipeline.is_idle]:
            self._lose(connection, "mailer was stopped")
        self._take_no_more()

    def _next_mails(self, limit: int) -> list[Outgoing]:
        mails = [self._waiting.popleft() for _ in range(min(limit, len(self._waiting)))]
        return [*mails, *self._take(limit - len(mails))]

    def _prefetch(self) -> None:
        """Take the mails for the connections that will be free next, while the relay is busy."""
        if self._fault is None and len(self._connections) >= _PREFETCH_FROM:
            self._waiting.extend(self._take(len(self._connections) - len(self._waiting)))

    def _take(self, count: int) -> Sequence[Outgoing]:
        """Up to ``count`` mails from the ledger."""
        if count <= 0 or time.monotonic() < self._take_at:
            return []
        try:
            taken = self._ledger.take(count)
        except MailerError as fault:
            self._fault = fault
            return []
        if len(taken.mails) < count:
            self._take_at = math.inf if taken.wait is None else time.monotonic() + taken.wait
        else:
            self._open_more(taken.behind)
        return taken.mails

    def _begin_on(self, connection: Connection, mail: Outgoing, now: float) -> None:
        try:
            if connection.pipeline.is_idle:
                connection.check(now)
            verdict = connection.pipeline.begin(mail)
            connection.mails_left -= 1
        except Lost as why:
            self._waiting.append(mail)
            self._lose(connection, str(why))
            return
        if verdict is None:
            self._write_on(connection, now)
            return
        for row in mail.rows:
            self._add_outcome(row, verdict)

    # --- writing and reading ---

    def _write(self) -> None:
        """Write what is left: messages that no other mail follows, and what a full socket did not take."""
        now = time.monotonic()
        for connection in [one for one in self._connections if one.pipeline.out]:
            self._write_on(connection, now)

    def _write_on(self, connection: Connection, now: float) -> None:
        try:
            connection.write(now)
        except Lost as why:
            self._lose(connection, str(why))
            return
        if bool(connection.pipeline.out) != connection.waits_to_write:
            connection.waits_to_write = not connection.waits_to_write
            writable = selectors.EVENT_WRITE if connection.waits_to_write else 0
            self._selector.modify(connection, selectors.EVENT_READ | writable, connection)

    def _wait(self) -> None:
        now = time.monotonic()
        if self._outcomes:
            return
        if all(one.pipeline.is_idle for one in self._connections) and not self._opener.pending:
            if now < self._take_at < math.inf and not self._waiting:
                self._ledger.pause(self._take_at - now)
            return
        awaiting = sum(not one.pipeline.is_idle for one in self._connections)
        half = awaiting / 2
        more_in = self._take_at - now  # positive if a connection is free and waits for a mail
        awaiting -= self._read_ready(min(_CHECK_EVERY, more_in) if more_in > 0 else _CHECK_EVERY)
        until = time.monotonic() + _GATHER
        while awaiting > 0 and (now := time.monotonic()) < until:
            answered = self._read_ready(until - now)
            awaiting -= answered
            if answered and awaiting > half:
                until = time.monotonic() + _GATHER
        self._drop_late()

    def _drop_late(self) -> None:
        """Close connections whose relay has exceeded a timeout; checks only every ``_CHECK_EVERY`` seconds."""
        now = time.monotonic()
        if now < self._check_at:
            return
        self._check_at = now + _CHECK_EVERY
        for connection in [one for one in self._connections if one.is_late(now)]:
            self._lose(connection, "the relay did not answer in time")

    def _read_ready(self, seconds: float) -> int:
        """Wait up to ``seconds`` for events and handle them; returns how many there were."""
        events = self._selector.select(seconds)
        for key, mask in events:
            if not isinstance(key.data, Connection):
                self._add_opened()
            elif mask & selectors.EVENT_READ:
                self._read(key.data)
        return len(events)

    def _read(self, connection: Connection) -> None:
        try:
            for row, verdict in connection.read(time.monotonic()):
                if not connection.pipeline.closing_reply:
                    connection.has_delivered, self._losses = True, 0
                self._add_outcome(row, verdict)
        except Lost as why:
            self._lose(connection, str(why))
            return
        if connection.pipeline.closing_reply:
            self._lose(connection, connection.pipeline.closing_reply)

    # --- recording ---

    def _record(self) -> None:
        """Record outcomes and starting mails in one transaction, then send the messages of the latter.

        A mail with a row that another sender has must not be sent. Only closing the connection cancels it, as the relay
        waits for its message.
        """
        accepted = [] if self._fault else [one for one in self._connections if one.pipeline.accepted]
        starting = [row for connection in accepted for row in connection.pipeline.accepted]
        if not self._outcomes and not starting:
            return
        settled, self._outcomes = self._outcomes, []
        theirs: frozenset[int] = frozenset()
        try:
            self._ledger.record(settled, starting)
        except Contested as why:
            log.warning("%s: %s", self._where, why)
            theirs = why.rows
        for connection in accepted:
            if theirs.isdisjoint(connection.pipeline.accepted):
                connection.pipeline.send_message()
            else:
                self._lose(connection, "another sender has this mail")

    def _add_outcome(self, row: int, verdict: Verdict) -> None:
        self._outcomes.append(Outcome(row, verdict.state, verdict.reply, verdict.refusal))
        if verdict.refusal is not None and verdict.refusal.stops_mail and self._fault is None:
            self._fault = fault_of(Suspension(verdict.refusal, verdict.reply), self._where)

    def _lose(self, connection: Connection, why: str) -> None:
        self._connections.remove(connection)
        self._metrics.lost()
        self._selector.unregister(connection)
        connection.close()
        verdicts, unanswered = connection.pipeline.lost(why)
        for row, verdict in verdicts:
            self._add_outcome(row, verdict)
        if unanswered is not None:
            self._waiting.append(unanswered)
        self._losses = 0 if connection.has_delivered or self._stop() else self._losses + 1
        if self._losses >= _MAX_LOSSES and self._fault is None:
            self._fault = Temporary(f"{self._where}: every connection is lost: {why}")

    @property
    def _where(self) -> str:
        return self._settings.where

    # --- connections ---

    def _add_session(self, session: Session) -> None:
        self._metrics.connected()
        self._add(Connection(session, time.monotonic()))

    def _add_kept(self, connection: Connection) -> None:
        """Use a connection from the pool, unless the relay has closed it meanwhile."""
        try:
            connection.check(time.monotonic())
        except Lost:
            self._metrics.lost()
            connection.close()
            return
        connection.has_delivered = False
        self._add(connection)

    def _add(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._selector.register(connection, selectors.EVENT_READ, connection)

    def _add_opened(self) -> None:
        """Use the sessions that have been opened. After a refusal we go on with the connections that we have."""
        finished = self._opener.finished()
        for session in finished:
            if isinstance(session, Session):
                self._add_session(session)
        refused = [fault for fault in finished if isinstance(fault, MailerError)]
        if refused and self._max_connections != len(self._connections):
            self._max_connections = len(self._connections)
            log.warning("%s (going on over %d connections)", refused[0], self._max_connections)

    def _open_more(self, behind: int) -> None:
        """Open one connection for every two mails that are due; a single mail waits for a connection that is open."""
        present = len(self._connections) + self._opener.pending
        for _ in range(min(len(self._connections) + behind // 2, self._max_connections) - present):
            self._opener.start()

    def _reconnect(self) -> None:
        try:
            self._open()
        except MailerError as fault:
            self._fault = fault

    def _open(self) -> None:
        """Open a connection and wait for it. It is opened on a thread, so that a stop ends the wait (E16)."""
        self._opener.start()
        while self._opener.pending:
            if self._stop():
                self._take_no_more()
                return
            self._opener.waker.wait(_CHECK_EVERY)
            for opened in self._opener.finished():
                if isinstance(opened, MailerError):
                    raise opened
                self._add_session(opened)

    def _retire(self, connection: Connection) -> None:
        """Close a connection that has sent as many mails as it may; a new one is opened when needed."""
        self._connections.remove(connection)
        self._selector.unregister(connection)
        connection.send_quit()
        connection.close()
