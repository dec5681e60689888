"""Mail that was handed over, on every store."""

from __future__ import annotations

from datetime import timedelta

from mailer.ports import Folder, Work
from mailer.ports.incoming import Handed, Waiting
from tests.fakes import NOON

LATER = NOON + timedelta(days=1)


def test_mail_waits_until_it_is_filed_and_urgent_mail_comes_first(work: Work) -> None:
    for raw, urgent in ((b"one", False), (b"two", True), (b"three!", False), (b"four", True)):
        work.incoming.add(raw, urgent, NOON)
    first, second, third, fourth = work.incoming.pending()
    assert work.incoming.waiting() == Waiting(4, 16)
    assert [mail.raw for mail in work.incoming.fetch([first, second, third, fourth])] == [
        b"two",
        b"four",
        b"one",
        b"three!",
    ]
    work.incoming.file([second, third], Folder.PROCESSED)
    assert work.incoming.pending() == [first, fourth]
    assert work.incoming.waiting() == Waiting(2, 9)
    assert list(work.incoming.fetch([third, 99])) == [Handed(third, NOON, b"one")]


def test_only_old_processed_mail_is_deleted(work: Work) -> None:
    for folder, at in (
        (Folder.PROCESSED, NOON),
        (Folder.PROCESSED, LATER),
        (Folder.ATTENTION, NOON),
        (Folder.REFUSED, NOON),
    ):
        work.incoming.add(b"raw", False, at)
        work.incoming.file(work.incoming.pending(), folder)
    work.incoming.add(b"raw", False, NOON)
    assert [work.incoming.has_processed(before) for before in (NOON, LATER)] == [False, True]
    assert work.incoming.forget(LATER) == 1
    assert work.incoming.has_processed(LATER) is False
    assert [work.incoming.forget(LATER), work.incoming.forget(LATER + timedelta(1))] == [0, 1]
    assert work.incoming.waiting().mails == 1
