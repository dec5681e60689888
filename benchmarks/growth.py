"""How the cost of mailer grows with the number of recipients: starting a send, and draining one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from job import Job
from measure import Run, run
from senders import OURS, ours

BEFORE = 5_000
"""Mails after which a process has reached its full speed."""
SHORT = 10_000


@dataclass(frozen=True, slots=True)
class Start:
    """Writing the delivery rows of one issue, in one transaction in a new process."""

    recipients: int
    seconds: float
    peak_bytes: int


def start(folder: Path, recipients: int) -> Start:
    job = Job(folder, port=25, connections=0, messages=recipients)
    ours("prepare", job)
    return Start(**json.loads(ours("start", job)))


def drain(folder: Path, recipients: int, connections: int, fresh: bool = False) -> Run:
    """A whole send, by a process that has sent before or by a ``fresh`` one. Short sends are the median of three."""
    repeats = 3 if recipients <= SHORT else 1
    runs = [run(OURS, folder, connections, recipients, before=0 if fresh else BEFORE) for _ in range(repeats)]
    return sorted(runs, key=lambda run: run.each)[repeats // 2]
