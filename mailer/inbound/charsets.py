"""The charsets that we decode: an allow-list without those that hide ASCII in other ASCII, utf-7 and hz (A23).

Mail programs use many names for one charset, and often mean a larger one than the name says (WHATWG Encoding). A name
is compared without punctuation, so that ``ISO_8859-15`` and ``iso8859-15`` are one.
"""

from __future__ import annotations

import re

from mailer.phrases import Phrase, phrase

_SQUEEZED = re.compile(r"[^a-z0-9]+")
_YEAR = re.compile(r":(?:19|20)\d\d$")
_CODE_PAGE = re.compile(r"(?:cp|xcp|ibm|ms|win|windows|microsoftcp|dos|csibm|cswindows)?(\d{3,5})")
_META = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_WITHIN = 2_048

_UTF_8 = ("utf-8-sig",)
_JAPANESE_BY_MAIL = "iso-2022-jp"
"""Not one of Python's codecs: it tries those of the family, and what Windows sends under its name."""

_CODECS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("", "utf8", "xutf8", "utf8mb4", "utf8mb3", "utf8bom", "unicode11utf8", "unicode20utf8"), _UTF_8),
    **dict.fromkeys(("usascii", "ascii", "us", "ansix341968", "iso646us", "isoir6", "csascii", "unknown8bit"), _UTF_8),
    **dict.fromkeys(
        ("iso88591", "latin1", "l1", "isoir100", "csisolatin1", "ansi", "xansi", "msansi"), ("windows-1252",)
    ),
    **dict.fromkeys(("iso88592", "latin2", "l2", "isoir101", "csisolatin2"), ("iso-8859-2",)),
    **dict.fromkeys(("iso88593", "latin3", "l3", "isoir109", "csisolatin3"), ("iso-8859-3",)),
    **dict.fromkeys(("iso88594", "latin4", "l4", "isoir110", "csisolatin4"), ("iso-8859-4",)),
    **dict.fromkeys(("iso88595", "cyrillic", "isoir144", "csisolatincyrillic"), ("iso-8859-5",)),
    **dict.fromkeys(("iso88596", "iso88596i", "iso88596e", "arabic", "csisolatinarabic"), ("iso-8859-6",)),
    **dict.fromkeys(("iso88597", "greek", "greek8", "elot928", "isoir126", "csisolatingreek"), ("iso-8859-7",)),
    **dict.fromkeys(("iso88598", "iso88598i", "iso88598e", "hebrew", "logical", "visual"), ("iso-8859-8",)),
    **dict.fromkeys(("iso88599", "latin5", "l5", "isoir148", "csisolatin5"), ("windows-1254",)),
    **dict.fromkeys(("iso885910", "latin6", "l6", "isoir157", "csisolatin6"), ("iso-8859-10",)),
    **dict.fromkeys(("iso885911", "tis620"), ("cp874",)),
    **dict.fromkeys(("iso885913", "latin7", "l7"), ("iso-8859-13",)),
    **dict.fromkeys(("iso885914", "latin8", "l8"), ("iso-8859-14",)),
    **dict.fromkeys(("iso885915", "latin9", "latin0", "l9"), ("iso-8859-15",)),
    **dict.fromkeys(("iso885916", "latin10", "l10"), ("iso-8859-16",)),
    **dict.fromkeys(("koi8r", "koi8", "koi", "cskoi8r"), ("koi8-r",)),
    **dict.fromkeys(("koi8u", "koi8ru"), ("koi8-u",)),
    **dict.fromkeys(("macintosh", "mac", "macroman", "xmacroman"), ("macintosh",)),
    **dict.fromkeys(("maccyrillic", "xmaccyrillic", "xmacukrainian"), ("mac-cyrillic",)),
    **dict.fromkeys(("maccentraleurope", "xmacce"), ("mac-latin2",)),
    **dict.fromkeys(("utf16", "csunicode", "unicode", "ucs2", "iso10646ucs2", "unicodefeff"), ("utf-16",)),
    **{f"utf{form}{order}": (f"utf-{form}{order}",) for form in ("16", "32") for order in ("le", "be")},
    "utf32": ("utf-32",),
    **dict.fromkeys(("iso2022jp", "csiso2022jp", "jis", "iso2022jpms"), (_JAPANESE_BY_MAIL,)),
    **dict.fromkeys((*(f"iso2022jp{part}" for part in (1, 2, 3, 2004)), "iso2022jpext"), (_JAPANESE_BY_MAIL,)),
    **dict.fromkeys(("shiftjis", "xshiftjis", "sjis", "xsjis", "mskanji", "windows31j", "csshiftjis"), ("cp932",)),
    **dict.fromkeys(("shiftjisx0213", "shiftjis2004"), ("cp932", "shift_jis_2004")),
    **dict.fromkeys(("eucjp", "xeucjp", "xeuc", "ujis", "eucjpms", "cseucpkdfmtjapanese"), ("euc-jp", "euc_jis_2004")),
    **dict.fromkeys(("gb2312", "xgb2312", "gb231280", "csgb2312", "chinese", "csiso58gb231280"), ("gb18030",)),
    **dict.fromkeys(("gbk", "xgbk", "csgbk", "gb18030", "csgb18030", "euccn", "xeuccn", "isoir58"), ("gb18030",)),
    **dict.fromkeys(("big5", "csbig5", "cnbig5", "xxbig5", "xbig5", "big5eten"), ("big5", "cp950", "big5-hkscs")),
    **dict.fromkeys(("big5hkscs", "csbig5hkscs"), ("big5-hkscs",)),
    **dict.fromkeys(("euckr", "xeuckr", "cseuckr", "korean", "isoir149", "uhc", "xwindows949"), ("cp949",)),
    **dict.fromkeys(("ksc5601", "ksc56011987", "ksc56011989", "csksc56011987", "ksx1001"), ("cp949",)),
    **dict.fromkeys(("iso2022kr", "csiso2022kr"), ("iso-2022-kr",)),
    "johab": ("johab",),
}

_CODE_PAGES: dict[str, tuple[str, ...]] = {
    **{
        page: (f"cp{page}",)
        for page in (
            *("437", "720", "737", "775", "850", "852", "855", "856", "857", "858", "860", "861", "862", "863", "864"),
            *("865", "866", "869", "874", "1125", "1006", *map(str, range(1250, 1259))),
        )
    },
    **dict.fromkeys(("932", "942", "943", "31"), ("cp932",)),
    **dict.fromkeys(("936", "1386", "54936", "20936"), ("gb18030",)),
    **dict.fromkeys(("949", "51949", "1363"), ("cp949",)),
    "950": ("big5", "cp950", "big5-hkscs"),
    **dict.fromkeys(("50220", "50221", "50222"), (_JAPANESE_BY_MAIL,)),
    "51932": ("euc-jp", "euc_jis_2004"),
    "65001": _UTF_8,
    **dict.fromkeys(("1200", "1202"), ("utf-16",)),
    "20866": ("koi8-r",),
    "21866": ("koi8-u",),
    **{str(28590 + part): _CODECS[f"iso8859{part}"] for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15)},
    "20127": _UTF_8,
}
"""Code pages of DOS and Windows that have ASCII in its place; those of mainframes do not."""


class Undecodable(ValueError):
    """The bytes are not text in the charset that is named, or the charset is not on the list."""

    def __init__(self, reason: Phrase) -> None:
        self.reason = reason
        super().__init__(reason)


def decode(data: bytes, charset: str) -> str:
    """``data`` as text. ``charset`` is empty if the mail names none: then only UTF-8 and ISO-2022-JP are certain.

    Raises Undecodable, whose message says why.
    """
    codecs = _codecs(charset)
    if not codecs:
        raise Undecodable(phrase("its charset is not one that we read"))
    if codecs is _UTF_8 and _switches(data):
        codecs = (_JAPANESE_BY_MAIL,)
    for codec in codecs:
        try:
            return _japanese(data) if codec is _JAPANESE_BY_MAIL else data.decode(codec)
        except UnicodeError:
            continue
    raise Undecodable(phrase("it is not written in the charset that it names"))


def guess(data: bytes, charset: str = "") -> str:
    """``data`` as text, as far as possible: for people to read, never for a decision."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        named = next((codec for codec in _codecs(charset) if codec is not _JAPANESE_BY_MAIL), "")
        return data.decode(named if named and named not in _UTF_8 else "windows-1252", "replace")


def charset_of_html(data: bytes) -> str:
    """The charset that HTML names for itself, or empty."""
    found = _META.search(data[:_META_WITHIN])
    named = found[1].decode("ascii") if found else ""
    return "" if named.lower().startswith(("utf-16", "utf-32")) else named  # the name could not be read in these


def _codecs(charset: str) -> tuple[str, ...]:
    """The codecs to try for a charset, in order; none if it is not on the list."""
    name = _YEAR.sub("", charset.partition("//")[0].strip().strip("\"'").lower()) if len(charset) < 60 else "?"
    squeezed = _SQUEEZED.sub("", name)
    if not squeezed and name:
        return ()
    page = _CODE_PAGE.fullmatch(squeezed)
    return _CODECS.get(squeezed) or (_CODE_PAGES.get(page[1], ()) if page else ())


# --- ISO-2022-JP ---

_ESCAPE = re.compile(rb"\x1b(\$[@B]|\$\([A-Z]|\([A-Z])")
_DOUBLE = frozenset((b"$@", b"$B", b"$(B"))
_KANA = b"(I"
_SINGLE = frozenset((b"(B", b"(J", b"(H"))


def _switches(data: bytes) -> bool:
    """Whether seven-bit octets switch to Japanese, as mail did before it named its charset (RFC 1468)."""
    return (b"\x1b$B" in data or b"\x1b$@" in data) and data.isascii()


def _japanese(data: bytes) -> str:
    """ISO-2022-JP, with the characters that Windows adds to it, such as circled digits (code page 50221).

    Raises UnicodeError.
    """
    for codec in ("iso2022_jp_ext", "iso2022_jp_2"):
        try:
            return data.decode(codec)
        except UnicodeError:
            continue
    try:
        return "".join(_sections(data))
    except UnicodeError:
        return data.decode("iso2022_jp_2004")


def _sections(data: bytes) -> list[str]:
    first, *rest = _ESCAPE.split(data)
    return [first.decode("ascii")] + [_section(rest[number], rest[number + 1]) for number in range(0, len(rest), 2)]


def _section(escape: bytes, octets: bytes) -> str:
    if escape in _SINGLE:
        return octets.decode("ascii")
    if escape == _KANA:
        return bytes(octet | 0x80 if 0x21 <= octet <= 0x5F else octet for octet in octets).decode("cp932")
    if escape in _DOUBLE:
        return _shift_jis(octets).decode("cp932")
    raise UnicodeError("another set of characters")


def _shift_jis(octets: bytes) -> bytearray:
    """Pairs of JIS X 0208 with Windows' additions in Shift JIS, where they have other places. Raises UnicodeError."""
    found = bytearray()
    place = 0
    while place < len(octets):
        row = octets[place]
        if row <= 0x20:
            found.append(row)
            place += 1
            continue
        cell = octets[place + 1] if place + 1 < len(octets) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            raise UnicodeError("no pair")
        found.append((row + 1) // 2 + (0x70 if row < 0x5F else 0xB0))
        found.append(cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20))
        place += 2
    return found
