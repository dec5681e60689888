"""What the office holds about a person, subject by subject, and who is told of it."""

from __future__ import annotations

from mailer import question_replies, questions
from mailer.handlers import (
    articles,
    assignments,
    channels,
    events,
    holders,
    invitations,
    organisations,
    personal_data,
    presenters,
    publishing,
    reviews,
    status,
    visits,
)
from mailer.inbound import intents
from mailer.inbound.intents import Verdict
from mailer.message import Inbound
from mailer.model.inbound import Result
from mailer.office import Office
from mailer.staff import in_charge

HELD: tuple[personal_data.Holding, ...] = (
    organisations.held,
    presenters.held,
    holders.held,
    question_replies.held_submissions,
    questions.held,
    reviews.held,
    invitations.held,
    events.held,
    assignments.held,
    channels.held,
    articles.held,
    publishing.held,
    visits.held,
)
"""What each subject holds about a person, in the order in which “status” tells it."""


def tell_status(office: Office, mail: Inbound, intent: intents.Status, verdict: Verdict) -> Result:
    """Staff are told how the office stands, others what we hold about them; both at their own address."""
    if staff := in_charge(office, mail.author):
        return status.tell_staff(office, staff, mail.message_id, verdict.authentic)
    return personal_data.tell_status(office, mail.author, HELD, authentic=verdict.authentic)
