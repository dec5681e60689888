"""Numbers as languages write them are compared by what they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.model.written_numbers import differing


@pytest.mark.parametrize(
    ("original", "came", "source", "target"),
    [
        ("1,234.5 members", "1\u202f234,5 membres", "en", "fr"),
        ("1,234.5", "1.234,5", "en", "de"),
        ("1,234", "1 234", "en", "fr"),
        ("12,345,678", "١٢٬٣٤٥٬٦٧٨", "en", "ar"),
        ("12,34,567", "1,234,567", "hi", "en"),
        ("45.6%", "٤٥٫٦٪", "en", "ar"),
        ("45.6%", "45,6 pour cent", "en", "fr"),
        ("１２３人", "123 people", "ja", "en"),
        ("on 1 March 2026 at 9:00", "2026年3月1日9時", "en", "ja"),
        ("2026-03-01", "le 1er mars 2026", "en", "fr"),
        ("01/03/2026", "1. März 2026", "en", "de"),
        ("Friday 4 December 2026, 18:00", "vendredi 4 décembre 2026 à 18 h", "en", "fr"),
        ("at 3 pm", "à 15 heures", "en", "fr"),
        ("three days", "3 Tage", "en", "de"),
        ("3 days", "drei Tage", "en", "de"),
        ("1.5 million", "150万", "en", "ja"),
        ("10,000", "1万", "en", "zh"),
        ("2.5 billion", "2,5 milliards", "en", "fr"),
        ("21st century", "XXIe siècle", "en", "fr"),
        ("ISO 26000:2010", "ISO 26000:2010", "en", "fr"),
        ("6.2.1", "6.2.1", "en", "fr"),
        ("2004\u20132005", "2004-2005", "en", "fr"),
        ("Resolution 8", "Résolution n° 8", "en", "fr"),
        ("it may come in March 2026", "en mars 2026", "en", "fr"),
    ],
)
def test_the_same_numbers_in_another_language_do_not_differ(original: str, came: str, source: str, target: str) -> None:
    assert differing(original, came, source, target) == ([], [])
    assert differing(came, original, target, source) == ([], [])


@pytest.mark.parametrize(
    ("original", "came", "found"),
    [
        ("3 days", "4 Tage", (["3"], ["4"])),
        ("90 nations", "9 Nationen", (["90"], ["9"])),
        ("1,234", "1.243", (["1,234"], ["1.243"])),
        ("45.5%", "45%", (["45.5"], ["45"])),
        ("in 2026", "im Jahr 2027", (["2026"], ["2027"])),
        ("in 2026", "bald", (["2026"], [])),
        ("soon", "im Jahr 2026", ([], ["2026"])),
        ("ISO 26000", "ISO 20600", (["26000"], ["20600"])),
        ("4 March 2026", "4. Mai 2026", ([], [])),
        ("2 and 2", "2", ([], [])),
        ("20 and 20", "20", (["20"], [])),
    ],
)
def test_other_numbers_differ(original: str, came: str, found: tuple[list[str], list[str]]) -> None:
    assert differing(original, came, "en", "de") == found


@given(st.text(alphabet="0123456789.,' :/-٣万XIV%", max_size=60), st.text(max_size=30))
def test_any_text_is_compared(one: str, other: str) -> None:
    assert differing(one, one, "en", "fr") == ([], [])
    differing(one, other, "xx", "tlh-Piqd")


@pytest.mark.parametrize("text", ["1" * 20_000, "1 " * 10_000, "1,234" * 4_000, "1.1." * 5_000, "may " * 5_000])
def test_a_text_that_is_made_to_be_slow_is_compared_at_once(text: str) -> None:
    differing(text, text[::-1], "en", "fr")
