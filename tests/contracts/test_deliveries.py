"""The deliveries of a mailing, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailer.model.lists import Standing
from mailer.model.outbox import Delivery, Failed, Outcome, Troubled
from mailer.ports import Work
from tests.contracts.stores import contact, running
from tests.fakes import NOON

LATER = NOON + timedelta(days=9)
LISTS = ["nmb", "subscriber"]


def written(work: Work, *names: str) -> int:
    """Start a mailing to these addresses; returns its id."""
    made = running(work, 1, *LISTS)
    for name in names:
        contact(work, f"{name}@x.example", "nmb")
    work.outbox.add_copies(made.id, LISTS, "<", ">", NOON)
    return made.id


def settle(work: Work, mailing_id: int, **states: Delivery) -> None:
    rows = {row.recipient.partition("@")[0]: row.id for row in work.outbox.due(NOON, mailing_id, most=100)}
    work.outbox.record([rows[name] for name in states], [], NOON)
    outcomes = [Outcome(rows[name], state, f"said of {name}") for name, state in states.items()]
    work.outbox.settle([(outcome, None) for outcome in outcomes], NOON)


def test_replies_of_some_states(work: Work) -> None:
    made = written(work, "anna", "bo", "cy", "dee")
    settle(work, made, bo=Delivery.FAILED, anna=Delivery.SENT, dee=Delivery.DOUBTFUL)
    found = work.deliveries.replies(made, Delivery.FAILED, Delivery.DOUBTFUL)
    assert sorted(found) == [("bo@x.example", "said of bo"), ("dee@x.example", "said of dee")]


def test_only_failed_copies_to_active_members_are_queued_again_like_new_ones(work: Work) -> None:
    made = written(work, "anna", "bo", "cy", "dee", "eve")
    failed = dict.fromkeys(("anna", "bo", "cy", "dee"), Delivery.FAILED)
    settle(work, made, **failed, eve=Delivery.SENT)
    work.lists.suppress("Bo@x.example", "bounced", NOON)
    gone = work.lists.contact_at("cy@x.example")
    assert gone is not None
    work.lists.set_standing("nmb", gone.id, Standing.LEFT, NOON, "a test")
    assert work.deliveries.failed(made, LISTS) == Failed(ready=2, suppressed=1, left=1)

    assert work.deliveries.requeue_failed(made, LISTS, LATER) == 2
    assert work.outbox.due(NOON, made, most=9) == []
    rows = work.outbox.due(LATER, made, most=9)
    assert [(row.recipient, row.attempts) for row in rows] == [("anna@x.example", 1), ("dee@x.example", 1)]
    assert work.deliveries.failed(made, LISTS) == Failed(suppressed=1, left=1)
    assert work.deliveries.counts_since(made, LATER).by_state == {Delivery.QUEUED: 2}
    assert work.deliveries.counts_since(made, NOON).total == 5


def test_newcomers_are_members_without_a_row(work: Work) -> None:
    made = written(work, "anna", "bo")
    assert work.deliveries.newcomers(made, LISTS) == 0
    contact(work, "new@x.example", *LISTS)
    contact(work, "elsewhere@x.example", "cag")
    assert work.deliveries.newcomers(made, LISTS) == 1
    assert work.outbox.add_copies(made, LISTS, "<", ">", LATER) == 1
    assert work.deliveries.newcomers(made, LISTS) == 0


def test_B12_a_reader_who_left_the_publication_gets_nothing_again(work: Work) -> None:
    made = written(work, "anna", "bo")
    settle(work, made, anna=Delivery.FAILED, bo=Delivery.FAILED)
    for spec in ("bo@x.example", "new@x.example"):
        work.lists.opt_out(contact(work, spec, *LISTS).id, ["update"], NOON)
    assert work.deliveries.failed(made, LISTS) == Failed(ready=1, left=1)
    assert work.deliveries.requeue_failed(made, LISTS, LATER) == 1
    assert [row.recipient for row in work.outbox.due(LATER, made, most=9)] == ["anna@x.example"]
    assert work.deliveries.newcomers(made, LISTS) == 0


def test_only_waiting_copies_can_be_cancelled(work: Work) -> None:
    made = written(work, "anna", "bo", "cy")
    settle(work, made, bo=Delivery.SENT)
    assert work.deliveries.give_up(made, "cancelled", LATER) == 2
    assert work.outbox.counts(made).by_state == {Delivery.SENT: 1, Delivery.SUPPRESSED: 2}
    assert {record.reply for record in work.outbox.page(made, 0, 9)} == {"said of bo", "cancelled"}


def test_domains_with_failures_are_sorted_worst_first(work: Work) -> None:
    made = running(work, 1, *LISTS)
    for spec in ("a@slow.example", "b@slow.example", "c@full.example", "d@fine.example", "e@also.example"):
        contact(work, spec, "nmb")
    work.outbox.add_copies(made.id, LISTS, "<", ">", NOON)
    rows = {row.recipient[0]: row.id for row in work.outbox.due(NOON, made.id, most=9)}
    work.outbox.record(rows.values(), [], NOON)
    states = (Delivery.DEFERRED, Delivery.FAILED, Delivery.FAILED, Delivery.SENT, Delivery.DEFERRED)
    for name, state in zip("abcde", states, strict=True):
        work.outbox.settle([(Outcome(rows[name], state, ""), LATER if state is Delivery.DEFERRED else None)], NOON)
    expected = [Troubled("slow.example", 1, 1), Troubled("also.example", 1, 0), Troubled("full.example", 0, 1)]
    assert work.deliveries.troubled(made.id, 9) == expected
    assert work.deliveries.troubled(made.id, 1) == expected[:1]


def test_an_unfinished_mailing_with_queued_copies_waits(work: Work) -> None:
    made = written(work, "anna", "bo")
    mailing = work.mailings.by_id(made)
    assert work.deliveries.waits(made)
    work.mailings.save(replace(mailing, paused_at=NOON))
    assert work.deliveries.waits(made)
    for over in (replace(mailing, cancelled_at=NOON), replace(mailing, finished_at=NOON)):
        work.mailings.save(over)
        assert not work.deliveries.waits(made)
    work.mailings.save(mailing)
    settle(work, made, anna=Delivery.SENT, bo=Delivery.FAILED)
    assert not work.deliveries.waits(made)


def test_one_reader_can_have_a_copy_once_more(work: Work) -> None:
    made = written(work, "anna", "bo")
    settle(work, made, anna=Delivery.SENT, bo=Delivery.FAILED)
    anna, bo = (work.lists.contact_at(f"{name}@x.example") for name in ("anna", "bo"))
    assert anna is not None and bo is not None
    assert [work.deliveries.copy_to(made, one) for one in (anna.address, bo.address, "cy@x.example")] == [
        Delivery.SENT,
        Delivery.FAILED,
        None,
    ]
    assert [work.outbox.add_copy(made, anna, "<again>", time) for time in (LATER, LATER)] == [True, False]
    assert work.deliveries.copy_to(made, anna.address) is Delivery.QUEUED
    assert [(row.recipient, row.message_id) for row in work.outbox.due(LATER, made, most=9)] == [
        (anna.address, "<again>")
    ]
    assert [work.deliveries.requeue_failed(made, LISTS, LATER, one.id) for one in (anna, bo)] == [0, 1]
