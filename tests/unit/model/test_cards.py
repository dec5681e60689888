"""vCards: what is written is read back, and hostile files are refused with their line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import ConfigError
from mailer.message import clean
from mailer.model.cards import MOST_LINE, MOST_PROPERTIES, Card, CardFile, folded, is_card_file, read, write
from mailer.model.lists import Details, Kind

CARD = """BEGIN:VCARD
VERSION:4.0
{0}
END:VCARD
"""

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=120).map(clean)


@given(
    st.builds(
        Card,
        name=texts.filter(bool),
        organisation=texts,
        emails=st.lists(texts.filter(lambda text: text and not text.startswith("mailto:")), unique=True).map(tuple),
        languages=st.lists(st.sampled_from(["en", "pt-br", "zh"]), unique=True).map(tuple),
        country=texts,
        website=texts,
        categories=st.lists(texts.filter(bool)).map(tuple),
        note=texts,
        is_organisation=st.booleans(),
    )
)
def test_a_card_that_was_written_is_read_back(card: Card) -> None:
    raw = "".join(write([card])).encode()
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    (found,) = read(raw, "f.vcf")
    assert found == Card(**{**{name: getattr(card, name) for name in Card.__slots__}, "line": 1})


@given(st.binary(max_size=300))
def test_any_bytes_are_cards_or_refused_with_a_line(raw: bytes) -> None:
    for content in (raw, b"BEGIN:VCARD\r\nVERSION:4.0\r\n" + raw + b"\r\nEND:VCARD\r\n"):
        try:
            list(read(content, "f.vcf"))
        except ConfigError as fault:
            assert str(fault).startswith("f.vcf")


@given(texts)
def test_folding_cuts_no_character(text: str) -> None:
    assert folded(text).replace("\r\n ", "") == text
    assert folded(text).encode().decode() == folded(text)


OUTLOOK = """BEGIN:VCARD
VERSION:3.0
N;CHARSET=utf-8:Kim;Anna;;Dr.;
FN:Anna Kim
ORG:Union of Harbours\\, Seoul;Press
item1.EMAIL;type=INTERNET;type=HOME:old@union.example
EMAIL;TYPE=pref,INTERNET:anna@union.example
ADR;TYPE=WORK:;;1 Quay;Seoul;;0123
 4;South Kor
\tea
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQ
 ABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQ
X-ABADR:kr
URL:https://union.example/anna
END:VCARD
"""


def test_a_card_of_version_3_is_read_and_its_picture_is_not() -> None:
    (card,) = read(OUTLOOK.replace("\n", "\r\n").encode(), "f.vcf")
    assert card == Card(
        *("Anna Kim", "Union of Harbours, Seoul", ("anna@union.example", "old@union.example"), (), "South Korea"),
        website="https://union.example/anna",
        line=1,
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("address,name\na@x.example,Anna\n", "f.vcf:1: “address,name” is no line of a vCard"),
        (CARD.format("EMAIL:a@x.example").replace("4.0", "2.1"), "f.vcf:1: the card is of version 2.1;"),
        (CARD.format("FN:Anna").replace("VERSION:4.0\n", ""), "f.vcf:1: the card names no version;"),
        ("\n" + CARD.format("FN:Anna").replace("END:VCARD", ""), "f.vcf:2: the card does not end;"),
        (CARD.format("BEGIN:VCARD"), "f.vcf:3: a card begins in the card of line 1"),
        (CARD.format("NOTE:" + "x" * MOST_LINE), f"f.vcf:3: is longer than {MOST_LINE} characters"),
        (CARD.format("NOTE:x\n " + "x" * MOST_LINE), f"f.vcf:3: is longer than {MOST_LINE} characters"),
        (CARD.format("\n".join(["NOTE:x"] * MOST_PROPERTIES)), f"f.vcf:1: the card has more than {MOST_PROPERTIES}"),
    ],
)
def test_D14_a_file_that_is_none_of_vcards_is_refused_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as refused:
        list(read(text.encode(), "f.vcf"))
    assert str(refused.value).startswith(fault)


def test_D14_a_huge_picture_is_passed_over() -> None:
    (card,) = read(CARD.format("FN:Anna\nPHOTO:data:image/jpeg;base64," + "A" * 1_000_000).encode(), "f.vcf")
    assert card.name == "Anna"


def test_cards_are_rows_of_a_list() -> None:
    raw = OUTLOOK + CARD.format("FN:The Bureau\nKIND:org\nEMAIL:bureau@x.example\nCATEGORIES:National Member Body")
    anna, bureau = CardFile("f.vcf", raw.encode()).rows()
    assert (str(anna.address), anna.details) == (
        "anna@union.example",
        Details("Anna Kim", "Union of Harbours, Seoul", None, "KR"),
    )
    assert bureau.details == Details("", "The Bureau", Kind.NMB)


def test_every_fault_of_a_file_of_cards_is_named_with_its_line() -> None:
    raw = "".join(
        CARD.format(lines)
        for lines in (
            "FN:Anna",
            "EMAIL:nobody",
            "EMAIL:a@x.example\nLANG:nonsense",
            "EMAIL:b@x.example",
            "EMAIL:B@x.example",
        )
    )
    with pytest.raises(ConfigError) as refused:
        list(CardFile("f.vcf", raw.encode()).rows())
    assert [line.split(": ")[0] for line in str(refused.value).splitlines()] == [
        *("f.vcf:1", "f.vcf:5", "f.vcf:9", "f.vcf:18", "f.vcf"),
    ]


@pytest.mark.parametrize(
    "raw", [b"BEGIN:VCARD\r\n", b"\xef\xbb\xbfbegin:vcard\n", "\ufeffBEGIN:VCARD".encode("utf-16-le")]
)
def test_a_file_of_vcards_is_recognised(raw: bytes) -> None:
    assert is_card_file(raw)
