"""Asks the addresses of the published links twice a year, one at a time, outside of any transaction."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from mailer.handlers import links
from mailer.runtime import Runtime

log = logging.getLogger("mailer.links")

BETWEEN = timedelta(minutes=1)
"""Between two addresses, so that mail is never held up for long."""

IDLE = timedelta(hours=1)
"""How long nothing is looked for when there was nothing to ask."""


class LinkChecks:
    """Asks one address each time it is called, if one is due."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._next: datetime | None = None

    def __call__(self) -> None:
        checker, now = self._runtime.links, self._runtime.clock.now()
        if checker is None or (self._next is not None and now < self._next):
            return
        with self._runtime.store.snapshot() as work:
            urls = links.to_ask(self._runtime.office(work, "mailer", "links"))
        if not urls:
            self._next = now + IDLE
            return
        answer = checker.ask(urls[0])
        with self._runtime.store.transaction() as work:
            links.note(self._runtime.office(work, "mailer", "links"), urls[0], answer)
        log.info("%s: %s", urls[0], answer.words)
        self._next = now + BETWEEN
