"""Issues and their editions, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.issues import EditionRef, Issue, State
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
    (edition,) = made.editions
    assert edition == EditionRef(edition.id, "en", EDITION.digest)
    assert made == Issue(made.id, "update", 1, "The road", State.DRAFT, "issues/1", SOURCE.digest, (edition,))
    assert work.issues.edition(edition.id) == EDITION
    assert work.issues.issue("update", 1) == work.issues.issue_by_id(made.id) == made
    assert (work.issues.issue("update", 2), work.issues.issue_by_id(999)) == (None, None)


def test_the_newest_edition_is_the_current_one(work: Work) -> None:
    made = issue(work)
    newer = replace(EDITION, subject="Another")
    work.issues.freeze(made, replace(SOURCE, title="New", digest="6" * 64), {"en": newer}, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    assert (found.title, found.source_digest, found.digest) == ("New", "6" * 64, newer.digest)


def test_an_issue_has_a_current_edition_for_each_language_the_sources_first(work: Work) -> None:
    other = issue(work, 2)
    made = issue(work, 1)
    rendered = {language: replace(EDITION, subject=language) for language in ("fr", "en", "pt-BR")}
    work.issues.freeze(made, replace(SOURCE, language="fr"), rendered, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    assert {current.language: work.issues.edition(current.id) for current in found.editions} == rendered
    assert [current.language for current in found.editions] == ["fr", "en", "pt-BR"]
    assert work.issues.all() == [found, other]
    work.issues.freeze(made, SOURCE, {"en": EDITION}, NOON)
    assert [(current.language, current.digest) for current in work.issues.all()[0].editions] == [("en", EDITION.digest)]


def test_the_editions_of_an_earlier_time_are_found(work: Work) -> None:
    made = issue(work)
    first = made.editions[0]
    at = [NOON + hours * 60 * MINUTE for hours in range(4)]
    work.issues.freeze(made, SOURCE, {"en": replace(EDITION, subject="2"), "fr": replace(EDITION, subject="2f")}, at[1])
    work.issues.freeze(made, SOURCE, {"en": replace(EDITION, subject="3")}, at[3])
    found = [
        [(ref.language, ref.id) for ref in work.issues.editions_at(made.id, when)] for when in (NOON - MINUTE, *at)
    ]
    now = work.issues.issue_by_id(made.id)
    assert now is not None
    second = [("en", first.id + 1), ("fr", first.id + 2)]
    assert found == [[], [("en", first.id)], second, second, [("en", now.editions[0].id)]]
    assert work.issues.edition(first.id) == EDITION


def test_an_issue_moves_and_is_found_when_its_time_has_come(work: Work) -> None:
    first, second = issue(work, 1), issue(work, 2)
    work.issues.set_state(second.id, State.SCHEDULED)
    work.issues.set_due(second.id, NOON)
    moved = replace(second, state=State.SCHEDULED, due_at=NOON)
    assert work.issues.all() == [first, moved]
    assert (work.issues.due(NOON), work.issues.due(NOON - MINUTE)) == ([moved], [])
    work.issues.set_due(second.id, None)
    assert work.issues.all() == [first, replace(moved, due_at=None)]
