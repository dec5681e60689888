"""What a person lets be published about them in the documents of lists.

Nothing of a person who was not asked is published, and no address without a yes. An organisation that is a member by
office is shown by its name and country, whatever its contacts have chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import reduce

from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import Phrase, phrase


class Part(StrEnum):
    """What somebody can let be published."""

    NAME = "name"
    COUNTRY = "country"
    ORGANISATION = "organisation"
    ADDRESS = "address"


PARTS: Mapping[Part, Phrase] = {
    Part.NAME: phrase("Name"),
    Part.COUNTRY: phrase("Country"),
    Part.ORGANISATION: phrase("Organisation"),
    Part.ADDRESS: phrase("Email address"),
}
"""What each part is called, for people."""

USUAL = (Part.NAME, Part.COUNTRY, Part.ORGANISATION)
"""What a plain yes allows: never an address."""


LINES = Questionnaire(
    "publish",
    (
        Field("name", phrase("Name"), FieldKind.YES_NO),
        Field("country", phrase("Country"), FieldKind.YES_NO),
        Field("organisation", phrase("Organisation"), FieldKind.YES_NO),
        Field("address", phrase("Email address"), FieldKind.YES_NO),
    ),
)
"""The lines of the question: each is yes or no."""


def said(parts: Iterable[Part]) -> Phrase:
    """What may be published, in words: “name and country”, or “nothing”."""
    names = [PARTS[part] for part in in_order(parts)]
    if not names:
        return phrase("nothing")
    return reduce(lambda before, last: phrase("%(before)s, %(last)s", before=before, last=last), names)


def in_order(parts: Iterable[str]) -> tuple[Part, ...]:
    """The parts, once each, as they are always listed. Raises ValueError if one of them is not known."""
    wanted = {Part(part) for part in parts}
    return tuple(part for part in Part if part in wanted)


def missing(shown: Mapping[int, Collection[str]], allowed: Mapping[int, Collection[Part] | None]) -> set[int]:
    """The contacts of whom more is shown than they allow now."""
    return {contact for contact, parts in shown.items() if not set(parts) <= set(allowed.get(contact) or ())}
