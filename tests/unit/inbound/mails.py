"""Small mails for the tests, with defaults that a test can override."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mailer.inbound.classify import classify
from mailer.inbound.intents import Intent, ReadingRules
from mailer.inbound.parse import parse
from mailer.message import Inbound
from mailer.requests import ANSWERS, COMMANDS
from mailer.tokens import Purpose, Token, TokenKey

DATA = Path(__file__).parents[2] / "data"
RECEIVED = datetime(2025, 12, 1, 10, 12, tzinfo=UTC)
KEY = TokenKey(b"k" * 32)
OFFICE = ReadingRules("tg2@iso-sr.example", ("update.iso-sr.example",), COMMANDS, ANSWERS)

VOTE = KEY.token(Purpose.VOTE, 17)
CONFIRM = KEY.token(Purpose.CONFIRM, 5)
LEAVE = KEY.token(Purpose.LEAVE, 9, 3)
LEAVE_EVERYTHING = KEY.token(Purpose.LEAVE_EVERYTHING, 9)
BOUNCE = KEY.token(Purpose.BOUNCE, 1234)

HEADERS = {
    "From": "Anna Kim <anna@example.org>",
    "To": "tg2@iso-sr.example",
    "Subject": "Hello",
    "Date": "Mon, 1 Dec 2025 10:12:13 +0000",
    "Message-ID": "<1@example.org>",
}


def raw(body: str | bytes = "", extra: Sequence[tuple[str, str]] = (), **headers: str | None) -> bytes:
    """A mail with CRLF line ends; ``Content_Type`` is the field Content-Type, and None omits a field."""
    fields = {**HEADERS, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in (*fields.items(), *extra) if value is not None]
    octets = body.encode() if isinstance(body, str) else body
    return "\r\n".join([*lines, "", ""]).encode() + octets.replace(b"\n", b"\r\n")


def mail(body: str | bytes = "", extra: Sequence[tuple[str, str]] = (), **headers: str | None) -> Inbound:
    return parse(raw(body, extra, **headers), RECEIVED)


def html(markup: str) -> Inbound:
    return mail(markup, Content_Type="text/html; charset=utf-8")


def alternative(text: str, markup: str) -> Inbound:
    body = (
        "--b\nContent-Type: text/plain; charset=utf-8\n\n"
        f"{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{markup}\n--b--\n"
    )
    return mail(body, Content_Type='multipart/alternative; boundary="b"')


def to(token: Token | str) -> str:
    return f"tg2+{token}@iso-sr.example"


def intent(body: str | bytes = "", extra: Sequence[tuple[str, str]] = (), **headers: str | None) -> Intent:
    return classify(mail(body, extra, **headers), OFFICE, KEY)


def sample(name: str) -> bytes:
    """A file of tests/data, with the vote's token in place of the word TOKEN."""
    return (DATA / name).read_bytes().replace(b"TOKEN", str(VOTE).encode())
