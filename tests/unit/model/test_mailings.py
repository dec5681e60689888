"""The state of a mailing, and how it continues."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.model.mailings import Mailing, MailingKind, Resend
from tests.fakes import NOON

LATER = NOON + timedelta(days=9)
MAILING = Mailing(1, MailingKind.ISSUE, 7, "update", ("nmb",), NOON)


@pytest.mark.parametrize(
    ("mailing", "running"),
    [
        (MAILING, True),
        (replace(MAILING, resend=Resend.FAILED, resend_at=NOON), True),
        (replace(MAILING, paused_at=NOON), False),
        (replace(MAILING, cancelled_at=NOON), False),
        (replace(MAILING, finished_at=NOON), False),
    ],
)
def test_only_a_mailing_that_is_neither_held_nor_finished_is_running(mailing: Mailing, running: bool) -> None:
    assert mailing.is_running is running


def test_a_mailing_goes_to_more_lists() -> None:
    assert MAILING.to(["subscriber", "cag", "nmb"]) == replace(MAILING, lists=("cag", "nmb", "subscriber"))


@pytest.mark.parametrize("resend", Resend)
def test_a_finished_mailing_is_reopened_with_the_kind_of_resend(resend: Resend) -> None:
    again = replace(MAILING, finished_at=NOON).continued(resend, LATER)
    assert again == replace(MAILING, resend=resend, resend_at=LATER)
    assert (MAILING.began_at, again.began_at) == (NOON, LATER)


def test_an_unfinished_mailing_continues_unchanged() -> None:
    assert MAILING.continued(Resend.LISTS, LATER) == MAILING
