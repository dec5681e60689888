"""The lock that lets only one daemon use a store; sleeps and waits that can be ended early."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.adapters.clock import SystemClock
from mailer.adapters.lock import ProcessLock
from mailer.adapters.waker import Waker, wake_listener
from mailer.errors import Refused
from tests.waiting import TIMEOUT, without_waiting

ROOT = Path(__file__).parents[3]
HOLD = """
import sys, pathlib
from mailer.adapters.lock import ProcessLock
with ProcessLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_E13_a_second_daemon_is_refused_and_the_first_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mailer.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(Refused, match=f"process {first.pid} "), ProcessLock(path):
            pass
        assert ProcessLock(path).held()
        first.kill()
        first.wait()
        assert not ProcessLock(path).held()
        with ProcessLock(path):
            assert path.read_text() == f"{os.getpid()}\n"


def test_E13_the_lock_is_released_after_its_context(tmp_path: Path) -> None:
    path = tmp_path / "mailer.lock"
    for _ in range(2):
        with ProcessLock(path), pytest.raises(Refused), ProcessLock(path):
            pass


def test_checking_the_lock_makes_no_file_and_refuses_nobody(tmp_path: Path) -> None:
    path = tmp_path / "mailer.lock"
    assert not ProcessLock(path).held()
    assert not path.exists()
    path.touch()
    stop = threading.Event()

    def check() -> None:
        while not stop.is_set():
            ProcessLock(path).held()
            time.sleep(0.001)

    checking = threading.Thread(target=check)
    checking.start()
    try:
        for _ in range(200):
            with ProcessLock(path):
                pass
    finally:
        stop.set()
        checking.join()


def test_a_sleep_ends_when_woken_from_a_signal_handler() -> None:
    clock = SystemClock()
    before = signal.signal(signal.SIGUSR1, lambda *_: clock.wake())
    try:
        threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGUSR1]).start()
        with without_waiting() as most:
            clock.sleep(most)
            clock.wake()
            clock.sleep(most)
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_a_sleep_lasts() -> None:
    clock = SystemClock()
    began = clock.monotonic()
    with without_waiting():
        clock.sleep(0.05)
        clock.sleep(-1)
    assert clock.monotonic() - began > 0.04


def test_the_time_is_aware_and_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_thousand_wakes_are_one() -> None:
    waker = Waker()
    for _ in range(100_000):
        waker.wake()
    while waker.wait(0):
        pass
    assert not waker.wait(0.01)


def test_a_wait_ends_when_the_other_descriptor_is_readable() -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, b"x")
        assert Waker().wait(TIMEOUT, reader)
    finally:
        os.close(reader)
        os.close(writer)


def test_another_process_ends_the_wait(tmp_path: Path) -> None:
    pipe_path = tmp_path / "wake"
    assert wake_listener(pipe_path) is False
    waker = Waker()
    waker.listen(pipe_path)
    assert not waker.wait(0)
    command = f"from mailer.adapters.waker import Path, wake_listener; wake_listener(Path({str(pipe_path)!r}))"
    subprocess.run([sys.executable, "-c", command], check=True, cwd=ROOT)
    assert waker.wait(TIMEOUT)
    assert not waker.wait(0)
    waker.wake()
    assert waker.wait(TIMEOUT)


def test_a_pipe_without_a_listener_wakes_nobody(tmp_path: Path) -> None:
    pipe_path = tmp_path / "wake"
    waker = Waker()
    waker.listen(pipe_path)
    del waker
    gc.collect()
    assert (pipe_path.exists(), wake_listener(pipe_path)) == (True, False)


def test_a_file_in_the_place_of_the_pipe_is_replaced(tmp_path: Path) -> None:
    pipe_path = tmp_path / "wake"
    pipe_path.write_bytes(b"restored from a copy that knows no pipes")
    waker = Waker()
    waker.listen(pipe_path)
    assert not waker.wait(0)
    for _ in range(70_000):
        assert wake_listener(pipe_path)
    while waker.wait(0):
        pass
