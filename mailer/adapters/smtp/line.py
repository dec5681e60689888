"""A connection to the relay that is ready for mail, without waiting: what to write, what was heard, and by when."""

from __future__ import annotations

import contextlib
import math
import ssl
from collections.abc import Iterator
from itertools import islice

from mailer.adapters.smtp.offer import Decided
from mailer.adapters.smtp.pipeline import END, Pipeline
from mailer.adapters.smtp.replies import Lost
from mailer.adapters.smtp.session import Session
from mailer.message import clean

_READ = 16_384
"""Octets that are read at once. Room for so many is made at each read, however few come."""
_BLOCK = 262_144
"""Octets that are joined for TLS."""
_PIECES = 64
"""Pieces that are written at once; POSIX allows 16 at the least, Linux 1024."""
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Line:
    """A non-blocking socket and its pipeline. What fails raises Lost."""

    def __init__(self, session: Session, now: float) -> None:
        settings = session.settings
        self.pipeline = Pipeline(session.extensions, settings.report_success, each_answers=settings.lmtp)
        self.mails_left = settings.mails_per_connection or math.inf
        self.watched = False
        """Whether somebody waits until there is room to write."""
        self.useful = False
        """Whether it has finished a mail."""
        self._socket = session.connection
        self._socket.setblocking(False)
        self._tls = isinstance(self._socket, ssl.SSLSocket)
        self._timeouts = settings.timeouts
        self._since = now

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self, now: float) -> Iterator[Decided]:
        """Verdicts on rows, as far as the relay has spoken."""
        answers = self.pipeline.answers
        while data := self._received():
            yield from self.pipeline.heard(data)
            if self.pipeline.answers != answers:
                self._since = now
            if len(data) < _READ and not self._tls:
                return

    def write(self, now: float) -> None:
        """As much as there is room for."""
        out = self.pipeline.out
        while out:
            try:
                octets = self._write_some()
            except _NOT_NOW:
                return
            except OSError as fault:
                raise Lost(clean(str(fault) or type(fault).__name__)) from None
            self.pipeline.wrote(octets)
            self._since = now

    def check(self, now: float) -> None:
        """Raise Lost where the relay has left, or has said something unasked; for a line that was idle for long."""
        for _ in self.read(now):
            pass
        self._since = now

    def is_late(self, now: float) -> bool:
        """Whether the present step has taken longer than it may (E8)."""
        awaited = self.pipeline.awaited
        if self.pipeline.out:
            limit = self._timeouts.block
        elif awaited is None:
            return False
        else:
            limit = {END: self._timeouts.final, "DATA": self._timeouts.data}.get(awaited, self._timeouts.command)
        return now - self._since > limit

    def say_quit(self) -> bool:
        """Begin to take leave; False where the connection is not fit for it."""
        with contextlib.suppress(OSError):
            if self.pipeline.is_idle:
                self._socket.send(b"QUIT\r\n")
                return True
        return False

    def await_quit(self, seconds: float) -> None:
        """Wait a little for the relay's last word."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(max(0.001, seconds))
            self._socket.recv(_READ)

    def close(self) -> None:
        self._socket.close()

    def _received(self) -> bytes | None:
        """What came; None where nothing did."""
        try:
            data = self._socket.recv(_READ)
        except _NOT_NOW:
            return None
        except OSError as fault:
            raise Lost(clean(str(fault) or type(fault).__name__)) from None
        if not data:
            raise Lost("the relay closed the connection")
        return data

    def _write_some(self) -> int:
        """Plain sockets gather the pieces themselves, and never copy a shared one; TLS wants it whole."""
        out = self.pipeline.out
        if not self._tls:
            return self._socket.sendmsg(out if len(out) <= _PIECES else list(islice(out, _PIECES)))
        joined = bytearray()
        for piece in out:
            joined += piece[: _BLOCK - len(joined)]
            if len(joined) == _BLOCK:
                break
        return self._socket.send(joined)
