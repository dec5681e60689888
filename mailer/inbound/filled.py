"""The lines of a questionnaire as mail programs return them, read into values. Nothing is guessed.

The plain text and the HTML of a mail are read each by itself (``filled_lines.py``). Where they differ, a value counts
only if it stands in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailer.inbound.field_values import Context
from mailer.inbound.filled_lines import Body, Finding, Outcome, read_body, squeezed
from mailer.inbound.filled_markup import doubtful_texts
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
    bodies = [body for body in readings(mail) if not body.problem]
    if mail.body_problem or not bodies:
        reason = phrase("your mail cannot be read for certain: %(problem)s", problem=mail.body_problem)
        problems = (Problem("", "", reason),) if mail.body_problem else ()
        return _filled(questionnaire, offered, {}, problems, "")
    labels, context = Labels.of(questionnaire, wordings), Context(mail.received_at.date(), wordings)
    read = [read_body(body.lines, labels, offered, context) for body in bodies]
    doubtful = doubtful_texts(mail.html) if mail.html and any(body.findings for body in read) else frozenset()
    found: dict[str, Finding] = {}
    for field in questionnaire.fields:
        if finding := _agreed(field, read, doubtful):
            found[field.key] = finding
    return _filled(questionnaire, offered, found, (), read[0].beside)


def _filled(
    questionnaire: Questionnaire,
    offered: Mapping[str, str],
    found: Mapping[str, Finding],
    problems: Sequence[Problem],
    beside: str,
) -> Filled:
    values = {key: value for key, value in offered.items() if value}
    problems = list(problems)
    for field in questionnaire.fields:
        finding = found.get(field.key)
        if finding is not None and finding.outcome is Outcome.UNCLEAR:
            problems.append(_problem(field, finding.reason, finding.written))
        elif finding is not None and finding.outcome is Outcome.VALUE:
            values[field.key] = finding.value
        elif finding is not None and finding.outcome is Outcome.CLEARED:
            if field.required:
                problems.append(_problem(field, phrase("it is needed"), finding.written))
            else:
                values.pop(field.key, None)
        if field.required and not values.get(field.key) and all(one.key != field.key for one in problems):
            problems.append(_problem(field, phrase("it is missing"), ""))
    changed = frozenset(key for key in {*values, *offered} if values.get(key, "") != offered.get(key, ""))
    return Filled(values, tuple(problems), beside, changed)


def _problem(field: Field, reason: Phrase, written: str) -> Problem:
    told = phrase("%(label)s: %(problem)s.", label=field.label, problem=reason)
    return Problem(field.key, clean(written, 200), told)


# --- one line, several times ---


def _agreed(field: Field, bodies: Sequence[Body], doubtful: frozenset[str]) -> Finding | None:
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
    kept = next((one for one in findings if one.outcome is Outcome.UNCHANGED), None)
    if len({one.value for one in values}) > 1 or (kept and not kept.own and any(not one.own for one in values)):
        return _unclear(field, "; ".join(one.written for one in values), phrase("it has two values"))
    cleared = next((one for one in findings if one.outcome is Outcome.CLEARED), None)
    if cleared is not None and cleared.own and (values or (kept and not cleared.written)):
        return _unclear(field, cleared.written, phrase("it is empty once, and has a value elsewhere"))
    return next(iter([*values, *filter(None, (cleared, kept))]))


def _seen(finding: Finding | None, doubtful: frozenset[str]) -> Finding | None:
    """The finding, unless its value stands in text that was struck out or may be hidden."""
    if finding is None or finding.outcome is not Outcome.VALUE:
        return finding
    written = squeezed(finding.written)
    if not any(_overlaps(text, written) for text in doubtful):
        return finding
    reason = phrase("a part of it is struck out, or its format may hide it")
    return _unclear(finding.of, finding.written, reason)


def _overlaps(text: str, written: str) -> bool:
    return bool(text) and (text in written or written in text)


def _unclear(field: Field, written: str, reason: Phrase) -> Finding:
    return Finding(field, True, Outcome.UNCLEAR, written=written, reason=reason)
