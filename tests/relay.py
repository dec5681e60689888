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
    STALL = "send nothing more"
    STUCK = "read nothing more"


@dataclass(frozen=True)
class Drip:
    """A reply sent one octet at a time, with a pause of ``pause`` seconds after each."""

    text: str
    pause: float = 0.0


Action: TypeAlias = str | bytes | Drip | Fault | tuple["Action", ...]
"""A string is a reply without its CRLF; bytes are sent unchanged; the actions of a tuple follow each other.

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


class _Closed(Exception):
    """The connection ends."""


@dataclass(frozen=True)
class Mail:
    """A mail to one recipient; a mail to several recipients is recorded once for each."""

    sender: str
    recipient: str
    raw: bytes


@dataclass
class Relay:
    """A relay that listens on ``port`` within the context; ``script`` has the next actions for each step.

    Steps are the verbs, CONNECT, BODY (after the first line of a message) and “.” (after the last).
    """

    script: Mapping[str, Sequence[Action]] = field(default_factory=dict)
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
        self._script = {step: deque(actions) for step, actions in self.script.items()}
        self.stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._connections: list[threading.Thread] = []

    @property
    def timeouts(self) -> Timeouts:
        """The timeouts for a client: short only if the script stalls."""
        stalls = any(_stalls(action) for actions in self.script.values() for action in actions)
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
        self.stopped.set()
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
        while not self.stopped.is_set():
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

    def next_action(self, step: str, usual: Action) -> Action:
        actions = self._script.get(step)
        return actions.popleft() if actions else usual


class _Connection:
    def __init__(self, relay: Relay, connection: socket.socket, log: list[str]) -> None:
        self._relay = relay
        self._socket = connection
        self._file = connection.makefile("rb")
        self._log = log
        self._sender = ""
        self._in_transaction = False
        self._recipients: list[str] = []
        self._named = ""

    def run(self) -> None:
        try:
            if self._relay.tls and self._relay.tls_at_once:
                self._secure(self._relay.tls)
            self._run("CONNECT")
            for line in self._lines():
                self._command(line)
        except (OSError, _Closed):
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
                self._run("EHLO", self._hello())
            case "MAIL":
                self._sender, self._recipients = _path(line), []
                self._named = self._sender
                self._in_transaction = self._run(verb).startswith("2")
            case "RCPT":
                self._recipient(_path(line))
            case "DATA":
                self._data()
            case "STARTTLS":
                if self._run(verb).startswith("220") and self._relay.tls is not None:
                    self._secure(self._relay.tls)
            case _:
                self._run(verb)
                if verb == "QUIT":
                    raise _Closed

    def _recipient(self, address: str) -> None:
        self._named = address
        if not self._in_transaction:
            self._act("503 5.5.1 MAIL first")
        elif address in self._relay.unknown:
            self._act(f"550 5.1.1 <{address}> is nobody here")
        elif self._run("RCPT").startswith("2"):
            self._recipients.append(address)

    def _data(self) -> None:
        self._named = ",".join(self._recipients)
        usual = "354 go ahead" if self._recipients else "554 5.5.1 no valid recipients"
        if self._run("DATA", usual).startswith("354"):
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
                raise _Closed
            lines.append(line.removeprefix(b"."))
            if len(lines) == 1:
                self._run("BODY", b"")
        mails = [Mail(self._sender, recipient, b"".join(lines)) for recipient in self._recipients or [""]]
        self._relay.read += mails
        for group in [[mail] for mail in mails] if self._relay.lmtp else [mails]:
            action = self._relay.next_action(".", USUAL["."])
            verdict = {"2": self._relay.taken, "4": self._relay.refused, "5": self._relay.refused}.get(
                _first(action)[:1]
            )
            if verdict is not None:
                verdict += group
            self._relay.before_answer()
            self._perform(action)

    def _run(self, step: str, usual: Action = "500 what?") -> str:
        """Perform the scripted or else the usual action of a step; returns its reply as text."""
        action = self._relay.next_action(step, USUAL.get(step, usual))
        self._perform(action)
        return _first(action)

    def _perform(self, action: Action) -> None:
        for part in action if isinstance(action, tuple) else (action,):
            self._act(part)

    def _encoded(self, reply: str) -> bytes:
        return reply.replace("{who}", self._named).encode() + b"\r\n"

    def _act(self, part: Action) -> None:
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
                raise _Closed
            case Fault.STUCK:
                self._relay.stopped.wait(TIMEOUT)
                raise _Closed
            case Fault.DROP:
                raise _Closed


def _stalls(action: Action) -> bool:
    """Whether a client waits in vain for the end of a reply or of its own message."""
    match action:
        case tuple():
            return any(map(_stalls, action))
        case bytes():
            return not action.endswith(b"\r\n")
        case Drip(_, pause):
            return pause > SHORT_TIMEOUTS.command / 10
        case _:
            return action in (Fault.STALL, Fault.STUCK)


def _first(action: Action) -> str:
    """The first part of an action as text: a reply, if the action begins with one."""
    first = action[0] if isinstance(action, tuple) else action
    return first.text if isinstance(first, Drip) else str(first)


def _path(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
