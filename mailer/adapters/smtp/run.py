"""One delivery of what a ledger has, over one connection or many, in one thread.

Round after round: offer mails on every line that is free, wait until relays speak, write down all that they said and
all that may start in one transaction, and only then release the bodies. So commits are grouped by themselves, and the
more lines there are, the larger the groups.
"""

from __future__ import annotations

import logging
import math
import selectors
import time
from collections import deque
from collections.abc import Sequence

from mailer.adapters.smtp.line import Line
from mailer.adapters.smtp.openings import Openings
from mailer.adapters.smtp.replies import Lost
from mailer.adapters.smtp.rules import Verdict
from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.adapters.smtp.shelf import take_leave
from mailer.errors import Contested, MailerError, Permanent, Temporary
from mailer.message import Outgoing
from mailer.model.outbox import Outcome
from mailer.ports import Ledger
from mailer.ports.metrics import NO_METRICS, Metrics

log = logging.getLogger("mailer.smtp")

_LOSSES_IN_A_ROW = 2
"""Connections that may be lost, none of them having finished a mail, before we stop and come back later (E4)."""
_GATHER = 0.001
"""Seconds for which others are waited for once a line has spoken, so that a commit is worth its cost.

As long as they come that close upon each other, half of them are waited for: large mails are taken one by one, and the
relay has the other half to work on.
"""
_MANY = 4
"""Connections from which on mails are made ahead; with fewer, who leaves meanwhile is heard of sooner (E12)."""
_LOOK_EVERY = 0.1
"""Seconds between two looks at who is late."""


class Run:
    """Call it once. ``close`` drops what is left open."""

    def __init__(
        self, settings: SmtpSettings, ledger: Ledger, metrics: Metrics = NO_METRICS, kept: Sequence[Line] = ()
    ) -> None:
        """``kept``: connections that an earlier one left."""
        self._settings = settings
        self._ledger = ledger
        self._metrics = metrics
        self._openings = Openings(settings)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._openings.waker, selectors.EVENT_READ)
        self._kept = kept
        self._lines: set[Line] = set()
        self._at_hand: deque[Outgoing] = deque()  # taken, and on no line: the relay has not heard a word of them
        self._settled: list[Outcome] = []
        self._ask_at = 0.0  # when the ledger may have more; never, if infinite
        self._look_at = 0.0  # when to look again who is late
        self._most = settings.connections
        self._losses = 0
        self._fault: MailerError | None = None

    def __call__(self) -> None:
        """Raises what ports.Transport says, once all that was started is settled."""
        for line in self._kept:
            self._join_again(line)
        if not self._lines:
            self._join(Session(self._settings))
        while self._goes_on():
            self._offer()
            self._write()
            self._fetch()
            self._listen()
            self._record()
        if self._fault is not None:
            take_leave(self.left(), self._settings.timeouts.quit)
            raise self._fault

    def left(self) -> Sequence[Line]:
        """The connections that are at rest, which are the caller's from here on."""
        left = [line for line in self._lines if line.pipeline.is_idle]
        for line in left:
            self._lines.remove(line)
            self._selector.unregister(line)
        return left

    def close(self) -> None:
        """Drop every connection."""
        self._openings.close()
        for line in self._lines:
            line.close()
        self._selector.close()

    def _goes_on(self) -> bool:
        if self._settled or any(line.pipeline.sending for line in self._lines):
            return True
        if self._fault is not None:
            return False
        busy = any(not line.pipeline.is_idle for line in self._lines)
        return busy or bool(self._at_hand) or self._ask_at < math.inf

    # --- offering ---

    def _offer(self) -> None:
        """A mail to each line that is free, idle ones first; on its way at once, so that the relay begins."""
        for line in [line for line in self._lines if not line.mails_left and line.pipeline.is_idle]:
            self._retire(line)
        if self._fault is None and not self._lines and not self._openings.pending:
            self._reconnect()
        if self._fault is not None:
            return
        free = [line for line in self._lines if line.pipeline.is_free and line.mails_left]
        free.sort(key=lambda line: not line.pipeline.is_idle)
        mails, now = self._mails(len(free)), time.monotonic()
        for line, mail in zip(free, mails, strict=False):
            self._offer_on(line, mail, now)

    def _mails(self, most: int) -> list[Outgoing]:
        mails = [self._at_hand.popleft() for _ in range(min(most, len(self._at_hand)))]
        return [*mails, *self._taken(most - len(mails))]

    def _fetch(self) -> None:
        """Mails for those lines that will be free next, made while the relay has its hands full."""
        if self._fault is None and len(self._lines) >= _MANY:
            self._at_hand.extend(self._taken(len(self._lines) - len(self._at_hand)))

    def _taken(self, asked: int) -> Sequence[Outgoing]:
        """As many from the ledger, if it has so many now."""
        if asked <= 0 or time.monotonic() < self._ask_at:
            return []
        try:
            taken = self._ledger.take(asked)
        except MailerError as fault:
            self._fault = fault
            return []
        if len(taken.mails) < asked:
            self._ask_at = math.inf if taken.wait is None else time.monotonic() + taken.wait
        else:
            self._open_more(taken.behind)
        return taken.mails

    def _offer_on(self, line: Line, mail: Outgoing, now: float) -> None:
        try:
            if line.pipeline.is_idle:
                line.check(now)
            verdict = line.pipeline.offer(mail)
            line.mails_left -= 1
        except Lost as why:
            self._at_hand.append(mail)
            self._lose(line, str(why))
            return
        if verdict is None:
            self._write_on(line, now)
            return
        for row in mail.rows:
            self._settle(row, verdict)

    # --- writing and listening ---

    def _write(self) -> None:
        """What is left: bodies that no other mail follows, and those for which there was no room."""
        now = time.monotonic()
        for line in [line for line in self._lines if line.pipeline.out]:
            self._write_on(line, now)

    def _write_on(self, line: Line, now: float) -> None:
        try:
            line.write(now)
        except Lost as why:
            self._lose(line, str(why))
            return
        if bool(line.pipeline.out) != line.watched:
            line.watched = not line.watched
            room = selectors.EVENT_WRITE if line.watched else 0
            self._selector.modify(line, selectors.EVENT_READ | room, line)

    def _listen(self) -> None:
        now = time.monotonic()
        if self._settled:
            return
        if all(line.pipeline.is_idle for line in self._lines) and not self._openings.pending:
            if now < self._ask_at < math.inf and not self._at_hand:
                self._ledger.pause(self._ask_at - now)
            return
        silent = sum(not line.pipeline.is_idle for line in self._lines)
        half = silent / 2
        more_in = self._ask_at - now  # not before, if at all; in the past where every line is busy
        silent -= self._hear_all(min(_LOOK_EVERY, more_in) if more_in > 0 else _LOOK_EVERY)
        until = time.monotonic() + _GATHER
        while silent > 0 and (now := time.monotonic()) < until:
            heard = self._hear_all(until - now)
            silent -= heard
            if heard and silent > half:
                until = time.monotonic() + _GATHER
        self._look()

    def _look(self) -> None:
        """At who is late, now and then."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK_EVERY
        for line in [line for line in self._lines if line.is_late(now)]:
            self._lose(line, "the relay did not answer in time")

    def _hear_all(self, seconds: float) -> int:
        """Wait for the first word, for so long at the most; on how many lines there were any."""
        events = self._selector.select(seconds)
        for key, mask in events:
            if not isinstance(key.data, Line):
                self._join_finished()
            elif mask & selectors.EVENT_READ:
                self._hear(key.data)
        return len(events)

    def _hear(self, line: Line) -> None:
        try:
            for row, verdict in line.read(time.monotonic()):
                if not line.pipeline.ended:
                    line.useful, self._losses = True, 0
                self._settle(row, verdict)
        except Lost as why:
            self._lose(line, str(why))
            return
        if line.pipeline.ended:
            self._lose(line, line.pipeline.ended)

    # --- what is decided ---

    def _record(self) -> None:
        """Outcomes and beginnings in one transaction, and then the bodies of what has begun.

        A mail of which another sender has a row never ends: only a closed connection takes it back.
        """
        accepted = [] if self._fault else [line for line in self._lines if line.pipeline.accepted]
        starting = [row for line in accepted for row in line.pipeline.accepted]
        if not self._settled and not starting:
            return
        settled, self._settled = self._settled, []
        theirs: frozenset[int] = frozenset()
        try:
            self._ledger.record(settled, starting)
        except Contested as why:
            log.warning("%s: %s", self._where, why)
            theirs = why.rows
        for line in accepted:
            if theirs.isdisjoint(line.pipeline.accepted):
                line.pipeline.release()
            else:
                self._lose(line, "another mailer sends this")

    def _settle(self, row: int, verdict: Verdict) -> None:
        self._settled.append(Outcome(row, verdict.state, verdict.reply))
        if verdict.stop and self._fault is None:
            self._fault = Permanent(
                f"{self._where}: {verdict.stop}: {verdict.reply}. Nothing more is sent until a person has looked."
            )

    def _lose(self, line: Line, why: str) -> None:
        self._lines.remove(line)
        self._metrics.lost()
        self._selector.unregister(line)
        line.close()
        decided, unheard = line.pipeline.lost(why)
        for row, verdict in decided:
            self._settle(row, verdict)
        if unheard is not None:
            self._at_hand.append(unheard)
        self._losses = 0 if line.useful else self._losses + 1
        if self._losses >= _LOSSES_IN_A_ROW and self._fault is None:
            self._fault = Temporary(f"{self._where}: ends every connection: {why}")

    @property
    def _where(self) -> str:
        return self._settings.where

    # --- connections ---

    def _join(self, session: Session) -> None:
        self._metrics.connected()
        self._add(Line(session, time.monotonic()))

    def _join_again(self, line: Line) -> None:
        """If the relay has not ended it meanwhile."""
        try:
            line.check(time.monotonic())
        except Lost:
            self._metrics.lost()
            line.close()
            return
        line.useful = False
        self._add(line)

    def _add(self, line: Line) -> None:
        self._lines.add(line)
        self._selector.register(line, selectors.EVENT_READ, line)

    def _join_finished(self) -> None:
        """Where the relay wants no more of us at once, those that there are go on; that is said once, not by each."""
        finished = self._openings.finished()
        for session in finished:
            if isinstance(session, Session):
                self._join(session)
        refused = [fault for fault in finished if isinstance(fault, MailerError)]
        if refused and self._most != len(self._lines):
            self._most = len(self._lines)
            log.warning("%s (going on over %d connections)", refused[0], self._most)

    def _open_more(self, behind: int) -> None:
        """One for every two mails that are known to wait; a single one is taken by whoever is free next."""
        there = len(self._lines) + self._openings.pending
        for _ in range(min(len(self._lines) + behind // 2, self._most) - there):
            self._openings.start()

    def _reconnect(self) -> None:
        try:
            self._join(Session(self._settings))
        except MailerError as fault:
            self._fault = fault

    def _retire(self, line: Line) -> None:
        """It has had as many mails as it may; another is opened where one is needed."""
        self._lines.remove(line)
        self._selector.unregister(line)
        line.say_quit()
        line.close()
