"""Spans of days and working days: where they end, over weekends, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.working_days import Calendar, Span

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 26)})


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-24T12:00", Span(1), "2026-11-25T12:00"),
        ("2026-11-24T12:00", Span(7), "2026-12-01T12:00"),
        ("2026-11-24T12:00", Span(5, working=True), "2026-12-01T12:00"),  # Tuesday to Tuesday
        ("2026-11-27T17:00", Span(1, working=True), "2026-11-30T17:00"),  # over a weekend
        ("2026-11-28T09:00", Span(1, working=True), "2026-11-30T09:00"),  # from a Saturday
        ("2026-12-24T12:00", Span(1, working=True), "2026-12-28T12:00"),  # over Christmas
        ("2026-12-24T12:00", Span(3), "2026-12-27T12:00"),
        ("2026-10-24T12:00", Span(1), "2026-10-25T12:00"),  # 25 hours later: the clock is set back that night
        ("2027-03-27T12:00", Span(1), "2027-03-28T12:00"),  # 23 hours later
    ],
)
def test_a_span_ends_at_the_same_time_of_a_later_day(start: str, span: Span, end: str) -> None:
    assert Calendar(BERLIN, holidays=CHRISTMAS).after(local(start), span) == local(end)


def test_a_time_that_the_clock_skips_is_as_much_later() -> None:
    end = Calendar(BERLIN).after(local("2027-03-27T02:30"), Span(1))
    assert end == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)  # 03:30 by the clock


def test_of_a_time_that_the_clock_shows_twice_it_is_the_second() -> None:
    end = Calendar(BERLIN).after(local("2026-10-24T02:30"), Span(1))
    assert end == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_reminder_comes_before_the_deadline_by_the_same_count() -> None:
    calendar = Calendar(BERLIN, holidays=CHRISTMAS)
    assert calendar.before(local("2026-12-28T12:00"), Span(1, working=True)) == local("2026-12-24T12:00")
    assert calendar.before(local("2026-12-28T12:00"), Span(2)) == local("2026-12-26T12:00")


WRITTEN = [
    (Span(1), "1 day"),
    (Span(2), "2 days"),
    (Span(1, working=True), "1 working day"),
    (Span(5, working=True), "5 working days"),
]


@pytest.mark.parametrize(("span", "text"), WRITTEN)
def test_a_span_is_written_and_read(span: Span, text: str) -> None:
    assert (str(span), Span.parse(text), str(span.phrase)) == (text, span, text)


NAMES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
ZONES = st.sampled_from([ZoneInfo(name) for name in NAMES])
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
STARTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes))
SPANS = st.builds(Span, st.integers(1, 30), st.booleans())
WEEKS = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
FREE = st.sets(st.dates(date(2026, 1, 1), date(2028, 6, 1)), max_size=20).map(frozenset)


@given(ZONES, WEEKS, FREE, STARTS, SPANS)
def test_a_span_ends_on_a_day_that_counts_and_gives_no_less_time(
    zone: ZoneInfo, week: frozenset[int], free: frozenset[date], start: datetime, span: Span
) -> None:
    calendar = Calendar(zone, week, free)
    end = calendar.after(start, span)
    begun, ended = start.astimezone(zone), end.astimezone(zone)
    days = [begun.date() + timedelta(days=n) for n in range(1, (ended.date() - begun.date()).days + 1)]
    assert sum(not span.working or calendar.is_working_day(day) for day in days) == span.number
    assert not span.working or calendar.is_working_day(ended.date())
    late = datetime.combine(ended.date(), ended.time()) - datetime.combine(ended.date(), begun.time())
    assert timedelta(0) <= late <= timedelta(hours=1)


@given(ZONES, STARTS, STARTS, SPANS)
def test_who_starts_later_never_ends_on_an_earlier_day(
    zone: ZoneInfo, one: datetime, other: datetime, span: Span
) -> None:
    """A working day from Friday noon and one from Saturday morning end on Monday, the later one sooner."""
    calendar = Calendar(zone)
    first, second = sorted([one, other])
    assert calendar.after(first, span).astimezone(zone).date() <= calendar.after(second, span).astimezone(zone).date()


@given(ZONES, STARTS, st.integers(1, 20), st.booleans())
def test_a_longer_span_ends_later_and_a_working_one_never_sooner(
    zone: ZoneInfo, start: datetime, number: int, working: bool
) -> None:
    calendar = Calendar(zone)
    end = calendar.after(start, Span(number, working))
    assert start < end < calendar.after(start, Span(number + 1, working))
    assert end <= calendar.after(start, Span(number, working=True))
    assert end.astimezone(zone).time() >= time(0)
