"""The way of an outbox row to the relay.

``sending`` is committed before the relay hears of a row, and its outcome before the next one is taken; what a crash
leaves in ``sending`` is in doubt, and at most one row per connection can be.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from mailer.desk import Rules
from mailer.issues.model import Slot
from mailer.lists.model import Contact, Format
from mailer.message import Address, Envelope, Outgoing
from mailer.outbox.compose import LEAVE, MESSAGE_ID, TO, issue_stencil
from mailer.outbox.mime import Stencil, mailbox_text
from mailer.outbox.model import EXPIRES_AFTER, Claimed, Delivery, Outcome, retry_delay
from mailer.outbox.throttle import Rate, after_one, earliest
from mailer.ports import Clock, Store, Transport, Work
from mailer.tokens import Purpose, TokenKey

log = logging.getLogger("mailer.outbox")

RELAY = "relay"
"""The throttle's key: one relay, one rate."""

SLICE = 0.25
"""Seconds of the longest uninterrupted wait, so that a stop is heard."""


class Sender:
    """Drains the outbox through one transport, at one rate. One at a time per store."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: Clock,
        rules: Rules,
        key: TokenKey,
        rate: Rate,
        stop: Callable[[], bool],
    ) -> None:
        self._store = store
        self._transport = transport
        self._clock = clock
        self._rules = rules
        self._key = key
        self._rate = rate
        self._stop = stop
        self._stencils: dict[tuple[int, Format], Stencil] = {}
        self._under_way: dict[int, Claimed] = {}
        self._unwritten: list[tuple[Outcome, datetime | None]] = []  # what became of a row, and its next try

    def recover(self) -> int:
        """Call once, before the first ``drain``: what an earlier process left unsettled is in doubt; how many."""
        with self._store.transaction() as work:
            return work.outbox.doubt_unsettled(self._clock.now())

    def drain(
        self,
        issue: int | None = None,
        seen: Callable[[Outcome], None] = lambda outcome: None,
        until: float = math.inf,
    ) -> None:
        """Send what is due, conversation first, then ``issue`` (or every issue).

        Returns when nothing is due, when ``stop`` says so, or at ``until`` on the monotonic clock. Raises what the
        transport raises, with every claimed row settled; and Temporary where the store takes no outcome, which is then
        kept and written before anything else is sent (E15).
        """
        self._write_down()
        if not self._anything_due(issue):
            return
        for outcome in self._transport.deliver(self._claims(issue, until)):
            self._settle(outcome)
            seen(outcome)

    def _anything_due(self, issue: int | None) -> bool:
        with self._store.snapshot() as work:
            return work.outbox.next_due(self._clock.now(), issue) is not None

    def _claims(self, issue: int | None, until: float) -> Iterator[Outgoing]:
        while not self._stop() and self._clock.monotonic() < until:
            with self._store.transaction() as work:
                taken = self._next(work, issue)
            match taken:
                case None:
                    return
                case timedelta():
                    self._clock.sleep(min(taken.total_seconds(), SLICE))
                case Outgoing():
                    yield taken

    def _next(self, work: Work, issue: int | None) -> Outgoing | timedelta | None:
        """Claim the next row, or how long to wait for the throttle, or None where nothing is due."""
        now = self._clock.now()
        while row := work.outbox.next_due(now, issue):
            if reason := self._barred(work, row):
                work.outbox.suppress(row.id, reason, now)
                continue
            if wait := self._wait(work, now):
                return wait
            outgoing = self._compose(work, row)
            work.outbox.claim(row.id)
            work.outbox.set_throttle(RELAY, after_one(self._rate, now))
            self._under_way[row.id] = row
            return outgoing
        return None

    def _wait(self, work: Work, now: datetime) -> timedelta:
        """How long the throttle holds the next mail back."""
        stored = work.outbox.throttle(RELAY)
        next_at = earliest(self._rate, stored, now)
        if stored is not None and next_at < stored:
            work.outbox.set_throttle(RELAY, next_at)
        return next_at - now

    def _barred(self, work: Work, row: Claimed) -> str | None:
        """Why this recipient is not to be mailed after all (E12)."""
        if row.issue is None or row.contact is None:
            return work.lists.suppressed(row.recipient)
        found = work.issues.issue_by_id(row.issue)
        lists = found.lists if found else ()
        if not work.outbox.wants(row.contact, lists):
            return "left before it was sent"
        return work.lists.suppressed(row.recipient)

    def _settle(self, outcome: Outcome) -> None:
        row = self._under_way.pop(outcome.row)
        now = self._clock.now()
        due_at = None
        if outcome.state is Delivery.DEFERRED:
            due_at = now + retry_delay(row.attempts)
            if due_at > row.created_at + EXPIRES_AFTER:
                outcome = replace(outcome, state=Delivery.FAILED, reply=f"given up: {outcome.reply}")
                due_at = None
        self._unwritten.append((outcome, due_at))
        self._write_down()
        level = logging.INFO if outcome.state is Delivery.SENT else logging.WARNING
        log.log(level, "%s to %s: %s", outcome.state, row.recipient, outcome.reply)

    def _write_down(self) -> None:
        if self._unwritten:
            with self._store.transaction() as work:
                for outcome, due_at in self._unwritten:
                    work.outbox.settle(outcome, self._clock.now(), due_at)
            self._unwritten.clear()

    def _compose(self, work: Work, row: Claimed) -> Outgoing:
        envelope = Envelope(self._bounce_address(row), row.recipient)
        if row.payload is not None:
            return Outgoing(row.id, envelope, (row.payload,))
        assert row.issue is not None and row.contact is not None
        contact = work.lists.contact(row.contact)
        assert contact is not None
        return Outgoing(row.id, envelope, self._stencil(work, row.issue, contact).fill(self._values(row, contact)))

    def _bounce_address(self, row: Claimed) -> str:
        """The envelope sender: a bounce to it names this very row (VERP)."""
        return str(self._rules.to(self._key.token(Purpose.BOUNCE, row.id)))

    def _stencil(self, work: Work, issue_id: int, contact: Contact) -> Stencil:
        wanted = contact.details.format or self._rules.format
        if (issue_id, wanted) not in self._stencils:
            issue = work.issues.issue_by_id(issue_id)
            assert issue is not None and issue.edition is not None and issue.started_at is not None
            publication = self._rules.publication(issue.publication)
            self._stencils[issue_id, wanted] = issue_stencil(
                work.issues.edition(issue.edition),
                publication,
                issue.number,
                wanted,
                sender=replace(self._rules.sender, name=publication.title),
                date=issue.started_at,
                one_click=bool(self._rules.url),
            )
        return self._stencils[issue_id, wanted]

    def _values(self, row: Claimed, contact: Contact) -> dict[str, str]:
        links = self._rules.leave_links(self._key.token(Purpose.LEAVE, contact.id))
        return {
            TO: mailbox_text(Address.parse(row.recipient, contact.details.name)),
            MESSAGE_ID: row.message_id,
            LEAVE: ",\r\n ".join(f"<{link}>" for link in reversed(links)),
            Slot.GREETING: contact.greeting,
            Slot.RECIPIENT: row.recipient,
            Slot.LEAVE: links[0],
        }
