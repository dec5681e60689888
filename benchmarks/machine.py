"""A description of the machine, without which rates mean nothing."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

SYNCS = 50


def machine(folder: Path) -> dict[str, str | int | float]:
    """CPU, cores, versions, and how long the disk of ``folder`` takes to sync 4 KB."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "node": _output("node", "--version").removeprefix("v"),
        "postfix": _output("postconf", "-dh", "mail_version"),
        "kernel": f"{platform.system()} {platform.release()}",
        "fsync_us": round(_fsync_seconds(folder) * 1e6),
        "load": round(os.getloadavg()[0], 2),
    }


def _cpu() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1) if found else platform.processor() or platform.machine()


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _fsync_seconds(folder: Path) -> float:
    """The median. A disk that takes almost no time does not really sync, and makes every ledger look fast."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(SYNCS):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    (folder / "fsync").unlink()
    return statistics.median(times)
