"""Control over a running send from another process, with a relay on a real socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailer.adapters.sandbox import Sandbox
from mailer.handlers import issues as handlers
from mailer.handlers import mailings
from mailer.model.issues import Issue
from mailer.model.mailings import Mailing
from mailer.model.outbox import Counts, Delivery
from tests.flows.office import OFFICE
from tests.relay import Action, Relay
from tests.secretary import Secretary, office
from tests.waiting import TIMEOUT, wait_until

READERS = tuple(f"reader{n}@readers.example" for n in range(40))
BOARD = ("ana@cag.example", "bo@cag.example")
BROKEN_OFF = "update 1: 1 copy was under way when the last sender ended, and will be in doubt when another one starts."
SAYS_THAT_IT_WAITS = (
    "from mailer.adapters.imap import ImapMailbox; wait = ImapMailbox.wait; "
    "ImapMailbox.wait = lambda *arguments: (print('waits for mail', flush=True), wait(*arguments))[1]"
)


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    secretary = office(tmp_path_factory.mktemp("granted") / "office")
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    with Relay() as relay:
        at_work = replace(secretary, environ=secretary.environ | {"MAILER_SMTP__PORT": str(relay.port)})
        assert at_work.types("send").code == 0  # sends the board's mail first
    return secretary


@pytest.fixture
def secretary(granted: Secretary, tmp_path: Path) -> Secretary:
    """An office with a grant for its first issue, and nothing else to send."""
    return granted.copied(tmp_path / "office")


@contextmanager
def relay_of(
    secretary: Secretary, per_minute: int = 1_000_000, script: Mapping[str, Sequence[Action]] | None = None
) -> Iterator[Relay]:
    with Relay(script=script or {}) as relay:
        secretary.environ |= {"MAILER_SMTP__PORT": str(relay.port), "MAILER_LIMITS__PER_MINUTE": str(per_minute)}
        yield relay


def copies(relay: Relay) -> list[str]:
    return [mail.recipient for mail in relay.taken if b"\r\nList-Id:" in mail.raw]


@contextmanager
def in_mid_send(relay: Relay, count: int) -> Iterator[None]:
    """Enter when the relay has ``count`` copies; the last gets no reply until the context ends."""
    over = threading.Event()
    relay.before_answer = lambda: len(copies(relay)) < count or over.wait()
    try:
        wait_for_copies(relay, count)
        yield
    finally:
        over.set()


def wait_for_copies(relay: Relay, count: int) -> None:
    wait_until(lambda: len(copies(relay)) >= count, f"the relay has {count} copies")


def still(relay: Relay) -> int:
    """The copies that the relay has, once none has arrived for a second."""
    found = -1
    while len(copies(relay)) != found:
        found = len(copies(relay))
        time.sleep(1)
    return found


def standing(secretary: Secretary) -> tuple[Issue, Mailing, Counts]:
    with secretary.app() as app, app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None
        mailing = mailings.of_issue(work, issue)
        assert mailing is not None
        return issue, mailing, work.outbox.counts(mailing.id)


def test_a_pause_holds_the_issue_and_lets_service_mail_through(secretary: Secretary) -> None:
    had = 3
    with relay_of(secretary) as relay, secretary.starts("send", "1", "--yes") as process:
        with in_mid_send(relay, had):
            assert secretary.types("pause", "1").out.startswith("update 1 is paused; ")
        assert standing(secretary)[1].paused_at is not None

        secretary.writes(2)
        for step in ("build", "submit"):
            assert secretary.types("issue", step, "2").code == 0
        wait_for_service_mail(relay, len(BOARD))
        assert process.poll() is None
        assert len(copies(relay)) == had

        assert secretary.types("resume").out == f"update 1 goes on; {len(READERS) - had} mails to go.\n"
        assert process.wait(TIMEOUT) == 0
        assert sorted(copies(relay)) == sorted(READERS)


def wait_for_service_mail(relay: Relay, count: int) -> None:
    wait_until(lambda: len(relay.taken) - len(copies(relay)) >= count, f"the relay has {count} service mails")


def test_a_waiting_daemon_sees_a_started_mailing_at_once(secretary: Secretary) -> None:
    assert secretary.types("send", "1", "--yes").code == 75  # released, and the relay is not there
    assert secretary.types("pause").code == 0
    with relay_of(secretary) as relay, Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ |= {
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
            "MAILER_IMAP__POLL_SECONDS": "3600",
        }
        with secretary.starts("run", before=SAYS_THAT_IT_WAITS) as daemon:
            wait_for_words(secretary, "waits for mail")
            secretary.writes(2)
            for step in ("build", "submit"):
                assert secretary.types("issue", step, "2").code == 0
            wait_for_service_mail(relay, len(BOARD))
            assert copies(relay) == []
            assert secretary.types("resume").code == 0
            wait_for_copies(relay, len(READERS))
            daemon.terminate()
            assert daemon.wait(TIMEOUT) == 0
    assert not (secretary.folder / "data" / "mailer.wake").exists()


def test_a_paused_issue_is_shown_and_not_sent(secretary: Secretary) -> None:
    with relay_of(secretary, per_minute=60) as relay:
        with secretary.starts("send", "1", "--yes") as process:
            wait_for_copies(relay, 1)
            process.kill()
            process.wait()
        assert secretary.types("pause").code == 0
        assert "was paused already" in secretary.types("pause", "1").out
        assert "Paused since" in secretary.types("send", "1", "--dry-run").out
        result = secretary.types("send", "1", "--yes")
        assert (result.code, result.err) == (77, "mailer: Issue 1 is paused: resume it with `mailer resume 1`.\n")
        status = secretary.types("status").out
        assert "→ update 1 is paused: resume it with `mailer resume 1`." in status
        goes_on, *broken_off, nobody = secretary.types("resume", "1").out.splitlines()
        assert broken_off in ([], [BROKEN_OFF])  # the sender was killed before it read the relay's answer, or after
        assert goes_on.startswith("update 1 goes on; ")
        assert nobody.startswith("update 1 waits, and no mailer is running: continue with `mailer send 1`, or ")
        assert "was not paused" in secretary.types("resume", "1").out


def test_watching_a_running_send_asks_nothing(secretary: Secretary) -> None:
    with relay_of(secretary) as relay, ExitStack() as stack:
        process = stack.enter_context(secretary.starts("send", "1", "--yes"))
        with in_mid_send(relay, 3):
            assert secretary.types("status", "--json").json["at_work"] is True
            looking = stack.enter_context(secretary.starts("send", "1"))
            wait_for_words(secretary, "Another mailer is running")
        assert (looking.wait(TIMEOUT), process.wait(TIMEOUT)) == (0, 0)
        assert (secretary.folder / "output.txt").read_text().count(f"{len(READERS)} sent.") == 2
        assert secretary.types("status", "--json").json["at_work"] is False


def test_the_rest_of_an_issue_is_cancelled_for_good(secretary: Secretary) -> None:
    had = 3
    with relay_of(secretary) as relay, secretary.starts("send", "1", "--yes") as process:
        with in_mid_send(relay, had):
            result = secretary.types("issue", "cancel", "1", "--dry-run")
            assert "wait and would never get it." in result.out
            assert secretary.types("issue", "cancel", "1").code == 64
            assert secretary.types("issue", "cancel", "1", keys="y\n").code == 0
        assert process.wait(TIMEOUT) == 0
        assert len(copies(relay)) == had
        issue, mailing, counts = standing(secretary)
        assert (issue.state, mailing.finished_at is not None) == ("stopped", True)
        assert counts.by_state == {Delivery.SENT: had, Delivery.SUPPRESSED: len(READERS) - had}
        assert secretary.types("send", "1", "--yes").code == 77
        assert len(copies(relay)) == had
        subjects = [line for mail in relay.taken for line in mail.raw.split(b"\r\n") if line.startswith(b"Subject:")]
        assert subjects.count(b"Subject: ISO/SR Update 1 has been stopped") == 1


def test_pause_without_a_running_issue_is_refused(secretary: Secretary) -> None:
    assert secretary.types("pause").out == "No issue is being sent.\n"
    assert "is approved: there is nothing to pause" in secretary.types("pause", "1").err
    assert "update 1 was not paused" in secretary.types("resume", "1").out


def test_E14_status_says_what_to_do_about_a_missed_time(secretary: Secretary) -> None:
    with secretary.app() as app, app.store.transaction() as work:
        due = app.clock.now() - timedelta(days=1)
        office = app.office(work, "", "test")
        mailings.schedule(office, handlers.find(office, "update", 1), due)
        mailings.release(office, handlers.find(office, "update", 1))
        when = app.when(due)
    result = secretary.types("status")
    missed = f"→ update 1 was due on {when} and was not sent: "
    assert f"{missed}send it now with `mailer send 1`, or set another time with --at.\n" in result.out
    found = secretary.types("status", "--json").json["issues"][0]
    assert (found["state"], found["due"], found["missed"]) == ("approved", None, due.isoformat())
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--yes").code == 0
        assert len(copies(relay)) == len(READERS)


def test_a_new_rate_applies_to_a_running_send_and_survives_a_restart(secretary: Secretary) -> None:
    with relay_of(secretary, per_minute=1) as relay:
        with secretary.starts("send", "1", "--yes") as process:
            wait_for_copies(relay, 1)
            assert still(relay) == 1
            assert secretary.types("rate", "600").out.startswith("Mail goes out at 600 a minute, as was set; ")
            with in_mid_send(relay, 6):  # at the old rate that would take five minutes
                assert secretary.types("rate", "1").code == 0
            had = still(relay)
            process.kill()
        assert had < len(READERS)
        assert secretary.types("rate", "--json").json == {"per_minute": 1, "configured": ["1 a minute"]}
        assert "at 1 a minute, as was set" in secretary.types("status").out
        assert secretary.types("status", "--json").json["rate"]["per_minute"] == 1
        assert "at 1 a minute this takes" in secretary.types("send", "1", "--dry-run").out
        secretary.environ["MAILER_LIMITS__PER_MINUTE"] = "1000000"
        assert secretary.types("rate", "--reset").out == "Mail goes out at 1000000 a minute, as configured.\n"
        assert secretary.types("send", "1", "--yes").code == 0
        assert sorted(copies(relay)) == sorted(READERS)
        audit = secretary.types("audit", "--json").json
        rates = [entry["detail"]["per_minute"] for entry in audit if entry["action"] == "rate set"]
        assert rates == [600, 1, None]


def test_a_send_waits_at_a_limit(secretary: Secretary) -> None:
    with relay_of(secretary, per_minute=1) as relay, secretary.starts("send", "1", "--yes") as process:
        wait_for_copies(relay, 1)
        assert still(relay) == 1
        assert process.poll() is None
        assert secretary.types("rate", "100000").code == 0
        assert process.wait(TIMEOUT) == 0
        assert sorted(copies(relay)) == sorted(READERS)


def test_an_exhausted_quota_is_predicted_and_shown(secretary: Secretary) -> None:
    secretary.environ["MAILER_LIMITS__WARM_UP"] = "[6]"
    with relay_of(secretary) as relay:
        assert (
            "at 1000000 a minute and 6 a day for now this takes 24 h 00 min."
            in secretary.types("send", "1", "--dry-run").out
        )
        with secretary.starts("send", "1", "--yes", "--progress", "json") as process:
            wait_for_copies(relay, 6)
            wait_for_words(secretary, '"held": "6 a day are used up"')
            process.terminate()
            assert process.wait(TIMEOUT) == 130
        assert len(copies(relay)) == 6


def wait_for_words(secretary: Secretary, words: str) -> None:
    wait_until(lambda: words in (secretary.folder / "output.txt").read_text(), words)


def test_a_rate_is_set_or_reset_and_not_both(secretary: Secretary) -> None:
    assert secretary.types("rate", "5", "--reset").code == 64
    assert secretary.types("rate", "0").code == 64
