"""Quiet hours: no copy of a mailing reaches a reader at night, wherever that reader is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``start`` until ``end`` on the reader's own clock, over midnight where ``end`` is not the later one."""

    start: time
    end: time
    zones: Mapping[str, tzinfo]
    """By country, case folded: its ISO 3166 code, or its English name."""
    office: tzinfo
    """Of readers whose country is not known."""

    def until(self, country: str, now: datetime) -> datetime | None:
        """When the quiet hours end in which it is ``now`` in a country, or None where it is none of them."""
        zone = self.zones.get(country.strip().casefold(), self.office)
        local = now.astimezone(zone)
        clock, day = local.time(), local.date()
        if self.start < self.end:
            return self._ends(day, zone, now) if self.start <= clock < self.end else None
        if clock >= self.start:
            return self._ends(day + timedelta(days=1), zone, now)
        return self._ends(day, zone, now) if clock < self.end else None

    def _ends(self, day: date, zone: tzinfo, now: datetime) -> datetime:
        """After ``now`` in any case: where clocks are set back, ``end`` may come twice."""
        ends = datetime.combine(day, self.end, zone)
        first = ends.astimezone(UTC)
        return first if first > now else ends.replace(fold=1).astimezone(UTC)
