"""Log formats for people and machines. A log never contains a secret or a token (D6)."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Literal, TextIO

from mailer.adapters import redaction
from mailer.tokens import redact_tokens

LOGGER = logging.getLogger("mailer")
"""For what concerns the whole process."""

NOISY = ("weasyprint", "fontTools")
"""Libraries whose warnings are only about fonts and styles."""

_CREDENTIALS = re.compile(
    r"""
    ( authorization ["']? \s* [:=] \s* ["']? (?: [a-z0-9]+ \s+ (?=[^\s"']) )?
    | \b auth \s+ (?: plain | login | xoauth2 | oauthbearer ) \s+
    | \b (?: password | passwd | secret ) ["']? \s* [:=] \s* ["']?
    | :// [^\s/:@]* : (?= [^\s/@]+ @ )
    )
    [^\s"',;@]+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_COLOURS: Mapping[int, str] = {logging.DEBUG: "2", logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31"}


class Redaction:
    """Hides credentials, the given secrets, and the secret part of tokens (``vote-17-…`` stays, to trace a mail)."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._without_secrets = redaction.Redaction(secrets)

    def __call__(self, text: str) -> str:
        return _CREDENTIALS.sub(r"\1…", redact_tokens(self._without_secrets(text)))


class _Redacting(logging.Formatter):
    """Redacts the finished text, which includes arguments and tracebacks."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def message(self, record: logging.LogRecord) -> str:
        return self._redact(record.getMessage())

    def traceback(self, record: logging.LogRecord) -> str:
        """The traceback and the stack, if the record has them."""
        traced = self.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
        return self._redact("\n".join(filter(None, (traced, record.stack_info))))


class HumanFormatter(_Redacting):
    """``12:03:04 info    receive   confirm from anna@example.org``; times are UTC, further lines are indented."""

    def __init__(self, redact: Redaction, colour: bool) -> None:
        super().__init__(redact)
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        level = f"{record.levelname.lower():<7}"
        if self._colour and record.levelno in _COLOURS:
            level = f"\x1b[{_COLOURS[record.levelno]}m{level}\x1b[0m"
        text = "\n".join(filter(None, (self.message(record), self.traceback(record))))
        indented = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text).replace("\n", "\n    ")
        return f"{time} {level} {record.name.rpartition('.')[2]:<9} {indented}"


class JsonFormatter(_Redacting):
    """One JSON object per line: ``ts`` (RFC 3339, UTC), ``level``, ``logger``, ``message``, ``traceback`` if any."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message(record),
        }
        if traced := self.traceback(record):
            line["traceback"] = traced
        return json.dumps(line, ensure_ascii=False)


class _Handler(logging.StreamHandler[TextIO]):
    """Our handler; its class distinguishes it from handlers that others have added."""


def configure(format: Literal["human", "json"], level: str, stream: TextIO, secrets: Iterable[str] = ()) -> None:
    """Log our own lines from ``level`` up to ``stream``, and warnings of libraries. May be called again.

    Colour is only for a terminal, unless NO_COLOR is set (no-color.org).
    """
    redact = Redaction(secrets)
    handler = _Handler(stream)
    colour = stream.isatty() and not os.environ.get("NO_COLOR")
    handler.setFormatter(JsonFormatter(redact) if format == "json" else HumanFormatter(redact, colour))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("mailer").setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
