"""What a presenter reports after an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailer.model.questionnaires import Field, FieldKind, Questionnaire
from mailer.phrases import phrase

REPORT = Questionnaire(
    "report",
    (
        Field("people", phrase("How many came"), FieldKind.NUMBER),
        Field("audience", phrase("Who came"), most=300),
        Field("questions", phrase("What was asked"), FieldKind.LONG, most=4000),
        Field("well", phrase("What went well"), FieldKind.LONG, most=2000),
        Field("better", phrase("What should be better"), FieldKind.LONG, most=2000),
        Field("captions", phrase("What the pictures show, and who took them"), FieldKind.LONG, most=1000),
    ),
)
"""The questions to a presenter. Pictures are attached to the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReport:
    """The report on an event by one presenter. A later answer replaces it."""

    id: int = 0
    """The number that people read."""
    event: int
    assignment: int
    values: Mapping[str, str]
    """By the keys of the questionnaire."""
    words: str
    """What was written besides the lines."""
    item: int | None
    """The item of feedback in which its questions wait for an answer; None if it has none."""
    received_at: datetime

    @property
    def name(self) -> str:
        """What logs and the audit trail call it."""
        return f"report {self.id}"
