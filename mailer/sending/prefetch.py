"""Composes mails before they are asked for, on a thread beside the sending loop.

This pays because an RSA signature takes longer than all else about a mail, and releases the interpreter lock. Mails
that are never asked for are dropped: only the ledger decides what goes out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Self

from mailer.message import Outgoing
from mailer.model.outbox import Due

GROUP = 25
"""Mails that threads hand over at once; one by one, it would take a tenth of their time."""


class Prefetcher:
    """ledger.MailComposer that runs ``compose`` on a thread during the context."""

    def __init__(self, compose: Callable[[Due], Outgoing]) -> None:
        self._compose = compose
        self._expected: dict[int, Due] = {}
        self._requests: SimpleQueue[Sequence[Due]] = SimpleQueue()
        self._results: SimpleQueue[Sequence[tuple[Due, Outgoing | None]]] = SimpleQueue()
        self._ready: deque[tuple[Due, Outgoing | None]] = deque()
        self._thread = Thread(target=self._work, name="prefetch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._expected = {}
        self._requests.put(())
        self._thread.join()

    def expect(self, rows: Sequence[Due]) -> None:
        """As MailComposer; starts composing these rows."""
        self._expected = {row.id: row for row in rows}
        for first in range(0, len(rows), GROUP):
            self._requests.put(rows[first : first + GROUP])

    def __call__(self, row: Due) -> Outgoing:
        """Raises as ``compose``."""
        while self._is_expected(row):
            if not self._ready:
                self._ready.extend(self._results.get())
            composed, mail = self._ready.popleft()
            if self._is_expected(composed):
                del self._expected[composed.id]
            if composed is row and mail is not None:
                return mail
        return self._compose(row)

    def _is_expected(self, row: Due) -> bool:
        return self._expected.get(row.id) is row

    def _work(self) -> None:
        while group := self._requests.get():
            self._results.put([(row, self._composed(row) if self._is_expected(row) else None) for row in group])

    def _composed(self, row: Due) -> Outgoing | None:
        try:
            return self._compose(row)
        except Exception:
            return None  # the caller composes it again, and gets the exception
