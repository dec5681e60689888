"""Nominations: what somebody says who proposes an organisation, and what they hear of it."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.message import Address
from mailer.model.invitations import State
from mailer.model.list_file import Row
from mailer.model.lists import KIND_NAMES, Details, Kind
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import Phrase, phrase

NOMINATION = Questionnaire(
    "nomination",
    (
        Field("organisation", phrase("Organisation"), required=True),
        Field("kind", phrase("Kind"), FieldKind.CHOICE, {kind.value: name for kind, name in KIND_NAMES.items()}),
        Field("country", phrase("Country"), FieldKind.COUNTRY),
        Field("contact", phrase("Contact person")),
        Field("address", phrase("E-mail address"), FieldKind.ADDRESS, required=True),
        Field("language", phrase("Language"), FieldKind.LANGUAGE),
        Field("why", phrase("Why them"), FieldKind.LONG, most=1000),
        Field("named", phrase("May the invitation name you"), FieldKind.YES_NO),
    ),
    phrase("a nomination"),
)
"""The lines of a nomination."""

TELLS: Mapping[State, Phrase] = {
    State.ASKED: phrase("we have invited them"),
    State.ACCEPTED: phrase("they have accepted, thanks to you"),
    State.DECLINED: phrase("they have declined"),
    State.UNANSWERED: phrase("they have not answered"),
    State.DROPPED: phrase("we did not invite them: we are in touch with them already, or they do not wish it"),
}
"""What a nominator hears when their nomination gets into a state; of others they hear nothing.

The last one discloses neither who is on a list nor who has left one.
"""

NOT_CHOSEN = phrase("the secretary decided not to invite them")


def row_of(values: Mapping[str, str]) -> Row:
    """Whom a nomination proposes, as an invitation takes it. Raises ValueError."""
    kind = values.get("kind")
    details = Details(
        name=values.get("contact", ""),
        organisation=values.get("organisation", ""),
        kind=Kind(kind) if kind else None,
        country=values.get("country", ""),
        language=values.get("language", ""),
    )
    return Row(Address.parse(values.get("address", ""), details.name), details)
