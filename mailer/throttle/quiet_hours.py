"""Quiet hours: no copy of a mailing reaches a reader at night, wherever that reader is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` to ``end`` on the reader's clock; past midnight unless ``end`` is later than ``start``."""

    start: time
    end: time
    zones: Mapping[str, tzinfo]
    """By country, as ISO 3166 code or English name, case folded."""
    office: tzinfo
    """For readers whose country is unknown."""

    def until(self, country: str, now: datetime) -> datetime | None:
        """When the present quiet hours in a country end, or None if it is not in quiet hours."""
        zone = self.zones.get(country.strip().casefold(), self.office)
        local = now.astimezone(zone)
        clock, day = local.time(), local.date()
        if self.start < self.end:
            return self._end_on(day, zone, now) if self.start <= clock < self.end else None
        if clock >= self.start:
            return self._end_on(day + timedelta(days=1), zone, now)
        return self._end_on(day, zone, now) if clock < self.end else None

    def _end_on(self, day: date, zone: tzinfo, now: datetime) -> datetime:
        """The end on a day, after ``now``: when clocks are set back, ``end`` may come twice."""
        end = datetime.combine(day, self.end, zone)
        first = end.astimezone(UTC)
        return first if first > now else end.replace(fold=1).astimezone(UTC)
