"""``mailer send`` with all its options, at a scripted relay."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.model.issues import Issue, State
from mailer.model.outbox import Delivery
from tests.relay import Action, Fault, Relay
from tests.secretary import ARTICLE, Secretary, office
from tests.signatures import verdicts
from tests.waiting import TIMEOUT, wait_until

NMB = tuple(f"nmb{n}@nmb.example" for n in range(3))
READERS = tuple(f"reader{n}@readers.example" for n in range(4))
BOARD = ("ana@cag.example", "bo@cag.example")
NO_SUCH_USER = "550 5.1.1 no such user"


@pytest.fixture(scope="module")
def granted(tmp_path_factory: pytest.TempPathFactory) -> Secretary:
    secretary = office(tmp_path_factory.mktemp("granted") / "office")
    secretary.imports("nmb", *NMB)
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    at_work = replace(secretary, environ=dict(secretary.environ))
    with relay_of(at_work):
        assert at_work.types("send").code == 0  # sends the board's mail first
    return secretary


@pytest.fixture
def secretary(granted: Secretary, tmp_path: Path) -> Secretary:
    """An office with a grant for its first issue, no other mail to send, and no relay yet."""
    return granted.copied(tmp_path / "office")


@contextmanager
def relay_of(secretary: Secretary, script: Mapping[str, Sequence[Action]] | None = None) -> Iterator[Relay]:
    with Relay(script=script or {}) as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        yield relay


def copies(relay: Relay) -> list[str]:
    return sorted(mail.recipient for mail in relay.taken if b"\r\nList-Id:" in mail.raw)


def state(secretary: Secretary) -> State:
    with secretary.app() as app, app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None
        return issue.state


def deliveries(secretary: Secretary) -> Mapping[Delivery, int]:
    with secretary.app() as app, app.store.snapshot() as work:
        return work.outbox.counts(1).by_state


def grants(secretary: Secretary) -> bool:
    with secretary.app() as app, app.store.snapshot() as work:
        return work.approvals.grant(Issue.KIND, 1) is not None


def test_every_copy_is_signed_where_the_office_has_keys(secretary: Secretary) -> None:
    secretary.signs("--algorithm", "both")
    records = json.loads((secretary.folder / "dns.json").read_text())
    secretary.environ |= {"MAILER_OFFICE__URL": "https://news.iso-sr.example", "MAILER_SMTP__CONNECTIONS": "3"}
    refused = secretary.types("send", "1", "--yes")  # the board has granted other links (A19)
    assert (refused.code, "the links: " in refused.err) == (77, True)
    assert secretary.types("issue", "cancel", "1", "--yes").code == 0
    secretary.grants()
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--yes").code == 0
    assert copies(relay) == sorted((*NMB, *READERS))
    assert [verdicts(mail.raw, records) for mail in relay.taken] == [[True, True]] * len(relay.taken)
    for mail in relay.taken:
        changed = mail.raw.replace(b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Two-Clicks")
        assert (changed == mail.raw) == (b"\r\nList-Id:" not in mail.raw)
        assert changed == mail.raw or verdicts(changed, records) == [False, False]


def test_a_key_that_others_can_read_is_refused_before_anything_is_decided(secretary: Secretary) -> None:
    secretary.signs("--selector", "news")
    key = secretary.folder / "dkim" / "news.pem"
    key.chmod(0o644)
    result = secretary.types("send", "1", "--yes")
    assert (result.code, result.out) == (78, "")
    assert result.err == f"mailer: [dkim] keys news: others can read {key}; run: chmod 600 {key}\n"
    assert state(secretary) is State.APPROVED


def test_send_shows_the_plan_asks_and_sends(secretary: Secretary) -> None:
    with relay_of(secretary) as relay:
        result = secretary.types("send", "1", keys="y\n")
        assert result.code == 0
        assert copies(relay) == sorted((*NMB, *READERS))
    lines = result.out.splitlines()
    assert lines[:5] == [
        "ISO/SR Update 1: After Bangkok",
        "list        title                    active",
        "nmb         National member bodies        3",
        "d-liaison   D-liaison organisations       0",
        "subscriber  ISO/SR subscribers            4",
    ]
    assert "Send 7 mails now?" in result.out
    assert "7 sent." in result.out
    assert state(secretary) is State.SENT


@pytest.mark.parametrize(("keys", "code"), [("n\n", 77), ("\n", 77), ("", 130)])
def test_without_a_yes_nothing_is_sent(secretary: Secretary, keys: str, code: int) -> None:
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", keys=keys).code == code
        assert relay.taken == []
    assert state(secretary) is State.APPROVED


@pytest.mark.parametrize(
    "arguments",
    [("send", "1"), ("send", "1", "--json"), ("send", "1", "--at", "2099-01-01"), ("send", "1", "--to", "nmb")],
)
def test_without_a_terminal_it_requires_yes(secretary: Secretary, arguments: tuple[str, ...]) -> None:
    result = secretary.types(*arguments)
    assert result.code == 64
    assert "--yes" in result.err
    assert state(secretary) is State.APPROVED


def test_json_never_prompts(secretary: Secretary) -> None:
    result = secretary.types("send", "1", "--json", keys="y\n")
    assert (result.code, result.out) == (64, "")
    assert "JSON output cannot prompt: add --yes or --dry-run." in result.err


def test_only_json_is_on_standard_output(secretary: Secretary) -> None:
    with relay_of(secretary, {"RCPT": ["250 ok", NO_SUCH_USER]}):
        result = secretary.types("send", "1", "--yes", "--json")
    assert result.code == 0
    found = result.json
    assert datetime.fromisoformat(found.pop("finished")) <= datetime.now(UTC)
    assert found == {
        "issue": "update 1",
        "state": "sent",
        "paused": None,
        "due": None,
        "lists_left": [],
        "unreached": 0,
        "deliveries": {
            "queued": 0,
            "sending": 0,
            "sent": 6,
            "deferred": 0,
            "failed": 1,
            "suppressed": 0,
            "in doubt": 0,
        },
        "troubles": [{"recipient": NMB[1], "state": "failed", "reply": NO_SUCH_USER}],
    }


def test_progress_for_a_script_ends_with_the_summary(secretary: Secretary) -> None:
    with relay_of(secretary):
        assert secretary.types("send", "1", "--progress", "json").code == 64
        result = secretary.types("send", "1", "--progress", "json", "--yes")
    *views, summary = [json.loads(line) for line in result.out.splitlines()]
    assert ({view["event"] for view in views}, views[-1]["settled"], views[-1]["total"]) == ({"progress"}, 7, 7)
    assert (summary["event"], summary["state"], summary["deliveries"]["sent"]) == ("summary", "sent", 7)
    assert result.err == ""


def test_a_dry_run_changes_nothing(secretary: Secretary) -> None:
    with relay_of(secretary) as relay:
        result = secretary.types("send", "1", "--dry-run", "--json")
        assert result.json == {
            "issue": "update 1",
            "state": "approved",
            "lists": {"nmb": 3, "d-liaison": 0, "subscriber": 4},
            "copies": 7,
            "waiting": 0,
            "more": {
                "failed": {"mails": 0, "suppressed": 0, "left": 0},
                "newcomers": {"mails": 0, "suppressed": 0, "left": 0},
            },
            "expected_seconds": result.json["expected_seconds"],
            "inputs_changed": [],
            "members_changed": [],
            "board_joined": [],
            "board_left": [],
        }
        assert relay.sessions == []
    assert state(secretary) is State.APPROVED


def test_sent_list_by_list_each_reader_gets_one_copy(secretary: Secretary) -> None:
    secretary.imports("nmb", *NMB, READERS[0])
    asked = secretary.types("send", "1", "--to", "subscriber", "--yes")
    assert (asked.code, "add --as-listed" in asked.err) == (64, True)
    assert re.search(rf"nmb +added +{READERS[0]} .* list import\n", asked.out)
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--to", "subscriber", "--yes", "--as-listed").code == 0
        assert copies(relay) == sorted(READERS)
        left = "3 readers on nmb, d-liaison have not had it: `mailer send 1` sends it to them."
        assert secretary.types("send", "1", "--to", "subscriber", "--yes").out.endswith(f"only to subscriber. {left}\n")
        found = secretary.types("status").out
        assert "update 1  sent, in part" in found
        shown = secretary.types("issue", "show", "1", "--json").json["next"]
        assert shown.startswith("update 1 has not gone to nmb, d-liaison: 3 readers have not had it")
        assert "→ update 1 has not gone to nmb, d-liaison: 3 readers have not had it, and get it with" in found
        result = secretary.types("send", "1", "--yes", "--dry-run", "--json")
        assert (result.json["lists"], result.json["copies"]) == ({"nmb": 4, "d-liaison": 0}, 3)
        result = secretary.types("send", "1", "--yes")
        assert (result.code, result.out.endswith("there is nothing more to send.\n")) == (0, True)
        assert copies(relay) == sorted((*NMB, *READERS))
        assert "in part" not in secretary.types("status").out


def test_a_list_of_another_publication_is_refused(secretary: Secretary) -> None:
    result = secretary.types("send", "1", "--to", "cag", "--yes")
    assert (result.code, result.out) == (77, "")
    assert result.err == "mailer: ISO/SR Update does not go to cag: only nmb, d-liaison, subscriber.\n"


def test_an_empty_list_is_not_counted_as_sent(secretary: Secretary) -> None:
    result = secretary.types("send", "1", "--to", "d-liaison", "--yes")
    assert result.code == 77
    assert "nobody to send it to" in result.err
    assert state(secretary) is State.APPROVED


def test_a_scheduled_send_is_left_to_the_daemon(secretary: Secretary) -> None:
    result = secretary.types("send", "1", "--at", "2099-01-01T09:00+01:00", "--yes", "--json")
    assert (result.code, result.json["state"], result.json["due"]) == (0, "scheduled", "2099-01-01T08:00:00+00:00")
    assert deliveries(secretary) == {}
    assert "goes out on Thursday 1 January 2099, 08:00 UTC" in secretary.types("status").out


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("2099-03-29T01:59", "2099-03-29T00:59:00+00:00"),
        ("2099-03-29T02:30", "2099-03-29T01:30:00+00:00"),  # an hour that is skipped: as if no clock had changed
        ("2099-03-29T03:00", "2099-03-29T01:00:00+00:00"),
        ("2099-10-25T02:30", "2099-10-25T00:30:00+00:00"),  # an hour that occurs twice: the first one
        ("2099-10-25T02:30+01:00", "2099-10-25T01:30:00+00:00"),
    ],
)
def test_E14_a_time_in_the_hour_of_a_clock_change_is_one_moment(secretary: Secretary, typed: str, due: str) -> None:
    secretary.environ["MAILER_OFFICE__TIMEZONE"] = "Europe/Stockholm"
    assert secretary.types("send", "1", "--at", typed, "--yes", "--json").json["due"] == due


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1", "--at", "tomorrow"), "is not a time like 2026-12-01T09:00"),
        (("1", "--at", "2020-01-01"), "Wednesday 1 January 2020, 00:00 UTC has passed"),
        (("1", "--at", "2099-01-01", "--to", "nmb"), "--at is for all lists"),
        (("--to", "nmb"), "give its NUMBER"),
        (("--at", "2099-01-01"), "give its NUMBER"),
    ],
)
def test_what_goes_with_nothing_is_a_mistake(secretary: Secretary, arguments: tuple[str, ...], words: str) -> None:
    result = secretary.types("send", "--yes", *arguments)
    assert (result.code, result.out) == (64, "")
    assert words in result.err
    assert state(secretary) is State.APPROVED


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
def test_A19_an_edited_source_is_refused_and_nothing_withdrawn(secretary: Secretary, dry_run: tuple[str, ...]) -> None:
    (folder_of(secretary) / "01-decided.md").write_text(ARTICLE + "\nAnd one thing more.\n", "utf-8")
    try:
        result = secretary.types("send", "1", "--yes", *dry_run)
    finally:
        (folder_of(secretary) / "01-decided.md").write_text(ARTICLE, "utf-8")
    assert (result.code, result.out) == (77, "")
    assert "`mailer issue build 1`, then `mailer issue submit 1`" in result.err
    assert (state(secretary), grants(secretary)) == (State.APPROVED, True)


def folder_of(secretary: Secretary) -> Path:
    """Where the issue was built; a copied office still names the first one's folder."""
    with secretary.app() as app, app.store.snapshot() as work:
        issue = work.issues.issue("update", 1)
        assert issue is not None
        return Path(issue.folder)


def test_nothing_is_lost_while_the_relay_is_down(secretary: Secretary) -> None:
    result = secretary.types("send", "1", "--yes")
    assert result.code == 75
    assert "continue with the same command, or with the daemon" in result.out
    assert result.err.splitlines()[-1].startswith("mailer: smtp: 127.0.0.1:1: no connection")
    assert deliveries(secretary) == {Delivery.QUEUED: 7}
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--yes").code == 0
        assert copies(relay) == sorted((*NMB, *READERS))


def test_E5_a_deferred_copy_is_left_for_later(secretary: Secretary) -> None:
    with relay_of(secretary, {"RCPT": ["451 4.3.0 later"]}) as relay:
        result = secretary.types("send", "1", "--yes")
        assert len(copies(relay)) == 6
    assert result.code == 0
    assert "6 sent, 1 deferred." in result.out
    assert "tried again by the daemon" in result.out
    assert state(secretary) is State.SENDING


def test_E3_a_doubt_is_shown_and_resent_only_on_request(secretary: Secretary) -> None:
    with relay_of(secretary, {".": ["250 ok", Fault.DROP]}) as relay:
        result = secretary.types("send", "1", "--yes")
        assert result.code in (0, 75)
        assert secretary.types("send", "1", "--yes").code == 0
        assert len(copies(relay)) == 6
        assert deliveries(secretary) == {Delivery.SENT: 6, Delivery.DOUBTFUL: 1}
        status = secretary.types("status").out
        assert "→ update 1, in doubt: 1 copy; `mailer send 1 --resend-doubtful`, or --give-up-doubtful." in status

        assert secretary.types("send", "1", "--resend-doubtful", keys="n\n").code == 77
        assert secretary.types("send", "1", "--resend-doubtful", "--dry-run").code == 0
        assert deliveries(secretary) == {Delivery.SENT: 6, Delivery.DOUBTFUL: 1}

        assert secretary.types("send", "1", "--resend-doubtful", keys="y\n").code == 0
        assert copies(relay) == sorted((*NMB, *READERS))
    assert deliveries(secretary) == {Delivery.SENT: 7}


def test_E3_a_doubt_can_be_given_up(secretary: Secretary) -> None:
    with relay_of(secretary, {".": [Fault.DROP]}) as relay:
        secretary.types("send", "1", "--yes")
        secretary.types("send", "1", "--yes")
        result = secretary.types("send", "1", "--give-up-doubtful", "--json")
        assert len(copies(relay)) == 6
    assert result.code == 0
    assert (result.json["deliveries"]["failed"], result.json["deliveries"]["in doubt"]) == (1, 0)
    assert result.err == "In doubt: 1 mail, given up.\n"


def test_E1_killed_between_the_final_dot_and_the_answer(secretary: Secretary) -> None:
    with relay_of(secretary, {".": ["250 ok", "250 ok", Fault.STALL]}) as relay:
        with secretary.starts("send", "1", "--yes") as process:
            wait_for_read(relay, 3)
            process.kill()
            process.wait()
        broken, idle = (
            "update 1: 1 copy was under way when the last sender ended, and will be in doubt when another one starts.",
            "update 1 waits, and no mailer is running: continue with `mailer send 1`, "
            "or start the daemon (`mailer run`).",
        )
        for options in ((), ("--summary",)):
            assert secretary.types("deliveries", "1", *options).out.splitlines()[-2:] == [broken, idle]
        status = secretary.types("status").out.splitlines()
        assert status[-2:] == [f"→ {broken}", f"→ {idle}"]
        assert secretary.types("send", "1", "--yes").code == 0
        assert len(copies(relay)) == 6
    assert deliveries(secretary) == {Delivery.SENT: 6, Delivery.DOUBTFUL: 1}


def wait_for_read(relay: Relay, mails: int) -> None:
    wait_until(lambda: len(relay.read) >= mails, f"the relay has read {mails} mails")


def test_a_second_ctrl_c_aborts_and_leaves_a_doubt(secretary: Secretary) -> None:
    with relay_of(secretary, {".": [Fault.STALL]}) as relay, secretary.starts("send", "1", "--yes") as process:
        wait_for_read(relay, 1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        relay.hang_up()
        assert process.wait(TIMEOUT) == 130
    assert deliveries(secretary) == {Delivery.QUEUED: 6, Delivery.DOUBTFUL: 1}


def test_send_without_a_number_sends_service_mail(secretary: Secretary) -> None:
    secretary.writes(2)
    for step in ("build", "submit"):
        assert secretary.types("issue", step, "2").code == 0
    assert secretary.types("send", "--dry-run").out == "Service mail: 3 waiting.\n"
    before = secretary.types("send", "--dry-run", "--json").json["deliveries"]["sent"]
    with relay_of(secretary, {"RCPT": ["250 ok", NO_SUCH_USER, "250 ok"]}) as relay:
        result = secretary.types("send")
        assert (result.code, copies(relay)) == (0, [])
    assert result.out.splitlines()[0] == "Service mail: 2 sent, 1 failed, none waiting."
    assert NO_SUCH_USER in result.out
    assert secretary.types("send").out == "Service mail: none waiting.\n"
    assert secretary.types("send", "--json").json["deliveries"]["sent"] == before + 2


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "is not built yet"),
        (("build",), "submit it to the board with `mailer issue submit 2`"),
        (("build", "submit"), "the board has it; see `mailer status`"),
        (("build", "cancel"), "to take it up again, build it with `mailer issue build 2`"),
    ],
)
def test_without_a_grant_the_missing_step_is_named(secretary: Secretary, steps: tuple[str, ...], words: str) -> None:
    secretary.writes(2)
    for step in steps:
        assert secretary.types("issue", step, "2").code == 0
    for options in ((), ("--dry-run",), ("--yes", "--json"), ("--at", "2099-01-01", "--yes")):
        result = secretary.types("send", "2", *options)
        assert (result.code, result.out) == (77, "")
        assert words in result.err


def test_plain_progress_shows_the_counts(secretary: Secretary) -> None:
    with relay_of(secretary):
        result = secretary.types("send", "1", "--yes")
    assert result.err == "7 of 7: 7 sent\n"
    assert result.out.splitlines()[-1].startswith("Issue 1 was sent by ")


def test_an_issue_can_be_written_to_a_folder(secretary: Secretary) -> None:
    secretary.environ |= {"MAILER_TRANSPORT__WAY": "folder", "MAILER_TRANSPORT__FOLDER": "would go"}
    assert secretary.types("send", "1", "--yes").code == 0
    files = (secretary.folder / "would go").glob("*.eml")
    assert sorted(path.name.partition("-")[2] for path in files if b"List-Id:" in path.read_bytes()) == [
        f"{reader}.eml" for reader in sorted((*NMB, *READERS))
    ]


def test_an_issue_is_sent_over_lmtp_without_a_login(secretary: Secretary) -> None:
    with Relay(lmtp=True, keywords=["PIPELINING"], unknown=[READERS[0]]) as server:
        secretary.environ |= {"MAILER_TRANSPORT__WAY": "lmtp", "MAILER_TRANSPORT__LMTP": f"127.0.0.1:{server.port}"}
        result = secretary.types("send", "1", "--yes")
    assert copies(server) == sorted((*NMB, *READERS[1:]))
    assert f"550 5.1.1 <{READERS[0]}> is nobody here" in " ".join(result.out.split())
    assert "AUTH" not in server.verbs()
