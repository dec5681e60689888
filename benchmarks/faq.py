"""How well questions by mail are answered: whether the right entry of the demo's FAQ is first, and the time.

    python -m benchmarks.faq

The questions are those of ``benchmarks/faq_questions.py``; each is asked of the entries in its language. For a question
that no entry answers it is right to answer nothing. The time is without that of the store.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.faq_questions import ANSWERED, LATER, UNANSWERED
from mailer.adapters import data
from mailer.model.faq import Entry, entries
from mailer.model.faq_search import Indexed, Match, answer, indexed, prefixes, ranked, wanted

FOLDER = data.CONFIG / "demo" / "library" / "faq"


def shipped(language: str) -> tuple[Entry, ...]:
    """The entries of the demo's FAQ in a language."""
    folder: Path = FOLDER if language == "en" else FOLDER / language
    return entries({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})


def ask(question: str, language: str, index: list[Indexed]) -> list[Match]:
    stems = wanted(question, language)
    beginnings = tuple(prefixes(stems))
    found = [
        one
        for one in index
        if one.terms.intersection(stems) or any(term.startswith(beginnings) for term in one.terms if beginnings)
    ]
    return ranked(stems, found, len(index))


class Answer(NamedTuple):
    """What a question gets."""

    language: str
    question: str
    right: str
    """The entry that answers it; empty if none does."""
    given: list[str]
    is_sure: bool
    """Whether no person is asked, too."""

    @property
    def is_right(self) -> bool:
        return self.given[:1] == ([self.right] if self.right else [])


def asked(questions: Mapping[str, Mapping[str, str]]) -> Iterator[Answer]:
    for language, wanted_of in questions.items():
        known = shipped(language)
        index = [indexed(one, language) for one in known]
        named = {one.number: one.id for one in known}
        for question, right in wanted_of.items():
            numbers, is_sure = answer(ask(question, language, index), 3)
            yield Answer(language, question, right, [named[one] for one in numbers], is_sure)


def main() -> None:
    unanswered = {language: dict.fromkeys(questions, "") for language, questions in UNANSWERED.items()}
    for name, questions in (("written first", ANSWERED), ("written later", LATER), ("without an entry", unanswered)):
        began = time.perf_counter()
        found = list(asked(questions))
        took = (time.perf_counter() - began) / len(found)
        right, sure = sum(one.is_right for one in found), sum(one.is_sure for one in found)
        print(f"{name}: right first {right} of {len(found)}, {right / len(found):.0%}; {took * 1e3:.1f} ms a question")
        print(f"    among three {sum(one.right in one.given for one in found)}; without asking a person, too: {sure}")
        for one in found:
            if not one.is_right:
                said = ", ".join(one.given) or "none"
                print(f"    {one.language} {'sure' if one.is_sure else 'perhaps'} {one.question!r}: {said}")


if __name__ == "__main__":
    main()
