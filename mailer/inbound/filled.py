"""The lines of a questionnaire as mail programs return them, read into values. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailer.inbound.field_values import Context, NotRead, read_value
from mailer.inbound.quoting import LineKind, read_lines
from mailer.inbound.reply import readings
from mailer.inbound.wording import Words, words_of
from mailer.message import Inbound, clean
from mailer.model.questionnaires import Field, Filled, Problem, Questionnaire, Wordings, in_english
from mailer.phrases import phrase

_SEPARATOR = re.compile(r"\s*[:：=]\s*|\s+[-–—]\s+")
_MARKS = re.compile(r"^[\s>|*•·]+")


def read_filled(
    mail: Inbound,
    questionnaire: Questionnaire,
    offered: Mapping[str, str] = {},
    wordings: Wordings = in_english,
) -> Filled:
    """What the mail says in the lines of the questionnaire.

    ``offered`` are the values that the lines had when they were sent. ``wordings`` are those of the catalogues
    (``Renderer.wordings``), so that labels and choices are read in any of our languages.
    """
    context = Context(mail.received_at.date(), wordings)
    labels = {words_of(name): field for field in questionnaire.fields for name in wordings(field.label)}
    values, problems, beside = dict(offered), list[Problem](), list[str]()
    for kind, line in read_lines(next((body.lines for body in readings(mail)), ())):
        found = _labelled(line, labels) if kind in (LineKind.OWN, LineKind.QUOTED) else None
        if found is None:
            beside += [line] if kind is LineKind.OWN and line.strip() else []
            continue
        field, written = found
        try:
            values[field.key] = read_value(field, written, context) if written else offered.get(field.key, "")
        except NotRead as fault:
            problems.append(Problem(field.key, clean(written), fault.reason))
    for field in questionnaire.fields:
        if field.required and not values.get(field.key) and field.key not in {one.key for one in problems}:
            problems.append(Problem(field.key, "", phrase("It is missing.")))
    values = {key: value for key, value in values.items() if value}
    changed = frozenset(key for key in {*values, *offered} if values.get(key, "") != offered.get(key, ""))
    return Filled(values, tuple(problems), "\n".join(beside), changed)


def _labelled(line: str, labels: Mapping[Words, Field]) -> tuple[Field, str] | None:
    """The field whose label begins the line, and what is written behind it."""
    text = _MARKS.sub("", line)
    separator = _SEPARATOR.search(text)
    field = labels.get(words_of(text[: separator.start()])) if separator else None
    return (field, text[separator.end() :].strip(" *\t\xa0")) if field and separator else None
