"""A relay in a separate process that takes every mail, and logs it before it replies."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

MESSAGE_ID = re.compile(rb"^Message-ID: (<\S+>)\r$", re.MULTILINE | re.IGNORECASE)
REPLY_DELAYS = (0.0, 0.0005, 0.003)
"""Maximal delays of replies to the final dot, in seconds; each connection has one of these."""


@dataclass(frozen=True, slots=True)
class RelayEvent:
    """A line of the relay's log: a connection was opened (open), a mail taken, or a connection closed (over)."""

    at: float
    """Seconds on the machine's monotonic clock."""
    what: str
    connection: int
    recipient: str = ""
    message_id: str = ""


class CountingRelay:
    """A context in which it listens on two ports, with and without pipelining. Its log is a file in ``folder``."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._log_path = folder / "relay.txt"
        self._log_path.touch()
        self._read = 0
        self._open = 0
        self._seed = seed

    def __enter__(self) -> CountingRelay:
        mine, its = os.pipe()
        self._process = os.fork()
        if not self._process:
            os.close(mine)
            try:
                asyncio.run(_serve(self._log_path, Random(self._seed), its))
            finally:
                os._exit(1)
        os.close(its)
        with os.fdopen(mine) as ports:
            pipelining, plain = ports.readline().split()
        self.port = {True: int(pipelining), False: int(plain)}
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def count_new_events(self) -> int:
        """How many events there are since the last call of ``events``."""
        with self._log_path.open("rb") as log:
            log.seek(self._read)
            return log.read().count(b"\n")

    def events(self, timeout: float = 10.0) -> list[RelayEvent]:
        """The events since the last call. Waits until every connection is closed, and so all of its data is read."""
        until = time.monotonic() + timeout
        found = self._new_events()
        while self._open:
            if time.monotonic() > until:
                raise TimeoutError(f"{self._open} connections to the relay are still open")
            time.sleep(0.0005)
            found += self._new_events()
        return found

    def _new_events(self) -> list[RelayEvent]:
        """Events from complete lines; the last line may still be incomplete."""
        with self._log_path.open("rb") as log:
            log.seek(self._read)
            lines, end, _ = log.read().rpartition(b"\n")
        self._read += len(lines + end)
        found = [_event(line) for line in lines.decode().splitlines()]
        self._open += sum({"open": 1, "over": -1}.get(one.what, 0) for one in found)
        return found


def _event(line: str) -> RelayEvent:
    at, what, connection, *mail = line.split(" ")
    return RelayEvent(float(at), what, int(connection), *mail)


async def _serve(path: Path, random: Random, ready: int) -> None:
    log = os.open(path, os.O_WRONLY | os.O_APPEND)
    loop = asyncio.get_running_loop()
    servers = []
    for pipelining in (True, False):
        keywords = ("SIZE 10000000", "8BITMIME", "SMTPUTF8", "AUTH PLAIN", *(("PIPELINING",) if pipelining else ()))
        servers.append(await loop.create_server(partial(_Connection, log, random, keywords), "127.0.0.1", 0))
    os.write(ready, " ".join(str(server.sockets[0].getsockname()[1]) for server in servers).encode() + b"\n")
    os.close(ready)
    await asyncio.gather(*(server.serve_forever() for server in servers))


class _Connection(asyncio.Protocol):
    """One client. Commands are answered in order, and only after the delayed reply to a final dot."""

    opened = 0

    def __init__(self, log: int, random: Random, keywords: tuple[str, ...]) -> None:
        _Connection.opened += 1
        self._number = _Connection.opened
        self._log = log
        self._random = random
        self._reply_delay = random.choice(REPLY_DELAYS)
        self._keywords = keywords
        self._read = b""
        self._recipients: list[str] = []
        self._in_message = self._delaying = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._note(f"open {self._number}")
        self._reply("220 relay.example ESMTP")

    def connection_lost(self, _why: Exception | None) -> None:
        self._note(f"over {self._number}")

    def data_received(self, data: bytes) -> None:
        self._read += data
        self._go_on()

    def _go_on(self) -> None:
        end = b"\r\n.\r\n" if self._in_message else b"\r\n"
        while not self._delaying and end in self._read:
            part, _, self._read = self._read.partition(end)
            if self._in_message:
                self._take(part)
            else:
                self._answer(part.decode())
            end = b"\r\n.\r\n" if self._in_message else b"\r\n"

    def _answer(self, line: str) -> None:
        verb = line.split(" ")[0].upper()
        if verb == "MAIL":
            self._recipients = []
        elif verb == "RCPT":
            self._recipients.append(line.partition("<")[2].partition(">")[0])
        self._in_message = verb == "DATA"
        match verb:
            case "EHLO":
                self._reply("\r\n".join(f"250-{word}" for word in ("relay.example", *self._keywords)) + "\r\n250 HELP")
            case "AUTH":
                self._reply("235 2.7.0 welcome")
            case "DATA":
                self._reply("354 go ahead")
            case "QUIT":
                self._reply("221 2.0.0 bye")
                self._transport.close()
            case _:
                self._reply("250 2.0.0 ok")

    def _take(self, message: bytes) -> None:
        """Log the message and reply later. A sender killed in between does not know that the relay has it."""
        found = MESSAGE_ID.search(message)
        assert found is not None
        self._note(*(f"taken {self._number} {reader} {found[1].decode()}" for reader in self._recipients))
        self._in_message, self._delaying = False, True
        asyncio.get_running_loop().call_later(self._random.uniform(0, self._reply_delay), self._taken)

    def _taken(self) -> None:
        self._delaying = False
        self._reply("250 2.0.0 taken")
        self._go_on()

    def _reply(self, reply: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply.encode() + b"\r\n")

    def _note(self, *lines: str) -> None:
        """Log lines with a single write."""
        os.write(self._log, "".join(f"{time.monotonic():.6f} {line}\n" for line in lines).encode())
