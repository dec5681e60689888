"""Replies of a relay (RFC 5321 4.2), parsed from data that may be split anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from mailer.message import clean

_MAX_REPLY = 64_000
"""Octets; RFC 5321 allows 512 a line."""


CONTINUE = 334
"""The code of a challenge (RFC 4954 4)."""


class Lost(Exception):
    """The connection cannot be used any more; the message says why."""


class Reply(NamedTuple):
    """A reply code and the lines of its text."""

    code: int
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return _text_of(self)

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@lru_cache(maxsize=256)
def _text_of(reply: Reply) -> str:
    return clean(f"{reply.code} {' '.join(reply.lines)}")


@lru_cache(maxsize=256)
def _split(line: bytes) -> tuple[int, bytes, str] | None:
    """Code, separator and text; cached, as a relay repeats the same few lines. None for any other line."""
    code, separator, text = line[:3], line[3:4], line[4:]
    if not (code.isdigit() and len(code) == 3 and separator in (b" ", b"-", b"")):
        return None
    return int(code), separator, text.decode("utf-8", "replace")


class Replies:
    """Parses one connection's replies, in order. A limit to their length protects our memory (E7)."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        """``redact`` takes secrets out of what the relay says (D6)."""
        self._redact = redact
        self._rest = b""
        self._lines: list[str] = []
        self._size = 0

    @property
    def has_more(self) -> bool:
        """Whether data is left that is an incomplete reply, or one that the caller has not taken yet."""
        return bool(self._rest or self._lines)

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that ``data`` completes. Yields those before a malformed one, then raises Lost."""
        self._rest += data
        while b"\n" in self._rest:
            line, _, self._rest = self._rest.partition(b"\n")
            self._size += len(line)
            if self._size > _MAX_REPLY:
                raise Lost("the relay's reply is too long")
            if reply := self._line(line.rstrip(b"\r")):
                yield reply
        if self._size + len(self._rest) > _MAX_REPLY:
            raise Lost("the relay's reply is too long")

    def read_line(self, line: bytes) -> Reply:
        """A reply that is a single line, given without its CRLF. Raises Lost if it is none."""
        split = _split(line)
        if split is None:
            raise Lost(f"the relay does not speak SMTP: {clean(self._redact(line.decode('utf-8', 'replace')))!r}")
        code, _, text = split
        return Reply(code, (self._redact(text),))

    def _line(self, line: bytes) -> Reply | None:
        split = _split(line)
        if split is None:
            return self.read_line(line)
        code, separator, text = split
        self._lines.append(text)
        if separator == b"-":
            return None
        lines, self._lines, self._size = tuple(self._lines), [], 0
        if code == CONTINUE:  # a challenge, which is no words for people
            return Reply(code, lines)
        return Reply(code, tuple(self._redact("\n".join(lines)).split("\n")))
