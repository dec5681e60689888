"""What a relay says, cut into replies (RFC 5321 4.2), however it is split over reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailer.message import clean

_LONGEST_REPLY = 64_000
"""Octets; RFC 5321 asks for 512 a line."""


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
        code, more, text = line[:3], line[3:4], line[4:]
        if not (code.isdigit() and len(code) == 3 and more in (b" ", b"-", b"")):
            raise Lost(f"the relay does not speak SMTP: {clean(line.decode('utf-8', 'replace'))!r}")
        self._lines.append(text.decode("utf-8", "replace"))
        if more == b"-":
            return None
        lines, self._lines, self._size = tuple(self._lines), [], 0
        return Reply(int(code), lines)
