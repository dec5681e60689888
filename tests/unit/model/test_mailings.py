"""What a mailing is at each moment, and how it goes on."""

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
def test_only_what_is_not_held_and_not_over_is_running(mailing: Mailing, running: bool) -> None:
    assert mailing.is_running is running


def test_a_mailing_goes_to_more_lists() -> None:
    assert MAILING.to(["subscriber", "cag", "nmb"]) == replace(MAILING, lists=("cag", "nmb", "subscriber"))


@pytest.mark.parametrize("resend", Resend)
def test_a_finished_mailing_goes_on_and_says_for_whom(resend: Resend) -> None:
    again = replace(MAILING, finished_at=NOON).continued(resend, LATER)
    assert again == replace(MAILING, resend=resend, resend_at=LATER)
    assert (MAILING.began_at, again.began_at) == (NOON, LATER)


def test_an_unfinished_mailing_goes_on_as_what_it_is() -> None:
    assert MAILING.continued(Resend.LISTS, LATER) == MAILING
