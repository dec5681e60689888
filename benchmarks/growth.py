"""How ours grows with the number of recipients: starting a send, and draining one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gate import Job
from measure import Run, run
from senders import OURS, ours


@dataclass(frozen=True, slots=True)
class Start:
    """Writing the delivery rows of one issue, in one transaction, in a process of its own."""

    recipients: int
    seconds: float
    peak_bytes: int


def start(folder: Path, recipients: int) -> Start:
    job = Job(folder, port=25, connections=0, messages=recipients)
    ours("prepare", job)
    return Start(**json.loads(ours("start", job)))


def drain(folder: Path, recipients: int, connections: int) -> Run:
    """A whole send, from rows written to rows settled."""
    return run(OURS, folder, connections, recipients)
