"""The workers that share a store, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.health import Health, Part, PartHealth
from mailer.ports import Seen, Work
from tests.contracts.stores import (
    MINUTE,
    contact,
    draft,
    running,
)
from tests.fakes import NOON


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


def test_due_rows_are_divided_into_ranges(work: Work) -> None:
    first, second, third = (running(work, number) for number in (1, 2, 3))
    people = [contact(work, f"{n}@x.example", "nmb") for n in range(7)]
    work.outbox.add(draft(), NOON)
    for made in (first, second, third):
        work.outbox.add_copies(made.id, ["nmb"], "<", ">", NOON)
    work.mailings.save(replace(third, paused_at=NOON))
    batches = work.workers.batches(NOON, 5)
    found = [
        (batch.mailing, row.id)
        for batch in batches
        for row in work.outbox.due(NOON, batch.mailing, 9, batch=batch.rows)
    ]
    ids = {made.id: [record.id for record in work.outbox.page(made.id, 0, 99)] for made in (first, second)}
    assert found == [(made.id, row) for made in (first, second) for row in ids[made.id]]
    assert len(found) == 2 * len(people)
    assert {(len(batch.rows), batch.rows[0] % 5) for batch in batches} == {(5, 0)}
    assert work.workers.batches(NOON - MINUTE, 5) == []


def test_what_a_worker_says_of_itself_is_a_sign_of_life(work: Work) -> None:
    health = Health("one", NOON, NOON + MINUTE, parts={Part.RELAY: PartHealth(failing_since=NOON, fault="down")})
    work.workers.report(health)
    assert work.workers.all() == [Seen("one", NOON, NOON + MINUTE, "", health)]
    work.workers.beat("one", "a tick", NOON + 2 * MINUTE)
    work.workers.report(replace(health, seen_at=NOON + 3 * MINUTE))
    (one,) = work.workers.all()
    assert (one.doing, one.seen_at, one.health) == ("a tick", NOON + 3 * MINUTE, replace(health, seen_at=one.seen_at))
