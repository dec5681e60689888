"""Prefetched mails are those that would have been composed when asked for, and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event, Timer, get_ident

import pytest

from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Due
from mailer.sending.prefetch import Prefetcher

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def row(number: int, recipient: str = "anna@x.example") -> Due:
    return Due(
        id=number,
        recipient=recipient,
        domain="x.example",
        message_id=f"<{number}@x>",
        attempts=1,
        payload=b"\r\n",
        mailing=None,
        contact=None,
        name="",
        organisation="",
        format=None,
        language="",
        country="",
        barred="",
    )


class Composing:
    """Notes which rows are composed, and on which thread."""

    def __init__(self) -> None:
        self.here: list[int] = []
        self.beside: list[int] = []
        self.go_on = Event()
        self.go_on.set()
        self.broken: set[int] = set()
        self._own = get_ident()

    def __call__(self, row: Due) -> Outgoing:
        if get_ident() == self._own:
            self.here.append(row.id)
        else:
            self.go_on.wait()
            self.beside.append(row.id)
        if row.id in self.broken:
            raise ValueError(f"row {row.id}")
        return Outgoing((row.id,), Envelope("", (row.recipient,)), MailTemplate(b"x"))


@pytest.fixture
def compose() -> Composing:
    return Composing()


def test_expected_rows_are_composed_on_the_thread(compose: Composing) -> None:
    rows = [row(number) for number in range(5)]
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect(rows)
        assert [prefetcher(each).rows for each in rows] == [(0,), (1,), (2,), (3,), (4,)]
    assert (compose.here, compose.beside) == ([], [0, 1, 2, 3, 4])


def test_other_rows_are_composed_when_asked_for(compose: Composing) -> None:
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect([row(1)])
        assert prefetcher(row(2)).rows == (2,)
        assert prefetcher(row(1, "bela@x.example")).envelope.recipients == ("bela@x.example",)
    assert compose.here == [2, 1]


def test_mails_that_are_not_asked_for_are_dropped(compose: Composing) -> None:
    rows = [row(number) for number in range(4)]
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect(rows)
        assert [prefetcher(rows[number]).rows for number in (2, 0, 3)] == [(2,), (0,), (3,)]
    assert (compose.here, compose.beside) == ([0], [0, 1, 2, 3])


def test_rows_that_were_expected_before_are_not_waited_for(compose: Composing) -> None:
    """Only the mail being composed is finished; a row that was read again is composed from the latest version."""
    compose.go_on.clear()
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect([row(number) for number in range(100)])
        again = [row(1, "bela@x.example"), row(2, "bela@x.example")]
        prefetcher.expect(again)
        compose.go_on.set()
        assert [prefetcher(each).envelope.recipients for each in again] == [("bela@x.example",)] * 2
    assert compose.beside[-2:] == [1, 2]
    assert len(compose.beside) <= 3


def test_an_exception_reaches_the_caller(compose: Composing) -> None:
    rows = [row(1), row(2)]
    compose.broken.add(1)
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect(rows)
        with pytest.raises(ValueError, match="row 1"):
            prefetcher(rows[0])
        assert prefetcher(rows[1]).rows == (2,)


def test_the_end_waits_only_for_the_mail_that_is_being_composed(compose: Composing) -> None:
    compose.go_on.clear()
    with Prefetcher(compose) as prefetcher:
        prefetcher.expect([row(number) for number in range(100)])
        Timer(0.05, compose.go_on.set).start()
    assert len(compose.beside) <= 1
    assert compose.here == []
