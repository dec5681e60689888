"""The table of what people who are not staff can answer: for each kind of question, its choices and its handler."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from mailer import answering, assignment_mail, event_mail, submissions
from mailer.answering import CHALLENGE, QuestionKind
from mailer.handlers import (
    article_offers,
    article_proofs,
    articles,
    assignments,
    channels,
    event_reports,
    events,
    internal_events,
    invitations,
    links,
    nominations,
    office_members,
    presenters,
    publishing,
    review_answers,
    wishes,
)
from mailer.inviting import BY_OFFICE
from mailer.message import Inbound
from mailer.model.articles import OFFER, TEXT
from mailer.model.articles import PROOF as PROVEN
from mailer.model.channels import ANSWER as CHANNEL_ANSWER
from mailer.model.channels import KIND as CHANNEL
from mailer.model.event_lines import EVENT, MEMBER_EVENT, SPEAKER
from mailer.model.event_reports import REPORT
from mailer.model.inbound import Done, Result
from mailer.model.invitations import DETAILS
from mailer.model.lists import Contact
from mailer.model.nominations import NOMINATION
from mailer.model.personal_data import Held
from mailer.model.presenters import AGREE, CALL, QUESTIONNAIRE
from mailer.model.presenters import KIND as PRESENTER
from mailer.model.publishing import LINES
from mailer.model.questions import (
    Choice,
    Proof,
    Question,
    Reply,
)
from mailer.model.review_lines import MEMBER, SECOND
from mailer.model.reviews import ASKS, ASKS_OTHER, ASKS_SECOND, RECEIPT
from mailer.model.submissions import State as Waiting
from mailer.model.wishes import KIND as WISH
from mailer.office import Office
from mailer.phrases import phrase
from mailer.submissions import SubmissionKind


def _unbound(office: Office, question: Question) -> str:
    """The state of what can be answered in any state, because the handler looks at it."""
    return ""


def _answer_challenge(office: Office, mail: Inbound, reply: Reply, challenge: Question) -> Result:
    return answering.answer_challenge(office, mail, reply, challenge, kinds=QUESTIONS)


def _answer_submission(office: Office, mail: Inbound, reply: Reply, question: Question, kind: SubmissionKind) -> Result:
    """Do what the answer says. A person gets the files of what is confirmed, which nobody has seen so far (law 7)."""
    before = office.work.submissions.by_id(question.subject)
    result = submissions.answered(office, mail, reply, question, kind)
    if result.done is Done.SUBMISSION_CONFIRMED and before is not None:
        if before.state is Waiting.ASKED and before.raw:
            answering.pass_kept_files_on(office, before.raw, before.asked_at)
        answering.pass_files_on(office, mail)
    return result


def _answer_channel(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Note what becomes of a pack. A person gets the files that came with the answer."""
    result = channels.answered(office, mail, reply, question)
    answering.pass_files_on(office, mail)
    return result


def of_submission(kind: SubmissionKind) -> QuestionKind:
    """The questions about a kind of submission."""
    act = partial(_answer_submission, kind=kind)
    choices = frozenset({Choice.YES, Choice.NO})
    return QuestionKind(submissions.state, act, kind.questionnaire, choices, Proof.TOKEN, whole=True)


SUBMISSIONS: Mapping[str, SubmissionKind] = {
    PRESENTER: SubmissionKind(QUESTIONNAIRE, presenters.confirmed, presenters.withdrawn),
    nominations.KIND: nominations.SUBMISSION,
    WISH: wishes.SUBMISSION,
    links.KIND: links.SUBMISSION,
    events.KIND: SubmissionKind(EVENT, events.confirmed, events.withdrawn),
    events.MEMBER_KIND: SubmissionKind(MEMBER_EVENT, events.confirmed, events.withdrawn),
}
"""What people propose by mail, by the kind that ``submissions.begin`` was given."""
_LINES = frozenset({Choice.OK, Choice.YES, Choice.LEAVE})
_CALL = frozenset({Choice.YES, Choice.NO, Choice.LATER, Choice.NEVER})

_YES_NO = frozenset({Choice.YES, Choice.NO})
_WRITES = frozenset({Choice.YES, Choice.NO, Choice.LATER})

_WHO_COMES = frozenset({Choice.YES, Choice.NO, Choice.LATER})

QUESTIONS: Mapping[str, QuestionKind] = {
    PRESENTER: QuestionKind(presenters.state_of_lines, presenters.answer_lines, QUESTIONNAIRE, _LINES),
    AGREE: QuestionKind(
        presenters.state_of_scope,
        presenters.answer_scope,
        choices=frozenset({Choice.YES, Choice.NO, Choice.LEAVE}),
        how=phrase("Do you still agree? Reply with “yes”, or with “no” if you want to be in the bank no longer."),
    ),
    CALL: QuestionKind(_unbound, presenters.answer_call, QUESTIONNAIRE, _CALL, Proof.TOKEN, whole=True),
    CHANNEL: QuestionKind(
        channels.state,
        _answer_channel,
        CHANNEL_ANSWER,
        frozenset({Choice.YES, Choice.NO}),
        Proof.TOKEN,
        whole=True,
        in_words=True,
    ),
    CHALLENGE: QuestionKind(_unbound, _answer_challenge, proof=Proof.TOKEN),
    assignment_mail.ASKED: QuestionKind(assignments.state_of_question, assignments.answered),
    assignment_mail.HOSTED: QuestionKind(
        assignments.state_of_hosted, assignments.answer_hosted, choices=frozenset({Choice.YES, Choice.NO, Choice.OK})
    ),
    assignment_mail.REPORT_ON: QuestionKind(
        event_reports.state_of_report, event_reports.reported, REPORT, choices=frozenset(), whole=True
    ),
    TEXT: QuestionKind(articles.state, articles.answered, choices=_WRITES, whole=True, free=True),
    PROVEN: QuestionKind(article_proofs.state, article_proofs.answered, choices=_YES_NO, whole=True, free=True),
    OFFER: QuestionKind(article_offers.state, article_offers.confirmed, proof=Proof.TOKEN, whole=True),
    event_mail.HOST: QuestionKind(
        events.state_of_host, events.answer_host, EVENT, frozenset({Choice.YES, Choice.NO, Choice.OK})
    ),
    internal_events.GUEST: QuestionKind(
        internal_events.state,
        internal_events.answer_guest,
        choices=_WHO_COMES,
        proof=Proof.TOKEN,
        how=phrase(
            "Please reply with “yes” if you come, with “no” if you do not, and with “later” if you do not know yet."
        ),
    ),
    internal_events.TALK: QuestionKind(
        internal_events.state, internal_events.answer_speaker, SPEAKER, _WHO_COMES, Proof.TOKEN
    ),
    **{f"{submissions.KIND} {name}": of_submission(kind) for name, kind in SUBMISSIONS.items()},
    publishing.KIND: QuestionKind(_unbound, publishing.answered, LINES, publishing.CHOICES),
    ASKS: QuestionKind(review_answers.state, review_answers.answered, MEMBER, review_answers.CHOICES),
    ASKS_SECOND: QuestionKind(review_answers.state, review_answers.second_answered, SECOND, review_answers.OF_SECOND),
    ASKS_OTHER: QuestionKind(
        _unbound, review_answers.other_answered, choices=review_answers.OF_OTHER, proof=Proof.TOKEN
    ),
    RECEIPT: QuestionKind(review_answers.state, review_answers.corrected, MEMBER, review_answers.OF_RECEIPT),
    BY_OFFICE: QuestionKind(
        office_members.state,
        office_members.answer,
        choices=frozenset({Choice.YES, Choice.NO, Choice.NEVER, Choice.LEAVE}),
        proof=Proof.TOKEN,
    ),
    nominations.CALL: QuestionKind(
        _unbound,
        nominations.answer_call,
        NOMINATION,
        frozenset({Choice.NO}),
        Proof.TOKEN,
        whole=True,
    ),
    invitations.KIND: QuestionKind(
        invitations.state,
        invitations.answer,
        DETAILS,
        frozenset({Choice.YES, Choice.NO, Choice.LATER, Choice.NEVER, Choice.LEAVE}),
        Proof.TOKEN,
    ),
}
"""By the kind that ``ask`` was given."""


answer = partial(answering.answer, kinds=QUESTIONS)
due = partial(answering.due, kinds=QUESTIONS)


def held_submissions(office: Office, contact: Contact) -> list[Held]:
    """What somebody proposed, for “status”."""
    return submissions.held(office, contact, SUBMISSIONS)
