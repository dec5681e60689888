"""What an entry of a list is asked about itself, and what the lines that came back change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailer.model.lists import KIND_NAMES, Contact, Details, Kind
from mailer.model.organisations import Organisation
from mailer.model.publishing import PARTS, Part, in_order
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import phrase

PUBLISH = "publish"
"""The key of what may be published of somebody."""

MEMBER = Questionnaire(
    "member",
    (
        Field("name", phrase("Name")),
        Field("organisation", phrase("Organisation")),
        Field(
            "kind",
            phrase("Kind"),
            FieldKind.CHOICE,
            {kind.value: name for kind, name in KIND_NAMES.items()},
        ),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("language", phrase("Language"), FieldKind.LANGUAGE),
        Field("website", phrase("Website"), FieldKind.URL, most=400),
        Field("reach", phrase("Whom it reaches"), most=400, hint=phrase("members, countries, readers")),
        Field(
            PUBLISH,
            phrase("May be published"),
            FieldKind.CHOICES,
            {part.value: name for part, name in PARTS.items()},
            hint=phrase("of name, country, organisation, email address"),
        ),
    ),
)
"""The lines of a person on a list, and of their organisation."""

OF_ORGANISATION = ("organisation", "kind", "country", "website", "reach")
"""The keys that are about the organisation, and that any of its contacts may answer for."""

SECOND = Questionnaire("second contact", tuple(MEMBER.named(key) for key in OF_ORGANISATION))
"""The lines of an organisation, as its second contact is asked about them."""


def asked(contact: Contact, organisation: Organisation | None) -> dict[str, str]:
    """The values of the lines, by key; what nobody has said is empty.

    Somebody who speaks for no organisation of the directory is asked about themselves alone.
    """
    details = contact.details
    values = {
        "name": details.name,
        "organisation": details.organisation,
        "kind": details.kind.value if details.kind else "",
        "country": details.country,
        "language": details.language,
        PUBLISH: ",".join(contact.published or ()),
    }
    if organisation is None:
        return values
    return {
        **values,
        "organisation": organisation.name,
        "kind": organisation.kind.value if organisation.kind else values["kind"],
        "country": organisation.country or details.country,
        "website": organisation.website,
        "reach": organisation.reach,
    }


def published(values: Mapping[str, str]) -> tuple[Part, ...] | None:
    """What may be published, if the values say so."""
    return in_order(filter(None, values[PUBLISH].split(","))) if PUBLISH in values else None


def of_organisation(values: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that are about the organisation."""
    return {key: values.get(key, "") for key in OF_ORGANISATION}


def corrected(details: Details, values: Mapping[str, str]) -> Details:
    """The details with these values; what they say nothing of stays."""
    kind = values.get("kind", details.kind)
    return replace(
        details,
        name=values.get("name", details.name),
        organisation=values.get("organisation", details.organisation),
        kind=Kind(kind) if kind else None,
        country=values.get("country", details.country),
        language=values.get("language", details.language),
    )


def corrected_organisation(organisation: Organisation, values: Mapping[str, str]) -> Organisation:
    """The organisation with these values; one without a name keeps its own."""
    kind = values.get("kind", organisation.kind)
    return replace(
        organisation,
        name=values.get("organisation") or organisation.name,
        kind=Kind(kind) if kind else None,
        country=values.get("country", organisation.country),
        website=values.get("website", organisation.website),
        reach=values.get("reach", organisation.reach),
    )
