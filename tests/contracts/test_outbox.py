"""The outbox: what is due, claimed, settled and counted, on every store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, event, text

from mailer.message import Address
from mailer.model.lists import Details, Format, Standing
from mailer.model.mailings import NO_MAILING, Alike, MailingKind, Readers
from mailer.model.outbox import REPORTED, TRANSITIONS, Delivery, Due, Fate, Outcome
from mailer.model.refusals import Refusal
from mailer.ports import Work
from mailer.store.database import SqlStore
from mailer.store.schema import metadata
from tests.contracts.stores import (
    MINUTE,
    WHOLE,
    contact,
    draft,
    running,
)
from tests.cost import bounded
from tests.fakes import NOON


def next_due(work: Work, now: datetime = NOON, mailing: int | None = None) -> Due | None:
    return next(iter(work.outbox.due(now, mailing)), None)


def states(work: Work, mailing_id: int | None = None) -> dict[Delivery, int]:
    return dict(work.outbox.counts(mailing_id).by_state)


def test_a_cause_queues_one_mail_to_a_recipient(work: Work) -> None:
    added = [
        work.outbox.add(d, NOON) for d in (draft(), draft(), draft(recipient="b@x.example"), draft("mail 2: help"))
    ]
    assert added == [True, False, True, True]


def test_the_mails_of_a_cause_are_found_by_how_it_begins(work: Work) -> None:
    causes = ["paper 1 request", "paper 11 request", "paper 1 reminder", "paper 1", "paper 2 request"]
    for cause in causes:
        work.outbox.add(replace(draft(cause), payload=cause.encode()), NOON)
    assert work.outbox.payloads("paper 1") == [b"paper 1 request", b"paper 1 reminder", b"paper 1"]
    assert work.outbox.payloads("paper 1 request") == [b"paper 1 request"]
    assert work.outbox.payloads("paper 3") == []


def test_E17_a_mailbox_gets_one_mail_of_an_issue(work: Work) -> None:
    made = running(work)
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    bo = contact(work, "bo@x.example", "subscriber")
    gone = contact(work, "cy@x.example", "nmb")
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON, "a test")
    rows = [
        work.outbox.add_copies(made.id, keys, "<u.", ".d@o>", NOON) for keys in (["nmb"], ["nmb", "subscriber"], [])
    ]
    assert rows == [1, 1, 0]
    found = []
    while row := next_due(work):
        work.outbox.record([row.id], [], NOON)
        found.append((row.recipient, row.message_id, row.payload, row.mailing, row.contact, row.attempts))
    assert found == [
        ("anna@x.example", f"<u.{anna.id}.d@o>", None, made.id, anna.id, 1),
        ("bo@x.example", f"<u.{bo.id}.d@o>", None, made.id, bo.id, 1),
    ]


def test_identical_copies_share_one_message_id_per_format_and_edition(work: Work) -> None:
    made = running(work)
    readers = {
        "anna": Details(),
        "bo": Details(format=Format.PDF, language="en"),
        "cy": Details(format=Format.TEXT, language="ru"),
        "dee": Details(language="fr-ca"),
        "eve": Details(format=Format.PDF, language="fr"),
        "fay": Details(format=Format.TEXT, language="fr"),
    }
    for name, details in readers.items():
        contact(work, f"{name}@x.example", "nmb", details=details)
    alike = Alike(Format.PDF, "en", {"fr": "fr", "fr-ca": "fr"})
    assert work.outbox.add_copies(made.id, ["nmb"], "<u.", ".d@o>", NOON, alike) == len(readers)
    ids = {row.recipient.partition("@")[0]: row.message_id for row in work.outbox.due(NOON, most=9)}
    assert ids == {
        **dict.fromkeys(("anna", "bo"), "<u.pdf.en.d@o>"),
        **dict.fromkeys(("dee", "eve"), "<u.pdf.fr.d@o>"),
        "cy": "<u.text.en.d@o>",
        "fay": "<u.text.fr.d@o>",
    }


def test_copies_of_the_only_edition_share_one_message_id_per_format(work: Work) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb", details=Details(language="fr"))
    work.outbox.add_copies(made.id, ["nmb"], "<u.", ".d@o>", NOON, Alike(Format.HTML, "en", {}))
    assert [row.message_id for row in work.outbox.due(NOON)] == ["<u.html.en.d@o>"]


def test_copies_for_some_languages_pass_over_those_who_have_another_edition(work: Work) -> None:
    made = running(work)
    people = {
        spec: contact(work, spec, "nmb", details=Details(language=language))
        for spec, language in (
            ("f@x.example", "fr"),
            ("c@x.example", "fr-ca"),
            ("e@x.example", ""),
            ("g@x.example", "fr"),
        )
    }
    work.members.change_address(people["g@x.example"], Address.parse("moved@x.example"), NOON)
    other = work.mailings.add(MailingKind.EDITION, 1, "update", ["nmb"], NOON)
    work.outbox.add_copy(other.id, people["c@x.example"], "<again@x>", NOON)  # asked for one, and is owed one still
    first = work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON, readers=Readers(frozenset({""})))
    french = Readers(frozenset({"fr", "fr-ca"}), (made.id,))
    second = work.outbox.add_copies(other.id, ["nmb"], "<", "@p>", NOON, readers=french)
    rest = Readers(frozenset({"", "fr", "fr-ca", "de"}), (other.id,))
    assert (first, second, work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON, readers=rest)) == (1, 3, 0)
    work.lists.set_standing(
        "nmb", contact(work, "h@x.example", details=Details(language="fr")).id, Standing.ACTIVE, NOON, "test"
    )
    assert work.outbox.add_copies(made.id, ["nmb"], "<", "@o>", NOON, readers=rest) == 1


def test_a_copy_is_found_by_mailing_and_mailbox(work: Work) -> None:
    made, other = running(work, 1), running(work, 2)
    contact(work, "Anna@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    (row,) = work.outbox.due(NOON)
    contact(work, "ANNA@x.example")  # she now writes her address differently
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
        members = "SELECT 'nmb', id, 'active', created_at FROM contacts"
        connection.execute(text(f"INSERT INTO memberships (list, contact, standing, since) {members}"))
    statements: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    with bounded(), store.transaction() as work:
        rows = work.outbox.add_copies(made.id, ["nmb", "subscriber"], "<", ">", NOON)
    assert (rows, sum("INSERT" in statement for statement in statements)) == (10_000, 1)
    assert len(statements) <= 3  # and PostgreSQL's statements for a lock


def test_service_mail_overtakes_and_the_oldest_goes_first(work: Work) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON - MINUTE)
    work.outbox.add(draft("second"), NOON)
    work.outbox.add(draft("first"), NOON - MINUTE)
    work.outbox.add(draft("later"), NOON + MINUTE)
    order = []
    while row := next_due(work):
        work.outbox.record([row.id], [], NOON)
        order.append(row.message_id if row.payload else "copy")
    assert order == ["<first@office>", "<second@office>", "copy"]
    assert work.outbox.next_retry() == NOON + MINUTE


def test_one_mailing_may_be_sent_alone(work: Work) -> None:
    contact(work, "anna@x.example", "nmb")
    first, second = running(work, 1), running(work, 2)
    for made in (first, second):
        work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    row = next_due(work, mailing=second.id)
    assert row is not None and row.mailing == second.id
    work.outbox.add(draft(), NOON)
    row = next_due(work, mailing=second.id)
    assert row is not None and row.payload == b"payload"


def test_mailings_take_turns_and_each_turn_continues_after_the_last(work: Work) -> None:
    first, second, third = (running(work, number) for number in (1, 2, 3))
    for made, lists in ((first, ["nmb"]), (second, ["subscriber"]), (third, ["cag"])):
        for number in range(4):
            contact(work, f"{number}@{lists[0]}.example", *lists)
        work.outbox.add_copies(made.id, lists, "<", ">", NOON)
    work.mailings.save(replace(third, paused_at=NOON))
    turns = [first.id, second.id] * 4
    assert [row.mailing for row in work.outbox.due(NOON, most=9)] == turns
    assert [row.mailing for row in work.outbox.due(NOON, most=3)] == turns[:3]
    assert [row.mailing for row in work.outbox.due(NOON, most=3, after=first.id)] == turns[1:4]
    assert [row.mailing for row in work.outbox.due(NOON, most=3, after=second.id)] == turns[:3]
    assert [row.mailing for row in work.outbox.due(NOON, second.id, most=3, after=second.id)] == [second.id] * 3
    assert work.outbox.due(NOON, third.id) == []
    work.mailings.save(third)
    assert [row.mailing for row in work.outbox.due(NOON, most=3)] == [first.id, second.id, third.id]


def test_a_held_domain_delays_no_other(work: Work) -> None:
    made = running(work)
    for spec in ("a@slow.example", "b@slow.example", "c@quick.example", "d@other.example"):
        contact(work, spec, "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(recipient="e@slow.example"), NOON)
    held = ["slow.example", "other.example"]
    assert [row.recipient for row in work.outbox.due(NOON, most=9, held=held)] == ["c@quick.example"]
    assert (work.outbox.next_retry(held), work.outbox.next_retry([*held, "quick.example"])) == (NOON, None)


def test_a_copy_that_is_postponed_waits(work: Work) -> None:
    made = running(work)
    for spec in ("a@x.example", "b@x.example"):
        contact(work, spec, "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    first, second = work.outbox.due(NOON, most=9)
    work.outbox.postpone({first.id: NOON + MINUTE})
    assert [row.id for row in work.outbox.due(NOON, most=9)] == [second.id]
    assert [row.id for row in work.outbox.due(NOON + MINUTE, most=9)] == [second.id, first.id]


def test_a_paused_mailing_is_not_waited_for(work: Work) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    assert work.outbox.next_retry() == NOON
    work.mailings.save(replace(made, paused_at=NOON))
    assert (work.outbox.next_retry(), work.outbox.unresolved_mailings()) == (None, {made.id})


def test_what_waits_for_longest_of_a_mailing_and_of_service_mail(work: Work) -> None:
    assert work.outbox.first_due() is None
    contact(work, "anna@x.example", "nmb")
    first, second = running(work, 1), running(work, 2)
    work.outbox.add_copies(first.id, ["nmb"], "<", ">", NOON)
    work.mailings.save(replace(first, paused_at=NOON))
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
def test_E3_a_report_changes_states_by_the_table(work: Work, before: Delivery, fate: Fate) -> None:
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


def test_E13_claims_and_outcomes_are_recorded_together(work: Work) -> None:
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
def test_a_reply_is_stored_unchanged(work: Work, reply: str) -> None:
    made = running(work, 1)
    contact(work, "a@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    (row,) = [record.id for record in work.outbox.page(made.id, 0, 9)]
    work.outbox.record([row], [], NOON, "one")
    work.outbox.record([], [(Outcome(row, Delivery.DEFERRED, reply), NOON + MINUTE)], NOON, "one")
    (kept,) = work.outbox.page(made.id, 0, 9)
    assert (kept.reply, kept.state, kept.due_at) == (reply, Delivery.DEFERRED, NOON + MINUTE)
    work.outbox.record([row], [(Outcome(row, Delivery.FAILED, reply), None)], NOON, "one")
    (kept,) = work.outbox.page(made.id, 0, 9)
    assert (kept.reply, kept.state, kept.attempts, kept.settled_at) == (reply, Delivery.FAILED, 2, NOON)


@pytest.mark.parametrize("started", [True, False])
def test_E18_an_attempt_that_does_not_count_is_not_counted(work: Work, started: bool) -> None:
    made = running(work, 1)
    contact(work, "a@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    (row,) = [record.id for record in work.outbox.page(made.id, 0, 9)]
    refused = Outcome(row, Delivery.DEFERRED, "550 5.4.5 no", Refusal.QUOTA, counted=False)
    if started:
        work.outbox.record([row], [], NOON, "one")
    work.outbox.record([] if started else [row], [(refused, NOON + MINUTE)], NOON, "one")
    (kept,) = work.outbox.page(made.id, 0, 9)
    assert (kept.state, kept.attempts, kept.due_at) == (Delivery.DEFERRED, 0, NOON + MINUTE)


def test_a_move_is_committed_when_it_ends(store: SqlStore) -> None:
    with store.transaction() as work:
        work.outbox.add(draft(), NOON)
        (row,) = work.outbox.due(NOON)
    with store.statement() as work:
        assert list(work.outbox.record([row.id], [], NOON, "one")) == [row.id]
    with store.snapshot() as work:
        assert states(work) == {Delivery.SENDING: 1}
    with store.statement() as work:
        work.outbox.record([], [(Outcome(row.id, Delivery.SENT, "250 ok"), None)], NOON, "one")
    with store.snapshot() as work:
        assert states(work) == {Delivery.SENT: 1}


def test_copies_are_counted_by_state(work: Work) -> None:
    """Every state is counted, although no index has them all."""
    made, other = running(work, 1), running(work, 2)
    for number in range(9):
        contact(work, f"{number}@x.example", "nmb")
    for each in (made, other):
        work.outbox.add_copies(each.id, ["nmb"], "<", ">", NOON)
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
        (Delivery.DEFERRED, Delivery.DOUBTFUL),  # possibly sent twice: a person decides
    ],
)
def test_E13_outcomes_of_a_holder_presumed_dead_still_count(work: Work, late: Delivery, then: Delivery) -> None:
    work.outbox.add(draft(), NOON)
    row = next_due(work)
    assert row is not None
    work.outbox.record([row.id], [], NOON, "one")
    work.outbox.doubt_unsettled(NOON, "one")
    later = NOON + MINUTE if late is Delivery.DEFERRED else None
    work.outbox.settle([(Outcome(row.id, late, "at last"), later)], NOON, "one")
    assert states(work) == {then: 1}


def test_a_row_that_was_resent_no_longer_belongs_to_its_old_holder(work: Work) -> None:
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


def test_a_batch_is_copies_of_one_mailing_with_ids_in_it(work: Work) -> None:
    first, second = running(work, 1), running(work, 2)
    for spec in ("a@x.example", "b@x.example", "c@y.example"):
        contact(work, spec, "nmb")
    for made in (first, second):
        work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(), NOON)
    ids = [record.id for record in work.outbox.page(first.id, 0, 9)]

    def batch(rows: range, mailing_id: int = first.id, now: datetime = NOON, held: Sequence[str] = ()) -> list[int]:
        return [row.id for row in work.outbox.due(now, mailing_id, 9, held, batch=rows)]

    assert batch(range(ids[0], ids[1] + 1)) == ids[:2]
    assert batch(range(ids[0], ids[2] + 9)) == ids
    assert batch(range(ids[0], ids[2] + 1), held=["x.example"]) == ids[2:]
    assert batch(range(ids[0], ids[2] + 1), second.id) == batch(range(0)) == []
    assert batch(range(ids[0], ids[2] + 1), now=NOON - MINUTE) == []
    work.mailings.save(replace(first, paused_at=NOON))
    assert batch(range(ids[0], ids[2] + 1)) == []
    assert [row.payload for row in work.outbox.due(NOON, NO_MAILING, 9)] == [b"payload"]


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
def test_E1_interrupted_mails_are_in_doubt_until_a_person_decides(work: Work, state: Delivery) -> None:
    made = running(work)
    contact(work, "anna@x.example", "nmb")
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    work.outbox.add(draft(), NOON)
    for _ in range(2):
        row = next_due(work)
        assert row is not None
        work.outbox.record([row.id], [], NOON)
    assert work.outbox.unresolved_mailings() == {made.id}
    assert [work.outbox.doubt_unsettled(NOON), work.outbox.doubt_unsettled(NOON)] == [2, 0]
    assert work.outbox.unresolved_mailings() == set()
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
def test_E12_waiting_rows_whose_recipients_get_no_mail(
    work: Work, left: list[str], bounced: str, barred: list[str]
) -> None:
    made = running(work, 1, "nmb", "subscriber")
    anna = contact(work, "Anna@x.example", "nmb", "subscriber")
    work.outbox.add_copies(made.id, ["nmb", "subscriber"], "<", ">", NOON)
    work.outbox.add(draft(recipient="anna@x.example"), NOON)
    for key in left:
        work.lists.set_standing(key, anna.id, Standing.LEFT, NOON, "a test")
    if bounced:
        work.lists.suppress(bounced, "complained", NOON)
    service, copy = work.outbox.due(NOON, most=5)
    assert [copy.barred, service.barred] == barred


def test_B12_a_reader_who_left_a_publication_gets_it_by_no_list_and_still_gets_others(work: Work) -> None:
    anna, bo = (contact(work, spec, "nmb", "subscriber") for spec in ("anna@x.example", "bo@x.example"))
    work.lists.opt_out(anna.id, ["update"], NOON)
    update = running(work)
    other = work.mailings.add(MailingKind.ISSUE, 99, "member-update", [], NOON)
    rows = [work.outbox.add_copies(made.id, ["nmb", "subscriber"], "<", ">", NOON) for made in (update, other)]
    assert rows == [1, 2]
    assert [row.recipient for row in work.outbox.due(NOON, update.id, most=9)] == [bo.address]


def test_E12_a_reader_who_leaves_the_publication_in_mid_send_gets_no_copy(work: Work) -> None:
    anna = contact(work, "anna@x.example", "nmb", "subscriber")
    contact(work, "bo@x.example", "nmb")
    made = running(work, 1, "nmb", "subscriber")
    work.outbox.add_copies(made.id, ["nmb", "subscriber"], "<", ">", NOON)
    work.lists.opt_out(anna.id, ["member-update"], NOON)
    assert {row.barred for row in work.outbox.due(NOON, most=9)} == {""}
    work.lists.opt_out(anna.id, ["update"], NOON)
    rows = work.outbox.due(NOON, most=9)
    assert {row.recipient: row.barred for row in rows} == {
        "anna@x.example": "left before it was sent",
        "bo@x.example": "",
    }
    batch = range(min(row.id for row in rows), max(row.id for row in rows) + 1)
    assert work.outbox.due(NOON, made.id, most=9, batch=batch) == rows


def test_rows_are_read_in_batches_with_the_data_for_composing(work: Work) -> None:
    made = running(work, 1, "nmb")
    people = [contact(work, f"{n}@x.example", "nmb", details=WHOLE) for n in range(5)]
    work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    assert [len(work.outbox.due(NOON, most=most)) for most in (1, 3, 9)] == [1, 3, 5]
    rows = work.outbox.due(NOON, most=9)
    assert [(r.contact, r.recipient, r.name, r.organisation, r.format, r.language) for r in rows] == [
        (p.id, p.address, p.details.name, p.details.organisation, p.details.format, "en") for p in people
    ]
    ids = [row.id for row in work.outbox.due(NOON, most=4)]
    work.outbox.record(ids, [], NOON)
    later = NOON + MINUTE
    work.outbox.settle(
        [
            (Outcome(ids[0], Delivery.SENT, "250 ok"), None),
            (Outcome(ids[1], Delivery.DEFERRED, "450 later"), later),
            (Outcome(ids[2], Delivery.FAILED, "550 no"), None),
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
    """SQLite's query plans on the outbox."""
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
def test_a_settled_row_leaves_the_index_of_due_rows(store: SqlStore) -> None:
    plans = plans_of(store, lambda work: work.outbox.due(NOON, held=["x.example"]))
    assert plans == ["SEARCH outbox USING INDEX ix_outbox_waiting (mailing=? AND due_at<?)"] * 2


@pytest.mark.parametrize("store", ["sqlite file"], indirect=True)
@pytest.mark.parametrize(
    "ask",
    [
        lambda work: work.outbox.holders(),
        lambda work: work.outbox.troubles(1),
        lambda work: work.outbox.counts(),
        lambda work: work.outbox.counts(1),
        lambda work: work.outbox.unresolved_mailings(),
        lambda work: work.deliveries.failed(1, ["nmb"]),
        lambda work: work.deliveries.troubled(1, 5),
        lambda work: work.deliveries.waits(1),
    ],
)
def test_rare_states_are_found_by_index(store: SqlStore, ask: Callable[[Work], object]) -> None:
    plans = plans_of(store, ask)
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN outbox") and "ix_outbox" not in plan], plans
