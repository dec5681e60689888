"""One suite for every store: SQLite in a file and in memory, and PostgreSQL."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DatabaseError, StatementError

from mailer.errors import Refused, Temporary
from mailer.message import Address
from mailer.model.approvals import Choice
from mailer.model.approvals import Outcome as BallotOutcome
from mailer.model.issues import Edition, Inline, Issue, Source, State
from mailer.model.lists import Contact, Details, Format, Kind, Standing
from mailer.model.outbox import NO_ISSUE, REPORTED, TRANSITIONS, Delivery, Draft, Due, Fate, Outcome
from mailer.model.throttle import Breaker, Used
from mailer.ports import Folder, Ref, Seen, Work
from mailer.store.database import MIGRATIONS, SqlStore
from mailer.store.schema import HEAD, metadata
from tests.fakes import NOON

LISTS = ("nmb", "subscriber", "cag")
ANNA = Address.parse("Anna@Union.example", "Anna Kim")
WHOLE = Details("Anna Kim", "The Union", Kind.LABOUR, "KR", "en", Format.PDF)
EDITION = Edition(
    "Subject", "<p>é</p>", "text ⟦greeting⟧", b"%PDF\x00", 2, pictures=(Inline("c", "image/png", b"\x00"),)
)
SOURCE = Source("update", 1, "The road", date(2026, 11, 23), "en", (), "5" * 64)
MINUTE = timedelta(minutes=1)

URLS: dict[str, Callable[[pytest.FixtureRequest], str]] = {
    "sqlite file": lambda request: f"sqlite:///{request.getfixturevalue('tmp_path') / 'mailer.db'}",
    "sqlite memory": lambda request: "sqlite://",
    "postgresql": lambda request: request.getfixturevalue("postgresql").database(),
}
STORES = [pytest.param(name, marks=[pytest.mark.servers] if name == "postgresql" else []) for name in URLS]


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with closing(SqlStore(URLS[request.param](request), "cag")) as store:
        store.upgrade()
        with store.transaction() as work:
            work.lists.declare(LISTS)
        yield store


@pytest.fixture
def work(store: SqlStore) -> Iterator[Work]:
    with store.transaction() as work:
        yield work


def contact(work: Work, spec: str = "anna@union.example", *lists: str, details: Details | None = None) -> Contact:
    made = work.lists.save_contact(Address.parse(spec), details or Details(), NOON)
    for key in lists:
        work.lists.set_standing(key, made.id, Standing.ACTIVE, NOON)
    return made


def issue(work: Work, number: int = 1, edition: Edition = EDITION) -> Issue:
    source = replace(SOURCE, number=number)
    made = work.issues.add(source, f"issues/{number}")
    work.issues.freeze(made, source, edition, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    return found


def running(work: Work, number: int = 1) -> Issue:
    """An issue that is being sent."""
    made = issue(work, number)
    work.issues.move(made.id, State.SENDING)
    return made


def draft(cause: str = "mail 1: help", recipient: str = "a@x.example") -> Draft:
    return Draft(cause, recipient, f"<{cause}@office>", b"payload")


# --- the store itself ---


def test_E2_what_is_committed_is_on_the_disk(tmp_path: Path) -> None:
    """A commit syncs the write-ahead log: a copy of the files at that moment is what a power cut leaves."""
    with closing(SqlStore(f"sqlite:///{tmp_path}/mailer.db", "cag")) as store:
        store.upgrade()
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        with store.transaction() as work:
            work.outbox.add(draft(), NOON)
        (tmp_path / "cut").mkdir()
        for name in ("mailer.db", "mailer.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / "cut")
    with closing(SqlStore(f"sqlite:///{tmp_path}/cut/mailer.db", "cag")) as left, left.snapshot() as work:
        assert work.outbox.counts().total == 1


def test_a_transaction_is_kept_whole_or_not_at_all(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as work:
        contact(work)
        work.outbox.add(draft(), NOON)
        raise ZeroDivisionError
    with store.snapshot() as work:
        assert (work.lists.contact_at("anna@union.example"), work.outbox.counts().total) == (None, 0)


def test_the_key_is_made_once(store: SqlStore) -> None:
    first = store.key
    store.upgrade()
    del store.key  # forget what was read before
    assert (store.key, len(first.secret)) == (first, 32)


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (None, "There is no store at .* yet: run `mailer upgrade`, which makes it"),
        ("0000", "The store is of version 0000, this mailer needs .*: run `mailer upgrade`"),
        ("9999", "The store is of version 9999, made by a newer mailer than this one"),
    ],
)
def test_a_store_of_another_version_is_refused(store: SqlStore, found: str | None, reason: str) -> None:
    store.require_current()
    with store._engine.begin() as connection:
        if found:
            connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": found})
        else:
            connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(Refused, match=reason):
        store.require_current()


def test_the_code_and_the_migrations_agree(store: SqlStore) -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]
    with store._engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_times_come_back_aware_and_in_utc(work: Work) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    work.outbox.add(draft(), tokyo)
    found = work.outbox.first_due()
    assert found is not None
    assert (found, found.tzinfo) == (NOON, UTC)


def test_a_naive_time_is_refused(work: Work) -> None:
    with pytest.raises(StatementError, match="a time without a zone"):
        work.outbox.add(draft(), datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001  # that is the fault


# --- lists ---


def test_a_list_is_declared_once(work: Work) -> None:
    contact(work, "a@x.example", "nmb")
    work.lists.declare((*LISTS, "new"))
    assert work.lists.versions(("nmb", "new", "unknown")) == {"nmb": 1, "new": 0}


def test_a_contact_is_one_mailbox_whatever_its_case(work: Work) -> None:
    made = work.lists.save_contact(ANNA, WHOLE, NOON)
    again = work.lists.save_contact(Address.parse("anna@UNION.example"), Details(country="JP"), NOON)
    assert again == Contact(made.id, "Anna@union.example", replace(WHOLE, country="JP"))
    assert work.lists.contact_at("ANNA@union.example") == work.lists.contact(made.id) == again
    assert (work.lists.contact(999), work.lists.contact_at("nobody@x.example")) == (None, None)


def test_only_a_change_of_standing_is_a_new_version(work: Work) -> None:
    anna = contact(work)
    moves = [Standing.ACTIVE, Standing.ACTIVE, Standing.LEFT, Standing.REMOVED, Standing.ACTIVE]
    changed = [work.lists.set_standing("nmb", anna.id, standing, NOON) for standing in moves]
    assert changed == [True, False, True, True, True]
    assert work.lists.versions(("nmb", "cag")) == {"nmb": 4, "cag": 0}
    assert (work.lists.standing("nmb", anna.id), work.lists.standing("cag", anna.id)) == (Standing.ACTIVE, None)


def test_members_by_address_and_standing(work: Work) -> None:
    for spec in ("c@x.example", "a@x.example", "B@x.example"):
        contact(work, spec, "nmb")
    gone = work.lists.contact_at("c@x.example")
    assert gone is not None
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON)
    assert [m.contact.address for m in work.lists.members("nmb")] == ["a@x.example", "B@x.example"]
    assert [m.contact.address for m in work.lists.members("nmb", None)][-1] == "c@x.example"
    assert [m.contact.address for m in work.lists.members("nmb", Standing.LEFT)] == ["c@x.example"]
    assert (work.lists.count("nmb"), work.lists.count("cag")) == (2, 0)


def test_E17_an_audience_counts_mailboxes(work: Work) -> None:
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    contact(work, "bo@x.example", "subscriber")
    assert [work.lists.audience(keys) for keys in (["nmb"], ["nmb", "subscriber"], [])] == [1, 2, 0]
    assert [(m.list, m.standing) for m in work.lists.memberships_of(anna.id)] == [
        ("nmb", Standing.ACTIVE),
        ("subscriber", Standing.ACTIVE),
    ]


def test_a_request_is_kept_as_it_was_made(work: Work) -> None:
    made = work.lists.add_request(ANNA, "subscriber", WHOLE, ["Line 1: ?"], NOON)
    assert work.lists.request(made.id) == made
    assert (made.address, made.list, made.details, made.problems, made.created_at, made.confirmed_at) == (
        "Anna@union.example",
        "subscriber",
        WHOLE,
        ("Line 1: ?",),
        NOON,
        None,
    )
    work.lists.confirm_request(made.id, NOON + MINUTE)
    assert work.lists.request(made.id) == replace(made, confirmed_at=NOON + MINUTE)
    assert work.lists.request(999) is None


def test_B1_requests_are_counted_by_mailbox_and_in_all(work: Work) -> None:
    for spec, minutes in (("a@x.example", 0), ("A@x.example", 1), ("b@x.example", 2)):
        work.lists.add_request(Address.parse(spec), "nmb", Details(), (), NOON + minutes * MINUTE)
    anybody = [work.lists.requests_since(NOON + after * MINUTE) for after in (-1, 0, 1, 2)]
    assert anybody == [3, 2, 1, 0]
    assert work.lists.requests_since(NOON - MINUTE, Address.parse("a@X.example")) == 2


def test_a_suppression_is_for_one_mailbox(work: Work) -> None:
    work.lists.suppress("Office@x.example", "bounced", NOON)
    work.lists.suppress("office@X.example", "complained", NOON)
    assert work.lists.suppressed("OFFICE@x.example") == "complained"
    assert work.lists.suppressed("oﬃce@x.example") is None
    work.lists.unsuppress("oﬃce@x.example")
    assert work.lists.suppressed("office@x.example") == "complained"
    work.lists.unsuppress("OFFICE@x.example")
    assert work.lists.suppressed("office@x.example") is None


# --- issues ---


def test_an_issue_is_frozen_with_its_bytes(work: Work) -> None:
    made = issue(work)
    assert made == Issue(
        made.id, "update", 1, "The road", State.DRAFT, "issues/1", SOURCE.digest, made.edition, EDITION.digest
    )
    assert made.edition is not None
    assert work.issues.edition(made.edition) == EDITION
    assert work.issues.issue("update", 1) == work.issues.issue_by_id(made.id) == made
    assert (work.issues.issue("update", 2), work.issues.issue_by_id(999)) == (None, None)


def test_the_newest_edition_stands(work: Work) -> None:
    made = issue(work)
    newer = replace(EDITION, subject="Another")
    work.issues.freeze(made, replace(SOURCE, title="New", digest="6" * 64), newer, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    assert (found.title, found.source_digest, found.digest) == ("New", "6" * 64, newer.digest)


def test_an_issue_moves_and_is_found_by_its_state(work: Work) -> None:
    first, second = issue(work, 1), issue(work, 2)
    work.issues.move(second.id, State.SENDING)
    work.issues.add_lists(second, ["subscriber", "nmb"])
    work.issues.stamp(second.id, started_at=NOON, due_at=None)
    moved = replace(second, state=State.SENDING, lists=("nmb", "subscriber"), started_at=NOON)
    assert work.issues.all() == [first, moved]
    assert work.issues.in_state(State.SENDING, State.SENT) == [moved]


# --- approvals ---


def test_a_ballot_its_papers_and_votes(work: Work) -> None:
    made = issue(work)
    ana, bo = (
        contact(work, "ana@cag.example", "cag", details=Details(name="Ana")),
        contact(work, "bo@cag.example", "cag"),
    )
    ballot = work.approvals.open_ballot(made.id, EDITION.digest, {"nmb": 3}, NOON, NOON + MINUTE)
    work.approvals.add_papers(ballot.id, [ana.id, bo.id])
    work.lists.set_standing("cag", bo.id, Standing.REMOVED, NOON)
    papers = work.approvals.papers(ballot.id)
    assert [(p.contact, p.address, p.name, p.on_board) for p in papers] == [
        (ana.id, "ana@cag.example", "Ana", True),
        (bo.id, "bo@cag.example", "bo@cag.example", False),
    ]
    assert work.approvals.paper(papers[0].id) == papers[0]
    cast = [(Choice.APPROVE, "<1@a>"), (Choice.OBJECT, "<2@a>"), (Choice.APPROVE, "<1@a>")]
    counted = [work.approvals.add_vote(papers[0].id, c, "why", NOON, message_id) for c, message_id in cast]
    assert counted == [True, True, False]
    assert [vote.choice for vote in work.approvals.votes(ballot.id)] == [Choice.APPROVE, Choice.OBJECT]
    assert work.approvals.add_vote(papers[1].id, Choice.APPROVE, "", NOON, "<1@a>")


def test_ballots_open_and_close(work: Work) -> None:
    made = issue(work)
    first = work.approvals.open_ballot(made.id, "a" * 64, {}, NOON, NOON)
    second = work.approvals.open_ballot(made.id, "b" * 64, {"nmb": 1}, NOON, NOON)
    assert work.approvals.latest_ballot(made.id) == second == work.approvals.ballot(second.id)
    assert work.approvals.open_ballots() == [first, second]
    work.approvals.close_ballot(first.id, BallotOutcome.WITHDRAWN)
    assert work.approvals.open_ballots() == [second]
    assert work.approvals.ballot(first.id) == replace(first, outcome=BallotOutcome.WITHDRAWN)
    assert (work.approvals.ballot(999), work.approvals.paper(999), work.approvals.latest_ballot(999)) == (None,) * 3


def test_A19_a_grant_stands_until_it_is_voided(work: Work) -> None:
    made = issue(work)
    ballot = work.approvals.open_ballot(made.id, "a" * 64, {"subscriber": 1, "nmb": 1}, NOON, NOON)
    assert work.approvals.grant(made.id) is None
    work.approvals.add_grant(ballot, NOON)
    grant = work.approvals.grant(made.id)
    assert grant is not None
    assert (grant.digest, grant.lists, grant.granted_at) == ("a" * 64, ("nmb", "subscriber"), NOON)
    work.approvals.void_grants(made.id, NOON)
    assert work.approvals.grant(made.id) is None


# --- outbox ---


def next_due(work: Work, now: datetime = NOON, issue: int | None = None) -> Due | None:
    return next(iter(work.outbox.due(now, issue)), None)


def states(work: Work, issue_id: int | None = None) -> dict[Delivery, int]:
    return dict(work.outbox.counts(issue_id).by_state)


def test_a_cause_writes_once_to_one_recipient(work: Work) -> None:
    added = [
        work.outbox.add(d, NOON) for d in (draft(), draft(), draft(recipient="b@x.example"), draft("mail 2: help"))
    ]
    assert added == [True, False, True, True]


def test_E17_an_issue_is_one_mail_to_a_mailbox(work: Work) -> None:
    made = running(work)
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    bo = contact(work, "bo@x.example", "subscriber")
    gone = contact(work, "cy@x.example", "nmb")
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON)
    rows = [work.outbox.add_issue(made.id, keys, "<u.", ".d@o>", NOON) for keys in (["nmb"], ["nmb", "subscriber"], [])]
    assert rows == [1, 1, 0]
    found = []
    while row := next_due(work):
        work.outbox.record([row.id], [], NOON)
        found.append((row.recipient, row.message_id, row.payload, row.issue, row.contact, row.attempts))
    assert found == [
        ("anna@x.example", f"<u.{anna.id}.d@o>", None, made.id, anna.id, 1),
        ("bo@x.example", f"<u.{bo.id}.d@o>", None, made.id, bo.id, 1),
    ]


def test_copies_that_are_alike_have_one_message_id_for_each_format(work: Work) -> None:
    made = running(work)
    for name, wanted in (("anna", None), ("bo", Format.PDF), ("cy", Format.TEXT)):
        contact(work, f"{name}@x.example", "nmb", details=Details(format=wanted))
    assert work.outbox.add_issue(made.id, ["nmb"], "<u.", ".d@o>", NOON, Format.PDF) == 3
    ids = {row.recipient: row.message_id for row in work.outbox.due(NOON, most=9)}
    assert ids == {"anna@x.example": "<u.pdf.d@o>", "bo@x.example": "<u.pdf.d@o>", "cy@x.example": "<u.text.d@o>"}


def test_a_copy_is_found_by_issue_and_mailbox(work: Work) -> None:
    made, other = running(work, 1), running(work, 2)
    contact(work, "Anna@x.example", "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    (row,) = work.outbox.due(NOON)
    contact(work, "ANNA@x.example")  # she writes herself differently now
    found = [work.outbox.row_of(made.id, spec) for spec in ("anna@X.example", "Anna@x.example", "bo@x.example", "x")]
    assert found == [row.id, row.id, None, None]
    assert work.outbox.row_of(other.id, "anna@x.example") is None


def test_ten_thousand_rows_are_one_operation(store: SqlStore) -> None:
    with store.transaction() as work:
        made = running(work)
    with store._engine.begin() as connection:
        people = range(10_000)
        connection.execute(
            metadata.tables["contacts"].insert(),
            [
                {"key": f"m{n}@x.example", "address": f"m{n}@x.example", "domain": "x.example", "created_at": NOON}
                for n in people
            ],
        )
        connection.execute(text("INSERT INTO memberships SELECT 'nmb', id, 'active', created_at FROM contacts"))
    began = time.process_time()
    with store.transaction() as work:
        rows = work.outbox.add_issue(made.id, ["nmb", "subscriber"], "<", ">", NOON)
    assert (rows, time.process_time() - began < 1.0) == (10_000, True)


def test_conversation_overtakes_and_the_oldest_goes_first(work: Work) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON - MINUTE)
    work.outbox.add(draft("second"), NOON)
    work.outbox.add(draft("first"), NOON - MINUTE)
    work.outbox.add(draft("later"), NOON + MINUTE)
    order = []
    while row := next_due(work):
        work.outbox.record([row.id], [], NOON)
        order.append(row.message_id if row.payload else "issue")
    assert order == ["<first@office>", "<second@office>", "issue"]
    assert work.outbox.next_retry() == NOON + MINUTE


def test_one_issue_may_be_sent_alone(work: Work) -> None:
    contact(work, "anna@x.example", "nmb")
    first, second = running(work, 1), running(work, 2)
    for made in (first, second):
        work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    row = next_due(work, issue=second.id)
    assert row is not None and row.issue == second.id
    work.outbox.add(draft(), NOON)
    row = next_due(work, issue=second.id)
    assert row is not None and row.payload == b"payload"


def test_issues_take_turns_and_each_turn_goes_on_behind_the_last_one(work: Work) -> None:
    first, second, third = (running(work, number) for number in (1, 2, 3))
    for made, lists in ((first, ["nmb"]), (second, ["subscriber"]), (third, ["cag"])):
        for number in range(4):
            contact(work, f"{number}@{lists[0]}.example", *lists)
        work.outbox.add_issue(made.id, lists, "<", ">", NOON)
    work.issues.stamp(third.id, paused_at=NOON)
    turns = [first.id, second.id] * 4
    assert [row.issue for row in work.outbox.due(NOON, most=9)] == turns
    assert [row.issue for row in work.outbox.due(NOON, most=3)] == turns[:3]
    assert [row.issue for row in work.outbox.due(NOON, most=3, after=first.id)] == turns[1:4]
    assert [row.issue for row in work.outbox.due(NOON, most=3, after=second.id)] == turns[:3]
    assert [row.issue for row in work.outbox.due(NOON, second.id, most=3, after=second.id)] == [second.id] * 3
    assert work.outbox.due(NOON, third.id) == []
    work.issues.stamp(third.id, paused_at=None)
    assert [row.issue for row in work.outbox.due(NOON, most=3)] == [first.id, second.id, third.id]


def test_a_domain_that_is_held_holds_no_other_up(work: Work) -> None:
    made = running(work)
    for spec in ("a@slow.example", "b@slow.example", "c@quick.example", "d@other.example"):
        contact(work, spec, "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(recipient="e@slow.example"), NOON)
    held = ["slow.example", "other.example"]
    assert [row.recipient for row in work.outbox.due(NOON, most=9, held=held)] == ["c@quick.example"]
    assert (work.outbox.next_retry(held), work.outbox.next_retry([*held, "quick.example"])) == (NOON, None)


def test_a_copy_that_is_postponed_waits(work: Work) -> None:
    made = running(work)
    for spec in ("a@x.example", "b@x.example"):
        contact(work, spec, "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    first, second = work.outbox.due(NOON, most=9)
    work.outbox.postpone({first.id: NOON + MINUTE})
    assert [row.id for row in work.outbox.due(NOON, most=9)] == [second.id]
    assert [row.id for row in work.outbox.due(NOON + MINUTE, most=9)] == [second.id, first.id]


# --- the pace ---


def test_what_was_given_out_is_kept_by_key(work: Work) -> None:
    first = work.throttle.locked(["total", "@x.example"])
    assert first == {"total": Used(), "@x.example": Used()}
    used = Used(5, 2**50, {60_000_000: ((2**50 - 1, 3), (2**50, 1))})
    work.throttle.give_out({"total": used})
    assert work.throttle.locked(["total"]) == {"total": used}
    assert work.throttle.used() == {"@x.example": Used(), "total": used}


def test_a_brake_is_put_on_changed_and_taken_off(work: Work) -> None:
    breaker = Breaker(0.25, 2, NOON, "421 4.7.0 slow down")
    work.throttle.set_breaker("@x.example", breaker)
    work.throttle.set_breaker("relay x", replace(breaker, factor=0.0, trying=True))
    work.throttle.set_breaker("@x.example", replace(breaker, strikes=3))
    assert work.throttle.breakers() == {
        "@x.example": replace(breaker, strikes=3),
        "relay x": Breaker(0.0, 2, NOON, "421 4.7.0 slow down", True),
    }
    work.throttle.set_breaker("relay x", None)
    assert list(work.throttle.breakers()) == ["@x.example"]


def test_a_rate_is_set_while_running_and_taken_back(work: Work) -> None:
    for rate in (30, 40):
        work.throttle.set_rate("total", rate)
    assert work.throttle.rates() == {"total": 40}
    work.throttle.set_rate("total", None)
    assert work.throttle.rates() == {}


def test_a_paused_issue_is_not_waited_for(work: Work) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    assert work.outbox.next_retry() == NOON
    work.issues.stamp(made.id, paused_at=NOON)
    assert (work.outbox.next_retry(), work.outbox.unresolved_issues()) == (None, {made.id})


def test_what_waits_for_longest_of_an_issue_and_of_conversation(work: Work) -> None:
    assert work.outbox.first_due() is None
    contact(work, "anna@x.example", "nmb")
    first, second = running(work, 1), running(work, 2)
    work.outbox.add_issue(first.id, ["nmb"], "<", ">", NOON)
    work.issues.stamp(first.id, paused_at=NOON)
    for minutes in (3, 1, 2):
        work.outbox.add(draft(f"mail {minutes}"), NOON + minutes * MINUTE)
    assert work.outbox.first_due() == NOON + MINUTE
    assert [work.outbox.first_due(made.id) for made in (first, second)] == [NOON, None]
    for row in work.outbox.due(NOON + MINUTE):
        work.outbox.record([row.id], [], NOON)
    assert work.outbox.first_due() == NOON + 2 * MINUTE


def test_the_life_of_a_row(work: Work) -> None:
    work.outbox.add(draft(), NOON)
    row = next_due(work)
    assert row is not None
    work.outbox.settle([(Outcome(row.id, Delivery.SENT, "not claimed"), None)], NOON)
    assert states(work) == {Delivery.QUEUED: 1}
    work.outbox.record([row.id], [], NOON)
    assert (states(work), next_due(work)) == ({Delivery.SENDING: 1}, None)
    work.outbox.suppress({row.id: "too late"}, NOON)
    assert states(work) == {Delivery.SENDING: 1}
    work.outbox.settle([(Outcome(row.id, Delivery.DEFERRED, "451 later"), NOON + MINUTE)], NOON)
    again = next_due(work, NOON + MINUTE)
    assert (next_due(work), again) == (None, row._replace(attempts=2))
    work.outbox.record([row.id], [], NOON)
    work.outbox.settle([(Outcome(row.id, Delivery.SENT, "250 ok"), None)], NOON)
    assert (states(work), work.outbox.recipient(row.id)) == ({Delivery.SENT: 1}, "a@x.example")
    assert work.outbox.reported(row.id, Fate.REFUSED, "550 no such user", NOON) == "a@x.example"
    assert work.outbox.reported(row.id, Fate.REFUSED, "550 no such user", NOON) is None
    assert [(t.recipient, t.state, t.reply) for t in work.outbox.troubles()] == [
        ("a@x.example", Delivery.FAILED, "550 no such user")
    ]


@pytest.mark.parametrize("before", [Delivery.SENT, Delivery.DOUBTFUL, Delivery.DEFERRED, Delivery.FAILED])
@pytest.mark.parametrize("fate", Fate)
def test_E3_a_report_moves_what_the_table_says_and_nothing_else(work: Work, before: Delivery, fate: Fate) -> None:
    work.outbox.add(draft(), NOON)
    (row,) = work.outbox.due(NOON)
    work.outbox.record([row.id], [], NOON)
    work.outbox.settle([(Outcome(row.id, before, "x"), NOON if before is Delivery.DEFERRED else None)], NOON)
    movable, after = REPORTED[fate]
    moved = work.outbox.reported(row.id, fate, "said", NOON)
    assert (moved, states(work)) == (("a@x.example", {after: 1}) if before in movable else (None, {before: 1}))
    assert all(after in TRANSITIONS[old] for old in movable)


def test_E13_a_row_has_one_holder(work: Work) -> None:
    for recipient in ("a@x.example", "b@x.example", "c@x.example"):
        work.outbox.add(draft(recipient=recipient), NOON)
    first, second, third = (row.id for row in work.outbox.due(NOON, most=3))
    assert set(work.outbox.record([first, second], [], NOON, "one")) == {first, second}
    assert set(work.outbox.record([second, third], [], NOON, "two")) == {third}
    assert set(work.outbox.record([first, second], [], NOON, "two")) == set(work.outbox.record([], [], NOON)) == set()
    assert work.outbox.holders() == {"one", "two"}
    work.outbox.settle([(Outcome(row, Delivery.SENT, "250 ok"), None) for row in (first, third)], NOON, "two")
    assert states(work) == {Delivery.SENDING: 2, Delivery.SENT: 1}
    assert (work.outbox.doubt_unsettled(NOON, "two"), work.outbox.doubt_unsettled(NOON, "one")) == (0, 2)
    assert work.outbox.holders() == set()


def test_E13_beginnings_and_outcomes_are_recorded_in_one_go(work: Work) -> None:
    for recipient in ("a@x.example", "b@x.example", "c@x.example", "d@x.example"):
        work.outbox.add(draft(recipient=recipient), NOON)
    first, second, third, fourth = (row.id for row in work.outbox.due(NOON, most=4))
    assert set(work.outbox.record([first, second], [], NOON, "one")) == {first, second}
    work.outbox.record([third], [], NOON, "two")
    done = [
        (Outcome(first, Delivery.SENT, "250 ok"), None),
        (Outcome(second, Delivery.DEFERRED, "450 later"), NOON + MINUTE),
        (Outcome(third, Delivery.SENT, "not ours"), None),
        (Outcome(fourth, Delivery.FAILED, "refused before it was started"), None),
    ]
    assert third not in work.outbox.record([third, fourth], done, NOON, "one")
    assert states(work) == dict.fromkeys((Delivery.SENT, Delivery.DEFERRED, Delivery.SENDING, Delivery.FAILED), 1)
    assert work.outbox.record([], [], NOON, "one") == []


@pytest.mark.parametrize(
    "reply", ["", "NULL", 'he said "no", {really}', "a\\b\\", '\\"', "é, 日本", "%s %% ?", "x" * 200]
)
def test_a_reply_is_kept_as_it_was_said(work: Work, reply: str) -> None:
    made = running(work, 1)
    contact(work, "a@x.example", "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    (row,) = [record.id for record in work.outbox.page(made.id, 0, 9)]
    work.outbox.record([row], [], NOON, "one")
    work.outbox.record([], [(Outcome(row, Delivery.DEFERRED, reply), NOON + MINUTE)], NOON, "one")
    (kept,) = work.outbox.page(made.id, 0, 9)
    assert (kept.reply, kept.state, kept.due_at) == (reply, Delivery.DEFERRED, NOON + MINUTE)
    work.outbox.record([row], [(Outcome(row, Delivery.FAILED, reply), None)], NOON, "one")
    (kept,) = work.outbox.page(made.id, 0, 9)
    assert (kept.reply, kept.state, kept.attempts, kept.settled_at) == (reply, Delivery.FAILED, 2, NOON)


def test_a_move_is_kept_as_soon_as_it_is_over(store: SqlStore) -> None:
    with store.transaction() as work:
        work.outbox.add(draft(), NOON)
        (row,) = work.outbox.due(NOON)
    with store.move() as work:
        assert list(work.outbox.record([row.id], [], NOON, "one")) == [row.id]
    with store.snapshot() as work:
        assert states(work) == {Delivery.SENDING: 1}
    with store.move() as work:
        work.outbox.record([], [(Outcome(row.id, Delivery.SENT, "250 ok"), None)], NOON, "one")
    with store.snapshot() as work:
        assert states(work) == {Delivery.SENT: 1}


def test_copies_are_counted_as_they_stand(work: Work) -> None:
    """By every state, though no index has them all."""
    made, other = running(work, 1), running(work, 2)
    for number in range(9):
        contact(work, f"{number}@x.example", "nmb")
    for each in (made, other):
        work.outbox.add_issue(each.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(), NOON)
    rows = [record.id for record in work.outbox.page(made.id, 0, 99)]
    work.outbox.record(rows[:5], [], NOON)
    outcomes = zip(rows, (Delivery.SENT, Delivery.FAILED, Delivery.DEFERRED, Delivery.DOUBTFUL), strict=False)
    work.outbox.settle(
        [(Outcome(row, state, "?"), NOON if state == "deferred" else None) for row, state in outcomes], NOON
    )
    work.outbox.suppress({rows[5]: "left"}, NOON)
    once = [state for state in Delivery if state is not Delivery.QUEUED]
    assert work.outbox.counts(made.id).by_state == {**dict.fromkeys(once, 1), Delivery.QUEUED: 3}
    assert work.outbox.counts(other.id).by_state == {Delivery.QUEUED: 9}
    assert work.outbox.counts().by_state == {Delivery.QUEUED: 1}
    assert work.outbox.counts(99).by_state == {}


@pytest.mark.parametrize(
    ("late", "then"),
    [
        (Delivery.SENT, Delivery.SENT),
        (Delivery.FAILED, Delivery.FAILED),
        (Delivery.DEFERRED, Delivery.DOUBTFUL),  # sent twice at the worst: a person decides
    ],
)
def test_E13_a_holder_that_was_taken_for_dead_is_still_believed(work: Work, late: Delivery, then: Delivery) -> None:
    work.outbox.add(draft(), NOON)
    row = next_due(work)
    assert row is not None
    work.outbox.record([row.id], [], NOON, "one")
    work.outbox.doubt_unsettled(NOON, "one")
    later = NOON + MINUTE if late is Delivery.DEFERRED else None
    work.outbox.settle([(Outcome(row.id, late, "at last"), later)], NOON, "one")
    assert states(work) == {then: 1}


def test_a_row_that_was_sent_again_is_not_its_old_holders(work: Work) -> None:
    work.outbox.add(draft(), NOON)
    row = next_due(work)
    assert row is not None
    work.outbox.record([row.id], [], NOON, "one")
    work.outbox.doubt_unsettled(NOON, "one")
    work.outbox.resolve_doubts(None, Delivery.QUEUED, NOON)
    for holder in ("nobody yet", "two"):
        work.outbox.settle([(Outcome(row.id, Delivery.FAILED, "too late"), None)], NOON, "one")
        assert Delivery.FAILED not in states(work)
        work.outbox.record([row.id], [], NOON, holder)


def test_a_batch_is_copies_of_one_issue_with_ids_in_it(work: Work) -> None:
    first, second = running(work, 1), running(work, 2)
    for spec in ("a@x.example", "b@x.example", "c@y.example"):
        contact(work, spec, "nmb")
    for made in (first, second):
        work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(), NOON)
    ids = [record.id for record in work.outbox.page(first.id, 0, 9)]

    def batch(rows: range, issue_id: int = first.id, now: datetime = NOON, held: Sequence[str] = ()) -> list[int]:
        return [row.id for row in work.outbox.due(now, issue_id, 9, held, batch=rows)]

    assert batch(range(ids[0], ids[1] + 1)) == ids[:2]
    assert batch(range(ids[0], ids[2] + 9)) == ids
    assert batch(range(ids[0], ids[2] + 1), held=["x.example"]) == ids[2:]
    assert batch(range(ids[0], ids[2] + 1), second.id) == batch(range(0)) == []
    assert batch(range(ids[0], ids[2] + 1), now=NOON - MINUTE) == []
    work.issues.stamp(first.id, paused_at=NOON)
    assert batch(range(ids[0], ids[2] + 1)) == []
    assert [row.payload for row in work.outbox.due(NOON, NO_ISSUE, 9)] == [b"payload"]


def test_E12_a_waiting_row_can_be_held_back(work: Work) -> None:
    work.outbox.add(draft(), NOON)
    row = next_due(work)
    assert row is not None
    work.outbox.suppress({row.id: "left"}, NOON)
    assert (states(work), next_due(work), work.outbox.next_retry()) == (
        {Delivery.SUPPRESSED: 1},
        None,
        None,
    )


@pytest.mark.parametrize("state", [Delivery.QUEUED, Delivery.FAILED])
def test_E1_what_was_under_way_is_in_doubt_until_a_person_decides(work: Work, state: Delivery) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(), NOON)
    for _ in range(2):
        row = next_due(work)
        assert row is not None
        work.outbox.record([row.id], [], NOON)
    assert work.outbox.unresolved_issues() == {made.id}
    assert [work.outbox.doubt_unsettled(NOON), work.outbox.doubt_unsettled(NOON)] == [2, 0]
    assert work.outbox.unresolved_issues() == set()
    assert [t.state for t in work.outbox.troubles(made.id)] == [Delivery.DOUBTFUL]
    assert work.outbox.resolve_doubts(made.id, state, NOON) == 1
    assert (states(work, made.id), states(work)) == ({state: 1}, {Delivery.DOUBTFUL: 1})
    assert work.outbox.resolve_doubts(None, state, NOON) == 1


def test_a_doubt_is_named_however_many_failed_after_it(work: Work) -> None:
    for number, state in enumerate((Delivery.DOUBTFUL, Delivery.FAILED, Delivery.FAILED)):
        work.outbox.add(draft(recipient=f"{number}@x.example"), NOON)
        row = next_due(work)
        assert row is not None
        work.outbox.record([row.id], [], NOON)
        work.outbox.settle([(Outcome(row.id, state, "?"), None)], NOON)
    assert [t.recipient for t in work.outbox.troubles(limit=2)] == ["2@x.example", "1@x.example"]
    assert [t.recipient for t in work.outbox.troubles(limit=2, states=(Delivery.DOUBTFUL,))] == ["0@x.example"]


@pytest.mark.parametrize(
    ("left", "bounced", "barred"),
    [
        ([], "", ["", ""]),
        (["nmb"], "", ["", ""]),
        (["nmb", "subscriber"], "", ["left before it was sent", ""]),
        ([], "ANNA@x.example", ["complained", "complained"]),
    ],
)
def test_E12_who_is_not_to_be_mailed_after_all(work: Work, left: list[str], bounced: str, barred: list[str]) -> None:
    made = running(work)
    anna = contact(work, "Anna@x.example", "nmb", "subscriber")
    work.issues.add_lists(made, ["nmb", "subscriber"])
    work.outbox.add_issue(made.id, ["nmb", "subscriber"], "<", ">", NOON)
    work.outbox.add(draft(recipient="anna@x.example"), NOON)
    for key in left:
        work.lists.set_standing(key, anna.id, Standing.LEFT, NOON)
    if bounced:
        work.lists.suppress(bounced, "complained", NOON)
    service, copy = work.outbox.due(NOON, most=5)
    assert [copy.barred, service.barred] == barred


def test_rows_come_in_batches_with_what_composing_needs(work: Work) -> None:
    made = running(work)
    people = [contact(work, f"{n}@x.example", "nmb", details=WHOLE) for n in range(5)]
    work.issues.add_lists(made, ["nmb"])
    work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    assert [len(work.outbox.due(NOON, most=most)) for most in (1, 3, 9)] == [1, 3, 5]
    assert [(r.contact, r.recipient, r.name, r.organisation, r.format) for r in work.outbox.due(NOON, most=9)] == [
        (p.id, p.address, p.details.name, p.details.organisation, p.details.format) for p in people
    ]
    rows = [row.id for row in work.outbox.due(NOON, most=4)]
    work.outbox.record(rows, [], NOON)
    later = NOON + MINUTE
    work.outbox.settle(
        [
            (Outcome(rows[0], Delivery.SENT, "250 ok"), None),
            (Outcome(rows[1], Delivery.DEFERRED, "450 later"), later),
            (Outcome(rows[2], Delivery.FAILED, "550 no"), None),
        ],
        NOON,
    )
    assert states(work, made.id) == {
        Delivery.SENT: 1,
        Delivery.DEFERRED: 1,
        Delivery.FAILED: 1,
        Delivery.SENDING: 1,
        Delivery.QUEUED: 1,
    }
    assert [row.attempts for row in work.outbox.due(later, most=9)] == [1, 2]


def plans_of(store: SqlStore, ask: Callable[[Work], object]) -> list[str]:
    """How SQLite looks into the outbox for what is asked."""
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if "FROM outbox" in statement:
            assert connection.connection.dbapi_connection is not None
            plan = connection.connection.dbapi_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(step[3] for step in plan if "outbox" in step[3] or "B-TREE" in step[3])

    with store.transaction() as work:
        running(work)
        event.listen(store._engine, "before_cursor_execute", explain)
        ask(work)
    return plans


@pytest.mark.parametrize("store", ["sqlite file"], indirect=True)
def test_a_settled_row_leaves_the_index_by_which_the_next_is_found(store: SqlStore) -> None:
    plans = plans_of(store, lambda work: work.outbox.due(NOON, held=["x.example"]))
    assert plans == ["SEARCH outbox USING INDEX ix_outbox_waiting (issue=? AND due_at<?)"] * 2


@pytest.mark.parametrize("store", ["sqlite file"], indirect=True)
@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.outbox.holders(),
        lambda work: work.outbox.troubles(1),
        lambda work: work.outbox.counts(),
        lambda work: work.outbox.counts(1),
        lambda work: work.outbox.unresolved_issues(),
        lambda work: work.deliveries.failed(1, ["nmb"]),
        lambda work: work.deliveries.troubled(1, 5),
        lambda work: work.deliveries.waits(1),
    ],
)
def test_what_is_rare_is_found_without_a_look_at_what_is_not(store: SqlStore, ask: Callable[[Work], object]) -> None:
    plans = plans_of(store, ask)
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN outbox") and "ix_outbox" not in plan], plans


# --- workers ---


def test_a_worker_is_seen_until_it_leaves(work: Work) -> None:
    work.workers.beat("one", "", NOON)
    work.workers.beat("two", "the mailbox", NOON)
    work.workers.beat("one", "a tick", NOON + MINUTE)
    one, two = work.workers.all()
    assert (one, two) == (
        Seen("one", NOON, NOON + MINUTE, "a tick"),
        Seen("two", NOON, NOON, "the mailbox"),
    )
    work.workers.leave("one")
    work.workers.leave("nobody")
    assert work.workers.all() == [two]


def test_what_is_due_is_shared_out_in_ranges(work: Work) -> None:
    first, second, third = (running(work, number) for number in (1, 2, 3))
    people = [contact(work, f"{n}@x.example", "nmb") for n in range(7)]
    work.outbox.add(draft(), NOON)
    for made in (first, second, third):
        work.outbox.add_issue(made.id, ["nmb"], "<", ">", NOON)
    work.issues.stamp(third.id, paused_at=NOON)
    batches = work.workers.batches(NOON, 5)
    found = [
        (batch.issue, row.id) for batch in batches for row in work.outbox.due(NOON, batch.issue, 9, batch=batch.rows)
    ]
    ids = {made.id: [record.id for record in work.outbox.page(made.id, 0, 99)] for made in (first, second)}
    assert found == [(made.id, row) for made in (first, second) for row in ids[made.id]]
    assert len(found) == 2 * len(people)
    assert {(len(batch.rows), batch.rows[0] % 5) for batch in batches} == {(5, 0)}
    assert work.workers.batches(NOON - MINUTE, 5) == []


# --- inbound ---


def note(work: Work, digest: str, ref: Ref, folder: Folder | None, faults: int = 0) -> None:
    work.inbound.record(digest, ref, NOON, kind="reply", intent="Vote", reason="r", folder=folder, faults=faults)


def test_F4_a_mail_is_known_by_its_place_and_by_its_bytes(work: Work) -> None:
    note(work, "a" * 64, Ref(1, 7), Folder.PROCESSED)
    note(work, "b" * 64, Ref(1, 8), None, faults=1)
    assert work.inbound.handled([Ref(1, 7), Ref(1, 8), Ref(2, 7)]) == {Ref(1, 7): Folder.PROCESSED}
    assert work.inbound.handled([Ref(1, 7, "another account")]) == {}
    assert [work.inbound.folder_of(digest * 64) for digest in "abc"] == [Folder.PROCESSED, None, None]


def test_F10_faults_are_counted(work: Work) -> None:
    for faults, folder in ((1, None), (2, None), (3, Folder.ATTENTION)):
        note(work, "b" * 64, Ref(1, 8), folder, faults)
        assert work.inbound.faults("b" * 64) == faults
    assert (work.inbound.counts(), work.inbound.in_attention(), work.inbound.faults("c" * 64)) == ({"reply": 1}, 1, 0)


def test_any_number_of_references_can_be_asked_for(work: Work) -> None:
    note(work, "a" * 64, Ref(2**32 - 1, 2**32 - 1), Folder.REFUSED)
    refs = [Ref(2**32 - 1, 2**32 - n) for n in range(1, 5001)]
    assert work.inbound.handled(refs) == {refs[0]: Folder.REFUSED}


# --- audit ---


def test_the_trail_keeps_order_and_words(work: Work) -> None:
    for number in range(3):
        work.audit.add(NOON, "anna@x.example", "mail 1", "voted", f"update {number}", {"choice": "approve", "n": None})
    newest = work.audit.newest(2)
    assert [(e.at, e.actor, e.subject) for e in newest] == [
        (NOON, "anna@x.example", "update 1"),
        (NOON, "anna@x.example", "update 2"),
    ]
    assert newest[0].detail == {"choice": "approve", "n": None}


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_trail_cannot_be_changed(store: SqlStore, statement: str) -> None:
    with store.transaction() as work:
        work.audit.add(NOON, "anna", "mail 1", "voted", "update 1", {})
    with pytest.raises(DatabaseError, match="append-only"), store._engine.begin() as connection:
        connection.execute(text(statement))
    with store.snapshot() as work:
        assert [entry.actor for entry in work.audit.newest(10)] == ["anna"]


# --- a store that cannot be used (SQLite in a file) ---


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mailer.db"
    with closing(SqlStore(f"sqlite:///{path}", "cag")) as store:
        store.upgrade()
    return path


def test_E15_a_locked_store_is_temporary(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{path}", "cag", patience=0.05)) as store:
        store.require_current()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Temporary, match="cannot be used now: database is locked"), store.transaction():
                pytest.fail("there is no transaction to work in")
            with store.snapshot() as work:
                assert work.lists.count("nmb") == 0
            other.execute("ROLLBACK")
        with store.transaction() as work:
            work.lists.declare(["nmb"])


def test_E15_a_store_that_cannot_be_written_is_temporary(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///file:{path}?mode=ro&uri=true", "cag")) as store:
        with pytest.raises(Temporary, match="readonly"), store.transaction() as work:
            work.lists.declare(["nmb"])
        with store.snapshot() as work:
            assert work.lists.versions(["nmb"]) == {}


def test_E15_a_full_store_is_temporary_and_keeps_what_it_has(path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{path}", "cag")) as store:
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(Temporary, match="full"), store.transaction() as work:
            work.outbox.add(Draft("c", "a@x.example", "<1@o>", bytes(1_000_000)), NOON)
        with store.transaction() as work:
            assert work.outbox.counts().total == 0
            work.outbox.add(draft(), NOON)


def test_E15_a_store_in_a_folder_that_is_gone_is_temporary(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'gone' / 'mailer.db'}", "cag")
    with pytest.raises(Temporary, match="unable to open"), store.snapshot():
        pytest.fail("there is no store")
