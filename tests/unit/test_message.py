"""Addresses and cleaned text."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailer.message import LARGE, Address, MailTemplate, clean, one_line

atoms = st.text(string.ascii_letters + string.digits + "!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=20)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
domains = st.lists(labels, min_size=1, max_size=4).map(".".join)
anything = st.text(st.characters(codec=None, exclude_categories=()))


@given(anything, st.integers(0, 50))
def test_C2_clean_text_is_one_printable_line_within_its_limit(text: str, limit: int) -> None:
    line = clean(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert line.splitlines() in ([], [line])
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", line)
    line.encode()


@given(anything)
def test_cleaning_is_idempotent(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("separator", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_C2_line_separators_become_a_space(separator: str) -> None:
    assert clean(f"Anna{separator}Bcc: x@example.org") == "Anna Bcc: x@example.org"


@given(atoms, domains)
def test_a_formatted_address_is_parsed_again(local: str, domain: str) -> None:
    address = Address.parse(f"{local}@{domain.upper()}")
    assert (address.local, address.domain) == (local, domain)
    assert Address.parse(str(address)) == address


@given(anything)
def test_any_text_is_an_address_or_a_ValueError_that_quotes_it(text: str) -> None:
    try:
        address = Address.parse(text)
    except ValueError as fault:
        assert str(fault).startswith(repr(clean(text)))
    else:
        assert Address.parse(str(address)) == address
        assert not re.search(r"[\s\x00-\x1f<>,;]", str(address))
        str(address).encode()


@pytest.mark.parametrize(
    ("domain", "ascii_domain"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("strasse.example", "strasse.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ],
)
def test_C8_a_domain_has_the_A_labels_of_IDNA_2008(domain: str, ascii_domain: str) -> None:
    assert Address.parse(f"max@{domain}").domain == ascii_domain


@pytest.mark.parametrize("domain", ["☃.example", "a\u200db.example", "-ä.example", "exa_mple.ä.org"])
def test_C8_what_IDNA_2008_forbids_is_no_domain(domain: str) -> None:
    with pytest.raises(ValueError, match="the part after the @ is not a domain name"):
        Address.parse(f"max@{domain}")


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "@",
        "anna",
        "anna@",
        "@example.org",
        "anna@example..org",
        "anna@-example.org",
        "anna@exa_mple.org",
        "an na@example.org",
        "an\nna@example.org",
        "anna@exam\nple.org",
        "anna@example.org\r\nRCPT TO:<x@example.org>",
        ".anna@example.org",
        "anna.@example.org",
        "an..na@example.org",
        '"anna kim"@example.org',
        "anna@[192.0.2.1]",
        "<anna@example.org>",
        "anna@example.org>",
        "a@b@example.org",
        "a" * 65 + "@example.org",
        "anna@" + "a" * 64 + ".org",
        "anna@" + "a." * 130 + "org",
        "anna@" + "ä" * 300 + ".org",
        "an\u200bna@example.org",
        "an\u202ena@example.org",
        "an\ud800na@example.org",
        "anna@exam\ud800ple.org",
    ],
)
def test_an_invalid_address_is_refused_and_quoted(spec: str) -> None:
    with pytest.raises(ValueError, match=r"is not an address|the part"):
        Address.parse(spec)


def test_C8_an_A_label_equals_its_U_label() -> None:
    assert Address.parse("anna@bücher.example") == Address.parse("anna@xn--bcher-kva.example")


@given(atoms, domains)
def test_the_case_of_ascii_letters_does_not_matter(local: str, domain: str) -> None:
    assert Address.parse(f"{local}@{domain}").key == Address.parse(f"{local.upper()}@{domain}").key


@pytest.mark.parametrize(("one", "other"), [("oﬃce", "office"), ("straße", "strasse"), ("\u212aarl", "karl")])
def test_A24_a_look_alike_is_another_mailbox(one: str, other: str) -> None:
    assert Address.parse(f"{one}@example.org").key != Address.parse(f"{other}@example.org").key


@given(atoms, atoms, domains)
def test_A30_aliases_with_a_plus_have_one_base(local: str, detail: str, domain: str) -> None:
    assume("+" not in local)
    address = Address.parse(f"{local}@{domain}", "Anna")
    assert address.plus(detail).base_key == address.base_key == address.key
    assert address.plus(detail).name == "Anna"


def test_A30_a_local_part_that_begins_with_a_plus_has_itself_as_base() -> None:
    assert Address.parse("+a@example.org").base_key != Address.parse("+b@example.org").base_key


def test_C2_a_display_name_is_cleaned() -> None:
    assert Address.parse("anna@example.org", "Anna\r\nBcc: x@example.org").name == "Anna Bcc: x@example.org"


@given(
    st.lists(st.sampled_from([b"", b"x", b"100 %b %% %", b"\r\n", b"L" * LARGE]) | st.integers(0, 2)),
    st.tuples(*[st.binary(max_size=3)] * 3),
)
def test_a_template_is_filled_at_its_placeholders_and_nowhere_else(
    pieces: list[bytes | int], values: tuple[bytes, bytes, bytes]
) -> None:
    template = MailTemplate(*pieces)
    whole = b"".join(values[piece] if isinstance(piece, int) else piece for piece in pieces)
    assert b"".join(template.fill(values)) == whole


def test_a_large_piece_is_never_copied() -> None:
    template = MailTemplate(b"a", 0, large := b"L" * LARGE, 1, b"c")
    first, second = template.fill((b"1", b"2")), template.fill((b"3", b"4"))
    assert first == [b"a1", large, b"2c"]
    assert first[1] is second[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le mur\u202f: a\xa0b", "Le mur\u202f: a\xa0b"),
        ("a \xa0 b", "a b"),
        ("\xa0a\u202f", "a"),
        ("a\u200b\n\tb", "a b"),
        ("x" * 300, "x" * 200),
        ("é" * 199 + "\xa0b", "é" * 199),
    ],
)
def test_a_line_keeps_the_spaces_at_which_it_may_not_be_broken(text: str, expected: str) -> None:
    assert one_line(text) == expected
