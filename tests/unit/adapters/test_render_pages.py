"""The printed page: what spans it, what runs in columns, and how full it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup
from PIL import ImageFile

from mailer.adapters import issue_folder
from mailer.adapters.issue_folder import example as shipped_example
from mailer.adapters.render import Renderer, fitting
from mailer.adapters.render.arrangement import Arrangement, Measure, Place, arrange, joined
from mailer.adapters.render.fitting import LOOSE, PASSES, SMALLEST, TIGHT, WORK, Figure, Page, Sizes, fitted
from mailer.adapters.render.line_breaking import corrected
from mailer.adapters.render.markdown import Prose
from mailer.adapters.render.view import ArticleView, PictureView
from mailer.adapters.translation import Block
from mailer.model.issues import Rank, Source
from tests.pages import MARGINS, PrintedPage, installed, pages
from tests.unit.adapters.test_render import IDENTITY, TEMPLATES, source

DATA = Path(__file__).parents[2] / "data" / "issues"
LONG = "<p>" + "The commission met eleven times during the year. " * 30 + "</p>"
SHORT = "<p>" + "The commission met eleven times. " * 10 + "</p>"


def article(
    html: str = LONG, rank: Rank = Rank.SECOND, shape: float = 0, summary: str = "", number: int = 2
) -> ArticleView:
    picture = PictureView("p.jpg", "A wall", "", "", "asset:p", round(600 * shape), 600) if shape else None
    return ArticleView(
        number=number,
        title="Title",
        author="",
        summary=summary,
        kicker="",
        section="",
        rank=rank,
        minutes=1,
        line="",
        prose=Prose(SyntaxTreeNode()),
        plain_text=Block(""),
        notes=Block(""),
        first_link=1,
        html=Markup(html),
        picture=picture,
    )


def table(columns: int, rows: int, cell: str = "cell", classes: str = "table", title: str = "") -> str:
    row = "<tr>" + f"<td>{cell}</td>" * columns + "</tr>"
    above = f'<p class="table-title">{title}</p>' if title else ""
    return f'<div class="{classes}">{above}<table><tbody>{row * rows}</tbody></table></div>'


# --- Where things stand ---


def strips(*articles: ArticleView) -> list[tuple[str, int]]:
    return [(strip.kind.value, len(strip.articles)) for strip in arrange(articles).strips]


LEAD = article(rank=Rank.LEAD, number=1)
BRIEF = article(SHORT, Rank.BRIEF)


def test_short_articles_in_a_row_share_a_strip_and_so_do_briefs() -> None:
    assert strips(LEAD, article(SHORT), article(SHORT), article(), article(SHORT), BRIEF, BRIEF) == [
        ("lead", 1),
        ("short", 2),
        ("single", 1),
        ("single", 1),
        ("brief", 2),
    ]


@pytest.mark.parametrize("html", [LONG, SHORT + table(3, 2)])
def test_an_article_that_is_long_or_wide_has_its_own_strip(html: str) -> None:
    assert strips(LEAD, article(html), article(html)) == [("lead", 1), ("single", 1), ("single", 1)]


def parts(*html: str) -> list[Measure]:
    (strip,) = arrange([article("".join(html))]).strips
    return [part.measure for part in strip.articles[0].parts]


@pytest.mark.parametrize(
    ("html", "measure"),
    [
        (LONG, Measure.COLUMNS),
        (table(2, 5), Measure.COLUMNS),
        (table(3, 5), Measure.ACROSS),
        (table(2, 20, "a long cell that would not fit in a column"), Measure.ACROSS),
        (table(5, 20), Measure.ROWS),
        ("<p>All times are local.</p>", Measure.FEW),
        ('<figure class="picture"><img src="a" width="600" height="400"></figure>', Measure.COLUMNS),
        ('<figure class="picture wide"><img src="a" width="600" height="100"></figure>', Measure.ACROSS),
        ('<section class="notes"><ol><li>A note.</li></ol></section>', Measure.NOTES),
        ('<ol class="links"><li>https://a.example</li></ol>', Measure.NOTES),
    ],
)
def test_what_spans_the_page_and_what_runs_in_columns(html: str, measure: Measure) -> None:
    assert parts(html) == [measure]


def test_the_title_of_a_long_table_stands_above_both_of_its_columns() -> None:
    assert parts(table(5, 20, title="Tides")) == [Measure.TITLE, Measure.ROWS]


def test_a_heading_above_a_wide_table_spans_the_page_with_it() -> None:
    assert parts(LONG, "<h3>Tides</h3>", table(4, 5), LONG) == [Measure.COLUMNS, Measure.ACROSS, Measure.COLUMNS]


SUMMARY = "Three sources, seven regions and one account that anybody can read."


@pytest.mark.parametrize(
    ("shape", "summary", "place"),
    [
        (0, SUMMARY, Place.NONE),
        (0.75, SUMMARY, Place.COLUMN),
        (1.5, SUMMARY, Place.BESIDE),
        (1.5, "Short.", Place.COLUMN),
        (4, SUMMARY, Place.ACROSS),
    ],
)
def test_a_picture_stands_where_its_shape_fits(shape: float, summary: str, place: Place) -> None:
    (strip,) = arrange([article(shape=shape, summary=summary)]).strips
    assert strip.articles[0].place == place


def contents(arrangement: Arrangement) -> str:
    return arrangement.contents


@pytest.mark.parametrize(
    ("lead", "others", "where"), [(1.5, 4, "beside"), (1.5, 9, "above"), (0.75, 4, "above"), (0, 4, "above")]
)
def test_the_contents_stand_beside_a_lead_whose_picture_has_their_height(lead: float, others: int, where: str) -> None:
    first = article(rank=Rank.LEAD, shape=lead, number=1)
    assert contents(arrange([first, *[article()] * others])) == where


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("it goes to the board", "it goes to the\xa0board"),
        ("alone", "alone"),
        ("an internationalisation organisationsvereinbarung", "an internationalisation organisationsvereinbarung"),
    ],
)
def test_the_last_word_of_a_paragraph_never_stands_alone(text: str, wanted: str) -> None:
    assert joined(text) == wanted


def test_a_long_word_in_a_cell_can_be_divided_and_a_short_one_cannot() -> None:
    (strip,) = arrange([article(table(3, 1, "January") + table(3, 1, "Nachhaltigkeitsberichterstattung"))]).strips
    (part,) = strip.articles[0].parts
    assert part.html.count("<td>January") == 3
    assert part.html.count('<td class="breakable">Nach') == 3


# --- How full the pages are ---


def page(fill: float, *figures: Figure, first: str = "") -> Page:
    return Page(0, 1000, fill * 1000, figures, first)


def fit(monkeypatch: pytest.MonkeyPatch, of: Callable[[Sizes], list[Page]], work: int = 100) -> list[Sizes]:
    """The sizes that were tried, and then the chosen ones. ``work``: the lines of one layout."""
    tried: list[Sizes] = []

    class Layout:
        pages = ()

        def __init__(self, sizes: Sizes) -> None:
            self.sizes = sizes
            tried.append(sizes)

    monkeypatch.setattr(fitting, "measured", lambda layout: of(layout.sizes))
    chosen = fitted(Layout, lambda: work * len(tried)).sizes
    return [*tried, chosen]


def test_pages_that_are_full_are_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fit(monkeypatch, lambda _: [page(0.9), page(0.5)]) == [Sizes()] * 2


def test_a_picture_shrinks_just_enough_to_fit_on_the_page_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def layout(sizes: Sizes) -> list[Page]:
        if sizes.of("article-2") < 0.9:
            return [page(0.95), page(0.4)]
        return [page(0.6), page(0.5, Figure("article-2", 300, 350), first="article-2")]

    *_, chosen = fit(monkeypatch, layout)
    assert chosen == Sizes(pictures={"article-2": 0.79})  # 350 and the first lines, in 400


def test_a_picture_on_the_page_grows_if_nothing_can_shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    def layout(sizes: Sizes) -> list[Page]:
        return [page(0.6 + 0.4 * (sizes.of("article-1") > 1), Figure("article-1", 400, 500)), page(0.5)]

    *_, chosen = fit(monkeypatch, layout)
    assert chosen == Sizes(pictures={"article-1": 1.25})


def test_the_imprint_is_drawn_onto_the_page_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def layout(sizes: Sizes) -> list[Page]:
        return [page(0.98)] if sizes.text == TIGHT else [page(0.99), replace(page(0.05), articles=0)]

    *_, chosen = fit(monkeypatch, layout)
    assert chosen == Sizes(text=TIGHT)


def test_what_does_not_help_is_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    made = fit(monkeypatch, lambda _: [page(0.3, Figure("article-1", 200, 250)), page(0.5)])
    assert made[-1] == Sizes()
    assert len(made) - 1 <= PASSES + 1
    assert {sizes.text for sizes in made} <= {1, TIGHT, LOOSE}
    assert min(size for sizes in made for size in (sizes.picture, *sizes.pictures.values())) >= SMALLEST


def test_D5_a_long_issue_is_not_laid_out_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(fit(monkeypatch, lambda _: [page(0.3)] * 9, WORK // 3)) == 3 + 1
    assert fit(monkeypatch, lambda _: [page(0.3)] * 40, WORK) == [Sizes()] * 2


# --- Lines ---


@pytest.fixture(autouse=True)
def whole_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint lets the whole process read pictures that are cut off."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", ImageFile.LOAD_TRUNCATED_IMAGES)


def lines(html: str, width: int) -> list[str]:
    from weasyprint import HTML

    style = f"@page {{ size: {width}px 900px; margin: 0 }} body {{ margin: 0; font: 13px serif; hyphens: auto }}"
    with corrected():
        document = HTML(string=f"<html lang=de><style>{style}</style><body>{html}").render()
    boxes = document.pages[0]._page_box.descendants()
    found = [box for box in boxes if type(box).__name__ == "LineBox"]
    return ["".join(part.text for part in line.descendants() if type(part).__name__ == "TextBox") for line in found]


def test_no_word_stands_on_a_line_alone_before_a_link() -> None:
    html = (
        "<p>Times during the year have shown that the northern wall has to be rebuilt <a href='#'>first</a> of all.</p>"
    )
    for width in range(240, 290, 2):
        made = lines(html, width)
        assert [line for line in made[:-1] if " " not in line.strip()] == [], width


def test_two_lines_in_a_row_do_not_end_in_a_hyphen() -> None:
    html = (
        "<p>Die Vereinbarungen der Wirtschaftsverbände über die Zusammenarbeit gelten bis zur Jahresversammlung. " * 3
    )
    for width in range(220, 320, 8):
        hyphens = [line.endswith("\N{HYPHEN}") for line in lines(html, width)]
        assert not any(one and other for one, other in itertools.pairwise(hyphens)), width


# --- The cases, as they are printed ---


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


@pytest.fixture(scope="module")
def ordinary(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> list[PrintedPage]:
    edition = renderer.edition(issue_folder.read(DATA / "ordinary", "update"), IDENTITY)
    return pages(edition.pdf, tmp_path_factory.mktemp("ordinary"))


def assert_well_filled(printed: list[PrintedPage]) -> None:
    assert [page.fill for page in printed[:-1] if page.fill < 2 / 3] == []
    assert len(printed[-1].words) > 60  # more than a heading or the imprint


def assert_within_margins(printed: list[PrintedPage]) -> None:
    side = MARGINS["side"] - 0.5
    outside = [word for page in printed for word in page.words if not side < word.left < word.right < page.width - side]
    assert outside == []


@installed
def test_D12_an_ordinary_issue_has_few_pages_that_are_well_filled(ordinary: list[PrintedPage]) -> None:
    assert len(ordinary) == 3
    assert_well_filled(ordinary)
    assert_within_margins(ordinary)


@pytest.fixture(scope="module")
def example(renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> list[PrintedPage]:
    folder = tmp_path_factory.mktemp("example")
    for name, data in shipped_example.files(1, "Issue 1", date(2026, 3, 1), "en").items():
        (folder / name).write_bytes(data)
    return pages(renderer.edition(issue_folder.read(folder, "update"), IDENTITY).pdf, tmp_path_factory.mktemp("pages"))


@installed
def test_the_example_of_a_new_issue_fills_two_pages(example: list[PrintedPage]) -> None:
    assert len(example) == 2
    assert_well_filled(example)


SENTENCE = "The commission met eleven times during the year. "


@installed
@pytest.mark.parametrize("body", [f"{SENTENCE * 75}", f"{SENTENCE}\n\n" * 60], ids=["one paragraph", "many"])
def test_D12_the_imprint_is_never_alone_on_a_page(body: str, renderer: Renderer, tmp_path: Path) -> None:
    *_, last = pages(renderer.edition(source(body), IDENTITY).pdf, tmp_path)
    assert "commission" in last.text
    assert "Published by TG 2." in last.text


@installed
def test_the_page_of_an_article_stands_in_the_last_line_of_its_title(example: list[PrintedPage]) -> None:
    first = example[0]
    (title,) = (word for word in first.words if word.text == "Dates")
    assert "2" in {word.text for word in first.words if abs(word.bottom - title.bottom) < 0.2}


@installed
def test_a_long_table_runs_through_both_columns_with_its_head(ordinary: list[PrintedPage]) -> None:
    (heads,) = [[word for word in page.words if word.text == "Gates"] for page in ordinary if "Gates" in page.text]
    left, right = heads
    assert (left.top, left.left < 105 < right.left) == (right.top, True)


@installed
def test_numbers_in_a_table_are_in_line_on_their_right(ordinary: list[PrintedPage]) -> None:
    metres = [word for page in ordinary for word in page.words if word.text == "m"]
    assert len({round(word.right, 1) for word in metres}) == 4  # high and low, in two columns


WIDE = """
| Contact | Address | Where |
|---|---|---|
| Anna Kim | firstname.lastname@department-of-the-environment.ministry.example.org | https://a.example.org/LONG |

The digest is `LONG` and the link is https://docs.example.org/document/d/LONG-LONG/edit for all.

| a | b | c | d | e | f | g | h |
|---|---|---|---|---|---|---|---|
| January | February | March | April | Vereinbarungsgemäß | Qualitätsmanagement | Nachhaltigkeitsberichterstattung \
| Umweltverträglichkeitsprüfung |
""".replace("LONG", "abcdefghijklmnopqrstuvwxyz0123456789" * 2)


@installed
def test_D12_long_words_and_many_columns_stay_on_the_page(renderer: Renderer, tmp_path: Path) -> None:
    printed = pages(renderer.edition(source(WIDE), IDENTITY).pdf, tmp_path)
    assert_within_margins(printed)
    (only,) = printed
    assert {"January", "February", "March", "April", "Contact"} <= {word.text for word in only.words}


ADDRESSES = """
Register at <https://meetings.example.org/registration/spring/internationalisation-conference> or write to
<internationalrelationsoffice@department.example.org>. The option is `--disableinternationalisationsupport`.
"""


@installed
def test_no_hyphen_is_put_into_an_address_or_code(renderer: Renderer, tmp_path: Path) -> None:
    (only,) = pages(renderer.edition(source(ADDRESSES), IDENTITY).pdf, tmp_path)
    text = only.text.replace(" ", "")
    assert "https://meetings.example.org/registration/spring/internationalisation-conference" in text
    assert "internationalrelationsoffice@department.example.org" in text
    assert "--disableinternationalisationsupport" in text


@installed
def test_the_numbers_of_links_go_on_from_article_to_article(renderer: Renderer, tmp_path: Path) -> None:
    bodies = ("[One](https://one.example)", "[Two](https://two.example)\n\n3. Third\n4. Fourth")
    (only,) = pages(renderer.edition(source(*bodies), IDENTITY).pdf, tmp_path)
    words = [word.text for word in only.words]
    assert [words[words.index(address) - 1] for address in ("https://one.example", "https://two.example")] == [
        "[1]",
        "[2]",
    ]
    assert [words[words.index(point) - 1] for point in ("Third", "Fourth")] == ["3.", "4."]


@installed
def test_a_page_in_arabic_is_mirrored(renderer: Renderer, tmp_path: Path) -> None:
    arabic: Source = replace(source("أخبار الميناء", title="العدد"), language="ar")
    (only,) = pages(renderer.edition(arabic, IDENTITY).pdf, tmp_path)
    masthead = next(word for word in only.words if word.text == "Update")
    assert masthead.right > only.width - MARGINS["side"] - 1
