"""What an RTF reader knows of words, groups and paragraphs (Rich Text Format 1.9.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.adapters.conversion.document import Block, Kind, Piece

HEADING = re.compile(r"heading (\d)")
LINK = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]*)"', re.IGNORECASE)
NUMBER = re.compile(r"\(?(\d{1,6})[.)]?")
KINDS: Mapping[str, Kind] = {
    "title": Kind.TITLE,
    "caption": Kind.CAPTION,
    **dict.fromkeys(("illustration", "figure", "table", "drawing"), Kind.CAPTION),
    **dict.fromkeys(("quote", "quotations", "intense quote", "block text"), Kind.QUOTE),
    **dict.fromkeys(("preformatted text", "html preformatted"), Kind.CODE),
    "horizontal line": Kind.RULE,
}
QUIET = ("HYPERLINK", "SEQ", "FORMTEXT", "FORMCHECKBOX", "")
CONTENTS = ("TOC", "INDEX")
SKIPPED = frozenset(
    (
        *("colortbl", "info", "nonshppict", "objdata", "objclass", "objname", "datastore", "themedata", "xmlnstbl"),
        *("listtable", "listoverridetable", "rsidtbl", "generator", "pgdsctbl", "latentstyles", "colorschememapping"),
        *("bkmkstart", "bkmkend", "revtbl", "userprops", "docvar", "atnid", "atnref", "atndate", "atntime", "atnicn"),
        *(
            "ftnsep",
            "ftnsepc",
            "ftncn",
            "aftnsep",
            "aftnsepc",
            "aftncn",
            "filetbl",
            "template",
            "mailmerge",
            "wgrffmtfilter",
        ),
        *(
            "pntxta",
            "pntxtb",
            "private",
            "wgrffmtfilter",
            "xe",
            "tc",
            "blipuid",
            "listpicture",
            "background",
            "nonesttables",
            "shprslt",
        ),
    )
)
"""Groups that have no words of the document."""
EDGES = frozenset(f"{edge}{which}" for edge in ("header", "footer") for which in ("", "l", "r", "f"))
OUTPUTS = frozenset(("footnote", "annotation", "shptxt", *EDGES))
"""Groups whose words are a text of their own."""
NOTED = frozenset(("fldinst", "listtext", "pntext", "stylesheet", "fonttbl", "pict", "sn", "sv", "atnauthor"))
"""Groups whose words mean something else than words."""
TAGS = {"b": "strong", "i": "em", "strike": "s", "striked": "s", "super": "sup", "sub": "sub"}
LOST = {"ul": "underline", "cf": "colour", "highlight": "highlight", "chcbpat": "highlight", "caps": "capitals"}
LOST |= {"scaps": "capitals", **dict.fromkeys(("uld", "uldb", "ulw", "ulth", "ulwave", "uldash"), "underline")}


@dataclass(slots=True)
class State:
    """What holds for a group."""

    group: str = ""
    """The word that says what the group is; empty if it is only text."""
    tags: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    font: int = -1
    skip: int = 1
    """Signs after a ``\\u`` for programs without Unicode."""
    link: str = ""
    starred: bool = False
    quiet: bool = False
    """Whether its words are left out."""


@dataclass(slots=True)
class Format:
    """What holds for a paragraph."""

    style: int = 0
    outline: int = -1
    depth: int = 0
    in_table: bool = False
    aligned: bool = False
    turned: bool = False


@dataclass(slots=True)
class Output:
    """A text that is written: the document's, or that of a footnote, a box and so on."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    floats: list[Block] = field(default_factory=list)
    format: Format = field(default_factory=Format)
    rows: list[list[list[Block]]] = field(default_factory=list)
    row: list[list[Block]] = field(default_factory=list)
    cell: list[Block] = field(default_factory=list)
    mark: str = ""


@dataclass(slots=True)
class PictureData:
    """A picture that is read."""

    kind: str = ""
    octets: bytes = b""
    alt: str = ""
