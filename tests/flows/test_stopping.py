"""SIGTERM and Ctrl-C while the relay stalls: real processes end soon, and every doubt is in the store (E16)."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailer.model.outbox import Delivery
from tests.flows.test_send_command import deliveries, granted, relay_of, secretary
from tests.relay import Action, Fault, Relay
from tests.secretary import Secretary
from tests.waiting import wait_until

__all__ = ["granted", "secretary"]

SHORT_GRACE = "import mailer.adapters.stopping as s; s.Deadline.__init__.__defaults__ = (1.0,)"


def reached(relay: Relay, step: str) -> bool:
    lines = [line for session in relay.sessions for line in session]
    return bool(relay.read) if step == "." else any(line.startswith(step) for line in lines)


def prepare_daemon(secretary: Secretary) -> None:
    """Copies wait, as there is no relay yet."""
    (secretary.folder / "dns.json").write_text("{}")
    assert secretary.types("send", "1", "--yes").code == 75


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGTERM] * 2, [signal.SIGINT, signal.SIGTERM]], ids=str)
@pytest.mark.parametrize(
    ("step", "left"),
    [
        ("DATA", {Delivery.QUEUED: 6, Delivery.DEFERRED: 1}),
        (".", {Delivery.QUEUED: 6, Delivery.DOUBTFUL: 1}),
    ],
)
def test_E16_a_send_ends_though_the_relay_stalls(
    secretary: Secretary, step: str, left: Mapping[Delivery, int], signals: Sequence[signal.Signals]
) -> None:
    grace = SHORT_GRACE if len(signals) == 1 else ""
    with (
        relay_of(secretary, {step: [Fault.STALL]}) as relay,
        secretary.starts("send", "1", "--yes", before=grace) as process,
    ):
        wait_until(lambda: reached(relay, step))
        for number in signals:
            process.send_signal(number)
            time.sleep(0.3)
        assert process.wait(12) == 130
        assert deliveries(secretary) == left


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "AUTH"])
@pytest.mark.parametrize("command", [("send", "1", "--yes"), ("run",)], ids=["send", "run"])
def test_E16_a_stop_ends_the_wait_for_a_connection(secretary: Secretary, step: str, command: tuple[str, ...]) -> None:
    if command == ("run",):
        prepare_daemon(secretary)
    with relay_of(secretary, {step: [Fault.STALL]}) as relay, secretary.starts(*command) as process:
        wait_until(lambda: relay.sessions and (step == "CONNECT" or reached(relay, step)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(8) == (130 if command[0] == "send" else 0)
    assert deliveries(secretary) == {Delivery.QUEUED: 7}


def test_E16_the_daemon_ends_at_the_second_signal_and_records_the_doubt(secretary: Secretary) -> None:
    prepare_daemon(secretary)
    script: dict[str, Sequence[Action]] = {".": [Fault.STALL]}
    with relay_of(secretary, script) as relay, secretary.starts("run") as process:
        wait_until(lambda: relay.read)
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        assert process.wait(8) == 0
    assert deliveries(secretary) == {Delivery.QUEUED: 6, Delivery.DOUBTFUL: 1}


def test_E16_a_sendmail_program_that_stalls_is_ended(secretary: Secretary, tmp_path: Path) -> None:
    running = tmp_path / "running"
    secretary = replace(secretary, environ={**secretary.environ, "MAILER_TRANSPORT__WAY": "sendmail"})
    program = f"open({str(running)!r}, 'w').close(); import time; time.sleep(600)"
    script = tmp_path / "sendmail"
    script.write_text(f"#!{sys.executable}\n{program}\n")
    script.chmod(0o755)
    secretary.environ["MAILER_TRANSPORT__SENDMAIL"] = f'["{script}"]'
    with secretary.starts("send", "1", "--yes", before=SHORT_GRACE) as process:
        wait_until(running.exists)
        process.send_signal(signal.SIGTERM)
        assert process.wait(12) == 130
    assert deliveries(secretary) == {Delivery.QUEUED: 6, Delivery.DOUBTFUL: 1}
