"""What the PDF is for those who hear it: each mark is text of an element, or an artifact (PDF/UA-1)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pdfua
import pytest

from mailer.adapters import issue_folder
from mailer.adapters.render import Renderer
from mailer.model.issues import Article, Picture
from tests.tagged import Tagged
from tests.unit.adapters.test_render import IDENTITY, ROOT, TEMPLATES, image, source

ALL = """Words with a [link to a page that has a long name](https://example.org/a), `code`, a note[^a] and *more*[^b].

## One

- first
- second, with a list:
    - inner
    - inner
- third

#### Deeper

1. one

    with a second paragraph

2. two

| Name | Number |
|---|---:|
| ISO | 26000 |
| TISI | |

> Quoted.

```
code
```

- [ ] open
- [x] done

---

![A boat](boat.png "The boat | Ana")

Bare: https://example.org/a/very/long/address/that/has/to/be/broken/somewhere/in/the/column/of/prose

```chart
kind: bar
title: Growth
unit: members

2024, 10
2025, 14
```

::: box Facts
In a box.
:::

::: quote
Pulled words.
-- Ana
:::

[^a]: The *first* note, see [there](https://example.org/b).
[^b]: The second.
"""

ARABIC = """هذا هو العدد الأول من النشرة[^1]. يجتمع الفريق في جنيف (Geneva) يوم 1 مارس، مع [موقعنا](https://example.org).

- البند الأول
- البند الثاني: ISO 26000

| اليوم | المكان |
|---|---|
| 1 مارس | جنيف |

```chart
kind: bar
title: الأعضاء
المنطقة, الأعضاء
أوروبا, 41
إفريقيا (2025), -3
```

اكتب إلى https://example.org/a/ أو أحمر.

[^1]: حاشية.
"""


def article(at: int, title: str, body: str) -> Article:
    boat = Picture("boat.png", image(300, 200), "A boat")
    return Article(f"{at:02}-a.md", title, "Ana", "A summary.", body, boat, line=4, pictures={"boat.png": boat})


def rendered(language: str, *articles: Article) -> bytes:
    made = replace(source("x"), language=language, articles=articles)
    return Renderer(TEMPLATES).edition(made, IDENTITY).pdf


@pytest.fixture(scope="module", params=["demo", "all", "Arabic"])
def document(request: pytest.FixtureRequest) -> bytes:
    if request.param == "demo":
        folder = ROOT / "config" / "demo" / "issues" / "update-1"
        return Renderer(TEMPLATES).edition(issue_folder.read(folder, "update"), IDENTITY).pdf
    if request.param == "all":
        long = "\n".join(f"- point {at} " + "of many words " * 12 for at in range(30))
        rows = "| A | B |\n|---|---|\n" + "| a | b |\n" * 90
        return rendered(
            "en", article(1, "All there is", ALL), article(2, "A long list", long), article(3, "Rows", rows)
        )
    return rendered("ar", article(1, "أخبار", ARABIC), article(2, "مقال", "نص"))


@pytest.fixture(scope="module")
def tagged(document: bytes) -> Tagged:
    return Tagged(document)


def test_each_mark_is_text_or_an_artifact_and_each_element_has_what_it_needs(tagged: Tagged) -> None:
    assert tagged.faults == []


def test_pdfua_finds_nothing(document: bytes, tmp_path: Path) -> None:
    (tmp_path / "issue.pdf").write_bytes(document)
    report = pdfua.validate(str(tmp_path / "issue.pdf"))
    assert [(one.rule_id, one.message) for one in report.findings] == []
    assert len(report.outcomes) - len(report.skipped) >= 11


def test_the_contents_have_one_link_for_each_article_with_its_name(tagged: Tagged) -> None:
    headings = {re.sub(r"\s+", "", heading.text) for level in ("H2", "H3") for heading in tagged.root.all(level)}
    entries = [entry.all("Link") for entry in tagged.root.all("TOCI")]
    assert [len(links) for links in entries] == [1] * len(entries)
    links = [kid.Obj for (link,) in entries for kid in link.object.K if not isinstance(kid, int) and "/Obj" in kid]
    names = [re.sub(r"\s+", "", str(link.Contents)) for link in links]
    assert len(names) == len(set(names)) >= 2
    assert set(names) <= headings


@pytest.mark.parametrize("document", ["Arabic"], indirect=True)
def test_D8_the_words_of_a_chart_in_arabic_are_tagged_once(tagged: Tagged) -> None:
    said = [str(figure.object.Alt) for figure in tagged.root.all("Figure")]
    assert said.count("الأعضاء. أوروبا 41; إفريقيا (2025) \N{LEFT-TO-RIGHT MARK}-3.") == 1
    assert "أوروبا" not in "".join(part.text for part in tagged.root.all("P"))


@pytest.mark.parametrize("document", ["all"], indirect=True)
class TestAllThereIs:
    def test_a_list_is_one_list_however_many_columns_it_is_in(self, tagged: Tagged) -> None:
        (long,) = (found for found in tagged.root.all("L") if "point 0" in found.text)
        assert long.outline() == "L(LI(Lbl LBody))"
        assert len(long.kids) == 30

    def test_a_list_in_a_list_is_in_the_body_of_its_point(self, tagged: Tagged) -> None:
        (outer,) = (found for found in tagged.root.all("L") if found.text.replace(" ", "").startswith("•first"))
        assert outer.outline() == "L(LI(Lbl LBody) LI(Lbl LBody(L(LI(Lbl LBody)))) LI(Lbl LBody))"

    def test_the_head_of_a_table_is_read_once(self, tagged: Tagged) -> None:
        table = tagged.root.all("Table")[-1]
        assert len(table.all("TR")) == 91
        assert [head.text for head in table.all("TH")] == ["A", "B"]
        headers = [str(name) for name in table.all("TD")[1].object.A.Headers]
        assert headers == [str(table.all("TH")[1].object.ID)]

    def test_notes_are_notes(self, tagged: Tagged) -> None:
        assert [note.text.strip() for note in tagged.root.all("Note")] == [
            "1. The first note, see there[2].",
            "2. The second.",
        ]
        assert [str(note.object.ID) for note in tagged.root.all("Note")] == ["note-1", "note-2"]

    def test_headings_leave_out_no_level(self, tagged: Tagged) -> None:
        headings = [(found.tag, found.text) for found in tagged.root.all("H1", "H2", "H3", "H4", "H5")]
        assert headings[1:4] == [("H2", "All there is"), ("H3", "One"), ("H4", "Deeper")]

    def test_a_link_of_many_lines_is_one_annotation_with_its_lines(self, tagged: Tagged) -> None:
        links = [link for page in tagged.pdf.pages for link in page.obj.get("/Annots", ()) if "/A" in link]
        long = "https://example.org/a/very/long/address/that/has/to/be/broken/somewhere/in/the/column/of/prose"
        (broken,) = (link for link in links if str(link.A.URI) == long)
        assert len(broken.QuadPoints) >= 16
        names = {str(link.Contents) for link in links if str(link.A.URI) == "https://example.org/a"}
        assert names == {"link to a page that has a long name", "https://example.org/a"}


@pytest.mark.parametrize("document", ["Arabic"], indirect=True)
class TestArabic:
    def test_it_is_read_in_the_order_of_its_letters(self, tagged: Tagged) -> None:
        words = re.sub(r"\s+", " ", " ".join(found.text for found in tagged.root.all("P", "LBody")))
        assert "هذا هو العدد الأول من النشرة" in words
        assert "البند الثاني: ISO 26000" in words
        assert str(tagged.pdf.Root.Lang) == "ar"
        assert tagged.pdf.Root.ViewerPreferences.Direction == "/R2L"

    def test_the_first_word_of_a_line_is_at_its_right(self, tagged: Tagged) -> None:
        (red,) = (found for found in tagged.root.all("Span") if found.text.endswith("أحمر."))
        assert red.glyphs.strip().startswith(".رم")

    def test_marks_are_right_of_their_points_and_the_first_column_is_the_right_one(self, tagged: Tagged) -> None:
        for item in tagged.root.all("LI"):
            (mark,), (body,) = item.all("Lbl"), item.all("LBody")
            assert mark.start > body.start
        first, second = tagged.root.all("TH")
        assert first.start > second.start + 30
        numbers = [entry for entry in tagged.root.all("TOCI") if entry.all("Link")]
        assert numbers[0].start > numbers[1].start  # the first article is in the right column

    def test_latin_runs_and_addresses_keep_their_order(self, tagged: Tagged) -> None:
        (geneva,) = (found for found in tagged.root.all("Span") if "(Geneva)" in found.text)
        assert "Geneva" in geneva.glyphs
        (address,) = (found for found in tagged.root.all("Link") if "example.org/a/" in found.text)
        assert "https://example.org/a/" in address.text
        (imprint,) = (found for found in tagged.root.all("P") if "Published" in found.text)
        assert imprint.text.endswith("Published by TG 2.")
