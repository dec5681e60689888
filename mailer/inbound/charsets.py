"""The charsets that we decode: an allow-list without those that hide ASCII in other ASCII, utf-7 and hz (A23)."""

from __future__ import annotations

from mailer.phrases import Phrase, phrase

_SAME_NAME = (
    *("utf-16", "utf-16le", "utf-16be", "koi8-r", "koi8-u", "macintosh", "tis-620", "cp437", "cp850", "cp866"),
    *("gb18030", "big5", "big5-hkscs", "euc-jp", "cp932", "cp949", "iso-2022-kr"),
    *(f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(f"windows-{page}" for page in range(1250, 1259)),
)

_CODECS: dict[str, str] = {
    **{name: name for name in _SAME_NAME},
    # Names for which clients send a larger charset than the name means (WHATWG Encoding).
    "utf-8": "utf-8-sig",
    "utf8": "utf-8-sig",
    "unicode-1-1-utf-8": "utf-8-sig",
    "us-ascii": "utf-8-sig",
    "ascii": "utf-8-sig",
    "ansi_x3.4-1968": "utf-8-sig",
    "": "utf-8-sig",
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "iso8859-1": "windows-1252",
    "cp1252": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-1": "iso2022_jp_1",
    "iso-2022-jp-2": "iso2022_jp_2",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "x-mac-roman": "macintosh",
}


class Undecodable(ValueError):
    """The bytes are not text in the charset that is named, or the charset is not on the list."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def decode(data: bytes, charset: str) -> str:
    """``data`` as text. ``charset`` is empty if the mail names none: then only UTF-8 is certain.

    Raises Undecodable, whose message says why.
    """
    codec = _CODECS.get(charset.strip().lower())
    if codec is None:
        raise Undecodable(phrase("its charset is not one that we read"))
    try:
        return data.decode(codec)
    except UnicodeError:
        raise Undecodable(phrase("it is not written in the charset that it names")) from None


def guess(data: bytes) -> str:
    """``data`` as text, as far as possible: for people to read, never for a decision."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("windows-1252", "replace")
