"""A relay in a process of its own that takes every mail, and writes it down before it says so."""

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
PACES = (0.0, 0.0005, 0.003)
"""Seconds up to which a connection's answers to the final dot may take: each has one of these."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A line of the relay's book: a connection was opened, a mail taken on it, or it is over."""

    at: float
    """On the machine's monotonic clock."""
    what: str
    connection: int
    recipient: str = ""
    message_id: str = ""


class CountingRelay:
    """A context in which it listens, pipelining on one port and not on the other; its book is a file in ``folder``."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._book = folder / "relay.txt"
        self._book.touch()
        self._read = 0
        self._open = 0
        self._seed = seed

    def __enter__(self) -> CountingRelay:
        mine, its = os.pipe()
        self._process = os.fork()
        if not self._process:
            os.close(mine)
            try:
                asyncio.run(_serve(self._book, Random(self._seed), its))
            finally:
                os._exit(1)
        os.close(its)
        with os.fdopen(mine) as said:
            pipelining, plain = said.readline().split()
        self.port = {True: int(pipelining), False: int(plain)}
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def count_news(self) -> int:
        """How much has happened since the last ``news``."""
        with self._book.open("rb") as book:
            book.seek(self._read)
            return book.read().count(b"\n")

    def news(self, patience: float = 10.0) -> list[Happening]:
        """What happened since the last call, once every connection is over and all that came over it is read."""
        until = time.monotonic() + patience
        found = self._written()
        while self._open:
            if time.monotonic() > until:
                raise TimeoutError(f"{self._open} connections to the relay are still open")
            time.sleep(0.0005)
            found += self._written()
        return found

    def _written(self) -> list[Happening]:
        """Whole lines: of one that is just being written, a reader may see the beginning."""
        with self._book.open("rb") as book:
            book.seek(self._read)
            lines, end, _ = book.read().rpartition(b"\n")
        self._read += len(lines + end)
        found = [_happening(line) for line in lines.decode().splitlines()]
        self._open += sum({"open": 1, "over": -1}.get(one.what, 0) for one in found)
        return found


def _happening(line: str) -> Happening:
    at, what, connection, *mail = line.split(" ")
    return Happening(float(at), what, int(connection), *mail)


async def _serve(path: Path, chance: Random, ready: int) -> None:
    book = os.open(path, os.O_WRONLY | os.O_APPEND)
    loop = asyncio.get_running_loop()
    servers = []
    for pipelining in (True, False):
        keywords = ("SIZE 10000000", "8BITMIME", "SMTPUTF8", "AUTH PLAIN", *(("PIPELINING",) if pipelining else ()))
        servers.append(await loop.create_server(partial(_Connection, book, chance, keywords), "127.0.0.1", 0))
    os.write(ready, " ".join(str(server.sockets[0].getsockname()[1]) for server in servers).encode() + b"\n")
    os.close(ready)
    await asyncio.gather(*(server.serve_forever() for server in servers))


class _Connection(asyncio.Protocol):
    """One client. Lines are answered in order, and none before the answer to a final dot."""

    opened = 0

    def __init__(self, book: int, chance: Random, keywords: tuple[str, ...]) -> None:
        _Connection.opened += 1
        self._number = _Connection.opened
        self._book = book
        self._chance = chance
        self._pace = chance.choice(PACES)
        self._keywords = keywords
        self._read = b""
        self._recipients: list[str] = []
        self._in_message = self._thinks = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._note(f"open {self._number}")
        self._say("220 relay.example ESMTP")

    def connection_lost(self, _why: Exception | None) -> None:
        self._note(f"over {self._number}")

    def data_received(self, data: bytes) -> None:
        self._read += data
        self._go_on()

    def _go_on(self) -> None:
        end = b"\r\n.\r\n" if self._in_message else b"\r\n"
        while not self._thinks and end in self._read:
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
                self._say("\r\n".join(f"250-{word}" for word in ("relay.example", *self._keywords)) + "\r\n250 HELP")
            case "AUTH":
                self._say("235 2.7.0 welcome")
            case "DATA":
                self._say("354 go ahead")
            case "QUIT":
                self._say("221 2.0.0 bye")
                self._transport.close()
            case _:
                self._say("250 2.0.0 ok")

    def _take(self, message: bytes) -> None:
        """Write it down, and answer after a while: who dies in between does not know what the relay knows."""
        found = MESSAGE_ID.search(message)
        assert found is not None
        self._note(*(f"taken {self._number} {who} {found[1].decode()}" for who in self._recipients))
        self._in_message, self._thinks = False, True
        asyncio.get_running_loop().call_later(self._chance.uniform(0, self._pace), self._taken)

    def _taken(self) -> None:
        self._thinks = False
        self._say("250 2.0.0 taken")
        self._go_on()

    def _say(self, reply: str) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply.encode() + b"\r\n")

    def _note(self, *lines: str) -> None:
        """All of them at once."""
        os.write(self._book, "".join(f"{time.monotonic():.6f} {line}\n" for line in lines).encode())
