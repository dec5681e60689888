"""What is filled in on a page, read as the lines of a mail are read (D3, B1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from mailer.inbound.days import NotRead
from mailer.inbound.details import read_changes
from mailer.inbound.field_values import Context, read_value
from mailer.message import clean
from mailer.model.event_lines import EVENT, read_hours
from mailer.model.presenters import QUESTIONNAIRE
from mailer.model.questionnaires import Field, Questionnaire, Wordings
from mailer.model.visits import Wanted
from mailer.phrases import Phrase, phrase

LINES: Mapping[Wanted, Questionnaire] = {Wanted.PRESENTER: QUESTIONNAIRE, Wanted.EVENT: EVENT}
"""The lines of each form that has some."""
MOST = 5_000
"""Characters of a value that are looked at."""


class Read(NamedTuple):
    """What a form says."""

    values: Mapping[str, str]
    """As they are stored."""
    problems: Mapping[str, Phrase]
    """By key, what is to be corrected."""


def read_lines(form: Questionnaire, written: Mapping[str, str], today: date, wordings: Wordings) -> Read:
    """The values of the lines of a questionnaire."""
    values, problems = dict[str, str](), dict[str, Phrase]()
    for field in form.fields:
        text = written.get(field.key, "")[:MOST].replace("\r\n", "\n").strip()
        if not text:
            if field.required:
                problems[field.key] = phrase("it is missing")
            continue
        try:
            values[field.key] = _read(field, text, Context(today, wordings, advises=True))
        except NotRead as fault:
            problems[field.key] = fault.reason
    return Read(values, problems)


def _read(field: Field, text: str, context: Context) -> str:
    value = read_value(field, text, context)
    if field.key == "hours" and read_hours(value) is None:
        raise NotRead(phrase("write them as 09:00-17:30"))
    return value


def read_details(written: Mapping[str, str], today: date) -> Read:
    """Details of a contact, by their names; an empty value drops what is known."""
    values, problems = dict[str, str](), dict[str, Phrase]()
    for key, text in written.items():
        changed, faults = read_changes([f"{key}: {clean(text, 200)}"], today)
        values |= changed
        if faults:
            problems[key] = faults[0]
    return Read(values, problems)
