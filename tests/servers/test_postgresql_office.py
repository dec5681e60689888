"""An office on PostgreSQL, at the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailer.adapters.sandbox import Sandbox
from mailer.handlers import mailings
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Delivery, Outcome
from tests.flows.office import OFFICE
from tests.relay import Relay
from tests.secretary import Secretary, office
from tests.servers.postgresql import PostgreSQL

pytestmark = pytest.mark.servers

READERS = tuple(f"reader{n}@readers.example" for n in range(20))


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as running:
        yield running


@pytest.fixture
def secretary(tmp_path: Path, postgresql: PostgreSQL, relay: Relay) -> Secretary:
    """An office whose first issue has its grant."""
    url = postgresql.database()
    made = office(tmp_path / "office", MAILER_STORE__URL=url, MAILER_SMTP__PORT=str(relay.port))
    made.imports("subscriber", *READERS)
    made.imports("cag", "ana@cag.example")
    made.writes()
    made.grants()
    return made


def test_it_sends_and_shows(secretary: Secretary, relay: Relay) -> None:
    assert "of version 0001: nothing to do" in secretary.types("upgrade").out
    result = secretary.types("send", "1", "--yes", "--json")
    assert (result.code, result.json["state"], result.json["deliveries"]["sent"]) == (0, "sent", len(READERS))
    taken = Counter(mail.recipient for mail in relay.taken if mail.recipient in READERS)
    assert taken == Counter(READERS)
    status = secretary.types("status", "--json").json
    assert [issue["deliveries"] for issue in status["issues"]] == [{"sent": len(READERS)}]
    doctor = {finding["what"]: finding for finding in secretary.types("doctor", "--json").json}
    assert doctor["store"]["state"] == "ok"
    assert doctor["store"]["detail"].startswith("postgresql://mailer@127.0.0.1:")


def test_E13_a_second_daemon_is_refused_wherever_it_runs(secretary: Secretary, relay: Relay) -> None:
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ["MAILER_IMAP__PORT"] = str(sandbox.imap_port)
        secretary.environ["MAILER_IMAP__PASSWORD"] = OFFICE.password
        assert secretary.runs("run", "--once").code == 0
        with secretary.app() as app:
            lock = app.store.lock()
            assert lock is not None
            with lock:
                second = secretary.runs("run", "--once")
    assert second.code == 77
    assert "Another mailer is at work on this store: mailer " in second.err


def test_mails_that_a_crash_interrupts_are_in_doubt(secretary: Secretary) -> None:
    with secretary.app() as app:
        with app.store.transaction() as work:
            issue = work.issues.issue("update", 1)
            assert issue is not None
            mailing = work.mailings.add(MailingKind.ISSUE, issue.id, "update", ["subscriber"], app.clock.now())
            work.outbox.add_copies(mailing.id, ["subscriber"], "<", "@o>", app.clock.now())
            rows = work.outbox.page(mailing.id, 0, 1)
            work.outbox.record([rows[0].id], [], app.clock.now())
        assert secretary.types("send").code == 0
        with app.store.snapshot() as work:
            assert work.outbox.counts(mailing.id)[Delivery.DOUBTFUL] == 1


def test_an_office_moves_here_in_the_middle_of_a_send(tmp_path: Path, postgresql: PostgreSQL, relay: Relay) -> None:
    """What was sent stays sent, what waits goes from here, and old links are still known."""
    secretary = office(tmp_path / "office", MAILER_SMTP__PORT=str(relay.port))
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", "ana@cag.example")
    secretary.writes()
    secretary.grants()
    with secretary.app() as app, app.store.transaction() as work:
        key = app.store.key
        issue = work.issues.issue("update", 1)
        assert issue is not None
        mailings.start(
            app.office(work, "a test", "moving"), issue, mailings.outstanding(app.office(work, "", ""), issue)
        )
        mailing = mailings.of_issue(work, issue)
        assert mailing is not None
        row = work.outbox.page(mailing.id, 0, 1)[0].id
        work.outbox.record([row], [], app.clock.now())
        work.outbox.settle([(Outcome(row, Delivery.SENT, "250 ok"), None)], app.clock.now())
    secretary.environ |= {"MAILER_STORE__URL": postgresql.database(), "MAILER_CLUSTER__ENABLED": "true"}
    with secretary.app() as app:
        lock = app.store.lock()
        assert lock is not None
        with lock:
            assert (
                secretary.types("upgrade", "--from", "data/mailer.db").code == 77
            )  # another process uses the store (E13)
    moved = secretary.types("upgrade", "--from", "data/mailer.db")
    assert (moved.code, moved.out.splitlines()[-1]) == (0, "The tables for the workers' jobs are made.")
    with secretary.app() as app:
        assert app.store.key == key
    secretary.environ["MAILER_CLUSTER__ENABLED"] = "false"
    assert secretary.types("send", "1", "--yes").code == 0
    assert sorted(mail.recipient for mail in relay.taken if mail.recipient in READERS) == sorted(READERS[1:])
