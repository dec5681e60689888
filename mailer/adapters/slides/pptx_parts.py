"""The parts of a .pptx that all slides share: theme, master, layouts and the page of notes (ISO/IEC 29500-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    f'xmlns:r="{R}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_TYPE = "application/vnd.openxmlformats-officedocument"

WIDTH, HEIGHT = 12_192_000, 6_858_000
"""Of a slide, 16 to 9, in English Metric Units (914,400 an inch)."""
NOTES_WIDTH, NOTES_HEIGHT = 6_858_000, 9_144_000


class Frame(NamedTuple):
    """A place on a slide, in English Metric Units."""

    left: int
    top: int
    width: int
    height: int

    def xfrm(self, name: str = "a:xfrm") -> str:
        return f'<{name}><a:off x="{self.left}" y="{self.top}"/><a:ext cx="{self.width}" cy="{self.height}"/></{name}>'


TITLE = Frame(762_000, 420_000, 10_668_000, 960_000)
BODY = Frame(762_000, 1_560_000, 10_668_000, 4_560_000)
LEFT = Frame(762_000, 1_560_000, 5_240_000, 4_560_000)
RIGHT = Frame(6_190_000, 1_560_000, 5_240_000, 4_560_000)
FOOTER = Frame(762_000, 6_330_000, 8_400_000, 300_000)
NUMBER = Frame(10_058_000, 6_330_000, 1_372_000, 300_000)


class Look(NamedTuple):
    """Colours, as six hexadecimal digits, and the fonts."""

    ink: str
    paper: str
    accent: str
    band: str
    on_band: str
    muted: str
    rule: str
    font: str = "Arial"


def relations(rows: Sequence[tuple[str, str, str]], outside: Mapping[str, str] = {}) -> str:
    """What a part refers to: id, kind and target; and addresses outside, by id."""
    made = "".join(f'<Relationship Id="{own}" Type="{R}/{kind}" Target="{target}"/>' for own, kind, target in rows)
    links = "".join(
        f'<Relationship Id="{own}" Type="{R}/hyperlink" Target={quoteattr(href)} TargetMode="External"/>'
        for own, href in outside.items()
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{made}{links}</Relationships>'


def content_types(slides: int, layouts: int) -> str:
    named = {
        "presentation": ["/ppt/presentation.xml"],
        "slideMaster": ["/ppt/slideMasters/slideMaster1.xml"],
        "notesMaster": ["/ppt/notesMasters/notesMaster1.xml"],
        "slideLayout": [f"/ppt/slideLayouts/slideLayout{at}.xml" for at in range(1, layouts + 1)],
        "slide": [f"/ppt/slides/slide{at}.xml" for at in range(1, slides + 1)],
        "notesSlide": [f"/ppt/notesSlides/notesSlide{at}.xml" for at in range(1, slides + 1)],
    }
    made = [
        f'<Override PartName="{path}" ContentType="{_TYPE}.presentationml.{kind}{_main(kind)}+xml"/>'
        for kind, paths in named.items()
        for path in paths
    ]
    made += [f'<Override PartName="/ppt/theme/theme{at}.xml" ContentType="{_TYPE}.theme+xml"/>' for at in (1, 2)]
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    made += [
        f'<Override PartName="/docProps/core.xml" ContentType="{core}"/>',
        f'<Override PartName="/docProps/app.xml" ContentType="{_TYPE}.extended-properties+xml"/>',
    ]
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="jpg" ContentType="image/jpeg"/>'
    )
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{defaults}{"".join(made)}</Types>'


def _main(kind: str) -> str:
    return ".main" if kind == "presentation" else ""


def theme(look: Look, name: str) -> str:
    """Colours, fonts and effects; PowerPoint wants three of each kind of fill, line and effect."""
    scheme = {
        "dk1": look.ink,
        "lt1": look.paper,
        "dk2": look.band,
        "lt2": look.rule,
        "accent1": look.accent,
        "accent2": look.band,
        "accent3": look.muted,
        "accent4": "B45309",
        "accent5": "4D7C0F",
        "accent6": "7C3AED",
        "hlink": look.accent,
        "folHlink": look.muted,
    }
    colours = "".join(f'<a:{key}><a:srgbClr val="{value}"/></a:{key}>' for key, value in scheme.items())
    font = f'<a:latin typeface="{look.font}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(f'<a:ln w="{width}">{fill}</a:ln>' for width in (6350, 12700, 19050))
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        f"{HEAD}<a:theme {SPACES.split(' ')[0]} name={quoteattr(name)}><a:themeElements>"
        f'<a:clrScheme name="Office">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Office"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="Office"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    )


# --- shapes ---

TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
    '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)


def placeholder(
    number: int, name: str, kind: str, text: str, frame: Frame | None = None, body: str = "<a:bodyPr/>", style: str = ""
) -> str:
    """A place for text. ``kind`` are the attributes of the placeholder, ``text`` its paragraphs."""
    place = frame.xfrm() if frame else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{place}</p:spPr>"
        f"<p:txBody>{body}<a:lstStyle>{style}</a:lstStyle>{text}</p:txBody></p:sp>"
    )


def bar(number: int, frame: Frame, colour: str) -> str:
    """A coloured area without words."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Bar {number}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{frame.xfrm()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr>'
        '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="en-US"/></a:p></p:txBody></p:sp>'
    )


def _prompt(text: str) -> str:
    return f'<a:p><a:r><a:rPr lang="en-US"/><a:t>{escape(text)}</a:t></a:r></a:p>'


_NUMBER_FIELD = (
    '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-US"/>'
    "<a:t>‹#›</a:t></a:fld></a:p>"
)
_SMALL = (
    '<a:lvl1pPr algn="{side}"><a:defRPr sz="1100"><a:solidFill><a:schemeClr val="accent3"/></a:solidFill>'
    '<a:latin typeface="+mn-lt"/></a:defRPr></a:lvl1pPr>'
)


def _foot(footer: str) -> str:
    return placeholder(
        90, "Footer", 'type="ftr" sz="quarter" idx="11"', _prompt(footer), FOOTER, style=_SMALL.format(side="l")
    ) + placeholder(
        91, "Number", 'type="sldNum" sz="quarter" idx="12"', _NUMBER_FIELD, NUMBER, style=_SMALL.format(side="r")
    )


def foot(footer: str) -> str:
    """The footer and the number on one slide."""
    return placeholder(90, "Footer", 'type="ftr" sz="quarter" idx="11"', _prompt(footer)) + placeholder(
        91, "Number", 'type="sldNum" sz="quarter" idx="12"', _NUMBER_FIELD
    )


def _level(at: int, size: int) -> str:
    indent = 320_000 if at == 1 else 280_000
    margin = 320_000 + (at - 1) * 360_000
    mark = "•" if at % 2 else "–"
    return (
        f'<a:lvl{at}pPr marL="{margin}" indent="-{indent}" algn="l" rtl="0"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{1000 if at == 1 else 500}"/></a:spcBef>'
        '<a:buClr><a:schemeClr val="accent1"/></a:buClr>'
        f'<a:buFont typeface="Arial"/><a:buChar char="{mark}"/>'
        f'<a:defRPr sz="{size}">'
        f'<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{at}pPr>'
    )


_STANDS = '<a:bodyPr anchor="b"><a:normAutofit/></a:bodyPr>'


def master(layouts: int, footer: str) -> str:
    """What all layouts begin with."""
    title_style = (
        '<a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="95000"/></a:lnSpc>'
        '<a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/>'
        '<a:defRPr sz="3000" b="1"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mj-lt"/>'
        "</a:defRPr></a:lvl1pPr>"
    )
    body_style = "".join(_level(at, max(1600, 2600 - at * 200)) for at in range(1, 10))
    ids = "".join(f'<p:sldLayoutId id="{2_147_483_649 + at}" r:id="rId{at}"/>' for at in range(1, layouts + 1))
    shapes = (
        bar(80, Frame(0, 0, 228_600, HEIGHT), "accent1")
        + placeholder(
            2, "Title", 'type="title"', _prompt("Title"), TITLE, '<a:bodyPr anchor="b"><a:normAutofit/></a:bodyPr>'
        )
        + placeholder(3, "Text", 'type="body" idx="1"', _prompt("Text"), BODY, "<a:bodyPr><a:normAutofit/></a:bodyPr>")
        + _foot(footer)
    )
    colours = (
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
    )
    return (
        f'{HEAD}<p:sldMaster {SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>{colours}"
        f"<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst><p:txStyles><p:titleStyle>{title_style}</p:titleStyle>"
        f"<p:bodyStyle>{body_style}</p:bodyStyle><p:otherStyle/></p:txStyles></p:sldMaster>"
    )


def _sized(size: int, colour: str = "bg1", more: str = "") -> str:
    return (
        f'<a:lvl1pPr marL="0" indent="0"{more}><a:buNone/><a:defRPr sz="{size}"><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )


_DARK = '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="tx2"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'


def layouts(footer: str) -> Mapping[str, str]:
    """The layouts, in the order of ``LAYOUTS``."""
    big = _sized(4400).replace("<a:defRPr ", '<a:defRPr b="1" ')
    section = _sized(3800).replace("<a:defRPr ", '<a:defRPr b="1" ')
    fits = "<a:bodyPr><a:normAutofit/></a:bodyPr>"
    title = placeholder(2, "Title", 'type="title"', _prompt("Title"))
    dark_title = placeholder(
        2, "Title", 'type="ctrTitle"', _prompt("Title"), Frame(762_000, 1_500_000, 10_668_000, 1_900_000), _STANDS, big
    )
    return {
        "Title": _layout(
            "Title",
            "title",
            bar(81, Frame(762_000, 3_560_000, 1_600_000, 60_000), "bg1")
            + dark_title
            + placeholder(
                3, "Subtitle", 'type="subTitle" idx="1"', _prompt("Subtitle"),
                Frame(762_000, 3_780_000, 10_668_000, 1_900_000), fits, _sized(2000),
            ),
            dark=True,
        ),
        "Section": _layout(
            "Section",
            "secHead",
            placeholder(
                2, "Title", 'type="title"', _prompt("Title"), Frame(762_000, 2_000_000, 10_668_000, 1_500_000), _STANDS,
                section,
            )
            + placeholder(
                3, "Text", 'type="body" idx="1"', _prompt("Text"), Frame(762_000, 3_620_000, 10_668_000, 1_500_000),
                fits, _sized(2000),
            ),
            dark=True,
        ),
        "Title and text": _layout(
            "Title and text", "obj", title + placeholder(3, "Text", 'idx="1"', _prompt("Text")) + _foot(footer)
        ),
        "Text and picture": _layout(
            "Text and picture",
            "twoObj",
            title
            + placeholder(3, "Text", 'sz="half" idx="1"', _prompt("Text"), LEFT, fits)
            + _foot(footer),
        ),
        "Statement": _layout(
            "Statement",
            "titleOnly",
            bar(81, Frame(762_000, 2_000_000, 60_000, 2_700_000), "accent1")
            + title
            + placeholder(
                3, "Statement", 'type="body" idx="1"', _prompt("Statement"),
                Frame(1_000_000, 2_000_000, 10_000_000, 2_700_000),
                '<a:bodyPr anchor="ctr"><a:normAutofit/></a:bodyPr>',
                _sized(3200, "tx1") + _sized(1800, "accent3").replace("lvl1", "lvl2"),
            )
            + _foot(footer),
        ),
        "Title only": _layout("Title only", "titleOnly", title + _foot(footer)),
    }  # fmt: skip


def _layout(name: str, kind: str, shapes: str, *, dark: bool = False) -> str:
    background, own = (_DARK, ' showMasterSp="0"') if dark else ("", "")
    return (
        f'{HEAD}<p:sldLayout {SPACES} type="{kind}" preserve="1"{own}><p:cSld name="{name}">{background}'
        f"<p:spTree>{TREE}{shapes}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def notes_master() -> str:
    """The page of notes: the slide above, what is said below."""
    picture = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide"/><p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr>'
        f'{Frame(685_800, 685_800, 5_486_400, 3_086_100).xfrm()}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:ln w="6350"><a:solidFill><a:schemeClr val="accent3"/></a:solidFill></a:ln></p:spPr></p:sp>'
    )
    said = placeholder(
        3,
        "Notes",
        'type="body" sz="quarter" idx="3"',
        _prompt("Notes"),
        Frame(685_800, 4_000_000, 5_486_400, 4_500_000),
    )
    style = '<a:lvl1pPr marL="0" algn="l"><a:spcBef><a:spcPts val="600"/></a:spcBef><a:defRPr sz="1200"/></a:lvl1pPr>'
    return (
        f'{HEAD}<p:notesMaster {SPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg><p:spTree>{TREE}{picture}{said}</p:spTree></p:cSld>"
        '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
        'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
        f"<p:notesStyle>{style}</p:notesStyle></p:notesMaster>"
    )


def presentation(slides: int) -> str:
    """The list of slides. Its relations have the master as rId1, the page of notes as rId2, then the slides."""
    ids = "".join(f'<p:sldId id="{256 + at}" r:id="rId{at + 3}"/>' for at in range(slides))
    return (
        f'{HEAD}<p:presentation {SPACES} saveSubsetFonts="1"><p:sldMasterIdLst><p:sldMasterId id="2147483648" '
        'r:id="rId1"/></p:sldMasterIdLst><p:notesMasterIdLst><p:notesMasterId r:id="rId2"/></p:notesMasterIdLst>'
        f'<p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="{WIDTH}" cy="{HEIGHT}"/>'
        f'<p:notesSz cx="{NOTES_WIDTH}" cy="{NOTES_HEIGHT}"/></p:presentation>'
    )
