"""The log formats, and what a log never contains (D6)."""

from __future__ import annotations

import io
import json
import logging
import re

import pytest

from mailer.adapters import log
from mailer.tokens import Purpose, TokenKey

TOKEN = str(TokenKey(b"k" * 32).token(Purpose.VOTE, 17))
LEAVE = str(TokenKey(b"k" * 32).token(Purpose.LEAVE, 17, 2))
MAC = TOKEN.rpartition("-")[2]
PASSWORD = 'corr3ct "horse" {x}'


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(format: str, level: str = "info", stream: io.StringIO | None = None) -> io.StringIO:
    stream = stream or io.StringIO()
    log.configure(format, level, stream, [PASSWORD, ""])
    return stream


def test_a_human_line_has_time_level_module_and_message() -> None:
    stream = lines("human")
    logging.getLogger("mailer.receive").info("%s from %s", "confirm", "anna@example.org")
    assert re.fullmatch(r"\d\d:\d\d:\d\d info    receive   confirm from anna@example\.org\n", stream.getvalue())


def test_a_json_line_is_one_object_with_an_rfc_3339_time() -> None:
    stream = lines("json")
    logging.getLogger("mailer.daemon").warning("two\nlines")
    written = json.loads(stream.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", written.pop("ts"))
    assert written == {"level": "warning", "logger": "mailer.daemon", "message": "two\nlines"}
    assert stream.getvalue().count("\n") == 1


def test_only_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain = Terminal(), Terminal()
    lines("human", stream=coloured)
    logging.getLogger("mailer.daemon").warning("mind")
    monkeypatch.setenv("NO_COLOR", "1")
    lines("human", stream=plain)
    logging.getLogger("mailer.daemon").warning("mind")
    assert (coloured.getvalue()[9:26], plain.getvalue()[9:18]) == ("\x1b[33mwarning\x1b[0m ", "warning d")


def test_a_line_cannot_be_forged_by_what_it_quotes() -> None:
    stream = lines("human")
    logging.getLogger("mailer.daemon").info("subject: %s", "x\n12:00:00 error   daemon    fire\x1b[2J\r")
    _, second = stream.getvalue().splitlines()
    assert second == "    12:00:00 error   daemon    fire\ufffd[2J\ufffd"


def test_the_level_is_for_our_own_lines_and_libraries_only_warn() -> None:
    stream = lines("human", "warning")
    for name in ("mailer.daemon", "imapclient.imaplib", "weasyprint"):
        logging.getLogger(name).info("quiet")
    logging.getLogger("weasyprint").warning("quiet")
    logging.getLogger("imapclient").warning("heard")
    assert [line.rpartition(" ")[2] for line in stream.getvalue().splitlines()] == ["heard"]


def test_configuring_again_replaces_the_stream() -> None:
    first, second = lines("human"), lines("human")
    logging.getLogger("mailer.daemon").info("once")
    assert (first.getvalue(), second.getvalue().count("once")) == ("", 1)


@pytest.mark.parametrize(
    ("message", "written"),
    [
        (f"vote by {TOKEN}@example.org", "vote by vote-h-…@example.org"),
        (f"to office+{TOKEN.upper()}@example.org", "to office+VOTE-H-…@example.org"),
        (f"left with {LEAVE}", "left with leave-h-2-…"),
        (f"login with {PASSWORD} failed", "login with … failed"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("'authorization': 'Basic Zm9vOmJhcg=='", "'authorization': 'Basic …'"),
        ("send: AUTH PLAIN AGZvbwBiYXI=", "send: AUTH PLAIN …"),
        ("password='hunter2', user='anna'", "password='…', user='anna'"),
        ("connect postgresql://me:hunter2@db/mailer", "connect postgresql://me:…@db/mailer"),
        ("GET https://example.org:8080/leave", "GET https://example.org:8080/leave"),
        ("a confirm-17 and a vote-17-short", "a confirm-17 and a vote-17-short"),
    ],
)
@pytest.mark.parametrize("format", ["human", "json"])
def test_D6_secrets_and_tokens_are_hidden(format: str, message: str, written: str) -> None:
    stream = lines(format)
    logging.getLogger("mailer.daemon").info("%s", message)
    shown = json.loads(stream.getvalue())["message"] if format == "json" else stream.getvalue()[27:-1]
    assert shown == written


@pytest.mark.parametrize("format", ["human", "json"])
def test_D6_tracebacks_contain_no_secret(format: str) -> None:
    stream = lines(format)
    try:
        try:
            raise ValueError(f"bad reply to {TOKEN}")
        except ValueError as cause:
            raise RuntimeError(f"LOGIN office {PASSWORD}") from cause
    except RuntimeError:
        logging.getLogger("mailer.daemon").exception("handling failed", stack_info=True)
    assert "RuntimeError: LOGIN office …" in stream.getvalue()
    assert MAC not in stream.getvalue()
    assert "corr3ct" not in stream.getvalue()
