"""How exactly rate limits are kept: all windows of all runs, with one process or four, with and without a restart.

As a script it is one process that sends: ``rate_limits.py STORE TIMES LIMIT …`` notes when each mail was admitted, on
the clock that all processes share, until SIGKILL ends it. No mail is composed and no relay is used, so that only the
limits hold it up.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from mailer.adapters.clock import SystemClock
from mailer.model.outbox import Due
from mailer.sending.limiter import Limiter
from mailer.store.database import SqlStore
from mailer.throttle.limits import MINUTE, SECOND, Limit
from mailer.throttle.policy import Policy

ROW = Due(1, "a@x.example", "x.example", "<1@x>", 1, None, 1, 1, "", "", None, "", "", "")
QUEUED = 50
CONNECTIONS = 20
"""How many mails are asked for at once, as by so many connections."""


@dataclass(frozen=True, slots=True)
class Case:
    limits: tuple[Limit, ...]
    processes: int
    restarts: bool
    seconds: float

    def __str__(self) -> str:
        who = f"{self.processes} process{'es' if self.processes > 1 else ''}"
        return f"{' and '.join(map(str, self.limits))}, {who}{', killed half-way' if self.restarts else ''}"


FAST, SLOW = Limit(SECOND, 200), Limit(MINUTE, 600)
QUICK = (Case((FAST,), 1, False, 5.0), Case((FAST,), 4, False, 5.0), Case((FAST,), 4, True, 5.0))
WHOLE = (*QUICK, Case((SLOW,), 4, False, 75.0), Case((Limit(SECOND, 20), SLOW), 4, True, 70.0))


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One limit in one run: mails in its fullest window, and in its emptiest one if all windows should be full."""

    case: str
    limit: str
    allowed: int
    fullest: int
    emptiest: int | None
    sent: int


def measure(case: Case, folder: Path) -> list[LimitResult]:
    """Measure each limit of a case, in a new store."""
    store = SqlStore(f"sqlite:///{folder / 'limits.db'}")
    store.upgrade()
    store.close()
    times = sorted(_run(case, store.url, folder))
    for file in folder.glob("limits.*"):
        file.unlink()
    return [_result(case, limit, times) for limit in case.limits]


def _run(case: Case, url: str, folder: Path) -> list[float]:
    files = [folder / f"limits.{number}" for number in range(case.processes * (1 + case.restarts))]
    duration = case.seconds / (1 + case.restarts)
    for first in range(0, len(files), case.processes):
        some = files[first : first + case.processes]
        processes = [_start(url, file, case) for file in some]
        while not all(file.exists() for file in some):
            time.sleep(0.01)
        time.sleep(duration)
        for process in processes:
            process.kill()
            process.wait()
    return [float(line) for file in files for line in file.read_text().split("\n")[:-1]]


def _start(url: str, file: Path, case: Case) -> subprocess.Popen[bytes]:
    limits = [f"{limit.period}:{limit.count}" for limit in case.limits]
    return subprocess.Popen([sys.executable, __file__, url, str(file), *limits])


def _result(case: Case, limit: Limit, times: Sequence[float]) -> LimitResult:
    """The fullest of the windows that begin with a mail, and the emptiest of those that begin just after one."""
    period = limit.period / SECOND
    fullest = max(bisect_left(times, begin + period) - number for number, begin in enumerate(times))
    emptiest = None
    if limit == min(case.limits) and not case.restarts:
        whole = [begin for begin, _ in pairwise(times) if begin + period < times[-1]]
        emptiest = min(bisect_left(times, begin + period) - number for number, begin in enumerate(whole))
    return LimitResult(str(case), str(limit), limit.count, fullest, emptiest, len(times))


class RecordingClock(SystemClock):
    """Remembers when it was last read, which is when a mail was admitted, whatever the machine does next."""

    last_read = 0.0

    def monotonic(self) -> float:
        self.last_read = super().monotonic()
        return self.last_read


def _send(url: str, file: str, limits: Sequence[Limit]) -> None:
    store, clock = SqlStore(url), RecordingClock()
    limiter = Limiter(store, clock, Policy("bench", tuple(limits)))
    limiter.begin()
    log = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    rows: deque[Due] = deque()
    while True:
        rows.extend([ROW] * (QUEUED - len(rows)))
        if admitted := limiter.admit(rows, CONNECTIONS):
            os.write(log, f"{clock.last_read}\n".encode() * len(admitted))
        else:
            clock.sleep(limiter.wait(rows) or 0.0)


if __name__ == "__main__":
    limits = [text.split(":") for text in sys.argv[3:]]
    _send(sys.argv[1], sys.argv[2], [Limit(int(period), int(count)) for period, count in limits])
