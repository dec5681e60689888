"""What a reply to a question of the office says: yes, no, or neither (B11).

A yes is an empty text, a signature alone, or a first paragraph that says yes and nothing else but courtesy.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache

from mailer.inbound.automatic import takes_answers
from mailer.inbound.own_words import read_own_words, without_salutation, without_sign_off
from mailer.inbound.reply import own_text, readings
from mailer.inbound.wording import Sentence, Vocabulary, sentences_of, words_of
from mailer.inbound.words.answers import COMMON, NO, STAY, YES
from mailer.inbound.words.commands import COMMANDS
from mailer.inbound.words.courtesy import CLASSES, FILLERS
from mailer.message import Inbound


class Answer(Enum):
    YES = auto()
    NO = auto()
    OTHER = auto()
    """Words for a person."""


_LONGEST = 40
"""Words of a paragraph that can be an answer."""

AGREEING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "confirm": COMMANDS["subscribe"],
    "leave": COMMANDS["unsubscribe"],
    "come back": {tag: words + STAY.get(tag, ()) for tag, words in COMMANDS["subscribe"].items()},
    "agreement": {},
}
"""Commands that say yes to a question, by what it asks."""


def read_decision(mail: Inbound, text: str) -> Answer:
    """What staff say who were asked for YES or NO. OTHER if ``text``, the reply's own, is empty: silence is no yes."""
    return read_answer(mail, "agreement") if text.strip() else Answer.OTHER


def read_answer(mail: Inbound, question: str) -> Answer:
    """What the reply says. ``question`` is a key of ``AGREEING``."""
    if any(body.problem for body in readings(mail)) or mail.body_problem:
        return Answer.OTHER
    text = own_text(mail)
    written = read_own_words(mail)
    if not text.strip() or written.signed_only:
        return Answer.YES if takes_answers(mail) else Answer.OTHER
    first = written.first or text.split("\n\n", 1)[0]
    if len(words_of(first)) > _LONGEST:
        return Answer.OTHER
    bodies = (first, *without_sign_off(first))
    said = {_said(sentences_of(form), question) for body in bodies for form in (body, *without_salutation(body))}
    for answer in (Answer.YES, Answer.NO):
        if answer in said:
            return answer
    return Answer.OTHER


def _said(sentences: list[Sentence], question: str) -> Answer:
    if not sentences or any(sentence.asks for sentence in sentences):
        return Answer.OTHER
    for language in YES:
        meanings = [_vocabulary(language, question).meanings(sentence.words) for sentence in sentences]
        if not all(meanings):
            continue
        for answer in (Answer.YES, Answer.NO) if question == "leave" else (Answer.NO, Answer.YES):
            if any(answer.name in found for found in meanings) and all(found & {"", answer.name} for found in meanings):
                return answer
    return Answer.OTHER


@lru_cache(maxsize=128)
def _vocabulary(language: str, question: str) -> Vocabulary:
    tables = (FILLERS, COMMON, *(table for name, table in CLASSES.items() if name != "not"))
    agreeing = AGREEING[question]
    return Vocabulary.of(
        [phrase for table in tables for phrase in both(table, language)],
        {name: both(table, language) for name, table in CLASSES.items()},
        {
            Answer.YES.name: (*both(YES, language), *both(agreeing, language)),
            Answer.NO.name: [phrase for phrase in both(NO, language) if phrase not in both(agreeing, language)],
        },
    )


def both(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    """The phrases of the language and of English."""
    return tuple(dict.fromkeys((*table.get(language, ()), *table.get("en", ()))))
