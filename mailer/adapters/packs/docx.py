"""An article as .docx (ISO/IEC 29500-1): named styles, real lists, tables, footnotes and links, and no macro.

The styles are those that every word processor knows, so an editor elsewhere sets them anew with one click.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from mailer.adapters.packs.article import PackedText
from mailer.adapters.packs.docx_parts import (
    APP,
    CONTENT_TYPES,
    DOCUMENT,
    FOOTNOTES,
    RELS,
    SETTINGS,
    core,
    numbering,
    relations,
    styles,
)
from mailer.adapters.packs.prose import Block, Kind, Run, Runs
from mailer.adapters.zipped import zipped

_STYLES: Mapping[Kind, str] = {
    Kind.PARAGRAPH: "BodyText",
    Kind.QUOTE: "Quote",
    Kind.PULL: "IntenseQuote",
    Kind.PULL_BY: "QuoteBy",
    Kind.BOX_TITLE: "BoxTitle",
    Kind.BOX: "Box",
    Kind.TABLE_TITLE: "Caption",
    Kind.CODE: "Code",
    Kind.ITEM: "ListParagraph",
}
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_POINTS, _FIRST_NUMBERS = 1, 2
"""The ids of the list of points, and of the first numbered one."""
_WIDTH = 9638
"""The text's width in twentieths of a point: A4 with margins of 20 mm."""


def written(text: PackedText) -> bytes:
    """The whole file."""
    body = _Body(text)
    document = "".join(body.parts())
    notes = "".join(body.note(number, blocks) for number, blocks in text.prose.notes.items())
    return zipped(
        {
            "[Content_Types].xml": CONTENT_TYPES.encode(),
            "_rels/.rels": RELS.encode(),
            "docProps/core.xml": core(_clean(text.title), _clean(text.author), text.language).encode(),
            "docProps/app.xml": APP.encode(),
            "word/document.xml": DOCUMENT.format(body=document, bidi=_bidi(text)).encode(),
            "word/styles.xml": styles(text.language, text.is_right_to_left).encode(),
            "word/numbering.xml": numbering(body.numbered).encode(),
            "word/footnotes.xml": FOOTNOTES.format(notes=notes).encode(),
            "word/settings.xml": SETTINGS.encode(),
            "word/_rels/document.xml.rels": relations(body.links).encode(),
            "word/_rels/footnotes.xml.rels": relations(body.links, links_only=True).encode(),
        }
    )


def _bidi(text: PackedText) -> str:
    return "<w:bidi/>" if text.is_right_to_left else ""


@dataclass
class _Body:
    """Writes the blocks, and gathers the addresses of links and the numbered lists on the way."""

    text: PackedText
    links: dict[str, str] = field(default_factory=dict)
    """Their ids by address."""
    numbered: list[int] = field(default_factory=list)
    """The first number of each numbered list."""
    _open: dict[int, int] = field(default_factory=dict)
    """The list that an item of this depth belongs to."""

    def parts(self) -> Iterator[str]:
        text = self.text
        for style, words in (
            ("Kicker", text.kicker),
            ("Title", text.title),
            ("Subtitle", text.standfirst),
            ("Author", text.byline),
        ):
            if words:
                yield self._paragraph(style, (Run(words),))
        yield from map(self._block, text.prose.blocks)
        if text.pictures:
            yield self._paragraph("Heading1", (Run(text.pictures_heading),))
            for shown in text.pictures:
                yield self._paragraph("PictureLine", (Run(shown.file, strong=True), Run(f"  {shown.words}")))
        for line in text.colophon:
            yield self._paragraph("Colophon", (Run(line),))

    def note(self, number: int, blocks: Sequence[Block]) -> str:
        """A footnote; its first paragraph begins with its number."""
        style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        mark = f'<w:r>{style}<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>'
        inner = [
            f'<w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>{"" if at else mark}{self._runs(block.runs)}</w:p>'
            for at, block in enumerate(blocks)
        ]
        return f'<w:footnote w:id="{number}">{"".join(inner)}</w:footnote>'

    def _block(self, block: Block) -> str:
        match block.kind:
            case Kind.HEADING:
                return self._paragraph(f"Heading{min(block.level, 3)}", block.runs)
            case Kind.ITEM:
                return self._item(block)
            case Kind.PICTURE:
                return self._paragraph("Picture", (Run(self.text.placed(block)),))
            case Kind.TABLE:
                return self._table(block)
            case Kind.RULE:
                return self._paragraph("Rule", (Run("* * *"),))
            case _:
                return self._paragraph(_STYLES[block.kind], block.runs)

    def _paragraph(self, style: str, runs: Runs, properties: str = "") -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{self._runs(runs)}</w:p>'

    def _item(self, block: Block) -> str:
        if block.follows:
            indent = f'<w:ind w:left="{360 * (block.level + 1)}"/>'
            return self._paragraph("ListParagraph", block.runs, indent)
        if block.starts:
            self._open[block.level] = _POINTS
            if block.number:
                self.numbered.append(block.number)
                self._open[block.level] = _FIRST_NUMBERS + len(self.numbered) - 1
        level, number = min(block.level, 8), self._open.get(block.level, _POINTS)
        listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return self._paragraph("ListParagraph", block.runs, listed)

    def _table(self, block: Block) -> str:
        columns = len(block.rows[0])
        grid = "".join(f'<w:gridCol w:w="{_WIDTH // columns}"/>' for _ in range(columns))
        rows = "".join(self._row(row, block, is_head=not at) for at, row in enumerate(block.rows))
        look = (
            '<w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{_WIDTH}" w:type="dxa"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        )
        return f'<w:tbl>{look}{rows}</w:tbl><w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'

    def _row(self, row: Sequence[Runs], block: Block, *, is_head: bool) -> str:
        style = "TableHead" if is_head else "TableText"
        cells = (
            "<w:tc><w:tcPr/>"
            + self._paragraph(style, cell, '<w:jc w:val="right"/>' if at in block.right else "")
            + "</w:tc>"
            for at, cell in enumerate(row)
        )
        head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if is_head else "<w:trPr><w:cantSplit/></w:trPr>"
        return f"<w:tr>{head}{''.join(cells)}</w:tr>"

    def _runs(self, runs: Runs) -> str:
        return "".join(map(self._run, runs))

    def _run(self, run: Run) -> str:
        if run.note:
            style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
            return f'<w:r>{style}<w:footnoteReference w:id="{run.note}"/></w:r>'
        inner = "<w:br/>" if run.ends_line else f'<w:t xml:space="preserve">{_words(run.text)}</w:t>'
        made = f"<w:r>{self._look(run)}{inner}</w:r>"
        if not run.href:
            return made
        link = self.links.setdefault(_clean(run.href), f"link{len(self.links) + 1}")
        return f'<w:hyperlink r:id="{link}">{made}</w:hyperlink>'

    def _look(self, run: Run) -> str:
        wanted = [
            *(
                ['<w:rStyle w:val="Hyperlink"/>']
                if run.href
                else ['<w:rStyle w:val="InlineCode"/>']
                if run.code
                else []
            ),
            *(made for name, made in _LOOKS.items() if getattr(run, name)),
            *(["<w:rtl/>"] if self.text.is_right_to_left else []),
        ]
        return f"<w:rPr>{''.join(wanted)}</w:rPr>" if wanted else ""


_LOOKS: Mapping[str, str] = {
    "strong": "<w:b/>",
    "em": "<w:i/>",
    "struck": "<w:strike/>",
    "raised": '<w:vertAlign w:val="superscript"/>',
    "lowered": '<w:vertAlign w:val="subscript"/>',
}


def _words(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Without the signs that XML 1.0 cannot have."""
    return text.translate(_ILLEGAL)
