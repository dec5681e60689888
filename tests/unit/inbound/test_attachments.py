"""What a mail has beside its text, and that nothing of it is lost (C5, C6, C13, G1)."""

from __future__ import annotations

import base64
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.inbound.attachments import content, contents
from mailer.inbound.parse import parse
from mailer.message import Inbound
from tests.unit.inbound.mails import RECEIVED, mail, raw

PDF = b"%PDF-1.4\n"
HEAD = "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"


def mixed(*parts: str | bytes, kind: str = "mixed") -> Inbound:
    octets = [part.encode() if isinstance(part, str) else part for part in parts]
    body = b"".join(b"--b\n" + part + b"\n" for part in octets) + b"--b--\n"
    return mail(body, Content_Type=f'multipart/{kind}; boundary="b"')


def pdf(octets: bytes = PDF, fields: str = HEAD) -> bytes:
    return fields.encode() + b"\n" + base64.encodebytes(octets)


def read(seen: Inbound) -> list[tuple[str, str, int, bool]]:
    return [(found.name, found.media_type, found.size, found.inline) for found in seen.attachments]


def test_C13_an_attachment_alone_has_its_name_its_size_and_its_octets() -> None:
    seen = mixed(pdf(fields=HEAD + 'Content-Disposition: attachment; filename="objection.pdf"\n'))
    assert read(seen) == [("objection.pdf", "application/pdf", 9, False)]
    assert content(seen, seen.attachments[0]) == PDF
    assert (seen.text, seen.left_out) == (None, ())


def test_C13_a_mail_that_is_nothing_but_a_file_has_an_attachment() -> None:
    seen = mail(base64.encodebytes(PDF), Content_Type="application/pdf; name=a.pdf", Content_Transfer_Encoding="base64")
    assert read(seen) == [("a.pdf", "application/pdf", 9, False)]
    assert list(contents(seen)) == [(seen.attachments[0], PDF)]


def test_C13_text_parts_with_a_file_name_are_attachments() -> None:
    seen = mixed("\nHello\n", 'Content-Type: text/plain; name="minutes.txt"\n\nÄ line\n')
    assert seen.text == "Hello\n"
    assert read(seen) == [("minutes.txt", "text/plain", 8, False)]
    assert content(seen, seen.attachments[0]) == "Ä line\n".encode()


def test_inline_pictures_and_other_forms_of_the_text_are_attachments() -> None:
    picture = "Content-Type: image/png\nContent-ID: <a@b>\n\nPNG"
    seen = mixed("\nHello\n", picture, "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR")
    assert read(seen) == [("", "image/png", 3, True), ("", "text/calendar", 15, False)]
    assert [octets for _, octets in contents(seen)] == [b"PNG", b"BEGIN:VCALENDAR"]


def test_an_attached_mail_is_named_by_its_subject_and_comes_whole() -> None:
    attached = "From: Ben <ben@reader.example>\nSubject: =?utf-8?q?Qu=C3=A4stion?=\n\nWhen?"
    seen = mixed("\nHello\n", f"Content-Type: message/rfc822\n\n{attached}")
    assert read(seen) == [("Quästion", "message/rfc822", len(attached), False)]
    assert content(seen, seen.attachments[0]) == attached.encode()


def test_an_attached_mail_of_several_parts_comes_as_it_was() -> None:
    attached = "Subject: x\nContent-Type: multipart/mixed;\n boundary=c\n\nfirst\n--c\n\nÄ\n--c\nX: y\n\nz\n--c--\nlast"
    seen = mixed("\nHello\n", f"Content-Type: message/rfc822\n\n{attached}")
    assert content(seen, seen.attachments[0]) == attached.encode()


def test_an_attached_mail_in_base64_is_decoded() -> None:
    head = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n"
    seen = mixed(pdf(b"Subject: x\n\nhello", head))
    assert content(seen, seen.attachments[0]) == b"Subject: x\n\nhello"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\Users\\\\a.pdf"', "a.pdf"),
        ('filename="/etc/"', ""),
        ("filename*=utf-8''Entwurf%20%E2%82%AC.pdf", "Entwurf €.pdf"),
        ("filename*0*=utf-8''Ent;\n filename*1=wurf.pdf", "Entwurf.pdf"),
        ('filename="=?utf-8?q?Einw=C3=A4nde=2Epdf?="', "Einwände.pdf"),
        ('filename="Einwände.pdf"', "Einwände.pdf"),
        ('filename="a\x00\x07\u202efdp.exe"', "a fdp.exe"),
        (f'filename="{"x" * 300}"', "x" * 200),
        ("filename*=x-unknown''%ff", "ÿ"),
        ("filename", ""),
    ],
)
def test_C6_a_file_name_is_one_printable_line_without_folders(written: str, name: str) -> None:
    seen = mixed(pdf(fields=f"{HEAD}Content-Disposition: attachment; {written}\n"))
    assert [found.name for found in seen.attachments] == [name]


def test_C6_a_name_among_many_parameters_is_not_looked_for() -> None:
    many = "".join(f";\n a{number}=1" for number in range(900))
    seen = mixed(pdf(fields=f"{HEAD}Content-Disposition: attachment; filename=a.pdf{many}\n"))
    assert [found.name for found in seen.attachments] == [""]


@pytest.mark.parametrize(
    ("head", "octets"),
    [
        ("Content-Transfer-Encoding: base64\n", b"@@@@"),
        ("Content-Transfer-Encoding: x-uuencode\n", b"begin 644 a"),
        ("Content-Transfer-Encoding: quoted-printable\n", b"a=E9"),
    ],
)
def test_A22_an_encoding_that_is_damaged_or_unknown_loses_nothing(head: str, octets: bytes) -> None:
    seen = mixed(f"Content-Type: image/png\n{head}\n".encode() + octets)
    assert content(seen, seen.attachments[0]) in (octets, b"a\xe9", b"")


def test_C5_large_attachments_are_listed_and_read_whole_and_so_is_the_text_behind_them() -> None:
    files = [random.Random(seed).randbytes(5_000_000) for seed in range(3)]
    seen = mixed(*map(pdf, files), "\nsubscribe\n")
    assert (seen.text, seen.body_problem, seen.left_out) == ("subscribe\n", "", ())
    assert [found.size for found in seen.attachments] == [5_000_000] * 3
    assert [octets for _, octets in contents(seen)] == files


@pytest.mark.parametrize("between", [b"\n", b"\r"])
def test_of_a_file_in_an_ordinary_mail_the_parser_sees_the_beginning(between: bytes) -> None:
    octets = random.Random(1).randbytes(200_000)
    file = HEAD.encode() + b"\n" + base64.encodebytes(octets)
    body = b"--b\n\nFirst\n--b\n" + file + b"--b\n\nLast\n--b--\n"
    seen = mail(body.replace(b"\n", between), Content_Type='multipart/mixed; boundary="b"')
    assert (seen.text, seen.body_problem, seen.left_out) == ("First\nLast", "", ())
    assert [(found.size, found.media_type) for found in seen.attachments] == [(200_000, "application/pdf")]
    assert [found for _, found in contents(seen)] == [octets]


def test_A31_the_source_of_a_file_in_a_text_is_text() -> None:
    source = "--b\nContent-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + "QUJD\n" * 5_000 + "--b--\nApprove\n"
    seen = mail(b"See below:\n" + source.encode())
    assert (seen.text, seen.body_problem) == ("See below:\n" + source, "")


def test_C5_a_large_attached_text_comes_whole() -> None:
    text = b"lorem ipsum dolor\n" * 300_000
    seen = mixed("\nHello\n", b"Content-Type: text/plain; name=a.txt\n\n" + text)
    assert content(seen, seen.attachments[0]) == text
    assert [found.size for found in seen.attachments] == [pytest.approx(len(text), rel=0.06)]  # with CRLF line ends


def test_what_is_beyond_the_limits_is_named() -> None:
    seen = mail("lorem ipsum\n" * 200_000)
    assert seen.left_out == ("the end of a text, which is very long",)
    seen = mixed("\nAPPROVE\n", *[b"\n" + b"lorem ipsum dolor\n" * 50_000] * 12)
    assert seen.left_out[-1] == "the end of the mail, which is very large"
    assert seen.body_problem != ""


def test_A21_a_mail_whose_end_is_not_read_is_uncertain() -> None:
    parts = [b"Content-Type: text/x-diff\n\n" + b"lorem ipsum dolor\n" * 50_000] * 12
    seen = mixed("\nAPPROVE\n", *parts)
    assert (seen.text, seen.body_problem) == ("APPROVE\n", "it is too large to be read whole")


def test_a_multipart_that_does_not_say_where_its_parts_begin_is_shown_as_it_is() -> None:
    seen = mail("Hello\n", Content_Type="multipart/mixed")
    assert (seen.text, seen.attachments) == ("Hello\n", ())
    assert seen.body_problem == "it does not say where its parts begin"


def test_a_mark_of_the_writers_own_is_text() -> None:
    mark = f"[mailer has cut 0 to 100 of {'a' * 64}]"
    seen = mixed(f"Content-Type: text/x-note\n\na\n{mark}\nb")
    assert content(seen, seen.attachments[0]).decode() == f"a\n{mark}\nb"


@given(st.binary(max_size=400))
def test_any_octets_in_an_attachment(octets: bytes) -> None:
    seen = parse(raw(b"--b\n" + octets + b"\n--b--\n", Content_Type='multipart/mixed; boundary="b"'), RECEIVED)
    assert [found for found, _ in contents(seen)] == list(seen.attachments)
