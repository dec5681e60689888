"""Editions in other languages, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.editions import Answer, ChangedLink, Form, Paragraph, State, Translation
from mailer.model.issues import EditionRef, Issue
from mailer.model.personal_data import replacement
from mailer.ports import Work
from tests.contracts.stores import EDITION, MINUTE, SOURCE, contact, issue
from tests.fakes import NOON

FILES = {"issue.toml": b"number = 1\n", "01-a.md": b"\0\xff"}
FRENCH = replace(EDITION, subject="La route")


def frozen(work: Work, digest: str = "6" * 64, files: dict[str, bytes] = FILES) -> Issue:
    made = work.issues.issue("update", 1) or issue(work)
    work.issues.freeze(made, replace(SOURCE, digest=digest, files=files), {"en": EDITION}, NOON)
    found = work.issues.issue_by_id(made.id)
    assert found is not None
    return found


def translation(
    work: Work, language: str = "fr", state: State = State.ASKED, spec: str = "a@nmb.example"
) -> Translation:
    made = frozen(work)
    return work.editions.add(made.id, language, contact(work, spec), "Anna, The Union", state, Form.TEXT, NOON)


def found(work: Work, made: Translation) -> Translation:
    again = work.editions.by_id(made.id)
    assert again is not None
    return again


def test_an_issue_keeps_what_it_was_built_from(work: Work) -> None:
    made = frozen(work)
    source = work.editions.source(made.id)
    assert source is not None
    assert (source.issue, source.digest, source.files) == (made.id, "6" * 64, FILES)
    assert work.editions.frozen(source.id) == source
    frozen(work)
    assert work.editions.source(made.id) == source


def test_only_what_is_translated_is_kept_of_earlier_sources(work: Work) -> None:
    made = translation(work)
    first = work.editions.source(made.issue)
    assert first is not None
    work.editions.save(replace(made, source=first.id))
    frozen(work, "7" * 64, {"issue.toml": b"7"})
    second = work.editions.source(made.issue)
    frozen(work, "8" * 64, {"issue.toml": b"8"})
    third = work.editions.source(made.issue)
    assert second is not None and third is not None
    assert work.editions.frozen(first.id) == first
    assert work.editions.frozen(second.id) in (None, third)  # an id may be used again
    assert third.files == {"issue.toml": b"8"}


def test_an_issue_that_was_built_without_its_files_has_none(work: Work) -> None:
    assert work.editions.source(issue(work).id) is None


def test_a_translation_is_stored_and_changed(work: Work) -> None:
    made = translation(work)
    anna = work.lists.contact_at("a@nmb.example")
    assert anna is not None
    assert made == Translation(
        *(made.id, made.issue, "fr", anna.id, "a@nmb.example", "Anna, The Union", State.ASKED, Form.TEXT, 0, NOON, NOON)
    )
    changed = replace(
        made,
        state=State.RETURNED,
        form=Form.ODT,
        due_at=NOON + MINUTE,
        ready_at=NOON,
        tries=1,
        proof=2,
        title="La route",
    )
    work.editions.save(changed)
    other = translation(work, "ja", State.WISHED, "b@nmb.example")
    assert (found(work, made), work.editions.by_id(999)) == (changed, None)
    assert work.editions.of(made.issue) == [changed, other]
    assert (work.editions.in_states([State.WISHED]), work.editions.in_states([])) == ([other], [])
    assert work.editions.of_contact(anna.id) == [changed]


def test_a_proof_takes_the_place_of_the_one_before_and_is_no_edition_of_the_issue_itself(work: Work) -> None:
    made = translation(work)
    first = work.editions.keep(made, FRENCH, NOON)
    second = work.editions.keep(made, replace(FRENCH, text="Autre"), NOON + MINUTE)
    assert found(work, made).edition == second == EditionRef(second.id, "fr", second.digest)
    assert work.issues.edition(first.id) == FRENCH
    assert work.editions.every_edition(made.issue) == [(found(work, made), first), (found(work, made), second)]
    own = work.issues.issue_by_id(made.issue)
    assert own is not None
    assert [ref.language for ref in own.editions] == ["en"]
    assert work.issues.edition_ids(own.id) == [ref.id for ref in work.issues.every_edition(own.id)]
    assert second.id not in work.issues.edition_ids(own.id)
    assert second.id not in [ref.id for ref in work.issues.editions_at(own.id, NOON + 2 * MINUTE)]
    frozen(work, "7" * 64)
    assert found(work, made).edition == second
    work.editions.drop(made, NOON + 2 * MINUTE)
    assert found(work, made).edition is None


def test_the_newest_text_of_a_paragraph_counts(work: Work) -> None:
    made, other = translation(work), translation(work, "ja", spec="b@nmb.example")
    work.editions.put(made.id, {1: "Un", 2: "Deux"}, NOON)
    work.editions.put(other.id, {1: "一"}, NOON)
    work.editions.stand(made.id, [2, 9])
    assert work.editions.paragraphs(made.id) == {1: Paragraph("Un", NOON), 2: Paragraph("Deux", NOON, as_written=True)}
    work.editions.put(made.id, {2: "Le deux", 3: "Trois"}, NOON + MINUTE)
    later = NOON + MINUTE
    assert work.editions.paragraphs(made.id) == {
        1: Paragraph("Un", NOON),
        2: Paragraph("Le deux", later),
        3: Paragraph("Trois", later),
    }


def test_a_changed_link_keeps_its_answer_while_it_stands(work: Work) -> None:
    made = translation(work)
    work.editions.put_links(made.id, [(3, "https://x.example/en", "https://x.example/fr"), (4, "a", "b")])
    first, second = work.editions.links(made.id)
    assert first == ChangedLink(first.id, 3, "https://x.example/en", "https://x.example/fr")
    work.editions.answer_links([first.id], yes=True)
    work.editions.answer_links([second.id], yes=False)
    work.editions.put_links(made.id, [(3, "https://x.example/en", "https://x.example/fr")])
    assert work.editions.links(made.id) == [replace(first, answer=Answer.YES)]
    work.editions.put_links(made.id, [(4, "a", "b"), (4, "a", "c")])
    assert [(link.now, link.answer) for link in work.editions.links(made.id)] == [("b", Answer.NO), ("c", Answer.OPEN)]


def test_a_reader_waits_once_for_an_edition(work: Work) -> None:
    made, anna = issue(work), contact(work)
    assert [work.editions.wish(made.id, "fr", anna.id, NOON) for _ in range(2)] == [True, False]
    assert work.editions.wish(made.id, "de", anna.id, NOON)
    assert work.editions.wishes(made.id) == [("de", anna.id), ("fr", anna.id)]


def test_what_a_translator_wrote_is_erased_but_what_was_granted(work: Work) -> None:
    made, sent = translation(work), translation(work, "ja", State.SENT)
    for one in (made, sent):
        work.editions.put(one.id, {1: "Un"}, NOON)
        work.editions.keep(one, FRENCH, NOON)
    anna = work.lists.contact_at("a@nmb.example")
    assert anna is not None
    work.editions.wish(made.issue, "fr", anna.id, NOON)
    other = replacement(anna.id)
    work.personal_data.erase(anna, [anna.address], other, NOON)
    now, kept = found(work, made), found(work, sent)
    assert (now.address, now.credit, now.state, now.edition) == (str(other), "", State.ENDED, None)
    assert (kept.address, kept.credit, kept.state) == (str(other), "", State.SENT)
    assert kept.edition is not None and work.issues.edition(kept.edition.id) == FRENCH
    assert [work.editions.paragraphs(one.id) for one in (made, sent)] == [{}, {}]
    ((_, ref), _) = work.editions.every_edition(made.issue)
    gone = work.issues.edition(ref.id)
    assert (gone.html, gone.text, gone.pdf, gone.subject) == ("", "", b"", "")
    assert work.editions.wishes(made.issue) == []
