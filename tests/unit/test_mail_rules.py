"""docs/mail-rules.md agrees with the code and the tests that refer to its rows."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "docs" / "mail-rules.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| ([A-G]\d+) \| (.*) \|$", RULES, re.MULTILINE))

_MENTION = re.compile(r"(?<![\w.#&-])([A-G]\d{1,2})(?![\w.])")
_TEST = re.compile(r"def test_((?:[A-G]\d+_)+)")


def _sources(*folders: str) -> dict[Path, str]:
    return {
        path: path.read_text(encoding="utf-8") for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))
    }


def test_every_row_has_one_situation_and_one_outcome() -> None:
    assert [row for row, text in ROWS.items() if text.count(" | ") != 1] == []


def test_row_numbers_are_consecutive() -> None:
    for letter in "ABCDEFG":
        numbers = [int(row[1:]) for row in ROWS if row[0] == letter]
        assert numbers == list(range(1, len(numbers) + 1))


def test_every_row_that_holds_has_a_test_of_its_name() -> None:
    named = {row for text in _sources("tests").values() for names in _TEST.findall(text) for row in names.split("_")}
    assert [row for row, text in ROWS.items() if "**Not yet" not in text and row not in named] == []


def test_every_row_that_the_code_refers_to_exists() -> None:
    strange = [
        f"{path.relative_to(ROOT)}: {row}"
        for path, text in _sources("mailer").items()
        for comment in re.findall(r"\((?:[A-G]\d+(?:, | to )?)+\)", text)
        for row in _MENTION.findall(comment)
        if row not in ROWS
    ]
    assert strange == []
