"""The library: what a board grants is published, and nothing else (law 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer import grants
from mailer.errors import NotGranted, Refused
from mailer.handlers import library
from mailer.model.criteria import Printed
from mailer.model.library import Manuscript, Number, Publish, State, Version
from tests.unit.harness import ANA, BO, BOARD, SECRETARY, Harness, text_of
from tests.unit.model.test_library import CHAPTER, MANUSCRIPT, SOURCE

PAGES = Printed("<body><p>A presenter speaks.</p></body>", "A presenter speaks.\n", b"%PDF-1.7", 2)
NEXT = replace(MANUSCRIPT, number=Number(1, 1))


def build(harness: Harness, manuscript: Manuscript = MANUSCRIPT, printed: Printed = PAGES) -> library.Built:
    with harness.office() as office:
        return library.build(office, manuscript, printed)


def stands(harness: Harness, number: Number = MANUSCRIPT.number) -> Version:
    with harness.office() as office:
        return library.find(office, "scope", number)


def submitted(harness: Harness, manuscript: Manuscript = MANUSCRIPT, printed: Printed = PAGES) -> None:
    harness.import_list("cag", BOARD)
    build(harness, manuscript, printed)
    harness.do(lambda office: library.submit(office, library.find(office, manuscript.key)))
    harness.tick()


def published(harness: Harness, manuscript: Manuscript = MANUSCRIPT, printed: Printed = PAGES) -> None:
    """A version that the board has granted and that is published."""
    submitted(harness, replace(manuscript, publish=Publish.AT_ONCE), printed)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")


def test_a_version_goes_from_draft_to_published_by_the_votes_of_a_board(harness: Harness) -> None:
    submitted(harness)
    (asked,) = [mail for mail in harness.mails_to(ANA) if mail["Subject"].startswith("DRAFT")]
    assert "May version 1.0 of “The task of a presenter” be published?" in text_of(asked)
    assert [part.get_filename() for part in asked.iter_attachments()] == ["scope-1.0.pdf"]
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert stands(harness).state is State.GRANTED
    told = harness.mails_to(SECRETARY)[-1]
    assert "mailer library publish scope 1.0" in text_of(told)
    harness.do(lambda office: library.publish(office, library.find(office, "scope")))
    with harness.office() as office:
        found = grants.published_document(office, "scope")
    assert found is not None
    assert (found[0].state, found[1]) == (State.PUBLISHED, PAGES)


def test_law_4_what_no_board_has_granted_is_not_published(harness: Harness) -> None:
    submitted(harness)
    with harness.office() as office, pytest.raises(Refused, match="that is submitted cannot take the step “publish”"):
        library.publish(office, library.find(office, "scope"))
    harness.answer(ANA, "OBJECT\n\nWho pays the visa?")
    assert stands(harness).state is State.REJECTED
    with harness.office() as office:
        assert grants.published_document(office, "scope") is None


def test_law_4_bytes_that_have_changed_in_the_store_are_not_given_out(harness: Harness) -> None:
    published(harness)
    harness.do(
        lambda office: office.work.library._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE document_versions SET text = 'another'"
        )
    )
    with harness.office() as office:
        assert grants.published_document(office, "scope") is None
        with pytest.raises(NotGranted, match="an earlier version"):
            grants.require_document(office, library.find(office, "scope"))


def test_a_document_can_be_published_as_soon_as_it_is_granted(harness: Harness) -> None:
    published(harness)
    assert stands(harness).state is State.PUBLISHED
    assert "It is published with this." in text_of(harness.mails_to(SECRETARY)[-1])


def test_the_next_version_supersedes_the_one_before(harness: Harness) -> None:
    published(harness)
    published(harness, NEXT, PAGES._replace(text="A presenter speaks and listens.\n"))
    assert (stands(harness).state, stands(harness, NEXT.number).state) == (State.SUPERSEDED, State.PUBLISHED)
    assert stands(harness, NEXT.number).replaces == "1.0"
    assert [entry.subject for entry in harness.trail("superseded")] == ["document scope 1.0"]


def test_A19_other_bytes_end_the_ballot_and_the_same_bytes_nothing(harness: Harness) -> None:
    submitted(harness)
    assert build(harness).changed is False
    assert stands(harness).state is State.SUBMITTED
    assert build(harness, printed=PAGES._replace(text="Other.\n")).voided is State.SUBMITTED
    assert stands(harness).state is State.DRAFT
    harness.answer(ANA, "APPROVE")
    harness.answer(BO, "APPROVE")
    assert stands(harness).state is State.DRAFT


def test_a_published_version_is_not_built_again(harness: Harness) -> None:
    published(harness)
    with pytest.raises(Refused, match="has been published: give this one a higher number"):
        build(harness, printed=PAGES._replace(text="Other.\n"))


def test_A26_an_objection_before_it_is_published_stops_it_and_a_later_one_does_not(harness: Harness) -> None:
    submitted(harness)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    harness.answer(ANA, "OBJECT")
    assert stands(harness).state is State.REJECTED
    harness.answer(ANA, "APPROVE")
    assert stands(harness).state is State.GRANTED
    harness.do(lambda office: library.publish(office, library.find(office, "scope")))
    harness.answer(ANA, "OBJECT")
    assert stands(harness).state is State.PUBLISHED


def test_a_withdrawn_version_goes_out_no_more(harness: Harness) -> None:
    published(harness)
    harness.do(lambda office: library.take_back(office, library.find(office, "scope"), "a wrong address"))
    with harness.office() as office:
        assert grants.published_document(office, "scope") is None


@pytest.mark.parametrize("key", ["", "Scope", "../scope", "a b", "é", "x" * 41])
def test_the_name_of_a_document_is_one_of_a_folder(key: str) -> None:
    with pytest.raises(Refused, match="is no name for a document"):
        library.require_key(key)


FRENCH = replace(MANUSCRIPT, source=replace(MANUSCRIPT.source, language="fr", title="La mission"), translates="1.0")
FRENCH_PAGES = PAGES._replace(text="Un intervenant parle.\n")


def given(harness: Harness, language: str = "") -> str:
    """What a reader of a language gets of the document."""
    with harness.office() as office:
        found = grants.published_document(office, "scope", language)
    return found[1].text if found else ""


def vote_on(harness: Harness, manuscript: Manuscript, printed: Printed) -> None:
    build(harness, manuscript, printed)
    language = manuscript.edition
    harness.do(lambda office: library.submit(office, library.find(office, "scope", None, language)))
    harness.tick()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")


def test_a_language_edition_is_granted_by_itself_and_read_in_its_language(harness: Harness) -> None:
    published(harness)
    assert given(harness, "fr") == PAGES.text
    vote_on(harness, replace(FRENCH, publish=Publish.AT_ONCE), FRENCH_PAGES)
    assert (given(harness, "fr-CA"), given(harness, "de"), given(harness)) == (
        FRENCH_PAGES.text,
        PAGES.text,
        PAGES.text,
    )
    published(harness, NEXT, PAGES._replace(text="A presenter speaks and listens.\n"))
    assert (given(harness, "fr"), given(harness)) == (FRENCH_PAGES.text, "A presenter speaks and listens.\n")


def test_an_edition_whose_grant_does_not_stand_falls_back_to_the_original(harness: Harness) -> None:
    published(harness)
    vote_on(harness, replace(FRENCH, publish=Publish.AT_ONCE), FRENCH_PAGES)
    harness.do(
        lambda office: office.work.library._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE document_versions SET text = 'autre' WHERE language = 'fr'"
        )
    )
    assert given(harness, "fr") == PAGES.text


def test_an_edition_waits_for_its_original_and_needs_one(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    with pytest.raises(Refused, match="No version of “scope” was built yet"):
        build(harness, FRENCH, FRENCH_PAGES)
    build(harness)
    vote_on(harness, FRENCH, FRENCH_PAGES)
    with harness.office() as office, pytest.raises(Refused, match=r"document scope 1\.0, which is draft: publish that"):
        library.publish(office, library.find(office, "scope", None, "fr"))


def test_law_4_a_file_that_is_given_out_is_part_of_the_grant(harness: Harness) -> None:
    source = replace(MANUSCRIPT.source, files={"files/slides.pdf": b"%PDF one"})
    published(harness, replace(MANUSCRIPT, source=source))
    (asked,) = [mail for mail in harness.mails_to(ANA) if mail["Subject"].startswith("DRAFT")]
    names = [part.get_filename() for part in asked.iter_attachments()]
    assert names == ["scope-1.0.pdf", "DRAFT slides.pdf"]
    assert given(harness) == PAGES.text
    harness.do(
        lambda office: office.work.library._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE document_files SET content = x'00'"
        )
    )
    assert given(harness) == ""


def test_an_embargo_is_part_of_the_grant_and_ends_by_itself(harness: Harness) -> None:
    until = harness.now + timedelta(days=2)
    held = replace(MANUSCRIPT, source=replace(MANUSCRIPT.source, embargo=until))
    submitted(harness, replace(held, publish=Publish.AT_ONCE))
    (asked,) = [mail for mail in harness.mails_to(ANA) if mail["Subject"].startswith("DRAFT")]
    assert "Under an embargo: nothing of it goes out before" in text_of(asked)
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    assert (stands(harness).state, given(harness)) == (State.GRANTED, "")
    with harness.office() as office, pytest.raises(Refused, match="is under an embargo until"):
        library.publish(office, library.find(office, "scope"))
    with harness.office() as office, pytest.raises(NotGranted, match="under an embargo until"):
        grants.require_document(office, library.find(office, "scope"))
    harness.pass_by(timedelta(days=2, minutes=1))
    harness.tick()
    assert (stands(harness).state, given(harness)) == (State.PUBLISHED, PAGES.text)


def test_what_waits_for_another_text_is_granted_and_not_published(harness: Harness) -> None:
    published(harness, replace(MANUSCRIPT, waits_for="the guidance document"))
    assert stands(harness).state is State.GRANTED
    with (
        harness.office() as office,
        pytest.raises(Refused, match="is not to be published before the guidance document"),
    ):
        library.publish(office, library.find(office, "scope"))


def test_what_has_changed_is_found_unless_the_authors_say_it(harness: Harness) -> None:
    published(harness)
    body = CHAPTER.body + "\n\nAnd listens."
    manuscript = replace(NEXT, source=replace(SOURCE, articles=(replace(CHAPTER, body=body),)))
    with harness.office() as office:
        found = library.with_changes(office, manuscript).changes
        assert [str(one) for one in found] == ["“The task”: 1 paragraph is new."]
        own = replace(manuscript, changes=("They listen, too.",))
        assert library.with_changes(office, own) == own
        assert library.with_changes(office, replace(own, number=MANUSCRIPT.number)).changes == ()
    build(harness, replace(manuscript, changes=found), PAGES._replace(text="Next.\n"))
    assert stands(harness, NEXT.number).changes == found


def test_a_board_is_told_what_it_has_to_know_of_a_version(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    published(harness)
    monkeypatch.setattr(library, "SHOWN_BYTES", 10)
    source = replace(SOURCE, files={"files/slides.pdf": b"%PDF" * 600})
    changed = replace(NEXT, source=source, changes=("They listen, too.",), waits_for="the guidance document")
    build(harness, changed, PAGES._replace(text="Next.\n"))
    harness.do(lambda office: library.submit(office, library.find(office, "scope")))
    harness.tick()
    asked = [mail for mail in harness.mails_to(ANA) if mail["Subject"].startswith("DRAFT")][-1]
    html = asked.get_body(("html",))
    assert html is not None
    for text in (" ".join(text_of(asked).split()), " ".join(html.get_content().split())):
        assert "It is not to be published before the guidance document, whatever you vote." in text
        assert "What has changed since version 1.0:" in text
        assert "They listen, too." in text
        assert "slides.pdf, 3 KB, SHA-256 " in text
    assert [part.get_filename() for part in asked.iter_attachments()] == ["scope-1.1.pdf"]
