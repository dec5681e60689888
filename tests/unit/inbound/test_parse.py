"""Reading octets: limits, charsets, senders, bodies (A3, A4, A22, A23, A31, A32, C1-C9)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.errors import Malformed
from mailer.inbound.encoded_words import decode_words
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound
from tests.cost import bounded
from tests.unit.inbound.mails import DATA, RECEIVED, mail, raw

SAMPLES = [path.read_bytes() for path in sorted(DATA.rglob("*.eml"))]


def test_an_ordinary_mail() -> None:
    octets = raw("Hello\n", References="<a@x> <b@x>", In_Reply_To="<b@x>", Return_Path="<anna@example.org>")
    seen = parse(octets, RECEIVED)
    assert seen.sender == Address("anna", "example.org", "Anna Kim")
    assert seen.sender_problem == ""
    assert seen.return_path == "anna@example.org"
    assert seen.addressed_to == ("tg2@iso-sr.example",)
    assert seen.subject == "Hello"
    assert seen.message_id == "<1@example.org>"
    assert seen.references == ("<b@x>", "<a@x>")
    assert seen.text == "Hello\n"
    assert (seen.html, seen.body_problem, seen.report) == (None, "", None)
    assert seen.raw == octets and len(seen.digest) == 64


def test_A27_only_the_receiving_servers_time_counts() -> None:
    assert mail(Date="Mon, 1 Dec 1975 10:12:13 +0000").received_at == datetime(2025, 12, 1, 10, 12, tzinfo=UTC)


def test_every_address_is_collected_once() -> None:
    seen = mail(
        extra=[("Delivered-To", "tg2+a@iso-sr.example"), ("X-Original-To", "tg2+b@iso-sr.example")],
        To='"x@y.example" <tg2@iso-sr.example>, tg2+a@iso-sr.example',
        Cc="c@example.org (Carl)",
    )
    assert seen.addressed_to == (
        "tg2+a@iso-sr.example",
        "tg2+b@iso-sr.example",
        "x@y.example",
        "tg2@iso-sr.example",
        "c@example.org",
    )


@pytest.mark.parametrize(
    ("noted", "read"), [(None, None), ("<>", ""), ("<a@example.org>", "a@example.org"), ("a@x", "a@x")]
)
def test_the_return_path(noted: str | None, read: str | None) -> None:
    assert mail(Return_Path=noted).return_path == read


# --- From ---


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("anna@example.org", "anna@example.org", ""),
        ("<anna@example.org>", "anna@example.org", ""),
        ("anna@example.org (Anna Kim)", "anna@example.org", "Anna Kim"),
        ("Anna Q. Kim <anna@EXAMPLE.org>", "anna@example.org", "Anna Q. Kim"),
        ('"Kim, Anna" <anna@example.org>', "anna@example.org", "Kim, Anna"),
        ('"Anna \\"A\\" Kim" <anna@example.org>', "anna@example.org", 'Anna "A" Kim'),
        ("=?utf-8?Q?Anna_K=C3=AFm?= <anna@example.org>", "anna@example.org", "Anna Kïm"),
        ('"=?utf-8?B?QW5uYSBLw69t?=" <anna@example.org>', "anna@example.org", "Anna Kïm"),
        ("Käthe <kaethe@bücher.example>", "kaethe@xn--bcher-kva.example", "Käthe"),
        ("anna@example.org <anna@example.org>", "anna@example.org", "anna@example.org"),
        ("Anna (of (the) board) <anna@example.org>", "anna@example.org", "Anna"),
    ],
)
def test_one_mailbox(field: str, address: str, name: str) -> None:
    sender = mail(From=field).sender
    assert sender is not None
    assert (str(sender), sender.name) == (address, name)


@pytest.mark.parametrize(
    "field",
    [
        '"board@iso.example" <eve@evil.example>',
        "=?utf-8?q?board=40iso.example?= <eve@evil.example>",
        "(board@iso.example) eve@evil.example",
    ],
)
def test_A3_only_the_addr_spec_counts(field: str) -> None:
    assert str(mail(From=field).sender) == "eve@evil.example"


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        (None, "it has no From"),
        ("", "it is not one name and one address"),
        ("anna@example.org, eve@evil.example", "2 mailboxes"),
        ("board@iso.example <eve@evil.example>", "it shows two addresses"),
        ("<anna@example.org> <eve@evil.example>", "it is not one name and one address"),
        ("anna@example.org <eve@evil.example", "“<” is where it does not belong"),
        ("Board: anna@example.org;", "“:” is where it does not belong"),
        ('"anna <anna@example.org>', "is not closed"),
        ("(anna <anna@example.org>", "is not closed"),
        ("<@relay.example:anna@example.org>", "the part before the @"),
        ("Anna Kim", "it is not one name and one address"),
        ("anna@localhost@example.org", "the part before the @"),
    ],
)
def test_A4_a_from_that_is_not_one_mailbox_has_no_sender(field: str | None, problem: str) -> None:
    seen = mail(From=field)
    assert seen.sender is None
    assert problem in seen.sender_problem


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"From: a@example.org\r\nFrom: b@example.org\r\n\r\n", "it has 2 From fields"),
        (b" folded: x\r\nFrom: a@example.org\r\n\r\n", "its header fields are damaged"),
        (b"From: a@example.org\r\n: x\r\n\r\n", "its header fields are damaged"),
        (b"From: a@example.org\r\nno field at all\r\n\r\n", "its header fields are damaged"),
    ],
)
def test_A4_two_froms_and_damaged_fields(octets: bytes, problem: str) -> None:
    seen = parse(octets, RECEIVED)
    assert (seen.sender, seen.sender_problem) == (None, problem)


def test_C9_a_bare_cr_ends_no_header_field() -> None:
    octets = b"X: a\rFrom: board@iso.example\r\rAPPROVE\r\nFrom: eve@iso.example\r\n\r\nhello"
    seen = parse(octets, RECEIVED)
    assert (str(seen.sender), seen.text) == ("eve@iso.example", "hello")


# --- limits ---


@pytest.mark.parametrize("name", ["=?utf-8?q?a=0D=0ABcc:_x=40example.org?=", "=?utf-8?b?YQpi?=", '"=?utf-8?q?a=0Ab?="'])
def test_C1_a_name_that_hides_a_line_break_is_quarantined(name: str) -> None:
    with pytest.raises(Malformed, match="hides a line break"):
        mail(From=f"{name} <anna@example.org>")


def test_C2_a_subject_is_one_line() -> None:
    assert mail(Subject="=?utf-8?q?a=0D=0ABcc:_x=E2=80=A8y?=").subject == "a Bcc: x y"


def nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        pytest.param(nested(1000), "nested too deeply", id="C3 1,000 nested parts"),
        pytest.param(b"From: " + b"(" * 900 + b" a@b.org\n\nx", "nested too deeply", id="C3 900 parentheses"),
        pytest.param(b"Content-Type: message/rfc822\n\n" * 1000, "nested too deeply", id="C3 1,000 attached mails"),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000, "many parts", id="C4 parts"
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary*=utf-8''b\n\n" + b"--b\n\nx\n" * 20_000,
            "many parts",
            id="C4 parts, boundary written as RFC 2231 says",
        ),
        pytest.param(b"Content-Type: message/delivery-status\n\n" + b"A: b\n\n" * 20_000, "parts", id="C4 reports"),
        pytest.param(b"X: a\n" * 50_000 + b"\nx", "header", id="C4 50,000 header fields"),
        pytest.param(b"X:a\n" * 20_000 + b"\nx", "header fields", id="C4 20,000 short header fields"),
        pytest.param(b"X: " + b"a" * 10_000_000 + b"\n\nx", "header block", id="C4 10 MB header"),
        pytest.param(b'Content-Type: text/plain;"' + b";" * 200_000 + b"\n\n", "Content-Type", id="C4 parameters"),
        pytest.param(b"\n" * 2_000_000, "too many lines", id="C4 2,000,000 lines"),
        pytest.param(nested(90) + b"x\n" * 200_000, "too many lines in", id="C4 lines in nested parts"),
        pytest.param(b"\n" + b"a" * 10_000_000, "too long", id="C4 one line of 10 MB"),
    ],
)
def test_C3_C4_mail_beyond_the_limits_is_quarantined_at_little_cost(octets: bytes, reason: str) -> None:
    with bounded(), pytest.raises(Malformed, match=reason):
        parse(octets, RECEIVED)


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"From: " + b'"\\' * 100_000 + b"\n\n", id="quotes"),
        pytest.param(b"From: " + b"<" * 200_000 + b"\n\n", id="angles"),
        pytest.param(b"Subject: " + b"=?a?q?" * 40_000 + b"\n\n", id="encoded words without end"),
        pytest.param(b"To: " + b"a@" * 100_000 + b"\n\n", id="addresses"),
        pytest.param(b"References: " + b"<a" * 100_000 + b"\n\n", id="references"),
        pytest.param((b"--b\nContent-Type: text/plain;" + b'";' * 990 + b"\n\n") * 490, id="parameters"),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=b\n\n"
            + (b"--b\nContent-Type: text/plain;" + b'";' * 990 + b"\n\n") * 490,
            id="parameters of many parts",
        ),
        pytest.param(b"Content-Type: text/html\n\n" + b"<p><b>" * 100_000, id="elements"),
        pytest.param(nested(70) + b"x\n" * 25_000, id="nesting within the limits"),
        pytest.param(b"\n" + b"x" * 76 * 1000 + (b"A" * 76 + b"\n") * 100_000, id="a large body"),
    ],
)
def test_C3_C4_hostile_mail_within_the_limits_is_read_at_little_cost(octets: bytes) -> None:
    with bounded():
        assert isinstance(parse(octets, RECEIVED), Inbound)


def survives(octets: bytes) -> None:
    try:
        seen = parse(octets, RECEIVED)
    except Malformed:
        return
    (seen.text or "").encode()
    (seen.html or "").encode()
    seen.subject.encode()


@given(st.binary(max_size=2000))
def test_any_octets_are_read_or_malformed(octets: bytes) -> None:
    survives(octets)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_any_octets_in_a_from_and_a_body(field: bytes, body: bytes) -> None:
    survives(b"From: " + field + b"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + body)


@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_mails_are_read_or_malformed(octets: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(octets)))
        end = data.draw(st.integers(start, min(len(octets), start + 200)))
        octets = octets[:start] + data.draw(st.binary(max_size=20)) + octets[end:]
    survives(octets)


# --- text ---

CHARSETS = [
    ("utf-8", "utf-8", "APPROVE né"),
    ("UTF-16", "utf-16", "APPROVE né"),
    ("utf-16be", "utf-16-be", "APPROVE né"),
    ("iso-2022-jp", "iso2022_jp", "APPROVE 承認"),
    ("Shift_JIS", "cp932", "APPROVE 承認"),
    ("windows-1252", "cp1252", "APPROVE “né”"),
    ("iso-8859-1", "cp1252", "APPROVE “né”"),
    ("iso-8859-15", "iso8859-15", "APPROVE €"),
    ("koi8-r", "koi8-r", "APPROVE да"),
    ("gb2312", "gb18030", "APPROVE 同意"),
    ("big5", "big5", "APPROVE 同意"),
    ("ks_c_5601-1987", "cp949", "APPROVE 승인"),
    ("us-ascii", "utf-8", "APPROVE né"),
]


@pytest.mark.parametrize(("charset", "codec", "text"), CHARSETS)
def test_A22_decodable_text_is_read(charset: str, codec: str, text: str) -> None:
    body = base64.encodebytes(text.encode(codec))
    seen = mail(body, Content_Type=f"text/plain; charset={charset}", Content_Transfer_Encoding="base64")
    assert (seen.text, seen.body_problem) == (text, "")


def test_A22_quoted_printable_and_eight_bit() -> None:
    quoted = mail("APPR=4FVE n=C3=\n=A9", Content_Transfer_Encoding="Quoted-Printable ")
    plain = mail("APPROVE né", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="8bit")
    assert (quoted.text, plain.text) == ("APPROVE né", "APPROVE né")


@pytest.mark.parametrize("charset", ["utf-7", "unicode-1-1-utf-7", "hz-gb-2312", "x-unknown", "idna", "rot13", "hex"])
def test_A22_A23_a_charset_that_is_not_on_the_list_is_never_decoded(charset: str) -> None:
    seen = mail("+AEEAUABQAFIATwBWAEU-\n", Content_Type=f"text/plain; charset={charset}")
    assert seen.text == "+AEEAUABQAFIATwBWAEU-\n"
    assert seen.body_problem == "its charset is not one that we read"


@pytest.mark.parametrize(
    ("body", "headers", "problem"),
    [
        (b"n\xe9", {}, "not written in the charset"),
        (b"n\xe9", {"Content_Type": "text/plain; charset=utf-8"}, "not written in the charset"),
        (b"A", {"Content_Transfer_Encoding": "base64"}, "base64"),
        (b"A", {"Content_Transfer_Encoding": "x-uuencode"}, "transfer encoding"),
        (b"x" * 900_000 + b"\n" + b"y" * 200_000, {}, "too long"),
    ],
)
def test_A22_uncertain_text_is_marked(body: bytes, headers: dict[str, str], problem: str) -> None:
    assert problem in mail(body, **headers).body_problem


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?a_b=5F?=", "a b_"),
        ("=?utf-8?b?5pel?= =?utf-8?b?5pys?=", "日本"),
        ("=?utf-8?q?=E6=97?= =?UTF-8?q?=A5?=", "日"),
        ("=?utf-8?q?a?=  =?iso-8859-1*en?q?=E4?= b", "aä b"),
        ("x =?utf-8?q?a?= y", "x a y"),
        ("=?utf-7?q?+AEE-?=", "=?utf-7?q?+AEE-?="),
        ("=?utf-8?b?/w==?=", "=?utf-8?b?/w==?="),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?utf-8?b?YQ?=", "a"),
    ],
)
def test_encoded_words(written: str, read: str) -> None:
    assert decode_words(written) == read


@given(st.text())
def test_any_text_may_stand_in_a_header(text: str) -> None:
    decode_words(text)


# --- bodies ---


def mixed(*parts: str, kind: str = "mixed") -> Inbound:
    body = "".join(f"--b\n{part}\n" for part in parts) + "--b--\n"
    return mail(body, Content_Type=f'multipart/{kind}; boundary="b"')


TEXT = "Content-Type: text/plain\n\nHello\n"


@pytest.mark.parametrize(
    "attached",
    [
        "Content-Type: message/rfc822\n\nSubject: x\n\nAPPROVE\n",
        "Content-Type: text/plain\nContent-Disposition: attachment\n\nAPPROVE\n",
        'Content-Type: text/plain\nContent-Disposition: inline; filename="a.txt"\n\nAPPROVE\n',
        'Content-Type: text/html; name="a.html"\n\nAPPROVE\n',
        "Content-Type: text/plain;\n name*0*=utf-8''a\n\nAPPROVE\n",
        "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: x\n\nAPPROVE\n--d--\n",
    ],
)
def test_A31_attachments_are_no_body(attached: str) -> None:
    alone, beside = mixed(attached), mixed(TEXT, attached)
    assert (alone.text, alone.html) == (None, None)
    assert (beside.text, beside.html) == ("Hello\n", None)


def test_several_plain_parts_are_one_text() -> None:
    assert mixed(TEXT, "Content-Type: image/png; name=a.png\n\n", "Content-Type: text/plain\n\nBye\n").text == (
        "Hello\n\nBye\n"
    )


def test_A32_signed_mail_is_read() -> None:
    signature = "Content-Type: application/pkcs7-signature; name=smime.p7s\n\nAAAA\n"
    seen = mixed(TEXT, signature, kind="signed")
    assert (seen.text, seen.body_problem) == ("Hello\n", "")


def test_A32_a_clear_text_signature_is_removed() -> None:
    seen = mail(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nAPPROVE\n- -- \nAnna\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n"
    )
    assert (seen.text, seen.body_problem) == ("APPROVE\n-- \nAnna", "")


@pytest.mark.parametrize(
    "seen",
    [
        mail("--b\n\nVersion: 1\n--b--\n", Content_Type="multipart/encrypted; boundary=b"),
        mail("MIAG\n", Content_Type="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"),
        mail("-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n"),
    ],
)
def test_A32_encrypted_mail_is_not_read(seen: Inbound) -> None:
    assert "it is encrypted" in seen.body_problem


def test_a_report_keeps_its_fields_and_groups() -> None:
    seen = mixed(
        TEXT,
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\nStatus: 5.1.1\n",
        kind="report",
    )
    assert seen.report == (
        b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\n\nAction: failed\nStatus: 5.1.1\n\n"
    )


def test_C6_C9_an_empty_mail_is_read() -> None:
    seen = parse(b"", RECEIVED)
    assert (seen.sender_problem, seen.subject, seen.message_id, seen.text) == ("it has no From", "", "", "")


def test_C9_eight_bit_header_fields_and_bare_line_feeds() -> None:
    seen = parse(b"From: K\xc3\xa4the <a@example.org>\nSubject: n\xe9\n\nx\ny\rz\n", RECEIVED)
    assert (seen.sender and seen.sender.name, seen.subject, seen.text) == ("Käthe", "né", "x\ny\nz\n")


def test_C9_the_from_line_of_an_mbox_file_is_skipped() -> None:
    assert str(parse(b"From x Mon\nFrom: a@example.org\n\nx", RECEIVED).sender) == "a@example.org"


def attachment(octets: int) -> bytes:
    return b"Content-Type: image/jpeg\n\n" + (b"/9j/" * 19 + b"\n") * (octets // 77)


@pytest.mark.parametrize("first", [True, False])
def test_C5_text_beside_a_large_attachment_is_read(first: bool) -> None:
    parts = [b"Content-Type: text/plain\n\nsubscribe\n", attachment(20_000_000)]
    body = b"".join(b"--b\n" + part for part in (parts if first else reversed(parts))) + b"--b--\n"
    mail = parse(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + body, RECEIVED)
    assert (mail.text, mail.body_problem) == ("subscribe", "")


@pytest.mark.parametrize("line", [b"lorem ipsum " * 80 + b"\n", b"x\n"])
def test_a_text_of_which_a_part_is_not_read_is_uncertain(line: bytes) -> None:
    mail = parse(b"From: a@b.example\n\nAPPROVE\n" + line * min(5_000_000 // len(line), 900_000), RECEIVED)
    assert (mail.text or "").startswith("APPROVE\n")
    assert mail.body_problem == "its text is too long"


def test_texts_that_are_too_long_together_are_uncertain() -> None:
    part = b"--b\nContent-Type: text/plain\n\n" + b"lorem ipsum\n" * 50_000
    mail = parse(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 3, RECEIVED)
    assert mail.body_problem == "its text is too long"
    assert len(mail.text or "") < 1_048_576


def test_C3_a_From_of_many_characters_is_not_read() -> None:
    mail = parse(b"From: " + b"a@b.example, " * 1_000 + b"\n\nx", RECEIVED)
    assert (mail.sender, mail.sender_problem) == (None, "its From is too long")
