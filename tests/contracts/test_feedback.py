"""Queries of feedback, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from mailer.model.feedback import Entry, EntryKind, File, Item, State
from mailer.model.outbox import Delivery, Outcome
from mailer.model.personal_data import replacement
from mailer.ports import Work
from mailer.ports.feedback import Wanted
from mailer.store.connections import SqlWork
from mailer.store.schema import outbox
from tests.contracts.stores import MINUTE, contact, draft
from tests.fakes import NOON

ITEM = Item(
    number=0,
    address="Ulla@union.example",
    name="Ulla Åström",
    contact=None,
    language="sv",
    publication="update",
    issue=1,
    lists=("nmb", "d-liaison"),
    subject="Page 2",
    state=State.OPEN,
    assignee="",
    tags=("error", "page-2"),
    staff=("secretary@iso-sr.example",),
    through="",
    may_name=False,
    received_at=NOON,
    written_at=NOON,
    changed_at=NOON,
)
LETTER = Entry(
    id=0,
    item=0,
    kind=EntryKind.MAIL,
    author="ulla@union.example",
    at=NOON,
    text="There is a mistake: 100% of the Örebro table.",
    message_id="<1@union.example>",
    references=("<update-1.7.0123@iso-sr.example>",),
    reason="",
    whole=True,
    files=(File(0, 2, "../../etc/passwd", "application/pdf", 12, "0" * 64),),
)


def add(work: Work, item: Item = ITEM, letter: Entry = LETTER) -> int:
    number = work.feedback.add(item, item.address.lower())
    work.feedback.add_entry(replace(letter, item=number), b"From: ulla\r\n\r\nx")
    return number


def found(work: Work, limit: int = 10, **wanted: object) -> list[int]:
    return [item.number for item in work.feedback.find(Wanted(**wanted), limit)]  # type: ignore[arg-type]


def test_an_item_is_kept_with_its_history(work: Work) -> None:
    number = add(work)
    assert work.feedback.item(number) == replace(ITEM, number=number)
    assert work.feedback.item(number + 1) is None
    answer = replace(LETTER, item=number, kind=EntryKind.ANSWER, message_id="", references=(), files=(), whole=False)
    made = work.feedback.add_entry(answer)
    letter, kept = work.feedback.entries(number)
    assert replace(letter, id=0, files=()) == replace(LETTER, item=number, files=())
    assert [replace(file, id=0) for file in letter.files] == list(LETTER.files)
    assert kept == work.feedback.entry(made) == replace(answer, id=made)
    assert (work.feedback.raw(letter.id), work.feedback.raw(made)) == (b"From: ulla\r\n\r\nx", b"")
    assert work.feedback.entry(made + 1) is None


def test_an_item_changes(work: Work) -> None:
    number = add(work)
    later = NOON + MINUTE
    work.feedback.change(number, later, state=State.ASSIGNED.value, assignee="bo@x.example", tags=["new"])
    assert work.feedback.item(number) == replace(
        ITEM, number=number, state=State.ASSIGNED, assignee="bo@x.example", tags=("new",), changed_at=later
    )


def test_items_are_found_by_every_condition(work: Work) -> None:
    one = add(work)
    other = replace(ITEM, address="bo@x.example", name="Bo", state=State.CLOSED, tags=("err",), lists=("d-liaison",))
    two = add(work, replace(other, publication="", assignee="Bo@x.example", subject="A 100_ word"), LETTER)
    assert found(work) == [two, one]
    assert found(work, limit=1) == [two]
    assert found(work, states=(State.OPEN, State.ASSIGNED)) == found(work, tag="error") == [one]
    assert found(work, tag="err") == found(work, assignee="bo@X.example") == found(work, asker="bo@x.example") == [two]
    assert found(work, list="nmb") == found(work, publication="update") == [one]
    assert found(work, list="liaison") == []


def test_words_are_searched_in_everything_that_was_said(work: Work) -> None:
    one = add(work)
    work.feedback.add_entry(replace(LETTER, item=one, kind=EntryKind.COMMENT, text="Quite so", files=()))
    for text in ("MISTAKE", "100% örebro", "åström", "union.EX", "page so", ""):
        assert found(work, text=text) == [one], text
    for text in ("100_", "mistake elsewhere", '"'):
        assert found(work, text=text) == [], text


def test_mails_name_the_item_that_they_belong_to(work: Work) -> None:
    one, two = add(work), add(work, letter=replace(LETTER, message_id=""))
    assert work.feedback.item_of_mail(["<2@x.example>", "<1@union.example>"]) == one
    assert work.feedback.item_of_mail(["", "<2@x.example>"]) is None
    assert work.feedback.item_of_mail([]) is None
    work.feedback.add_entry(replace(LETTER, item=two))
    assert work.feedback.item_of_mail(["<1@union.example>"]) == two


def test_what_waits_is_counted_and_listed(work: Work) -> None:
    assert work.feedback.counts(NOON) == (0, 0)
    late = add(work, replace(ITEM, written_at=NOON - timedelta(days=9)))
    waits, _ = add(work, replace(ITEM, state=State.REOPENED)), add(work, replace(ITEM, state=State.ANSWERED))
    assert work.feedback.counts(NOON - timedelta(days=7)) == (2, 1)
    assert [item.number for item in work.feedback.each_waiting()] == [late, waits]


def test_somebody_who_is_forgotten_leaves_no_words(work: Work) -> None:
    anna = contact(work, "anna@x.example")
    mine, other = add(work, replace(ITEM, contact=anna.id)), add(work)
    (entry,), (kept,) = work.feedback.entries(mine), work.feedback.entries(other)
    for cause in (f"feedback-sent {entry.id}", f"feedback-sent {kept.id}", "feedback-digest 2026-11-23"):
        work.outbox.add(draft(cause, "sec@x.example"), NOON)
    rows = work.outbox.due(NOON, most=9)
    work.outbox.record([row.id for row in rows], [], NOON)
    work.outbox.settle([(Outcome(row.id, Delivery.SENT, "250"), None) for row in rows], NOON)
    gone = replacement(anna.id)
    work.personal_data.erase(anna, ["anna@x.example"], gone, NOON + MINUTE)
    item = work.feedback.item(mine)
    assert item is not None
    assert (item.address, item.name, item.subject, item.state) == (str(gone), "", "", State.CLOSED)
    (left,) = work.feedback.entries(mine)
    assert (left.text, left.message_id, [file.name for file in left.files]) == ("", "", [""])
    assert (work.feedback.raw(left.id), found(work, text="mistake")) == (b"", [other])
    assert isinstance(work, SqlWork)
    texts = work.connection.scalars(select(outbox.c.payload).order_by(outbox.c.id))
    assert list(texts) == [None, None, None]  # any mail to staff may name them
