"""The beginning of an SMTP connection: one line out, one reply in, and nothing believed beyond the protocol.

Not smtplib: a deadline for a whole reply, a limit to its length, and a check that the relay says no more than it was
asked are what keeps a reply from being taken for another recipient's (E7, E8).
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator

from mailer.adapters.smtp.replies import Lost, Replies, Reply
from mailer.message import clean


def _connected(host: str, port: int, timeout: float) -> socket.socket:
    """Over TCP, or through the socket in the file system that ``host`` is the path of."""
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
    """An open connection. Every method raises Lost, after which the connection is closed."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._host = host
        self._replies = Replies()
        try:
            self.socket: socket.socket = _connected(host, port, timeout)
        except OSError as fault:
            raise Lost(clean(str(fault))) from None

    def secure(self, context: ssl.SSLContext, timeout: float) -> None:
        """Begin TLS. Raises ssl.SSLError. Nothing said before it is left: ``reply`` sees to that (RFC 3207 4.2)."""
        self.socket.settimeout(timeout)
        try:
            self.socket = context.wrap_socket(self.socket, server_hostname=self._host)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError, TimeoutError) as fault:
            self.close()
            raise Lost(f"during the TLS handshake: {fault}") from None

    def ask(self, line: str, timeout: float) -> Reply:
        """Send a command line, and wait for its reply."""
        with self._losing():
            self.socket.settimeout(timeout)
            self.socket.sendall(line.encode() + b"\r\n")
        return self.reply(timeout)

    def reply(self, timeout: float) -> Reply:
        """One reply, which must be complete within ``timeout`` seconds, however slowly it drips."""
        deadline = time.monotonic() + timeout
        with self._losing():
            while True:
                self.socket.settimeout(max(0.001, deadline - time.monotonic()))
                data = self.socket.recv(8192)
                if not data:
                    raise Lost("the relay closed the connection")
                for reply in self._replies.feed(data):
                    if self._replies.has_more:
                        raise Lost("the relay says more than it was asked")
                    return reply

    def close(self) -> None:
        self.socket.close()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
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
