"""The metrics endpoint of a running daemon: off by default, and available while a mail is under way."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.ports import free_port
from tests.relay import Fault, Relay
from tests.secretary import Secretary, office
from tests.waiting import TIMEOUT, wait_until


@pytest.fixture
def secretary(tmp_path: Path) -> Secretary:
    return office(tmp_path / "office", MAILER_AUTHENTICATION__DNS="system")


@pytest.fixture
def port(secretary: Secretary) -> int:
    """The port on which the office's daemon listens."""
    found = free_port()
    secretary.environ["MAILER_METRICS__LISTEN"] = f"127.0.0.1:{found}"
    return found


def scraped(port: int) -> dict[tuple[str, ...], float]:
    """The name and label values of each sample."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=TIMEOUT) as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {(s.name, *(s.labels[name] for name in sorted(s.labels))): s.value for f in families for s in f.samples}


def asks_the_board(secretary: Secretary) -> None:
    """Submit an issue, so that two service mails wait."""
    secretary.imports("cag", "ana@cag.example", "bo@cag.example")
    secretary.writes()
    for step in ("build", "submit"):
        assert secretary.types("issue", step, "1").code == 0


def test_the_endpoint_answers_while_a_mail_is_under_way(secretary: Secretary, port: int) -> None:
    asks_the_board(secretary)
    with Relay({".": [Fault.STALL]}) as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        with secretary.starts("run"):
            wait_until(lambda: relay.read)
            shown = scraped(port)
            figures = secretary.types("status", "--json").json["figures"]
    assert shown["mailer_service_mails", "sending"] == 1
    assert shown["mailer_service_mails", "queued"] == 2
    assert shown["mailer_connections_opened_total",] == 1
    assert shown["mailer_failures_total", "mailbox"] == 1
    assert shown["mailer_attempts_total", "conversation", "sent", "2xx"] == 0
    assert shown["mailer_store_up",] == 1
    assert (figures["deliveries"]["sending"], figures["waiting"], figures["doubts"]) == (1, 2, 0)
    assert figures["oldest_waiting_seconds"]["conversation"] > 0


def test_a_second_daemon_and_a_port_in_use_are_refused(secretary: Secretary, port: int) -> None:
    with Relay() as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        with secretary.starts("run"):
            wait_until(lambda: answers(port))
            second = secretary.types("run", "--once")
        with socket.create_server(("127.0.0.1", port)):
            taken = secretary.types("run", "--once")
    assert (second.code, second.err.startswith("mailer: Another mailer is at work here")) == (77, True)
    assert taken.code == 69
    why = (
        f"[metrics] listen: cannot listen on 127.0.0.1:{port}: Address already in use. Free the port, or name another."
    )
    assert taken.err == f"mailer: {why}\n"


def answers(port: int) -> bool:
    try:
        return bool(scraped(port))
    except (urllib.error.URLError, ConnectionError):
        return False


def ended(secretary: Secretary, *arguments: str) -> tuple[int, str]:
    """The exit code and output of a command if the package is not installed."""
    with secretary.starts(*arguments, before="sys.modules['prometheus_client'] = None") as process:
        code = process.wait(TIMEOUT)
    return code, (secretary.folder / "output.txt").read_text("utf-8")


def test_without_metrics_the_package_is_not_needed(secretary: Secretary) -> None:
    assert ended(secretary, "run", "--once")[0] == 0


def test_the_missing_package_is_named(secretary: Secretary, port: int) -> None:
    message = "mailer: [metrics] listen needs one more package: pip install 'mailer[metrics]'.\n"
    assert ended(secretary, "run", "--once") == (69, message)
