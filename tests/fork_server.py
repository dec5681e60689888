"""Processes of ``mailer`` that start at once: a server that has imported everything forks for each of them.

A process is as real as one that was started by a shell: it has its own pid, signals, files, environment and exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeAlias

Request: TypeAlias = Mapping[str, Any]
"""The arguments, folder, environment and umask of a process, and Python code that it executes first."""

ROOT = Path(__file__).parents[1]
_MOST_OCTETS = 1 << 20


class Forked:
    """A running process; as much of ``subprocess.Popen`` as tests need."""

    def __init__(self, keeper: socket.socket) -> None:
        """``keeper`` says the pid, and at the end the exit code."""
        self._keeper = keeper
        self.pid = int(keeper.recv(20))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._await(0)

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises subprocess.TimeoutExpired after ``timeout`` seconds."""
        code = self._await(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Forked:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.wait()
        self._keeper.close()

    def _await(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._keeper], [], [], timeout)[0]:
            self.returncode = int(self._keeper.recv(20))
        return self.returncode


def start(
    arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], output: int, before: str = "", errors: int = -1
) -> Forked:
    """Start ``mailer`` with ``arguments``. ``output`` and ``errors`` are descriptors; errors go to the output, too.

    ``before`` is Python code that the process executes first.
    """
    ours, keepers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    umask = os.umask(0o077)
    os.umask(umask)
    request = {"arguments": arguments, "cwd": str(cwd), "environ": dict(environ), "umask": umask, "before": before}
    descriptors = [output, output if errors < 0 else errors, keepers.fileno()]
    with keepers:
        socket.send_fds(_server(), [json.dumps(request).encode()], descriptors)
    return Forked(ours)


def run(arguments: Sequence[str], cwd: Path, environ: Mapping[str, str], timeout: float) -> tuple[int, str, str]:
    """Run ``mailer`` to its end: its exit code, output and errors. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        with start(arguments, cwd, environ, output.fileno(), errors=errors.fileno()) as process:
            try:
                code = process.wait(timeout)
            finally:
                process.kill()
        return code, _read(output), _read(errors)


def _read(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


@cache
def _server() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fork_server", str(its.fileno())],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[its.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(channel: socket.socket) -> Request:
    """Fork for each request. Returns only in the new processes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, _MOST_OCTETS, 3)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            channel.close()
            return _keep(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _keep(request: Request, descriptors: Sequence[int]) -> Request:
    """Fork once more, and say how that process ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *outputs, last = descriptors
    keeper = socket.socket(fileno=last)
    if pid := os.fork():
        for descriptor in outputs:
            os.close(descriptor)
        keeper.send(b"%d" % pid)
        _, status = os.waitpid(pid, 0)
        keeper.send(b"%d" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    keeper.close()
    for number, descriptor in enumerate(outputs, 1):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return request


def _main(channel: socket.socket) -> None:
    import cli
    import mailer.adapters.catalogues
    import mailer.adapters.imap
    import mailer.adapters.render
    import mailer.adapters.smtp
    import mailer.daemon
    import mailer.foreground
    import mailer.receive  # noqa: F401

    for path in (ROOT / "mailer" / "commands").glob("*.py"):
        import_module(f"mailer.commands.{path.stem}")
    request = _serve(channel)
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=os.environ.get("PYTHONIOENCODING", "utf-8"))  # type: ignore[union-attr]
    os.umask(request["umask"])
    os.chdir(request["cwd"])
    sys.argv = [str(ROOT / "cli.py"), *request["arguments"]]
    exec(request["before"], {"sys": sys})  # noqa: S102
    cli.main()


if __name__ == "__main__":
    _main(socket.socket(fileno=int(sys.argv[1])))
