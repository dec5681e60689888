"""The senders that are measured: the reference, mailer, and its peers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from job import Job
from measure import Failed, Sender

HERE = Path(__file__).parent
CACHE = HERE.parent / ".cache" / "bench"
"""Where ``make bench`` installs the peers."""

PEERS = {"PYTHONPATH": str(CACHE / "python"), "NODE_PATH": str(CACHE / "node_modules")}


def _smtp_source(job: Job) -> list[str]:
    amount = ["-s", str(job.connections), "-m", str(job.messages), "-F", str(job.folder / "copy.eml")]
    addresses = ["-f", "office@bench.example", "-t", "reader@d1.example", "-M", "localhost"]
    return ["smtp-source", "-d", *amount, *addresses, f"127.0.0.1:{job.port}"]


def _python(script: str, *words: str) -> Callable[[Job], list[str]]:
    return lambda job: [sys.executable, str(HERE / script), *words, str(job)]


def _node(how: str) -> Callable[[Job], list[str]]:
    return lambda job: ["node", str(HERE / "nodemailer.cjs"), how, str(job)]


def _our_store(job: Job) -> None:
    """Create a store for each run, with an issue that is started: only sending is measured."""
    for step in ("prepare", "start"):
        ours(step, job)


def ours(step: str, job: Job, environment: Mapping[str, str] | None = None) -> str:
    """Run one step of ``ours.py``; returns its output."""
    command = _python("ours.py", step)(job)
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **(environment or {})}
    )
    if done.returncode:
        raise Failed(f"mailer, {step}: {done.stderr[-2000:]}")
    return done.stdout


REFERENCE = Sender("smtp-source -d", _smtp_source, measures_itself=False, personal=False)

OURS = Sender("mailer", _python("ours.py", "drain"), prepare=_our_store)

SUBJECTS = (
    OURS,
    Sender("smtplib, bytes", _python("peers.py", "smtplib"), environment=PEERS),
    Sender("smtplib, EmailMessage", _python("peers.py", "smtplib-composed"), environment=PEERS),
    Sender("aiosmtplib, bytes", _python("peers.py", "aiosmtplib"), environment=PEERS),
    Sender("nodemailer pool, bytes", _node("raw"), environment=PEERS),
    Sender("nodemailer pool", _node("composed"), environment=PEERS),
)
