"""Whether it is night at a reader's place, and when the night ends."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.zones import zones
from mailer.throttle.quiet_hours import QuietHours

NIGHT = QuietHours(time(22), time(7), zones(), ZoneInfo("Europe/Berlin"))
LUNCH = QuietHours(time(12), time(13, 30), {}, UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "now", "until"),
    [
        ("KR", "2026-11-23 12:59", None),  # 21:59 in Seoul
        ("KR", "2026-11-23 13:00", "2026-11-23 22:00"),
        ("South Korea", "2026-11-23 21:59", "2026-11-23 22:00"),
        ("kr", "2026-11-23 22:00", None),
        (" sweden ", "2026-11-23 23:30", "2026-11-24 06:00"),
        ("Sweden", "2026-11-24 05:59", "2026-11-24 06:00"),
        ("", "2026-11-24 05:59", "2026-11-24 06:00"),  # as at the office
        ("Atlantis", "2026-11-24 12:00", None),
        ("DE", "2026-03-28 22:00", "2026-03-29 05:00"),  # the night in which clocks go forward
        ("DE", "2026-10-24 22:00", "2026-10-25 06:00"),  # and back
    ],
)
def test_a_night(country: str, now: str, until: str | None) -> None:
    assert NIGHT.until(country, at(now)) == (until and at(until))


@pytest.mark.parametrize(("now", "until"), [("11:59", None), ("12:00", "13:30"), ("13:29", "13:30"), ("13:30", None)])
def test_hours_within_a_day(now: str, until: str | None) -> None:
    assert LUNCH.until("", at(f"2026-11-23 {now}")) == (until and at(f"2026-11-23 {until}"))


@given(
    st.sampled_from([None, *sorted(zones())]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.times(),
    st.times(),
)
def test_E14_quiet_hours_always_end_and_within_a_day(
    country: str | None, now: datetime, start: time, end: time
) -> None:
    until = QuietHours(start, end, zones(), UTC).until(country or "", now)
    assert until is None or now < until <= now + timedelta(hours=26)


def test_every_country_has_a_zone() -> None:
    assert len({zone for name, zone in zones().items() if len(name) == 2}) > 200
    assert [zones()[name].key for name in ("gb", "uk", "united kingdom", "britain (uk)")] == ["Europe/London"] * 4
