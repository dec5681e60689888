"""Questions that were asked by mail and that no entry answers: they may become entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mailer import feedback_mail
from mailer.errors import Refused
from mailer.model.faq import KEPT_TAG, TAG, Asked, answer_alone
from mailer.model.faq_search import grouped, language_of
from mailer.model.feedback import EntryKind, Item, State, without_name
from mailer.model.library import FAQ, Number
from mailer.office import Office
from mailer.ports.feedback import Wanted

MOST = 200
"""The newest questions that are looked at."""

_STATES = tuple(state for state in State if state is not State.CLOSED)


class Candidate(NamedTuple):
    """A question that several people may have asked, each in their words."""

    question: str
    """As it was asked last."""
    language: str
    items: tuple[int, ...]
    """The numbers of the items, the newest first."""
    answered: int
    """The newest item that a person has answered; 0 if none is."""


def candidates(office: Office) -> list[Candidate]:
    """What was asked and is no entry, in groups of the same question; the most asked first."""
    items = {one.number: one for one in office.work.feedback.find(Wanted(tag=TAG, states=_STATES), MOST)}
    languages = sorted({one.language for one in office.work.library.versions(FAQ)} | {office.rules.language})
    asked = [
        Asked(one.number, one.subject, language_of(one.subject, languages, one.language or office.rules.language)[0])
        for one in items.values()
    ]
    return [_candidate(group, items) for group in grouped(asked)]


def _candidate(group: Sequence[Asked], items: dict[int, Item]) -> Candidate:
    numbers = tuple(one.item for one in group)
    answered = next((one for one in numbers if items[one].state is State.ANSWERED), 0)
    return Candidate(group[0].question, group[0].language, numbers, answered)


class Draft(NamedTuple):
    """What an entry can be made of."""

    question: str
    language: str
    answer: str
    items: tuple[int, ...]
    """All items that ask it."""
    names: bool
    """Whether the asker's name or address was taken out of the answer."""


def draft(office: Office, number: int, language: str = "") -> Draft:
    """The question of an item with the answer that a person gave. Raises Refused if there is none.

    What the answer says to its asker alone is taken out: greeting, closing, name and address.
    """
    item = require(office, number)
    answers = [one for one in office.work.feedback.entries(number) if one.kind is EntryKind.ANSWER]
    if not answers:
        raise Refused(f"Number {number} has no answer yet: `mailer faq answer {number} FILE` gives it one.")
    alike = next((one for one in candidates(office) if number in one.items), None)
    alone = answer_alone(answers[-1].text)
    hidden = without_name(alone, _names(item))
    if not hidden.strip():
        raise Refused(f"The answer to number {number} has no words beside its greeting: write the entry by hand.")
    return Draft(
        item.subject,
        language or (alike.language if alike else item.language or office.rules.language),
        hidden,
        alike.items if alike else (number,),
        hidden != alone,
    )


def require(office: Office, number: int) -> Item:
    """An item of feedback. Raises Refused if there is none, or if it has become an entry."""
    item = office.work.feedback.item(number)
    if item is None:
        raise Refused(f"There is no number {number}: see `mailer faq candidates`.")
    if KEPT_TAG in item.tags:
        raise Refused(f"Number {number} has become an entry already; edit that one.")
    return item


def _names(item: Item) -> list[str]:
    return [item.name, *item.name.split(), item.address, item.asker.local]


def published_numbers(office: Office, language: str) -> list[Number]:
    """The numbers in this language that have been published, and cannot be used again."""
    versions = office.work.library.versions(FAQ)
    return [one.number for one in versions if one.published_at and one.language.lower() == language.lower()]


def keep(office: Office, items: Sequence[int], entry: str) -> None:
    """The items have become an entry: they are candidates no more."""
    for number in items:
        item = office.work.feedback.item(number)
        if item is not None:
            tags = [*(one for one in item.tags if one not in (TAG, KEPT_TAG)), KEPT_TAG]
            office.work.feedback.change(number, office.now, tags=tags)
            office.record("became an entry", f"feedback {number}", entry=entry)


def has_ungranted_text(office: Office, text: str) -> bool:
    """Whether it is the text of an issue that no board has granted."""
    return feedback_mail.has_ungranted_text(office, text)
