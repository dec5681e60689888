"""Watches over a process that runs for long: what works, what fails, and when the secretary has to know.

An outage that lasts for an hour is told once, by a way that does not need what has failed, and its end is told once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mailer.errors import MailerError
from mailer.model.health import Health, Part, PartHealth, part_of, works_elsewhere
from mailer.ports import Clock
from mailer.ports.health import HealthRecord, WayToTell

log = logging.getLogger("mailer.watch")

OUTAGE, BACK = "outage", "back"
"""The notices."""


class Watch:
    """What one process knows of its own health. Call ``worked`` and ``failed`` from any thread."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        records: Sequence[HealthRecord],
        ways: Mapping[Part, Sequence[WayToTell]],
        back: Sequence[WayToTell],
        redact: Callable[[str], str] = str,
        prove_store: Callable[[], object] = lambda: None,
    ) -> None:
        """``ways``: how to tell of an outage of each part, the best first; ``back``: how to tell of its end.

        ``redact`` takes secrets out of what a server has said (D6). ``prove_store`` writes into the store, and raises
        MailerError if that fails.
        """
        self._clock = clock
        self._records = records
        self._ways = ways
        self._back = back
        self._redact = redact
        self._prove_store = prove_store
        self._seems_to_work = False
        """The store was used since it failed, perhaps without a write."""
        self._without_store: set[Part] = set()
        """The parts whose last try failed for want of the store."""
        self._lock = threading.RLock()  # a worker's jobs run in threads
        now = clock.now()
        before = next((last for record in records if (last := record.last())), None)
        self.health = Health(name, now, now, parts=before.parts if before else {})
        """Outages go on over a restart."""

    def begin(self) -> None:
        """The process is at work."""
        self._write(urgent=True)

    def worked(self, part: Part) -> None:
        """The part works now. A store that has failed is believed only after a write, in ``tick``."""
        self.recorded(part)
        if part is Part.STORE and self.health.part(part).failing_since:
            self._seems_to_work = True
        else:
            self._works(part)

    def recorded(self, part: Part) -> None:
        """The store did not keep the part from its work, whether or not there was any."""
        with self._lock:
            self._without_store.discard(part)

    def _works(self, part: Part) -> None:
        with self._lock:
            before = self.health.part(part)
            self.health = self.health.changed(part, before.worked(self._clock.now()))
        if before.failing_since:
            log.info("%s: works again, after %s", part, _span(before.failing_since, self._clock.now()))
            if before.told_at:
                self._tell(BACK, part, before, self._back)
        self._write(urgent=bool(before.failing_since))

    def failed(self, part: Part, fault: Exception) -> None:
        """The part, or the store behind it, does not work now."""
        user, part = part, part_of(fault, part)
        with self._lock:
            if part is Part.STORE:
                self._seems_to_work = False
                self._without_store |= {user} - {Part.STORE}
            else:
                self._without_store.discard(user)
            before = self.health.part(part)
            self.health = self.health.changed(part, before.failed(self._clock.now(), self._redact(str(fault))))
        self._write(urgent=not before.failing_since)

    def tick(self) -> None:
        """Give a sign of life, and tell the secretary of what fails for too long."""
        if self._seems_to_work and not self._without_store:
            self._try_store()
        now = self._clock.now()
        for part, how in self.health.failing.items():
            if how.must_be_told(now) and self._is_told(part, how):
                with self._lock:
                    self.health = self.health.changed(part, replace(self.health.part(part), told_at=now))
        self._write(urgent=False)

    def end(self) -> None:
        """The process ends."""
        self.health = replace(self.health, stopped_at=self._clock.now())
        self._write(urgent=True)

    def _try_store(self) -> None:
        """A store that can be read may be on a full disk, so only a write ends its outage."""
        try:
            self._prove_store()
        except MailerError as fault:
            self.failed(Part.STORE, fault)
        else:
            self._seems_to_work = False
            self._works(Part.STORE)

    def _is_told(self, part: Part, how: PartHealth) -> bool:
        """Tell of an outage, unless another process can use the part, or has told of it."""
        assert how.failing_since is not None
        others = [other for record in self._records for other in record.others()]
        if works_elsewhere(part, how.failing_since, others):
            return False
        if any(other.part(part).told_at for other in others):
            return True
        return self._tell(OUTAGE, part, how, self._ways.get(part, ()))

    def _tell(self, notice: str, part: Part, how: PartHealth, ways: Sequence[WayToTell]) -> bool:
        """Whether the secretary was told, by the first way that works."""
        values = {"part": part.value, "since": how.failing_since, "fault": how.fault, "now": self._clock.now()}
        for way in ways:
            try:
                way(notice, values)
            except MailerError as fault:
                log.warning("the secretary cannot be told about the %s: %s", part, fault)
            else:
                return True
        return False

    def _write(self, urgent: bool) -> None:
        with self._lock:
            self.health = replace(self.health, seen_at=self._clock.now())
            for record in self._records:
                record.write(self.health, urgent)


def _span(since: datetime, now: datetime) -> str:
    minutes, seconds = divmod(round((now - since).total_seconds()), 60)
    return f"{minutes} min" if minutes else f"{seconds} s"
