"""A document of criteria in the words of one language."""

from __future__ import annotations

from datetime import date, timedelta

from mailer.compose.catalogue import Catalogue
from mailer.message import clean
from mailer.model.criteria import Day, Document, mapped
from mailer.phrases import Country, Days, Language, Phrase

_LONGEST = 4000
"""Characters of one text."""


def worded(document: Document, catalogue: Catalogue) -> Document:
    """The document with plain text for each of its phrases, each one clean line (C2)."""
    return mapped(document, lambda text: clean(said(text, catalogue), _LONGEST))


def said(value: object, catalogue: Catalogue) -> str:
    """A text, or a value in one, as the language has it."""
    match value:
        case Phrase():
            values = {name: said(one, catalogue) for name, one in value.values.items()}
            message = catalogue.words_of(value)
            return message % values if values else message
        case Country():
            return catalogue.country(value)
        case Language():
            return catalogue.language(value)
        case Days():
            return catalogue.days(value)
        case Day():
            return catalogue.day(date.fromisoformat(value))
        case timedelta():
            return catalogue.duration(value)
        case tuple() | list():
            return catalogue.series([said(one, catalogue) for one in value])
        case bool() | str():
            return str(value)
        case int():
            return catalogue.number(value)
    return str(value)
