"""Charsets by all the names that mail programs give them (A22, A23, C12)."""

from __future__ import annotations

import pytest

from mailer.inbound.charsets import Undecodable, decode
from mailer.inbound.keywords import read_ballot
from mailer.inbound.parse import parse
from mailer.inbound.reply import own_text
from mailer.model.approvals import Choice
from mailer.model.policies import ENGLISH
from tests.unit.inbound.mails import RECEIVED, html, mail, sample

ALIASES = {
    "né Ł": (
        "utf-8 utf8 utf_8 UTF-8-BOM utf8mb4 utf8mb3 cp65001 unicode-1-1-utf-8 'utf-8' utf-8//IGNORE",
        "utf-8",
    ),
    "“né”": (
        "ansi iso-8859-1 iso8859_1 ISO_8859-1:1987 latin1 latin-1 l1 cp1252 win-1252 windows1252 x-ansi",
        "cp1252",
    ),
    "né €": ("iso8859-15 iso_8859-15 latin9 latin-9 cp28605", "iso8859-15"),
    "né ░": ("cp850 ibm850 IBM-850 850", "cp850"),
    "Zażółć": ("iso8859-2 latin2 iso-ir-101 28592", "iso8859-2"),
    "Привет": ("cp1251 CP-1251 win1251 windows-1251 x-cp1251 microsoft-cp1251", "cp1251"),
    "привет": ("koi8-r koi8_r KOI8R koi8 20866", "koi8-r"),
    "日本①髙": ("shift_jis Shift-JIS sjis x-sjis ms_kanji windows-31j cp932 MS932 cp943", "cp932"),
    "日本": ("euc-jp x-euc-jp eucJP cp51932", "euc-jp"),
    "同意镕": ("gb2312 GB_2312-80 gbk x-gbk cp936 gb18030 euc-cn", "gb18030"),
    "同意": ("big5 Big-5 x-x-big5 cn-big5 cp950", "big5"),
    "승인똠": ("euc-kr ks_c_5601 ks_c_5601-1987 KSC5601 cp949 uhc windows-949", "cp949"),
    "שלום": ("iso-8859-8-i logical visual", "iso8859-8"),
    "สวัสดี": ("tis-620 windows-874 iso-8859-11 cp874", "cp874"),
}


@pytest.mark.parametrize("text", ALIASES)
def test_C12_A22_a_charset_is_known_by_each_of_its_names(text: str) -> None:
    names, codec = ALIASES[text]
    read = {name: decode(text.encode(codec), name) for name in names.split()}
    assert read == dict.fromkeys(names.split(), text)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "utf-7",
            "UTF_7",
            "unicode-1-1-utf-7",
            "x-unicode-2-0-utf-7",
            "csunicode11utf7",
            "utf7-imap",
            "cp65000",
            "65000",
        ),
        *("hz", "hz-gb-2312", "x-hz", "ebcdic", "cp037", "ibm500", "cp1140", "rot13", "hex", "idna", "punycode"),
        *("unicode_escape", "raw-unicode-escape", "bz2", "quopri", "--", "?", "x" * 10_000, "iso-2022-cn"),
    ],
)
def test_A23_a_charset_that_hides_ascii_is_never_decoded(name: str) -> None:
    with pytest.raises(Undecodable, match="not one that we read"):
        decode(b"APPROVE", name)


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b'\x1b$B$3$s$K$A$O!"-!\x1b(B', "こんにちは、①"),
        (b"a \x1b$BF|K\\\x1b(B b", "a 日本 b"),
        (b"\x1b$B|b\x1b(J \x1b(I1\x1b(B", "髙 ｱ"),
        (b"\x1b$@F|\x1b(B\r\n\x1b$BK\\\n-5\x1b(B", "日\r\n本\nⅠ"),
        (b"\x1b$(Q-!\x1b(B", "①"),
        (b"\x1b$A0!\x1b(B", "啊"),
    ],
)
@pytest.mark.parametrize("name", ["iso-2022-jp", "ISO-2022-JP-MS", "cp50221", "csISO2022JP", "iso-2022-jp-2"])
def test_C12_japanese_by_mail_has_the_characters_of_windows(octets: bytes, text: str, name: str) -> None:
    assert decode(octets, name) == text


@pytest.mark.parametrize("name", ["", "us-ascii", "utf-8"])
def test_C12_japanese_by_mail_is_known_without_its_name(name: str) -> None:
    assert decode(b"\x1b$B-!\x1b(B", name) == "①"


@pytest.mark.parametrize(
    "octets", [b"\x1b$B-", b"\x1b$B\x7f\x7f\x1b(B", b"\x1b$(Z!!\x1b(B", b"\x1b$B\xe9!\x1b(B", b"\xe9"]
)
def test_A22_damaged_japanese_is_uncertain(octets: bytes) -> None:
    with pytest.raises(Undecodable, match="not written in the charset"):
        decode(octets, "iso-2022-jp")


def test_C12_html_that_names_its_charset_itself_is_read() -> None:
    markup = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head><p>да'
    assert own_text(mail(markup.encode("cp1251"), Content_Type="text/html")) == "да"
    assert own_text(mail("<meta charset='utf-16'><p>né".encode(), Content_Type="text/html")) == "né"
    assert own_text(html("<meta charset=koi8-r><p>né")) == "né"


def test_C12_text_that_is_damaged_is_read_in_the_charset_that_it_names() -> None:
    seen = mail("Привет".encode("cp1251") + b"\x98", Content_Type="text/plain; charset=windows-1251")
    assert seen.text == "Привет\ufffd"
    assert seen.body_problem == "it is not written in the charset that it names"


@pytest.mark.parametrize(
    ("name", "text"),
    [("fb-iso2022jp-maru", "こんにちは、①"), ("fb-cp932-ext", "①㈱髙"), ("fb-gb2312-ext", "镕基 你好")],
)
def test_C12_what_people_sent_is_read(name: str, text: str) -> None:
    seen = parse(sample(f"mails/{name}.eml"), RECEIVED)
    assert (own_text(seen), seen.body_problem) == (text, "")


@pytest.mark.parametrize("name", ["vote-cp850", "vote-utf8mb4", "vote-ansi"])
def test_A22_C12_votes_in_charsets_by_other_names_count(name: str) -> None:
    assert read_ballot(parse(sample(f"mails/{name}.eml"), RECEIVED), ENGLISH).choice is Choice.APPROVE
