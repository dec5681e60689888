"""Notices to staff, and the mails that were acted on, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailer.message import Address
from mailer.model.staff import StaffNotice
from mailer.ports import Work
from tests.fakes import NOON

TO = Address.parse("Secretary+office@iso-sr.example")
NOTICE = StaffNotice(0, str(TO), True, "attention", 7, "waits", "a mail", NOON, NOON + timedelta(days=30))


def test_a_notice_is_kept_once_for_a_cause_and_a_mailbox(work: Work) -> None:
    added = work.staff.add(NOTICE, TO, "mail 1")
    assert added is not None
    assert added == replace(NOTICE, id=added.id)
    assert work.staff.notice(added.id) == added
    assert work.staff.add(NOTICE, Address.parse("secretary@iso-sr.example"), "mail 1") is None
    other = work.staff.add(NOTICE, Address.parse("editor@iso-sr.example"), "mail 1")
    assert other is not None
    assert work.staff.about("attention", 7) == [added, other]
    assert (work.staff.about("attention", 8), work.staff.notice(99)) == ([], None)


def test_a_notice_is_spent_and_good_again(work: Work) -> None:
    added = work.staff.add(NOTICE, TO, "mail 1")
    assert added is not None
    for at in (NOON, None):
        work.staff.spend(added.id, at)
        assert work.staff.notice(added.id) == replace(added, spent_at=at)


def test_a_signature_is_remembered_with_what_it_was_counted_for(work: Work) -> None:
    work.signatures.remember(["a" * 64, "b" * 64, "a" * 64], "paper 1", NOON)
    work.signatures.remember(["a" * 64, "c" * 64], "paper 2", NOON)
    wanted = ["a" * 64, "c" * 64, "d" * 64]
    assert work.signatures.seen(wanted) == {"a" * 64: "paper 1", "c" * 64: "paper 2"}
    assert work.signatures.seen([]) == {}
