"""A scripted IMAP server with two messages: any answer, a lost connection or silence to any command."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.relay import Drip, Fault
from tests.waiting import TIMEOUT

Play: TypeAlias = str | Fault | Drip | tuple["Play", ...]
"""Text, in which ``TAG`` is the command's tag and lines end in CRLF; or octets that come one by one; or a fault."""

OK = "TAG OK done\r\n"
SIZES = (
    '* 1 FETCH (UID 11 RFC822.SIZE 7 INTERNALDATE "29-Mar-2026 02:59:59 +0200")\r\n'
    '* 2 FETCH (UID 12 RFC822.SIZE 7 INTERNALDATE "29-Mar-2026 03:00:00 +0200")\r\n'
)
BODIES = "* 1 FETCH (UID 11 BODY[] {7}\r\none one)\r\n* 2 FETCH (UID 12 BODY[] {7}\r\ntwo two)\r\n"

USUAL: Mapping[str, Play] = {
    "CONNECT": "* OK here\r\n",
    "AUTHENTICATE": ("+ \r\n", OK),
    "LIST": f'* LIST () "/" "x"\r\n{OK}',
    "NAMESPACE": f'* NAMESPACE (("INBOX." ".")) NIL NIL\r\n{OK}',
    "SELECT": f"* 2 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n{OK}",
    "SEARCH": f"* SEARCH 11 12\r\n{OK}",
    "SIZES": SIZES + OK,
    "BODIES": BODIES + OK,
    "IDLE": "+ idling\r\n",
    "DONE": OK,
    "LOGOUT": f"* BYE\r\n{OK}",
}


@dataclass
class ImapScript:
    """A server that listens on ``port`` within the context; ``script`` has the next plays for each command.

    Commands are the verbs without UID; FETCH is SIZES or BODIES after what is asked for; CONNECT is the greeting.
    """

    script: Mapping[str, Sequence[Play]] = field(default_factory=dict)
    capabilities: str = "IDLE MOVE UIDPLUS AUTH=PLAIN"
    commands: list[str] = field(default_factory=list)
    """The received commands without tags and UID, except logins and listings."""
    answers: list[bytes] = field(default_factory=list)
    """What the client has said to the challenges of logins, without base64."""

    def __post_init__(self) -> None:
        self._script = {command: deque(plays) for command, plays in self.script.items()}
        self._open: list[socket.socket] = []

    @property
    def timeout(self) -> float:
        """Seconds for a client to wait for an answer: few only if the script gives none."""
        silent = any(Fault.STALL in plays for plays in self.script.values())
        return 0.5 if silent else TIMEOUT

    def __enter__(self) -> ImapScript:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for connection in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    @property
    def connections(self) -> int:
        return len(self._open)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            if not self._play(connection, "CONNECT", "*"):
                return
            idle = ""
            for line in lines:
                words = line.decode("latin-1").split()
                if len(words) < 2 and words != ["DONE"]:
                    return  # not IMAP
                tag, command = (idle, "DONE") if words == ["DONE"] else (words[0], _command(words[1:]))
                if command not in ("AUTHENTICATE", "LOGIN", "LIST", "NAMESPACE", "CAPABILITY", "SELECT", "NOOP"):
                    self.commands.append(" ".join(word for word in words[1:] if word != "UID") or "DONE")
                idle = tag if command == "IDLE" else idle
                if not self._play(connection, command, tag, lines.readline):
                    return

    def _play(self, connection: socket.socket, command: str, tag: str, read: Callable[[], bytes] = bytes) -> bool:
        usual = f"* CAPABILITY IMAP4rev1 {self.capabilities}\r\n{OK}" if command == "CAPABILITY" else OK
        plays = self._script.get(command)
        play = plays.popleft() if plays else USUAL.get(command, usual)
        for part in play if isinstance(play, tuple) else (play,):
            if part is Fault.DROP:
                return False
            if isinstance(part, Drip):
                _drip(connection, part)
            if isinstance(part, str):
                connection.sendall(part.replace("TAG", tag).encode())
                if command == "AUTHENTICATE" and part.startswith("+ "):
                    self.answers.append(base64.b64decode(read()))
        return True


def _drip(connection: socket.socket, drip: Drip) -> None:
    for octet in drip.text.encode():
        time.sleep(drip.pause)
        connection.sendall(bytes([octet]))


def _command(words: list[str]) -> str:
    verb = words[1] if words[0] == "UID" else words[0]
    if verb == "FETCH":
        return "BODIES" if "BODY.PEEK[]" in words[-1] else "SIZES"
    return verb.upper()
