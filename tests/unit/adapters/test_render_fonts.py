"""Each letter of the PDF is printed as itself, from fonts that do not depend on the machine (D8, D9)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont

from mailer.adapters import issue_folder
from mailer.adapters.render import Renderer, character_map, letters, pdf
from mailer.adapters.render.fonts import SHIPPED, Fonts, font_data, stacks
from mailer.errors import ConfigError
from mailer.model.issues import Edition
from tests import rendering
from tests.glyphs import made_font, outline, printed
from tests.unit.adapters.test_render import IDENTITY, TEMPLATES, image, in_language, source

FOLDER = TEMPLATES / "issue" / "fonts"
DIACRITICS = Path(__file__).parents[2] / "data" / "issues" / "diacritics"


@pytest.fixture(autouse=True)
def no_shared_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", rendering.uncached)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    return Fonts(FOLDER)


def problems(folder: Path | str, *named: Path) -> list[str]:
    """The faults of an issue in a folder, or of an article with this text."""
    issue = issue_folder.read(folder, "update") if isinstance(folder, Path) else source(folder)
    with pytest.raises(ConfigError) as caught:
        Renderer(TEMPLATES, fonts=named).edition(issue, IDENTITY)
    return list(caught.value.problems)


def edition(folder: Path | str, *named: Path) -> Edition:
    issue = issue_folder.read(folder, "update") if isinstance(folder, Path) else source(folder)
    return Renderer(TEMPLATES, fonts=named).edition(issue, IDENTITY)


# --- The page ---


def test_D8_each_letter_is_printed_as_itself() -> None:
    seen: dict[str, set[str]] = {}
    wrong = []
    for name, text, drawn in printed(edition(DIACRITICS).pdf):
        file = file_of(name)
        font = shipped(file)
        seen.setdefault(file, set()).add(text)
        if drawn != outline(font, font.getBestCmap()[ord(text)]):
            wrong.append((file, text))
    assert wrong == []
    assert {*"ŁśćźřůžšışễửệΕλένηРусий"} - seen["serif-400-normal.ttf"] == set()
    assert {*"řůžšşığễửệΕλένηИванŁ"} - seen["sans-400-normal.ttf"] == set()
    assert {*"ŁuazW"} <= seen["serif-600-normal.ttf"] & seen["serif-400-italic.ttf"]
    assert {*"Łukasz"} == seen["code-400-normal.ttf"]


@cache
def shipped(file: str) -> TTFont:
    return TTFont(FOLDER / file)


def file_of(name: str) -> str:
    """The shipped file of a font's name in a PDF, such as ``Mailer-Serif-Semi-Bold``."""
    role = name.split("-")[1].lower()
    return f"{role}-{600 if 'Semi-Bold' in name else 400}-{'italic' if 'Italic' in name else 'normal'}.ttf"


def test_D8_no_two_font_files_share_a_name_weight_and_style(fonts: Fonts) -> None:
    families = (*fonts.shipped, *fonts.scripts)
    faces = [(family.name, face.weight, face.style) for family in families for face in family.faces]
    assert len(set(faces)) == len(faces) == len(list(FOLDER.glob("*.ttf")))


def test_D8_all_files_of_a_shipped_family_have_the_same_characters(fonts: Fonts) -> None:
    for family in (*fonts.shipped, *fonts.scripts):
        assert {frozenset(TTFont(face.path).getBestCmap()) for face in family.faces} == {family.characters}


def test_D8_the_characters_of_a_font_are_those_that_another_reader_finds() -> None:
    for path in FOLDER.glob("*.ttf"):
        assert character_map.characters(path) == frozenset(TTFont(path).getBestCmap())


def test_D8_what_the_page_adds_has_a_font() -> None:
    """Marks of nested lists, a hyphen at the end of a line, numbers, and code."""
    nested = "".join(f"{'    ' * depth}- point\n" for depth in range(5))
    long_words = "Incomprehensibilities internationalization counterrevolutionaries characteristically " * 9
    made = edition(f"{nested}\n1. one\n\n{long_words}\n\n```\ncode\n```\n\n> quoted\n\n---\n\nEnd")
    assert {name.rpartition("Mailer-")[0] for name, _, _ in printed(made.pdf)} == {""}
    assert {"•", "◦", "▪", "-"} <= {text for _, text, _ in printed(made.pdf)}


def test_D8_text_that_only_the_layout_finds_without_a_font_is_refused() -> None:
    (face,) = [family.faces[0] for family in Fonts(FOLDER).shipped if family.name == SHIPPED["sans"]]
    html = (
        "<!doctype html><html lang=en><title>x</title><style>@font-face { font-family: a; src: url(asset:a) }"
        " p { font-family: a } p::after { content: '★' }</style><p>x"
    )
    with pytest.raises(ConfigError, match=r"no font can show ★; name one that can in \[identity\] fonts"):
        pdf.write(html, {"a": face.path.read_bytes()}, "x")


# --- The machine ---


def test_D9_fonts_and_settings_of_the_system_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Words `code`, “quoted”. " + "Counterrevolutionaries " * 40 + "\n\n- a\n    - b\n"
    plain = edition(text)
    for at, family in enumerate(("monospace", "serif", *SHIPPED.values(), "DejaVu Sans")):
        made_font(tmp_path / f"{at}.ttf", "abcdefghijklmnopqrstuvwxyz-\u2010•◦“”", family)
    system = tmp_path / "fonts.conf"
    system.write_text(
        f"<fontconfig><dir>{tmp_path}</dir><match target='pattern'><edit name='family' mode='prepend_first'>"
        "<string>monospace</string></edit></match></fontconfig>"
    )
    environment = {"FONTCONFIG_FILE": system, "LC_ALL": "tr_TR.UTF-8", "LANG": "ja_JP.UTF-8", "PANGO_LANGUAGE": "th"}
    for name, value in (environment | {"HOME": tmp_path, "XDG_DATA_HOME": tmp_path, "SOURCE_DATE_EPOCH": 1}).items():
        monkeypatch.setenv(name, str(value))
    assert edition(text).digest == plain.digest


def test_the_pdf_process_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    edition("Words.")
    with pytest.raises(ConfigError):
        pdf.write("<!doctype html><html lang=en><title>x</title><table>" + "<td>x" * 9000, {}, "x", cpu_seconds=1)
    assert list(tmp_path.iterdir()) == []


# --- Faults ---

WITHOUT_FONT = """+++
title = "Signs ☊"
author = "Ana"
summary = "Short ★"
+++
First line
second line 中 &starf; &#x12000;

```
code
more code ༀ
```
"""


def test_D8_a_character_that_no_font_has_is_a_fault_with_its_line_and_the_cure(tmp_path: Path) -> None:
    (tmp_path / "issue.toml").write_text('number = 1\ntitle = "Sun ☉"\ndate = 2026-12-01\n', encoding="utf-8")
    (tmp_path / "01-a.md").write_text(WITHOUT_FONT, encoding="utf-8")
    (tmp_path / "02-b.md").write_text(
        '+++\ntitle = "b"\n+++\n\n| a | b |\n|---|---|\n| c | d |\n| 𝄞 | y̰ |\n', encoding="utf-8"
    )
    named = "; write it otherwise, or name a font that has it in [identity] fonts"

    def package(file: str, package: str) -> str:
        return f"; write it otherwise, or name /usr/share/fonts/{file} in [identity] fonts (Debian's package {package})"

    signs = package("truetype/dejavu/DejaVuSans.ttf", "fonts-dejavu-core")
    chinese = package("opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk")
    tibetan = package("truetype/noto/NotoSerifTibetan-Regular.ttf", "fonts-noto-core")
    assert problems(tmp_path) == [
        f"issue.toml:2: no font has “☉” (U+2609 SUN){named}",
        f"01-a.md:2: no font has “☊” (U+260A ASCENDING NODE){named}",
        f"01-a.md:4: no font has “★” (U+2605 BLACK STAR){signs}",
        f"01-a.md:7: no font has “中” (U+4E2D CJK UNIFIED IDEOGRAPH-4E2D){chinese}",
        f"01-a.md:7: no font has “𒀀” (U+12000 CUNEIFORM SIGN A){named}",
        f"01-a.md:11: no font has “ༀ” (U+0F00 TIBETAN SYLLABLE OM){tibetan}",
        f"02-b.md:8: no font has “𝄞” (U+1D11E MUSICAL SYMBOL G CLEF){signs}",
        f"02-b.md:8: no font has “\u25cc\u0330” (U+0330 COMBINING TILDE BELOW){named}",
    ]


EVERYWHERE = """+++
title = "T"
author = "☉"
kicker = "☉"
section = "☉"
image = "p.png"
alt = "☉"
caption = "☉"
credit = "☉"
+++
Text[^1].

[^1]: A note ☉.

::: box Title ☊ 14
Body ☋ 15
:::

Table: title ☌ 18

| a |
|---|
| ☍ 22 |

![alt ♄ 24](p.png "caption ♃ 24 | credit ♅ 24")

```chart
kind: bar
title: Title ♆ 28
unit: ♇

A, 1
B 𝄞, 2
```
"""


def test_D8_a_character_without_a_font_is_found_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "issue.toml").write_text('number = 1\ntitle = "T"\ndate = 2026-12-01\n', encoding="utf-8")
    (tmp_path / "p.png").write_bytes(image(400, 300))
    lines = EVERYWHERE.split("\n")
    for at in [at for at, line in enumerate(lines) if "☉" in line]:
        only = "\n".join(line if other == at else line.replace("☉", "x") for other, line in enumerate(lines))
        (tmp_path / "01-a.md").write_text(re.sub("[☊☋☌☍♄♃♅♆♇𝄞]", "x", only), encoding="utf-8")
        assert [fault.partition("“")[0] for fault in problems(tmp_path)] == [f"01-a.md:{at + 1}: no font has "]
    (tmp_path / "01-a.md").write_text(EVERYWHERE.replace("☉", "x"), encoding="utf-8")
    found = " ".join(problems(tmp_path))
    missing = [sign for sign in "☊☋☌☍♄♃♅♆♇𝄞" if sign not in found]
    assert missing == []


TURNED = """+++
title = "T"
+++
Words \u202e001.
A \u2066name.
"""


def test_D8_characters_that_turn_letters_around_are_faults(tmp_path: Path) -> None:
    (tmp_path / "issue.toml").write_text('number = 1\ntitle = "T"\ndate = 2026-12-01\n', encoding="utf-8")
    (tmp_path / "01-a.md").write_text(TURNED, encoding="utf-8")
    unseen = "turns letters around unseen; take it out"
    assert problems(tmp_path) == [
        f"01-a.md:4: U+202E RIGHT-TO-LEFT OVERRIDE {unseen}",
        f"01-a.md:5: U+2066 LEFT-TO-RIGHT ISOLATE {unseen}",
    ]


def test_D8_an_article_in_a_script_without_a_font_has_few_faults() -> None:
    found = problems("天地玄黃宇宙洪荒\n日月盈昃")
    assert len(found) == 6
    assert found[-1].startswith("01-a.md:4: no font has 7 further characters, among them 宙 洪 荒 日 月 盈 昃")


@pytest.mark.parametrize("key", ["masthead", "tagline", "publisher", "imprint"])
def test_D8_what_the_configuration_adds_is_checked(key: str) -> None:
    with pytest.raises(ConfigError, match=r"no font has “★”.*\[identity\] fonts") as caught:
        Renderer(TEMPLATES).edition(source("Words."), replace(IDENTITY, **{key: "Star ★"}))
    assert (key in caught.value.problems[0]) is (key != "masthead")


PRINTABLE = {
    "decomposed": unicodedata.normalize("NFD", "Łódź, Příliš žluťoučký kůň, İstanbul, Nguyễn Thử Nghiệm, ΐ, й"),
    "marks without a composed letter": "ė̃ m̃ r̄ а́ е́ n̈",
    "ligatures": "ﬁnd ﬂoor oﬃce fi ffi",
    "spaces": "10\u202f000\u00a0€ a\u2009b\u2003c\u3000d\u200ae",
    "invisible": "soft\u00adhyphen, zero\u200bwidth, word\u2060joiner, mark\u200e, \u200d, \ufeff, Ω\ufe0e",
    "hyphens": "non\u2011breaking \u2010 – — ― −",
    "singletons": "5 Ω, 3 Å, µ, K",
    "signs": "→ ≤ ≠ ≈ ∞ ✓ ☐ … ™ № € ₺ ₴ ½ ⅓ “ ” „ « » · • ¿ ¡ § ¶ † ‰",
    "Latin": "ÆØÅ ŐŰ ȘȚ ẞ Ŵ Ŷ Ħ ŋ ʻokina ʼ ǎ ạ ẹ ọ ƒ",
    "Cyrillic and Greek": "Ґґ Єє Її Ў Ђ Љ Њ Џ Ѓ Ќ ё ъ ы э Ә Ғ Қ Ң Ө Ү Һ Ά ώ ς",
}


@pytest.mark.parametrize("text", PRINTABLE.values(), ids=PRINTABLE)
def test_D8_what_the_shipped_fonts_can_print_is_no_fault(fonts: Fonts, text: str) -> None:
    assert fonts.missing(text) == []


def test_D8_all_that_is_no_fault_is_printed() -> None:
    made = edition("\n\n".join(PRINTABLE.values()))
    assert [text for name, text, drawn in printed(made.pdf) if drawn is None or "Mailer" not in name] == []


@pytest.mark.parametrize("tag", ["en", "fr"])
def test_D8_every_language_that_is_shipped_has_its_letters(tag: str) -> None:
    made = Renderer(TEMPLATES).edition(in_language(tag), IDENTITY)
    assert {name.partition("-")[0] for name, _, _ in printed(made.pdf)} == {"Mailer"}


# --- Fonts that the configuration names ---


def names(made: Edition) -> set[str]:
    """The names of the fonts that a PDF embeds, but for the shipped ones."""
    return {name for name, _, _ in printed(made.pdf) if not name.startswith("Mailer")}


def test_a_named_font_prints_what_the_shipped_ones_lack(tmp_path: Path) -> None:
    stars, moons = made_font(tmp_path / "s.ttf", "★abc", "Stars"), made_font(tmp_path / "m.ttf", "☽", "Moons")
    made = edition("Words ★.", stars, moons)
    assert names(made) == {"Stars"}
    assert [text for name, text, _ in printed(made.pdf) if name == "Stars"] == ["★"]
    assert edition("Words.", stars, moons).digest == edition("Words.").digest
    assert problems("Words ★☾.", stars)[0].startswith("01-a.md:4: no font has “☾” (U+263E LAST QUARTER MOON)")


def test_of_many_fonts_those_are_used_that_have_most_and_the_plainer_of_two(tmp_path: Path) -> None:
    for at, (family, characters) in enumerate(
        {
            "Noto Mongolian": "。",
            "Noto Looped Script": "★☾",
            "Noto Sans Script UI": "★☾",
            "Noto Sans Script": "★☾",
            "Noto CJK JP": "中文。",
        }.items()
    ):
        made_font(tmp_path / f"{at}.ttf", characters, family)
    fonts = Fonts(FOLDER, [tmp_path])
    assert [family.name for family in fonts.needed("★☾ 中文。", "en")[3:]] == ["Noto CJK JP", "Noto Sans Script"]


def test_a_folder_of_fonts_is_searched(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    made_font(tmp_path / "deep" / "s.ttf", "★", "Stars")
    made_font(tmp_path / "deep" / "i.ttf", "★", "Stars", italic=True)
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert names(edition("Words ★ and *★*.", tmp_path)) == {"Stars", "Stars-Italic"}


def test_a_variable_font_is_fixed(tmp_path: Path) -> None:
    stars = made_font(tmp_path / "s.ttf", "★", "Stars", variable=True)
    assert names(edition("Words ★ and **★**.", stars)) == {"Stars", "Stars-Semi-Bold"}


def collection(path: Path, *families: str) -> Path:
    made = TTCollection()
    made.fonts = [TTFont(made_font(path.with_name(f"{at}.ttf"), "中", name)) for at, name in enumerate(families)]
    made.save(path)
    return path


@pytest.mark.parametrize(
    ("language", "chosen"),
    [("ja", "Noto CJK JP"), ("zh-Hant", "Noto CJK TC"), ("ko", "Noto CJK KR"), ("en", "Noto CJK JP")],
)
def test_a_collection_has_a_family_for_each_language(tmp_path: Path, language: str, chosen: str) -> None:
    path = collection(tmp_path / "cjk.ttc", "Noto CJK JP", "Noto CJK KR", "Noto CJK TC")
    fonts = Fonts(FOLDER, [path])
    assert [family.name for family in fonts.needed("A 中", language)] == [*SHIPPED.values(), chosen]
    assert stacks(fonts.needed("中", language))["code"] == f'"Mailer Code", "Mailer Serif", "Mailer Sans", "{chosen}"'


def test_a_font_of_a_collection_is_embedded_alone(tmp_path: Path) -> None:
    path = collection(tmp_path / "cjk.ttc", "Noto CJK JP", "Noto CJK KR")
    *_, korean = Fonts(FOLDER, [path]).needed("中", "ko")
    (tmp_path / "one.ttf").write_bytes(font_data(korean.faces[0], "中"))
    assert TTFont(tmp_path / "one.ttf")["name"].getDebugName(1) == "Noto CJK KR"
    assert names(edition("Words 中.", path)) == {"Noto-CJK-JP"}


def test_a_name_in_a_font_cannot_reach_the_stylesheet(tmp_path: Path) -> None:
    odd = made_font(tmp_path / "s.ttf", "★", 'x"; } body { display: none')
    same = made_font(tmp_path / "m.ttf", "☽", "Mailer Serif")
    assert [family.name for family in Fonts(FOLDER, [odd, same]).named] == ["x  body  display none", "Mailer Serif 2"]


def faults_of(named: Iterable[Path]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Fonts(FOLDER, list(named)).missing("★")
    return [re.sub(r"\(.*\)", "()", problem) for problem in caught.value.problems]


def test_a_font_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.ttf").write_text("Not a font.")
    place = "[identity] fonts:"
    assert faults_of([tmp_path / "no.ttf"]) == [
        f"{place} there is no {tmp_path / 'no.ttf'}; install the font, or correct its name"
    ]
    assert faults_of([tmp_path / "empty"]) == [f"{place} {tmp_path / 'empty'} has no font in it (); name another"]
    assert faults_of([tmp_path / "text.ttf"]) == [
        f"{place} {tmp_path / 'text.ttf'} cannot be read as a font (); name another"
    ]


def test_which_font_prints_which_script(fonts: Fonts, tmp_path: Path) -> None:
    own = ["LATIN", "ARABIC", "GEORGIAN", "CYRILLIC", "DEVANAGARI", "ARMENIAN", "GREEK", "HEBREW", "THAI"]
    assert [script for script, _ in fonts.serving] == own
    assert dict(fonts.serving)["ARABIC"] == "Noto Naskh Arabic"
    assert [language for language, _ in fonts.cures] == ["Chinese", "Japanese", "Korean"]
    kana = made_font(tmp_path / "k.ttf", "".join(chr(0x3041 + at) for at in range(60)), "Kana")
    more = Fonts(FOLDER, [kana])
    assert dict(more.serving)["HIRAGANA"] == "Kana"
    assert [language for language, _ in more.cures] == ["Chinese", "Korean"]


def test_D8_chinese_characters_are_drawn_as_the_language_wants_them(tmp_path: Path) -> None:
    """Though a font for another language has more of them; and prose has a font with serifs if there is one."""
    for at, family in enumerate(("Noto Sans SC", "Noto Serif JP", "Noto Sans JP")):
        made_font(tmp_path / f"{at}.ttf", "中文字" if family.endswith("SC") else "中文", family)
    chosen = Fonts(FOLDER, [tmp_path]).needed("中文字", "ja")
    assert [family.name for family in chosen[3:]] == ["Noto Serif JP", "Noto Sans JP", "Noto Sans SC"]
    order = {role: stack.split(", ")[3:] for role, stack in stacks(chosen).items()}
    assert order["serif"] == ['"Noto Serif JP"', '"Noto Sans JP"', '"Noto Sans SC"']
    assert order["sans"] == ['"Noto Sans JP"', '"Noto Serif JP"', '"Noto Sans SC"']


def test_a_script_brings_the_fonts_that_are_shipped_for_it_and_no_others(fonts: Fonts) -> None:
    assert [family.name for family in fonts.needed("Words שלום", "en")[3:]] == ["Noto Serif Hebrew", "Noto Sans Hebrew"]
    assert fonts.needed("Words", "he") == fonts.shipped


@pytest.mark.parametrize("language", ["en", "fr-CA", "ru", "vi", "el", "ar", "he", "hi", "th", "ka", "hy", "x-none"])
def test_D8_a_language_whose_script_is_shipped_needs_no_cure(fonts: Fonts, language: str) -> None:
    assert letters.cure_of(language, fonts) == ""


@pytest.mark.parametrize(
    ("language", "file"),
    [("ja", "NotoSansCJK"), ("zh-Hant", "NotoSansCJK"), ("ko", "NotoSansCJK"), ("bn", "NotoSansBengali")],
)
def test_D8_the_cure_for_a_language_names_the_font_to_install(fonts: Fonts, language: str, file: str) -> None:
    assert f"/{file}-Regular.tt" in letters.cure_of(language, fonts)
