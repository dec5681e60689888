"""The versions of documents, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.criteria import Printed
from mailer.model.library import Number, State
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.fakes import NOON
from tests.unit.model.test_library import MANUSCRIPT

PRINTED = Printed("<p>One.</p>", "One.\n", b"%PDF", 1)


def test_a_version_is_frozen_with_its_bytes(work: Work) -> None:
    made = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    assert (made.name, made.stem, made.typed) == ("document scope 1.0", "scope-1.0", "scope 1.0")
    assert (made.state, made.digest, made.authors) == (State.DRAFT, PRINTED.digest, ("Ana Lee",))
    assert (work.library.printed(made.id), work.library.markdown(made.id)) == (PRINTED, MANUSCRIPT.markdown)
    assert (work.library.version(made.id), work.library.version(999)) == (made, None)


def test_the_same_number_is_built_again_as_a_draft(work: Work) -> None:
    made = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    again = work.library.freeze(MANUSCRIPT, PRINTED._replace(text="Two.\n"), "", NOON + MINUTE)
    assert (again.id, again.state, again.built_at) == (made.id, State.DRAFT, NOON + MINUTE)
    assert work.library.versions("scope") == [again]


def test_what_a_board_was_asked_about_is_kept_as_it_was(work: Work) -> None:
    made = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    work.library.set_state(made.id, State.SUBMITTED, NOON)
    again = work.library.freeze(MANUSCRIPT, PRINTED._replace(text="Two.\n"), "", NOON + MINUTE)
    assert (again.id != made.id, work.library.versions("scope")) == (True, [again])
    before = work.library.version(made.id)
    assert before is not None
    assert (before.state, work.library.printed(made.id)) == (State.DRAFT, PRINTED)


def test_versions_are_listed_by_document_and_number(work: Work) -> None:
    numbers = [Number(1, 10), Number(1, 9), Number(2, 0)]
    made = [work.library.freeze(replace(MANUSCRIPT, number=number), PRINTED, "", NOON) for number in numbers]
    kit = work.library.freeze(replace(MANUSCRIPT, key="kit"), PRINTED, "", NOON)
    assert [one.number for one in work.library.versions("scope")] == sorted(numbers)
    assert work.library.versions()[0] == kit
    work.library.set_state(made[0].id, State.PUBLISHED, NOON)
    work.library.set_state(made[0].id, State.SUPERSEDED, NOON + MINUTE)
    found = work.library.version(made[0].id)
    assert found is not None
    assert (found.state, found.published_at, found.ended_at) == (State.SUPERSEDED, NOON, NOON + MINUTE)
