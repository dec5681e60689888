"""A scripted relay: any reply, a lost connection or a stall at any step of SMTP."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from mailer.adapters.smtp import Timeouts
from tests.waiting import TIMEOUT


class Fault(Enum):
    DROP = "close the connection"
    STALL = "say nothing more"
    STUCK = "read nothing more"


@dataclass(frozen=True)
class Drip:
    """A reply sent one octet at a time, with a pause of ``pause`` seconds after each."""

    text: str
    pause: float = 0.0


Step: TypeAlias = str | bytes | Drip | Fault | tuple["Step", ...]
"""A string is a reply without its CRLF; bytes are sent unchanged; the steps of a tuple are played in order.

In a reply, {who} stands for the sender after MAIL, the recipient after RCPT, and all recipients later.
"""

USUAL: Mapping[str, str] = {
    "CONNECT": "220 relay.example ESMTP",
    "STARTTLS": "220 2.0.0 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    ".": "250 2.0.0 taken",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


SHORT_TIMEOUTS = Timeouts(*[0.5] * 6)
"""For a client of a relay that stalls."""

LONG_TIMEOUTS = Timeouts(*[TIMEOUT] * 6)
"""For a client of a relay that always answers, also on a busy machine."""


class _Ended(Exception):
    """The connection ends."""


@dataclass(frozen=True)
class Mail:
    """A mail to one recipient; a mail to several recipients is recorded once for each."""

    sender: str
    recipient: str
    raw: bytes


@dataclass
class Relay:
    """A relay that listens on ``port`` within the context; ``script`` has the next plays for each step.

    Steps are the verbs, CONNECT, BODY (after the first line of a message) and “.” (after the last).
    """

    script: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    keywords: Sequence[str] = ("SIZE 1000000", "8BITMIME", "SMTPUTF8", "AUTH PLAIN LOGIN")
    tls: ssl.SSLContext | None = None
    tls_at_once: bool = False
    lmtp: bool = False
    """Whether it speaks LMTP: one reply to a message for each of its recipients (RFC 2033)."""
    unknown: Sequence[str] = ()
    """The recipients that it refuses."""
    path: Path | None = None
    """The Unix socket on which it listens instead of a port."""
    before_answer: Callable[[], object] = lambda: None
    """Called when a whole message has been received and recorded, before the reply to it."""
    taken: list[Mail] = field(default_factory=list)
    """Mails that got 2xx after their final dot."""
    refused: list[Mail] = field(default_factory=list)
    """Mails that got 4xx or 5xx after their final dot."""
    read: list[Mail] = field(default_factory=list)
    """Mails that were received up to their final dot, whatever the reply."""
    sessions: list[list[str]] = field(default_factory=list)
    """The lines that each connection received."""

    def __post_init__(self) -> None:
        self.port = 0
        self._script = {step: deque(plays) for step, plays in self.script.items()}
        self.over = threading.Event()
        self._open: list[socket.socket] = []
        self._connections: list[threading.Thread] = []

    @property
    def timeouts(self) -> Timeouts:
        """The timeouts for a client: short only if the script stalls."""
        stalls = any(_stalls(play) for plays in self.script.values() for play in plays)
        return SHORT_TIMEOUTS if stalls else LONG_TIMEOUTS

    def __enter__(self) -> Relay:
        if self.path is None:
            self._listener = socket.create_server(("127.0.0.1", 0))
            self.port = self._listener.getsockname()[1]
        else:
            self._listener = socket.create_server(str(self.path), family=socket.AF_UNIX)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self.hang_up()
        for connection in self._connections:
            connection.join(TIMEOUT)

    def hang_up(self) -> None:
        """Close every connection, as a relay does with idle clients."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def say(self, words: bytes) -> None:
        """Send ``words`` on every connection, unasked."""
        for connection in self._open:
            connection.sendall(words)

    def verbs(self, session: int = -1) -> list[str]:
        return [line.partition(" ")[0].upper() for line in self.sessions[session]]

    def _listen(self) -> None:
        while not self.over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if self.path is None:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(connection)
            log: list[str] = []
            self.sessions.append(log)
            self._connections.append(threading.Thread(target=_Connection(self, connection, log).run, daemon=True))
            self._connections[-1].start()

    def next_play(self, step: str, usual: Step) -> Step:
        plays = self._script.get(step)
        return plays.popleft() if plays else usual


class _Connection:
    def __init__(self, relay: Relay, connection: socket.socket, log: list[str]) -> None:
        self._relay = relay
        self._socket = connection
        self._file = connection.makefile("rb")
        self._log = log
        self._sender = ""
        self._begun = False
        self._recipients: list[str] = []
        self._who = ""

    def run(self) -> None:
        try:
            if self._relay.tls and self._relay.tls_at_once:
                self._secure(self._relay.tls)
            self._play("CONNECT")
            for line in self._lines():
                self._command(line)
        except (OSError, _Ended):
            pass  # the client or the script has closed the connection
        finally:
            self._file.close()
            self._socket.close()

    def _lines(self) -> Iterator[str]:
        while line := self._file.readline():
            self._log.append(line.decode("utf-8", "replace").rstrip("\r\n"))
            yield self._log[-1]

    def _command(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        match verb:
            case "EHLO" | "LHLO" if (verb == "LHLO") == self._relay.lmtp:
                self._play("EHLO", self._hello())
            case "MAIL":
                self._sender, self._recipients = _path(line), []
                self._who = self._sender
                self._begun = self._play(verb).startswith("2")
            case "RCPT":
                self._recipient(_path(line))
            case "DATA":
                self._data()
            case "STARTTLS":
                if self._play(verb).startswith("220") and self._relay.tls is not None:
                    self._secure(self._relay.tls)
            case _:
                self._play(verb)
                if verb == "QUIT":
                    raise _Ended

    def _recipient(self, address: str) -> None:
        self._who = address
        if not self._begun:
            self._act("503 5.5.1 MAIL first")
        elif address in self._relay.unknown:
            self._act(f"550 5.1.1 <{address}> is nobody here")
        elif self._play("RCPT").startswith("2"):
            self._recipients.append(address)

    def _data(self) -> None:
        self._who = ",".join(self._recipients)
        usual = "354 go ahead" if self._recipients else "554 5.5.1 no valid recipients"
        if self._play("DATA", usual).startswith("354"):
            self._message()

    def _secure(self, context: ssl.SSLContext) -> None:
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_side=True)
        self._file = self._socket.makefile("rb")

    def _hello(self) -> str:
        lines = ["relay.example", *self._relay.keywords]
        return "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)

    def _message(self) -> None:
        lines: list[bytes] = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise _Ended
            lines.append(line.removeprefix(b"."))
            if len(lines) == 1:
                self._play("BODY", b"")
        mails = [Mail(self._sender, recipient, b"".join(lines)) for recipient in self._recipients or [""]]
        self._relay.read += mails
        for together in [[mail] for mail in mails] if self._relay.lmtp else [mails]:
            play = self._relay.next_play(".", USUAL["."])
            verdict = {"2": self._relay.taken, "4": self._relay.refused, "5": self._relay.refused}.get(_first(play)[:1])
            if verdict is not None:
                verdict += together
            self._relay.before_answer()
            self._perform(play)

    def _play(self, step: str, usual: Step = "500 what?") -> str:
        """Play the script's next play for the step, or the usual one. Returns its first part as text: the reply."""
        play = self._relay.next_play(step, USUAL.get(step, usual))
        self._perform(play)
        return _first(play)

    def _perform(self, play: Step) -> None:
        for part in play if isinstance(play, tuple) else (play,):
            self._act(part)

    def _encoded(self, reply: str) -> bytes:
        return reply.replace("{who}", self._who).encode() + b"\r\n"

    def _act(self, part: Step) -> None:
        match part:
            case str():
                self._socket.sendall(self._encoded(part))
            case bytes():
                self._socket.sendall(part)
            case Drip(text, pause):
                for octet in self._encoded(text):
                    self._socket.sendall(bytes([octet]))
                    time.sleep(pause)
            case Fault.STALL:
                while self._socket.recv(65536):  # until the client closes
                    pass
                raise _Ended
            case Fault.STUCK:
                self._relay.over.wait(TIMEOUT)
                raise _Ended
            case Fault.DROP:
                raise _Ended


def _stalls(play: Step) -> bool:
    """Whether a client waits in vain for the end of a reply or of its own message."""
    match play:
        case tuple():
            return any(map(_stalls, play))
        case bytes():
            return not play.endswith(b"\r\n")
        case Drip(_, pause):
            return pause > SHORT_TIMEOUTS.command / 10
        case _:
            return play in (Fault.STALL, Fault.STUCK)


def _first(play: Step) -> str:
    """The first part of a play as text: a reply, if the play begins with one."""
    first = play[0] if isinstance(play, tuple) else play
    return first.text if isinstance(first, Drip) else str(first)


def _path(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
