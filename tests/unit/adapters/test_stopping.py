"""A stop ends a delivery soon, wherever the relay or the program stalls (E16)."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mailer.adapters import stopping
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import SmtpTransport, Timeouts
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery
from mailer.ports import Transport
from mailer.stop import StopFlag
from tests.fakes import FakeLedger
from tests.relay import Action, Drip, Fault, Relay
from tests.settings import smtp_settings
from tests.waiting import wait_until

LONG = Timeouts(*[600.0] * 5, quit=0.2)
RAW = b"Subject: x\r\n\r\nHello.\r\n"


def mails(number: int = 3) -> FakeLedger:
    return FakeLedger(
        [Outgoing((row,), Envelope("o@x.example", (f"r{row}@x.example",)), MailTemplate(RAW)) for row in range(number)]
    )


def stopped(way: Transport, ledger: FakeLedger, stop: StopFlag, when: Callable[[], bool], at_once: bool) -> float:
    """Deliver, and stop when ``when`` holds; the seconds from the stop to the end of the delivery."""
    thread = threading.Thread(target=way.deliver, args=[ledger], daemon=True)
    thread.start()
    wait_until(when)
    (stop.ask_at_once if at_once else stop.ask)()
    began = time.monotonic()
    thread.join(20)
    assert not thread.is_alive()
    return time.monotonic() - began


@pytest.fixture(autouse=True)
def _short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping.Deadline.__init__, "__defaults__", (1.0,))


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("lmtp", [False, True])
@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("MAIL", Delivery.DEFERRED),
        ("RCPT", Delivery.DEFERRED),
        ("DATA", Delivery.DEFERRED),
        (".", Delivery.DOUBTFUL),
    ],
)
def test_E16_a_relay_that_stalls_is_left_and_doubts_are_recorded(
    step: str, state: Delivery, lmtp: bool, at_once: bool
) -> None:
    stop = StopFlag()
    with Relay({step: [Fault.STALL]}, lmtp=lmtp, keywords=["PIPELINING"]) as relay:
        settings = smtp_settings("127.0.0.1", relay.port, "none", timeouts=LONG, lmtp=lmtp)
        ledger = mails()

        def stalls() -> bool:
            lines = [line for session in relay.sessions for line in session]
            return bool(relay.read) if step == "." else any(line.startswith(step) for line in lines)

        took = stopped(SmtpTransport(settings, stop=stop), ledger, stop, stalls, at_once)
    assert [outcome.state for outcome in ledger.outcomes] == [state]
    assert (took < 1) is at_once


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "STARTTLS", "the handshake", "AUTH"])
def test_E16_a_stop_ends_the_wait_for_a_connection(step: str) -> None:
    handshake: dict[str, Sequence[Action]] = {"STARTTLS": [("220 go ahead", Fault.STALL)]}
    script: dict[str, Sequence[Action]] = {step: [Fault.STALL]}
    security = "starttls" if step in ("STARTTLS", "the handshake") else "none"
    stop = StopFlag()
    with Relay(handshake | script, keywords=["STARTTLS", "AUTH PLAIN"]) as relay:
        settings = smtp_settings("localhost", relay.port, security, "office", "s3cret", timeouts=LONG)  # type: ignore[arg-type]
        ledger = mails()
        took = stopped(SmtpTransport(settings, stop=stop), ledger, stop, lambda: bool(relay.sessions), at_once=False)
    assert (len(ledger.left), ledger.outcomes, took < 1) == (3, [], True)


def test_E16_what_the_relay_answers_in_time_is_finished() -> None:
    stop = StopFlag()
    with Relay({".": [Drip("250 taken", 0.05)]}) as relay:
        settings = smtp_settings("127.0.0.1", relay.port, "none", timeouts=LONG)
        ledger = mails()
        stopped(SmtpTransport(settings, stop=stop), ledger, stop, lambda: bool(relay.read), at_once=False)
    assert [outcome.state for outcome in ledger.outcomes] == [Delivery.SENT]


@pytest.mark.parametrize("at_once", [False, True])
def test_E16_a_program_that_stalls_is_killed_with_its_children_and_leaves_a_doubt(
    tmp_path: Path, at_once: bool
) -> None:
    stop, ledger, running = StopFlag(), mails(), tmp_path / "running"
    program = (
        "import subprocess, sys, time; open(sys.argv[1], 'w').close();"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"
    )
    way = SendmailTransport([sys.executable, "-c", program, str(running)], stop=stop)
    took = stopped(way, ledger, stop, running.exists, at_once)
    assert [(outcome.state, outcome.reply[-18:]) for outcome in ledger.outcomes] == [
        (Delivery.DOUBTFUL, "mailer was stopped")
    ]
    assert (took < 1) is at_once
