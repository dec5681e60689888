"""How fast mail goes, as the secretary sets it."""

from __future__ import annotations

from mailer.model.throttle import TOTAL
from mailer.office import Office


def set_rate(office: Office, per_minute: int | None) -> None:
    """All mail together goes at ``per_minute`` from here on, whoever sends it; with None as it is configured."""
    office.work.throttle.set_rate(TOTAL, per_minute)
    office.record("rate set", "sending", per_minute=per_minute)
