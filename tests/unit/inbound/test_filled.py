"""Lines to fill in, as they come back."""

# ruff: noqa: E501 (what people write stands as they write it)
from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.inbound.filled import read_filled
from mailer.inbound.intents import Feedback, OfferToPresent
from mailer.model.questionnaires import Field, FieldKind
from mailer.phrases import Phrase, phrase
from tests.unit.inbound.mails import alternative, html, intent, mail
from tests.unit.model.test_questionnaires import SEMINAR

OFFERED = {"title": "On roads", "country": "KE"}
HINTS = {"kind": phrase("seminar or workshop")}
FORM = replace(
    SEMINAR,
    fields=(
        *(
            replace(field, coming=field.kind is FieldKind.PERIOD, hint=HINTS.get(field.key, field.hint))
            for field in SEMINAR.fields
        ),
        Field("website", phrase("Website"), FieldKind.URL),
        Field("report", phrase("Report"), FieldKind.LONG, most=3000),
    ),
)
WORDINGS = {"Country": ("Country", "Pays", "国家"), "workshop": ("workshop", "atelier")}


def wordings(words: Phrase) -> tuple[str, ...]:
    return WORDINGS.get(words, (str(words),))


def test_lines_are_read_in_place_between_quotation_marks() -> None:
    filled = read_filled(mail("> Title: On roads\n> Country: Uganda\n> When: 2027-05-03\n"), SEMINAR, OFFERED)
    assert filled.values == {"title": "On roads", "country": "UG", "when": "2027-05-03/2027-05-03"}
    assert (filled.changed, filled.problems, filled.beside) == (frozenset({"country", "when"}), (), "")


def test_lines_of_their_own_stand_above_the_quoted_ones() -> None:
    body = "Country: Uganda\nThank you.\n\nOn 1 May 2026, Office <x@y.example> wrote:\n> Title: On roads\n"
    filled = read_filled(mail(body), SEMINAR, OFFERED)
    assert (filled.values["country"], filled.beside) == ("UG", "Thank you.")


def test_what_is_missing_or_not_known_is_asked_back() -> None:
    filled = read_filled(mail("Country: Atlantis\n"), SEMINAR)
    assert [(one.key, one.written) for one in filled.problems] == [("title", ""), ("country", "Atlantis")]
    assert filled.values == {}


ASKED = """Good day,

This is how we understood it:

Title: On roads
Country: Kenya
Languages: English, French
When: 3 May 2027 to 5 May 2027
    (for example 3-5 May 2027)
Kind: seminar
    (seminar or workshop)
Website:
Report:

If it was not you, do nothing.
"""
SENT = {"title": "On roads", "country": "KE", "languages": "en,fr", "when": "2027-05-03/2027-05-05", "kind": "a"}


def quoted(text: str = ASKED) -> str:
    return "".join(f"> {line}".rstrip() + "\n" for line in text.split("\n")[:-1])


def read(body: str) -> tuple[dict[str, str], list[str], str]:
    """What is changed, the reasons of the problems, and what stands beside."""
    filled = read_filled(mail(body), FORM, SENT, wordings)
    changed = {key: filled.values.get(key, "") for key in sorted(filled.changed)}
    return changed, [one.reason for one in filled.problems], filled.beside


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("> Country: Kenya", "> Country: Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Uganda.", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Kenya -> Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Kenya (KE)", {}),
        ("> Country: Kenya", "> Country: Kenya\nUganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Kenya\n\nUganda\n", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Kenya\nCountry: Uganda", {"country": "UG"}),
        ("> Country: Kenya", "Country: Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> *Country:* Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> **Country:** **Uganda**", {"country": "UG"}),
        ("> Country: Kenya", "> Country：Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country : Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country = Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country – Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country - Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Pays : Ouganda", {"country": "UG"}),
        ("> Country: Kenya", "> 国家：乌干达", {"country": "UG"}),
        ("> Country: Kenya", "> country:uganda", {"country": "UG"}),
        ("> Country: Kenya", ">Country: Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> > Country: Uganda", {"country": "UG"}),
        ("> Country: Kenya", "> Country: Ugan\u200bda", {"country": "UG"}),
        ("> Country: Kenya", "> Country: none", {"country": ""}),
        ("> Country: Kenya", "> Country: -", {"country": ""}),
        ("> Country: Kenya", "> Country:", {"country": ""}),
        ("> Country: Kenya", "> Country: unchanged", {}),
        ("> Title: On roads", "> Title: OK", {}),
        ("> Title: On roads", "Title: inchangé", {}),
        ("> Country: Kenya", "> Pays : aucun", {"country": ""}),
        ("> Languages: English, French", "> Languages: English and Spanish", {"languages": "en,es"}),
        ("> Languages: English, French", "> Languages: en, es.", {"languages": "en,es"}),
        ("> Languages: English, French", "> Languages: English,\n> Spanish", {"languages": "en,es"}),
        ("> When: 3 May 2027 to 5 May 2027", "> When: 7-9 May 2027", {"when": "2027-05-07/2027-05-09"}),
        ("> When: 3 May 2027 to 5 May 2027", "> When: 7–9 May 2027", {"when": "2027-05-07/2027-05-09"}),
        ("> When: 3 May 2027 to 5 May 2027", "> When: 3 May 2027 to\n> 5 May 2027", {}),
        ("> When: 3 May 2027 to 5 May 2027", "> When: 3 May 2027 to\n5 May 2027", {}),
        ("> Kind: seminar", "> Kind: a workshop", {"kind": "b"}),
        ("> Kind: seminar", "> Kind: Atelier", {"kind": "b"}),
        ("> Website:", "> Website: www.x.example", {"website": "https://www.x.example"}),
        ("> Website:", "> Website: www.x.example<http://www.x.example>", {"website": "https://www.x.example"}),
        ("> Website:", "> Website:\nhttps://x.example/a", {"website": "https://x.example/a"}),
        ("> Website:", "> Website:\n> https://x.example/a", {"website": "https://x.example/a"}),
        ("> Website:", "> Website:\n>\n> https://x.example/a", {"website": "https://x.example/a"}),
        ("> Website:", "> Website: n/a", {}),
        ("> Website:", "> Website: ____", {}),
        ("> Title: On roads", "> Title: On “long” roads", {"title": "On “long” roads"}),
        ("> Report:", "> Report: It went well.\nMany came.", {"report": "It went well.\nMany came."}),
        ("> Report:", "Report:\nIt went well.\n\nMany came.", {"report": "It went well.\n\nMany came."}),
    ],
)
def test_a_line_is_changed_in_place(before: str, after: str, changed: dict[str, str]) -> None:
    assert read(quoted().replace(before, after))[:2] == (changed, [])


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        (
            "> Country: Kenya",
            "> Country: Ugenda",
            ["Country: it is not the name or the code of one country that we know; perhaps you mean “UG”."],
        ),
        ("> Country: Kenya", "> Country Uganda", ["Country: there is no colon behind its name."]),
        ("> Country: Kenya", "> Countri: Uganda", ["Country: its name was spelled in another way."]),
        ("> Country: Kenya", "> Country: Uganda\n> Country: Rwanda", ["Country: it has two values."]),
        ("> Country: Kenya", "Country: Uganda\n> Country: Rwanda", ["Country: it has two values."]),
        ("> Country: Kenya", "> Country: Kenya\nCountry:", ["Country: it is empty once, and has a value elsewhere."]),
        ("> Title: On roads", "> Title:", ["Title: it is needed."]),
        ("> Title: On roads", "> Title: none", ["Title: it is needed."]),
        ("> Website:", "> Website: as before", ["Website: it was empty, so that there is nothing to keep."]),
        ("> Title: On roads", "> Title: On roads\nOn bridges", ["Title: it has its old value, and words below it."]),
        ("> Title: On roads", "> Title: On roads\n> On bridges", ["Title: something stands below it."]),
        ("> Title: On roads", "> Title: On bridges\n> and roads", ["Title: something stands below it."]),
        (
            "> Title: On roads\n> Country: Kenya",
            "> Title: On bridges Country: Uganda",
            ["Title: another line begins within it.", "Country: another line begins within it."],
        ),
        ("> Title: On roads", "> Title: On\u202e roads", ["Title: it has signs that change how it is shown."]),
        (
            "> When: 3 May 2027 to 5 May 2027",
            "> When: 03/05/2027",
            ["When: it can mean 2027-03-05 or 2027-05-03."],
        ),
        ("> Languages: English, French", "> Languages: English, Klingonese", None),
        (
            "> Kind: seminar",
            "> Kind: workshops",
            ["Kind: it is none of the answers that are offered; perhaps you mean “workshop”."],
        ),
    ],
)
def test_G9_what_is_not_certain_is_asked_back(before: str, after: str, reasons: list[str] | None) -> None:
    changed, found, _ = read(quoted().replace(before, after))
    assert changed == {}
    assert len(found) == 1 if reasons is None else found == reasons


def test_own_lines_above_count_and_the_original_below_changes_nothing() -> None:
    body = f"Dear all,\n\n1. Country: Uganda\n2) Kind: workshop\n\nBest,\nAnna\n\nOn Mon, 1 Dec 2025, X <x@y.example> wrote:\n{quoted()}"
    assert read(body) == ({"country": "UG", "kind": "b"}, [], "Dear all,\n\nBest,\nAnna")


def test_an_original_without_marks_is_read_as_a_quotation() -> None:
    block = "From: TG 2 <tg2@iso-sr.example>\nSent: Monday, December 1, 2025 9:30 AM\nTo: Anna Kim\nSubject: Please confirm\n\n"
    changed = ASKED.replace("Kenya", "Uganda").replace("Website:", "Website: x.example")
    assert read(f"Done below.\n\n{block}{changed}") == (
        {"country": "UG", "website": "https://x.example"},
        [],
        "Done below.",
    )


def test_nothing_is_read_below_a_signature_or_from_a_mail_that_is_passed_on() -> None:
    assert read("Yes.\n\n-- \nCountry: Uganda\n") == ({}, [], "Yes.")
    assert read("See below.\n\n---------- Forwarded message ---------\nCountry: Uganda\n") == ({}, [], "See below.")


def test_a_long_value_that_was_wrapped_is_whole() -> None:
    title = "The long and winding road to standards that everybody keeps, and why it has taken so many years"
    wrapped = (
        "> Title: The long and winding road to standards that everybody keeps,\n> and why it has taken so many years"
    )
    assert read(quoted().replace("> Title: On roads", wrapped))[:2] == ({"title": title}, [])
    assert read(quoted().replace("> Title: On roads", wrapped.replace("\n> ", "\n")))[:2] == ({"title": title}, [])
    own = "Title: The long and winding road to standards that everybody keeps,\nand why it has taken so many years\n"
    assert read(own) == ({"title": title}, [], "")


def test_a_last_text_has_all_its_paragraphs_up_to_the_goodbye() -> None:
    body = "Title: On bridges\nReport: It went well.\n\nMany came.\n\nBest regards,\nAnna\n"
    assert read(body) == ({"title": "On bridges", "report": "It went well.\n\nMany came."}, [], "Best regards,\nAnna")
    body = "Report: It went well.\n\nAnna\n\nOn Mon, 1 Dec 2025, X <x@y.example> wrote:\n> Title: On roads\n"
    assert read(body) == ({"report": "It went well."}, [], "Anna")


def test_a_short_line_does_not_swallow_the_words_below_it() -> None:
    assert read("Title: On bridges\nI hope this helps.\nCountry: Uganda\n") == (
        {"title": "On bridges", "country": "UG"},
        [],
        "I hope this helps.",
    )


def test_what_was_offered_is_not_asked_back_when_it_is_over() -> None:
    offered = {"when": "2024-05-03/2024-05-05", "title": "x"}
    filled = read_filled(mail("> Title: x\n> When: 3 May 2024 to 5 May 2024\n"), FORM, offered)
    assert (filled.changed, filled.problems) == (frozenset(), ())


def test_a_value_that_looks_like_a_line_cannot_smuggle_one_in() -> None:
    offered = {"title": "x", "report": "It went well. Country: France Kind: workshop"}
    body = "> Title: x\n> Report: It went well.\n> Country: France\n> Kind: workshop\n"
    filled = read_filled(mail(body), FORM, offered)
    assert filled.changed == frozenset() or filled.problems


def test_quoted_lists_of_changes_are_no_lines() -> None:
    assert read(f"ok\n\n> - Country: Rwanda (it was: Kenya)\n>\n{quoted()}") == ({}, [], "ok")


STRUCK = "<p>Title: <s>On roads</s> On bridges</p><p>Country: Uganda</p>"


def test_struck_or_hidden_HTML_is_no_value() -> None:
    filled = read_filled(html(STRUCK), FORM, SENT)
    assert filled.values["country"] == "UG"
    assert [one.reason for one in filled.problems] == ["Title: a part of it is struck out, or its format may hide it."]
    hidden = '<p>Title: On bridges</p><div style="display:none">Country: Uganda</div><p style="font-size:1px">Kind: workshop</p>'
    filled = read_filled(html(hidden), FORM, SENT)
    assert (filled.values["country"], filled.values["kind"]) == ("KE", "a")


@pytest.mark.parametrize(
    ("plain", "markup", "changed", "reasons"),
    [
        ("Country: Uganda\n", "<div>Country: Uganda</div>", {"country": "UG"}, []),
        ("Country: Uganda Kind: workshop\n", "<div>Country: Uganda</div><div>Kind: workshop</div>", {"country": "UG", "kind": "b"}, []),
        ("Country: Uganda\n", "<div>Country: Rwanda</div>", {}, ["Country: the plain text and the HTML of your mail do not say the same."]),
        ("Country: Uganda\n", "<div>Hello</div>", {"country": "UG"}, []),
        ("This is an HTML mail.\n", "<div>Country: Uganda</div>", {"country": "UG"}, []),
        ("Country: Uganda\n", "<table><tr><td>Country:</td><td>Uganda</td></tr></table>", {"country": "UG"}, []),
        ("Country: Uganda\n", "<table><tr><td><b>Country</b></td><td>Uganda</td></tr></table>", {"country": "UG"}, []),
    ],
)  # fmt: skip
def test_plain_text_and_HTML_have_to_agree(
    plain: str, markup: str, changed: dict[str, str], reasons: list[str]
) -> None:
    filled = read_filled(alternative(plain, markup), FORM, SENT)
    assert {key: filled.values[key] for key in filled.changed} == changed
    assert [one.reason for one in filled.problems] == reasons


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("presenter", "Name: Anna Kim\nCountry: KE\nLanguages that you present in: en, fr\n    (for example en)\n"),
        (
            "presenter",
            "Dear all,\n\nName: Anna Kim\nCountry: KE\nWhich days do not suit: none\n\nBest regards,\nAnna Kim",
        ),
        (
            "Hello",
            "presenter\nName: Anna Kim\nExperience: ten talks on roads, most of them for\nunions.\nCountry: KE\n",
        ),
        ("Hello", "presenter\n\nName: Anna Kim\n\nCountry: KE\n\nLanguages that you present in: en\n"),
    ],
)
def test_a_command_is_read_beside_its_lines(subject: str, body: str) -> None:
    assert isinstance(intent(body, Subject=subject), OfferToPresent)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("presenter", "I know a good one.\n\nName: Anna Kim\nCountry: KE\n"),
        ("presenter", "When do you need one? I have a question: is it paid?"),
        ("Hello", "Name: Anna Kim\nCountry: KE\n"),
    ],
)
def test_words_beside_lines_are_no_command(subject: str, body: str) -> None:
    assert isinstance(intent(body, Subject=subject), Feedback)
