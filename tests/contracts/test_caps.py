"""Counters of answers and held notices, on every store."""

from __future__ import annotations

from mailer.model.caps import HeldNotice
from mailer.ports import Work
from tests.fakes import NOON

TODAY, YESTERDAY = "2026-11-23", "2026-11-22"


def test_counters_count_in_their_period(work: Work) -> None:
    work.caps.count(["answers", "help a@x.example"], YESTERDAY)
    for _ in range(2):
        work.caps.count(["answers"], TODAY)
    assert work.caps.counts(["answers", "help a@x.example"], TODAY) == {"answers": 2}
    assert work.caps.counts(["answers", "help a@x.example"], YESTERDAY) == {"answers": 1, "help a@x.example": 1}
    assert [work.caps.has_counted(before) for before in (YESTERDAY, TODAY)] == [False, True]
    work.caps.forget(TODAY)
    assert work.caps.has_counted(TODAY) is False
    assert work.caps.counts(["answers", "help a@x.example"], YESTERDAY) == {}
    assert work.caps.counts(["answers"], TODAY) == {"answers": 2}


def test_held_notices_are_released_for_those_who_were_told(work: Work) -> None:
    for recipient, about in (("sec@x.example", "one"), ("ed@x.example", "two"), ("sec@x.example", "three")):
        work.caps.hold(HeldNotice(0, "feedback", recipient, about, NOON))
    held = work.caps.held()
    assert [(one.recipient, one.about) for one in held] == [
        ("sec@x.example", "one"),
        ("ed@x.example", "two"),
        ("sec@x.example", "three"),
    ]
    work.caps.release([one for one in held if one.recipient == "sec@x.example"])
    assert [one.about for one in work.caps.held()] == ["two"]
    work.caps.release([])
    assert len(work.caps.held()) == 1
