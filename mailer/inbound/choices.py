"""What an answer to a question says: one of its choices, a number of a list, or whom to ask instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mailer.inbound.answers import both
from mailer.inbound.automatic import takes_answers
from mailer.inbound.commands import worth_reading
from mailer.inbound.filled import read_filled
from mailer.inbound.own_words import OwnWords, own_words_in, without_salutation, without_sign_off
from mailer.inbound.reply import own_text, readings, text_for_people
from mailer.inbound.wording import Sentence, Vocabulary, sentences_of, words_of
from mailer.inbound.words import choices as words
from mailer.inbound.words.answers import COMMON, NO, YES
from mailer.inbound.words.commands import COMMANDS
from mailer.inbound.words.courtesy import CLASSES, FILLERS
from mailer.message import Address, Inbound
from mailer.model.questionnaires import Questionnaire, Wordings
from mailer.model.questions import Choice, Reply

_LONGEST = 40
"""Words of a paragraph that can be an answer."""

TABLES: Mapping[Choice, tuple[Mapping[str, tuple[str, ...]], ...]] = {
    Choice.INSTEAD: (words.INSTEAD,),
    Choice.NEVER: (words.NEVER,),
    Choice.LEAVE: (words.LEAVE, COMMANDS["unsubscribe"]),
    Choice.LATER: (words.LATER,),
    Choice.NO: (NO,),
    Choice.OK: (words.OK, YES),
    Choice.YES: (YES,),
}
"""The words of each choice. A phrase that stands for several means the first of them that the question has."""

_ADDRESS = re.compile(r"[<(\[]?(?:mailto:)?([^\s<>()\[\],;:]{1,64}@[^\s<>()\[\],;:]{1,250})[>)\]]?,?")
_NAME = re.compile(r"(\S{1,40}?)[,:]?\s{1,3}$")
_NAMES = 4
"""How many words of a name may stand before an address."""
_NUMBER = re.compile(
    r"(?:(?:no|nr|n)\s?[.°º]?|number|№|#|第|номер|número|numéro|nummer|numero|رقم)?\s*(\d{1,3})\s*[.)번号號]?",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """What a text says in answer to a question."""

    choice: Choice | None = None
    number: int | None = None
    address: Address | None = None


def read_reply(
    mail: Inbound,
    choices: Collection[Choice],
    questionnaire: Questionnaire | None,
    offered: Mapping[str, str],
    wordings: Wordings,
    office: str,
    *,
    numbers: bool = False,
) -> Reply:
    """What the mail answers.

    One without own words, or with a signature alone, says yes, or else that all is right, if it may be answered (B11).
    ``office`` is the office's name, which says nothing. ``numbers``: whether a number is an answer.
    """
    if mail.body_problem or any(body.problem for body in readings(mail)):
        return Reply(words=text_for_people(mail))
    filled = read_filled(mail, questionnaire, offered, wordings) if questionnaire else None
    text = own_text(mail) if filled is None else filled.beside
    written = own_words_in(text, mail.sender.name if mail.sender else "", keeps_fields=filled is not None)
    said = read_choice(written, choices, numbers=numbers)
    has_said = said != Said()
    words = worth_reading(mail, written.paragraphs[1:] if has_said else written.paragraphs, office)
    is_silent = not text.strip() or written.signed_only
    if not has_said and is_silent and takes_answers(mail) and (filled is None or filled.is_empty):
        agreed = next((choice for choice in (Choice.YES, Choice.OK) if choice in choices), None)
        said = Said(agreed)
    return Reply(said.choice, said.number, said.address, filled, "" if is_silent else words)


def read_choice(written: OwnWords, choices: Collection[Choice], *, numbers: bool = False) -> Said:
    """What the first paragraph says, if it says one of the ``choices`` and nothing else but courtesy."""
    first = written.first
    if not first or len(words_of(first)) > _LONGEST:
        return Said()
    for form in _forms(first):
        if numbers and (number := _NUMBER.fullmatch(form.strip(" \t\n*_.!"))):
            return Said(number=int(number[1]))
        if choice := _said(sentences_of(form), frozenset(choices) - {Choice.INSTEAD}):
            return Said(choice)
        if Choice.INSTEAD in choices and (instead := _instead(form)):
            return Said(Choice.INSTEAD, None, instead)
    return Said()


def _forms(paragraph: str) -> Iterator[str]:
    """The paragraph, without a salutation, without a closing and a name."""
    for body in (paragraph, *without_sign_off(paragraph)):
        yield body
        yield from without_salutation(body)


def _instead(text: str) -> Address | None:
    """The one address in the text, with its name, if the text says to ask there."""
    found = list(_ADDRESS.finditer(text))
    if len(found) != 1:
        return None
    before, after = text[: found[0].start()], text[found[0].end() :]
    names: list[str] = []
    while True:
        sentences = sentences_of(f"{before} {words.ADDRESS} {after}")
        if _said(sentences, frozenset({Choice.INSTEAD})):
            return _address(found[0][1].rstrip(".!?。"), " ".join(names))
        word = _NAME.search(before)
        if word is None or not word[1][0].isupper() or len(names) == _NAMES:
            return None
        names.insert(0, word[1])
        before = before[: word.start()]


def _address(spec: str, name: str) -> Address | None:
    try:
        return Address.parse(spec, name)
    except ValueError:
        return None


def _said(sentences: list[Sentence], choices: frozenset[Choice]) -> Choice | None:
    if not sentences or any(sentence.asks for sentence in sentences):
        return None
    for language in YES:
        meanings = [_vocabulary(language, choices).meanings(sentence.words) for sentence in sentences]
        if not all(meanings):
            continue
        for choice in (choice for choice in TABLES if choice in choices):
            if any(choice in found for found in meanings) and all(found & {"", choice} for found in meanings):
                return choice
    return None


@lru_cache(maxsize=256)
def _vocabulary(language: str, choices: frozenset[Choice]) -> Vocabulary:
    tables = (FILLERS, COMMON, *(table for name, table in CLASSES.items() if name != "not"))
    return Vocabulary.of(
        [phrase for table in tables for phrase in both(table, language)],
        {name: both(table, language) for name, table in CLASSES.items()},
        {
            choice: [phrase for table in TABLES[choice] for phrase in both(table, language)]
            for choice in TABLES
            if choice in choices
        },
    )
