"""“faq”: published questions and answers, by mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage

import pytest

from mailer.handlers import faq, faq_candidates, feedback_items, library
from mailer.model.criteria import Printed
from mailer.model.faq import FaqRules
from mailer.model.feedback import Item
from mailer.model.issues import Article, Source
from mailer.model.library import Manuscript, Number, Publish
from mailer.ports.feedback import Wanted
from tests.unit.harness import ANA, BO, BOARD, NILS, OFFICE, SECRETARY, Harness, text_of

SVEN = "sven@x.example"
FIRST = Number(1, 0)
ENGLISH = {
    "subscribe": ("How can I subscribe?", "Write “subscribe” to the office.", "sign up, newsletter"),
    "cost": ("What does it cost?", "Nothing at all, we are free of charge.", "price, fee"),
    "presenter": ("Who pays the presenter?", "The host of the event pays the flight.", "travel, expenses"),
}
GERMAN = {
    "subscribe": ("Wie melde ich mich an?", "Schreiben Sie „anmelden“ an das Büro.", "Newsletter abonnieren"),
    "cost": ("Was kostet es?", "Gar nichts, wir sind kostenlos.", "Preis, Gebühr"),
}


def document(
    texts: dict[str, tuple[str, str, str]], language: str = "en", number: Number = FIRST
) -> tuple[Manuscript, Printed]:
    """The questions and answers, and how they are printed."""
    files = {
        f"{place:02}-{name}.md": f'+++\ntitle = "{title}"\nalso = ["{also}"]\n+++\n\n{answer}\n'.encode()
        for place, (name, (title, answer, also)) in enumerate(texts.items(), start=1)
    }
    chapters = tuple(Article(name, title, "", "", answer) for name, (title, answer, _) in texts.items())
    source = Source("faq", number.major, "Questions", date(2026, 11, 23), language, chapters, "5" * 64, files=files)
    edition = "" if language == "en" else "1.0"
    made = Manuscript("faq", "faq", number, Publish.AT_ONCE, source, translates=edition)
    heads = [(place, title, answer) for place, (title, answer, _) in enumerate(texts.values(), start=1)]
    text = "QUESTIONS\n=========\n\n" + "\n".join(f"{at} {head}\n------\n\n{answer}\n" for at, head, answer in heads)
    parts = "".join(
        f'<article id="article-{at}"><h2>{head}</h2><p>{answer}</p></article>' for at, head, answer in heads
    )
    page = f"<html><head><style>h2 {{ color: red }}</style></head><body><h1>All</h1><main>{parts}</main></body></html>"
    return made, Printed(page, text, b"%PDF-1.7 " + str(number).encode(), 1)


def publish(harness: Harness, made: Manuscript, printed: Printed) -> None:
    with harness.office() as office:
        version = library.build(office, made, printed).version
        library.submit(office, version)
    harness.tick()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")


@pytest.fixture
def published(harness: Harness) -> Harness:
    """An office with questions and answers in English and German."""
    harness.import_list("cag", BOARD)
    publish(harness, *document(ENGLISH))
    publish(harness, *document(GERMAN, "de"))
    return harness


def newest(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def names(mail: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in mail.iter_attachments()]


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def waiting(harness: Harness, tag: str = "faq") -> Sequence[Item]:
    with harness.office() as office:
        return office.work.feedback.find(Wanted(tag=tag), 10)


def test_faq_says_that_there_is_none_yet_and_who_answers(harness: Harness) -> None:
    harness.write(SVEN, OFFICE, "x", "faq\n")
    (told,) = harness.mails_to(SVEN)
    assert "We have no list of frequent questions and answers yet." in text_of(told)
    assert told["In-Reply-To"] is None


def test_faq_alone_sends_all_of_it_with_the_pdf(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq\n")
    told = newest(published, SVEN)
    assert told["Subject"] == "Questions: version 1.0"
    for answer in ENGLISH.values():
        assert answer[1] in text_of(told) and answer[1] in html_of(told)
    assert (names(told), told["In-Reply-To"], waiting(published)) == (["faq-1.0.pdf"], None, [])


def test_a_reader_gets_it_in_their_language_or_hears_in_which_it_is(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "häufige fragen\n")
    assert (names(newest(published, SVEN)), "kostenlos" in text_of(newest(published, SVEN))) == (
        ["faq-de-1.0.pdf"],
        True,
    )
    published.write(NILS, OFFICE, "x", "questions fréquentes\n")
    told = text_of(newest(published, NILS))
    assert "free of charge" in told and "pas encore dans votre langue" in told


def test_a_pdf_that_is_too_large_is_not_attached(published: Harness) -> None:
    published.restart(faq=FaqRules(attach_bytes=5))
    published.write(SVEN, OFFICE, "x", "faq\n")
    assert (names(newest(published, SVEN)), "PDF" in text_of(newest(published, SVEN))) == ([], False)


@pytest.mark.parametrize(
    ("words", "answer", "others"),
    [
        ("faq how do I sign up for the newsletter", ENGLISH["subscribe"][1], ("free of charge", "kostenlos", "host")),
        ("faq was kostet das", GERMAN["cost"][1], ("anmelden", "free of charge")),
        ("FAQ\n\nWhat is the price, please?\n\nBest regards\nSven\n", ENGLISH["cost"][1], ("kostenlos",)),
    ],
)
def test_a_question_is_answered_with_its_entry_in_the_language_of_the_question(
    published: Harness, words: str, answer: str, others: tuple[str, ...]
) -> None:
    published.write(SVEN, OFFICE, "x", f"{words}\n")
    told = newest(published, SVEN)
    assert answer in text_of(told) and answer in html_of(told)
    assert [one for one in others if one in text_of(told) + html_of(told)] == []
    assert (names(told), waiting(published), "<h1>All</h1>" in html_of(told)) == ([], [], False)


def test_B26_the_answer_repeats_nothing_of_the_mail_and_is_capped(published: Harness) -> None:
    for number in range(8):
        published.write(SVEN, OFFICE, f"buy {number}", "faq subscribe subscribe cheappills\n")
    answers = [mail for mail in published.mails_to(SVEN) if mail["Subject"].startswith("Your question")]
    assert (len(answers), [mail["In-Reply-To"] for mail in answers]) == (5, [None] * 5)
    assert [mail for mail in published.mails_to(SVEN) if "cheappills" in mail.as_string() + text_of(mail)] == []
    published.write(SVEN, OFFICE, "x", "faq\n")
    for _ in range(3):
        published.write(SVEN, OFFICE, "x", "faq\n")
    assert len([mail for mail in published.mails_to(SVEN) if names(mail)]) <= 3


def test_B7_a_machine_gets_no_answer(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq subscribe\n", **{"Auto-Submitted": "auto-generated"})
    published.write(SVEN, OFFICE, "x", "faq\n", Precedence="bulk")
    assert published.mails_to(SVEN) == []


def test_law_7_what_nothing_answers_reaches_a_person_and_is_a_candidate(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq xylophones at the plenary?\n")
    told = newest(published, SVEN)
    assert "has the number 1, and a person reads it" in text_of(told)
    assert "None of our frequent questions and answers fits yours." in text_of(told)
    assert [mail["Subject"] for mail in published.mails_to(SECRETARY)][-1].endswith("xylophones at the plenary?")
    published.write(SVEN, OFFICE, "x", "faq is there a zoo\n")
    assert [(one.number, one.subject) for one in waiting(published)] == [
        (2, "is there a zoo"),
        (1, "xylophones at the plenary?"),
    ]


def test_what_may_be_the_answer_goes_out_and_a_person_has_the_question_too(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq does the zoo cost money for delegates\n")
    told = newest(published, SVEN)
    assert "it has the number 1" in text_of(told) and ENGLISH["cost"][1] in text_of(told)
    assert [one.subject for one in waiting(published)] == ["does the zoo cost money for delegates"]
    assert len(published.mails_to(SVEN)) == 1
    published.write(SVEN, told["Reply-To"], "Re: x", "It is about the zoo in the park.\n")
    with published.office() as office:
        assert len(office.work.feedback.entries(1)) == 2


def test_a_question_in_reply_to_an_answer_is_a_candidate_and_thanks_are_none(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq how do I sign up for the newsletter\n")
    reference = str(newest(published, SVEN)["Message-ID"])
    thread = {"In-Reply-To": reference, "References": reference}
    published.write(NILS, OFFICE, "Re: Your question", "Thank you, that helps.\n", **thread)
    assert waiting(published) == []
    published.write(SVEN, OFFICE, "Re: Your question", "Thank you. Is there a zoo?\n\n-- \nSven\n", **thread)
    assert [one.subject for one in waiting(published)] == ["Is there a zoo?"]


def test_law_4_withdrawn_changed_or_superseded_answers_nothing_any_more(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq price\n")
    assert ENGLISH["cost"][1] in text_of(newest(published, SVEN))
    texts = {**ENGLISH, "cost": ("What does it cost?", "Ten francs.", "price, fee")}
    made, printed = document(texts, number=Number(1, 1))
    publish(published, made, printed)
    published.write(NILS, OFFICE, "x", "faq price\n")
    assert "Ten francs." in text_of(newest(published, NILS)) and "charge" not in text_of(newest(published, NILS))
    published.do(
        lambda office: office.work.library._connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE document_versions SET html = html || '<p>Eleven</p>' WHERE language = 'en'"
        )
    )
    published.write("eva@x.example", OFFICE, "x", "faq price\n")
    assert "Ten" not in text_of(newest(published, "eva@x.example"))
    with published.office() as office:
        german = library.find(office, "faq", language="de")
        library.take_back(office, german, "an error")
        assert (faq.published(office), faq.find(office, "Preis", "de")) == ([], None)
        assert office.work.faq_index.versions() == frozenset()


# --- candidates ---


def test_candidates_are_grouped_and_an_answer_becomes_a_draft(published: Harness) -> None:
    questions = ("faq xylophone at the plenary?", "faq zoo opening hours?", "faq xylophones in a plenary?")
    for number, words in enumerate(questions):
        published.write(f"Eva Fox <reader{number}@x.example>", OFFICE, "x", f"{words}\n")
    with published.office() as office:
        first, second = faq_candidates.candidates(office)
        assert (first.items, first.language, second.items) == ((3, 1), "en", (2,))
        with pytest.raises(Exception, match="Number 1 has no answer yet: `mailer faq answer 1 FILE`"):
            faq_candidates.draft(office, 1)
        feedback_items.answer(office, 1, "Dear Eva Fox,\n\nyes, Eva, on Monday.\n\nKind regards\nMaria\nSecretary")
        draft = faq_candidates.draft(office, 1)
        assert (draft.answer, draft.items, draft.names) == ("yes, …, on Monday.", (3, 1), True)
        faq_candidates.keep(office, draft.items, "faq en 1.1 xylophone")
        assert [one.items for one in faq_candidates.candidates(office)] == [(2,)]
        with pytest.raises(Exception, match="Number 3 has become an entry already"):
            faq_candidates.draft(office, 3)
    assert {one.number for one in waiting(published, "faq-entry")} == {1, 3}


def test_a_closed_item_is_no_candidate(published: Harness) -> None:
    published.write(SVEN, OFFICE, "x", "faq is there a zoo\n")
    with published.office() as office:
        feedback_items.close(office, 1)
        assert faq_candidates.candidates(office) == []


def test_B26_many_questions_of_one_person_join_after_a_while(published: Harness) -> None:
    for word in ("zoos", "xylophones", "yachts", "umbrellas", "quilts", "violins", "jigsaws"):
        published.write(SVEN, OFFICE, "x", f"faq {word} please?\n")
    assert len(waiting(published)) == 5
