"""What every Transport does: the fake, files, and SMTP to the sandbox and to Postfix."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from mailer.adapters.eml import EmlTransport
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.adapters.sandbox.clients import MailClients
from mailer.adapters.smtp import SmtpSettings, SmtpTransport
from mailer.errors import Temporary
from mailer.message import Envelope, Outgoing
from mailer.outbox.model import Delivery
from mailer.ports import Transport
from tests.fakes import FakeTransport

OFFICE = SandboxUser("office@office.example", "The Office", "office-pw")
READERS = (
    SandboxUser("anna@members.example", "Anna Kim", "anna-pw"),
    SandboxUser("bela@members.example", "Béla Nagy", "bela-pw"),
)
ANNA, BELA = (reader.address for reader in READERS)
NOBODY = "nobody@members.example"
DATE = "Mon, 23 Nov 2026 12:00:00 +0000"


class Way(Protocol):
    """A transport, what came of it, and one like it that leads nowhere."""

    transport: Transport
    nowhere: Transport

    def received(self, recipient: str, number: int) -> list[bytes]:
        """The ``number`` messages that came, once they have."""


class FakeWay:
    def __init__(self) -> None:
        self.transport = self.fake = FakeTransport({NOBODY: [Delivery.FAILED]})
        self.nowhere = FakeTransport(unreachable=Temporary("down"))

    def received(self, recipient: str, number: int) -> list[bytes]:
        return self.fake.messages_to(recipient)


class EmlWay:
    def __init__(self, folder: Path) -> None:
        self.transport = EmlTransport(folder / "out")
        (folder / "file").touch()
        self.nowhere = EmlTransport(folder / "file")
        self._folder = folder / "out"

    def received(self, recipient: str, number: int) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.glob(f"*-{recipient}.eml"))]


class SmtpWay:
    def __init__(self, servers: MailClients) -> None:
        self._servers = servers
        self.transport = SmtpTransport(_settings(servers.host, servers.smtp_port))
        self.nowhere = SmtpTransport(_settings(servers.host, 1))
        self._before = {reader.address: len(servers.messages(reader)) for reader in READERS}

    def received(self, recipient: str, number: int) -> list[bytes]:
        (reader,) = (reader for reader in READERS if reader.address == recipient)
        deadline = time.monotonic() + 10
        while True:
            new = self._servers.messages(reader)[self._before[recipient] :]
            if len(new) >= number or time.monotonic() > deadline:
                return new
            time.sleep(0.05)


def _settings(host: str, port: int) -> SmtpSettings:
    return SmtpSettings(host, port, "none", OFFICE.address, OFFICE.password)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(None, [OFFICE, *READERS]) as running:
        yield running


@pytest.fixture(params=["fake", "eml", "sandbox", pytest.param("postfix", marks=pytest.mark.servers)])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    match request.param:
        case "fake":
            return FakeWay()
        case "eml":
            return EmlWay(tmp_path)
        case "sandbox":
            return SmtpWay(request.getfixturevalue("sandbox"))
        case _:
            return SmtpWay(request.getfixturevalue("real_servers"))


def body(word: str) -> bytes:
    return f"Subject: {word}\r\n\r\n.{word}\r\n.\r\n..\r\n".encode()


def copy(row: int, recipient: str, word: str = "hello") -> Outgoing:
    header = f"From: {OFFICE.address}\r\nDate: {DATE}\r\nMessage-ID: <{row}@office.example>\r\n".encode()
    envelope = Envelope("office+bounce-1@office.example", recipient)
    return Outgoing(row, envelope, [header, *(body(word)[n : n + 7] for n in range(0, len(body(word)), 7))])


def test_every_copy_arrives_once_and_has_its_outcome(way: Way) -> None:
    outcomes = list(way.transport.deliver(iter([copy(1, ANNA, "one"), copy(2, BELA, "two"), copy(3, ANNA, "three")])))
    assert [(outcome.row, outcome.state) for outcome in outcomes] == [(row, Delivery.SENT) for row in (1, 2, 3)]
    assert [len(outcome.reply.splitlines()) for outcome in outcomes] == [1, 1, 1]
    # Between two of one reader's mails a server may change the order.
    assert sorted(map(_from_subject, way.received(ANNA, 2))) == sorted([body("one"), body("three")])
    assert [*map(_from_subject, way.received(BELA, 1))] == [body("two")]


def _from_subject(raw: bytes) -> bytes:
    return raw[raw.index(b"Subject: ") :]


def test_nothing_to_deliver(way: Way) -> None:
    assert list(way.transport.deliver(iter([]))) == []


def test_an_outcome_comes_before_the_next_copy_is_taken(way: Way) -> None:
    diary: list[str] = []

    def copies() -> Iterator[Outgoing]:
        for row in (1, 2):
            diary.append(f"taken {row}")
            yield copy(row, ANNA)

    diary.extend(f"outcome {outcome.row}" for outcome in way.transport.deliver(copies()))
    assert diary == ["taken 1", "outcome 1", "taken 2", "outcome 2"]
    assert len(way.received(ANNA, 2)) == 2


def test_who_stops_listening_takes_no_more(way: Way) -> None:
    copies = iter([copy(1, ANNA), copy(2, ANNA)])
    outcomes = way.transport.deliver(copies)
    assert next(outcomes).row == 1
    del outcomes
    assert [left.row for left in copies] == [2]
    assert len(way.received(ANNA, 1)) == 1


def test_where_nobody_can_be_reached_nothing_is_taken(way: Way) -> None:
    copies = iter([copy(1, ANNA)])
    with pytest.raises(Temporary):
        list(way.nowhere.deliver(copies))
    assert [left.row for left in copies] == [1]


def test_one_refusal_does_not_stop_the_next(way: Way) -> None:
    if isinstance(way, EmlWay):
        pytest.skip("a folder refuses nobody")
    outcomes = list(way.transport.deliver(iter([copy(1, NOBODY), copy(2, ANNA)])))
    assert [(outcome.row, outcome.state) for outcome in outcomes] == [(1, Delivery.FAILED), (2, Delivery.SENT)]


def test_it_can_be_used_again_after_closing(way: Way) -> None:
    for row in (1, 2):
        assert [outcome.row for outcome in way.transport.deliver(iter([copy(row, BELA)]))] == [row]
        way.transport.close()
        way.transport.close()
    assert len(way.received(BELA, 2)) == 2
