"""What an import does with a row, by what is known of its address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.message import Address
from mailer.model.imports import Change, Known, decide
from mailer.model.list_file import Row
from mailer.model.lists import Contact, Details, Standing

ANNA = Contact(1, "anna@x.example", Details(name="Anna", country="KR"))
ROW = Row(Address.parse("anna@x.example"), Details(country="KR"))
MEMBER = Known(ANNA, Standing.ACTIVE)
UPDATE, BOTH = ("update",), ("update", "member-update")


@pytest.mark.parametrize(
    ("known", "brought", "change"),
    [
        (Known(), UPDATE, Change.ADD),
        (Known(ANNA), UPDATE, Change.ADD),
        (Known(ANNA, Standing.REMOVED), UPDATE, Change.ADD),
        (MEMBER, UPDATE, Change.UNCHANGED),
        (Known(ANNA, Standing.LEFT), UPDATE, Change.LEFT),
        (Known(ANNA, Standing.LEFT), (), Change.LEFT),
        (Known(ANNA, None, frozenset(UPDATE)), UPDATE, Change.LEFT),
        (Known(ANNA, Standing.REMOVED, frozenset(UPDATE)), UPDATE, Change.LEFT),
        (Known(ANNA, None, frozenset(UPDATE)), BOTH, Change.ADD),
        (Known(ANNA, None, frozenset(UPDATE)), (), Change.ADD),
        (Known(ANNA, Standing.ACTIVE, frozenset(UPDATE)), UPDATE, Change.UNCHANGED),
        (Known(suppressed="bounced: 550"), UPDATE, Change.SUPPRESSED),
        (Known(ANNA, Standing.ACTIVE, suppressed="complained"), UPDATE, Change.SUPPRESSED),
        (Known(moved_to="anna@y.example"), UPDATE, Change.MOVED),
        (Known(ANNA, moved_to="anna@y.example"), UPDATE, Change.ADD),
    ],
)
def test_B12_who_is_added_and_who_stays_away(known: Known, brought: tuple[str, ...], change: Change) -> None:
    assert decide(ROW, known, brought, bring_back=False) is change
    back = Change.BRING_BACK if change.stays_away else change
    assert decide(ROW, known, brought, bring_back=True) is back


def test_an_empty_cell_keeps_what_is_known() -> None:
    assert decide(ROW, MEMBER, UPDATE, bring_back=False) is Change.UNCHANGED
    changed = replace(ROW, details=Details(country="JP"))
    assert decide(changed, MEMBER, UPDATE, bring_back=False) is Change.CHANGE
