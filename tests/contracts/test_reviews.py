"""Every store keeps rounds of reviews and what becomes of each entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from mailer.model.lists import Contact, Standing
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Fate
from mailer.model.questions import VALID, Question
from mailer.model.reviews import (
    ASKS,
    Entry,
    EntryEvent,
    EntryState,
    ReviewPolicy,
    Round,
    RoundEvent,
    RoundState,
    Stage,
    Tally,
    total,
)
from mailer.ports import Work
from mailer.store.database import SqlStore
from tests.contracts.stores import contact
from tests.fakes import NOON

ROUND = Round(
    id=0,
    list="nmb",
    planned_for=date(2026, 3, 1),
    state=RoundState.RUNNING,
    stage=Stage.ASKED,
    stage_at=NOON,
    started_at=NOON,
    started_by="jane",
    ends_at=NOON + timedelta(days=30),
    policy=ReviewPolicy.FLAG,
    publish=True,
    cursor=0,
)
ASKED = Question(0, "", None, ASKS, 0, "", "the directory", "", {}, NOON, NOON + VALID)


def entered(work: Work, *addresses: str) -> tuple[Round, list[Contact]]:
    """A round that asks these members."""
    made = work.reviews.add(ROUND)
    members = [contact(work, address, "nmb") for address in addresses]
    assert work.reviews.enter(made, [(one, {"name": one.address}) for one in members], ASKED) == len(members)
    return made, members


def test_rounds_are_kept(store: SqlStore) -> None:
    with store.transaction() as work:
        made = work.reviews.add(ROUND)
        assert made == replace(ROUND, id=1)
        assert work.reviews.unfinished() == [made]
        assert (work.reviews.of_day("nmb", date(2026, 3, 1)), work.reviews.of_day("nmb", date(2026, 9, 1))) == (
            made,
            None,
        )
        over = replace(made.ended(RoundEvent.END, NOON), version="2.0")
        work.reviews.save(over)
        assert (work.reviews.by_id(1), work.reviews.newest("nmb"), work.reviews.unfinished()) == (over, over, [])


def test_entries_are_asked_once_with_a_question_and_a_copy_for_each(store: SqlStore) -> None:
    with store.transaction() as work:
        made, members = entered(work, "anna@x.example", "bo@x.example")
        assert work.reviews.enter(made, [(members[0], {})], ASKED) == 0
        entry = work.reviews.entry_of(made.id, members[1].id)
        assert entry == Entry(2, made.id, 2, members[1].id, EntryState.ASKED, False, NOON)
        question = work.reviews.question(made.id, members[1].id)
        assert question is not None
        assert (question.subject, question.offered, question.addressee) == (2, {"name": "bo@x.example"}, "bo@x.example")
        mailing = work.mailings.add(MailingKind.REVIEW, made.id, "", ["nmb"], NOON)
        asked = (made.id, mailing.id, (EntryState.ASKED,), lambda number: f"<{number}@o>")
        assert (work.reviews.write_copies(*asked), work.reviews.write_copies(*asked)) == (2, 0)
        assert [row.message_id for row in work.outbox.page(mailing.id, 0, 10)] == ["<1@o>", "<2@o>"]
        assert len(work.reviews.waiting_copies(made.id, [mailing.id], members[0].id)) == 1


def test_an_event_moves_the_entries_that_it_means_something_for(store: SqlStore) -> None:
    with store.transaction() as work:
        made, _ = entered(work, "anna@x.example", "bo@x.example")
        work.reviews.set_state(1, EntryState.OK, NOON)
        assert work.reviews.move(made.id, EntryEvent.REMIND, NOON) == 1
        assert work.reviews.move(made.id, EntryEvent.LAPSE, NOON, (EntryState.ASKED,)) == 0
        assert [seen.state for seen in work.reviews.page(made.id)] == [EntryState.OK, EntryState.REMINDED]
        assert [seen.number for seen in work.reviews.page(made.id, (EntryState.REMINDED,), after=1)] == [2]
        assert [entry.number for entry in work.reviews.numbered(made.id, [2, 3])] == [2]


def test_those_whom_no_mail_reaches_and_those_who_left_are_noted(store: SqlStore) -> None:
    with store.transaction() as work:
        made, members = entered(work, "anna@x.example", "bo@x.example", "cy@x.example")
        mailing = work.mailings.add(MailingKind.REVIEW, made.id, "", ["nmb"], NOON)
        work.reviews.write_copies(made.id, mailing.id, (EntryState.ASKED,), lambda number: f"<{number}@o>")
        first, *_ = work.outbox.page(mailing.id, 0, 10)
        work.outbox.record([first.id], [], NOON)
        work.outbox.reported(first.id, Fate.REFUSED, "550 nobody", NOON)
        work.outbox.suppress({}, NOON)
        work.outbox.doubt_unsettled(NOON)
        work.outbox.reported(first.id, Fate.REFUSED, "550 nobody", NOON)
        work.lists.set_standing("nmb", members[1].id, Standing.LEFT, NOON, "a test")
        assert work.reviews.note_bounced(made.id, [mailing.id], NOON) == 1
        assert work.reviews.note_departed(made, NOON) == 1
        states = [EntryState.BOUNCED, EntryState.LEFT, EntryState.ASKED]
        assert [seen.state for seen in work.reviews.page(made.id)] == states
        work.reviews.set_state(1, EntryState.FLAGGED, NOON)
        tally = total(list(work.reviews.tallies(made.id).values()))
        assert tally == Tally({EntryState.ASKED: 1, EntryState.LEFT: 1, EntryState.FLAGGED: 1}, 1)
        assert (tally.bounced, tally.silent, tally.answered) == (1, 0, 1)


def test_values_before_an_answer_are_kept_until_they_are_forgotten(store: SqlStore) -> None:
    with store.transaction() as work:
        entered(work, "anna@x.example")
        work.reviews.keep_values(1, {"name": "Anna"})
        assert work.reviews.kept_values(1) == {"name": "Anna"}
        work.reviews.keep_values(1, None)
        assert work.reviews.kept_values(1) is None
