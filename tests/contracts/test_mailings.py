"""Mailings, on every store."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from mailer.model.mailings import Mailing, MailingKind, Resend
from mailer.model.refusals import Refusal, Suspension
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.fakes import NOON


def test_a_subject_has_no_mailing_before_it_is_started(work: Work) -> None:
    assert (work.mailings.of(MailingKind.ISSUE, 7), work.mailings.all()) == (None, [])


def test_a_mailing_is_kept_as_it_is_saved(work: Work) -> None:
    made = work.mailings.add(MailingKind.ISSUE, 7, "update", ["subscriber", "nmb"], NOON)
    assert made == Mailing(made.id, MailingKind.ISSUE, 7, "update", ("nmb", "subscriber"), NOON)
    whole = replace(
        made,
        lists=("cag",),
        paused_at=NOON + 1 * MINUTE,
        suspension=Suspension(Refusal.SIZE, "552 5.3.4 too big"),
        cancelled_at=NOON + 2 * MINUTE,
        finished_at=NOON + 3 * MINUTE,
        resend=Resend.NEWCOMERS,
        resend_at=NOON + 4 * MINUTE,
        waits=((3, NOON + 5 * MINUTE),),
    )
    for saved in (whole, made):
        work.mailings.save(saved)
        assert work.mailings.of(MailingKind.ISSUE, 7) == work.mailings.by_id(made.id) == saved
        assert work.mailings.all() == [saved]


def test_a_subject_has_one_mailing(work: Work) -> None:
    work.mailings.add(MailingKind.ISSUE, 7, "update", [], NOON)
    with pytest.raises(IntegrityError):
        work.mailings.add(MailingKind.ISSUE, 7, "update", [], NOON)


def test_unfinished_mailings(work: Work) -> None:
    first, second, third = (work.mailings.add(MailingKind.ISSUE, subject, "update", [], NOON) for subject in (7, 8, 9))
    paused = replace(second, paused_at=NOON, cancelled_at=NOON)
    for saved in (replace(first, finished_at=NOON), paused):
        work.mailings.save(saved)
    assert work.mailings.unfinished() == [paused, third]
