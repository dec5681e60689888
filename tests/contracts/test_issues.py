"""Issues and their editions, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.issues import Issue, State
from mailer.ports import Work
from tests.contracts.stores import (
    EDITION,
    MINUTE,
    SOURCE,
    issue,
)
from tests.fakes import NOON


def test_an_issue_is_frozen_with_its_bytes(work: Work) -> None:
    made = issue(work)
    assert made == Issue(
        made.id, "update", 1, "The road", State.DRAFT, "issues/1", SOURCE.digest, made.edition, EDITION.digest
    )
    assert made.edition is not None
    assert work.issues.edition(made.edition) == EDITION
    assert work.issues.issue("update", 1) == work.issues.issue_by_id(made.id) == made
    assert (work.issues.issue("update", 2), work.issues.issue_by_id(999)) == (None, None)


def test_the_newest_edition_counts(work: Work) -> None:
    made = issue(work)
    newer = replace(EDITION, subject="Another")
    work.issues.freeze(made, replace(SOURCE, title="New", digest="6" * 64), newer, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    assert (found.title, found.source_digest, found.digest) == ("New", "6" * 64, newer.digest)


def test_an_issue_changes_state_and_is_found_when_it_is_due(work: Work) -> None:
    first, second = issue(work, 1), issue(work, 2)
    work.issues.set_state(second.id, State.SCHEDULED)
    work.issues.set_due(second.id, NOON)
    moved = replace(second, state=State.SCHEDULED, due_at=NOON)
    assert work.issues.all() == [first, moved]
    assert (work.issues.due(NOON), work.issues.due(NOON - MINUTE)) == ([moved], [])
    work.issues.set_due(second.id, None)
    assert work.issues.all() == [first, replace(moved, due_at=None)]
