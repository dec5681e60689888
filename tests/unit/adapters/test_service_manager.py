"""What a service says to systemd (sd_notify), and its health in a file."""

from __future__ import annotations

import errno
import json
import os
import socket
import time
from pathlib import Path

import pytest

from mailer.adapters import health_file
from mailer.adapters.health_file import SIZE, HealthFile, read
from mailer.adapters.service_manager import ServiceManager
from mailer.model.health import Health, Part, PartHealth
from tests.fakes import NOON
from tests.waiting import TIMEOUT

HEALTH = Health("daemon here:1", NOON, NOON, parts={Part.RELAY: PartHealth(failing_since=NOON, fault="Łódź: down")})


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[socket.socket, str]:
    """The socket of a service manager, and its address in the environment."""
    address = (
        f"@mailer-test-{os.getpid()}-{time.monotonic_ns()}" if request.param == "abstract" else f"{tmp_path}/notify"
    )
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.bind("\0" + address[1:] if address.startswith("@") else address)
    listening.settimeout(TIMEOUT)
    request.addfinalizer(listening.close)
    return listening, address


def test_a_service_says_that_it_is_ready_alive_and_stopping(systemd: tuple[socket.socket, str]) -> None:
    listening, address = systemd
    manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": str(os.getpid())})
    manager.extend_start(90)
    manager.ready(longest=100)
    manager.status("mail read\nat 10:05")
    said = {listening.recv(1000).decode() for _ in range(5)}
    assert said == {"EXTEND_TIMEOUT_USEC=90000000", "READY=1", "STATUS=mail read at 10:05", "WATCHDOG=1"}
    manager.stopping()
    while (last := listening.recv(1000)) == b"WATCHDOG=1":
        pass
    assert last == b"STOPPING=1"


def test_a_service_that_hangs_is_not_kept_alive(systemd: tuple[socket.socket, str]) -> None:
    listening, address = systemd
    manager = ServiceManager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000"})
    manager.ready(longest=0.0)
    assert listening.recv(1000) == b"READY=1"
    listening.settimeout(0.2)
    time.sleep(0.1)
    with pytest.raises(TimeoutError):
        while True:
            listening.recv(1000)


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/notify", "WATCHDOG_USEC": "many"}])
def test_without_a_service_manager_nothing_happens(environ: dict[str, str]) -> None:
    manager = ServiceManager(environ)
    manager.ready(1)
    manager.stopping()


def test_another_process_is_not_watched() -> None:
    assert ServiceManager({"WATCHDOG_USEC": "2000000", "WATCHDOG_PID": "1"})._interval == 0
    assert ServiceManager({"WATCHDOG_USEC": "2000000"})._interval == 1


def test_a_process_says_how_it_does_in_a_file_of_one_size(tmp_path: Path) -> None:
    path = tmp_path / "mailer.health"
    assert read(path) is None
    record = HealthFile(path)
    record.write(HEALTH, urgent=True)
    assert (read(path), path.stat().st_size) == (HEALTH, SIZE)
    record.write(Health("other", NOON, NOON), urgent=False)  # a moment ago it has said something
    assert HealthFile(path).last() == HEALTH
    record.write(Health("other", NOON, NOON), urgent=True)
    assert (HealthFile(path).last(), path.stat().st_size) == (Health("other", NOON, NOON), SIZE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", json.dumps({"name": "x"}).encode()])
def test_a_damaged_file_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mailer.health").write_bytes(content)
    assert read(tmp_path / "mailer.health") is None


def test_E15_where_the_disk_is_full_before_there_is_a_file_another_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = health_file._write

    def full(path: Path, content: bytes) -> None:
        if path.parent.name == "data":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, content)

    monkeypatch.setattr(health_file, "_write", full)
    (tmp_path / "run").mkdir()
    record = HealthFile(tmp_path / "data" / "mailer.health", tmp_path / "run")
    record.write(HEALTH, urgent=True)
    assert record.last() == HEALTH
