"""A translator's copy as .docx (ISO/IEC 29500) and .odt (ISO/IEC 26300): a table with a row for each unit.

The two are written by hand: what they have is a table, and the bytes have to be the same each time.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from mailer.compose.catalogue import direction
from mailer.model.manuscripts import Unit

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot have."""
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document says, in words."""

    title: str
    introduction: Sequence[str]
    heads: tuple[str, str, str]
    units: Sequence[tuple[Unit, str]]
    """Each with what it is, in words."""
    source: str
    """The language of the original (BCP 47)."""
    target: str
    own: str
    """The language of the words to the translator (BCP 47)."""


def docx(sheet: Sheet) -> bytes:
    return _archive(
        {
            "[Content_Types].xml": _DOCX_TYPES,
            "_rels/.rels": _DOCX_RELATIONS,
            "docProps/core.xml": _DOCX_CORE.format(title=_text(sheet.title)),
            "word/document.xml": _docx_document(sheet),
            "word/styles.xml": _DOCX_STYLES,
            "word/_rels/document.xml.rels": _DOCX_STYLE_RELATION,
        }
    )


def odt(sheet: Sheet) -> bytes:
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": _ODT_MANIFEST,
            "content.xml": _odt_content(sheet),
            "styles.xml": _ODT_STYLES,
            "meta.xml": _ODT_META.format(title=_text(sheet.title)),
        }
    )


def _archive(files: Mapping[str, str]) -> bytes:
    """The files as an archive, the first one not packed."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for at, (name, text) in enumerate(files.items()):
            info = zipfile.ZipInfo(name, _DAY)
            info.compress_type = zipfile.ZIP_DEFLATED if at else zipfile.ZIP_STORED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode())
    return packed.getvalue()


def _text(text: str) -> str:
    return escape(_FORBIDDEN.sub("", text))


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# --- docx ---

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCX_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_PARTS}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_PARTS}.styles+xml"/>'
    '<Override PartName="/docProps/core.xml"'
    ' ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_DOCX_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)
_DOCX_STYLE_RELATION = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
_DOCX_CORE = (
    _XML + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></cp:coreProperties>'
)
_DOCX_STYLES = (
    f'{_XML}<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/>'
    '</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="80"/></w:pPr></w:pPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:pPr><w:spacing w:after="160"/></w:pPr>'
    '<w:rPr><w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style></w:styles>'
)
_WIDTHS = (900, 4500, 4500)
"""Of the columns, in twentieths of a point."""


def _docx_document(sheet: Sheet) -> str:
    above = [_docx_paragraph(sheet.title, sheet.source, "Title")]
    above += [_docx_paragraph(line, sheet.own) for line in sheet.introduction]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in _WIDTHS)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = [_docx_cell(at, [(word, sheet.own, True)], shade=True) for at, word in enumerate(sheet.heads)]
    rows = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(head)}</w:tr>"]
    for unit, kind in sheet.units:
        labels = [(str(unit.number), "en", False)] + ([(kind, sheet.own, False)] if kind else [])
        cells = (
            _docx_cell(0, labels),
            _docx_cell(1, [(unit.text, sheet.source, False)]),
            _docx_cell(2, [("", sheet.target, False)]),
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
    return (
        f'{_XML}<w:document xmlns:w="{_W}"><w:body>{"".join(above)}'
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(_WIDTHS)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl><w:p/>'
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1000" w:right="1000" w:bottom="1000" w:left="1000" w:header="500" w:footer="500"'
        ' w:gutter="0"/></w:sectPr></w:body></w:document>'
    )


def _docx_cell(column: int, texts: Iterable[tuple[str, str, bool]], *, shade: bool = False) -> str:
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>' if shade else ""
    inside = "".join(_docx_paragraph(text, language, bold=bold) for text, language, bold in texts)
    return f'<w:tc><w:tcPr><w:tcW w:w="{_WIDTHS[column]}" w:type="dxa"/>{fill}</w:tcPr>{inside}</w:tc>'


def _docx_paragraph(text: str, language: str, style: str = "", *, bold: bool = False) -> str:
    is_rtl = direction(language) == "rtl"
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    tag = quoteattr(language)
    look = ("<w:b/><w:bCs/>" if bold else "") + ("<w:rtl/>" if is_rtl else "")
    look += f"<w:lang w:val={tag} w:eastAsia={tag} w:bidi={tag}/>"
    way = "<w:bidi/>" if is_rtl else ""
    properties = f"<w:pPr>{named}{way}<w:rPr>{look}</w:rPr></w:pPr>"
    run = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{_text(text)}</w:t></w:r>' if text else ""
    return f"<w:p>{properties}{run}</w:p>"


# --- odt ---

_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style")),
        *(("fo", "xsl-fo-compatible"), ("meta", "meta"), ("manifest", "manifest")),
    )
)
_ODT_MANIFEST = (
    f'{_XML}<manifest:manifest {_NAMES} manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_ODT_META = (
    f'{_XML}<office:document-meta {_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3">'
    "<office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"
)
_ODT_STYLES = (
    f'{_XML}<office:document-styles {_NAMES} office:version="1.3"><office:styles>'
    '<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.1cm"/>'
    '<style:text-properties fo:font-size="11pt"/></style:default-style></office:styles><office:automatic-styles>'
    '<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"'
    ' fo:margin-top="1.8cm" fo:margin-bottom="1.8cm" fo:margin-left="1.8cm" fo:margin-right="1.8cm"/>'
    "</style:page-layout></office:automatic-styles><office:master-styles>"
    '<style:master-page style:name="Standard" style:page-layout-name="A4"/></office:master-styles>'
    "</office:document-styles>"
)
_ODT_WIDTHS = ("1.6cm", "7.9cm", "7.9cm")


def _odt_content(sheet: Sheet) -> str:
    languages = {"own": sheet.own, "source": sheet.source, "target": sheet.target}
    styles = [_odt_style(name, language) for name, language in languages.items()]
    styles += [
        f'<style:style style:name="column{at}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}"/></style:style>'
        for at, width in enumerate(_ODT_WIDTHS)
    ]
    columns = "".join(f'<table:table-column table:style-name="column{at}"/>' for at in range(3))
    head = "".join(_odt_cell([(word, "ownbold")]) for word in sheet.heads)
    rows = []
    for unit, kind in sheet.units:
        labels = [(str(unit.number), "own")] + ([(kind, "own")] if kind else [])
        cells = _odt_cell(labels) + _odt_cell([(unit.text, "source")]) + _odt_cell([("", "target")])
        rows.append(f'<table:table-row table:style-name="row">{cells}</table:table-row>')
    above = [_odt_paragraph(sheet.title, "sourcebold"), *(_odt_paragraph(line, "own") for line in sheet.introduction)]
    return (
        f'{_XML}<office:document-content {_NAMES} office:version="1.3"><office:automatic-styles>{"".join(styles)}'
        '<style:style style:name="row" style:family="table-row"><style:table-row-properties'
        ' fo:keep-together="always"/></style:style><style:style style:name="cell" style:family="table-cell">'
        '<style:table-cell-properties fo:border="0.5pt solid #999999" fo:padding="0.12cm"/></style:style>'
        f"</office:automatic-styles><office:body><office:text>{''.join(above)}"
        f'<table:table table:name="units">{columns}<table:table-header-rows><table:table-row>{head}</table:table-row>'
        f"</table:table-header-rows>{''.join(rows)}</table:table><text:p/></office:text></office:body>"
        "</office:document-content>"
    )


def _odt_style(name: str, language: str) -> str:
    """The paragraphs in a language, and the bold ones."""
    tag, _, rest = language.partition("-")
    country = rest if len(rest) == 2 else "none"
    way = "rl-tb" if direction(language) == "rtl" else "lr-tb"
    spoken = "".join(
        f" {prefix}:language{suffix}={quoteattr(tag)} {prefix}:country{suffix}={quoteattr(country)}"
        for prefix, suffix in (("fo", ""), ("style", "-asian"), ("style", "-complex"))
    )
    return "".join(
        f'<style:style style:name="{name}{bold}" style:family="paragraph">'
        f'<style:paragraph-properties style:writing-mode="{way}"/>'
        f"<style:text-properties{spoken}{look}/></style:style>"
        for bold, look in (("", ""), ("bold", ' fo:font-weight="bold"'))
    )


def _odt_cell(texts: Iterable[tuple[str, str]]) -> str:
    inside = "".join(_odt_paragraph(text, style) for text, style in texts)
    return f'<table:table-cell table:style-name="cell">{inside}</table:table-cell>'


def _odt_paragraph(text: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{_text(text)}</text:p>'
