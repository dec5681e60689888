"""The contract of Transport: the fake, files, sendmail, LMTP, and SMTP to the sandbox and to Postfix."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from mailer.adapters.eml import EmlTransport
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.adapters.sandbox.clients import MailClients
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import SmtpSettings, SmtpTransport
from mailer.errors import Permanent, Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery
from mailer.ports import Transport
from tests.fakes import FakeLedger, FakeTransport
from tests.relay import Relay
from tests.servers.debian import DebianServers
from tests.settings import smtp_settings
from tests.waiting import wait_until

OFFICE = SandboxUser("office@office.example", "The Office", "office-pw")
READERS = (
    SandboxUser("anna@members.example", "Anna Kim", "anna-pw"),
    SandboxUser("bela@members.example", "Béla Nagy", "bela-pw"),
)
ANNA, BELA = (reader.address for reader in READERS)
NOBODY = "nobody@members.example"
DATE = "Mon, 23 Nov 2026 12:00:00 +0000"


class Route(Protocol):
    """A transport under test, the mails that arrived, and a transport of the same kind that leads nowhere."""

    transport: Transport
    nowhere: Transport
    connections: int

    def received(self, recipient: str, number: int) -> list[bytes]:
        """Wait for ``number`` messages to a recipient and return them."""


class FakeRoute:
    connections = 1

    def __init__(self) -> None:
        self.transport = self.fake = FakeTransport({NOBODY: [Delivery.FAILED]})
        self.nowhere = FakeTransport(unreachable=Temporary("down"))

    def received(self, recipient: str, number: int) -> list[bytes]:
        return self.fake.messages_to(recipient)


class EmlRoute:
    connections = 1

    def __init__(self, folder: Path) -> None:
        self.transport = EmlTransport(folder / "out")
        (folder / "file").touch()
        self.nowhere = EmlTransport(folder / "file")
        self._folder = folder / "out"

    def received(self, recipient: str, number: int) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.glob(f"*-{recipient}.eml"))]


class SmtpRoute:
    def __init__(self, servers: MailClients, connections: int) -> None:
        self._servers = servers
        self.connections = connections
        self.transport = SmtpTransport(_settings(servers.host, servers.smtp_port, connections))
        self.nowhere = SmtpTransport(_settings(servers.host, 1))
        self._before = {reader.address: len(servers.messages(reader)) for reader in READERS}

    def received(self, recipient: str, number: int) -> list[bytes]:
        (reader,) = (reader for reader in READERS if reader.address == recipient)
        wait_until(lambda: len(self._servers.messages(reader)) >= self._before[recipient] + number)
        return self._servers.messages(reader)[self._before[recipient] :]


class LmtpRoute:
    """A scripted server, on a TCP port or a Unix socket."""

    connections = 1

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.transport = SmtpTransport(_lmtp(str(relay.path) if relay.path else "127.0.0.1", relay.port))
        self.nowhere = SmtpTransport(_lmtp("/nowhere/lmtp" if relay.path else "127.0.0.1", 1))

    def received(self, recipient: str, number: int) -> list[bytes]:
        return [mail.raw for mail in self._relay.taken if mail.recipient == recipient]


class DovecotRoute(SmtpRoute):
    """Debian's Dovecot over LMTP, without Postfix."""

    def __init__(self, servers: DebianServers) -> None:
        super().__init__(servers, 1)
        self.transport = SmtpTransport(_lmtp(servers.host, servers.lmtp_port))
        self.nowhere = SmtpTransport(_lmtp(servers.host, 1))


PROGRAM = """
import pathlib, sys
folder, *arguments = sys.argv[1:]
assert arguments[:-1] == ["-i", "-f", "office+bounce-1@office.example", "--"]
if arguments[-1].startswith("nobody@"):
    sys.exit(67)
mails = pathlib.Path(folder, arguments[-1])
mails.mkdir(parents=True, exist_ok=True)
(mails / str(len([*mails.iterdir()]))).write_bytes(sys.stdin.buffer.read())
"""


class SendmailRoute:
    """A program that puts mail into a folder."""

    connections = 1

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.transport = SendmailTransport([sys.executable, "-c", PROGRAM, str(folder)])
        self.nowhere = SendmailTransport([str(folder / "nothing")])

    def received(self, recipient: str, number: int) -> list[bytes]:
        found = sorted((self._folder / recipient).iterdir(), key=lambda path: int(path.name))
        return [path.read_bytes().replace(b"\n", b"\r\n") for path in found]


def _lmtp(host: str, port: int) -> SmtpSettings:
    return smtp_settings(host, port, "none", lmtp=True)


def _settings(host: str, port: int, connections: int = 1) -> SmtpSettings:
    return smtp_settings(host, port, "none", OFFICE.address, OFFICE.password, connections=connections)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(None, [OFFICE, *READERS]) as running:
        yield running


@pytest.fixture(
    params=[
        "fake",
        "eml",
        "lmtp",
        "lmtp, a socket",
        "sendmail",
        "sandbox",
        "sandbox, 3 connections",
        pytest.param("dovecot", marks=pytest.mark.servers),
        pytest.param("postfix", marks=pytest.mark.servers),
        pytest.param("postfix, 3 connections", marks=pytest.mark.servers),
    ]
)
def route(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Route]:
    if request.param.startswith("lmtp"):
        path = tmp_path / "lmtp" if "socket" in request.param else None
        with Relay(keywords=["PIPELINING", "8BITMIME"], lmtp=True, unknown=[NOBODY], path=path) as relay:
            yield LmtpRoute(relay)
        return
    yield _route(request, tmp_path)


def _route(request: pytest.FixtureRequest, tmp_path: Path) -> Route:
    match request.param:
        case "fake":
            return FakeRoute()
        case "eml":
            return EmlRoute(tmp_path)
        case "sendmail":
            return SendmailRoute(tmp_path)
        case "dovecot":
            return DovecotRoute(request.getfixturevalue("real_servers"))
        case "sandbox" | "sandbox, 3 connections":
            return SmtpRoute(request.getfixturevalue("sandbox"), 3 if "3" in request.param else 1)
        case _:
            return SmtpRoute(request.getfixturevalue("real_servers"), 3 if "3" in request.param else 1)


def body(word: str) -> bytes:
    return f"Subject: {word}\r\n\r\n.{word}\r\n.\r\n..\r\n".encode()


def copy(row: int, recipient: str, word: str = "hello") -> Outgoing:
    header = f"From: {OFFICE.address}\r\nDate: {DATE}\r\nMessage-ID: <{row}@office.example>\r\n".encode()
    envelope = Envelope("office+bounce-1@office.example", (recipient,))
    return Outgoing(
        (row,), envelope, MailTemplate(header, *(body(word)[n : n + 7] for n in range(0, len(body(word)), 7)))
    )


def test_every_copy_arrives_once_and_has_its_outcome(route: Route) -> None:
    ledger = FakeLedger([copy(1, ANNA, "one"), copy(2, BELA, "two"), copy(3, ANNA, "three")])
    route.transport.deliver(ledger)
    assert sorted((o.row, o.state) for o in ledger.outcomes) == [(row, Delivery.SENT) for row in (1, 2, 3)]
    assert [len(outcome.reply.splitlines()) for outcome in ledger.outcomes] == [1, 1, 1]
    # A server may change the order of two mails to one reader.
    assert sorted(map(_from_subject, route.received(ANNA, 2))) == sorted([body("one"), body("three")])
    assert [*map(_from_subject, route.received(BELA, 1))] == [body("two")]


def _from_subject(raw: bytes) -> bytes:
    return raw[raw.index(b"Subject: ") :]


def test_nothing_to_deliver(route: Route) -> None:
    ledger = FakeLedger([])
    route.transport.deliver(ledger)
    assert ledger.events == []


def test_a_row_is_started_before_its_outcome_and_at_most_one_per_connection(route: Route) -> None:
    ledger = FakeLedger([copy(row, ANNA) for row in range(1, 7)])
    route.transport.deliver(ledger)
    assert len(route.received(ANNA, 6)) == 6
    assert 1 <= ledger.most_under_way <= route.connections
    for row in range(1, 7):
        mine = [line for line in ledger.events if line.endswith(f" {row}")]
        assert mine == [f"taken {row}", f"started {row}", f"outcome {row}"]


def test_an_outcome_is_recorded_before_the_next_copy_is_started(route: Route) -> None:
    if route.connections > 1:
        pytest.skip("over several connections there is more than one at a time")
    ledger = FakeLedger([copy(1, ANNA), copy(2, ANNA)])
    route.transport.deliver(ledger)
    assert [line for line in ledger.events if not line.startswith("taken")] == [
        "started 1",
        "outcome 1",
        "started 2",
        "outcome 2",
    ]
    assert len(route.received(ANNA, 2)) == 2


def test_an_empty_ledger_ends_the_delivery(route: Route) -> None:
    ledger = FakeLedger([copy(1, ANNA), copy(2, ANNA)], most=1)
    route.transport.deliver(ledger)
    assert ([outcome.row for outcome in ledger.outcomes], ledger.left) == ([1], [2])
    assert len(route.received(ANNA, 1)) == 1


def test_E15_no_mail_is_sent_when_the_ledger_cannot_be_written(route: Route) -> None:
    ledger = FakeLedger([copy(1, ANNA)], broken=Temporary("the disk is full"))
    with pytest.raises(Temporary, match="the disk is full"):
        route.transport.deliver(ledger)
    sound = FakeLedger([copy(2, ANNA, "later")])
    route.transport.deliver(sound)
    assert [*map(_from_subject, route.received(ANNA, 1))] == [body("later")]


def test_an_unreachable_transport_takes_no_mail(route: Route) -> None:
    ledger = FakeLedger([copy(1, ANNA)])
    with pytest.raises((Temporary, Permanent)):
        route.nowhere.deliver(ledger)
    with pytest.raises((Temporary, Permanent)):
        route.nowhere.describe()
    assert (ledger.left, ledger.events) == ([1], [])


def test_describe_shows_the_other_end_and_delivers_nothing(route: Route) -> None:
    assert next(what for what, _ in route.transport.describe()) == "relay"
    assert all(detail for _, detail in route.transport.describe())


def test_recipients_that_share_a_mail_each_get_it_and_have_their_outcome(route: Route) -> None:
    shared = copy(1, ANNA)._replace(rows=(1, 2), envelope=copy(1, ANNA).envelope._replace(recipients=(ANNA, BELA)))
    ledger = FakeLedger([shared, copy(3, ANNA, "later")])
    route.transport.deliver(ledger)
    assert sorted((o.row, o.state) for o in ledger.outcomes) == [(row, Delivery.SENT) for row in (1, 2, 3)]
    assert [*map(_from_subject, route.received(BELA, 1))] == [body("hello")]
    assert sorted(map(_from_subject, route.received(ANNA, 2))) == sorted([body("hello"), body("later")])


def test_one_refusal_does_not_stop_the_next(route: Route) -> None:
    if isinstance(route, EmlRoute):
        pytest.skip("a folder refuses nobody")
    ledger = FakeLedger([copy(1, NOBODY), copy(2, ANNA)])
    route.transport.deliver(ledger)
    assert sorted((o.row, o.state) for o in ledger.outcomes) == [(1, Delivery.FAILED), (2, Delivery.SENT)]


def test_a_closed_transport_can_be_used_again(route: Route) -> None:
    for row in (1, 2):
        ledger = FakeLedger([copy(row, BELA)])
        route.transport.deliver(ledger)
        assert [outcome.row for outcome in ledger.outcomes] == [row]
        route.transport.close()
        route.transport.close()
    assert len(route.received(BELA, 2)) == 2
