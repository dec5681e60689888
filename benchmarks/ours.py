"""Runs mailer for the benchmark: ``ours.py (keys|prepare|start|drain) JOB``.

It goes through the composition root, as ``mailer send`` does. Everything is on that is on in an office: the ledger in
SQLite with synchronous=FULL, the throttle, the checks at claim, the log.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from job import Job, measured, peak_bytes
from letter import GREETING, LEAVE, OFFICE, SUBJECT, Letter, Reader
from sqlalchemy import create_engine, insert, literal, select

from mailer import grants
from mailer.app import App
from mailer.handlers import issues, mailings
from mailer.model.approvals import Outcome as BallotOutcome
from mailer.model.issues import Edition, Issue, Marker, Source, State
from mailer.model.lists import Format, Standing
from mailer.model.outbox import Delivery, Outcome
from mailer.ports import Ledger, Taken, Transport
from mailer.sending.ledger import Drain
from mailer.store.schema import contacts, memberships

CONFIGURATION = f"""
[office]
name = "The Office"
address = "{OFFICE}"
secretary = "secretary@bench.example"
[imap]
host = "127.0.0.1"
security = "none"
user = "office"
[smtp]
host = "127.0.0.1"
security = "none"
helo = "localhost"
[limits]
per_minute = 60_000_000
[lists.board]
title = "The board"
kind = "board"
[policies.disclosure]
title = "Information that goes out"
board = "board"
rule = "majority"
[lists.readers]
title = "Readers"
[lists.earlier]
title = "Readers of another issue"
[publications.update]
title = "Update"
list_id = "update.bench.example"
lists = ["readers"]
[publications.earlier]
title = "Earlier"
list_id = "earlier.bench.example"
lists = ["earlier"]
"""
CHOSEN = ("MAILER_DKIM__KEYS", "MAILER_OFFICE__URL", "MAILER_STORE__URL", "MAILER_CLUSTER__ENABLED")
"""Variables that a sender's environment may set."""
BATCH = 10_000


def office(job: Job) -> App:
    """The office in the job's folder."""
    relay = {"MAILER_SMTP__PORT": str(job.port), "MAILER_SMTP__CONNECTIONS": str(max(1, job.connections))}
    chosen = {name: os.environ[name] for name in CHOSEN if name in os.environ}
    return App.load(job.folder / "mailer.toml", relay | chosen)


def prepare(job: Job) -> None:
    """Create a store with ``messages`` readers on one list, ``before`` on another, and a granted issue for each."""
    shutil.rmtree(job.folder / "data", ignore_errors=True)
    (job.folder / "mailer.toml").write_text(CONFIGURATION)
    app = office(job)
    _empty(app)
    app.store.upgrade()
    app.upgrade_jobs()
    app.open_store()
    letter = Letter.read(job.folder)
    wanted = Format.PDF if letter.pdf else Format.HTML
    _enrol(app, "readers", range(1, job.messages + 1), wanted)
    _enrol(app, "earlier", range(job.messages + 1, job.messages + job.before + 1), wanted)
    for publication in ("update", "earlier"):
        _grant(app, publication, letter)
    app.store.close()


def keys(job: Job) -> None:
    """Create a key of each kind in ``ALGORITHM.pem``; prints their DNS records."""
    (job.folder / "mailer.toml").write_text(CONFIGURATION)
    made = office(job).dkim.add({name: name for name in ("rsa", "ed25519")}, job.folder)
    print(json.dumps({record.name: record.txt for _, record in made}))


def _empty(app: App) -> None:
    """Empty a database, which is used again; a file was removed with its folder."""
    engine = create_engine(app.store.url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _enrol(app: App, key: str, numbers: range, wanted: Format) -> None:
    """Insert readers in bulk, as an import would."""
    now = app.clock.now()
    engine = create_engine(app.store.url)
    for first in range(0, len(numbers), BATCH):
        some = [Reader(number) for number in numbers[first : first + BATCH]]
        rows = [
            {
                "key": reader.address,
                "address": reader.address,
                "domain": reader.address.rpartition("@")[2],
                "name": f"Reader {reader.number}",
                "format": wanted,
                "created_at": now,
            }
            for reader in some
        ]
        with engine.begin() as connection:
            connection.execute(insert(contacts), rows)
    row = {
        "list": literal(key),
        "contact": contacts.c.id,
        "standing": literal(Standing.ACTIVE.value),
        "since": literal(now, memberships.c.since.type),
    }
    theirs = contacts.c.id.between(numbers.start, numbers.stop - 1)
    with engine.begin() as connection:
        connection.execute(insert(memberships).from_select(list(row), select(*row.values()).where(theirs)))
    engine.dispose()


def _grant(app: App, publication: str, letter: Letter) -> None:
    """Build an issue with the handler, and store a ballot and its grant without sending mail to a board."""
    edition = Edition(SUBJECT, _with_markers(letter.html), _with_markers(letter.text), letter.pdf, pages=1)
    with app.store.transaction() as work:
        office = app.office(work, "benchmark", "build")
        source = Source(publication, 1, SUBJECT, date(2026, 11, 23), "en", (), "0" * 64)
        issue = issues.build(office, source, edition, f"{publication}-1").issue
        policy = office.rules.policy_for(Issue.KIND, publication)
        versions = work.lists.versions(app.rules.publication(publication).lists)
        subject = grants.subject_of(office, issue, versions)
        ballot = work.approvals.open_ballot(subject, policy, versions, office.now, office.now)
        work.approvals.close_ballot(ballot.id, BallotOutcome.GRANTED)
        work.approvals.add_grant(ballot, office.now)
        work.issues.set_state(issue.id, State.APPROVED)


def _with_markers(text: str) -> str:
    markers = {GREETING: Marker.GREETING, "{{recipient}}": Marker.RECIPIENT, LEAVE: Marker.LEAVE}
    for placeholder, marker in markers.items():
        text = text.replace(placeholder, marker)
    return text


def start(job: Job) -> None:
    """Write the delivery rows; prints the seconds of the transaction, and the process's peak memory."""
    app = office(job)
    app.open_store()
    began = time.perf_counter()
    _, rows = _start(app, "update")
    seconds = time.perf_counter() - began
    app.store.close()
    assert rows == job.messages
    print(json.dumps({"recipients": rows, "seconds": seconds, "peak_bytes": peak_bytes()}))


def _start(app: App, publication: str) -> tuple[int, int]:
    """Start sending an issue; returns its mailing's id and the number of copies."""
    with app.store.transaction() as work:
        office = app.office(work, "benchmark", "send")
        issue = issues.find(office, publication, 1)
        copies = mailings.start(office, issue, mailings.outstanding(office, issue))
        return work.mailings.unfinished()[-1].id, copies


class _TimedTransport:
    """A transport that notes when the first row was claimed."""

    def __init__(self, real: Transport) -> None:
        self._real = real
        self.claimed_at: float | None = None

    def deliver(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._real.deliver(self)

    def take(self, most: int) -> Taken:
        return self._ledger.take(most)

    def record(self, settled: Sequence[Outcome], starting: Sequence[int]) -> None:
        if self.claimed_at is None:
            self.claimed_at = time.perf_counter()
        self._ledger.record(settled, starting)

    def pause(self, seconds: float) -> None:
        self._ledger.pause(seconds)


def drain(job: Job) -> None:
    """Send all rows, over as many connections as the job says."""
    app = office(job)
    app.open_store()
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  a device, not a path
        app.log_to(nowhere)
        if job.before:
            earlier, _ = _start(app, "earlier")
            app.sender(app.transport()).drain(Drain(earlier))
        transport = _TimedTransport(app.transport())
        sender = app.sender(transport)
        sender.recover()
        with measured() as figures:
            began = time.perf_counter()
            sender.drain()
            figures |= {"unmeasured": job.before, "before_claim": transport.claimed_at - began}
    with app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        counts = work.outbox.counts(mailings.copies_of(work, issue))
    app.store.close()
    if counts.by_state != {Delivery.SENT: job.messages}:
        raise SystemExit(f"of {job.messages} rows: {dict(counts.by_state)}")


STEPS: dict[str, Callable[[Job], None]] = {"keys": keys, "prepare": prepare, "start": start, "drain": drain}

if __name__ == "__main__":
    STEPS[sys.argv[1]](Job.read(sys.argv[2]))
