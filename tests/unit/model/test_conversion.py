"""What an attachment is that may be converted."""

import pytest

from mailer.model.conversion import Format, format_of


@pytest.mark.parametrize(
    ("name", "media_type", "wanted"),
    [
        ("Article.DOCX", "application/octet-stream", Format.DOCX),
        ("article.odt", "", Format.ODT),
        ("a.rtf", "application/msword", Format.RTF),
        ("notes.md", "text/plain", Format.MARKDOWN),
        ("notes.markdown", "", Format.MARKDOWN),
        ("notes.txt", "text/markdown", Format.TEXT),
        ("", "text/markdown", Format.MARKDOWN),
        ("", "text/plain", Format.TEXT),
        ("macros.docm", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", None),
        ("old.doc", "application/msword", None),
        ("page.pdf", "application/pdf", None),
        ("", "image/png", None),
    ],
)
def test_what_a_file_is(name: str, media_type: str, wanted: Format | None) -> None:
    assert format_of(name, media_type) is wanted
