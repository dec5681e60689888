"""Idle connections kept for the next delivery, as a handshake costs as much as many mails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence

from mailer.adapters.smtp.connection import Connection


class ConnectionPool:
    """Keeps idle connections for ``keep_seconds``, then quits them. Safe for threads."""

    def __init__(self, keep_seconds: float, quit_timeout: float) -> None:
        """``quit_timeout``: seconds to wait for the replies to QUIT."""
        self._keep_seconds = keep_seconds
        self._quit_timeout = quit_timeout
        self._connections: list[Connection] = []
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def take(self) -> Sequence[Connection]:
        """All connections in the pool. The caller must check them: the relay may have closed one meanwhile."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            taken, self._connections = self._connections, []
        return taken

    def put(self, connections: Iterable[Connection]) -> None:
        """Keep connections, which must be idle."""
        if self._keep_seconds <= 0:
            quit_all(connections, self._quit_timeout)
            return
        with self._lock:
            self._connections += connections
            if self._connections and self._timer is None:
                self._timer = threading.Timer(self._keep_seconds, self.clear)
                self._timer.daemon = True
                self._timer.start()

    def clear(self) -> None:
        """Quit all connections in the pool."""
        quit_all(self.take(), self._quit_timeout)


def quit_all(connections: Iterable[Connection], timeout: float) -> None:
    """Send QUIT on all idle connections, wait at most ``timeout`` seconds for all replies, and close everything."""
    connections = list(connections)
    until = time.monotonic() + timeout
    for connection in [connection for connection in connections if connection.send_quit()]:
        connection.await_quit(until - time.monotonic())
    for connection in connections:
        connection.close()
