"""One run: a sink of its own, one sender, and what both of them took. Counted at the sink."""

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
    """A way to send a job. Who is ``gated`` gets ready, waits for a word, and measures itself from there on."""

    name: str
    command: Callable[[Job], list[str]]
    prepare: Callable[[Job], None] = lambda job: None
    gated: bool = True
    environment: Mapping[str, str] | None = None
    personal: bool = True
    """Whether each copy is one recipient's own."""
    connections: int | None = None
    """Where it does not go by the number of the others."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the clock and of CPU, at the sender and at the sink; ``connections`` opened.

    ``unclaimed``: those of the seconds that passed before the first row was claimed, where there are rows.
    """

    sender: str
    messages: int
    connections: int
    seconds: float
    cpu: float
    sink_cpu: float
    peak_bytes: int
    unclaimed: float = 0.0

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def each(self) -> float:
        """Seconds a message, from claimed rows to settled rows."""
        return (self.seconds - self.unclaimed) / self.messages

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.messages

    @property
    def sink_cpu_each(self) -> float:
        return self.sink_cpu / self.messages


def run(
    sender: Sender, folder: Path, connections: int, messages: int, sink: Sink | None = None, before: int = 0
) -> Run:
    """Raises Failed where the sender failed, or the sink counted another number than it was to send.

    ``before``: so many mails are sent by the same process first, and not measured.
    """
    with sink or Sink() as sink:
        job = Job(folder, sink.port, sender.connections or connections, messages, before)
        sender.prepare(job)
        took = _gated(sender, job) if sender.gated else _whole(sender, job)
    if sink.messages != messages + took.beside:
        raise Failed(f"{sender.name}: {sink.messages - took.beside} of {messages} messages reached the sink")
    return Run(
        sender.name, messages, sink.connections, took.seconds, took.cpu, sink.cpu, took.peak_bytes, took.unclaimed
    )


class Sink:
    """Postfix's smtp-sink on a free port of loopback while the context lasts; what it counted, afterwards."""

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
                self.cpu = -self._cpu_so_far()  # its start is not part of it
                return self
            time.sleep(0.02)
        raise Failed(f"{' '.join(self._command)}: {_last_words(self._process)}")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._call()  # it serves in turn: once it has answered, it has counted all that came before
            self.cpu += self._cpu_so_far()
        self._process.terminate()
        self._process.communicate()
        with self._counters:
            if kind is None:
                self._count()

    def _count(self) -> None:
        """Read the last line of its counters, each of which overwrites the one before on a terminal."""
        self._counters.seek(0)
        last = self._counters.read().decode().rstrip("\r").rpartition("\r")[2]
        counts = dict(pair.split("=") for pair in last.split())
        self.messages = int(counts["mesg"])
        self.connections = int(counts["sess"]) - 2  # without our own two

    def _cpu_so_far(self) -> float:
        """Seconds on a core, as Linux counts them."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[0]) / 1e9

    def _call(self) -> None:
        """Greet it and wait until it hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            line.sendall(b"QUIT\r\n")
            while line.recv(1024):
                pass


@dataclass(frozen=True, slots=True)
class _Took:
    """What a sender says of itself; ``beside`` are mails that are not measured."""

    seconds: float
    cpu: float
    peak_bytes: int
    beside: int = 0
    unclaimed: float = 0.0


def _gated(sender: Sender, job: Job) -> _Took:
    process = _start(sender, job, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if process.stdout.readline() != b"ready\n":
            raise Failed(f"{sender.name}: did not get ready: {_last_words(process)}")
        output, errors = process.communicate(b"go\n")
    finally:
        process.kill()
    if process.returncode:
        raise Failed(f"{sender.name}: {errors.decode()[-2000:]}")
    return _Took(**json.loads(output))


def _whole(sender: Sender, job: Job) -> _Took:
    """The process from its start to its end."""
    began = time.perf_counter()
    process = _start(sender, job, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)  # which alone tells what the process and its children used
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    words = _last_words(process)
    if process.returncode:
        raise Failed(f"{sender.name}: {words}")
    return _Took(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _start(sender: Sender, job: Job, **streams: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **(sender.environment or {})}
    return subprocess.Popen(sender.command(job), env=environment, stderr=subprocess.PIPE, **streams)


def _last_words(process: subprocess.Popen[bytes]) -> str:
    """The end of what it said of its fault."""
    process.kill()
    return process.communicate()[1].decode()[-2000:]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
