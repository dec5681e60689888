"""One SMTP connection as a client sees it (RFC 5321): lines out, replies in, and nothing believed beyond the protocol.

Not smtplib: a deadline for a whole reply, a limit to its length, and a check that the relay says no more than it was
asked are what keeps a reply from being taken for another recipient's (E7, E8).
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass

from mailer.message import clean

_LONGEST_REPLY = 64_000
"""Octets; RFC 5321 asks for 512 a line."""
_BLOCK = 262_144


class Lost(Exception):
    """The connection is of no more use; the message says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply code and its text, one line for each line."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return clean(f"{self.code} {' '.join(self.lines)}")

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


class Dialogue:
    """An open connection. Every method raises Lost, after which the connection is closed."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._host = host
        self._buffer = b""
        try:
            self._socket: socket.socket = socket.create_connection((host, port), timeout)
        except OSError as fault:
            raise Lost(clean(str(fault))) from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def secure(self, context: ssl.SSLContext, timeout: float) -> None:
        """Begin TLS. Raises ssl.SSLError. Nothing said before it is left: ``reply`` sees to that (RFC 3207 4.2)."""
        self._socket.settimeout(timeout)
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self._host)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError, TimeoutError) as fault:
            self.close()
            raise Lost(f"during the TLS handshake: {fault}") from None

    def ask(self, line: str, timeout: float) -> Reply:
        """Send a command line, and wait for its reply."""
        self.send(line.encode() + b"\r\n", timeout)
        return self.reply(timeout)

    def send(self, data: bytes, timeout: float) -> None:
        """Send octets as they are; ``timeout`` is for each block of them."""
        with self._losing():
            self._socket.settimeout(timeout)
            for start in range(0, len(data), _BLOCK):
                self._socket.sendall(data[start : start + _BLOCK])

    def reply(self, timeout: float) -> Reply:
        """One reply, which must be complete within ``timeout`` seconds, however slowly it drips."""
        deadline = time.monotonic() + timeout
        lines: list[str] = []
        size = 0
        while True:
            line = self._line(deadline, _LONGEST_REPLY - size)
            size += len(line)
            code, more, text = line[:3], line[3:4], line[4:]
            if not (code.isdigit() and len(code) == 3 and more in (b" ", b"-", b"")):
                raise self._lose(f"the relay does not speak SMTP: {clean(line.decode('utf-8', 'replace'))!r}")
            lines.append(text.decode("utf-8", "replace"))
            if more != b"-":
                break
        if self._buffer:
            raise self._lose("the relay says more than it was asked")
        return Reply(int(code), tuple(lines))

    def is_quiet(self) -> bool:
        """Whether the connection stands and the relay has said nothing unasked, such as 421."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return not self._buffer
        except OSError:
            return False
        return False  # a word out of turn, or the end

    def close(self) -> None:
        self._socket.close()

    def _line(self, deadline: float, limit: int) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > limit:
                raise self._lose("the relay's reply has no end")
            with self._losing():
                self._socket.settimeout(max(0.001, deadline - time.monotonic()))
                data = self._socket.recv(8192)
            if not data:
                raise self._lose("the relay closed the connection")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def _lose(self, why: str) -> Lost:
        self.close()
        return Lost(why)

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise self._lose("the relay did not answer in time") from None
        except OSError as fault:
            raise self._lose(clean(str(fault) or type(fault).__name__)) from None
