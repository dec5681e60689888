"""What an answer to a question says, in ten languages, and what it does not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.choices import TABLES, Said, read_choice, read_reply
from mailer.inbound.own_words import own_words_in
from mailer.inbound.parse import parse
from mailer.inbound.words.courtesy import FILLERS
from mailer.message import Address
from mailer.model.questionnaires import in_english
from mailer.model.questions import Choice, Reply
from tests.fakes import NOON

ALL = frozenset(Choice) - {Choice.OK}
BEA = Address.parse("bea@x.example")


def said(text: str, choices: frozenset[Choice] = ALL) -> Said:
    return read_choice(own_words_in(text, "Anna Kim"), choices)


WORDS = {
    Choice.YES: "Yes, please. | oui, avec plaisir | sí | Ja, gerne! | sim | sì, grazie | Да | はい | 是的 | نعم",
    Choice.NO: "no, thank you | non merci | no, gracias | nein danke | não, obrigada | "
    "No, grazie. | нет | いいえ | 不用 | لا شكرا",
    Choice.LATER: "later | plus tard, merci | más tarde | später bitte | mais tarde | "
    "più tardi | позже | 後日 | 以后再说 | لاحقا",
    Choice.NEVER: "never | plus jamais | nunca más | nie wieder | nunca mais | "
    "mai più | никогда | 今後は不要です | 不要再问 | أبدا",
    Choice.LEAVE: "please take me off the list | désinscription | baja | austragen | sair | "
    "cancellatemi | выйти | 退会 | 退出 | مغادرة",
}
INSTEAD = (
    "Please ask bea@x.example instead. | Demandez plutôt à bea@x.example | pregunten a bea@x.example | "
    "Fragen Sie bitte stattdessen bea@x.example | perguntem a bea@x.example | chiedete a bea@x.example | "
    "спросите bea@x.example | 代わりに bea@x.example に聞いてください | 请联系 bea@x.example | اسألوا bea@x.example"
)
CASES = [(choice, text.strip()) for choice, texts in WORDS.items() for text in texts.split("|")]


@pytest.mark.parametrize(("choice", "text"), CASES)
def test_each_choice_is_understood_in_each_language(choice: Choice, text: str) -> None:
    assert said(f"Dear office,\n\n{text}\n\nKind regards\nAnna Kim\n") == Said(choice)


@pytest.mark.parametrize("text", [text.strip() for text in INSTEAD.split("|")])
def test_somebody_else_is_named_in_each_language(text: str) -> None:
    assert said(text) == Said(Choice.INSTEAD, None, BEA)


@pytest.mark.parametrize(
    "text", ["Please ask Bea Brown <bea@x.example> instead.", "Please ask Dr. Bea Brown, bea@x.example, instead"]
)
def test_somebody_else_may_have_a_name(text: str) -> None:
    found = said(text)
    assert found.address is not None
    assert (found.choice, found.address.key) == (Choice.INSTEAD, "bea@x.example")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" 3. ", 3),
        ("no. 4", 4),
        ("№ 5", 5),
        ("#6", 6),
        ("(7", None),
        ("第3号", 3),
        ("٢", 2),
        ("2 or 3", None),
    ],
)
def test_a_number_of_a_list(text: str, number: int | None) -> None:
    assert read_choice(own_words_in(text, ""), ALL, numbers=True).number == number
    assert said(text) == Said()


@pytest.mark.parametrize(
    "text",
    [
        "yes?",
        "Yes, but please tell us more first",
        "No problem with that, we look forward to it",
        "Maybe",
        "Yes. No.",
        "ask bea@x.example or carl@x.example instead",
        "We never got your mail",
        "Who is bea@x.example?",
        "",
    ],
)
def test_everything_else_is_no_answer(text: str) -> None:
    assert said(text) == Said()


def test_a_word_means_the_first_choice_that_the_question_has() -> None:
    few = frozenset({Choice.YES, Choice.NO})
    assert (said("never", few), said("unsubscribe", few)) == (Said(Choice.NO), Said(Choice.NO))
    review = frozenset({Choice.OK, Choice.LEAVE})
    assert [said(text, review).choice for text in ("yes", "OK", "all correct", "unverändert", "leave", "no")] == [
        *([Choice.OK] * 4),
        Choice.LEAVE,
        None,
    ]


def read(fields: str, body: str) -> Reply:
    raw = f"From: Anna Kim <anna@x.example>\n{fields}\n{body}".replace("\n", "\r\n").encode()
    return read_reply(parse(raw, NOON), ALL, None, {}, in_english, "ISO/SR TG 2")


def test_B11_an_empty_answer_says_yes_unless_a_machine_may_have_written_it() -> None:
    assert read("", "\n> Do you want to?\n") == Reply(Choice.YES)
    assert read("", "Anna\n") == Reply(Choice.YES)
    assert read("Precedence: bulk\n", "\n> Do you want to?\n") == Reply()
    assert read("Precedence: bulk\n", "yes\n") == Reply(Choice.YES)


def test_words_beside_an_answer_are_kept_and_courtesy_is_not() -> None:
    assert read("", "yes\n\nThank you very much!\n\nAnna\n") == Reply(Choice.YES)
    words = "Our telephone number is another one now."
    assert read("", f"yes\n\n{words}\n") == Reply(Choice.YES, words=words)
    assert read("", f"{words}\n") == Reply(words=words)


def test_A23_what_cannot_be_read_for_certain_is_no_answer() -> None:
    assert read("Content-Type: text/plain; charset=utf-7\n", "yes\n").choice is None


# --- whatever stands around a choice ---

NOT = {
    "en": "not | do not | don't | never | no longer | cannot | neither | nor | no",
    "fr": "ne | pas | non | ne pas | jamais",
    "es": "no | nunca | jamás",
    "de": "nicht | kein | keine | nie | nein",
    "pt": "não | nunca | nem",
    "it": "non | no | mai",
    "ru": "не | нет | никогда",
    "ja": "いいえ | ない | ません",
    "zh": "不 | 没 | 别 | 不是",
    "ar": "لا | ليس | لم | غير",
}
AGREEING = (Choice.YES, Choice.OK)


@st.composite
def phrases_of(draw: st.DrawFn, *choices: Choice) -> tuple[str, str]:
    """A language, and a phrase of it that stands for one of the choices."""
    language, choice = draw(st.sampled_from(sorted(NOT))), draw(st.sampled_from(choices))
    phrases = [phrase for table in TABLES[choice] for phrase in table.get(language, ())]
    return language, re.sub(r"…|\{\w+\}", " ", draw(st.sampled_from(phrases)))


@given(phrases_of(*AGREEING), st.data())
def test_a_negation_anywhere_never_agrees(one: tuple[str, str], data: st.DataObject) -> None:
    language, phrase = one
    negation, between = data.draw(st.sampled_from(NOT[language].split(" | "))), data.draw(st.sampled_from(" ,.!\n"))
    words = phrase.split()
    place = data.draw(st.integers(0, len(words)))
    text = f"{between} ".join(filter(None, (" ".join(words[:place]), negation, " ".join(words[place:]))))
    assert said(text, frozenset(Choice)).choice not in AGREEING


@given(phrases_of(*(choice for choice in Choice if choice is not Choice.INSTEAD)), st.text(max_size=30), st.text())
def test_whatever_stands_around_a_choice_it_never_becomes_another_one(
    one: tuple[str, str], before: str, after: str
) -> None:
    _, phrase = one
    assert said(f"{before} {phrase} {after}", frozenset(Choice)) in (Said(), said(phrase, frozenset(Choice)))


@given(phrases_of(Choice.NO, Choice.NEVER, Choice.LEAVE, Choice.LATER), st.data())
def test_courtesy_around_a_no_never_makes_it_a_yes(one: tuple[str, str], data: st.DataObject) -> None:
    language, phrase = one
    courtesy = st.lists(st.sampled_from(FILLERS[language]), max_size=4).map(" ".join)
    text = f"{data.draw(courtesy)} {phrase}{data.draw(st.sampled_from(' ,.!'))} {data.draw(courtesy)}"
    assert said(text, frozenset(Choice)).choice not in AGREEING
