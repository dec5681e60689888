"""Several workers on one PostgreSQL: they share a send, and one of them dies in the middle of it."""

from __future__ import annotations

import re
import shutil
import signal
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mailer.adapters.sandbox import Sandbox
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import State
from mailer.model.outbox import Counts, Delivery
from mailer.ports import Work
from tests.flows.office import OFFICE
from tests.relay import Fault, Relay
from tests.secretary import Secretary, office
from tests.servers.postgresql import PostgreSQL
from tests.waiting import TIMEOUT, wait_until

pytestmark = pytest.mark.servers

READERS = tuple(f"reader{n}@readers.example" for n in range(3000))
CONNECTIONS = 4
STALLED = 4
"""Seconds after which a worker is dead."""


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay() as running:
        yield running


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory, postgresql: PostgreSQL) -> Secretary:
    """An office that shares its work among workers, and whose first issue has its grant."""
    made = office(
        tmp_path_factory.mktemp("granted") / "office",
        MAILER_STORE__URL=postgresql.database(),
        MAILER_SMTP__CONNECTIONS=str(CONNECTIONS),
        MAILER_CLUSTER__ENABLED="true",
        MAILER_CLUSTER__STALLED_SECONDS=str(STALLED),
        MAILER_CLUSTER__TICK_SECONDS="1",
        MAILER_CLUSTER__BATCH="100",
        MAILER_IMAP__PASSWORD=OFFICE.password,
        MAILER_IMAP__POLL_SECONDS="1",
        MAILER_LOG__LEVEL="debug",
    )
    made.imports("subscriber", *READERS, columns={"format": "text"})
    made.imports("cag", "ana@cag.example")
    made.writes()
    made.grants()
    return made


@pytest.fixture
def secretary(granted: Secretary, tmp_path: Path, postgresql: PostgreSQL, relay: Relay) -> Iterator[Secretary]:
    """A copy of that office, with a mailbox and a relay."""
    folder = tmp_path / "office"
    shutil.copytree(granted.folder, folder)
    with Sandbox(folder, (OFFICE,)) as sandbox:
        own = {
            "MAILER_STORE__URL": postgresql.database(like=granted.environ["MAILER_STORE__URL"]),
            "MAILER_SMTP__PORT": str(relay.port),
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
        }
        yield replace(granted, folder=folder, environ={**granted.environ, **own})


def copies(relay: Relay) -> Counter[str]:
    return Counter(mail.recipient for mail in list(relay.taken) if mail.recipient.endswith("@readers.example"))


def counts(secretary: Secretary, mailing: int | None = 1) -> Counts:
    with secretary.app() as app, app.store.snapshot() as work:
        return work.outbox.counts(mailing)


def state(secretary: Secretary) -> State | None:
    with secretary.app() as app, app.store.snapshot() as work:
        issue = work.issues.issue_by_id(1)
        return issue.state if issue else None


def alive(secretary: Secretary) -> list[str]:
    return [worker["name"] for worker in secretary.types("status", "--json").json["workers"] if worker["alive"]]


def start_sending(secretary: Secretary) -> None:
    with secretary.app() as app, app.store.transaction() as work:
        office = app.office(work, "test", "test")
        issue = handlers.find(office, "update", 1)
        mailings.start(office, issue, mailings.outstanding(office, issue))


def test_E1_E13_one_of_three_workers_dies_in_mid_send(secretary: Secretary, relay: Relay) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(secretary.starts("worker")) for _ in range(3)]
        wait_until(lambda: len(alive(secretary)) == 3, "three workers come")
        start_sending(secretary)
        wait_until(lambda: copies(relay).total() > 500, "they send")
        victim = workers[0]
        victim.kill()
        wait_until(lambda: counts(secretary)[Delivery.QUEUED] == counts(secretary)[Delivery.SENDING] == 0, "all go")
        with secretary.app() as app, app.store.snapshot() as work:
            doubtful = {trouble.recipient for trouble in work.outbox.troubles(1) if trouble.state is Delivery.DOUBTFUL}
        wait_until(lambda: len(alive(secretary)) == 2, "the dead one is seen to be dead")
        taken = copies(relay)
        found = counts(secretary)
        for worker in workers[1:]:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(TIMEOUT) for worker in workers[1:]] == [0, 0]
    assert len(doubtful) <= CONNECTIONS
    assert taken.keys() | doubtful == set(READERS)  # nobody is lost
    assert {recipient: times for recipient, times in taken.items() if times > 1} == {}
    assert dict(found.by_state) == {
        state: count
        for state, count in {
            Delivery.SENT: len(READERS) - len(doubtful),
            Delivery.DOUBTFUL: len(doubtful),
        }.items()
        if count
    }
    assert alive(secretary) == []


def test_E1_E13_a_worker_that_was_presumed_dead_comes_back(secretary: Secretary, relay: Relay) -> None:
    secretary.environ["MAILER_LIMITS__PER_MINUTE"] = "18000"  # so that both are sending when one is frozen
    with secretary.starts("worker") as frozen, secretary.starts("worker") as other:
        wait_until(lambda: len(alive(secretary)) == 2, "two workers come")
        start_sending(secretary)
        wait_until(lambda: copies(relay).total() > 500, "they send")
        frozen.send_signal(signal.SIGSTOP)
        wait_until(lambda: len(alive(secretary)) == 1, "it is taken for dead")
        wait_until(lambda: counts(secretary)[Delivery.SENDING] <= CONNECTIONS, "what it was sending is in doubt")
        frozen.send_signal(signal.SIGCONT)
        wait_until(lambda: counts(secretary)[Delivery.QUEUED] == counts(secretary)[Delivery.SENDING] == 0, "all go")
        found, taken = counts(secretary), copies(relay)
        for worker in (frozen, other):
            worker.send_signal(signal.SIGTERM)
        assert frozen.wait(TIMEOUT) in (0, 75)  # if it asked for a job, it was told that it is dead
        assert other.wait(TIMEOUT) == 0
    assert {recipient: times for recipient, times in taken.items() if times > 1} == {}
    assert set(READERS) - taken.keys() == set()
    assert found[Delivery.SENT] + found[Delivery.DOUBTFUL] == len(READERS)
    assert found[Delivery.DOUBTFUL] <= CONNECTIONS


def test_E13_a_worker_that_was_presumed_dead_ends_with_an_error(secretary: Secretary) -> None:
    with secretary.starts("worker") as worker:
        wait_until(lambda: len(ticks(secretary)) >= 1, "it ticks")
        with psycopg.connect(secretary.environ["MAILER_STORE__URL"]) as connection:
            connection.execute("DELETE FROM procrastinate_workers")
        assert worker.wait(TIMEOUT) == 75
    output = (secretary.folder / "output.txt").read_text()
    assert "The other workers presumed this one dead and took over its jobs: it ends. Start it again." in output
    assert "Traceback" not in output


def test_E13_a_worker_does_not_run_the_same_job_twice_at_once(secretary: Secretary) -> None:
    with secretary.starts("worker") as worker:
        wait_until(lambda: len(ticks(secretary)) >= 1, "it ticks")
        with psycopg.connect(secretary.environ["MAILER_STORE__URL"], autocommit=True) as connection:
            again = "UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = 'receive' AND status = 'doing'"
            wait_until(lambda: connection.execute(again).rowcount == 1, "it reads the mailbox")
        seen = len(ticks(secretary))
        wait_until(lambda: len(ticks(secretary)) > seen + 3, "it goes on")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(TIMEOUT) == 0
    output = (secretary.folder / "output.txt").read_text()
    assert "mailbox" not in output


def test_E15_workers_end_when_the_database_loses_power_and_others_go_on(
    secretary: Secretary, relay: Relay, postgresql: PostgreSQL
) -> None:
    secretary.environ["MAILER_LIMITS__PER_MINUTE"] = "18000"
    with secretary.starts("worker") as one, secretary.starts("worker") as two:
        wait_until(lambda: len(alive(secretary)) == 2, "two workers come")
        start_sending(secretary)
        wait_until(lambda: copies(relay).total() > 500, "they send")
        postgresql.stop()
        assert (one.wait(TIMEOUT), two.wait(TIMEOUT)) == (75, 75)
        postgresql.start()
    with secretary.starts("worker"):
        wait_until(lambda: counts(secretary)[Delivery.QUEUED] == counts(secretary)[Delivery.SENDING] == 0, "all go")
        found, taken = counts(secretary), copies(relay)
    assert {recipient: times for recipient, times in taken.items() if times > 1} == {}
    assert found[Delivery.SENT] + found[Delivery.DOUBTFUL] == len(READERS)
    assert len(taken.keys()) >= found[Delivery.SENT]
    assert found[Delivery.DOUBTFUL] <= 2 * CONNECTIONS


def test_one_worker_ticks_each_second(secretary: Secretary) -> None:
    with secretary.starts("worker"), secretary.starts("worker"), secretary.starts("worker"):
        wait_until(lambda: len(alive(secretary)) == 3, "three workers come")
        wait_until(lambda: len(ticks(secretary)) >= 6, "they tick")
        seen = ticks(secretary)
    assert max(Counter(seen).values()) == 1


def test_ticks_go_on_when_a_worker_dies_in_one(secretary: Secretary) -> None:
    with ExitStack() as stack:
        workers = [stack.enter_context(secretary.starts("worker")) for _ in range(2)]
        wait_until(lambda: len(alive(secretary)) == 2, "two workers come")
        wait_until(lambda: len(ticks(secretary)) >= 2, "they tick")
        with secretary.app() as app, app.store.transaction() as work:  # blocks the decisions of a tick
            wait_until(lambda: len(at_tick(work)) == 1, "one is in the middle of a tick")
            victims = [worker for worker in workers if str(worker.pid) in at_tick(work)[0]]
            victims[0].kill()
            before = len(ticks(secretary))
            assert secretary.types("status").code == 0  # reading waits for nobody
        wait_until(lambda: len(ticks(secretary)) > before + 2, "the other one ticks")
    assert len(victims) == 1


def at_tick(work: Work) -> list[str]:
    """The workers that are in the middle of a tick."""
    return [worker.name for worker in work.workers.all() if "a tick" in worker.doing]


def ticks(secretary: Secretary) -> list[int]:
    output = (secretary.folder / "output.txt").read_text()
    return [int(found) for found in re.findall(r"\btick (\d+)", output)]


def test_a_send_is_watched_while_workers_do_it_and_a_daemon_is_refused(secretary: Secretary, relay: Relay) -> None:
    with secretary.starts("worker"):
        wait_until(lambda: len(alive(secretary)) == 1, "a worker comes")
        second = secretary.runs("run", "--once")
        output = secretary.runs("send", "1", "--yes")
        wait_until(lambda: state(secretary) is State.SENT, "a tick finishes the issue")
    assert (second.code, output.code) == (77, 0)
    assert "Another mailer is at work on this store" in second.err
    assert copies(relay) == Counter(READERS)
    wait_until(lambda: len(alive(secretary)) == 0, "the dead one is seen to be dead")


def test_workers_say_what_they_do_and_what_fails(secretary: Secretary, relay: Relay) -> None:
    secretary.environ["MAILER_SMTP__PORT"] = "1"

    def processes() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = secretary.types("status", "--json").json["processes"]
        return found

    with ExitStack() as stack:
        workers = [stack.enter_context(secretary.starts("worker")) for _ in range(2)]
        wait_until(lambda: len(alive(secretary)) == 2, "two workers come")
        start_sending(secretary)
        wait_until(lambda: any("relay" in one["parts"] for one in processes()), "one cannot send")
        wait_until(lambda: any(one["parts"].get("mailbox", {}).get("worked") for one in processes()), "one reads")
        found = processes()
        assert {one["name"] for one in found} == set(alive(secretary))
        assert [one["at_work"] for one in found] == [True, True]
        (failing, *_) = (one["parts"]["relay"] for one in found if "relay" in one["parts"])
        assert "no connection" in failing["fault"] and failing["failing_since"]
        assert "→ No mail can be sent, since " in secretary.types("status").out
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(TIMEOUT) for worker in workers] == [0, 0]
    assert [one["at_work"] for one in processes()] == [False]  # what the last one said is in a file
    assert relay.taken == []


def test_E18_workers_stop_at_a_quota_and_fail_nobody(secretary: Secretary, relay: Relay) -> None:
    relay._script["MAIL"] = deque(["250 ok"] * 50 + ["550 5.4.5 Daily user sending limit exceeded"] * 9_999)
    with ExitStack() as stack:
        workers = [stack.enter_context(secretary.starts("worker")) for _ in range(2)]
        wait_until(lambda: len(alive(secretary)) == 2, "two workers come")
        start_sending(secretary)
        wait_until(lambda: secretary.types("status", "--json").json["throttle"]["held_back"], "the relay refuses us")
        for worker in workers:
            worker.terminate()
            assert worker.wait(TIMEOUT) == 0
    found = counts(secretary)
    assert found[Delivery.FAILED] == 0
    assert found[Delivery.SENT] == copies(relay).total() <= 50
    assert found[Delivery.SENT] + found[Delivery.QUEUED] + found[Delivery.DEFERRED] == len(READERS)


def test_E16_a_second_signal_ends_a_worker_though_the_relay_stalls(secretary: Secretary, relay: Relay) -> None:
    relay._script["."] = deque([Fault.STALL] * 99)
    with secretary.starts("worker") as worker:
        wait_until(lambda: len(alive(secretary)) == 1, "a worker comes")
        start_sending(secretary)
        wait_until(lambda: relay.read, "a message is sent")
        for _ in range(2):
            worker.terminate()
            time.sleep(0.5)
        assert worker.wait(20) == 0
    both = [counts(secretary, mailing) for mailing in (1, None)]  # the relay may have stalled with service mail
    assert sum(found[Delivery.DOUBTFUL] for found in both) >= 1
    assert sum(found[Delivery.SENDING] for found in both) == 0
