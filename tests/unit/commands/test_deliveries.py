"""``mailer deliveries``: the state of every copy."""

from __future__ import annotations

import csv
import json

import pytest

from mailer.commands.deliveries import COLUMNS, SHOWN
from mailer.model.outbox import Delivery, Outcome
from tests.secretary import Secretary

READERS = tuple(f"reader{n:03}@readers.example" for n in range(SHOWN + 10))

IDLE = "update 1 waits, and no mailer is running: continue with `mailer send 1`, or start the daemon (`mailer run`)."


@pytest.fixture
def under_way(secretary: Secretary) -> Secretary:
    """An issue with one sent copy, one failed copy, and the rest waiting."""
    secretary.imports("nmb", *READERS)
    secretary.imports("cag", "ana@cag.example")
    secretary.writes()
    secretary.grants()
    secretary.environ["MAILER_SMTP__PORT"] = "1"
    assert secretary.types("send", "1", "--yes").code == 75
    with secretary.app() as app, app.store.transaction() as work:
        first, second = work.outbox.page(1, after=0, limit=2)
        for record, state, reply in ((first, Delivery.SENT, "250 ok"), (second, Delivery.FAILED, "=550 no such user")):
            work.outbox.record([record.id], [], app.clock.now())
            work.outbox.settle([(Outcome(record.id, state, reply), None)], app.clock.now())
    return secretary


def test_a_table_shows_the_first_and_says_that_there_are_more(under_way: Secretary) -> None:
    lines = under_way.types("deliveries", "1").out.splitlines()
    assert lines[1].split() == [READERS[0], "sent", "250", "ok"]
    assert len(lines) == 1 + SHOWN + 2
    assert lines[-2].startswith("… and more")
    assert lines[-1] == IDLE


def test_filters_by_state_and_address(under_way: Secretary) -> None:
    failed = under_way.types("deliveries", "1", "--state", "failed", "--json").out
    assert [json.loads(line)["recipient"] for line in failed.splitlines()] == [READERS[1]]
    assert under_way.types("deliveries", "1", "--to", "READER00", "--json").out.count("\n") == 10
    assert under_way.types("deliveries", "1", "--to", "%").out == f"No such delivery.\n{IDLE}\n"
    every = [word for state in Delivery for word in ("--state", state.value)]
    assert under_way.types("deliveries", "1", *every, "--json").out.count("\n") == len(READERS)


def test_csv_has_every_row_and_no_formula(under_way: Secretary) -> None:
    rows = list(csv.DictReader(under_way.types("deliveries", "1", "--csv").out.splitlines()))
    assert [row["recipient"] for row in rows] == list(READERS)
    assert tuple(rows[0]) == COLUMNS
    assert (rows[1]["state"], rows[1]["reply"]) == ("failed", "'=550 no such user")
    assert rows[2]["due_at"] != "" and rows[2]["settled_at"] == ""


def test_an_unknown_issue_is_refused(secretary: Secretary) -> None:
    assert secretary.types("deliveries", "9").code == 77


def test_a_summary_by_state_cause_and_domain(under_way: Secretary) -> None:
    waiting = len(READERS) - 2
    assert under_way.types("deliveries", "1", "--summary").out.splitlines() == [
        f"{waiting} queued, 1 sent, 1 failed.",
        "",
        "copies  state   cause              such as",
        "     1  failed  =550 no such user  reader001@readers.example",
        "",
        "domain           deferred  failed",
        "readers.example         0       1",
        IDLE,
    ]
    found = under_way.types("deliveries", "1", "--summary", "--json").json
    assert found["causes"] == [
        {"state": "failed", "cause": "=550 no such user", "copies": 1, "recipients": [READERS[1]]}
    ]
    assert (found["deliveries"]["queued"], found["domains"]) == (
        waiting,
        [{"domain": "readers.example", "deferred": 0, "failed": 1}],
    )


@pytest.mark.parametrize("option", [("--csv",), ("--state", "failed"), ("--to", "reader")])
def test_a_summary_covers_the_whole_issue(under_way: Secretary, option: tuple[str, ...]) -> None:
    assert under_way.types("deliveries", "1", "--summary", *option).code == 64
