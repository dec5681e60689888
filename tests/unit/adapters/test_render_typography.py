"""Quotation marks, dashes, ellipses and spaces by language."""

from __future__ import annotations

import pytest

from mailer.adapters.render import markdown
from mailer.adapters.render.markdown import Form
from mailer.adapters.render.typography import STYLES, set_text
from mailer.model.issues import Article

LANGUAGES = [
    ("en", "\"a 'b' c\" -- d...", "“a ‘b’ c”\xa0– d…"),
    ("en-GB", "'a \"b\" c'", "‘a “b” c’"),
    ("en-US", '"a" -- b', "“a”—b"),
    ("fr", "Il dit : \"Oui 'non' !\" -- quoi?", "Il dit\xa0: «\xa0Oui “non”\u202f!\xa0»\xa0– quoi\u202f?"),
    ("fr", "«mot» ; « mot »: fin!", "«\xa0mot\xa0»\u202f; «\xa0mot\xa0»\xa0: fin\u202f!"),
    ("fr", "à 12:30, http://a.example/b?c=d; e", "à 12:30, http://a.example/b?c=d\u202f; e"),
    ("fr-CA", '"Oui!" : non', "«\xa0Oui!\xa0»\xa0: non"),
    ("fr-CH", '"a"', "«\u202fa\u202f»"),
    ("es", '"a" -- b', "«a»\xa0— b"),
    ("de", "\"a 'b'\" -- c", "„a ‚b‘“\xa0– c"),
    ("de-CH", '"a"', "«a»"),
    ("pt-BR", '"a"', "“a”"),
    ("pt-PT", '"a"', "«a»"),
    ("it", '"l\'acqua"', "«l’acqua»"),
    ("ru", "\"a 'b'\" -- c", "«a „b“»\xa0— c"),
    ("ar", '"أ" -- ب', "«أ»\xa0– ب"),
    ("zh", '他说"你好"...', "他说“你好”……"),
    ("zh-Hant-TW", '他說"你好"', "他說「你好」"),
    ("ja", "\"はい'え'は\"と -- は", "「はい『え』は」と——は"),
    ("pl", "\"a 'b'\"", "„a «b»”"),
    ("sv", '"a"', "”a”"),
    ("hu", '"a"', "„a”"),
    ("xx", '"a"', "“a”"),
]


@pytest.mark.parametrize(("language", "typed", "printed"), LANGUAGES)
def test_a_language_has_its_own_marks(language: str, typed: str, printed: str) -> None:
    assert set_text(typed, language) == printed


ENGLISH = [
    ("don't the members' 'a'", "don’t the members’ ‘a’"),
    ("the '90s, rock 'n' roll", "the ’90s, rock ‘n’ roll"),
    ("6'2\" tall", "6'2\" tall"),
    ('("a") ["b"] -"c"', "(“a”) [“b”] -“c”"),
    ('"a "b" c"', "“a ‘b’ c”"),
    ('"open', '"open'),
    ("1--5, a--b, a---b", "1–5, a–b, a—b"),
    ("-- at the start, at the end --", "– at the start, at the end\xa0–"),
    ("use --ask or ---x", "use --ask or —x"),
    ("a....b ..c", "a....b ..c"),
    ("see https://a.example/b--c...d and a@b--c.example and C:\\a--b", None),
    ("o'brien@a.example", None),
    ("40 t, 5 km, 3 %, 12 members, 2 ms", "40\xa0t, 5\xa0km, 3\xa0%, 12 members, 2 ms"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "printed"), ENGLISH)
def test_english(typed: str, printed: str | None) -> None:
    assert set_text(typed, "en") == (typed if printed is None else printed)


def html(body: str, language: str = "en") -> str:
    prose, faults = markdown.read(Article("01-a.md", "A", "", "", body), language)
    assert prose is not None, faults
    return prose.html(Form.MAIL)


ACROSS = [
    ('*"a* b"', "<p><em>“a</em> b”</p>\n"),
    ('"*a*" and "[b](https://c.example)"', '<p>“<em>a</em>” and “<a href="https://c.example">b</a>”</p>\n'),
    ('"a\nb" --\nc', "<p>“a\nb”&nbsp;–\nc</p>\n"),
    ('`--a "b"...` it\'s', '<p><code>--a "b"...</code> it’s</p>\n'),
    ("**a**--*b*, *x* --y", "<p><strong>a</strong>–<em>b</em>, <em>x</em> --y</p>\n"),
]


@pytest.mark.parametrize(("body", "expected"), ACROSS)
def test_marks_are_set_across_emphasis_and_lines_but_not_in_code(body: str, expected: str) -> None:
    assert html(body) == expected


def test_french_signs_behind_emphasis_get_their_space() -> None:
    assert html("**Note**: *oui*!", "fr") == "<p><strong>Note</strong>&nbsp;: <em>oui</em>\u202f!</p>\n"


def test_all_styles_have_whole_pairs_of_marks() -> None:
    assert [tag for tag, style in STYLES.items() if not all(style.quotes) or tag != tag.lower()] == []
