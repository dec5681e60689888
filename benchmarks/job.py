"""The sender's side of a measurement: get ready, wait for the start signal, send, and print what it took."""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Job:
    """What to send, and where to; ``folder`` contains the letter and, for mailer, the store."""

    folder: Path
    port: int
    connections: int
    messages: int
    before: int = 0
    """Mails of another issue that the process sends first, unmeasured."""

    @classmethod
    def read(cls, text: str) -> Job:
        fields = json.loads(text)
        return cls(Path(fields.pop("folder")), **fields)

    def __str__(self) -> str:
        fields = {name: getattr(self, name) for name in ("port", "connections", "messages", "before")}
        return json.dumps({"folder": str(self.folder), **fields})


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Print seconds, CPU seconds (user and system, with children) and peak memory of the block.

    The block may add figures to the mapping that it gets.
    """
    print("ready", flush=True)
    sys.stdin.readline()
    more: dict[str, float] = {}
    cpu, began = _cpu_seconds(), time.perf_counter()
    yield more
    seconds, cpu = time.perf_counter() - began, _cpu_seconds() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_bytes": peak_bytes(), **more}), flush=True)


def peak_bytes() -> int:
    """Peak memory of this process. The figure of getrusage would include that of its parent."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def _cpu_seconds() -> float:
    usages = [resource.getrusage(which) for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
