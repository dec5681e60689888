"""Frequent questions: entries of a document of the library, and those that were asked and are none yet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

TAG = "faq"
"""The tag of items of feedback that may become entries."""

KEPT_TAG = "faq-entry"
"""The tag of items that have become one."""

ALSO = "also"
"""The key of a chapter that has other ways to ask its question. They are searched and not printed."""

_CHAPTER = re.compile(r"(\d+)-(.+)\.md")
_FENCE = "+++"


@dataclass(frozen=True, slots=True)
class FaqRules:
    """How questions are answered by mail."""

    answers: int = 3
    """Entries that answer one question at most."""
    attach_bytes: int = 2_000_000
    """Octets of the largest PDF that is attached to all questions and answers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer: one chapter of the document."""

    id: str
    """The name of its file without the number; the same in each language."""
    number: int
    """Its place among the chapters, from 1 on, as it is printed."""
    question: str
    answer: str
    """Markdown."""
    also: tuple[str, ...] = ()
    """Other ways to ask the question."""


def entries(source_files: Mapping[str, bytes]) -> tuple[Entry, ...]:
    """The entries in a document's folder as it was frozen, in their order."""
    named = [(int(found[1]), found[2], name) for name in source_files if (found := _CHAPTER.fullmatch(name))]
    return tuple(
        _entry(stem, place, source_files[name].decode("utf-8"))
        for place, (_, stem, name) in enumerate(sorted(named), start=1)
    )


def _entry(stem: str, number: int, text: str) -> Entry:
    """The chapter's text was checked when it was built."""
    _, front, answer = text.removeprefix("\ufeff").replace("\r\n", "\n").split(f"{_FENCE}\n", 2)
    values = tomllib.loads(front)
    return Entry(stem, number, str(values["title"]), answer.strip(), tuple(map(str, values.get(ALSO, ()))))


class Asked(NamedTuple):
    """A question that somebody asked and that no entry answers."""

    item: int
    """The number of the item of feedback."""
    question: str
    language: str
    """BCP 47; may be empty."""


_GREETING = re.compile(
    r"(?:(?:dear|hello|hi|good (?:day|morning|afternoon|evening)|bonjour|bonsoir|madame|monsieur|cher|chère"
    r"|hola|buenos días|buenas tardes|estimad[oa]|querid[oa]|sehr geehrte[rs]?|liebe[rs]?|hallo"
    r"|guten (?:tag|morgen|abend)"
    r"|prezad[oa]|olá|bom dia|gentile|buongiorno|salve|уважаем\w+|здравствуйте|добрый день|您好|你好|尊敬的)\b"
    r".{0,80}[,.:!，。！]?|.{1,40}様|عزيزي.{0,60}|السلام عليكم.{0,60}|تحية طيبة.{0,60})",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:with )?(?:kind|best|warm)? ?(?:regards|wishes)|sincerely|yours\b.{0,20}|cordialement|bien à vous"
    r"|(?:(?:avec (?:mes|nos) )?meilleures )?salutations.{0,20}|(?:un )?(?:cordial )?saludos?.{0,20}|atentamente"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|vielen) grüßen|(?:viele|beste|herzliche|freundliche) grüße|mfg"
    r"|atenciosamente|cordiali saluti|distinti saluti|с уважением|敬具|此致|مع أطيب التحيات|مع التحية)[ ,.!，]*",
    re.IGNORECASE,
)
_SEARCHED = 4_000
"""Characters that are searched for a question."""
_SIGNED = 4
"""Lines below a closing at most, that name who wrote."""


def answer_alone(text: str) -> str:
    """A letter that answers a question, without its greeting, its closing and what stands below."""
    lines = text.replace("\r\n", "\n").split("\n")
    lines = lines[: next((at for at, line in enumerate(lines) if line.rstrip() == "--"), len(lines))]
    closing = [at for at, line in enumerate(lines) if at and _CLOSING.fullmatch(line.strip())]
    if closing and sum(1 for line in lines[closing[-1] + 1 :] if line.strip()) <= _SIGNED:
        lines = lines[: closing[-1]]
    while lines and (not lines[0].strip() or _GREETING.fullmatch(lines[0].strip())):
        lines = lines[1:]
    return "\n".join(lines).strip()


def question_in(text: str) -> str:
    """The first sentence of a mail that ends with a question mark; empty if none does."""
    said = " ".join(answer_alone(text[:_SEARCHED]).split())
    found = re.search(r"(?:^|(?<=[.!?。！？؟] )|(?<=[。！？]))[^.!?。！？؟]{4,200}[?？؟]", said)
    return found[0].strip() if found else ""


def slug(question: str) -> str:
    """The name of a new entry's file, of ASCII letters; empty if the question has none."""
    words: Sequence[str] = re.findall(r"[a-z0-9]+", question.lower())
    return "-".join(words[:8])[:60].strip("-")
