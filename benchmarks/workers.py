"""Workers on one PostgreSQL, as a sender: ``workers.py JOB COUNT``. They are up and idle before the issue is let go."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from job import Job
from ours import office

from mailer.app import App
from mailer.handlers import issues, mailings
from mailer.model.outbox import Delivery

LOOK_EVERY, COUNT_EVERY = 0.05, 0.25
"""Seconds between two looks: whoever looks takes from what is looked at, and the less, the longer there is to go."""
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def main(job: Job, count: int) -> None:
    app = office(job)
    app.open_store()
    _let(app, go=False)
    command = [sys.executable, "-m", "cli", "-c", str(job.folder / "mailer.toml"), "worker"]
    environment = {**os.environ, "MAILER_SMTP__PORT": str(job.port), "MAILER_SMTP__CONNECTIONS": str(job.connections)}
    workers = [subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1]) for _ in range(count)]
    try:
        while _seen(app) < count:
            time.sleep(LOOK_EVERY)
        print("ready", flush=True)
        sys.stdin.readline()
        began, cpu = time.perf_counter(), _cpu(workers)
        _let(app, go=True)
        while _waiting(app):
            time.sleep(COUNT_EVERY)
        while _left(app):
            time.sleep(LOOK_EVERY)
        seconds, cpu = time.perf_counter() - began, _cpu(workers) - cpu
        peak = max(_memory(worker) for worker in workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
    with app.store.snapshot() as work:
        found, beside = work.outbox.counts(1), work.outbox.counts()[Delivery.SENT]  # a tick has told the secretary
    app.store.close()
    if found.by_state != {Delivery.SENT: job.messages}:
        raise SystemExit(f"of {job.messages} rows: {dict(found.by_state)}")
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_bytes": peak, "beside": beside}))


def _let(app: App, go: bool) -> None:
    """Hold the issue, or let it go on."""
    with app.store.transaction() as work:
        office = app.office(work, "benchmark", "workers")
        issue = issues.find(office, "update", 1)
        (mailings.resume if go else mailings.pause)(office, issue)


def _seen(app: App) -> int:
    with app.store.snapshot() as work:
        return len(work.workers.all())


def _waiting(app: App) -> int:
    """Batches that no worker has begun."""
    with app.store.snapshot() as work:
        return work.jobs.waiting()


def _left(app: App) -> bool:
    """Whether a mail waits, or is under way."""
    with app.store.snapshot() as work:
        return bool(work.outbox.first_due(1) or work.outbox.holders() or work.jobs.waiting())


def _cpu(workers: Sequence[subprocess.Popen[bytes]]) -> float:
    """Seconds on a core, of all of their threads."""
    words = [Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split() for worker in workers]
    return sum(int(word[11]) + int(word[12]) for word in words) / TICK


def _memory(worker: subprocess.Popen[bytes]) -> int:
    """Its present size, which only grows."""
    return int(Path(f"/proc/{worker.pid}/statm").read_text().split()[1]) * PAGE


if __name__ == "__main__":
    main(Job.read(sys.argv[1]), int(sys.argv[2]))
