"""Members of boards who are away, so that somebody may stand for them and their silence is no consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

KIND = "absence"
"""The kind of a notice to the secretary about a member who seems to be away."""


@dataclass(frozen=True, slots=True)
class Absence:
    """What is known of a member who is away."""

    contact: int
    noted_at: datetime
    until: datetime | None
    """None: an automatic reply said so, and nobody has said until when."""
    source: str
    """Who said so: an account at the command line, or the beginning of the automatic reply."""

    def holds(self, at: datetime, since: datetime) -> bool:
        """Whether they are away at ``at``. An automatic reply tells of that since ``since`` alone."""
        return self.noted_at >= since if self.until is None else at < self.until
