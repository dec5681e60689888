"""Who gets what: the kinds of organisation, the formats, and what a sign-up may say about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an organisation is (action plan 2.1.1)."""

    INDUSTRY = "industry association"
    LABOUR = "labour union"
    CONSULTANCY = "consultancy"
    CONSUMER = "consumer organisation"
    MEDIA = "media organisation"
    OTHER = "other"


class Format(StrEnum):
    """What a reader wants in the mail."""

    PDF = "pdf"  # HTML and text, with the PDF attached
    HTML = "html"  # HTML and text
    TEXT = "text"  # text alone


class Standing(StrEnum):
    """How a contact stands to a list."""

    ACTIVE = "active"
    LEFT = "left"  # by their own wish: no import brings them back
    REMOVED = "removed"  # by the secretary


@dataclass(frozen=True, slots=True)
class Details:
    """What a subscriber says of themselves; every field may be empty. Cleaned, one line each."""

    name: str = ""
    organisation: str = ""
    kind: Kind | None = None
    country: str = ""
    """As written: a name or an ISO 3166 code."""
    language: str = ""
    """BCP 47, lower case."""
    format: Format | None = None
