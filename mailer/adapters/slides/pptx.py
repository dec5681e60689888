"""A kit as .pptx, which presenters can edit: real layouts, places for text, tables, pictures and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from mailer.adapters.packs.docx_parts import APP, core
from mailer.adapters.packs.prose import Block, Run, Runs
from mailer.adapters.packs.prose import Kind as BlockKind
from mailer.adapters.render.pictures import Frame as Pixels
from mailer.adapters.render.pictures import Resampled, resample
from mailer.adapters.slides import pptx_parts as parts
from mailer.adapters.slides.deck import Kind, Slide
from mailer.adapters.slides.pptx_parts import BODY, HEAD, PACKAGE, RIGHT, SPACES, Frame, Look, R, foot, placeholder
from mailer.adapters.zipped import zipped

_PICTURE = Pixels(1100, 620, 1.5)
_QUALITY = 82
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_LAYOUTS: Mapping[Kind, str] = {
    Kind.SECTION: "Section",
    Kind.POINTS: "Title and text",
    Kind.BESIDE: "Text and picture",
    Kind.STATEMENT: "Statement",
    Kind.PICTURE: "Title only",
    Kind.TABLE: "Title only",
}
_PLAIN = '<a:pPr marL="0" indent="0"><a:buNone/></a:pPr>'
_ROW = 430_000
"""The height of a table's row, before its text makes it higher."""


@dataclass(frozen=True, slots=True)
class Deck:
    """What the file says beside its slides."""

    title: str
    subtitle: Sequence[str]
    """Below the title: who publishes it, which version, of when."""
    footer: str
    """On each slide: the title with the version, so that an old one is known."""
    language: str
    author: str


def written(deck: Deck, slides: Sequence[Slide], look: Look) -> bytes:
    """The whole file."""
    layouts = parts.layouts(_clean(deck.footer))
    names = {name: at for at, name in enumerate(layouts, start=1)}
    own = [_Slide(one, deck) for one in slides]
    shown = [_title(deck), *((one.xml(), one.notes(), one.layout) for one in own)]
    media = {name: data for one in own for name, data in one.media.items()}
    files = {
        "[Content_Types].xml": parts.content_types(len(shown), len(layouts)),
        "_rels/.rels": _rels(),
        "docProps/core.xml": core(_clean(deck.title), _clean(deck.author), deck.language),
        "docProps/app.xml": APP,
        "ppt/presentation.xml": parts.presentation(len(shown)),
        "ppt/_rels/presentation.xml.rels": parts.relations(
            [
                ("rId1", "slideMaster", "slideMasters/slideMaster1.xml"),
                ("rId2", "notesMaster", "notesMasters/notesMaster1.xml"),
                *((f"rId{at + 2}", "slide", f"slides/slide{at}.xml") for at in range(1, len(shown) + 1)),
                (f"rId{len(shown) + 3}", "theme", "theme/theme1.xml"),
            ]
        ),
        "ppt/theme/theme1.xml": parts.theme(look, _clean(deck.author)),
        "ppt/theme/theme2.xml": parts.theme(look, _clean(deck.author)),
        "ppt/slideMasters/slideMaster1.xml": parts.master(len(layouts), _clean(deck.footer)),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": parts.relations(
            [
                *((f"rId{at}", "slideLayout", f"../slideLayouts/slideLayout{at}.xml") for at in names.values()),
                (f"rId{len(names) + 1}", "theme", "../theme/theme1.xml"),
            ]
        ),
        "ppt/notesMasters/notesMaster1.xml": parts.notes_master(),
        "ppt/notesMasters/_rels/notesMaster1.xml.rels": parts.relations([("rId1", "theme", "../theme/theme2.xml")]),
    }
    to_master = parts.relations([("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")])
    for name, at in names.items():
        files[f"ppt/slideLayouts/slideLayout{at}.xml"] = layouts[name]
        files[f"ppt/slideLayouts/_rels/slideLayout{at}.xml.rels"] = to_master
    for at, (slide, notes, layout) in enumerate(shown, start=1):
        rows = [
            ("rId1", "slideLayout", f"../slideLayouts/slideLayout{names[layout]}.xml"),
            ("rId2", "notesSlide", f"../notesSlides/notesSlide{at}.xml"),
        ]
        links: Mapping[str, str] = {}
        if at > 1:
            rows += [(image, "image", f"../media/{name}") for name, image in own[at - 2].images.items()]
            links = {link: href for href, link in own[at - 2].links.items()}
        files[f"ppt/slides/slide{at}.xml"] = slide
        files[f"ppt/slides/_rels/slide{at}.xml.rels"] = parts.relations(rows, links)
        files[f"ppt/notesSlides/notesSlide{at}.xml"] = notes
        files[f"ppt/notesSlides/_rels/notesSlide{at}.xml.rels"] = parts.relations(
            [("rId1", "notesMaster", "../notesMasters/notesMaster1.xml"), ("rId2", "slide", f"../slides/slide{at}.xml")]
        )
    encoded = {name: text.encode() for name, text in files.items()}
    pictures = {f"ppt/media/{name}": data for name, data in media.items()}
    return zipped({**encoded, **pictures}, stored=frozenset(pictures))


def _rels() -> str:
    return (
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="ppt/presentation.xml"/>'
        f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{R}/extended-properties" Target="docProps/app.xml"/></Relationships>'
    )


def _title(deck: Deck) -> tuple[str, str, str]:
    language = deck.language
    lines = "".join(_paragraph(_run(Run(line), language, ""), "") for line in deck.subtitle)
    shapes = placeholder(
        2, "Title", 'type="ctrTitle"', _paragraph(_run(Run(deck.title), language, ""), "")
    ) + placeholder(3, "Subtitle", 'type="subTitle" idx="1"', lines or "<a:p/>")
    return _whole(shapes), _notes_page("<a:p/>"), "Title"


def _whole(shapes: str) -> str:
    return (
        f"{HEAD}<p:sld {SPACES}><p:cSld><p:spTree>{parts.TREE}{shapes}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _notes_page(text: str) -> str:
    picture = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
    )
    said = placeholder(3, "Notes", 'type="body" idx="1"', text)
    return (
        f"{HEAD}<p:notes {SPACES}><p:cSld><p:spTree>{parts.TREE}{picture}{said}</p:spTree></p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )


@dataclass
class _Slide:
    """Writes one slide, and gathers its links and pictures."""

    slide: Slide
    deck: Deck
    links: dict[str, str] = field(default_factory=dict)
    """Their ids by address."""
    images: dict[str, str] = field(default_factory=dict)
    """Their ids by file name."""
    media: dict[str, bytes] = field(default_factory=dict)

    @property
    def layout(self) -> str:
        return _LAYOUTS[self.slide.kind]

    def xml(self) -> str:
        return _whole("".join(self._shapes()))

    def notes(self) -> str:
        text = "".join(
            f"<a:p>{''.join(_run(run, self.deck.language, '') for run in _listed(block))}</a:p>"
            for block in self.slide.said
        )
        return _notes_page(text or "<a:p/>")

    def _shapes(self) -> Iterator[str]:
        slide = self.slide
        yield placeholder(2, "Title", 'type="title"', self._paragraph((Run(slide.shown.title),), ""))
        words = [block for block in slide.blocks if block.kind not in (BlockKind.PICTURE, BlockKind.TABLE)]
        if slide.kind is Kind.SECTION:
            yield placeholder(3, "Text", 'type="body" idx="1"', self._text(words, "") or "<a:p/>")
            return
        if slide.kind is Kind.STATEMENT:
            yield placeholder(3, "Statement", 'type="body" idx="1"', self._statement(words))
        elif slide.kind is Kind.BESIDE:
            yield placeholder(3, "Text", 'sz="half" idx="1"', self._text(words))
            yield self._picture(RIGHT)
        elif slide.kind is Kind.PICTURE:
            yield self._picture(BODY)
        elif slide.kind is Kind.TABLE:
            yield from self._around_table()
        else:
            yield placeholder(3, "Text", 'idx="1"', self._text(words) or "<a:p/>")
        yield foot(_clean(self.deck.footer))

    def _text(self, blocks: Sequence[Block], plain: str = _PLAIN) -> str:
        return "".join(self._block(block, plain) for block in blocks)

    def _block(self, block: Block, plain: str) -> str:
        if block.kind is BlockKind.ITEM:
            level = f' lvl="{block.level}"' if block.level else ""
            if block.follows:
                return self._paragraph(block.runs, f'<a:pPr{level} indent="0"><a:buNone/></a:pPr>')
            if block.number:
                start = f' startAt="{block.number}"' if block.starts and block.number > 1 else ""
                numbered = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{start}/>'
                return self._paragraph(block.runs, f"<a:pPr{level}>{numbered}</a:pPr>")
            return self._paragraph(block.runs, f"<a:pPr{level}/>" if level else "")
        look = ' b="1"' if block.kind in _STRONG else ' i="1"' if block.kind in _EAGER else ""
        return self._paragraph(block.runs, plain, look)

    def _statement(self, blocks: Sequence[Block]) -> str:
        return "".join(
            self._paragraph(block.runs, '<a:pPr lvl="1"/>' if block.kind is BlockKind.PULL_BY else "")
            for block in blocks
        )

    def _paragraph(self, runs: Runs, properties: str, look: str = "") -> str:
        return _paragraph("".join(self._run(run, look) for run in runs), properties)

    def _run(self, run: Run, look: str) -> str:
        link = ""
        if run.href:
            link = self.links.setdefault(_clean(run.href), f"rIdLink{len(self.links) + 1}")
        return _run(run, self.deck.language, look, link)

    # --- tables and pictures ---

    def _around_table(self) -> Iterator[str]:
        """The table, with what stands above it as a line of its own."""
        top = BODY.top
        number = 10
        for block in self.slide.blocks:
            if block.kind is BlockKind.TABLE:
                height = _ROW * len(block.rows)
                yield self._table(number, block, Frame(BODY.left, top, BODY.width, height))
                top += height + 160_000
            else:
                yield self._line(number, block, Frame(BODY.left, top, BODY.width, 420_000))
                top += 440_000
            number += 1

    def _line(self, number: int, block: Block, frame: Frame) -> str:
        look = ' sz="1600" b="1"' if block.kind is BlockKind.TABLE_TITLE else ' sz="1600"'
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Text {number}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{frame.xfrm()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
            f'<a:bodyPr wrap="square"/><a:lstStyle/>{self._paragraph(block.runs, "", look)}</p:txBody></p:sp>'
        )

    def _table(self, number: int, block: Block, frame: Frame) -> str:
        widths = _widths(block, frame.width)
        grid = "".join(f'<a:gridCol w="{width}"/>' for width in widths)
        rows = "".join(self._row(row, block, is_head=not at) for at, row in enumerate(block.rows))
        return (
            f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="Table {number}"/><p:cNvGraphicFramePr>'
            f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f"{frame.xfrm('p:xfrm')}"
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
            f'<a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl>'
            "</a:graphicData></a:graphic></p:graphicFrame>"
        )

    def _row(self, row: Sequence[Runs], block: Block, *, is_head: bool) -> str:
        cells = (self._cell(cell, block, column, is_head=is_head) for column, cell in enumerate(row))
        return f'<a:tr h="{_ROW}">{"".join(cells)}</a:tr>'

    def _cell(self, runs: Runs, block: Block, column: int, *, is_head: bool) -> str:
        side = '<a:pPr algn="r"/>' if column in block.right else ""
        look = ' sz="1700" b="1"' if is_head else ' sz="1700"'
        none = "".join(f'<a:{edge} w="0"><a:noFill/></a:{edge}>' for edge in ("lnL", "lnR", "lnT"))
        width, colour = ("19050", "accent1") if is_head else ("6350", "bg2")
        below = f'<a:lnB w="{width}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:lnB>'
        return (
            f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{self._paragraph(runs, side, look)}</a:txBody>"
            '<a:tcPr marL="60000" marR="60000" marT="60000" marB="60000" anchor="ctr">'
            f"{none}{below}<a:noFill/></a:tcPr></a:tc>"
        )

    def _picture(self, frame: Frame) -> str:
        picture = self.slide.picture
        assert picture is not None
        made = resample(self.slide.shown, picture, _PICTURE, _QUALITY)
        name = f"{made.digest}.{'jpg' if made.media_type == 'image/jpeg' else 'png'}"
        self.media[name] = made.data
        own = self.images.setdefault(name, f"rIdImage{len(self.images) + 1}")
        placed = _within(made, frame)
        return (
            f'<p:pic><p:nvPicPr><p:cNvPr id="20" name="Picture" descr={quoteattr(_clean(picture.alt))}/><p:cNvPicPr>'
            '<a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill>'
            f'<a:blip r:embed="{own}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{placed.xfrm()}'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )


_STRONG = (BlockKind.HEADING, BlockKind.BOX_TITLE, BlockKind.TABLE_TITLE)
_EAGER = (BlockKind.QUOTE, BlockKind.PULL)


def _widths(block: Block, width: int) -> list[int]:
    """The widths of a table's columns, by how much stands in them."""
    longest = [
        max(min(40, sum(len(run.text) for run in row[column])) for row in block.rows) + 4
        for column in range(len(block.rows[0]))
    ]
    return [width * one // sum(longest) for one in longest]


def _within(picture: Resampled, frame: Frame) -> Frame:
    """The largest place in the frame that has the picture's shape, in its middle."""
    scale = min(frame.width / picture.width, frame.height / picture.height)
    width, height = int(picture.width * scale), int(picture.height * scale)
    return Frame(frame.left + (frame.width - width) // 2, frame.top + (frame.height - height) // 2, width, height)


def _listed(block: Block) -> Runs:
    """An item of a list in notes, which have no marks of their own."""
    if block.kind is not BlockKind.ITEM or block.follows:
        return block.runs
    return (Run(f"{block.number}. " if block.number else "– "), *block.runs)


def _paragraph(runs: str, properties: str) -> str:
    return f"<a:p>{properties}{runs}</a:p>"


def _run(run: Run, language: str, look: str, link: str = "") -> str:
    if run.ends_line:
        return "<a:br/>"
    if not run.text:
        return ""
    own = look
    for name, attribute in _LOOKS.items():
        if getattr(run, name) and attribute.strip().partition("=")[0] not in own:
            own += attribute
    click = f'<a:hlinkClick r:id="{link}"/>' if link else ""
    return f"<a:r><a:rPr lang={quoteattr(language)}{own}>{click}</a:rPr><a:t>{escape(_clean(run.text))}</a:t></a:r>"


_LOOKS: Mapping[str, str] = {
    "strong": ' b="1"',
    "em": ' i="1"',
    "struck": ' strike="sngStrike"',
    "raised": ' baseline="30000"',
    "lowered": ' baseline="-25000"',
}


def _clean(text: str) -> str:
    """Without the signs that XML 1.0 cannot have."""
    return text.translate(_ILLEGAL)
