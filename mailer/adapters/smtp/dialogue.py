"""The blocking dialogue that sets up an SMTP session: one command, one reply.

smtplib lacks three things that keep one recipient's reply from being taken for another's (E7, E8): a deadline for a
whole reply, a limit to its length, and a check that the relay sends no more replies than were asked for.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator

from mailer.adapters.smtp.replies import Lost, Replies, Reply
from mailer.message import clean


def _connected(host: str, port: int, timeout: float) -> socket.socket:
    """Over TCP, or over a Unix socket if ``host`` is a path."""
    if not host.startswith("/"):
        connection = socket.create_connection((host, port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(host)
    except OSError:
        connection.close()
        raise
    return connection


class Dialogue:
    """An open connection. A method that raises Lost has closed it."""

    def __init__(self, host: str, port: int, timeout: float, redact: Callable[[str], str]) -> None:
        """``redact`` takes secrets out of what the relay says."""
        self._host = host
        self._replies = Replies(redact)
        try:
            self.socket: socket.socket = _connected(host, port, timeout)
        except OSError as fault:
            raise Lost(clean(str(fault))) from None

    def secure(self, context: ssl.SSLContext, timeout: float) -> None:
        """Start TLS. Raises ssl.SSLError. ``reply`` has made sure that no plain text is left over (RFC 3207 4.2)."""
        self.socket.settimeout(timeout)
        try:
            self.socket = context.wrap_socket(self.socket, server_hostname=self._host)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError, TimeoutError) as fault:
            self.close()
            raise Lost(f"during the TLS handshake: {fault}") from None

    def send(self, line: str, timeout: float) -> Reply:
        """Send a line and wait for the reply."""
        with self._closing_on_failure():
            self.socket.settimeout(timeout)
            self.socket.sendall(line.encode() + b"\r\n")
        return self.reply(timeout)

    def reply(self, timeout: float) -> Reply:
        """Wait for one reply, which must be complete within ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        with self._closing_on_failure():
            while True:
                self.socket.settimeout(max(0.001, deadline - time.monotonic()))
                data = self.socket.recv(8192)
                if not data:
                    raise Lost("the relay closed the connection")
                for reply in self._replies.feed(data):
                    if self._replies.has_more:
                        raise Lost("the relay sent more replies than were asked for")
                    return reply

    def close(self) -> None:
        self.socket.close()

    @contextlib.contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        try:
            yield
        except Lost:
            self.close()
            raise
        except TimeoutError:
            self.close()
            raise Lost("the relay did not answer in time") from None
        except OSError as fault:
            self.close()
            raise Lost(clean(str(fault) or type(fault).__name__)) from None
