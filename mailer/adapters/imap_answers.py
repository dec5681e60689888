"""The reading side of an IMAP connection: each command has a limit on its answer's octets and on its time."""

from __future__ import annotations

import base64
import imaplib
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from imapclient import IMAPClient
from imapclient.exceptions import LoginError

_MOST_OCTETS_OF_A_LINE = 1_000_000
"""As in imaplib: what a search may answer. The mailbox searches in ranges that stay below it (F14)."""
_CHUNK = 65_536
_FINISHES_WITHIN = 5.0
"""Seconds for an answer to end after the process was asked to stop (E16)."""


@dataclass(frozen=True, slots=True)
class AnswerLimits:
    """What the server may send in answer to one command."""

    literal_octets: int
    """In a single literal, which is a message's body."""
    octets: int
    """In all literals together."""
    seconds: float
    other_octets: int = 2_000_000
    """Outside literals. Each line costs several times its octets of memory."""
    octets_per_second: float = 4_000.0
    """For every so many octets, a second is added to ``seconds``: a large answer over a slow line takes its time."""


class BoundedClient(IMAPClient):  # type: ignore[misc]  # IMAPClient ships no types
    """An IMAP client that takes no more for an answer than it may."""

    def __init__(
        self,
        host: str,
        port: int,
        context: ssl.SSLContext | None,
        timeout: float,
        limits: AnswerLimits,
        stop: Callable[[], bool],
    ) -> None:
        """``context`` is for TLS from the beginning; ``timeout`` is for each read."""
        self._bounds = limits
        self._seconds = timeout
        self._stop = stop
        super().__init__(host, port, ssl=context is not None, ssl_context=context, timeout=timeout)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  IMAPClient's name
        return _Connection(self.host, self.port, self.ssl_context, self._seconds, self._bounds, self._stop)

    def authenticate(self, mechanism: str, answer: Callable[[bytes], str]) -> None:
        """Log in with an exchange of our own. ``answer`` gets each challenge as it is, before base64 (F15).

        Raises LoginError.
        """
        try:
            self._imap.authenticate_raw(mechanism, answer)
        except imaplib.IMAP4.error as refusal:
            raise LoginError(str(refusal)) from refusal

    def begin_move(self, uids: Sequence[int], folder: str) -> bytes:
        """Send UID MOVE (RFC 6851) and do not wait for its answer; the tag is for ``finish_move``."""
        name = self._normalise_folder(folder)
        tag: bytes = self._imap._command("UID", "MOVE", ",".join(map(str, uids)), name)
        return tag

    def finish_move(self, tag: bytes) -> None:
        """Wait for the answer. Raises imaplib's errors."""
        self._imap.restart_clock()
        status, words = self._imap._command_complete("UID", tag)
        if status != "OK":
            raise self.Error(f"move failed: {words[-1].decode('utf-8', 'replace')}")

    def end_idle(self) -> None:
        """End IDLE. Its time does not count, only that of the answer to DONE."""
        self._imap.restart_clock()
        self.idle_done()


class _Answers:
    """imaplib takes only a method for what answers challenges."""

    def __init__(self, answer: Callable[[bytes], str]) -> None:
        self._answer = answer

    def encoded(self, challenge: bytes) -> bytes:
        return base64.b64encode(self._answer(challenge).encode())


class _Connection(imaplib.IMAP4):
    """Reads from the socket itself, because imaplib's file waits for a whole line, however slowly it comes."""

    def __init__(
        self,
        host: str,
        port: int,
        context: ssl.SSLContext | None,
        timeout: float,
        limits: AnswerLimits,
        stop: Callable[[], bool],
    ) -> None:
        self._context = context
        self._timeout = timeout
        self._limits = limits
        self._stop = stop
        self._unread = bytearray()
        self._source: socket.socket | None = None
        self._began = time.monotonic()
        self._received = self._literals = self._others = 0
        super().__init__(host, port, timeout)

    def restart_clock(self) -> None:
        """Count seconds from now on."""
        self._began = time.monotonic()

    def authenticate_raw(self, mechanism: str, answer: Callable[[bytes], str]) -> None:
        """As ``authenticate``, but a challenge need not be base64."""
        self.literal = _Answers(answer).encoded  # type: ignore[assignment]  # a method, too; see imaplib
        status, words = self._simple_command("AUTHENTICATE", mechanism)
        if status != "OK":
            raise self.error(words[-1].decode("utf-8", "replace"))
        self.state = "AUTH"

    def read(self, size: int) -> bytes:
        """A literal. Raises abort if it is above the limit; imaplib would read it however long it is (F7)."""
        if size > self._limits.literal_octets:
            raise self.abort(f"a literal of {size} octets is above the limit of {self._limits.literal_octets}")
        self._literals += size
        if self._literals > self._limits.octets:
            raise self.abort(f"the literals of one answer are above the limit of {self._limits.octets} octets")
        while len(self._unread) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        """A line with its end."""
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0 and len(self._unread) <= _MOST_OCTETS_OF_A_LINE:
            searched = len(self._unread)
            self._receive()
        size = end + 1 or len(self._unread)
        self._others += size
        if size > _MOST_OCTETS_OF_A_LINE:
            raise self.abort(f"got more than {_MOST_OCTETS_OF_A_LINE} bytes")
        if self._others > self._limits.other_octets:
            raise self.abort(f"an answer is above the limit of {self._limits.other_octets} octets")
        return self._taken(size)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = socket.create_connection((self.host, self.port), self._timeout)
        return self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain

    def _new_tag(self) -> bytes:
        """Each command has its own limits."""
        self._received = self._literals = self._others = 0
        self.restart_clock()
        return super()._new_tag()  # type: ignore[misc,no-any-return]  # typeshed does not know it

    def _taken(self, size: int) -> bytes:
        taken = bytes(memoryview(self._unread)[:size])
        del self._unread[:size]
        return taken

    def _receive(self) -> None:
        """Read what is there. Raises abort at the end of the connection, and when the answer's time is over."""
        if self._source is not self.sock:  # what came before STARTTLS is not protected by it
            self._unread.clear()
            self._source = self.sock
        spent = time.monotonic() - self._began
        allowed = self._limits.seconds + self._received / self._limits.octets_per_second
        if self._stop():
            allowed = min(allowed, _FINISHES_WITHIN)
        if spent >= allowed:
            raise self.abort(f"an answer was not complete after {spent:.0f} seconds ({self._received} octets)")
        self.sock.settimeout(min(self._timeout, allowed - spent))
        try:
            data = self.sock.recv(_CHUNK)
        except TimeoutError:
            waited = time.monotonic() - self._began
            raise self.abort(f"the server was silent for {waited - spent:.0f} seconds in an answer") from None
        self.sock.settimeout(self._timeout)
        if not data:
            raise self.abort("the server closed the connection")
        self._received += len(data)
        self._unread += data
