"""What becomes of an answer to a question: it is proven or asked about, understood or asked back, and acted on once.

``question_replies.py`` is the table of the kinds of questions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from mailer.handlers import feedback, lists
from mailer.inbound.attachments import contents
from mailer.inbound.choices import read_reply
from mailer.inbound.intents import Feedback, QuestionReply, Verdict
from mailer.inbound.limits import TEXT_PASSED_ON
from mailer.inbound.parse import parse
from mailer.inbound.proof import identities, why_unproven
from mailer.inbound.reply import own_text, readings, text_for_people
from mailer.message import Inbound
from mailer.model.inbound import Done, Result
from mailer.model.questionnaires import Questionnaire, shown
from mailer.model.questions import (
    KEPT,
    LARGEST,
    LARGEST_FREE,
    UNPROVEN_A_DAY,
    UNPROVEN_AT_ONCE,
    Choice,
    KeptReply,
    KeptState,
    Proof,
    Question,
    Reply,
)
from mailer.office import Decision, Office
from mailer.phrases import Phrase, phrase
from mailer.questions import ask, tell, token_of, without_effect

Form: TypeAlias = "Questionnaire | Callable[[Office, Question], Questionnaire | None] | None"


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """A kind of question."""

    state: Callable[[Office, Question], str]
    """The state of the question's subject now, as far as answers depend on it; it has to be that of the question."""
    act: Callable[[Office, Inbound, Reply, Question], Result]
    """Handles an answer, whose token is spent. Lines in it are without problems unless its choice needs none."""
    questionnaire: Form = None
    """The lines to fill in; or what finds them if they depend on the subject."""
    choices: frozenset[Choice] = frozenset({Choice.YES, Choice.NO})
    proof: Proof = Proof.AUTHENTIC
    how: Phrase | str = ""
    """What each choice does, in the words of the notice that asks; an answer that is not understood gets it again."""
    numbers: bool = False
    """Whether a number of a list is an answer."""
    whole: bool = False
    """Whether the handler sees to words beside the answer, and to its attachments; else a person gets them."""
    free: bool = False
    """Whether any words and files are an answer, in as many mails as people like; the handler reads them."""

    in_words: bool = False
    """Whether words alone are an answer."""

    def form(self, office: Office, question: Question) -> Questionnaire | None:
        """The lines of this question."""
        made = self.questionnaire
        return made(office, question) if callable(made) else made


AT_ONCE = 100
"""How many answers that wait are looked at in a tick."""

CHALLENGE = "challenge"
"""The kind of question that asks whether an answer that nobody has proven is the addressee's."""

_NEEDS_NO_LINES = frozenset({Choice.NO, Choice.LATER, Choice.LEAVE, Choice.NEVER, Choice.INSTEAD})
"""Answers that are acted on whatever stands in the lines."""

SAYING: Mapping[Choice, Phrase] = {
    Choice.YES: phrase("“yes”"),
    Choice.NO: phrase("“no”"),
    Choice.LATER: phrase("“later”"),
    Choice.LEAVE: phrase("“leave”"),
    Choice.NEVER: phrase("“never”"),
    Choice.OK: phrase("“OK”"),
    Choice.INSTEAD: phrase("“ask somebody else instead”"),
}
"""What people read for each choice."""


def answer(
    office: Office, mail: Inbound, intent: QuestionReply, verdict: Verdict, *, kinds: Mapping[str, QuestionKind]
) -> Result:
    """Handle an answer if it is proven as far as its kind asks, and still has an effect."""
    question = office.work.questions.question(intent.token.subject)
    kind = kinds.get(question.kind) if question else None
    if question is None or kind is None or mail.sender is None or question.is_erased:
        return Result(Done.NO_SUCH_QUESTION)
    if intent.leaves and Choice.LEAVE not in kind.choices and kind.proof is Proof.AUTHENTIC:
        return lists.leave_everything(office, mail.sender, None, verdict.authentic, mail.message_id)
    counted_for = f"question {question.id}"
    marks = identities(mail, verdict, counted_for)
    seen = office.work.signatures.seen(marks)
    if counted_for in seen.values():
        return Result(Done.HANDLED_BEFORE)
    reply = _read(office, kind, question, mail)
    if void := without_effect(office, question, kind.state(office, question)):
        return _void(office, mail, question, reply, void)
    if reason := _unproven(office, mail, intent, verdict, kind, question, replayed=bool(seen)):
        return _keep(office, mail, kind, question, reply, reason)
    office.work.signatures.remember(marks, counted_for, office.now)
    return _act(office, mail, kind, question, reply)


def _read(office: Office, kind: QuestionKind, question: Question, mail: Inbound) -> Reply:
    form, name = kind.form(office, question), office.rules.name
    return read_reply(mail, kind.choices, form, question.offered, office.renderer.wordings, name, numbers=kind.numbers)


def _unproven(
    office: Office,
    mail: Inbound,
    intent: QuestionReply,
    verdict: Verdict,
    kind: QuestionKind,
    question: Question,
    *,
    replayed: bool,
) -> Phrase:
    """Why the answer is not proven to be the addressee's, if its kind asks for that; empty if it is."""
    if kind.proof is Proof.TOKEN:
        return Phrase()
    if mail.author.base_key != question.to.base_key:
        return phrase("it came from another address, %(sender)s", sender=str(mail.author))

    def said(seen: Inbound) -> object:
        return _everything(seen) if kind.free else replace(_read(office, kind, question, seen), words="")

    return why_unproven(mail, verdict, intent.token, office.rules.address, said, replayed=replayed)


def _everything(mail: Inbound) -> object:
    """What of an answer has an effect if all of it has: each line, and each file (A40)."""
    files = [hashlib.sha256(data).hexdigest() for _, data in contents(mail)]
    return [body.lines for body in readings(mail)], files


# --- what is understood ---


def _act(
    office: Office, mail: Inbound, kind: QuestionKind, question: Question, reply: Reply, *, words: bool = True
) -> Result:
    """Do what the answer says; ``words``: whether a person still has to get what stands beside it."""
    if kind.free:
        return kind.act(office, mail, reply, question)
    has_problems = reply.filled is not None and bool(reply.filled.problems)
    says_nothing = reply.is_empty and not (kind.in_words and reply.words)
    if says_nothing or (has_problems and reply.choice not in _NEEDS_NO_LINES):
        return _ask_back(office, mail, kind, question, reply, words=words)
    office.work.questions.answer(question.id, office.now)
    result = kind.act(office, mail, reply, question)
    if words and not kind.whole and (reply.words or mail.attachments):
        pass_on(office, mail)
    return result


def _ask_back(
    office: Office, mail: Inbound, kind: QuestionKind, question: Question, reply: Reply, *, words: bool
) -> Result:
    """Ask once for another answer, with what was understood; after that a person gets what is not understood."""
    form, filled = kind.form(office, question), reply.filled
    if question.asked_back_at is not None:
        return feedback.receive(office, mail, Feedback(text_for_people(mail)[:TEXT_PASSED_ON]))
    if words and (reply.words or mail.attachments):
        pass_on(office, mail)
    offered = filled.values if filled else question.offered
    office.work.questions.ask_back(question.id, offered, office.now)
    values = {
        "about": question.about,
        "written": question.asked_at,
        "problems": [problem.reason for problem in filled.problems] if filled else [],
        "choices": [SAYING[choice] for choice in Choice if choice in kind.choices],
        "how": kind.how,
        "fields": shown(form, offered) if form else [],
        "with_person": bool(reply.words),
    }
    office.write(
        question.to, "question-unclear", values, token=token_of(office, question), language=question.language,
        in_reply_to=mail.message_id, once=f"question-unclear {question.id}",
    )  # fmt: skip
    return Result(Done.ANSWER_ASKED_BACK, {"addressee": question.addressee})


def _void(office: Office, mail: Inbound, question: Question, reply: Reply, reason: Phrase) -> Result:
    """Say why the answer has no effect. A person gets the words in it."""
    tell(office, question, reason, mail)
    if reply.words or mail.attachments:
        pass_on(office, mail)
    return Result(Done.REPLY_WITHOUT_EFFECT, {"addressee": question.addressee, "reason": reason})


def pass_on(office: Office, mail: Inbound) -> None:
    """A person gets the whole mail; its writer is told of what was done with the answer, not of that."""
    words = Feedback(text_for_people(mail)[:TEXT_PASSED_ON], answers_question=True)
    feedback.receive(replace(office, may_answer=False), mail, words)


def pass_files_on(office: Office, mail: Inbound) -> None:
    """A person gets a mail with files that nobody else reads: all but pictures in its text, and calendar files."""
    if any(not one.inline and one.media_type != "text/calendar" for one in mail.attachments):
        pass_on(office, mail)


def pass_kept_files_on(office: Office, raw: bytes, received_at: datetime) -> None:
    """As ``pass_files_on``, for a mail that was kept."""
    pass_files_on(office, parse(raw, received_at))


# --- what nobody has proven ---


def _keep(
    office: Office, mail: Inbound, kind: QuestionKind, question: Question, reply: Reply, reason: Phrase
) -> Result:
    """Keep an answer that nobody has proven, and ask its addressee, once a day, whether it is theirs (A1).

    What can have no effect, and what is too large or too much, goes to a person.
    """
    is_empty, largest = (False, LARGEST_FREE) if kind.free else (reply.is_empty, LARGEST)
    if is_empty or len(mail.raw) > largest or _too_many(office, question):
        return feedback.receive(office, mail, Feedback(text_for_people(mail)[:TEXT_PASSED_ON]))
    stored = json.dumps(reason.stored())
    draft = KeptReply(0, question.id, str(mail.author), mail.received_at, KeptState.WAITING, stored, mail.raw)
    number = office.work.questions.keep(draft)
    office.record("answer kept", f"question {question.id}", addressee=question.addressee, reason=reason)
    if reply.words or mail.attachments:
        pass_on(office, mail)
    if _challenge(office, replace(draft, id=number), question, kind, reply, mail):
        return Result(Done.ANSWER_CHALLENGED, {"addressee": question.addressee, "reason": reason})
    return Result(Done.ANSWER_KEPT, {"addressee": question.addressee, "reason": reason})


def _too_many(office: Office, question: Question) -> bool:
    kept = office.work.questions.kept_of(question.id)
    today = sum(office.now - one.received_at < timedelta(days=1) for one in kept)
    return today >= UNPROVEN_A_DAY or sum(one.state is KeptState.WAITING for one in kept) >= UNPROVEN_AT_ONCE


def _challenge(
    office: Office, kept: KeptReply, question: Question, kind: QuestionKind, reply: Reply, mail: Inbound
) -> bool:
    """Ask the addressee whether the answer is theirs; False if they were asked about another one today."""
    form, filled = kind.form(office, question), reply.filled
    before = {one.key: one.value for one in shown(form, question.offered)} if form else {}
    after = shown(form, filled.values) if form and filled else []
    values = {
        "about": question.about,
        "written": question.asked_at,
        "received": kept.received_at,
        "reason": Phrase.restored(json.loads(kept.reason)),
        "choice": SAYING[reply.choice] if reply.choice else "",
        "number": reply.number,
        "instead": str(reply.address) if reply.address else "",
        "changed": [(one.label, before[one.key], one.value) for one in after if filled and one.key in filled.changed],
        "words": len(own_text(mail).split()) if kind.free else 0,
        "files": len(mail.attachments) if kind.free else 0,
    }
    asked = ask(
        office,
        question.to,
        "question-challenge",
        values,
        kind=CHALLENGE,
        subject=kept.id,
        about=question.about,
        contact=question.contact,
        prepared={"yes_reply": "yes", "no_reply": "no"},
        once=_once(office, kept),
        language=question.language,
    )
    if asked:
        office.work.questions.set_kept(kept.id, KeptState.ASKED)
    return asked is not None


def answer_challenge(
    office: Office, mail: Inbound, reply: Reply, challenge: Question, *, kinds: Mapping[str, QuestionKind]
) -> Result:
    """Act on the very mail that was kept, if its addressee says that it is theirs."""
    kept = office.work.questions.kept(challenge.subject)
    question = office.work.questions.question(kept.question) if kept else None
    kind = kinds.get(question.kind) if question else None
    if kept is None or question is None or kind is None:
        return Result(Done.NO_SUCH_QUESTION)
    if reply.choice is not Choice.YES:
        office.work.questions.set_kept(kept.id, KeptState.REFUSED)
        office.record("answer disowned", f"question {question.id}", addressee=question.addressee)
        return Result(Done.ANSWER_DISOWNED, {"addressee": question.addressee})
    office.work.questions.set_kept(kept.id, KeptState.ACTED)
    written = parse(kept.raw, kept.received_at)
    read = replace(_read(office, kind, question, written), words="")  # they were not shown; a person has them
    if void := without_effect(office, question, kind.state(office, question)):
        tell(office, question, void, mail)
        return Result(Done.REPLY_WITHOUT_EFFECT, {"addressee": question.addressee, "reason": void})
    return _act(office, written, kind, question, read, words=False)


def due(office: Office, now: datetime, *, kinds: Mapping[str, QuestionKind]) -> list[Decision]:
    """Ask about answers that came on another day, and erase those that nobody has claimed."""
    waiting = [
        one for one in office.work.questions.waiting(AT_ONCE) if not office.work.outbox.written(_once(office, one))
    ]
    decisions = [
        Decision(f"asking about answer {one.id}", partial(_challenge_later, number=one.id, kinds=kinds))
        for one in waiting
    ]
    if office.work.questions.has_kept(now - KEPT):
        decisions.append(Decision("erasing answers", lambda later: later.work.questions.drop_kept(later.now - KEPT)))
    return decisions


def _challenge_later(office: Office, number: int, kinds: Mapping[str, QuestionKind]) -> None:
    kept = office.work.questions.kept(number)
    question = office.work.questions.question(kept.question) if kept else None
    kind = kinds.get(question.kind) if question else None
    if kept is None:
        return
    if question is None or kind is None or without_effect(office, question, kind.state(office, question)):
        office.work.questions.set_kept(kept.id, KeptState.REFUSED)
        return
    mail = parse(kept.raw, kept.received_at)
    _challenge(office, kept, question, kind, _read(office, kind, question, mail), mail)


def _once(office: Office, kept: KeptReply) -> str:
    """What limits challenges to one a day for each question."""
    return f"challenge {kept.question} {office.today}"
