"""Requests of task groups and others: what they want of the office, for whom and until when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mailer.model.feedback import Item
from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import phrase

KIND = "request"
"""The kind of submission, and the tag of its item."""
DUE_TAG = "due-soon"
"""The tag of an item whose day is near and of which the secretary was told."""
NEAR = timedelta(days=7)
"""How long before its day the secretary is told of a request that waits."""

REQUEST = Questionnaire(
    "request",
    (
        Field(
            "what", phrase("What is wanted"), required=True, hint=phrase("in a line, such as: a leaflet on our work")
        ),
        Field("whom", phrase("For whom"), hint=phrase("your task group, an event, a member body")),
        Field("until", phrase("Until when"), FieldKind.DATE, coming=True),
        Field("more", phrase("What else we need to know"), FieldKind.LONG, most=2000),
    ),
    phrase("your request"),
)
"""The lines of a request."""


def tag_of(submission: int) -> str:
    """The tag by which the item of a submission is found."""
    return f"request-{submission}"


def submission_of(tags: Collection[str]) -> int | None:
    """The submission of the item with these tags."""
    found = (tag.removeprefix("request-") for tag in tags if tag.startswith("request-"))
    return next((int(number) for number in found if number.isdecimal()), None)


def until_of(values: Mapping[str, str]) -> date | None:
    """The day until when it is wanted."""
    return date.fromisoformat(values["until"]) if values.get("until") else None


@dataclass(frozen=True, slots=True)
class Wish:
    """A request, and how it stands."""

    item: Item
    """Its number, its state and who asks are those of the item."""
    values: Mapping[str, str]
    """By the keys of ``REQUEST``; empty once its writer was forgotten."""

    @property
    def until(self) -> date | None:
        return until_of(self.values)

    def is_late(self, today: date) -> bool:
        """Whether its day is over, and it still waits."""
        return self.item.waits and self.until is not None and self.until < today
