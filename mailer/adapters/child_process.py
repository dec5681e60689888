"""Work on what strangers wrote, in a process of its own with limited time and memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_SOURCES = Path(__file__).resolve().parents[2]


class Child:
    """A process that runs a module, which may get ready until it is given its job."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-m", module], stdin=pipe, stdout=pipe, stderr=pipe, env=environment
        )

    def run(self, job: Mapping[str, object], *, wall_seconds: int) -> subprocess.CompletedProcess[bytes]:
        """Give it ``job`` as JSON on its standard input. Raises subprocess.TimeoutExpired."""
        with self._process as process:
            try:
                out, errors = process.communicate(json.dumps(job).encode(), timeout=wall_seconds)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def stop(self) -> None:
        """End it without a job."""
        with self._process as process:
            process.kill()


def run(
    module: str, job: Mapping[str, object], *, wall_seconds: int, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run ``module`` with ``job`` as JSON on its standard input. Raises subprocess.TimeoutExpired."""
    return Child(module, environment).run(job, wall_seconds=wall_seconds)


def python_path() -> dict[str, str]:
    """The variable with which a process finds our modules."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, (str(_SOURCES), os.environ.get("PYTHONPATH"))))}


def limit(cpu_seconds: int, memory: int) -> None:
    """Limit this process to so much time of the processor, and so many bytes of address space."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def close_off() -> None:
    """Let this process open no file and no connection any more, write no file, and start no other process."""
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # standard input, output and error are open already
