"""Connections kept between two deliveries: they are used again, quit in time, and checked before use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from mailer.adapters.smtp import SmtpTransport
from mailer.errors import Permanent
from mailer.model.outbox import Delivery
from tests.fakes import FakeLedger, FakeMetrics
from tests.relay import Relay
from tests.settings import smtp_settings
from tests.unit.adapters.test_smtp import copies
from tests.waiting import wait_until

LONG = 60.0


@contextmanager
def pooling(relay: Relay, seconds: float = LONG, connections: int = 1, **settings: int) -> Iterator[SmtpTransport]:
    where = smtp_settings("127.0.0.1", relay.port, "none", timeouts=relay.timeouts, connections=connections, **settings)
    with closing(SmtpTransport(where, FakeMetrics(), seconds)) as transport:
        yield transport


def send(transport: SmtpTransport, *recipients: str) -> list[Delivery]:
    ledger = FakeLedger(copies(*recipients))
    transport.deliver(ledger)
    return [outcome.state for outcome in ledger.outcomes]


def test_the_next_delivery_goes_over_the_same_connection() -> None:
    with Relay() as relay:
        with pooling(relay) as transport:
            assert send(transport, "a@example.org") == send(transport, "b@example.org") == [Delivery.SENT]
            assert [mail.recipient for mail in relay.taken] == ["a@example.org", "b@example.org"]
            assert "QUIT" not in relay.verbs()
        wait_until(lambda: relay.verbs()[-1] == "QUIT")
    assert [line.partition(" ")[0] for line in relay.sessions[0]].count("EHLO") == len(relay.sessions) == 1


def test_the_next_delivery_uses_all_connections_of_the_one_before() -> None:
    people = [f"r{number}@example.org" for number in range(200)]
    with Relay() as relay:
        with pooling(relay, connections=3) as transport:
            assert send(transport, *people) == send(transport, *people) == [Delivery.SENT] * 200
        wait_until(lambda: {relay.verbs(session)[-1] for session in range(3)} == {"QUIT"})
    assert len(relay.sessions) == 3


def test_an_unused_connection_is_quit_in_time() -> None:
    with Relay() as relay, pooling(relay, seconds=0.05) as transport:
        assert send(transport, "a@example.org") == [Delivery.SENT]
        wait_until(lambda: relay.verbs()[-1] == "QUIT")
        assert send(transport, "b@example.org") == [Delivery.SENT]
        assert len(relay.sessions) == 2


@pytest.mark.parametrize("farewell", [b"", b"421 4.4.2 idle for too long\r\n", b"250 what?\r\n"])
def test_E4_a_connection_that_the_relay_closed_or_wrote_to_is_not_used_again(farewell: bytes) -> None:
    with Relay() as relay, pooling(relay) as transport:
        assert send(transport, "a@example.org") == [Delivery.SENT]
        if farewell:
            relay.say(farewell)
        else:
            relay.hang_up()
        time.sleep(0.05)
        assert send(transport, "b@example.org") == [Delivery.SENT]
        assert len(relay.sessions) == 2


def test_a_failed_delivery_keeps_no_connection() -> None:
    with Relay({"MAIL": ["550 5.7.1 not you"]}) as relay, pooling(relay) as transport:
        with pytest.raises(Permanent, match="does not let us send from our address"):
            send(transport, "a@example.org")
        wait_until(lambda: relay.verbs()[-1] == "QUIT")
        assert send(transport, "b@example.org") == [Delivery.SENT]
        assert len(relay.sessions) == 2


def test_mails_per_connection_counts_those_of_earlier_deliveries() -> None:
    with Relay() as relay, pooling(relay, mails_per_connection=2) as transport:
        for recipient in ("a@example.org", "b@example.org", "c@example.org"):
            assert send(transport, recipient) == [Delivery.SENT]
        assert [relay.verbs(session).count("MAIL") for session in range(2)] == [2, 1]
