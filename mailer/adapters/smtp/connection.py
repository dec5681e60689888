"""A non-blocking connection to the relay, ready for mail."""

from __future__ import annotations

import contextlib
import math
import ssl
from collections.abc import Iterator
from itertools import islice

from mailer.adapters.smtp.pipeline import END, Pipeline
from mailer.adapters.smtp.replies import Lost
from mailer.adapters.smtp.session import Session
from mailer.adapters.smtp.transaction import RowVerdict
from mailer.message import clean

_READ = 16_384
"""Octets to read at once. Each read allocates this much, however little arrives."""
_BLOCK = 262_144
"""Octets to join for one write over TLS."""
_PIECES = 64
"""Pieces to pass to one write; POSIX guarantees 16, Linux 1024."""
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Connection:
    """The socket of a session, and the pipeline that decides what goes over it. Methods raise Lost on failure."""

    def __init__(self, session: Session, now: float) -> None:
        settings = session.settings
        self.pipeline = Pipeline(
            session.extensions, settings.dialect.report_success, settings.dialect.lmtp, settings.redact
        )
        self.mails_left = settings.limits.mails_per_connection or math.inf
        self.waits_to_write = False
        """Whether the event loop waits until the socket can take more."""
        self.has_delivered = False
        """Whether the relay has answered for a mail since the connection was opened or taken from the pool."""
        self._socket = session.open_socket
        self._socket.setblocking(False)
        self._tls = isinstance(self._socket, ssl.SSLSocket)
        self._timeouts = settings.timeouts
        self._since = now  # when the present step began

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self, now: float) -> Iterator[RowVerdict]:
        """Read what has arrived; yields the verdicts on rows that the replies give."""
        replies = self.pipeline.reply_count
        while data := self._receive():
            yield from self.pipeline.feed(data)
            if self.pipeline.reply_count != replies:
                self._since = now
            if len(data) < _READ and not self._tls:
                return

    def write(self, now: float) -> None:
        """Write as much as the socket takes."""
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
        """Raise Lost if the relay has closed an idle connection or sent something unasked."""
        for _ in self.read(now):
            pass
        self._since = now

    def is_late(self, now: float) -> bool:
        """Whether the present step has exceeded its timeout (E8)."""
        awaited = self.pipeline.awaited
        if self.pipeline.out:
            limit = self._timeouts.block
        elif awaited is None:
            return False
        else:
            limit = {END: self._timeouts.final, "DATA": self._timeouts.data}.get(awaited, self._timeouts.command)
        return now - self._since > limit

    def send_quit(self) -> bool:
        """Send QUIT; False if the connection is busy or broken."""
        with contextlib.suppress(OSError):
            if self.pipeline.is_idle:
                self._socket.send(b"QUIT\r\n")
                return True
        return False

    def await_quit(self, seconds: float) -> None:
        """Wait for the reply to QUIT, whatever it is."""
        with contextlib.suppress(OSError):
            self._socket.settimeout(max(0.001, seconds))
            self._socket.recv(_READ)

    def close(self) -> None:
        self._socket.close()

    def _receive(self) -> bytes | None:
        """Data that has arrived, or None."""
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
        """A plain socket gathers the pieces without copying them; TLS needs one block."""
        out = self.pipeline.out
        if not self._tls:
            return self._socket.sendmsg(out if len(out) <= _PIECES else list(islice(out, _PIECES)))
        joined = bytearray()
        for piece in out:
            joined += piece[: _BLOCK - len(joined)]
            if len(joined) == _BLOCK:
                break
        return self._socket.send(joined)
