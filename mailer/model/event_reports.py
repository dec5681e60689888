"""What a presenter reports after an event."""

from __future__ import annotations

import re
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
    received_at: datetime

    @property
    def name(self) -> str:
        """What logs and the audit trail call it."""
        return f"report {self.id}"


def file_name(report: int, number: int, name: str) -> str:
    """The name under which an attachment is passed on or written: ours, with a harmless ending of its own (C6)."""
    found = re.search(r"\.([A-Za-z0-9]{1,8})$", name)
    return f"report-{report}-{number}{f'.{found[1].lower()}' if found else '.bin'}"


QUESTIONS = 20
"""The most questions of one report that are kept as items of their own."""

_BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+")
_ENDS = re.compile(r"(?<=[?？؟])\s+")


def questions_in(text: str) -> list[str]:
    """The questions of the audience in what a presenter wrote: each line, and each sentence that ends as a question."""
    lines = (_BULLET.sub("", line).strip() for line in text.split("\n"))
    parts = (part.strip() for line in lines if line for part in _ENDS.split(line))
    return [part for part in dict.fromkeys(parts) if len(part) > 2][:QUESTIONS]
