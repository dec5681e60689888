"""Mails composed before they are asked for, on a thread beside the sending loop.

A signature with RSA takes longer than all else about a mail, and lets go of the interpreter meanwhile. What is made
here and never asked for is thrown away: only the ledger says what goes out.
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
"""Mails that are handed over at once: threads that meet at every mail spend a tenth of their time on it."""


class Prefetcher:
    """Composes as ``compose`` does, while the context lasts."""

    def __init__(self, compose: Callable[[Due], Outgoing]) -> None:
        self._compose = compose
        self._expected: dict[int, Due] = {}
        self._wanted: SimpleQueue[Sequence[Due]] = SimpleQueue()
        self._made: SimpleQueue[Sequence[tuple[Due, Outgoing | None]]] = SimpleQueue()
        self._at_hand: deque[tuple[Due, Outgoing | None]] = deque()
        self._thread = Thread(target=self._work, name="ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._expected = {}
        self._wanted.put(())
        self._thread.join()

    def expect(self, rows: Sequence[Due]) -> None:
        """These are asked for next, in this order; what was expected before is not."""
        self._expected = {row.id: row for row in rows}
        for first in range(0, len(rows), GROUP):
            self._wanted.put(rows[first : first + GROUP])

    def __call__(self, row: Due) -> Outgoing:
        """Raises what ``compose`` raises."""
        while self._is_expected(row):
            if not self._at_hand:
                self._at_hand.extend(self._made.get())
            made, mail = self._at_hand.popleft()
            if self._is_expected(made):
                del self._expected[made.id]
            if made is row and mail is not None:
                return mail
        return self._compose(row)

    def _is_expected(self, row: Due) -> bool:
        return self._expected.get(row.id) is row

    def _work(self) -> None:
        while group := self._wanted.get():
            self._made.put([(row, self._composed(row) if self._is_expected(row) else None) for row in group])

    def _composed(self, row: Due) -> Outgoing | None:
        try:
            return self._compose(row)
        except Exception:
            return None  # whoever asks for it composes it again, and is told why not
