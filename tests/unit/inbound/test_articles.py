"""What of a mail is an article, what is for the editors, and which files can be used."""

from __future__ import annotations

from email.message import EmailMessage
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mailer.inbound import articles as contributions
from mailer.inbound.articles import MOST_FILES, Contribution, read_contribution
from mailer.inbound.parse import parse
from mailer.inbound.pictures import look
from tests.fakes import NOON

TEXT = "\n\n".join(["Bangkok welcomes the working group, which comes for a week in spring."] * 8)


def read(text: str, *files: tuple[str, bytes], wanted: int = 0, inline: bool = False) -> Contribution:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Anong Kim <anong@tisi.example>", "x"
    mail.set_content(text)
    for name, data in files:
        how = {"disposition": "inline"} if inline else {}
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name, **how)
    return read_contribution(parse(mail.as_bytes(), NOON), wanted)


@cache
def picture(kind: str, size: tuple[int, int] = (1200, 800)) -> bytes:
    made = BytesIO()
    Image.new("RGB", size).save(made, kind)
    return made.getvalue()


def test_a_long_text_is_the_article_without_salutation_and_closing() -> None:
    found = read(f"Dear editors,\n\n{TEXT}\n\nKind regards,\nAnong Kim")
    assert (found.text, found.words) == (TEXT, "Kind regards,\nAnong Kim")


def test_a_short_text_is_for_the_editors_unless_a_short_one_was_asked_for() -> None:
    short = "The hall holds three hundred people. It is cool, and near the river; and on its roof is a garden to "
    short += "rest in, with a view of the boats."
    assert (read(short).text, read(short).words) == ("", short)
    assert read(short, wanted=40).text == short


def test_with_a_file_the_text_is_for_the_editors() -> None:
    found = read(TEXT, ("text.odt", b"x"))
    assert (found.text, found.words, len(found.documents)) == ("", TEXT, 1)


def test_files_beyond_the_limits_and_of_other_kinds_are_named() -> None:
    files = [(f"{number}.docx", b"x") for number in range(MOST_FILES + 1)]
    found = read("x", *files, ("talk.pdf", b"%PDF"), ("text.docm", b"PK"))
    assert len(found.documents) == MOST_FILES
    assert [one.attachment.name for one in found.others] == [f"{MOST_FILES}.docx", "talk.pdf", "text.docm"]


def test_C5_a_file_that_is_too_large_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "LARGEST_FILE", 10)
    (left,) = read("x", ("text.docx", b"PK" * 10)).others
    assert (left.attachment.name, left.data) == ("text.docx", b"")


@pytest.mark.parametrize("inline", [True, False])
def test_a_logo_in_the_text_is_no_picture_of_the_article(inline: bool) -> None:
    found = read("x", ("logo.png", picture("PNG", (120, 40))), ("river.png", picture("PNG")), inline=inline)
    assert [one.attachment.name for one in found.photos] == (["river.png"] if inline else ["logo.png", "river.png"])


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_a_picture_says_how_large_it_is(kind: str, media_type: str) -> None:
    seen = look(picture(kind))
    assert seen is not None and (seen.media_type, seen.width, seen.height) == (f"image/{media_type}", 1200, 800)


@given(st.binary(max_size=60), st.sampled_from([b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n....IHDR", b"RIFF....WEBPVP8X"]))
@settings(max_examples=80)
def test_D5_no_octets_are_too_odd_to_be_looked_at(data: bytes, start: bytes) -> None:
    seen = look(start + data)
    assert seen is None or (seen.width > 0 and seen.height > 0)
