"""Connections with nothing to do, kept a little for the next delivery: a handshake costs as much as many mails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from mailer.adapters.smtp.line import Line


class Shelf:
    """What is put on it is taken again within ``seconds``, or takes leave of the relay. Threads may share it."""

    def __init__(self, seconds: float, patience: float) -> None:
        """``patience``: seconds for which a relay's last word is waited for."""
        self._seconds = seconds
        self._patience = patience
        self._lines: list[Line] = []
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def take(self) -> Sequence[Line]:
        """All that there are. What the relay said or did meanwhile is for the taker to find out."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            taken, self._lines = self._lines, []
        return taken

    def put(self, lines: Iterable[Line]) -> None:
        """Lines that are idle."""
        if self._seconds <= 0:
            take_leave(lines, self._patience)
            return
        with self._lock:
            self._lines += lines
            if self._lines and self._timer is None:
                self._timer = threading.Timer(self._seconds, self.clear)
                self._timer.daemon = True
                self._timer.start()

    def clear(self) -> None:
        """Take leave on all of them."""
        take_leave(self.take(), self._patience)


def take_leave(lines: Iterable[Line], patience: float) -> None:
    """QUIT on every line that is idle, together not long a wait for an answer, and the end of each."""
    lines = list(lines)
    until = time.monotonic() + patience
    for line in [line for line in lines if line.say_quit()]:
        line.await_quit(until - time.monotonic())
    for line in lines:
        line.close()
