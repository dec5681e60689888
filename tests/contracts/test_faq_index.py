"""The full-text index of frequent questions, on every store."""

from __future__ import annotations

from dataclasses import replace

from mailer.model.faq import Entry
from mailer.model.faq_search import Indexed, indexed, prefixes, wanted
from mailer.model.library import Number
from mailer.ports import Work
from tests.contracts.test_library import PRINTED
from tests.fakes import NOON
from tests.unit.model.test_library import MANUSCRIPT

ENTRIES = {
    "en": (
        Entry("subscribe", 1, "How can I subscribe?", "Write “subscribe” to the office.", ("sign up",)),
        Entry("cost", 2, "What does it cost?", "Nothing: the newsletter is free of charge."),
        Entry("certified", 3, "Can a company be certified?", "No. It is guidance."),
    ),
    "ja": (Entry("subscribe", 1, "ニュースレターを購読するには？", "「購読」と書いてください。"),),
    "zh": (Entry("subscribe", 1, "如何订阅通讯？", "请写“订阅”。"),),
    "ar": (Entry("subscribe", 1, "كيف يمكنني الاشتراك في النشرة؟", "اكتبوا كلمة اشتراك."),),
    "th": (Entry("subscribe", 1, "สมัครรับข่าวสารได้อย่างไร", "เขียนถึงเรา"),),
}


def added(work: Work, language: str, number: Number = MANUSCRIPT.number) -> int:
    """The id of a version with these entries in the index."""
    version = work.library.freeze(replace(MANUSCRIPT, number=number), PRINTED, "", NOON)
    work.faq_index.add(version.id, [indexed(one, language) for one in ENTRIES[language]])
    return version.id


def found(work: Work, version: int, question: str, language: str) -> list[int]:
    stems = wanted(question, language)
    return [one.number for one in work.faq_index.search(version, stems, prefixes(stems), 10)]


QUESTIONS = (
    ("en", "How do I sign up", [1]),
    ("en", "subscribing to the newsletter", [1, 2]),
    ("en", "Is there a certificate?", [3]),  # a word that begins like one in the entry
    ("en", "SUBSCRIBERS", [1]),
    ("en", "apples", []),
    ("en", "is it about us", []),  # everyday words alone
    ("ja", "購読したい", [1]),
    ("zh", "订阅", [1]),
    ("ar", "الاشتراك", [1]),
    ("th", "สมัคร", [1]),
)


def test_entries_are_found_by_the_words_of_a_question(work: Work) -> None:
    versions = {language: added(work, language, Number(1, at)) for at, language in enumerate(ENTRIES)}
    for language, question, numbers in QUESTIONS:
        assert (question, sorted(found(work, versions[language], question, language))) == (question, numbers)


def test_an_entry_comes_back_as_it_was_indexed(work: Work) -> None:
    version = added(work, "en")
    (cost,) = work.faq_index.search(version, ["cost"], [], 10)
    assert cost == indexed(ENTRIES["en"][1], "en")
    assert cost == Indexed(2, (("cost",),), ("noth", "newslett", "free", "charg"))


def test_what_has_most_of_the_words_comes_first_and_there_is_a_limit(work: Work) -> None:
    version = added(work, "en")
    assert [one.number for one in work.faq_index.search(version, ["newslett", "free", "subscrib"], [], 1)] == [2]


def test_each_version_is_searched_by_itself_and_only_those_kept_are_found(work: Work) -> None:
    first, second = added(work, "en"), added(work, "zh", Number(1, 1))
    assert (work.faq_index.versions(), work.faq_index.size(first)) == ({first, second}, 3)
    assert (found(work, second, "subscribe", "en"), found(work, first, "订阅", "zh")) == ([], [])
    work.faq_index.keep_only([second])
    assert (work.faq_index.versions(), work.faq_index.size(first)) == ({second}, 0)
    assert (found(work, first, "subscribe", "en"), found(work, second, "订阅", "zh")) == ([], [1])
    work.faq_index.keep_only([])
    assert work.faq_index.versions() == frozenset()


def test_what_is_no_word_is_no_part_of_a_query(work: Work) -> None:
    version = added(work, "en")
    for words in ('"', "'", "\\", '"*', "a OR b", "NEAR(a b)", "':* | '", "^", "-", "terms:x", "\x00"):
        assert work.faq_index.search(version, [words, "cost"], [words], 10)[0].number == 2


def test_nothing_is_found_by_nothing(work: Work) -> None:
    assert work.faq_index.search(added(work, "en"), [], [], 10) == []
