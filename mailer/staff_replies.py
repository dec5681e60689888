"""The table of what staff can answer: for each kind of notice, the state of its subject and the handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mailer import article_mail, assignment_mail, event_mail, submissions
from mailer.handlers import (
    articles,
    assignments,
    attention,
    ballots,
    editions,
    events,
    feedback_replies,
    links,
    manuscripts,
    nominations,
    presenters,
    review_decisions,
    status,
    substitutes,
    translations,
)
from mailer.inbound.intents import StaffReply, Verdict
from mailer.inbound.reply import own_text
from mailer.message import Inbound
from mailer.model.absences import KIND as ABSENCE
from mailer.model.approvals import BALLOT_NOTICE
from mailer.model.attention import KIND
from mailer.model.editions import AGREED_NOTICE, LATE, LINKS, READY, TRANSLATOR, WISH
from mailer.model.feedback import ReplyTo
from mailer.model.inbound import Done, Folder, Result
from mailer.model.presenters import KIND as PRESENTER
from mailer.model.reviews import NOTICE as REVIEW
from mailer.model.staff import StaffNotice
from mailer.office import Office
from mailer.staff import redeem


@dataclass(frozen=True, slots=True)
class StaffKind:
    """A kind of notice to staff."""

    state: Callable[[Office, StaffNotice], str]
    """The state of the notice's subject now, as far as answers depend on it; it has to be that of the notice."""
    act: Callable[[Office, Inbound, StaffReply, StaffNotice], Result]
    """Handles a proven answer, whose token is spent."""
    read: Callable[[Inbound], object] = own_text
    """What of an answer has an effect; it has to be the same as it was signed (A40)."""
    refused: Callable[[Office, Inbound, StaffReply, StaffNotice, Result], bool] | None = None
    """Keeps the words of an answer that has no effect, and says whether it needs no person any more.

    Its result says why it has none; the addressee has been told.
    """


def _unbound(office: Office, notice: StaffNotice) -> str:
    """The state of what can be answered in any state, because the handler looks at it."""
    return ""


KINDS: Mapping[str, StaffKind] = {
    KIND: StaffKind(attention.state, attention.answer, refused=attention.settled),
    status.NOTE: StaffKind(status.state_of_note, status.answer_note),
    BALLOT_NOTICE: StaffKind(ballots.state, ballots.answer),
    ABSENCE: StaffKind(substitutes.state, substitutes.answer),
    TRANSLATOR: StaffKind(manuscripts.state, manuscripts.answer, read=manuscripts.everything),
    WISH: StaffKind(translations.state_of_wish, translations.answer_wish),
    LATE: StaffKind(translations.state_of_late, translations.answer_late),
    article_mail.KIND: StaffKind(articles.state_of_notice, articles.editor_answered),
    assignment_mail.CHOICE: StaffKind(assignments.state_of_choice, assignments.choose),
    event_mail.DECISION: StaffKind(events.state_of_decision, events.answer_decision),
    LINKS: StaffKind(manuscripts.state_of_links, manuscripts.answer_links),
    AGREED_NOTICE: StaffKind(editions.state_of_agreed, editions.answer_agreed),
    READY: StaffKind(editions.state_of_ready, editions.answer_ready),
    REVIEW: StaffKind(review_decisions.state, review_decisions.answer),
    PRESENTER: StaffKind(presenters.state_of_notice, presenters.answer),
    links.KIND: StaffKind(submissions.state, links.answer),
    nominations.KIND: StaffKind(submissions.state, nominations.decide),
    ReplyTo.ASKER: StaffKind(_unbound, feedback_replies.answer, refused=feedback_replies.keep_refused),
    ReplyTo.FILES: StaffKind(_unbound, feedback_replies.confirm_files, refused=feedback_replies.keep_refused_files),
    ReplyTo.COMMENT_REQUEST: StaffKind(_unbound, feedback_replies.comment, refused=feedback_replies.keep_refused),
}
"""By the kind that ``write_to_staff`` was given."""


def answer(
    office: Office,
    mail: Inbound,
    reply: StaffReply,
    verdict: Verdict,
    kinds: Mapping[str, StaffKind] = KINDS,
) -> Result:
    """Handle an answer to a notice if it is proven and still has an effect."""
    notice = office.work.staff.notice(reply.token.subject)
    kind = kinds.get(notice.kind) if notice else None
    if notice is None or kind is None:
        return Result(Done.NO_SUCH_NOTICE, folder=Folder.REFUSED)
    state = kind.state(office, notice)
    redeemed = redeem(office, reply.token, verdict, mail, state, reply.uncertain, kind.read)
    if not isinstance(redeemed, Result):
        by_person = replace(office, may_answer=True)  # whatever their address looks like
        return kind.act(by_person, mail, reply, redeemed.notice)
    if kind.refused is None or redeemed.done is Done.HANDLED_BEFORE:
        return redeemed
    if kind.refused(office, mail, reply, notice, redeemed):
        return replace(redeemed, folder=Folder.REFUSED)
    return redeemed
