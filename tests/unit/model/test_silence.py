"""Whose silence is consent: only of a member to whom request and reminder were delivered, as far as we know."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.model.absences import Absence
from mailer.model.outbox import Delivery
from mailer.model.silence import Heard, SentMail, why_unheard
from tests.fakes import NOON

DAY = timedelta(days=1)
REQUEST = SentMail(False, Delivery.SENT, NOON)
REMINDER = SentMail(True, Delivery.SENT, NOON + 5 * DAY)
REACHED = Heard((REQUEST, REMINDER), "", replied=False, absence=None)


def away(until: timedelta | None, noted: timedelta = DAY) -> Absence:
    return Absence(1, NOON + noted, None if until is None else NOON + until, "root")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"replied": True}, "a reply came that was not counted"),
        ({"returned": "550 no such user"}, "mail to them did not arrive: 550 no such user"),
        ({"mails": ()}, "the request was not delivered"),
        ({"mails": (REMINDER,)}, "the request was not delivered"),
        ({"mails": (replace(REQUEST, state=Delivery.FAILED), REMINDER)}, "the request was not delivered"),
        ({"mails": (replace(REQUEST, state=Delivery.DOUBTFUL), REMINDER)}, "the request was not delivered"),
        ({"mails": (replace(REQUEST, state=Delivery.SUPPRESSED), REMINDER)}, "the request was not delivered"),
        ({"mails": (REQUEST,)}, "no reminder was delivered"),
        ({"mails": (REQUEST, replace(REMINDER, state=Delivery.QUEUED))}, "no reminder was delivered"),
        ({"mails": (REQUEST, REMINDER, replace(REMINDER, state=Delivery.FAILED))}, "no reminder was delivered"),
        ({"absence": away(None)}, "they are away, as far as we know"),
        ({"absence": away(None, noted=-DAY)}, ""),  # an automatic reply to an earlier ballot
        ({"absence": away(6 * DAY)}, "they are away, as far as we know"),
        ({"absence": away(4 * DAY)}, ""),  # they were back when the reminder came
    ],
)
def test_the_silence_of_a_member(changed: dict[str, object], reason: str) -> None:
    heard = replace(REACHED, **changed)  # type: ignore[arg-type]
    assert why_unheard(heard, NOON) == reason


def test_a_member_who_has_a_substitute_is_unheard_only_by_their_own_words() -> None:
    gone = replace(REACHED, mails=(), returned="550 no such user", absence=away(None))
    assert why_unheard(gone, NOON, stood_for=True) == ""
    assert why_unheard(replace(gone, replied=True), NOON, stood_for=True) == "a reply came that was not counted"
