"""A specimen of an identity: its colours with their contrast, its fonts with a line in each script, and its designs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import NamedTuple

from jinja2 import Environment
from PIL import Image, ImageDraw

from mailer.adapters.render import identity_view, pdf
from mailer.adapters.render.colour import AA, AA_DARK, EDGE, Palette, Scheme, contrast, mix, steps
from mailer.adapters.render.fonts import Fonts
from mailer.adapters.render.typesetting import typeset
from mailer.compose.catalogue import ENGLISH
from mailer.model.issues import Article, Picture, Rank, Source
from mailer.model.publications import Identity

LINES: Mapping[str, tuple[str, str]] = {
    "LATIN": ("pl", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw."),
    "GREEK": ("el", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα."),
    "CYRILLIC": ("ru", "Все люди рождаются свободными и равными в своем достоинстве и правах."),
    "ARABIC": ("ar", "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق."),
    "HEBREW": ("he", "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם."),
    "DEVANAGARI": ("hi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"),
    "THAI": ("th", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ"),
    "GEORGIAN": ("ka", "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით."),
    "ARMENIAN": ("hy", "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։"),
    "CJK": ("zh", "人人生而自由，在尊严和权利上一律平等。"),
    "HIRAGANA": ("ja", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。"),
    "HANGUL": ("ko", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다."),
}
"""The first sentence of the Universal Declaration of Human Rights, by script, with its language."""

_LATIN = {
    "vi": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi.",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
}
"""More of it, with marks above and below the letters."""


class ColourFact(NamedTuple):
    """A colour on its ground."""

    appearance: str
    """``light`` or ``dark``."""
    name: str
    colour: str
    ground: str
    contrast: float
    needed: float


class ScriptLine(NamedTuple):
    """A line of text in a script that some font has."""

    script: str
    family: str
    language: str
    direction: str
    text: str


class IdentityFacts(NamedTuple):
    """What an identity comes to."""

    colours: tuple[ColourFact, ...]
    lines: tuple[ScriptLine, ...]
    forwarding: str


def facts(identity: Identity, colours: Palette, fonts: Fonts) -> IdentityFacts:
    """For people at the command line, in English."""
    sections = identity_view.sections(identity, colours)
    shown = (
        *_scheme_facts("light", colours.light, AA, {one.name: one.light for one in sections.values()}),
        *_scheme_facts("dark", colours.dark, AA_DARK, {one.name: one.dark for one in sections.values()}),
    )
    return IdentityFacts(shown, tuple(_lines(fonts)), identity_view.forwarding(identity, ENGLISH, "en"))


def _scheme_facts(appearance: str, scheme: Scheme, text: float, sections: Mapping[str, str]) -> Iterator[ColourFact]:
    rows = [
        ("text", scheme.ink, scheme.paper, text),
        ("links and headings", scheme.accent, scheme.paper, text),
        ("captions and small print", scheme.muted, scheme.paper, text),
        ("masthead", scheme.on_band, scheme.band, AA),
        ("rules", scheme.rule, scheme.paper, EDGE),
        *((f"section “{name}”", colour, scheme.paper, text) for name, colour in sections.items()),
    ]
    for name, colour, ground, needed in rows:
        yield ColourFact(appearance, name, colour, ground, round(contrast(colour, ground), 1), needed)


def _lines(fonts: Fonts) -> Iterator[ScriptLine]:
    for script, family in fonts.serving:
        if script in LINES:
            language, text = LINES[script]
            yield ScriptLine(script, family, language, "rtl" if language in ("ar", "he") else "ltr", text)
        if script == "LATIN":
            yield from (ScriptLine(script, family, language, "ltr", text) for language, text in _LATIN.items())


# --- The sheet ---


def sheet(templates: Environment, identity: Identity, colours: Palette, fonts: Fonts) -> dict[str, bytes]:
    """``identity.pdf`` and ``identity.html``, with the pictures that the latter shows."""
    found = facts(identity, colours, fonts)
    placed, assets = identity_view.in_print(identity)
    sections = list(identity_view.sections(identity, colours).values())
    values: dict[str, object] = {
        "identity": identity,
        "facts": found,
        "light": colours.light,
        "dark": colours.dark,
        "areas": steps(colours.light.accent, colours.light.paper, 6),
        "sections": sections,
        "catalogue": ENGLISH,
    }
    template = templates.get_template("identity/sheet.html")
    job = typeset(
        lambda typefaces: template.render(values, **placed, **typefaces),
        fonts,
        "en",
        assets,
        "identity",
        lambda _: None,
    )
    document, _ = pdf.write(*job)
    files = {f"{name.replace('/', '-')}{_suffix(data)}": data for name, data in assets.items()}
    beside = {
        key: place._replace(src=f"identity-{key}{_suffix(assets[f'identity/{key}'])}") if place else None
        for key, place in placed.items()
    }
    generic = {"serif": "Georgia, serif", "sans": "system-ui, sans-serif", "code": "monospace"}
    page = template.render(values, **beside, faces=(), stacks=generic)
    return {**files, "identity.pdf": document, "identity.html": page.encode()}


def _suffix(data: bytes) -> str:
    return ".svg" if data.startswith(b"<svg") else ".png" if data.startswith(b"\x89PNG") else ".jpg"


# --- The sample issue ---


def sample(publication: str, identity: Identity, colours: Palette) -> Source:
    """An issue that has every element, to see a design with."""
    section = next(iter(identity.sections), "")
    picture = Picture(
        "sample.png",
        _picture(colours.light),
        "A tower and its light by the sea",
        "A picture and its caption",
        "Who took it",
    )
    lead = Article(
        "01-lead.md",
        "The lead has the largest heading",
        "An author",
        "The standfirst says in one or two sentences what is new, and makes a busy reader want the rest.",
        _LEAD,
        picture,
        kicker="Kicker",
        section=section,
        rank=Rank.LEAD,
    )
    second = Article(
        "02-second.md",
        "A second article with a chart",
        "Another author",
        "It begins below the lead, or beside another one.",
        _SECOND,
    )
    briefs = [
        Article(f"0{at}-brief.md", f"Brief {at - 2}", "", "", "A few lines that need no picture.", rank=Rank.BRIEF)
        for at in (3, 4)
    ]
    title, day = "A specimen of this identity", date(2026, 1, 1)
    return Source(publication, 1, title, day, "en", (lead, second, *briefs), "specimen")


def _picture(scheme: Scheme) -> bytes:
    """A harbour in the colours of the identity."""
    size = width, height = 1400, 700
    made = Image.new("RGB", size, mix(scheme.accent, "#ffffff", 0.8))
    draw = ImageDraw.Draw(made)
    draw.ellipse((1040, 90, 1180, 230), fill=mix(scheme.accent, "#ffffff", 0.95))
    draw.rectangle((0, 470, width, height), fill=mix(scheme.accent, "#ffffff", 0.45))
    draw.polygon([(0, 470), (260, 330), (520, 470)], fill=mix(scheme.accent, "#ffffff", 0.6))
    draw.rectangle((620, 190, 680, 480), fill="#ffffff")
    for top in (250, 350):
        draw.rectangle((620, top, 680, top + 50), fill=scheme.accent)
    draw.polygon([(606, 190), (650, 130), (694, 190)], fill=scheme.accent)
    draw.polygon([(560, 480), (740, 480), (800, 540), (500, 540)], fill=mix(scheme.ink, "#ffffff", 0.4))
    for at in range(6):
        draw.line((120 + at * 210, 580 + at % 2 * 50, 240 + at * 210, 580 + at % 2 * 50), fill="#ffffff", width=6)
    out = BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


_LEAD = """\
Running text is set in the serif family. Words can be *stressed*, **strong** or `code`, and a
[link](https://example.org/a/longer/address) is printed with its address as a note below the article. A
footnote[^1] stands at the end, too.

## A heading inside an article

1. A numbered point
2. another one
    - and a point within it

> A quotation of more than a few words stands by itself.

::: quote
A pull quote says the best of it in large letters.
-- Who said it
:::

::: box A fact box
What belongs beside the story: **dates**, figures, where to ask.
:::

[^1]: The footnote.
"""

_SECOND = """\
Table: Meetings of the year
| Day      | Meeting         | Where   | Days |
|----------|-----------------|---------|-----:|
| 1 March  | Plenary meeting | Geneva  |    5 |
| 15 June  | Editing group   | Lisbon  |    2 |

```chart
kind: bar
title: Members by region
source: the register
Region, Members
Europe, 41
Asia and the Pacific, 23
Africa, 12
```

```chart
kind: line
title: Comments received
Year, Experts, Observers
2022, 12, 4
2023, 30, 9
2024, 28, 15
2025, 52, 21
```
"""
