"""The lines of a questionnaire as mail programs return them, read into values. Nothing is guessed.

The plain text and the HTML of a mail are read each by itself (``filled_lines.py``). Where they differ, a value counts
only if it stands in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mailer.inbound.days import NotRead
from mailer.inbound.field_values import Context, read_value
from mailer.inbound.filled_lines import Body, Finding, Outcome, read_body
from mailer.inbound.filled_markup import Doubtful, doubtful_texts
from mailer.inbound.filled_text import squeezed
from mailer.inbound.labels import Labels
from mailer.inbound.reply import readings
from mailer.message import Inbound, clean
from mailer.model.questionnaires import Field, Filled, Problem, Questionnaire, Wordings, in_english
from mailer.phrases import Phrase, phrase


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
    bodies = [body for body in readings(mail) if not body.problem]
    if mail.body_problem:
        reason = phrase("your mail cannot be read for certain: %(problem)s", problem=mail.body_problem)
        return _Result(questionnaire, offered, context).of({}, reason, "")
    if not bodies:
        return _Result(questionnaire, offered, context).of({}, Phrase(), "")
    labels = Labels.of(questionnaire, wordings)
    read = [read_body(body.lines, labels, offered, context) for body in bodies]
    if any(body.too_long for body in read):
        return _Result(questionnaire, offered, context).of({}, phrase("your mail has too many lines"), read[0].beside)
    doubtful = doubtful_texts(mail.html) if mail.html and any(body.findings for body in read) else Doubtful()
    found = {field.key: _agreed(field, read, doubtful) for field in questionnaire.fields}
    return _Result(questionnaire, offered, context).of(found, Phrase(), read[0].beside)


class _Result(NamedTuple):
    """What follows from what was found."""

    questionnaire: Questionnaire
    offered: Mapping[str, str]
    context: Context

    def of(self, found: Mapping[str, Finding | None], problem: Phrase, beside: str) -> Filled:
        """``problem`` is what is wrong with the whole mail, or empty."""
        values = {key: value for key, value in self.offered.items() if value}
        problems = [Problem("", "", phrase("%(problem)s.", problem=problem))] if problem else []
        for field in self.questionnaire.fields:
            finding = found.get(field.key)
            if reason := self.problem(field, finding):
                told = phrase("%(label)s: %(problem)s.", label=field.label, problem=reason)
                problems.append(Problem(field.key, clean(finding.written, 200) if finding else "", told))
            elif finding is not None and finding.outcome is Outcome.VALUE:
                values[field.key] = finding.value
            elif finding is not None and finding.outcome is Outcome.CLEARED:
                values.pop(field.key, None)
        changed = frozenset(key for key in {*values, *self.offered} if values.get(key, "") != self.offered.get(key, ""))
        return Filled(values, tuple(problems), beside, changed)

    def problem(self, field: Field, finding: Finding | None) -> Phrase:
        """Why the field is asked back; empty if it is not."""
        if finding is not None and finding.outcome is Outcome.UNCLEAR:
            return finding.reason or self.why(field, finding.written)
        if not field.required or (finding is not None and finding.outcome is Outcome.VALUE):
            return Phrase()
        if finding is not None and finding.outcome is Outcome.CLEARED:
            return phrase("it is needed")
        return Phrase() if self.offered.get(field.key) else phrase("it is missing")

    def why(self, field: Field, written: str) -> Phrase:
        """Why this is no value of the field, with the nearest name that is one."""
        try:
            read_value(field, written, replace(self.context, advises=True))
        except NotRead as fault:
            return fault.reason
        return phrase("it cannot be read for certain")


# --- one line, several times ---


def _agreed(field: Field, bodies: Sequence[Body], doubtful: Doubtful) -> Finding | None:
    """What all bodies together say of a field."""
    said = [_settled(field, [one for one in body.findings if one.of is field]) for body in bodies]
    last = said[-1]
    if len(bodies) == 1:
        return _seen(last, doubtful)
    plain = said[0]
    if not any(body.findings for body in bodies[:1]):  # the plain text has but words such as “see the HTML”
        return _seen(last, doubtful)
    if not bodies[-1].findings:
        return plain
    if _says(plain) == _says(last):
        return _seen(last, doubtful)
    if last is not None and last.outcome is Outcome.VALUE and squeezed(last.written) in bodies[0].text:
        return _seen(last, doubtful)
    written = next((one.written for one in (plain, last) if one and one.written), "")
    if last is not None and last.outcome is Outcome.UNCLEAR:
        return last
    return _unclear(field, written, phrase("the plain text and the HTML of your mail do not say the same"))


def _says(finding: Finding | None) -> tuple[Outcome, str]:
    """A field that a body does not have is not changed by it."""
    return (finding.outcome, finding.value) if finding else (Outcome.UNCHANGED, "")


def _settled(field: Field, findings: Sequence[Finding]) -> Finding | None:
    """What the lines of one body say together. The same line twice, with two values, is unclear."""
    if not findings:
        return None
    unclear = next((one for one in findings if one.outcome is Outcome.UNCLEAR), None)
    if unclear is not None:
        return unclear
    values = [one for one in findings if one.outcome is Outcome.VALUE]
    kept = [one for one in findings if one.outcome is Outcome.UNCHANGED]
    if len({one.value for one in values}) > 1 or any(not one.own or old.own for one in values for old in kept):
        return _unclear(field, "; ".join(one.written for one in values), phrase("it has two values"))
    cleared = next((one for one in findings if one.outcome is Outcome.CLEARED), None)
    if cleared is not None and cleared.own and (values or (kept and not cleared.written)):
        return _unclear(field, cleared.written, phrase("it is empty once, and has a value elsewhere"))
    return next(iter((*values, *filter(None, (cleared,)), *kept)))


def _seen(finding: Finding | None, doubtful: Doubtful) -> Finding | None:
    """The finding, unless its value stands in text that was struck out or may be hidden."""
    if finding is None or finding.outcome is not Outcome.VALUE:
        return finding
    written = squeezed(finding.written)
    texts = doubtful.struck | doubtful.hidden if finding.own else doubtful.struck
    if not any(_overlaps(text, written) for text in texts):
        return finding
    reason = phrase("a part of it is struck out, or its format may hide it")
    return _unclear(finding.of, finding.written, reason)


def _overlaps(text: str, written: str) -> bool:
    return bool(text) and (text in written or written in text)


def _unclear(field: Field, written: str, reason: Phrase) -> Finding:
    return Finding(field, True, Outcome.UNCLEAR, written=written, reason=reason)
