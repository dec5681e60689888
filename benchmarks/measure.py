"""One run: one sender, a sink only for it, and what both of them took. Messages are counted at the sink."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from job import Job

BACKLOG = 1024


class Failed(Exception):
    """A run that measured nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A program to measure. One that ``measures_itself`` gets ready, waits for a signal, and measures from there on."""

    name: str
    command: Callable[[Job], list[str]]
    prepare: Callable[[Job], None] = lambda job: None
    measures_itself: bool = True
    environment: Mapping[str, str] | None = None
    personal: bool = True
    """Whether each copy is personalised."""
    connections: int | None = None
    """If it has another number than the other senders."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the clock and of CPU, at the sender and at the sink; ``connections`` opened.

    ``before_claim``: seconds before the first outbox row was claimed; 0 for senders without rows.
    """

    sender: str
    messages: int
    connections: int
    seconds: float
    cpu: float
    sink_cpu: float
    peak_bytes: int
    before_claim: float = 0.0

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def each(self) -> float:
        """Seconds per message, from claimed rows to settled rows."""
        return (self.seconds - self.before_claim) / self.messages

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.messages

    @property
    def sink_cpu_each(self) -> float:
        return self.sink_cpu / self.messages


def run(
    sender: Sender, folder: Path, connections: int, messages: int, sink: Sink | None = None, before: int = 0
) -> Run:
    """Raises Failed if the sender fails, or the sink counts another number of messages.

    ``before``: so many mails are sent first by the same process, and not measured.
    """
    with sink or Sink() as sink:
        job = Job(folder, sink.port, sender.connections or connections, messages, before)
        sender.prepare(job)
        usage = _self_measured(sender, job) if sender.measures_itself else _measured_from_outside(sender, job)
    if sink.messages != messages + usage.unmeasured:
        raise Failed(f"{sender.name}: {sink.messages - usage.unmeasured} of {messages} messages reached the sink")
    return Run(
        sender.name,
        messages,
        sink.connections,
        usage.seconds,
        usage.cpu,
        sink.cpu,
        usage.peak_bytes,
        usage.before_claim,
    )


class Sink:
    """Postfix's smtp-sink on a free port of loopback during the context; its counts are there afterwards."""

    messages = 0
    connections = 0
    cpu = 0.0

    def __init__(self, *options: str) -> None:
        self.port = _free_port()
        as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
        self._command = ["smtp-sink", "-c", *as_nobody, *options, f"127.0.0.1:{self.port}", str(BACKLOG)]
        self._counters = tempfile.TemporaryFile()  # noqa: SIM115  closed in __exit__

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=self._counters, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError):
                self._call()
                self.cpu = -self._cpu_so_far()  # without its start
                return self
            time.sleep(0.02)
        raise Failed(f"{' '.join(self._command)}: {_last_errors(self._process)}")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._call()  # it serves in turn, so after its reply it has counted all earlier messages
            self.cpu += self._cpu_so_far()
        self._process.terminate()
        self._process.communicate()
        with self._counters:
            if kind is None:
                self._count()

    def _count(self) -> None:
        """Read the last line of its counters; on a terminal each line overwrites the one before."""
        self._counters.seek(0)
        last = self._counters.read().decode().rstrip("\r").rpartition("\r")[2]
        counts = dict(pair.split("=") for pair in last.split())
        self.messages = int(counts["mesg"])
        self.connections = int(counts["sess"]) - 2  # without our own two connections

    def _cpu_so_far(self) -> float:
        """CPU seconds, as Linux counts them."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]) / 1e9

    def _call(self) -> None:
        """Connect, quit and wait until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(b"QUIT\r\n")
            while connection.recv(1024):
                pass


@dataclass(frozen=True, slots=True)
class _Usage:
    """What a sender took; ``unmeasured``: mails that it sent beside the measured ones."""

    seconds: float
    cpu: float
    peak_bytes: int
    unmeasured: int = 0
    before_claim: float = 0.0


def _self_measured(sender: Sender, job: Job) -> _Usage:
    process = _start(sender, job, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if process.stdout.readline() != b"ready\n":
            raise Failed(f"{sender.name}: did not get ready: {_last_errors(process)}")
        output, errors = process.communicate(b"go\n")
    finally:
        process.kill()
    if process.returncode:
        raise Failed(f"{sender.name}: {errors.decode()[-2000:]}")
    return _Usage(**json.loads(output))


def _measured_from_outside(sender: Sender, job: Job) -> _Usage:
    """Measure the process from its start to its end."""
    began = time.perf_counter()
    process = _start(sender, job, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, resources = os.wait4(process.pid, 0)  # only wait4 gives the usage of the process and its children
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    errors = _last_errors(process)
    if process.returncode:
        raise Failed(f"{sender.name}: {errors}")
    return _Usage(seconds, resources.ru_utime + resources.ru_stime, resources.ru_maxrss * 1024)


def _start(sender: Sender, job: Job, **streams: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **(sender.environment or {})}
    return subprocess.Popen(sender.command(job), env=environment, stderr=subprocess.PIPE, **streams)


def _last_errors(process: subprocess.Popen[bytes]) -> str:
    """The end of its error output."""
    process.kill()
    return process.communicate()[1].decode()[-2000:]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
