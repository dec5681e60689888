"""The parts of a .docx that are the same for every article, but for its language and what it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

CONTENT_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/>\
<Override PartName="/word/numbering.xml" ContentType="{_TYPE}.numbering+xml"/>\
<Override PartName="/word/footnotes.xml" ContentType="{_TYPE}.footnotes+xml"/>\
<Override PartName="/word/settings.xml" ContentType="{_TYPE}.settings+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>\
<Override PartName="/docProps/app.xml" \
ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>\
</Types>"""

RELS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>\
<Relationship Id="rId3" Type="{_R}/extended-properties" Target="docProps/app.xml"/>\
</Relationships>"""

APP = f"""{_HEAD}<Properties \
xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>mailer</Application>\
</Properties>"""

DOCUMENT = (
    f'{_HEAD}<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{{body}}'
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    "{bidi}</w:sectPr></w:body></w:document>"
)

_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr><w:r><w:{mark}/></w:r>'
    "</w:p></w:footnote>"
    for kind, number, mark in (
        ("separator", -1, "separator"),
        ("continuationSeparator", 0, "continuationSeparator"),
    )
)
FOOTNOTES = f'{_HEAD}<w:footnotes xmlns:w="{_W}" xmlns:r="{_R}">{_SEPARATORS}{{notes}}</w:footnotes>'

SETTINGS = (
    f'{_HEAD}<w:settings xmlns:w="{_W}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" '
    'w:val="15"/></w:compat></w:settings>'
)


def core(title: str, author: str, language: str) -> str:
    """What file managers show of it."""
    spaces = (
        f'xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/"'
    )
    return (
        f"{_HEAD}<cp:coreProperties {spaces}><dc:title>{escape(title)}</dc:title>"
        f"<dc:creator>{escape(author)}</dc:creator><dc:language>{escape(language)}</dc:language></cp:coreProperties>"
    )


def relations(links: Mapping[str, str], *, links_only: bool = False) -> str:
    """What the text refers to: its own parts, and the addresses of its links with their ids."""
    own = (
        ""
        if links_only
        else "".join(
            f'<Relationship Id="rId{at}" Type="{_R}/{kind}" Target="{kind}.xml"/>'
            for at, kind in enumerate(("styles", "numbering", "footnotes", "settings"), start=1)
        )
    )
    outside = "".join(
        f'<Relationship Id="{name}" Type="{_R}/hyperlink" Target={quoteattr(href)} TargetMode="External"/>'
        for href, name in links.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{own}{outside}</Relationships>'


# --- lists ---

_MARKS = ("•", "–", "▪")


def _level(at: int, kind: str, mark: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{mark}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{360 * (at + 1)}" w:hanging="360"/></w:pPr></w:lvl>'
    )


def numbering(numbered: Sequence[int]) -> str:
    """A list of points, and each numbered list with its first number."""
    points = "".join(_level(at, "bullet", _MARKS[at % 3]) for at in range(9))
    lists = [f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="hybridMultilevel"/>{points}</w:abstractNum>']
    for number, first in enumerate(numbered, start=2):
        levels = "".join(_level(at, "decimal", f"%{at + 1}.", first) for at in range(9))
        kind = '<w:multiLevelType w:val="hybridMultilevel"/>'
        lists.append(f'<w:abstractNum w:abstractNumId="{number}">{kind}{levels}</w:abstractNum>')
    named = [
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        for number in range(1, len(numbered) + 2)
    ]
    return f'{_HEAD}<w:numbering xmlns:w="{_W}">{"".join([*lists, *named])}</w:numbering>'


# --- styles ---

_SERIF = '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:eastAsia="Georgia" w:cs="Times New Roman"/>'
_SANS = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
_CODE = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
_GREY = '<w:color w:val="595959"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def _gap(before: int, after: int, line: int = 276) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="auto"/>'


_KEEP = "<w:keepNext/><w:keepLines/>"
_BAR = '<w:pBdr><w:left w:val="single" w:sz="18" w:space="10" w:color="7F7F7F"/></w:pBdr>'
_ASIDE = '<w:ind w:left="567"/>'
_ABOVE = '<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="A6A6A6"/></w:pBdr>'
_SHADE = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'

_PARAGRAPHS: Sequence[tuple[str, str, str, str]] = (
    ("BodyText", "Body Text", _gap(0, 140), ""),
    ("Kicker", "Kicker", _KEEP + _gap(0, 40), f"{_SANS}<w:b/>{_GREY}{_size(10)}"),
    ("Title", "Title", _KEEP + _gap(0, 120, 240), f"{_SANS}<w:b/>{_size(24)}"),
    ("Subtitle", "Subtitle", _gap(0, 160), f"{_SERIF}<w:i/>{_size(13)}"),
    ("Author", "Author", _gap(0, 280), f"{_SANS}{_size(10)}"),
    ("Heading1", "heading 1", _KEEP + _gap(320, 100), f"{_SANS}<w:b/>{_size(14)}"),
    ("Heading2", "heading 2", _KEEP + _gap(240, 80), f"{_SANS}<w:b/>{_size(12)}"),
    ("Heading3", "heading 3", _KEEP + _gap(200, 60), f"{_SANS}<w:b/><w:i/>{_size(11)}"),
    ("ListParagraph", "List Paragraph", _gap(0, 80), ""),
    ("Quote", "Quote", _gap(80, 160) + '<w:ind w:left="567" w:right="567"/>', "<w:i/>"),
    ("IntenseQuote", "Intense Quote", _KEEP + _BAR + _gap(200, 80) + _ASIDE, f"{_SERIF}<w:i/>{_size(15)}"),
    ("QuoteBy", "Quote By", _gap(0, 200) + _ASIDE, f"{_SANS}{_size(10)}"),
    ("BoxTitle", "Box Title", _KEEP + _SHADE + _gap(200, 0), f"{_SANS}<w:b/>{_size(11)}"),
    ("Box", "Box", _SHADE + _gap(0, 0), f"{_SANS}{_size(10)}"),
    ("Caption", "caption", _KEEP + _gap(200, 80), f"{_SANS}<w:b/>{_size(10)}"),
    ("Picture", "Picture", _SHADE + _gap(160, 160), f"{_SANS}{_GREY}{_size(9.5)}"),
    ("PictureLine", "Picture Line", _gap(0, 100), f"{_SANS}{_size(9.5)}"),
    ("TableHead", "Table Head", _KEEP + _gap(40, 40, 240), f"{_SANS}<w:b/>{_size(9.5)}"),
    ("TableText", "Table Text", _gap(40, 40, 240), f"{_SANS}{_size(9.5)}"),
    ("AfterTable", "After Table", _gap(0, 60, 240), _size(6)),
    ("Code", "Code", _gap(0, 0, 240) + '<w:ind w:left="360"/>', f"{_CODE}{_size(10)}"),
    ("Rule", "Rule", _gap(160, 160) + '<w:jc w:val="center"/>', ""),
    ("FootnoteText", "footnote text", _gap(0, 40, 240), _size(9)),
    ("Colophon", "Colophon", _ABOVE + _gap(60, 0), f"{_SANS}{_GREY}{_size(9)}"),
)  # fmt: skip
"""Id, name, and look of each style of a paragraph."""

_CHARACTERS = (
    '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="0B4F6C"/>'
    '<w:u w:val="single"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr>'
    '<w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    f'<w:style w:type="character" w:styleId="InlineCode"><w:name w:val="Inline Code"/><w:rPr>{_CODE}</w:rPr></w:style>'
)
_GRID = (
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>'
    + "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A6A6A6"/>' for side in ("top", "bottom", "insideH")
    )
    + '</w:tblBorders><w:tblCellMar><w:left w:w="80" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar>'
    "</w:tblPr></w:style>"
)


def styles(language: str, is_right_to_left: bool) -> str:
    """All styles. The language is that of the spelling."""
    tag = quoteattr(language)
    spoken = f"<w:lang w:val={tag} w:eastAsia={tag} w:bidi={tag}/>"
    bidi = "<w:bidi/>" if is_right_to_left else ""
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_SERIF}{_size(11)}{spoken}</w:rPr></w:rPrDefault>"
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f"<w:pPr>{bidi}</w:pPr></w:style>"
    )
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{look}</w:pPr><w:rPr>{words}</w:rPr></w:style>"
        for name, shown, look, words in _PARAGRAPHS
    )
    return f'{_HEAD}<w:styles xmlns:w="{_W}">{defaults}{made}{_CHARACTERS}{_GRID}</w:styles>'
