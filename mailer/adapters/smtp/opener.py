"""Opens more connections on threads, so that those in use need not wait for a handshake."""

from __future__ import annotations

import queue
import threading

from mailer.adapters.smtp.session import Session, SmtpSettings
from mailer.adapters.waker import Waker
from mailer.errors import MailerError


class ConnectionOpener:
    """Sets up sessions in the background. ``waker`` is woken when one is ready or has failed."""

    def __init__(self, settings: SmtpSettings) -> None:
        self.waker = Waker()
        self.pending = 0
        self._settings = settings
        self._done: queue.SimpleQueue[Session | MailerError] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Open one more."""
        self.pending += 1
        threading.Thread(target=self._open, daemon=True).start()

    def finished(self) -> list[Session | MailerError]:
        """The attempts that have ended since the last call: a session, or why there is none."""
        self.waker.wait(0)
        found: list[Session | MailerError] = []
        while not self._done.empty():
            found.append(self._done.get())
        self.pending -= len(found)
        return found

    def close(self) -> None:
        """Quit the sessions that nobody has taken, and those that are still to come."""
        with self._lock:
            self._closed = True
        for session in self.finished():
            if isinstance(session, Session):
                session.quit()

    def _open(self) -> None:
        try:
            result: Session | MailerError = Session(self._settings)
        except MailerError as fault:
            result = fault
        with self._lock:
            if not self._closed:
                self._done.put(result)
                self.waker.wake()
                return
        if isinstance(result, Session):
            result.quit()
