"""A document that somebody sent, as the Markdown of docs/writing.md, with its pictures and what was lost."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailer.model.manuscripts import Unreadable, document_kind
from mailer.phrases import Phrase

__all__ = ["Converted", "ConvertedPicture", "Format", "Unreadable", "format_of"]


class Format(StrEnum):
    """A kind of file that is converted. Its value is the ending of the file's name."""

    TEXT = "txt"
    MARKDOWN = "md"
    ODT = "odt"
    DOCX = "docx"
    RTF = "rtf"


_MARKDOWN_NAMES = (".md", ".markdown")
_MARKDOWN_TYPES = ("text/markdown", "text/x-markdown")


def format_of(name: str, media_type: str) -> Format | None:
    """What an attachment is, by its file name, else by its type; None if it is nothing that is converted."""
    if name.lower().endswith(_MARKDOWN_NAMES) or ("." not in name and media_type.lower() in _MARKDOWN_TYPES):
        return Format.MARKDOWN
    kind = document_kind(name, media_type)
    return Format(kind.value) if kind else None


@dataclass(frozen=True, slots=True)
class ConvertedPicture:
    """A picture of the document: PNG, JPEG or WebP."""

    name: str
    """As the Markdown has it, ``picture-1.png``; ours, and not the sender's."""
    data: bytes
    alt: str
    """What it shows, by the document's own description; empty if it has none."""
    caption: str
    """The words below it; empty if it has none."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a document."""

    title: str
    """Its own title, without marks, which is not in ``markdown`` any more; empty if it has none."""
    markdown: str
    """The body of an article, as docs/writing.md has it. Each picture stands where it was."""
    pictures: tuple[ConvertedPicture, ...]
    """In their order in the text."""
    losses: tuple[Phrase, ...]
    """What the document had and ``markdown`` does not have, and what was decided: a sentence each, for a person."""
