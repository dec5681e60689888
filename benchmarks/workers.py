"""Sends with workers on one PostgreSQL: ``workers.py JOB COUNT``. They are idle before the issue is resumed."""

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

POLL_INTERVAL, COUNT_INTERVAL = 0.05, 0.25
"""Seconds between two checks. Checks slow down what they measure, so there are few while much is left."""
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def main(job: Job, count: int) -> None:
    app = office(job)
    app.open_store()
    _set_running(app, False)
    command = [sys.executable, "-m", "cli", "-c", str(job.folder / "mailer.toml"), "worker"]
    environment = {**os.environ, "MAILER_SMTP__PORT": str(job.port), "MAILER_SMTP__CONNECTIONS": str(job.connections)}
    workers = [subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[1]) for _ in range(count)]
    try:
        while _worker_count(app) < count:
            time.sleep(POLL_INTERVAL)
        print("ready", flush=True)
        sys.stdin.readline()
        began, cpu = time.perf_counter(), _cpu(workers)
        _set_running(app, True)
        while _waiting(app):
            time.sleep(COUNT_INTERVAL)
        while _is_unfinished(app):
            time.sleep(POLL_INTERVAL)
        seconds, cpu = time.perf_counter() - began, _cpu(workers) - cpu
        peak = max(_memory(worker) for worker in workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
    with app.store.snapshot() as work:
        found, unmeasured = (
            work.outbox.counts(1),
            work.outbox.counts()[Delivery.SENT],
        )  # a tick mails the secretary
    app.store.close()
    if found.by_state != {Delivery.SENT: job.messages}:
        raise SystemExit(f"of {job.messages} rows: {dict(found.by_state)}")
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_bytes": peak, "unmeasured": unmeasured}))


def _set_running(app: App, running: bool) -> None:
    """Resume or pause the issue."""
    with app.store.transaction() as work:
        office = app.office(work, "benchmark", "workers")
        issue = issues.find(office, "update", 1)
        (mailings.resume if running else mailings.pause)(office, issue)


def _worker_count(app: App) -> int:
    with app.store.snapshot() as work:
        return len(work.workers.all())


def _waiting(app: App) -> int:
    """How many batches no worker has begun."""
    with app.store.snapshot() as work:
        return work.jobs.waiting()


def _is_unfinished(app: App) -> bool:
    """Whether a mail is waiting or under way."""
    with app.store.snapshot() as work:
        return bool(work.outbox.first_due(1) or work.outbox.holders() or work.jobs.waiting())


def _cpu(workers: Sequence[subprocess.Popen[bytes]]) -> float:
    """CPU seconds of all their threads."""
    fields = [Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split() for worker in workers]
    return sum(int(field[11]) + int(field[12]) for field in fields) / TICK


def _memory(worker: subprocess.Popen[bytes]) -> int:
    """Its current size, which only grows."""
    return int(Path(f"/proc/{worker.pid}/statm").read_text().split()[1]) * PAGE


if __name__ == "__main__":
    main(Job.read(sys.argv[1]), int(sys.argv[2]))
