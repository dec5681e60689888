"""Exact words: the vote's keywords and the commands. Nothing is guessed (A12, A13, A24)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from mailer.inbound.reply import BLANK, Reading, own_text, readings
from mailer.message import Inbound
from mailer.model.approvals import Choice
from mailer.phrases import Phrase, phrase

_LOWER_ASCII = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def fold(line: str) -> str:
    """``line`` for comparison: only blanks at its ends and the case of ASCII letters do not matter."""
    return line.strip(BLANK).translate(_LOWER_ASCII)


def first_line(mail: Inbound) -> str:
    """The first line of the writer's own words, folded."""
    return fold(own_text(mail).partition("\n")[0])


def read_vote(mail: Inbound, approve: Sequence[str], object: Sequence[str]) -> tuple[Choice | None, str, Phrase]:
    """The choice, the comment, and why there is no choice, in words for the member.

    The first line of the plain body, and of the HTML body, must be exactly a keyword. So a keyword in or below a
    quotation does not count. A line that is a keyword of the other choice makes it no vote.
    """
    choices = {fold(word): Choice.APPROVE for word in approve} | {fold(word): Choice.OBJECT for word in object}
    bodies = readings(mail, strict=True)
    if not bodies:
        return None, "", _cannot(mail.body_problem or phrase("it has no text"))
    comment = "\n".join(bodies[0].own)
    problem = next((body.problem for body in bodies if body.problem), Phrase())
    if problem:
        return None, comment, _cannot(problem)
    found = [_choice(body, choices, (*approve, *object)) for body in bodies]
    if len({choice for choice, _ in found}) > 1:
        return None, comment, phrase("The plain and the HTML version of your mail do not say the same.")
    choice, reason = found[0]
    if choice is None:
        return None, comment, reason
    return choice, "\n".join(bodies[0].own[1:]).strip("\n"), reason


def _cannot(problem: Phrase) -> Phrase:
    return phrase("Your mail cannot be read for certain: %(problem)s.", problem=problem)


def _choice(body: Reading, choices: dict[str, Choice], words: Sequence[str]) -> tuple[Choice | None, Phrase]:
    choice = choices.get(fold(body.first))
    if choice is None:
        return None, phrase("The first line of your mail is not exactly %(words)s.", words=_any_of(words))
    if {choices.get(fold(line), choice) for line in body.own} != {choice}:
        return None, phrase("Your mail holds both keywords, each on a line of its own.")
    return choice, Phrase()


def _any_of(words: Sequence[str]) -> str:
    return reduce(lambda before, last: phrase("%(before)s or %(last)s", before=before, last=last), words)
