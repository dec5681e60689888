"""The versions of documents, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailer.model.criteria import Printed
from mailer.model.forms import digest_of
from mailer.model.library import Number, State, forms_of
from mailer.model.links import Check
from mailer.ports import Work
from tests.contracts.stores import MINUTE
from tests.fakes import NOON
from tests.unit.model.test_library import MANUSCRIPT

FRENCH = replace(
    MANUSCRIPT,
    source=replace(MANUSCRIPT.source, language="fr", translator="Anne Roy", embargo=NOON),
    translates="1.0",
    publisher="AFNOR",
    not_before=date(2028, 1, 1),
    waits_for="the guidance document",
    changes=("The host pays the visa, too.",),
)
PRINTED = Printed("<p>One.</p>", "One.\n", b"%PDF", 1)


def test_a_version_is_frozen_with_its_bytes(work: Work) -> None:
    made = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    assert (made.name, made.stem, made.typed) == ("document scope 1.0", "scope-1.0", "scope 1.0")
    digest = digest_of(forms_of(MANUSCRIPT, PRINTED, {}))
    assert (made.state, made.digest, made.authors) == (State.DRAFT, digest, ("Ana Lee",))
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


FOLDER = {"document.toml": b"title", "files/slides.pdf": b"%PDF", "files/notes.docx": b"PK"}


def test_a_version_keeps_its_folder_and_what_it_gives_out_as_it_is(work: Work) -> None:
    manuscript = replace(MANUSCRIPT, source=replace(MANUSCRIPT.source, files=FOLDER))
    made = work.library.freeze(manuscript, PRINTED, "", NOON)
    assert work.library.source_files(made.id) == FOLDER
    assert work.library.files(made.id) == {"slides.pdf": b"%PDF", "notes.docx": b"PK"}
    assert made.digest == digest_of(forms_of(made, PRINTED, FOLDER))
    again = work.library.freeze(replace(manuscript, source=MANUSCRIPT.source), PRINTED, "", NOON)
    assert (again.id, work.library.source_files(again.id), again.digest == made.digest) == (made.id, {}, False)


def test_a_language_edition_has_the_same_number_beside_its_original(work: Work) -> None:
    original = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    made = work.library.freeze(FRENCH, PRINTED, "", NOON)
    assert work.library.versions("scope") == [original, made]
    assert (made.name, made.stem, made.typed) == (
        "document scope fr 1.0",
        "scope-fr-1.0",
        "scope 1.0 --language fr",
    )
    assert (made.translates, made.translator, made.publisher) == ("1.0", "Anne Roy", "AFNOR")
    assert (made.not_before, made.waits_for, made.embargo) == (date(2028, 1, 1), "the guidance document", NOON)
    assert made.changes == ("The host pays the visa, too.",)


def test_versions_are_found_by_their_state(work: Work) -> None:
    made = work.library.freeze(MANUSCRIPT, PRINTED, "", NOON)
    work.library.freeze(FRENCH, PRINTED, "", NOON)
    work.library.set_state(made.id, State.GRANTED, NOON)
    assert [one.id for one in work.library.in_state(State.GRANTED)] == [made.id]


def test_what_is_known_of_an_address_takes_the_place_of_what_was(work: Work) -> None:
    url = "https://www.un.org/"
    work.links.save(Check(url, NOON, "404", 1))
    work.links.save(Check(url, NOON + MINUTE, "200"))
    assert work.links.checks([url, "https://x.example/"]) == {url: Check(url, NOON + MINUTE, "200")}
