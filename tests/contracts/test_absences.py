"""Members who are away, on every store."""

from __future__ import annotations

from datetime import timedelta

from mailer.model.absences import Absence
from mailer.ports import Work
from tests.contracts.stores import contact
from tests.fakes import NOON

DAY = timedelta(days=1)


def test_a_contact_has_one_absence_and_it_ends(work: Work) -> None:
    ana, bo = contact(work, "ana@cag.example", "cag"), contact(work, "bo@cag.example", "cag")
    unknown, known = Absence(ana.id, NOON, None, "I am away."), Absence(bo.id, NOON - DAY, NOON + DAY, "secretary")
    for absence in (Absence(ana.id, NOON - DAY, NOON, "root"), unknown, known):
        work.absences.save(absence)
    assert (work.absences.of(ana.id), work.absences.all()) == (unknown, [known, unknown])
    work.absences.end(bo.id)
    assert (work.absences.of(bo.id), work.absences.all()) == (None, [unknown])
