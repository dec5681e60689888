"""The LMTP server of a daemon or worker: what it hands over is stored, and wakes the daemon."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailer.ports.incoming import Waiting

if TYPE_CHECKING:
    from mailer.app.root import App

MOST = Waiting(20_000, 1_000_000_000)
"""How much mail may wait to be handled. Beyond it, only what is urgent is taken."""
LOOKED_EVERY = 1.0
"""Seconds between two looks at how much mail waits."""


@contextmanager
def lmtp_server(app: App) -> Iterator[None]:
    """Take what a mail server of ours hands over, while the context lasts, if ``[lmtp] listen`` is set."""
    if not app.settings.lmtp.listen:
        yield
        return
    from mailer.adapters import lmtp_server as adapter

    chosen, intake = app.settings.lmtp, _Intake(app)
    settings = adapter.LmtpSettings(chosen.listen, app.rules.address, app.settings.imap.max_bytes, chosen.group)
    with adapter.serve(settings, intake.take, intake.has_room):
        yield


class _Intake:
    """Stores what is handed over; its methods are called in threads."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._looked_at = float("-inf")
        self._is_full = False

    def has_room(self, recipient: str) -> bool:
        """Whether mail to this recipient is taken now. Raises Temporary if the store cannot be read."""
        return not self._full() or self._is_urgent(recipient)

    def take(self, raw: bytes, recipient: str) -> None:
        """Store a mail durably. Raises Temporary if it cannot be stored."""
        urgent = self._is_urgent(recipient)
        with self._app.store.transaction(alone=False) as work:
            work.incoming.add(raw, urgent, self._app.clock.now())
            if work.jobs is not None:
                work.jobs.receive()
        self._app.clock.wake()

    def _is_urgent(self, recipient: str) -> bool:
        from mailer.inbound.classify import is_urgent

        return is_urgent([recipient], self._app.store.key)

    def _full(self) -> bool:
        if time.monotonic() - self._looked_at > LOOKED_EVERY:
            with self._app.store.snapshot() as work:
                waiting = work.incoming.waiting()
            self._is_full = waiting.mails >= MOST.mails or waiting.octets >= MOST.octets
            self._looked_at = time.monotonic()
        return self._is_full
