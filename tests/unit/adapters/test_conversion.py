"""Documents that people send become Markdown with all of their words, and what is lost is named (C5)."""

from __future__ import annotations

import base64
import re
import struct
import zipfile
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from mailer.adapters.conversion import Documents
from mailer.adapters.conversion.document import Document, Losses, Paragraph, Point, Words
from mailer.adapters.conversion.losses import SENTENCES, sentence
from mailer.adapters.conversion.process import convert
from mailer.adapters.conversion.writing import write
from mailer.adapters.packed_xml import Refused
from mailer.adapters.render.markdown_parser import parse
from mailer.model.conversion import Converted, Unreadable

DATA = Path(__file__).parents[2] / "data" / "contributions"
EXPECTED = DATA / "expected"
DOCUMENTS = sorted([*DATA.glob("*.docx"), *DATA.glob("*.odt")])
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_DATES = {"29/11/26": "11/29/26"}
"""How LibreOffice writes the same date in its two kinds of files."""


@cache
def converted(path: Path) -> Mapping[str, object]:
    return convert(path.read_bytes(), path.suffix[1:], 10**6)


def losses(result: Mapping[str, object]) -> list[str]:
    found = result["losses"]
    assert isinstance(found, list)
    return sorted(str(sentence(*one)) for one in found)


def read(data: bytes, kind: str) -> tuple[str, list[str]]:
    result = convert(data, kind, 10**6)
    return str(result["markdown"]), losses(result)


# --- documents that LibreOffice has written ---


def test_there_are_six_documents_of_each_kind() -> None:
    assert [path.suffix for path in DOCUMENTS].count(".docx") == 6
    assert [path.suffix for path in DOCUMENTS].count(".odt") == 6


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_is_the_same_in_both_kinds_of_files(path: Path) -> None:
    result = converted(path)
    markdown = str(result["markdown"])
    for other, own in _DATES.items():
        markdown = markdown.replace(other, own)
    assert f"# {result['title']}\n\n{markdown}" == (EXPECTED / f"{path.stem}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_its_losses_are_named(path: Path) -> None:
    wanted = (EXPECTED / f"{path.stem}.losses.txt").read_text(encoding="utf-8").splitlines()
    named = [re.sub(r"Page \d", "Page 2", one) for one in losses(converted(path))]
    assert [_DATES.get(one, one) if one in _DATES else one.replace("29/11/26", "11/29/26") for one in named] == wanted


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def texts_in(path: Path) -> set[str]:
    """The letters of every piece of text that stands anywhere in the file: text, notes, comments, edges."""
    found: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"word/(document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml", name):
                root = etree.fromstring(archive.read(name))
                found += (one.text or "" for one in root.iter(f"{{{_W}}}t", f"{{{_W}}}delText"))
            elif name == "content.xml":
                root = etree.fromstring(archive.read(name))
                for one in root.iter("{*}note-citation", "{*}index-title-template", "{*}text-style"):
                    one.text = ""
                found += (str(text) for one in root.iter("{*}p", "{*}h") for text in one.itertext())
    return {*map(letters, found)}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_word_vanishes(path: Path) -> None:
    result = converted(path)
    own = re.sub(r"&#(\d+);", lambda sign: chr(int(sign[1])), str(result["markdown"]))
    said = letters(" ".join((str(result["title"]), own, *losses(result))))
    # the contents are left out as a whole, and their words are the headings'
    contents = {"Contents", "Members1", "Work1"} if path.stem == "report" else set()
    times = {one for one in texts_in(path) if re.fullmatch(r"2026\d+T\d+", one)}
    assert {one for one in texts_in(path) if one not in said} - contents - times == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_our_checker_takes_it(path: Path) -> None:
    assert parse(str(converted(path)["markdown"])).faults == []


@pytest.mark.parametrize("name", ["changes", "report", "rtl"])
def test_rtf_has_the_same_words(name: str) -> None:
    markdown, named = read((DATA / f"{name}.rtf").read_bytes(), "rtf")
    wanted = set(re.findall(r"\w+", (EXPECTED / f"{name}.md").read_text(encoding="utf-8")))
    missing = wanted - set(re.findall(r"\w+", markdown + " ".join(named))) - set(re.findall(r"\w+", _title(name)))
    # LibreOffice leaves a table in a cell out of the file, and writes dates in its own way
    assert missing <= {"in", "ner", "after"}
    assert parse(markdown).faults == []


def _title(name: str) -> str:
    return (EXPECTED / f"{name}.md").read_text(encoding="utf-8").split("\n")[0]


def test_rtf_names_tracked_changes_and_comments() -> None:
    wanted = (EXPECTED / "changes.losses.txt").read_text(encoding="utf-8").splitlines()
    assert read((DATA / "changes.rtf").read_bytes(), "rtf")[1] == wanted


def test_a_picture_has_its_bytes_its_description_and_its_caption() -> None:
    path = DATA / "invitation.docx"
    document = Documents().read(path.read_bytes(), path.name, "")
    (picture,) = document.pictures
    with Image.open(BytesIO(picture.data)) as image:
        assert (picture.name, image.format, image.size) == ("picture-1.png", "PNG", (600, 320))
    assert picture.alt == "Trois bateaux à voile dans le port, sous un soleil bas"
    assert picture.caption == "Illustration 1 : Le port, vu de l’hôtel"
    assert document.title == "Invitation à Bangkok"
    assert document == Converted(document.title, document.markdown, (picture,), ())


# --- what Word writes ---


def word(body: str, parts: Mapping[str, str | bytes] = {}, relations: str = "") -> bytes:
    """A .docx with this body and other parts."""
    spaces = (
        f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:wp="urn:wp" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="urn:pic" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:c="urn:c"'
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", _RELATIONS.format(relations))
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def p(inside: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def relation(number: int, kind: str, target: str, mode: str = "") -> str:
    return f'<Relationship Id="rId{number}" Type="x/{kind}" Target="{target}" TargetMode="{mode}"/>'


NUMBERING = (
    f'<w:numbering xmlns:w="{_W}"><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="5"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
)


def test_moved_text_and_the_end_of_a_deleted_paragraph() -> None:
    body = p(
        "<w:moveFrom>" + r("Gone.").replace("w:t", "w:delText") + "</w:moveFrom>" + r("One "), "<w:rPr><w:del/></w:rPr>"
    ) + p(r("line.") + "<w:moveTo>" + r(" Come.") + "</w:moveTo>")
    assert read(word(body), "docx") == (
        "One line. Come.\n",
        [
            "One tracked deletion is left out, as if it was accepted: Gone.",
            "One tracked insertion is in the text, as if it was accepted: Come.",
        ],
    )


def test_a_numbered_list_of_word_begins_where_it_says_and_goes_on() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr>'
    body = p(r("three"), numbered) + p(r("four"), numbered) + p(r("Between.")) + p(r("five"), numbered)
    data = word(body, {"word/numbering.xml": NUMBERING}, relation(1, "numbering", "numbering.xml"))
    assert read(data, "docx")[0] == "3. three\n4. four\n\nBetween.\n\n5. five\n"


def test_formulas_stand_on_the_line_and_are_named() -> None:
    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    power = f"<m:sSup><m:e>{run('x')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>"
    fraction = f"<m:f><m:num>{run('a')}{run('+')}{run('b')}</m:num><m:den>{run('c')}</m:den></m:f>"
    root = f"<m:rad><m:deg/><m:e>{run('2')}</m:e></m:rad>"
    body = p(r("So ") + f"<m:oMath>{power}{run('=')}{fraction}{run('·')}{root}</m:oMath>" + r("."))
    assert read(word(body), "docx") == (
        "So x^2^=(a+b)/c\u00b7√2.\n",
        ["One formula is written on one line; compare it with the document: x^2=(a+b)/c·√2"],
    )


def test_links_by_fields_and_signs_of_symbol_fonts() -> None:
    body = p(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "https://example.org/"</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("here")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="Webdings" w:char="F04B"/></w:r>'
    )
    assert read(word(body), "docx") == (
        "[here](<https://example.org/>)✓\n",
        ["One sign of a font of symbols is left out: Webdings F04B"],
    )


def test_links_that_lead_nowhere_are_only_words() -> None:
    body = p(f'<w:hyperlink r:id="rId1">{r("click")}</w:hyperlink>')
    data = word(body, relations=relation(1, "hyperlink", "javascript:alert(1)", "External"))
    assert read(data, "docx") == (
        "click\n",
        ["One link does not lead to a page or an address; its words stay: click (javascript:alert(1))"],
    )


def png(size: tuple[int, int] = (20, 10)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return out.getvalue()


def drawing(number: int, more: str = "") -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:docPr descr="A *wall* | old"/><a:graphic><pic:pic><pic:blipFill>'
        f'<a:blip r:embed="rId{number}"/>{more}</pic:blipFill></pic:pic></a:graphic></wp:inline></w:drawing></w:r>'
    )


def test_what_was_cropped_away_does_not_go_out() -> None:
    body = p(drawing(1, '<a:srcRect l="50000" b="10000"/>'))
    data = word(body, {"word/media/a.png": png()}, relation(1, "image", "media/a.png"))
    result = convert(data, "docx", 10**6)
    (picture,) = result["pictures"]  # type: ignore[misc]
    with Image.open(BytesIO(base64.b64decode(picture["data"]))) as image:
        assert image.size == (10, 9)
    assert picture["alt"] == "A wall / old"
    assert losses(result) == ["One picture was cropped in the document, and is so here."]


def test_pictures_that_cannot_be_printed_or_are_elsewhere_are_named_and_not_loaded() -> None:
    body = p(drawing(1) + drawing(2) + drawing(3) + r("Words."))
    targets = (
        relation(1, "image", "media/a.emf"),
        relation(2, "image", "http://127.0.0.1:9/canary.png", "External"),
        relation(3, "image", "../../../etc/passwd"),
    )
    markdown, named = read(word(body, {"word/media/a.emf": b"\x01\x00\x00\x00"}, "".join(targets)), "docx")
    assert markdown == "Words.\n"
    assert named == [
        "2 pictures are left out, because they cannot be read or printed: A *wall* | old",
        "One picture is not in the document, which only says where it is: http://127.0.0.1:9/canary.png",
    ]


def test_macros_templates_and_objects_are_named() -> None:
    body = p(
        '<w:r><w:object><v:shape><v:imagedata r:id="rId9"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12"/></w:object>'
        '</w:r><w:r><w:drawing><wp:inline><wp:docPr descr="Members"/><a:graphic><c:chart/></a:graphic></wp:inline>'
        "</w:drawing></w:r>" + r("Words.")
    )
    template = relation(1, "attachedTemplate", "http://x.example/t.dotm", "External")
    parts = {
        "word/vbaProject.bin": b"x",
        "word/_rels/settings.xml.rels": _RELATIONS.format(template),
        "word/settings.xml": "<x/>",
    }
    assert read(word(body, parts, relation(1, "settings", "settings.xml")), "docx") == (
        "Words.\n",
        [
            "2 embedded objects, such as charts or sheets, are left out: Excel.Sheet.12; Members",
            "One picture is left out, because it cannot be read or printed: …",
            "The document refers to something outside of it, which was not loaded: http://x.example/t.dotm",
            "The macros of the document are left out; they were not run.",
        ],
    )


# --- what Writer writes ---


def writer(body: str, parts: Mapping[str, str | bytes] = {}, styles: str = "") -> bytes:
    """An .odt with this body and other parts."""
    with zipfile.ZipFile(DATA / "rtl.odt") as archive:
        head = re.match(r"<\?xml.*?<office:document-content[^>]*>", archive.read("content.xml").decode(), re.DOTALL)
    assert head
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(
            "content.xml",
            f"{head[0]}<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}"
            "</office:text></office:body></office:document-content>",
        )
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def test_formulas_charts_and_macros_of_writer() -> None:
    math = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><msub><mi>H</mi><mn>2</mn></msub><mi>O</mi>'
        '</mrow><annotation encoding="StarMath 5.0">H_2 O</annotation></semantics></math>'
    )
    body = (
        '<text:p>Water is <draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>.</text:p><text:p><draw:frame '
        'draw:name="Chart"><draw:object xlink:href="./Object 2"/><draw:image xlink:href="./R/2"/></draw:frame></text:p>'
    )
    parts = {"Object 1/content.xml": math, "Object 2/content.xml": "<x/>", "R/2": png(), "Basic/Standard/M.xml": "<x/>"}
    markdown, named = read(writer(body, parts), "odt")
    assert markdown == "Water is H~2~O.\n\n![](picture-1.png)\n"
    assert named == [
        "One embedded object is only a picture of it: Chart",
        "One formula is written on one line; compare it with the document: H_2O",
        "One picture has no description for readers who cannot see it; write one.",
        "The macros of the document are left out; they were not run.",
    ]


def test_a_cell_that_is_repeated_very_often_is_bounded() -> None:
    cell = '<table:table-cell table:number-columns-repeated="999999999"><text:p>a</text:p></table:table-cell>'
    markdown, _ = read(writer(f"<table:table><table:table-row>{cell}</table:table-row></table:table>"), "odt")
    assert markdown.count("|") == 2 * 64


# --- text and Markdown ---


@pytest.mark.parametrize(
    ("text", "title", "markdown"),
    [
        (
            "Harbour news\n============\n\nThe tide was the highest for forty years, and\nthe quay is closed.\n\n"
            "To do:\n* call\n  Anna\n* go\n",
            "Harbour news",
            "The tide was the highest for forty years, and the quay is closed.\n\nTo do:\n\n- call Anna\n- go\n",
        ),
        ("Anna Kim\nHarbour Street 1\n", "", "Anna Kim\\\nHarbour Street 1\n"),
        ("2. two\n3. three\n\n***\n\nEnd * of it", "", "2. two\n3. three\n\n---\n\nEnd \\* of it\n"),
        ("## Heading\n\nWith **marks**.\n", "", "## Heading\n\nWith **marks**.\n"),
    ],
)
def test_plain_text(text: str, title: str, markdown: str) -> None:
    result = convert(text.encode("utf-8-sig"), "txt", 10**6)
    assert (result["title"], result["markdown"]) == (title, markdown)


def test_markdown_stays_as_it_was_written_and_its_faults_are_named() -> None:
    text = '+++\ntitle = "The quay"\nauthor = "Anna"\n+++\nA <b>wall</b>.\n\n[[Page]]\n'
    result = convert(text.encode(), "md", 10**6)
    assert (result["title"], result["markdown"]) == ("The quay", "A <b>wall</b>.\n\n[[Page]]\n")
    assert [one.split(":")[0] for one in losses(result)] == [
        "The Markdown has something that is not supported",
        "What stood above the text is left out",
    ]


# --- Markdown that says what was meant ---

_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn")), max_size=24
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_TEXT, st.sets(st.sampled_from(["strong", "em", "s"]))), max_size=4), st.booleans())
def test_any_words_are_read_as_they_were_written(runs: list[tuple[str, set[str]]], in_list: bool) -> None:
    pieces = [Words(text, tuple(tag for tag in ("strong", "em", "s") if tag in tags)) for text, tags in runs]
    point = Point(0, None) if in_list else None
    markdown = write(Document([Paragraph(pieces, point=point)]), Losses())[1]
    tokens = parse(markdown).tokens
    shown = "".join(
        child.content
        for token in tokens
        if token.type == "inline"
        for child in token.children or []
        if child.type in ("text", "text_special")
    )
    assert parse(markdown).faults == []
    assert " ".join(shown.split()) == " ".join("".join(text for text, _ in runs).split())


# --- hostile files ---


def archive_of(entries: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def linked() -> bytes:
    """An archive whose document is a symbolic link."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("word/document.xml")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (word(f"<w:p>{r('a' * 30_000_000)}</w:p>"), "docx", "large"),
        (archive_of({"word/document.xml": f"{_LAUGHS}<x>&b;</x>".encode()}), "docx", "forbidden"),
        (archive_of({"content.xml": f"{_LAUGHS}<x>&b;</x>".encode()}), "odt", "forbidden"),
        (archive_of({"content.xml": f"{_LAUGHS}<x>&b;</x>".encode("utf-16")}), "odt", "forbidden"),
        (linked(), "docx", "damaged"),
        (b"PK\x03\x04 nothing", "odt", "damaged"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "docx", "encrypted"),
        (b"MZ\x00\x00", "txt", "damaged"),
        (b"{\\rtf1 " + b"{" * 500, "rtf", "large"),
        (b"no rtf", "rtf", "damaged"),
        (word("<w:tbl><w:tr><w:tc>" * 120 + "</w:tc></w:tr></w:tbl>" * 120), "docx", "damaged"),
    ],
    ids=["bomb", "entities", "entities odt", "utf-16", "link", "zip", "ole", "binary", "groups", "no rtf", "deep"],
)
def test_C5_a_hostile_file_is_not_opened(data: bytes, kind: str, reason: str) -> None:
    with pytest.raises(Refused) as fault:
        convert(data, kind, 10**6)
    assert str(fault.value) == reason


def test_C5_an_archive_of_100_000_files_is_given_up() -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *(20, 20, 0, 0, 0, 33), 0, 0, 0, *(1, 0, 0, 0, 0), 0, 0) + b"a"
    entries = entry * 100_000
    data = entries + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(entries), 0, 0)
    with pytest.raises(Refused) as fault:
        convert(data, "odt", 10**6)
    assert str(fault.value) == "large"


def test_C5_what_would_be_very_long_is_given_up() -> None:
    with pytest.raises(Refused):
        convert(b"word " * 1_000, "txt", 1_000)


def test_C5_a_file_of_another_kind_is_named() -> None:
    with pytest.raises(Unreadable) as fault:
        Documents().read(b"MZ", "letter.docm", "")
    assert str(fault.value.reason) == "it is no text, .docx, .odt, .rtf or .md"


def test_every_loss_has_a_sentence_in_good_english() -> None:
    for kind, say in SENTENCES.items():
        for count, examples in ((1, ["x"]), (3, ["x", "y"])):
            said = sentence(kind, count, examples)
            assert (said[0].isupper() or said[0] == "3") and "%" not in said and say(count, "x")
