"""Importing rows into a list: what changes, who stays away, and what the audit trail says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailer.errors import Refused
from mailer.handlers import imports
from mailer.message import Address
from mailer.model.failures import COMPLAINED
from mailer.model.imports import Change, Entry, ImportOptions
from mailer.model.list_file import Row
from mailer.model.lists import Details, ScopeKind, Standing
from tests.unit.harness import NILS, NMB, NORA, OFFICE, Harness

ULLA, VICTIM = "ulla@union.example", "victim@x.example"
ADD = ImportOptions()
REPLACE = ImportOptions(replace=True)
BACK = ImportOptions(bring_back="asked by phone")


def rows(*addresses: str, **details: str) -> list[Row]:
    return [Row(Address.parse(address), Details(**details)) for address in addresses]  # type: ignore[arg-type]


def imported(harness: Harness, key: str, some: Sequence[Row], options: ImportOptions = ADD) -> list[Entry]:
    """Import the rows; the difference just before."""
    told: list[Entry] = []
    with harness.office() as office:
        found = imports.difference(office, key, some, options, told.append)
        assert list(imports.entries(office, key, some, options)) == told
        done = imports.import_rows(office, key, some, options, found.version)
        after = imports.difference(office, key, some, options)
    assert done == found.counts
    assert not after.acts
    return told


def standings(harness: Harness, key: str, *addresses: str) -> list[Standing | None]:
    return [harness.standing(key, address) for address in addresses]


def leaves(harness: Harness, address: str, key: str = "update") -> None:
    with harness.office() as office:
        contact = office.work.lists.contact_at(address)
    assert contact is not None
    token = harness.leave_token(contact.id, ScopeKind.PUBLICATION, key)
    harness.write(address, f"tg2+{token}@iso-sr.example", "unsubscribe", "")


def suppress(harness: Harness, address: str, reason: str) -> None:
    harness.do(lambda office: office.work.lists.suppress(address, reason, office.now))


def test_an_import_adds_and_changes_and_removes_nobody(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, ULLA))
    told = imported(harness, "nmb", rows(ULLA, VICTIM, country="SE"))
    assert told == [Entry(Change.CHANGE, ULLA, ""), Entry(Change.ADD, VICTIM, "")]
    assert standings(harness, "nmb", NILS, ULLA, VICTIM) == [Standing.ACTIVE] * 3
    with harness.office() as office:
        assert [m.contact.details.country for m in office.work.lists.members("nmb")] == ["", "SE", "SE"]


def test_a_replacement_removes_and_an_import_brings_the_removed_back(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA))
    assert imported(harness, "nmb", rows(NORA, ULLA), REPLACE) == [
        Entry(Change.ADD, ULLA, ""),
        Entry(Change.REMOVE, NILS, ""),
    ]
    assert standings(harness, "nmb", NILS, NORA, ULLA) == [Standing.REMOVED, Standing.ACTIVE, Standing.ACTIVE]
    imported(harness, "nmb", rows(NILS))
    assert standings(harness, "nmb", NILS, NORA, ULLA) == [Standing.ACTIVE] * 3


def test_the_audit_trail_names_who_was_added_changed_and_removed(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA))
    imported(harness, "nmb", rows(NORA, ULLA, country="SE"), REPLACE)
    assert [(entry.subject, dict(entry.detail)) for entry in harness.trail("imported")] == [
        ("nmb", {"counts": {"added": 2}, "added": [NILS, NORA]}),
        (
            "nmb",
            {
                "counts": {"added": 1, "changed": 1, "removed": 1},
                "added": [ULLA],
                "changed": [NORA],
                "removed": [NILS],
            },
        ),
    ]


def test_a_large_import_names_everybody_in_several_entries(harness: Harness) -> None:
    many = rows(*(f"reader{number}@x.example" for number in range(2 * imports.BATCH + 10)))
    imported(harness, "nmb", many)
    assert imported(harness, "nmb", [], REPLACE)[-1].change is Change.REMOVE
    added, removed = (
        [name for entry in harness.trail("imported") for name in entry.detail.get(what, ())]  # type: ignore[attr-defined]
        for what in ("added", "removed")
    )
    assert added == [str(row.address) for row in many]
    assert sorted(removed) == sorted(added)
    assert max(len(entry.detail.get("added", ())) for entry in harness.trail("imported")) == imports.NAMES  # type: ignore[arg-type]
    counts = [entry.detail["counts"] for entry in harness.trail("imported") if "counts" in entry.detail]
    assert counts == [{"added": len(many)}, {"removed": len(many)}]


def test_every_member_is_a_version_of_the_list(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA))
    imported(harness, "nmb", rows(NORA, ULLA), REPLACE)
    with harness.office() as office:
        versions = [[m.contact.address for m in office.work.lists.each_member("nmb", version=n)] for n in range(5)]
    assert versions == [[], [NILS], [NILS, NORA], [NILS, NORA, ULLA], [NORA, ULLA]]


def test_nobody_is_removed_from_another_version_than_a_person_saw(harness: Harness) -> None:
    imported(harness, "nmb", rows(*NMB))
    with harness.office() as office:
        seen = imports.difference(office, "nmb", rows(NILS), REPLACE)
    imported(harness, "nmb", rows(ULLA))
    with harness.office() as office, pytest.raises(Refused, match="has changed meanwhile; nothing was imported"):
        imports.import_rows(office, "nmb", rows(NILS), REPLACE, seen.version)
    assert standings(harness, "nmb", NORA, ULLA) == [Standing.ACTIVE] * 2


def test_a_list_that_does_not_exist_is_refused(harness: Harness) -> None:
    with harness.office() as office:
        for act in (imports.difference, imports.import_rows):
            with pytest.raises(Refused, match="There is no list “nbm”"):
                act(office, "nbm", [], ADD)


def test_B12_who_left_the_list_meanwhile_stays_away(harness: Harness) -> None:
    imported(harness, "subscriber", rows(ULLA))
    harness.write(ULLA, OFFICE, "unsubscribe", "")
    told = imported(harness, "subscriber", rows(ULLA, country="SE"))
    assert told == [Entry(Change.LEFT, ULLA, "", "left")]
    assert standings(harness, "subscriber", ULLA) == [Standing.LEFT]


def test_B12_who_left_a_publication_stays_away_from_its_other_lists(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS))
    leaves(harness, NILS)
    for key in ("nmb", "d-liaison", "subscriber"):
        assert imported(harness, key, rows(NILS, ULLA)) == [
            Entry(Change.LEFT, NILS, "", "left"),
            Entry(Change.ADD, ULLA, ""),
        ]
    assert imported(harness, "wg-member", rows(NILS)) == [Entry(Change.ADD, NILS, "")]


@pytest.mark.parametrize("reason", ["bounced: 550 5.1.1 no such user", str(COMPLAINED)])
@pytest.mark.parametrize("member", [True, False])
def test_B12_an_address_that_bounced_or_complained_stays_away_and_is_named(
    harness: Harness, reason: str, member: bool
) -> None:
    if member:
        imported(harness, "nmb", rows(NILS))
    suppress(harness, NILS, reason)
    for key in ("nmb", "subscriber"):
        assert imported(harness, key, rows(NILS, country="SE")) == [Entry(Change.SUPPRESSED, NILS, "", reason)]
    assert standings(harness, "nmb", NILS) == [Standing.ACTIVE if member else None]
    with harness.office() as office:
        assert office.work.lists.suppressed(NILS) == reason


def test_B12_only_bring_back_brings_them_back_with_its_reason(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA))
    leaves(harness, NILS)
    suppress(harness, NORA, "bounced: 550")
    suppress(harness, VICTIM, "complained")
    told = imported(harness, "nmb", rows(NILS, NORA, VICTIM, ULLA), BACK)
    assert told == [
        Entry(Change.BRING_BACK, NILS, "", "had left"),
        Entry(Change.BRING_BACK, NORA, "", "bounced: 550"),
        Entry(Change.BRING_BACK, VICTIM, "", "complained"),
        Entry(Change.ADD, ULLA, ""),
    ]
    assert standings(harness, "nmb", NILS, NORA, VICTIM, ULLA) == [Standing.ACTIVE] * 4
    with harness.office() as office:
        lists = office.work.lists
        assert [lists.suppressed(address) for address in (NORA, VICTIM)] == [None, None]
        assert lists.audience("update", ["nmb"]) == 4
    *_, entry = harness.trail("imported")
    assert dict(entry.detail) == {
        "counts": {"added": 1, "brought_back": 3},
        "added": [ULLA],
        "brought_back": [NILS, NORA, VICTIM],
        "reason": "asked by phone",
    }


def test_B12_a_new_member_who_left_one_publication_of_the_list_is_named(harness: Harness) -> None:
    publications = dict(harness.process.rules.publications)
    publications["member-update"] = replace(publications["member-update"], lists=("nmb", "wg-member"))
    harness.restart(publications=publications)
    imported(harness, "d-liaison", rows(NILS))
    leaves(harness, NILS)
    assert imported(harness, "nmb", rows(NILS)) == [Entry(Change.ADD, NILS, "", "has left ISO/SR Update")]


def test_a_replacement_keeps_those_who_stay_away_as_they_are(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA, ULLA))
    harness.write(ULLA, OFFICE, "unsubscribe", "")
    suppress(harness, NORA, "bounced: 550")
    imported(harness, "nmb", rows(NILS, NORA, ULLA), REPLACE)
    assert standings(harness, "nmb", NILS, NORA, ULLA) == [Standing.ACTIVE, Standing.ACTIVE, Standing.LEFT]


def test_a_difference_counts_every_row(harness: Harness) -> None:
    imported(harness, "nmb", rows(NILS, NORA))
    with harness.office() as office:
        found = imports.difference(office, "nmb", rows(NILS, ULLA), REPLACE)
    assert found.counts == Counter({Change.UNCHANGED: 1, Change.ADD: 1, Change.REMOVE: 1})
    assert (found.before, found.version, found.acts) == (2, 2, True)
