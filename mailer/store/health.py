"""The health of daemons and workers in the store, where the other machines see it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mailer.errors import MailerError
from mailer.model.health import Health
from mailer.ports import Store

EVERY = 30.0
"""Seconds between two signs of life."""


class StoredHealth:
    """ports.HealthRecord. It is quiet about a store that cannot be used: other records tell of that."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name
        self._written = -EVERY

    def last(self) -> Health | None:
        return None

    def write(self, health: Health, urgent: bool) -> None:
        now = time.monotonic()
        if not urgent and now - self._written < EVERY:
            return
        self._written = now
        try:
            with self._store.transaction(alone=False) as work:
                if health.stopped_at:
                    work.workers.leave(self._name)
                else:
                    work.workers.report(health)
        except MailerError:
            return

    def others(self) -> Sequence[Health]:
        try:
            with self._store.snapshot() as work:
                return [seen.health for seen in work.workers.all() if seen.health and seen.name != self._name]
        except MailerError:
            return ()
