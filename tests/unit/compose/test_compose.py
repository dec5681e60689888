"""Editions and notices become mails, parsed by the standard library."""

from __future__ import annotations

import html
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.compose import mailings
from mailer.compose.issues import issue_template
from mailer.compose.mailings import MESSAGE_ID, TO, TOKEN
from mailer.compose.mime import named
from mailer.compose.notices import Attachment, compose_notice
from mailer.message import Address, clean
from mailer.model.issues import Edition, Marker
from mailer.model.lists import Contact, Details, Format
from mailer.model.notices import Notice
from mailer.model.publications import Publication
from tests.unit.sending.mails import DATE, EDITION, OFFICE, PUBLICATION, body, phrase, raw_field, read

NAMES = st.text(max_size=250).map(clean) | st.text(' "\\=?,;:<>()@ab⟦⟧{}', max_size=40).map(clean)
HELP = "mailto:tg2+help@iso-sr.example"
ID = "<update-1.17.0123456789ab@iso-sr.example>"
LEAVE = "leave-17-abcdefghijklmnopqrstuvwxyz"
PAGE = f"https://news.iso-sr.example/leave/{LEAVE}"
MAIL = f"mailto:tg2+{LEAVE}@iso-sr.example?subject=unsubscribe&x='y'"


def issue(
    wanted: Format,
    contact: Contact,
    edition: Edition = EDITION,
    publication: Publication = PUBLICATION,
    links: tuple[str, ...] = (PAGE, MAIL),
) -> bytes:
    marked = [link.replace(LEAVE, TOKEN) for link in links]
    template = issue_template(
        edition, publication, 1, wanted, sender=OFFICE, leave=marked, help="mailto:tg2+help@iso-sr.example"
    )
    values = {
        TO: named(contact.details.name, str(Address.parse(contact.address))),
        mailings.DATE: format_datetime(DATE),
        MESSAGE_ID: ID,
        TOKEN: LEAVE,
        Marker.GREETING: contact.greeting,
        Marker.RECIPIENT: contact.address,
    }
    return b"".join(template.template.fill(template.values(values)))


def anna(name: str = "Anna Kim") -> Contact:
    return Contact(17, "anna@union.example", Details(name=name))


def tree(part: EmailMessage) -> object:
    """The structure of a mail as its media types."""
    if not part.is_multipart():
        return part.get_content_type()
    return (part.get_content_subtype(), *(tree(inner) for inner in part.iter_parts()))  # type: ignore[arg-type]


PICTURED = ("related", "text/html", "image/png", "image/jpeg")


@pytest.mark.parametrize(
    ("wanted", "structure"),
    [
        (Format.TEXT, "text/plain"),
        (Format.HTML, ("alternative", "text/plain", PICTURED)),
        (Format.PDF, ("mixed", ("alternative", "text/plain", PICTURED), "application/pdf")),
    ],
)
def test_three_formats(wanted: Format, structure: object) -> None:
    assert tree(read(issue(wanted, anna()))) == structure


def test_an_edition_without_pictures_has_no_multipart_related() -> None:
    assert tree(read(issue(Format.HTML, anna(), replace(EDITION, pictures=())))) == (
        "alternative",
        "text/plain",
        "text/html",
    )


@given(NAMES, st.sampled_from(Format))
def test_C2_any_name_of_a_reader_is_in_the_mail(name: str, wanted: Format) -> None:
    contact = anna(name)
    raw = issue(wanted, contact)
    mail = read(raw)
    assert max(map(len, raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))) <= 78
    assert phrase(raw_field(raw, "To")) == name
    text = mail.get_body(("plain",))
    assert text is not None
    expected = EDITION.text.replace(Marker.GREETING, contact.greeting)
    if not {"⟦", "⟧"} & set(name):
        assert body(text) == expected.replace(Marker.RECIPIENT, contact.address).replace(Marker.LEAVE, PAGE)
    assert body(text).startswith(contact.greeting + "\n")


@given(NAMES.filter(bool), NAMES.filter(bool))
def test_C2_any_subject_and_title_are_in_the_mail(subject: str, title: str) -> None:
    raw = issue(Format.TEXT, anna(), replace(EDITION, subject=subject), replace(PUBLICATION, title=title))
    assert read(raw)["Subject"] == subject
    field = raw_field(raw, "List-Id")
    assert (phrase(field), field.rpartition(" ")[2]) == (title, "<update.iso-sr.example>")


def test_the_header_of_an_issue() -> None:
    mail = read(issue(Format.PDF, anna()))
    assert dict(mail.items()) | {"Content-Type": ""} == {
        "From": "ISO/SR Update <tg2@iso-sr.example>",
        "To": "Anna Kim <anna@union.example>",
        "Subject": "ISO/SR Update 1: The road",
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "Message-ID": ID,
        "List-Id": '"ISO/SR Update" <update.iso-sr.example>',
        "List-Unsubscribe": f"<{MAIL}>, <{PAGE}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Post": "NO",
        "List-Owner": "<mailto:tg2@iso-sr.example>",
        "List-Help": "<mailto:tg2+help@iso-sr.example>",
        "Feedback-ID": "update-1:update:issue:63091fc6d913",
        "MIME-Version": "1.0",
        "Content-Type": "",
    }


def test_the_id_for_complaints_names_the_mailing_and_nobody_who_gets_it() -> None:
    copies = [read(issue(Format.HTML, who)) for who in (anna(), Contact(18, "bo@union.example", Details(name="Bo")))]
    first, second = (mail["Feedback-ID"] for mail in copies)
    assert first == second
    assert 5 <= len(first.split(":")[3]) <= 15
    assert first.count(":") == 3


def test_a_link_in_markup_is_escaped() -> None:
    page = read(issue(Format.HTML, anna(), links=(MAIL,))).get_body(("html",))
    assert page is not None
    assert f'<a href="{html.escape(MAIL)}">leave</a>' in body(page)


def test_no_one_click_without_a_web_page() -> None:
    mail = read(issue(Format.TEXT, anna(), links=(MAIL,)))
    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]) == (f"<{MAIL}>", None)


def test_B6_a_list_id_with_a_title_in_any_language_is_valid() -> None:
    raw = issue(Format.TEXT, anna(), publication=replace(PUBLICATION, title="Le « Courrier » — numéro"))
    field = raw_field(raw, "List-Id")
    assert (phrase(field), field.rpartition(" ")[2]) == ("Le « Courrier » — numéro", "<update.iso-sr.example>")


@pytest.mark.parametrize("wanted", Format)
def test_the_same_edition_gives_the_same_bytes(wanted: Format) -> None:
    assert issue(wanted, anna()) == issue(wanted, anna())


def test_the_pdf_and_the_pictures_arrive_unchanged() -> None:
    mail = read(issue(Format.PDF, anna()))
    pdf = next(mail.iter_attachments())
    assert (pdf.get_filename(), pdf.get_content()) == ("update-1.pdf", EDITION.pdf)
    pictures = {
        part["Content-ID"]: part.get_content() for part in mail.walk() if part.get_content_maintype() == "image"
    }
    assert pictures == {f"<{p.cid}>": p.data for p in EDITION.pictures}


def test_C8_a_local_part_in_another_script_is_unchanged() -> None:
    raw = issue(Format.TEXT, Contact(1, "пошта@пошта.example", Details()))
    assert raw_field(raw, "To") == "пошта@xn--80a1acn3a.example"


# --- Notices ---


def notice(
    subject: str = "Please confirm", text: str = "Good day,\n", html: str | None = None, **options: object
) -> bytes:
    to = Address.parse("anna@union.example", "Anna Kim")
    return compose_notice(
        Notice(subject, text, html),
        **{"sender": OFFICE, "to": to, "reply_to": OFFICE, "message_id": ID, "date": DATE, **options},  # type: ignore[arg-type]
    )


def test_B7_a_notice_is_marked_as_automatic() -> None:
    assert dict(read(notice()).items()) == {
        "From": "ISO/SR Update <tg2@iso-sr.example>",
        "To": "Anna Kim <anna@union.example>",
        "Subject": "Please confirm",
        "Date": "Mon, 23 Nov 2026 12:00:00 +0000",
        "Message-ID": ID,
        "MIME-Version": "1.0",
        "Auto-Submitted": "auto-generated",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }


def test_a_notice_with_everything() -> None:
    pdf = Attachment("update-1.pdf", "application/pdf", b"%PDF")
    back = Address.parse("tg2+vote-1-x@iso-sr.example", "ISO/SR TG 2")
    mail = read(notice(html="<p>Good day</p>", reply_to=back, in_reply_to="<1@a.example>", attachments=[pdf]))
    assert tree(mail) == ("mixed", ("alternative", "text/plain", "text/html"), "application/pdf")
    assert mail["Reply-To"].addresses[0].addr_spec == "tg2+vote-1-x@iso-sr.example"
    assert (mail["In-Reply-To"], mail["References"]) == ("<1@a.example>", "<1@a.example>")


@pytest.mark.parametrize("answered", ["<1@a.example>", "", "<\x00>"])
def test_a_notice_that_answers_a_mail_says_so(answered: str) -> None:
    """RFC 3834 5, also if the mail has no Message-ID that could be repeated."""
    assert read(notice(in_reply_to=answered))["Auto-Submitted"] == "auto-replied"


def test_a_notice_says_where_help_is() -> None:
    assert read(notice(help="mailto:tg2+help@iso-sr.example"))["List-Help"] == "<mailto:tg2+help@iso-sr.example>"


@pytest.mark.parametrize("strange", ["<a\x00b@x>", "<ü@x.example>", "<\x1b[31m@x>", "<a\x7f@x>"])
def test_C9_an_invalid_message_id_is_not_passed_on(strange: str) -> None:
    raw = notice(in_reply_to=strange)
    assert raw.isascii()
    assert read(raw)["In-Reply-To"] is None


@given(NAMES.filter(bool), st.text(max_size=300).filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)))
def test_C2_any_subject_and_text_of_a_notice_arrive(subject: str, text: str) -> None:
    mail = read(notice(subject, text))
    assert (mail["Subject"], body(mail)) == (subject, text.replace("\r\n", "\n").replace("\r", "\n"))


def test_no_boundary_occurs_in_a_part() -> None:
    mail = read(issue(Format.PDF, anna()))
    marks = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    assert len(set(marks)) == 3
    content = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    assert [mark for mark in marks for data in content if str(mark).encode() in data] == []
