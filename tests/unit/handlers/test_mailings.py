"""Pausing and resuming what is being sent."""

from __future__ import annotations

from mailer.handlers import mailings
from mailer.model.needs import Need, NeedKind
from tests.unit.harness import Harness


def test_all_that_are_sent_are_paused_and_resumed(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office:
        assert mailings.pause_each(office, None) == []
    harness.start()
    with harness.office() as office:
        (paused,), (again,) = mailings.pause_each(office, None), mailings.pause_each(office, harness.issue)
        (resumed,) = mailings.resume_each(office, None, at_work=False)
        (not_paused,) = mailings.resume_each(office, harness.issue, at_work=True)
    assert [one.changed for one in (paused, again, resumed, not_paused)] == [True, False, True, False]
    assert {one.counts.unresolved for one in (paused, again, resumed, not_paused)} == {2}
    assert resumed.needs == [Need(NeedKind.NOBODY_SENDS, harness.issue, 2)]
    assert (paused.needs, not_paused.needs) == ((), [])
