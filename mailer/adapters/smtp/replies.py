"""What a relay says, cut into replies (RFC 5321 4.2), however it is split over reads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from mailer.message import clean

_LONGEST_REPLY = 64_000
"""Octets; RFC 5321 asks for 512 a line."""


class Lost(Exception):
    """The connection is of no more use; the message says why."""


class Reply(NamedTuple):
    """A reply code and its text, one line for each line."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return _words(self)

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@lru_cache(maxsize=256)
def _words(reply: Reply) -> str:
    return clean(f"{reply.code} {' '.join(reply.lines)}")


@lru_cache(maxsize=256)
def _split(line: bytes) -> tuple[int, bytes, str]:
    """Code, mark and text: a relay says the same few lines again and again. Raises Lost for what is no such line."""
    code, mark, text = line[:3], line[3:4], line[4:]
    if not (code.isdigit() and len(code) == 3 and mark in (b" ", b"-", b"")):
        raise Lost(f"the relay does not speak SMTP: {clean(line.decode('utf-8', 'replace'))!r}")
    return int(code), mark, text.decode("utf-8", "replace")


def read_line(line: bytes) -> Reply:
    """A whole reply of one line, without its CRLF."""
    code, _, text = _split(line)
    return Reply(code, (text,))


class Replies:
    """One connection's replies, in order. A limit to their length keeps a relay from filling our memory (E7)."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[str] = []
        self._size = 0

    @property
    def has_more(self) -> bool:
        """Whether something was said that is not yet a whole reply, or not yet taken."""
        return bool(self._rest or self._lines)

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that are complete now. Raises Lost at what is none, after those before it."""
        self._rest += data
        while b"\n" in self._rest:
            line, _, self._rest = self._rest.partition(b"\n")
            self._size += len(line)
            if self._size > _LONGEST_REPLY:
                raise Lost("the relay's reply has no end")
            if reply := self._line(line.rstrip(b"\r")):
                yield reply
        if self._size + len(self._rest) > _LONGEST_REPLY:
            raise Lost("the relay's reply has no end")

    def _line(self, line: bytes) -> Reply | None:
        code, mark, text = _split(line)
        self._lines.append(text)
        if mark == b"-":
            return None
        lines, self._lines, self._size = tuple(self._lines), [], 0
        return Reply(code, lines)
