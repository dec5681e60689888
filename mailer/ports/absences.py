"""Members of boards who are away."""

from __future__ import annotations

from typing import Protocol

from mailer.model.absences import Absence


class AbsenceQueries(Protocol):
    """Absences; there is one of each contact at most."""

    def of(self, contact_id: int) -> Absence | None: ...
    def all(self) -> list[Absence]:
        """Every absence, the oldest first."""

    def save(self, absence: Absence) -> None:
        """Replace what is known of the contact's absence."""

    def end(self, contact_id: int) -> None: ...
