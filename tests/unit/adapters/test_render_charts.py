"""Charts: what they draw, what they say, and that they stay within their bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import TypeVar

import lxml.etree
import lxml.html
import pytest
from babel import Locale
from markupsafe import Markup
from PIL import Image

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.render import Renderer, pdf
from mailer.adapters.render.chart_block import read_chart
from mailer.adapters.render.chart_drawing import SIZE, SMALL, WIDTH, Area, Drawing, Line, Mark, Text
from mailer.adapters.render.chart_html import MailChart
from mailer.adapters.render.chart_scale import Numbers, scale
from mailer.adapters.render.chart_svg import DASHES, svg
from mailer.adapters.render.chart_text import alternative, cells
from mailer.adapters.render.charts import Charts
from mailer.adapters.render.colour import contrast, palette, steps
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.letter_widths import Width
from mailer.model.charts import Chart, ChartKind, Row
from tests.unit.adapters.test_render import IDENTITY, TEMPLATES, decompressed, source

FONTS = TEMPLATES / "issue" / "fonts"
COLOURS = palette(IDENTITY.accent, IDENTITY.ink, IDENTITY.paper)
CATALOGUES = Catalogues(TEMPLATES / "locale")
ENGLISH = CATALOGUES("en")
ARABIC = replace(ENGLISH, tag="ar", locale=Locale("ar"))
WIDTHS = Width(FONTS / "sans-400-normal.ttf")

Number = str | int | None
T = TypeVar("T")


def chart(kind: str, *rows: tuple[str, Sequence[Number]], columns: str = "Members", unit: str = "") -> Chart:
    read = tuple(Row(name, tuple(None if one is None else Decimal(one) for one in values)) for name, values in rows)
    return Chart(ChartKind(kind), "Members", unit, tuple(columns.split("|")), read, "Region")


def one(kind: str, *numbers: Number, unit: str = "") -> Chart:
    """A chart of one column."""
    return chart(kind, *((f"Row {at}", [number]) for at, number in enumerate(numbers, 1)), unit=unit)


def drawn(made: Chart, *, mirrored: bool = False) -> Drawing:
    return Drawing(made, ARABIC if mirrored else ENGLISH, COLOURS.light, WIDTHS)


def of_kind(kind: type[T], made: Drawing) -> list[T]:
    return [shape for shape in made.shapes[0] if isinstance(shape, kind)]


# --- The scale ---


SCALES = {
    "bars begin at zero": (one("bar", 3, 41), "0 41", ""),
    "bars on both sides of zero": (one("bar", -12, 7), "-12 7", ""),
    "bars below zero": (one("bar", -3, -40), "-40 0", ""),
    "all bars are nothing": (one("bar", 0, 0), "0 1", "0"),
    "the whole of a stacked bar": (chart("stacked", ("a", [3, 4]), ("b", [2, None]), columns="x|y"), "0 7", ""),
    "lines have round numbers": (one("line", 4, 95), "0 100", "0 20 40 60 80 100"),
    "lines far from zero": (one("line", "97.9", "98.4"), "97.9 98.4", "97.9 98.0 98.1 98.2 98.3 98.4"),
    "lines near zero begin there": (one("line", 40, 95), "0 100", "0 20 40 60 80 100"),
    "lines across zero": (one("line", -3, 7), "-4 8", "-4 -2 0 2 4 6 8"),
    "a line of equal numbers": (one("line", 5, 5, 5), "0 5", "0 1 2 3 4 5"),
    "one point": (one("line", 5), "0 5", "0 1 2 3 4 5"),
    "one point at zero": (one("line", 0), "0 1", "0"),
    "large numbers": (
        one("line", 1, 987654321),
        "0 1000000000",
        "0 200000000 400000000 600000000 800000000 1000000000",
    ),
    "small numbers": (one("line", "0.0003", "0.0007"), "0 0.0008", "0.0000 0.0002 0.0004 0.0006 0.0008"),
}


@pytest.mark.parametrize(("made", "ends", "ticks"), SCALES.values(), ids=SCALES)
def test_a_scale_begins_at_zero_and_names_round_numbers(made: Chart, ends: str, ticks: str) -> None:
    found = scale(made)
    assert [found.low, found.high] == list(map(Decimal, ends.split()))
    assert list(found.ticks) == list(map(Decimal, ticks.split()))


NUMBERS = {
    ("en", "", "1234.5"): "1,234.5",
    ("fr", "", "1234.5"): "1\N{NARROW NO-BREAK SPACE}234,5",
    ("es", "", "12345"): "12.345",
    ("en", "%", "12.5"): "12.5%",
    ("fr", "%", "12.5"): "12,5\N{NO-BREAK SPACE}%",
    ("en", "", "-3"): "-3",
    ("en", "members", "7"): "7",
    ("ar", "", "-3"): "\N{LEFT-TO-RIGHT MARK}-3",
    ("ar", "", "3"): "3",
}


@pytest.mark.parametrize(("case", "said"), NUMBERS.items())
def test_numbers_are_written_as_the_language_has_them(case: tuple[str, str, str], said: str) -> None:
    language, unit, number = case
    made = one("bar", number, unit=unit)
    assert Numbers(made, CATALOGUES(language)).value(Decimal(number)) == said


def test_all_numbers_of_a_chart_have_as_many_decimals_and_an_unknown_one_is_a_dash() -> None:
    made = one("bar", "12.5", 8, "6.25", None)
    assert [Numbers(made, ENGLISH).value(row.values[0]) for row in made.rows] == ["12.50", "8.00", "6.25", "–"]


# --- What is drawn ---


def test_a_bar_is_as_long_as_its_number() -> None:
    areas = of_kind(Area, drawn(one("bar", 40, 10, 20)))
    assert [round(area.width / areas[1].width, 2) for area in areas] == [4, 1, 2]
    assert len({area.x for area in areas}) == 1


def test_a_negative_bar_is_on_the_other_side_of_zero() -> None:
    up, down = of_kind(Area, drawn(one("bar", 10, -5)))
    assert round(up.x, 3) == round(down.x + down.width, 3)
    assert round(up.width / down.width, 2) == 2


def test_nothing_is_drawn_of_a_number_that_is_nothing_or_unknown_but_it_is_said() -> None:
    made = drawn(one("bar", 0, None, 3))
    assert len(of_kind(Area, made)) == 1
    assert [text.text for text in of_kind(Text, made) if text.kind == "value"] == ["0", "–", "3"]


def test_columns_are_upright_where_their_numbers_fit_and_else_bars() -> None:
    few = chart("column", *((str(year), [year]) for year in range(2001, 2006)))
    many = chart("column", *((f"{year} in the north", [year]) for year in range(2001, 2040)))
    assert len({round(area.width, 1) for area in of_kind(Area, drawn(few))}) == 1
    assert len({round(area.height, 1) for area in of_kind(Area, drawn(many))}) == 1


def test_a_line_is_broken_where_a_number_is_unknown() -> None:
    made = drawn(one("line", 1, 2, None, 4, 5, None, 7))
    assert [len(line.points) for line in of_kind(Line, made)] == [2, 2]
    assert len(of_kind(Mark, made)) == 5


def test_one_point_is_a_mark_in_the_middle() -> None:
    made = drawn(one("line", 5))
    assert of_kind(Line, made) == []
    assert len(of_kind(Mark, made)) == 1


def test_the_parts_of_a_whole_fill_it_and_say_their_share() -> None:
    made = drawn(chart("share", ("Europe", [50]), ("Asia", [30]), ("Africa", [20])))
    bar = of_kind(Area, made)[:3]
    assert [round(area.width / WIDTH, 3) for area in bar] == [0.5, 0.3, 0.2]
    assert [text.text for text in of_kind(Text, made) if text.kind == "value"] == ["50%", "30%", "20%"]


def test_parts_in_per_cent_of_a_hundred_are_said_once() -> None:
    made = chart("share", ("Europe", ["62.5"]), ("Asia", ["37.5"]), unit="%")
    assert [text.text for text in of_kind(Text, drawn(made)) if "%" in text.text] == ["62.5%", "37.5%"]
    assert cells(made, ENGLISH) == [["Europe", "62.5%"], ["Asia", "37.5%"]]
    assert in_mail(made)[0].text_content().count("%") == 2


def test_a_chart_in_arabic_is_mirrored() -> None:
    made = one("bar", 40, 10)
    areas = of_kind(Area, drawn(made, mirrored=True))
    assert len({round(area.x + area.width, 3) for area in areas}) == 1
    plain = of_kind(Area, drawn(made))
    assert [round(area.x + area.width, 3) for area in areas] == [round(WIDTH - area.x, 3) for area in plain]


@pytest.mark.parametrize(("language", "way"), [("he", "rtl"), ("ar", "rtl"), ("eu", "ltr"), ("hi", "ltr")])
def test_a_chart_runs_as_its_language_does_also_without_a_catalogue(language: str, way: str) -> None:
    charts = Charts(CATALOGUES(language), COLOURS, Fonts(FONTS), language)
    charts.in_print(one("bar", 40, -10))
    (made,) = charts.assets({"sans": "Sans"}).values()
    assert f"direction: {way}".encode() in made
    anchors = re.findall(r'class="(label|value)"[^>]*text-anchor="(\w+)"', made.decode())
    assert [anchor for kind, anchor in anchors if kind == "label"] == ["end", "end"]
    assert [anchor for kind, anchor in anchors if kind == "value"] == ["start", "end"]


BROKEN = {"Donaudampf": "Donaud|ampf", "क्षत्रियराज": "क्षत्रिय|राज", "เป็นมนุษย์เลิศ": "เป็นมนุษ|ย์เลิศ", "क्षक्ष": "क्ष|क्ष"}


@pytest.mark.parametrize(("word", "lines"), BROKEN.items())
def test_a_word_is_broken_between_letters_and_never_within_one(word: str, lines: str) -> None:
    widths = Width(
        FONTS / "sans-400-normal.ttf", 0, [FONTS / f"{one}-sans-400-normal.ttf" for one in ("devanagari", "thai")]
    )
    assert widths.wrapped(word, 12 if len(word) < 8 else 38, SIZE) == lines.split("|")
    assert [widths.wrapped(letter, 0, SIZE) for letter in ("ก็", "क्ष", "ไก")] == [["ก็"], ["क्ष"], ["ไก"]]


LONG = "An uncommonly long label of a group of interested parties"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunter"
EXTREMES = {
    "long labels": chart("bar", (LONG, [3]), (WORD, [4])),
    "long labels of columns": chart("column", (LONG, [3]), (WORD, [4])),
    "many rows": one("bar", *range(40)),
    "many columns": chart("bar", *((f"Row {at}", range(6)) for at in range(10)), columns="|".join([LONG] * 6)),
    "large numbers": one("bar", 123456789012345, -123456789012345),
    "large columns": one("column", 123456789012345, -123456789012345),
    "stacked": chart("stacked", (LONG, [1, 999999999999, 3, 4, 5, 6]), columns="|".join([LONG] * 6)),
    "six lines": chart(
        "line", *((f"{LONG} {at}", [at, 2, 3, 4, 5, 6]) for at in range(40)), columns="|".join([LONG] * 6)
    ),
    "lines with one end": chart("line", ("a", [5] * 6), ("b", [5] * 6), columns="|".join([WORD] * 6)),
    "lines of large numbers": one("line", 123456789012345, -123456789012345),
    "parts": chart("share", *((WORD, [123456789012345]) for _ in range(8))),
    "Chinese": chart("bar", ("亚洲和太平洋地区的成员组织和其他有兴趣的团体", [3]), ("欧洲", [4])),
}


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("made", EXTREMES.values(), ids=EXTREMES)
def test_nothing_of_a_chart_is_outside_it(made: Chart, mirrored: bool) -> None:
    drawing = drawn(made, mirrored=mirrored)
    shapes, height = drawing.shapes
    areas = of_kind(Area, drawing)
    assert [area for area in areas if area.x < -0.5 or area.x + area.width > WIDTH + 0.5 or area.y < 0] == []
    for text in (shape for shape in shapes if isinstance(shape, Text)):
        wide = WIDTHS(
            text.text, SMALL if text.kind in ("axis", "number", "inside") else SIZE, bold=text.kind == "value"
        )
        start = text.place[0] - {"start": 0.0, "middle": wide / 2, "end": wide}[text.anchor]
        assert (start >= -1, start + wide <= WIDTH + 1, 0 < text.place[1] <= height + 1) == (True, True, True), text


def test_the_names_at_the_ends_of_lines_do_not_overlap() -> None:
    made = drawn(chart("line", ("a", [5] * 6), ("b", [5, 5, 5, 6, 6, 6]), columns="One|Two|Three|Four|Five|Six"))
    places = sorted(text.place[1] for text in of_kind(Text, made) if text.kind == "value")
    assert min(below - above for above, below in pairwise(places)) >= SIZE


@pytest.mark.parametrize("accent", ["#0b5563", "#ffe000", "#000000", "#c8102e", "#ffffff"])
def test_areas_and_lines_are_told_apart_without_colour(accent: str) -> None:
    shades = steps(accent, "#ffffff", 6)
    assert all(contrast(one, other) >= 1.15 for one, other in pairwise(shades))
    assert len(set(DASHES)) == 6
    made = drawn(chart("line", ("a", range(6)), ("b", range(6)), columns="1|2|3|4|5|6"))
    corners = {mark.series: len(mark.corners) for mark in of_kind(Mark, made)}
    assert corners == {0: 0, 1: 4, 2: 3, 3: 4, 4: 3, 5: 0}


def test_D3_a_drawing_is_well_formed_whatever_its_labels_say() -> None:
    made = chart("bar", ('"><script>alert(1)</script>', [1]), ("]]> & <svg/onload=x>", [2]), columns="</style><a>")
    root = lxml.etree.fromstring(svg(drawn(made), '"Mailer Sans"'))
    assert {lxml.etree.QName(element).localname for element in root.iter()} == {
        *("svg", "style", "defs", "rect", "text", "line")
    }
    assert "<script>" not in str(MailChart(made, ENGLISH, COLOURS).html(Markup()))


# --- What is said ---


ALTERNATIVES = {
    "all numbers": (chart("bar", ("Europe", [41]), ("Asia", [23])), "Members. Europe 41; Asia 23."),
    "the unit": (chart("bar", ("Europe", [41]), unit="thousands"), "Members (thousands). Europe 41."),
    "per cent": (chart("bar", ("Europe", ["41.5"]), unit="%"), "Members. Europe 41.5%."),
    "several columns": (
        chart("bar", ("Europe", [4, 5]), ("Asia", [2, None]), columns="2024|2025"),
        "Members. 2024: Europe 4; Asia 2. 2025: Europe 5; Asia –.",
    ),
    "parts": (chart("share", ("Europe", [3]), ("Asia", [1])), "Members. Europe 75%; Asia 25%."),
    "the ends and extremes of many": (
        chart("line", *((str(2000 + at), [number]) for at, number in enumerate([5, 4, 9, 1, *range(2, 20)]))),
        "Members. 2000 5; 2003 1; 2021 19.",
    ),
}


@pytest.mark.parametrize(("made", "said"), ALTERNATIVES.values(), ids=ALTERNATIVES)
def test_the_alternative_text_has_the_numbers(made: Chart, said: str) -> None:
    assert alternative(made, ENGLISH) == said


# --- The mail ---


def in_mail(made: Chart) -> tuple[lxml.html.HtmlElement, Charts]:
    charts = Charts(ENGLISH, COLOURS, Fonts(FONTS), "en")
    return lxml.html.fromstring(f"<figure>{charts.in_mail(made, 'a.example')}</figure>"), charts


def test_bars_in_the_mail_are_cells_whose_widths_are_their_numbers() -> None:
    page, charts = in_mail(one("bar", 40, 10, 0, -40))
    rows = page.xpath("//table[@class='bars']/tr")
    numbers = [row.xpath("string(td[@class='bar-number'])") for row in rows]
    assert numbers == ["40", "10", "0", "-40"]
    widths = [[cell.get("width") for cell in row.xpath(".//table//td")] for row in rows]
    assert widths == [["50%", "50%"], ["50%", "13%", "37%"], ["50%", "50%"], ["50%", "50%"]]
    assert charts.pictures == {}


@pytest.mark.parametrize("made", EXTREMES.values(), ids=EXTREMES)
def test_the_cells_of_each_bar_fill_its_width(made: Chart) -> None:
    page, _ = in_mail(made)
    for bar in page.xpath("//table[@class='bar']"):
        assert sum(int(cell.get("width").rstrip("%")) for cell in bar.xpath(".//td")) == 100


def test_lines_in_the_mail_are_a_picture_with_their_numbers_below() -> None:
    page, charts = in_mail(one("line", 4, 95))
    (picture,) = charts.pictures.values()
    (shown,) = page.xpath("//img")
    assert (shown.get("src"), shown.get("alt")) == (f"cid:{picture.cid}", "Members. Row 1 4; Row 2 95.")
    with Image.open(BytesIO(picture.data)) as opened:
        assert opened.size == (2 * int(shown.get("width")), 2 * int(shown.get("height")))
        ink = sum(count for count, colour in opened.convert("L").getcolors() or () if colour < 160)  # type: ignore[operator]
        assert ink > 1000
    assert [cell.text for cell in page.xpath("//td")] == ["Row 1", "4", "Row 2", "95"]
    assert in_mail(one("line", 4, 95))[1].pictures == charts.pictures


def test_each_area_in_the_mail_has_a_colour_for_the_dark() -> None:
    page, charts = in_mail(chart("stacked", ("a", [1, 2]), columns="x|y"))
    used = {name for area in page.xpath("//td[contains(@class, 'area')]") for name in area.get("class").split()[1:]}
    assert used == {"a2-0", "a2-1"} == set(charts.areas)
    assert [area.light != area.dark for area in charts.areas.values()] == [True, True]


# --- The block ---


FAULTS = {
    "kind: stacked\ntitle: T\nA, B\nx, -1": "0: a chart of the kind stacked has no negative numbers; use “kind: bar”",
    "kind: share\ntitle: T\nA, B\nx, 0": "0: a chart of the kind share has a number above 0; use “kind: bar”",
    "kind: share\ntitle: T\nA, B, C\nx, 1, 2": "0: a chart of the kind share has one column of numbers, not 2; "
    "use “kind: stacked”",
    "kind: share\ntitle: T\nA, B" + "\nx, 1" * 9: "0: the whole has 9 parts; 8 are allowed: put small ones together, "
    "or use “kind: bar”",
    "kind: bar\ntitle: T\nA, B\nx, 1,000": "3: the row has 3 values, and the head 2; write 1000 instead of 1,000",
    "kind: bar\ntitle: T\nA, B, C" + "\nx, 1, 2" * 31: "0: the chart has 62 bars; 60 are allowed: make it a table",
    f"kind: bar\ntitle: T\nA, B\n{'x' * 61}, 1": "3: “xxxxxxxxxxxxxxxxxxxx…” is longer than 60 characters; shorten it",
}


@pytest.mark.parametrize("block", FAULTS)
def test_D5_numbers_that_cannot_be_drawn_are_a_fault(block: str) -> None:
    made, faults = read_chart(block)
    assert made is None
    assert [f"{line}: {what}" for line, what in faults] == [FAULTS[block]]


# --- An issue ---


BODY = """\
Words.

```chart
kind: bar
title: Most members are in Europe
source: register
Region, Members
Europe, 41
Asia, 23
```

```chart
kind: line
title: Comments
Year, Comments
2001, 4
2002, 95
```
"""


def test_charts_are_vectors_in_the_pdf_and_read_aloud() -> None:
    made = Renderer(TEMPLATES).edition(source(BODY), IDENTITY)
    document = decompressed(made.pdf)
    assert b"/Subtype /Image" not in document
    alts = re.findall(rb"/Alt \(([^)]*)\)", document)
    assert sorted(set(alts)) == [b"Comments. 2001 4; 2002 95.", b"Most members are in Europe. Europe 41; Asia 23."]
    assert [picture.media_type for picture in made.pictures] == ["image/png"]
    page = lxml.html.fromstring(made.html)
    assert page.xpath("string(//p[@class='caption'])") == "Source: register"
    assert pdf.SCHEME not in made.html
