"""What a service says to the service manager that started it (sd_notify(3)). Without one, this does nothing."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Mapping


class ServiceManager:
    """Says READY, WATCHDOG, STATUS and STOPPING to systemd."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address  # “@”: an abstract socket
        self._interval = _watchdog_interval(environ)
        self._alive_at = time.monotonic()
        self._longest = 0.0

    def ready(self, longest: float) -> None:
        """The service is at work. From now on it is restarted if it hangs.

        ``longest``: seconds that may pass between two calls of ``alive``, as one of its steps may wait for a server.
        """
        self._say("READY=1")
        self._longest = longest
        if self._interval and self._address:
            self.alive()
            threading.Thread(target=self._feed_watchdog, name="watchdog", daemon=True).start()

    def extend_start(self, seconds: float) -> None:
        """The start takes longer than usual; wait for so long before it counts as failed."""
        self._say(f"EXTEND_TIMEOUT_USEC={round(seconds * 1_000_000)}")

    def alive(self) -> None:
        """The service has made progress."""
        self._alive_at = time.monotonic()

    def status(self, line: str) -> None:
        """What ``systemctl status`` shows."""
        self._say(f"STATUS={' '.join(line.split())[:500]}")

    def stopping(self) -> None:
        """The service is about to end. Safe in a signal handler."""
        self._say("STOPPING=1")

    def _feed_watchdog(self) -> None:
        """Feed it from a thread, as a step may take longer than a watchdog should; stop if there is no progress."""
        while self._address:
            time.sleep(self._interval)
            if time.monotonic() - self._alive_at <= self._longest:
                self._say("WATCHDOG=1")

    def _say(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.connect(self._address)
                connection.sendall(text.encode())
        except OSError:
            self._address = ""  # nobody listens any more


def _watchdog_interval(environ: Mapping[str, str]) -> float:
    """Seconds between two signs: half of what the manager waits; 0 if it does not watch this process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    try:
        return int(environ.get("WATCHDOG_USEC", "0")) / 2_000_000
    except ValueError:
        return 0.0
