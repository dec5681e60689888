"""An edition: what its HTML, text and PDF contain, and what they never contain."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace

import lxml.html
import pytest
from PIL import Image

from mailer.adapters import child_process, issue_folder
from mailer.adapters.render import Renderer, pdf, pdf_process
from mailer.adapters.render.fitting import FULL
from mailer.adapters.render.pdf_process import render_pdf
from mailer.errors import ConfigError, Permanent
from mailer.model.issues import Article, Edition, Marker, Picture, Source, Wording
from mailer.model.publications import Identity
from tests import rendering
from tests.pages import installed, pages

ROOT = Path(__file__).parents[3]
TEMPLATES = ROOT / "templates"
IDENTITY = Identity(
    masthead="ISO/SR Update",
    tagline="From the working group",
    publisher="TG 2",
    accent="#0b5563",
    ink="#1c2326",
    paper="#ffffff",
    imprint="Published by TG 2.",
    address="tg2@iso-sr.example",
    max_pages=4,
)


def source(*bodies: str, title: str = "Spring", picture: Picture | None = None) -> Source:
    articles = tuple(
        Article(f"{at:02}-a.md", f"Article {at}", "", "", body, picture, line=4) for at, body in enumerate(bodies, 1)
    )
    return Source("update", 3, title, date(2026, 3, 1), "en", articles, "ab" * 32)


def image(width: int, height: int, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(out, kind)
    return out.getvalue()


def large_enough() -> bytes:
    """A picture that is sharp in print."""
    out = BytesIO()
    Image.new("L", (1060, 530), 200).save(out, "PNG")
    return out.getvalue()


def decompressed(document: bytes) -> bytes:
    """A PDF with its compressed streams added in plain form."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL)
    opened = [zlib.decompress(stream) for stream in streams if stream.startswith(b"x\xda")]
    return b"\n".join([document, *opened])


def mail_size(edition: Edition) -> int:
    """Bytes of the whole mail in transit, with parts in base64."""
    return 4 * (len(edition.pdf) + sum(len(p.data) for p in edition.pictures)) // 3 + len(edition.html + edition.text)


@pytest.fixture(autouse=True)
def no_shared_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", rendering.uncached)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(TEMPLATES)


@pytest.fixture(scope="module")
def shipped() -> Source:
    return issue_folder.read(ROOT / "config" / "demo" / "issues" / "update-1", "update")


@pytest.fixture(scope="module")
def edition(renderer: Renderer, shipped: Source) -> Edition:
    return renderer.edition(shipped, IDENTITY)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, no_shared_pdf: None) -> Renderer:
    """A renderer for tests of the mail only, with a dummy PDF."""
    monkeypatch.setattr(pdf, "write", lambda *_: (b"%PDF-", 1))
    return Renderer(TEMPLATES)


# --- The language of an issue ---


def in_language(tag: str) -> Source:
    return replace(source("One.", "Two.", picture=Picture("p.png", large_enough(), "A lake")), language=tag)


def test_G6_an_issue_in_french_has_french_text_around_its_articles(quick: Renderer) -> None:
    made = quick.edition(in_language("fr"), IDENTITY)
    assert made.subject == "ISO/SR Update 3\xa0: Spring"
    assert made.wording == Wording(
        "Bonjour %(name)s,",
        "Chère lectrice, cher lecteur,",
        "toutes les personnes qui lisent ISO/SR Update",
        "(un lien propre à chaque destinataire)",
        "Transmis par %(name)s.",
        "une personne qui la lit",
        "Pour la recevoir vous-même, écrivez «\xa0inscription\xa0» à %(address)s.",
    )
    lines = made.text.splitlines()
    assert lines[1] == "N°\xa03 · 1 mars 2026"
    assert "Dans ce numéro\xa0:" in lines
    assert "[Image\xa0: A lake]" in lines
    assert lines[-3:] == ["Envoyé à ⟦recipient⟧", "Pour vous désabonner de cette liste\xa0:", "⟦leave⟧"]
    page = lxml.html.fromstring(made.html)
    assert (page.get("lang"), page.get("dir")) == ("fr", "ltr")
    assert page.xpath("string(//p[@class='label'])") == "Dans ce numéro"
    assert page.xpath(f"string(//a[@href='{Marker.LEAVE}'])") == "vous désabonner de cette liste"
    assert made.warnings == ()


def test_G6_the_pdf_of_an_issue_in_french_is_french(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(pdf, "write", lambda html, *_: (printed.append(html) or b"%PDF-", 1))
    words = {"fr": "Vous pouvez transmettre cette lettre d’information à qui vous voulez."}
    Renderer(TEMPLATES).edition(in_language("fr"), replace(IDENTITY, forwarding_words=words))
    page = lxml.html.fromstring(printed[0])
    assert (page.get("lang"), page.findtext(".//title")) == ("fr", "ISO/SR Update 3\xa0: Spring")
    assert [span.text for span in page.xpath("//p[@class='dateline']/span")] == ["N°\xa03", "1 mars 2026"]
    assert page.xpath("//meta[@name='dcterms.created']/@content") == ["2026-03-01"]
    assert page.xpath("string(//aside/p[2])").startswith("Vous pouvez transmettre cette lettre d’information")


@pytest.mark.parametrize(("tag", "direction"), [("sv", "ltr"), ("he-IL", "rtl"), ("xx", "ltr")])
def test_G6_an_issue_in_a_language_without_a_catalogue_says_so(quick: Renderer, tag: str, direction: str) -> None:
    made = quick.edition(in_language(tag), IDENTITY)
    page = lxml.html.fromstring(made.html)
    assert (page.get("lang"), page.get("dir")) == (tag, direction)
    assert made.warnings == (f"There is no catalogue of “{tag}”: the text around the articles is in English.",)
    assert made.wording.greeting_to_all == "Dear reader,"


# --- The shipped issue, whole ---


def test_the_shipped_issue_is_a_few_pages_and_a_small_mail(edition: Edition) -> None:
    assert edition.subject == "ISO/SR Update 1: The long and winding road to ISO/SR"
    assert 2 <= edition.pages <= 4
    assert mail_size(edition) < 500_000
    assert edition.warnings == ()


def test_every_marker_occurs_once_in_the_html_and_in_the_text(edition: Edition) -> None:
    for part in (edition.html, edition.text):
        assert [part.count(marker) for marker in Marker] == [1, 1, 1]
        assert part.count("⟦") == part.count("⟧") == len(Marker)
    assert f'href="{Marker.LEAVE}"' in edition.html


def test_the_html_needs_no_other_file(edition: Edition) -> None:
    page = lxml.html.fromstring(edition.html)
    assert page.get("lang") == "en"
    assert page.findtext(".//title") == edition.subject
    assert page.xpath("//script | //link | //iframe | //object | //form | //svg") == []
    assert [img.get("src") for img in page.xpath("//img")] == [f"cid:{picture.cid}" for picture in edition.pictures]
    assert all(img.get("alt") for img in page.xpath("//img"))
    assert {table.get("role") for table in page.xpath("//table[not(ancestor::div[@class='prose'])]")} == {
        "presentation"
    }
    assert [heading.tag for heading in page.xpath("//h1 | //h2")] == ["h1"] + ["h2"] * 6
    assert "@media (prefers-color-scheme: dark)" in edition.html
    assert page.xpath("//*[starts-with(@href, '#')]/@href") == [
        *(f"#article-{at}" for at in range(1, 9)),
        "#note-8-1",
    ]


@installed
def test_the_pages_of_the_shipped_issue_are_well_filled(edition: Edition, tmp_path: Path) -> None:
    *full, last = pages(edition.pdf, tmp_path)
    assert (len(full), last.fill > 0.6) == (2, True)
    assert [page.fill for page in full if page.fill < FULL] == []


def test_the_text_fits_72_columns(edition: Edition) -> None:
    assert [line for line in edition.text.splitlines() if len(line) > 72] == []
    assert re.findall(r"<[a-z/][^@]*?>|&\w+;", edition.text) == []
    assert edition.text.startswith("ISO/SR UPDATE\nNo. 1 · 1 December 2026\n\n⟦greeting⟧\n\n")
    assert "\n1. From Salvador to Bangkok\n===========================\n" in edition.text
    assert edition.text.endswith("\nSent to ⟦recipient⟧\nTo leave this list:\n⟦leave⟧\n")


def test_the_pdf_is_tagged_and_has_bookmarks_and_a_language(edition: Edition) -> None:
    content = decompressed(edition.pdf)
    marks = (b"/StructTreeRoot", b"/Marked true", b"/Outlines", b"/Lang (en)", b"(D:20261201", b"pdfuaid:part")
    assert [mark for mark in marks if mark not in content] == []
    assert [content.count(b"/S /" + tag) for tag in (b"H1", b"H2", b"Table", b"Figure")] == [1, 6, 1, 2]
    assert content.count(b"/Alt ") == 2


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed")
def test_the_pdf_is_valid(edition: Edition, tmp_path: Path) -> None:
    (tmp_path / "issue.pdf").write_bytes(edition.pdf)
    subprocess.run(["qpdf", "--check", tmp_path / "issue.pdf"], check=True, capture_output=True)


def test_the_same_source_gives_the_same_bytes_in_another_process(edition: Edition) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from tests.unit.adapters.test_render import *\n"
        "issue = issue_folder.read(ROOT / 'config/demo/issues/update-1', 'update')\n"
        "print(Renderer(TEMPLATES).edition(issue, IDENTITY).digest)"
    )
    other = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, check=True, text=True, cwd="/")
    assert other.stdout.strip() == edition.digest


# --- D1, D2, D3: attacks in articles and names ---


def test_D1_text_that_looks_like_a_template_is_text(quick: Renderer) -> None:
    made = quick.edition(source("{{7*7}} {% raise %}", title="{{7*7}}"), replace(IDENTITY, masthead="{{7*7}}"))
    assert made.subject == "{{7*7}} 3: {{7*7}}"
    assert "{{7*7}} {% raise %}" in made.html
    assert "{{7*7}} {% raise %}" in made.text


HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '"><script>alert(1)</script>',
    "</title><script>alert(1)</script>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_D3_html_around_the_articles_is_text(quick: Renderer, text: str) -> None:
    hostile = source("Words.", title=text)
    page = lxml.html.fromstring(quick.edition(hostile, replace(IDENTITY, tagline=text, imprint=text)).html)
    assert page.xpath("//script | //img | //svg | //@onerror | //@onload") == []
    assert [href for href in page.xpath("//@href") if "javascript" in href] == []
    assert page.xpath("string(//p[@class='tagline'])") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_D3_html_in_an_article_is_refused(quick: Renderer, text: str) -> None:
    hostile = replace(source("x"), articles=(Article("01-a.md", text, text, text, text),))
    with pytest.raises(ConfigError) as caught:
        quick.edition(hostile, IDENTITY)
    assert {problem.partition(" <")[0] for problem in caught.value.problems} == {"01-a.md:1: HTML is not supported:"}


@pytest.mark.parametrize("text", HOSTILE)
def test_D3_html_that_was_escaped_is_text(quick: Renderer, text: str) -> None:
    page = lxml.html.fromstring(quick.edition(source(text.replace("<", "\\<")), IDENTITY).html)
    assert page.xpath("//script | //img | //svg | //@onerror | //@onload") == []
    assert [href for href in page.xpath("//@href") if "javascript" in href] == []


LINKS = (
    "[x](javascript:alert(1))",
    "[x](file:///etc/passwd)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](/relative)",
    "[x](page.html)",
    "[x](https:)",
    "<vbscript:x>",
    "[x](http://[)",
    "[x](https://bank.example@evil.example/)",
    "[x](mailto:nobody)",
)


@pytest.mark.parametrize("link", LINKS)
def test_D3_a_broken_or_dangerous_link_is_a_fault(quick: Renderer, link: str) -> None:
    with pytest.raises(ConfigError) as caught:
        quick.edition(source(f"Words.\n\nMore {link} words."), IDENTITY)
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == ["01-a.md:6"]


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("![x](http://example.org/x.png)", "http://example.org/x.png is not a picture of this folder; copy it beside"),
        ("Words ![x](p.png) words.", "a picture stands alone in its paragraph: ![what it shows](name.jpg"),
    ],
)
def test_D2_a_picture_that_is_not_in_the_folder_is_a_fault(quick: Renderer, body: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"02-a.md:4: {fault}")):
        quick.edition(source("Fine.", body), IDENTITY)


def test_all_faults_of_all_articles_are_named_together(quick: Renderer) -> None:
    with pytest.raises(ConfigError) as caught:
        quick.edition(source("[x](y)\n\n![z](z.png)", "[x](y)"), IDENTITY)
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == ["01-a.md:4", "01-a.md:6", "02-a.md:4"]


@pytest.mark.parametrize("text", ["⟦leave⟧", "⟦", "⟧"])
def test_a_marker_in_an_article_is_refused(quick: Renderer, text: str) -> None:
    with pytest.raises(ConfigError, match="use other brackets"):
        quick.edition(source(text), IDENTITY)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A web server that should get no request: its address, and the requested paths."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


REQUESTS = {
    "image": '<img src="{canary}/image">',
    "file": '<img src="file:///etc/hostname">',
    "import": '<style>@import "{canary}/import";</style>',
    "stylesheet": '<link rel="stylesheet" href="{canary}/sheet">',
    "attachment": '<a rel="attachment" href="{canary}/attached">x</a>',
    "attachment of a file": '<link rel="attachment" href="file:///etc/hostname">',
    "background": '<p style="background: url({canary}/background)">x</p>',
    "SVG": '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg"><image href="{canary}"/></svg>\'>',
    "object": '<object data="{canary}/object"></object>',
    "embed": '<embed src="{canary}/embed">',
    "font": "<style>@font-face {{ font-family: x; src: url({canary}/font) }} p {{ font-family: x }}</style><p>x</p>",
    "a made-up asset": '<img src="asset:../../etc/hostname">',
    "base": '<base href="{canary}/"><img src="relative.png">',
}


@pytest.mark.parametrize("html", REQUESTS.values(), ids=REQUESTS)
def test_D2_the_pdf_process_loads_nothing(canary: tuple[str, list[str]], html: str) -> None:
    address, asked = canary
    result = render_pdf(f"<!doctype html><html lang=en><title>x</title>{html.format(canary=address)}", {}, "x")
    assert list(result) == ["refused"]
    assert asked == []


def test_D2_an_issue_that_loads_anything_is_refused() -> None:
    with pytest.raises(ConfigError, match="the page asks for file:///etc/hostname; nothing is loaded"):
        pdf.write('<!doctype html><html lang=en><title>x</title><img src="file:///etc/hostname">', {}, "x")


@pytest.mark.parametrize("html", REQUESTS.values(), ids=REQUESTS)
def test_D2_an_article_that_asks_for_anything_is_refused(renderer: Renderer, html: str) -> None:
    with pytest.raises(ConfigError, match=r"01-a\.md:4: HTML is not supported"):
        renderer.edition(source(html.format(canary="http://127.0.0.1:1")), IDENTITY)


# --- D5: limits ---


def test_D5_a_table_of_100_000_cells_is_refused_at_once(quick: Renderer) -> None:
    with pytest.raises(ConfigError, match="the issue has 300012 characters; 150000 are allowed"):
        quick.edition(source("|a|b|\n|-|-|\n" + "|x|x|\n" * 50_000), IDENTITY)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x" * 60_001, "01-a.md: more than 60000 characters"),
        ("|a|b|\n|-|-|\n" + "|x|x|\n" * 1_000, "01-a.md:4: 2002 table cells; 2000 are allowed"),
        ("- x\n" * 2_000, "01-a.md:4: 4001 paragraphs, points and cells; 3000 are allowed"),
    ],
)
def test_D5_an_article_that_is_too_long_is_refused(quick: Renderer, body: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(reason)):
        quick.edition(source(body), IDENTITY)


def test_D5_an_issue_that_takes_too_long_to_render_is_refused() -> None:
    row = "<tr>" + "<td>x" * 60
    with pytest.raises(ConfigError, match="could not be rendered within 1 seconds"):
        pdf.write(f"<!doctype html><html lang=en><title>x</title><table>{row * 30}</table>", {}, "x", cpu_seconds=1)


def test_D5_an_issue_that_takes_too_much_memory_is_refused() -> None:
    large = BytesIO()
    Image.new("RGB", (8000, 8000)).save(large, "PNG")
    html = '<!doctype html><html lang=en><title>x</title><img alt="" src="asset:blank">'
    with pytest.raises(ConfigError, match="and 300 MB"):
        pdf.write(html, {"blank": large.getvalue()}, "x", memory=300 << 20)


def test_missing_libraries_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"OSError: cannot load library 'libpango-1.0-0': error 0x7e")
    monkeypatch.setattr(child_process, "Child", lambda *_: SimpleNamespace(run=lambda *_, **__: failed))
    with pytest.raises(Permanent, match=r"apt install libpango-1\.0-0"):
        pdf.write("", {}, "x")


@pytest.mark.parametrize(
    ("code", "said", "reason"),
    [(1, b"Traceback\nMemoryError\n", "MemoryError"), (-9, b"warn('No fonts configured in FontConfig.')\n", "Killed")],
)
def test_D5_the_reason_and_the_cure_fit_what_was_printed(
    monkeypatch: pytest.MonkeyPatch, code: int, said: bytes, reason: str
) -> None:
    ended = subprocess.CompletedProcess([], code, b"", said)
    monkeypatch.setattr(child_process, "Child", lambda *_: SimpleNamespace(run=lambda *_, **__: ended))
    cure = "shorten it, or try again when the machine has less to do"
    with pytest.raises(ConfigError, match=re.escape(f"({reason}); {cure}")):
        pdf.write("", {}, "x", cure=pdf.SHORTEN_DOCUMENT)


def test_the_pdf_process_ends_before_python_unloads_what_a_thread_still_uses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(pdf_process, "render_pdf", lambda *_: {"pages": 1})
    monkeypatch.setattr(child_process, "limit", lambda *_: None)
    monkeypatch.setattr(os, "_exit", ended.append)
    job = {"html": "", "assets": {}, "identifier": "x", "cpu_seconds": 1, "memory": 1}
    monkeypatch.setattr(sys, "stdin", StringIO(json.dumps(job)))
    pdf_process.main()
    assert (capsys.readouterr().out, ended) == ('{"pages": 1}', [os.EX_OK])


def test_D6_the_pdf_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = {}

    def start(module: str, given: dict[str, str]) -> SimpleNamespace:
        environment.update(given)
        done = subprocess.CompletedProcess([], 0, b'{"pdf": "", "pages": 1}', b"")
        return SimpleNamespace(run=lambda *_, **__: done)

    monkeypatch.setenv("MAILER_IMAP_PASSWORD", "secret")
    monkeypatch.setattr(child_process, "Child", start)
    assert pdf.write("", {}, "x") == (b"", 1)
    assert [name for name in environment if name.startswith("MAILER_")] == []
    assert "PATH" in environment


def test_D5_a_picture_with_too_many_pixels_is_refused(quick: Renderer) -> None:
    out = BytesIO()
    Image.new("1", (8_000, 6_000)).save(out, "PNG")
    with pytest.raises(ConfigError, match=r"01-a.md: big.png has too many pixels"):
        quick.edition(source("Words.", picture=Picture("big.png", out.getvalue(), "Big")), IDENTITY)


# --- Pictures, sizes, warnings ---


def test_a_photograph_is_resampled_for_the_mail_and_counts_in_the_digest(quick: Renderer) -> None:
    made = quick.edition(source("Words.", picture=Picture("a.jpg", image(3000, 1500, "JPEG"), "Noise")), IDENTITY)
    (picture,) = made.pictures
    with Image.open(BytesIO(picture.data)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1104, 552))
    assert picture.media_type == "image/jpeg"
    assert re.fullmatch(r"[0-9a-f]{12}@iso-sr\.example", picture.cid)
    assert f'src="cid:{picture.cid}" alt="Noise" width="552"' in made.html
    assert "[Picture: Noise]" in made.text
    assert replace(made, pictures=(replace(picture, data=b"x"),)).digest != made.digest


def test_a_drawing_stays_sharp_and_a_small_one_small(quick: Renderer) -> None:
    out = BytesIO()
    Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(out, "PNG")
    (picture,) = quick.edition(source("x", picture=Picture("a.png", out.getvalue(), "Nothing")), IDENTITY).pictures
    with Image.open(BytesIO(picture.data)) as shown:
        assert (shown.format, shown.size) == ("PNG", (300, 200))
        assert shown.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_the_position_of_a_picture_is_removed(quick: Renderer) -> None:
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "at home"
    exif[0x0112] = 6  # rotated by a quarter
    Image.effect_noise((400, 200), 90).convert("RGB").save(out, "JPEG", exif=exif)
    (picture,) = quick.edition(source("x", picture=Picture("a.jpg", out.getvalue(), "x")), IDENTITY).pictures
    assert b"at home" not in picture.data
    with Image.open(BytesIO(picture.data)) as shown:
        assert shown.size == (200, 400)


def test_a_picture_of_two_articles_is_attached_once(quick: Renderer) -> None:
    made = quick.edition(source("x", "y", picture=Picture("a.png", image(40, 20), "x")), IDENTITY)
    assert len(made.pictures) == 1
    assert made.html.count(f"cid:{made.pictures[0].cid}") == 2


def test_warnings_name_the_limit_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "write", lambda *_: (bytes(400_000), 5))
    made = Renderer(TEMPLATES).edition(source("Words. " * 8_000, "words " * 9_000), IDENTITY)
    assert [re.sub(r"\d+", "N", warning) for warning in made.warnings] == [
        "N pages; this publication has at most N: shorten it.",
        "The HTML has N KB; Gmail hides what is beyond N KB: shorten it.",
        "The whole mail has N KB; N KB is the most: use smaller pictures.",
    ]


@pytest.mark.parametrize("colour", ["red", "#fff", "#0b5563; } body { display: none", "#gggggg"])
def test_an_invalid_colour_is_refused(quick: Renderer, colour: str) -> None:
    with pytest.raises(ConfigError, match="write a colour as #rrggbb"):
        quick.edition(source("x"), replace(IDENTITY, accent=colour))
