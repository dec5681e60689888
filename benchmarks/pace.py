"""How exactly limits are kept: every window of every run, over one process or four, with and without a restart.

As a script it is one process that sends: ``pace.py STORE TIMES LIMIT …`` notes when each mail was let go, on the clock
that all processes share, until it is killed with SIGKILL, as they all are in the end. No mail is composed and no relay
is asked, so that nothing but the limits holds it up.
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

ROW = Due(1, "a@x.example", "x.example", "<1@x>", 1, None, 1, 1, "", "", None, "", "")
AT_HAND = 50
MOST = 20
"""Connections that ask for a mail."""


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
class Kept:
    """One limit in one run: mails in its fullest window, and in its emptiest where that has to be full as well."""

    case: str
    limit: str
    allowed: int
    fullest: int
    emptiest: int | None
    sent: int


def measure(case: Case, folder: Path) -> list[Kept]:
    """Every limit of a case, from a store of its own."""
    store = SqlStore(f"sqlite:///{folder / 'pace.db'}")
    store.upgrade()
    store.close()
    times = sorted(_run(case, store.url, folder))
    for file in folder.glob("pace.*"):
        file.unlink()
    return [_kept(case, limit, times) for limit in case.limits]


def _run(case: Case, url: str, folder: Path) -> list[float]:
    files = [folder / f"pace.{number}" for number in range(case.processes * (1 + case.restarts))]
    lasts = case.seconds / (1 + case.restarts)
    for first in range(0, len(files), case.processes):
        some = files[first : first + case.processes]
        processes = [_start(url, file, case) for file in some]
        while not all(file.exists() for file in some):
            time.sleep(0.01)
        time.sleep(lasts)
        for process in processes:
            process.kill()
            process.wait()
    return [float(line) for file in files for line in file.read_text().split("\n")[:-1]]


def _start(url: str, file: Path, case: Case) -> subprocess.Popen[bytes]:
    limits = [f"{limit.period}:{limit.count}" for limit in case.limits]
    return subprocess.Popen([sys.executable, __file__, url, str(file), *limits])


def _kept(case: Case, limit: Limit, times: Sequence[float]) -> Kept:
    """A window begins with each mail for the fullest one, and just after each for the emptiest."""
    period = limit.period / SECOND
    fullest = max(bisect_left(times, begin + period) - number for number, begin in enumerate(times))
    emptiest = None
    if limit == min(case.limits) and not case.restarts:
        whole = [begin for begin, _ in pairwise(times) if begin + period < times[-1]]
        emptiest = min(bisect_left(times, begin + period) - number for number, begin in enumerate(whole))
    return Kept(str(case), str(limit), limit.count, fullest, emptiest, len(times))


class NotingClock(SystemClock):
    """Knows when it was last looked at: that is when a mail was let go, whatever the machine did next."""

    seen = 0.0

    def monotonic(self) -> float:
        self.seen = super().monotonic()
        return self.seen


def _send(url: str, file: str, limits: Sequence[Limit]) -> None:
    store, clock = SqlStore(url), NotingClock()
    limiter = Limiter(store, clock, Policy("bench", tuple(limits)))
    limiter.begin()
    book = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    rows: deque[Due] = deque()
    while True:
        rows.extend([ROW] * (AT_HAND - len(rows)))
        if gone := limiter.admit(rows, MOST):
            os.write(book, f"{clock.seen}\n".encode() * len(gone))
        else:
            clock.sleep(limiter.wait(rows) or 0.0)


if __name__ == "__main__":
    words = [word.split(":") for word in sys.argv[3:]]
    _send(sys.argv[1], sys.argv[2], [Limit(int(period), int(count)) for period, count in words])
