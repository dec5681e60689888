"""Commands with an argument, and sentences that merely begin like one (G3)."""

from __future__ import annotations

import pytest

from mailer.inbound.intents import ChangeAddress, Faq, Feedback, Forward, Get, Intent, SetDetails
from tests.unit.inbound.mails import intent

NEW, OLD = "Anna@new.example", "anna@old.example"


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("get 3", Get(3, "")),
        ("GET #3.", Get(3, "")),
        ("get issue 3", Get(3, "")),
        ("get", Get(None, "")),
        ("get latest", Get(None, "")),
        ("get the latest issue", Get(None, "")),
        ("get Member Update 12", Get(12, "Member Update")),
        ("set language French", SetDetails({"language": "fr"}, ())),
        ("set my language to français", SetDetails({"language": "fr"}, ())),
        ("Set name: Anna Łąka", SetDetails({"name": "Anna Łąka"}, ())),
        ("set country = Tchéquie", SetDetails({"country": "CZ"}, ())),
        ("set format text", SetDetails({"format": "text"}, ())),
        ("set organisation Example Union", SetDetails({"organisation": "Example Union"}, ())),
        ("set", SetDetails({}, ())),
        (f"change address {NEW}", ChangeAddress("", NEW)),
        (f"change address to <{NEW}>.", ChangeAddress("", NEW)),
        (f"change address from {OLD}", ChangeAddress(OLD, "")),
        (f"change address from {OLD} to {NEW}", ChangeAddress(OLD, NEW)),
        ("change address", ChangeAddress("", "")),
        ("faq", Faq("")),
        ("faq fonts and Colours", Faq("fonts and Colours")),
        ("forward", Forward(None, "")),
        ("forward 3", Forward(3, "")),
        ("Forward latest.", Forward(None, "")),
        ("forward Member Update 12", Forward(12, "Member Update")),
        ("forward 3 with my name", Forward(3, "", named=True)),
        ("forward 3 fr", Forward(3, "", language="fr")),
        ("forward latest in French, with my name", Forward(None, "", named=True, language="fr")),
        ("get 3 to forward", Forward(3, "")),
        ("get 3 for forwarding, with my name", Forward(3, "", named=True)),
        ("transférer 3 avec mon nom", Forward(3, "", named=True)),
        ("obtenir 3 à transférer", Forward(3, "")),
        ("reenviar el número 3 con mi nombre", Forward(3, "", named=True)),
        ("weiterleiten 3 mit meinem Namen", Forward(3, "", named=True)),
        ("ausgabe 3 zum Weiterleiten", Forward(3, "")),
        ("encaminhar 3 com o meu nome", Forward(3, "", named=True)),
        ("inoltrare 3 con il mio nome", Forward(3, "", named=True)),
        ("переслать 3 с моим именем", Forward(3, "", named=True)),
        ("転送 3号 名前入り", Forward(3, "", named=True)),
        ("第3号転送用", Forward(3, "")),
        ("转发 3 带我的名字", Forward(3, "", named=True)),
        ("إعادة توجيه 3 باسمي", Forward(3, "", named=True)),
    ],
)
def test_a_command_has_what_follows_it(line: str, wanted: Intent) -> None:
    assert intent(f"{line}\n") == wanted
    assert intent(Subject=line) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "get 3 apples a day, and the doctor stays away",
        "get well soon",
        "forward to my colleague",
        "Forward it to whom you like",
        "forward 3 to bob at the union",
        "set the table for three",
        "use kind words",
        "set sail for Bangkok in 2026",
        f"change address labels: ask {NEW}",
        "change address two@at@signs",
        "faq is a word that nobody in our office has ever liked much",
    ],
)
def test_G3_a_sentence_that_begins_like_a_command_goes_to_a_person(line: str) -> None:
    assert type(intent(f"{line}\n")) is Feedback


def test_lines_below_set_are_read_together() -> None:
    wanted = SetDetails({"language": "es", "format": "html", "name": ""}, ())
    assert intent("set\nIdioma: español\nFormat: HTML\nName:\n") == wanted
    assert intent("Idioma: español\nFormat: HTML\nName:\n", To="tg2+set@iso-sr.example") == wanted


@pytest.mark.parametrize(
    "body",
    [
        "set organisation Uwe & Söhne\nset country Germany\n",
        "set organisation Uwe &\nSöhne\nset country Germany\n",
        "set organisation Uwe & Söhne\n\nset country Germany\n\nRegards\nUwe\n",
        "Hello,\nset organisation Uwe & Söhne\nset country Germany\n",
    ],
)
def test_lines_with_set_are_one_setting_each(body: str) -> None:
    assert intent(body) == SetDetails({"organisation": "Uwe & Söhne", "country": "DE"}, ())


def test_a_value_that_is_not_known_is_named() -> None:
    found = intent("set language Klingonish\n")
    assert isinstance(found, SetDetails) and not found.details
    assert found.problems[0].startswith("Language is a code such as en, fr or pt-br.")


@pytest.mark.parametrize(
    ("detail", "body", "wanted"),
    [
        ("get", "3\n", Get(3, "")),
        ("get", "Hello\n", Get(None, "")),
        ("change-address", f"{NEW}\n", ChangeAddress("", NEW)),
        ("faq", "fonts\n", Faq("fonts")),
    ],
)
def test_a_command_in_the_address_has_its_argument_in_the_text(detail: str, body: str, wanted: Intent) -> None:
    assert intent(body, To=f"tg2+{detail}@iso-sr.example") == wanted


def test_G3_a_letter_to_the_address_of_a_command_goes_to_a_person() -> None:
    assert type(intent("a long letter " * 20, To="tg2+faq@iso-sr.example")) is Feedback


@pytest.mark.parametrize(
    "line",
    [
        "set type: syndicat",
        "cambiar tipo sindicato",
        "set kind: Trade Union",
        "setze art: Gewerkschaft",
        "set\nTipo: sindicato",
    ],
)
def test_kinds_of_organisations_have_names_in_many_languages(line: str) -> None:
    assert intent(f"{line}\n") == SetDetails({"kind": "labour union"}, ())


@pytest.mark.parametrize("line", ["changer format texte", "cambiar el formato a texto", "set format plain text"])
def test_formats_have_names_in_many_languages(line: str) -> None:
    assert intent(f"{line}\n") == SetDetails({"format": "text"}, ())
