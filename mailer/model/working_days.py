"""Spans of days and of working days, and the time at which they end."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from mailer.phrases import Phrase, counted

_LONGEST = 4000
"""How many days are searched for working days before a calendar without any is given up."""


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, or so many working days."""

    number: int
    working: bool = False

    def __str__(self) -> str:
        return f"{self.number} {'working ' if self.working else ''}day{'' if self.number == 1 else 's'}"

    @property
    def phrase(self) -> Phrase:
        """The span in words for people."""
        if self.working:
            return counted("%(count)s working day", "%(count)s working days", count=self.number)
        return counted("%(count)s day", "%(count)s days", count=self.number)

    @classmethod
    def parse(cls, text: str) -> Span:
        """The span that ``str`` wrote."""
        number, _, unit = text.partition(" ")
        return cls(int(number), unit.startswith("working"))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The group's working days, by the clock of its time zone (configuration, ``[calendar]``)."""

    timezone: tzinfo = UTC
    working_days: frozenset[int] = frozenset(range(5))
    """0 is Monday."""
    holidays: Container[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.working_days and day not in self.holidays

    def after(self, start: datetime, span: Span) -> datetime:
        """The moment ``span`` after ``start``, in UTC: at the same time of day by the local clock.

        A working day ends at that time of a working day: five working days from Tuesday noon end at noon on the next
        Tuesday, if no holiday is between. If the clock skips that time, it is as much later as the clock skips; if the
        clock shows it twice, it is the second time. So nobody has less time than was said.
        """
        return self._moved(start, span, 1)

    def before(self, end: datetime, span: Span) -> datetime:
        """The moment ``span`` before ``end``, as ``after`` counts."""
        return self._moved(end, span, -1)

    def _moved(self, start: datetime, span: Span, step: int) -> datetime:
        local = start.astimezone(self.timezone)
        day, left = local.date(), span.number
        for _ in range(_LONGEST):
            if not left:
                break
            day += timedelta(days=step)
            left -= not span.working or self.is_working_day(day)
        wall = datetime.combine(day, local.time(), self.timezone)
        return max(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
