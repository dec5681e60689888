"""The LMTP server, over real sockets (RFC 2033)."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mailer.adapters.lmtp_server import MOST_CONNECTIONS, Full, LmtpSettings, serve
from mailer.errors import Permanent, Temporary
from mailer.message import Address
from tests.ports import free_port
from tests.waiting import TIMEOUT

OFFICE = Address.parse("office@office.example")
LIMIT = 20_000
MAIL = b"From: anna@x.example\r\nSubject: a\r\n\r\nwords\r\n"


class Store:
    """What is handed over; it may fail, or be full."""

    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []
        self.fault: Exception | None = None
        self.is_full = False

    def take(self, raw: bytes, recipient: str) -> None:
        if self.fault:
            raise self.fault
        self.taken.append((raw, recipient))

    def has_room(self, recipient: str) -> bool:
        return not self.is_full or "vote" in recipient


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "lmtp.sock")


@pytest.fixture
def listening(store: Store, path: str) -> Iterator[str]:
    with serve(LmtpSettings(path, OFFICE, LIMIT), store.take, store.has_room) as where:
        yield where


@contextmanager
def client(where: str) -> Iterator[smtplib.LMTP]:
    with closing(smtplib.LMTP(where)) as connection:
        yield connection


def answers(where: str, *commands: bytes) -> list[bytes]:
    """The last line of the answer to each command."""
    found = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(TIMEOUT)
        connection.connect(where)
        lines = connection.makefile("rb")
        lines.readline()
        for command in commands:
            connection.sendall(command + b"\r\n")
            while (line := lines.readline())[3:4] == b"-":
                pass
            found.append(line.strip())
    return found


def test_a_mail_is_taken_with_its_envelope_at_its_top(store: Store, listening: str) -> None:
    with client(listening) as connection:
        connection.sendmail("anna@x.example", ["Office+Help@office.example"], MAIL)
    assert store.taken == [
        (
            b"Return-Path: <anna@x.example>\r\nDelivered-To: Office+Help@office.example\r\n" + MAIL,
            "Office+Help@office.example",
        )
    ]


def test_a_mail_that_is_handed_over_twice_has_the_same_bytes(store: Store, listening: str) -> None:
    for _ in range(2):
        with client(listening) as connection:
            connection.sendmail("<>", ["office@office.example"], MAIL)
    assert store.taken[0] == store.taken[1]
    assert store.taken[0][0].startswith(b"Return-Path: <>\r\n")


def test_it_greets_as_lmtp_servers_do(listening: str) -> None:
    with client(listening) as connection:
        connection.ehlo_or_helo_if_needed()
        assert {"pipelining", "enhancedstatuscodes", "8bitmime", "smtputf8", "size"} <= connection.esmtp_features.keys()
        assert connection.esmtp_features["size"] == str(LIMIT)
    assert answers(listening, b"EHLO x", b"HELO x")[0][:3] == b"500"


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([b"MAIL FROM:<a@x.example> SIZE=20001"], b"552 5.3.4 the mail is larger than we read"),
        ([b"MAIL FROM:<a@x.example>", b"RCPT TO:<nobody@office.example>"], b"550 5.1.1 no such mailbox"),
        ([b"MAIL FROM:<a@x.example>", b"RCPT TO:<office@elsewhere.example>"], b"550 5.1.1 no such mailbox"),
        (
            [b"MAIL FROM:<>", b"RCPT TO:<office@office.example>", b"RCPT TO:<office+a@office.example>"],
            b"452 4.5.3 one recipient at a time",
        ),
        ([b"MAIL FROM:<>", b"DATA"], b"503 5.5.1 no valid recipients"),
    ],
)
def test_refusals_have_enhanced_codes(listening: str, commands: list[bytes], answer: bytes) -> None:
    assert answers(listening, b"LHLO x", *commands)[-1] == answer


def test_a_mail_that_is_too_large_is_refused_after_its_end(store: Store, listening: str) -> None:
    found = answers(
        listening,
        *(b"LHLO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<office@office.example>", b"DATA"),
        b"words\r\n" * 4_000 + b".",
    )
    assert (found[-1], store.taken) == (b"552 5.3.4 the mail is larger than we read", [])


def test_C9_lines_of_any_length_and_bytes_of_any_kind_arrive_unchanged(store: Store, listening: str) -> None:
    raw = b"From: a@x.example\r\n\r\n" + b"\xff\x00x" * 3_000 + b"\r\n..dot\r\n"
    with client(listening) as connection:
        connection.sendmail("a@x.example", ["office@office.example"], raw)
    assert store.taken[0][0].endswith(raw)


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (Temporary("the disk is full"), (451, b"4.3.0 the mail cannot be stored now")),
        (Full("too much mail waits"), (452, b"4.3.1 too much mail waits")),
        (RuntimeError("a bug"), (451, b"4.3.0 the mail cannot be stored now")),
    ],
)
def test_a_mail_that_cannot_be_stored_stays_with_the_mail_server(
    store: Store, listening: str, fault: Exception, answer: tuple[int, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    store.fault = fault
    with client(listening) as connection, pytest.raises(smtplib.SMTPDataError) as refused:
        connection.sendmail("a@x.example", ["office@office.example"], MAIL)
    assert (refused.value.smtp_code, refused.value.smtp_error) == answer


def test_B14_in_a_flood_what_is_urgent_is_still_taken(store: Store, listening: str) -> None:
    store.is_full = True
    found = answers(
        listening,
        *(b"LHLO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<office@office.example>"),
        b"RCPT TO:<office+vote-1@office.example>",
    )
    assert found[-2:] == [b"452 4.3.1 too much mail waits; try again later", b"250 2.1.5 OK"]


def test_a_client_that_goes_away_leaves_nothing(store: Store, listening: str) -> None:
    answers(
        listening,
        *(b"LHLO x", b"MAIL FROM:<a@x.example>", b"RCPT TO:<office@office.example>", b"DATA"),
    )
    with client(listening) as connection:
        connection.sendmail("a@x.example", ["office@office.example"], MAIL)
    assert len(store.taken) == 1


def test_B14_more_connections_than_a_mail_server_needs_are_refused(listening: str) -> None:
    opened = []
    try:
        for _ in range(MOST_CONNECTIONS + 1):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT)
            connection.connect(listening)
            opened.append(connection)
        greetings = [connection.recv(100) for connection in opened]
    finally:
        for connection in opened:
            connection.close()
    assert [line[:3] for line in greetings] == [b"220"] * MOST_CONNECTIONS + [b"421"]
    for _ in range(3):
        with client(listening) as again:
            again.sendmail("a@x.example", ["office@office.example"], MAIL)


def test_a_mail_that_is_being_stored_has_its_answer_before_the_server_stops(store: Store, path: str) -> None:
    storing, go_on = threading.Event(), threading.Event()

    def take(raw: bytes, recipient: str) -> None:
        storing.set()
        go_on.wait(TIMEOUT)
        store.take(raw, recipient)

    refused: list[object] = []

    def hand_over(where: str) -> None:
        with client(where) as connection:
            refused.append(connection.sendmail("a@x.example", ["office@office.example"], MAIL))

    with serve(LmtpSettings(path, OFFICE, LIMIT), take) as where:
        sender = threading.Thread(target=hand_over, args=(where,))
        sender.start()
        assert storing.wait(TIMEOUT)
        threading.Timer(0.1, go_on.set).start()
    sender.join(TIMEOUT)
    assert (refused, len(store.taken)) == ([{}], 1)


# --- where it listens ---


def test_a_port_of_this_machine_will_do(store: Store) -> None:
    port = free_port()
    with serve(LmtpSettings(f"127.0.0.1:{port}", OFFICE, LIMIT), store.take) as where:
        assert where == f"127.0.0.1:{port}"
        with closing(smtplib.LMTP("127.0.0.1", port)) as connection:
            connection.sendmail("a@x.example", ["office@office.example"], MAIL)
    assert len(store.taken) == 1


def test_A7_nobody_else_can_use_the_socket_and_it_is_gone_afterwards(store: Store, path: str) -> None:
    with serve(LmtpSettings(path, OFFICE, LIMIT), store.take):
        assert f"{Path(path).stat().st_mode & 0o777:o}" == "600"
    assert not Path(path).exists()


def test_the_socket_of_a_process_that_was_killed_is_replaced(store: Store, path: str) -> None:
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(path)
    left.close()
    with serve(LmtpSettings(path, OFFICE, LIMIT), store.take) as where, client(where) as connection:
        connection.sendmail("a@x.example", ["office@office.example"], MAIL)
    assert len(store.taken) == 1


def test_a_socket_that_another_process_uses_is_left_alone(store: Store, listening: str) -> None:
    with (
        pytest.raises(Permanent, match="another process listens there"),
        serve(LmtpSettings(listening, OFFICE, LIMIT), store.take),
    ):
        pass
    with client(listening) as connection:
        connection.sendmail("a@x.example", ["office@office.example"], MAIL)


def test_a_file_that_is_no_socket_is_left_alone(store: Store, path: str) -> None:
    Path(path).write_text("mine")
    with pytest.raises(Permanent, match="no socket"), serve(LmtpSettings(path, OFFICE, LIMIT), store.take):
        pass
    assert Path(path).read_text() == "mine"


def test_an_unknown_group_is_named(store: Store, path: str) -> None:
    with (
        pytest.raises(Permanent, match=r"\[lmtp\] group: this machine has no group nobodys"),
        serve(LmtpSettings(path, OFFICE, LIMIT, "nobodys"), store.take),
    ):
        pass
