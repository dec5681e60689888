"""What the identity adds to every issue: logo, cover, sections, fonts, and the sentence on forwarding."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import lxml.etree
import lxml.html
import pytest
from PIL import Image

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.render import Renderer, identity_view, pdf
from mailer.adapters.render.colour import AA, AA_DARK, contrast, palette
from mailer.adapters.render.fonts import Fonts, stacks
from mailer.adapters.render.safe_svg import MAX_BYTES, MAX_ELEMENTS, safe_svg
from mailer.errors import ConfigError
from mailer.model.publications import Forwarding
from tests.unit.adapters.test_render import IDENTITY, TEMPLATES, source

FONTS = TEMPLATES / "issue" / "fonts"
CATALOGUES = Catalogues(TEMPLATES / "locale")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 40">\n{}</svg>'
)


def faults(drawing: bytes) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        safe_svg("logo.svg", drawing)
    return list(caught.value.problems)


# --- A logo as SVG ---


def test_a_drawing_keeps_its_shapes_and_loses_what_its_program_noted() -> None:
    drawing = SVG.format(
        '<!-- me --><title>Us</title><metadata><rdf xmlns="http://rdf"><about/></rdf></metadata>'
        '<defs><linearGradient id="g"><stop offset="0" stop-color="#f00"/></linearGradient></defs>'
        '<g xmlns:ink="http://ink" ink:label="a"><path d="M0 0 L4 4z" style="fill:url(#g);-ink-font:x" class="x"/></g>'
        '<use xlink:href="#g"/>'
    )
    made = safe_svg("logo.svg", drawing.encode())
    root = lxml.etree.fromstring(made.data)
    assert [lxml.etree.QName(element).localname for element in root.iter()] == [
        *("svg", "defs", "linearGradient", "stop", "g", "path", "use")
    ]
    path = root.find(".//{*}path")
    assert path is not None
    assert dict(path.attrib) == {"d": "M0 0 L4 4z", "fill": "url(#g)"}
    assert (made.width, made.height) == (100, 40)


PLAIN = "export it from the drawing program as plain SVG"
FORBIDDEN = {
    "<script>x</script>": f"<script> is not allowed in a logo; {PLAIN}",
    '<rect onload="a()"/>': f"onload would run a script; {PLAIN}",
    '<image href="http://x"/>': "<image> is not allowed in a logo; it must be drawn, or be a PNG instead",
    "<foreignObject/>": "<foreignObject> is not allowed in a logo; it must be drawn, or be a PNG instead",
    '<use href="http://x#a"/>': f"href 'http://x#a' leads out of the drawing; {PLAIN}",
    '<use xlink:href="data:x"/>': f"href 'data:x' leads out of the drawing; {PLAIN}",
    "<text>a</text>": "<text> is not allowed in a logo; convert the text to paths",
    "<style>@import 'x';</style>": "<style> is not allowed in a logo; export it with presentation attributes instead "
    "of a style sheet",
    '<rect fill="url(http://x)"/>': f"fill = 'url(http://x)' leads out of the drawing; {PLAIN}",
    '<rect style="fill: url(//x)"/>': f"fill = 'url(//x)' leads out of the drawing; {PLAIN}",
    '<rect fill="\\75rl(x)"/>': f"fill = '\\\\75rl(x)' is not allowed in a logo; {PLAIN}",
    '<a href="javascript:x"/>': f"<a> is not allowed in a logo; {PLAIN}",
    "<animate/>": f"<animate> is not allowed in a logo; {PLAIN}",
    '<g id="a"><use href="#a"/></g>': "<use> of something that has <use> in it; simplify the drawing",
    "<g>" * 40 + "</g>" * 40: "the drawing has more than 32 groups in one another; simplify it",
    "<rect/>" * MAX_ELEMENTS: f"the drawing has more than {MAX_ELEMENTS} elements; simplify it",
    "<use/>" * 201: "the drawing repeats more than 200 shapes; simplify it",
}


@pytest.mark.parametrize("content", FORBIDDEN)
def test_D2_whatever_runs_loads_or_sets_text_is_a_fault_with_its_line(content: str) -> None:
    assert faults(SVG.format(content).encode())[:1] == [f"logo.svg:2: {FORBIDDEN[content]}"]


UNREADABLE = {
    "no XML": (b"x", f"logo.svg:1: the drawing is not well-formed; {PLAIN}"),
    "nothing": (b"", f"logo.svg:1: the drawing is not well-formed; {PLAIN}"),
    "a page": (b"<html/>", f"logo.svg:1: the file is no SVG drawing; {PLAIN}"),
    "no size": (
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "logo.svg:1: the drawing has no size; give the outermost element a viewBox",
    ),
    "an entity": (
        b'<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">&x;</svg>',
        f"logo.svg:1: the drawing defines entities; {PLAIN}",
    ),
    "too large": (b"<svg>" + bytes(MAX_BYTES), "logo.svg: the drawing has more than 200 KB; simplify it"),
}


@pytest.mark.parametrize(("drawing", "fault"), UNREADABLE.values(), ids=UNREADABLE)
def test_D5_a_drawing_that_cannot_be_read_is_a_fault(drawing: bytes, fault: str) -> None:
    assert faults(drawing) == [fault]


# --- Logo and cover ---


def png(path: Path, size: tuple[int, int]) -> str:
    Image.new("RGB", size, "#c8102e").save(path)
    return str(path)


def test_a_logo_is_a_vector_in_print_and_pixels_in_the_mail(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format('<rect width="9" height="9"/>'))
    png(tmp_path / "logo.png", (1000, 400))
    identity = replace(IDENTITY, logo=str(tmp_path / "logo.svg"), logo_alt="A harbour")
    printed, mailed = (identity_view.logo(identity, in_print=in_print) for in_print in (True, False))
    assert printed and mailed
    assert (printed.media_type, printed.width, printed.height, printed.alt) == ("image/svg+xml", 170, 68, "A harbour")
    assert (mailed.media_type, mailed.width, mailed.height) == ("image/png", 160, 64)
    with Image.open(BytesIO(mailed.data)) as opened:
        assert opened.size == (320, 128)


def test_a_small_logo_is_not_enlarged(tmp_path: Path) -> None:
    identity = replace(IDENTITY, logo=png(tmp_path / "logo.png", (140, 50)))
    shapes = [identity_view.logo(identity, in_print=in_print) for in_print in (True, False)]
    assert [(shape.width, shape.height) for shape in shapes if shape] == [(140, 50), (140, 50)]


def test_pictures_of_the_identity_travel_with_the_mail_and_the_pdf(tmp_path: Path) -> None:
    logo, cover = png(tmp_path / "logo.png", (140, 50)), png(tmp_path / "quay.png", (1600, 900))
    identity = replace(IDENTITY, logo=logo, cover=cover, cover_alt="The quay")
    placed, inlines = identity_view.in_mail(identity, "a.example")
    assert {name: place and place.src for name, place in placed.items()} == {
        name: f"cid:{inline.cid}" for name, inline in zip(("logo", "cover"), inlines, strict=True)
    }
    assert placed["cover"] and placed["cover"][2:] == (600, 240)
    placed, files = identity_view.in_print(identity)
    assert [place.src for place in placed.values() if place] == ["asset:identity/logo", "asset:identity/cover"]
    assert list(files) == ["identity/logo", "identity/cover"]
    assert identity_view.in_mail(IDENTITY, "a.example") == ({"logo": None, "cover": None}, [])


def test_what_is_wrong_with_logo_and_cover_is_said_once_each(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SVG.format('<rect width="9" height="9"/>'))
    (tmp_path / "rubbish.png").write_bytes(b"rubbish")
    places = {name: str(tmp_path / name) for name in ("logo.svg", "rubbish.png", "nothing.png")}
    found = {
        "no PNG beside": replace(IDENTITY, logo=places["logo.svg"]),
        "rubbish": replace(IDENTITY, logo=places["rubbish.png"]),
        "not there": replace(IDENTITY, cover=places["nothing.png"], cover_alt="The quay"),
        "no description": replace(IDENTITY, cover=places["nothing.png"]),
        "a drawing": replace(IDENTITY, cover=places["logo.svg"], cover_alt="The quay"),
    }
    said = {
        name: [fault.replace(f"{tmp_path}/", "") for fault in identity_view.faults(one)] for name, one in found.items()
    }
    assert said == {
        "no PNG beside": [
            "[identity] logo: mail programs show no SVG; put the same picture as logo.png beside logo.svg"
        ],
        "rubbish": ["[identity] logo: rubbish.png cannot be read; save it again"],
        "not there": ["[identity] cover: nothing.png cannot be read; put the file there, or correct its name"],
        "no description": ["[identity] cover: it has no description; add cover_alt, which says what it shows"],
        "a drawing": ["[identity] cover: logo.svg is a drawing; give a PNG or JPEG instead"],
    }


def test_an_issue_has_logo_cover_section_and_sentence_in_all_forms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(pdf, "write", lambda html, *_: (printed.append(html) or b"%PDF-", 1))
    identity = replace(
        IDENTITY,
        logo=png(tmp_path / "logo.png", (140, 50)),
        logo_alt="A harbour",
        cover=png(tmp_path / "quay.png", (1600, 900)),
        cover_alt="The quay",
        sections={"Regions": "#8a4b08"},
        forwarding=Forwarding.ANY,
    )
    issue = source("Words.")
    issue = replace(issue, articles=(replace(issue.articles[0], section="Regions", kicker="Lisbon"),))
    made = Renderer(TEMPLATES).edition(issue, identity)
    for page in (lxml.html.fromstring(made.html), lxml.html.fromstring(printed[0])):
        assert page.xpath("//img/@alt") == ["The quay", "A harbour"]
        assert page.xpath("string(//p[@class='kicker'])") == "Regions · Lisbon"
        assert page.xpath("count(//*[contains(@class, 'section-1')])") == 1
        assert "You may forward this newsletter to anyone, and translate it." in page.text_content()
    assert "Regions · Lisbon" in made.text.splitlines()
    assert "You may forward this newsletter to anyone, and translate it." in made.text
    (title,) = lxml.html.fromstring(made.html).xpath("//h2")
    assert "color: #8a4b08" in title.get("style")


# --- Sections, fonts, forwarding ---


def test_a_kicker_that_is_the_name_of_the_section_is_shown_once(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(pdf, "write", lambda html, *_: (printed.append(html) or b"%PDF-", 1))
    issue = source("Words.")
    issue = replace(issue, articles=(replace(issue.articles[0], section="Regions", kicker="Regions"),))
    made = Renderer(TEMPLATES).edition(issue, IDENTITY)
    for page in (made.html, printed[0]):
        assert lxml.html.fromstring(page).xpath("string(//p[@class='kicker'])") == "Regions"
    assert made.text.splitlines().count("Regions") == 1


@pytest.mark.parametrize("colour", ["#ffe000", "#8a4b08", "#000000", "#ffffff", "#00ff00"])
def test_the_colour_of_a_section_is_readable_in_both_appearances(colour: str) -> None:
    colours = palette(IDENTITY.accent, IDENTITY.ink, IDENTITY.paper)
    made = identity_view.sections(replace(IDENTITY, sections={"Regions": colour}), colours)["Regions"]
    assert made.key == "section-1"
    assert contrast(made.light, colours.light.paper) >= AA
    assert contrast(made.dark, colours.dark.paper) >= AA_DARK


def test_own_fonts_take_the_place_of_a_shipped_family_and_what_they_lack_is_still_printed() -> None:
    own = Fonts(FONTS, (), {"serif": [FONTS / "hebrew-serif-400-normal.ttf", FONTS / "hebrew-serif-600-normal.ttf"]})
    serif = own.shipped[0]
    assert [face.path.name for face in serif.faces] == ["hebrew-serif-400-normal.ttf", "hebrew-serif-600-normal.ttf"]
    assert (serif.name, serif.role) == ("Mailer Serif", "serif")
    assert own.missing("שלום Zażółć Ελλάδα") == []
    assert own.missing("語") == ["語"]
    families = own.needed("Zażółć Ελλάδα", "en")
    assert stacks(families)["serif"].startswith('"Mailer Serif", "Mailer Serif Shipped", "Mailer Sans"')
    assert stacks(families)["sans"].startswith('"Mailer Sans", "Mailer Serif"')
    assert own.needed("שלום", "he") == own.shipped


SENTENCES = {
    ("en", Forwarding.ANY): "You may forward this newsletter to anyone, and translate it.",
    ("en", Forwarding.FORWARD): "You may forward this newsletter to anyone, unchanged.",
    ("en", Forwarding.NONE): "Please ask us before you pass this newsletter on.",
}


@pytest.mark.parametrize(("language", "chosen"), SENTENCES)
def test_the_publisher_chooses_what_readers_may_do(language: str, chosen: Forwarding) -> None:
    identity = replace(IDENTITY, forwarding=chosen)
    assert identity_view.forwarding(identity, CATALOGUES(language), language) == SENTENCES[language, chosen]


def test_without_a_choice_readers_may_forward_but_not_translate() -> None:
    assert IDENTITY.forwarding is Forwarding.FORWARD


@pytest.mark.parametrize(
    ("language", "said"), [("fr-CA", "Demandez-nous."), ("fr", "Demandez-nous."), ("en", "Ask us.")]
)
def test_the_publishers_own_sentence_is_in_the_issues_language(language: str, said: str) -> None:
    identity = replace(IDENTITY, forwarding_words={"fr": "Demandez-nous.", "en": "Ask us."})
    assert identity_view.forwarding(identity, CATALOGUES(language), language) == said
