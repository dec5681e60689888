"""The words, signs and groups of an RTF file (Rich Text Format 1.9.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import NamedTuple

from mailer.adapters.packed_xml import Refused

MAX_DEPTH = 200
"""Groups in one another."""
MAX_TOKENS = 6_000_000


class Type(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()
    """A control word or sign, with a number if it has one."""
    BYTE = auto()
    """One octet in the encoding of the font."""
    TEXT = auto()
    DATA = auto()
    """Octets as they are."""


class Token(NamedTuple):
    """A part of the file."""

    type: Type
    text: str = ""
    number: int | None = None


_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    r"|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z])|(?P<open>\{)|(?P<close>\})|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\$",
    re.DOTALL,
)


def tokens(data: bytes) -> Iterator[Token]:
    """Raises Refused if it is no RTF, or too much of it."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Refused("damaged")
    text = data.decode("latin-1")
    at = depth = count = 0
    while at < len(text) and (found := _TOKEN.match(text, at)):
        at = found.end()
        token = _read(found)
        if token.type is Type.DATA:
            size = min(max(token.number or 0, 0), len(text) - at)
            token, at = token._replace(text=text[at : at + size]), at + size
        depth += (token.type is Type.OPEN) - (token.type is Type.CLOSE)
        count += 1
        if depth > MAX_DEPTH or count > MAX_TOKENS:
            raise Refused("large")
        yield token
        if not depth:
            return  # what follows is no part of the document


def _read(found: re.Match[str]) -> Token:
    if found["word"]:
        number = int(found["number"]) if found["number"] else None
        return Token(Type.DATA if found["word"] == "bin" else Type.WORD, found["word"], number)
    if found["byte"]:
        return Token(Type.BYTE, chr(int(found["byte"], 16)))
    if found["sign"]:
        return Token(Type.WORD, found["sign"])
    if found["open"] or found["close"]:
        return Token(Type.OPEN if found["open"] else Type.CLOSE)
    return Token(Type.TEXT, found["text"] or "")


CHARSETS: Mapping[int, str] = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
}
"""The encoding of a font by its number."""

PAGES = (437, 850, 852, 866, 874, 932, 936, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)
"""Code pages that a file may name."""


def encodings() -> frozenset[str]:
    """All that may be needed, to be loaded before the process can open no file any more."""
    return frozenset((*CHARSETS.values(), *(f"cp{page}" for page in PAGES), "mac_roman", "utf-16-le"))


SIGNS: Mapping[str, str] = {
    "tab": " ",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "~": "\u00a0",
    "_": "\u2011",
    "-": "",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "\\": "\\",
    "{": "{",
    "}": "}",
}
