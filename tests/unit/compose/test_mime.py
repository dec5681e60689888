"""Our MIME parts, parsed by the standard library."""

from __future__ import annotations

import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose.mime import (
    NamedTemplate,
    Part,
    Placeholder,
    binary_part,
    header_text,
    mailbox_text,
    multipart,
    text_part,
)
from mailer.message import Address, clean
from tests.unit.sending.mails import body, phrase, raw_field, read

NAMES = st.text(max_size=300).map(clean) | st.text(" \"\\'=?_-.,;:<>()@ab", max_size=60).map(clean)
TEXTS = st.text(max_size=400) | st.text(" \t\n\r=.-abé\x85\u2028", max_size=400)


def filled(part: Part, values: dict[str, str]) -> bytes:
    template = NamedTemplate(part.pieces())
    return b"".join(template.template.fill(template.values(values)))


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(TEXTS.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)))
def test_C9_a_text_part_reads_as_written(text: str) -> None:
    part = text_part(text, "plain")
    raw = b"".join(NamedTemplate(part.pieces()).template.fill(()))
    assert body(read(raw)) == lines(text)
    assert max(map(len, raw.split(b"\r\n"))) <= 76


@given(NAMES)
def test_C2_a_name_reads_as_written(name: str) -> None:
    raw = f"To: {mailbox_text(Address('anna', 'x.example', name))}\r\n\r\n".encode("ascii")
    (found,) = read(raw)["To"].addresses
    assert (phrase(raw_field(raw, "To")), found.addr_spec) == (name, "anna@x.example")


@given(NAMES.map(lambda text: text or "x"))
def test_C2_a_subject_reads_as_written(subject: str) -> None:
    raw = f"{header_text('Subject', subject)}\r\n\r\n".encode("ascii")
    assert read(raw)["Subject"] == subject


@pytest.mark.parametrize("text", ["=?utf-8?q?Bcc=3A?=", "a =?utf-8?b?YQ==?= b", "=?", "?=", '"', "\\", "a\\", "=?x"])
def test_C2_text_that_looks_like_an_encoded_word_is_text(text: str) -> None:
    mail = read(
        f"To: {mailbox_text(Address('a', 'x.example', text))}\r\n{header_text('Subject', text)}\r\n\r\n".encode()
    )
    assert (mail["To"].addresses[0].display_name, mail["Subject"]) == (text, text)


@given(st.text(max_size=60).map(clean), st.text(max_size=100).map(clean), st.text(max_size=100).map(clean))
def test_a_placeholder_is_filled_in_its_place(value: str, before: str, after: str) -> None:
    part = text_part(f"{before}⟦x⟧{after}\n⟦x⟧", "plain", ["⟦x⟧"])
    raw = filled(part, {"⟦x⟧": value})
    assert body(read(raw)) == f"{before}{value}{after}\n{value}"
    assert max(map(len, raw.split(b"\r\n"))) <= 78


def test_D3_a_value_in_markup_is_escaped() -> None:
    filled = Placeholder("x", markup=True).fill("<script>\"&'")
    assert quopri.decodestring(filled) == b"&lt;script&gt;&quot;&amp;&#x27;"


def test_a_value_that_looks_like_a_placeholder_is_data() -> None:
    part = text_part("⟦x⟧ ⟦y⟧", "plain", ["⟦x⟧", "⟦y⟧"])
    raw = filled(part, {"⟦x⟧": "⟦y⟧", "⟦y⟧": "no"})
    assert body(read(raw)) == "⟦y⟧ no"


@given(st.binary(max_size=500))
def test_a_binary_part_reads_as_written(data: bytes) -> None:
    part = binary_part(data, "application/pdf", filename='a "b".pdf')
    mail = read(b"".join(NamedTemplate(part.pieces()).template.fill(())))
    assert (mail.get_content(), mail.get_filename()) == (data, 'a "b".pdf')


def test_a_multipart_of_one_part_is_that_part() -> None:
    part = text_part("x", "plain")
    assert multipart("mixed", [part], "b") is part
