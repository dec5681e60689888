"""The mails of a review: each reader gets their own data, composed when the mail is sent."""

from __future__ import annotations

from mailer.compose.forms import line
from mailer.compose.notices import compose_notice
from mailer.errors import NotGranted
from mailer.message import Address
from mailer.model.lists import Scope, ScopeKind, greeting
from mailer.model.mailings import Mailing
from mailer.model.outbox import Due
from mailer.office import Office
from mailer.reviewing.entries import asking
from mailer.tokens import Purpose


class ReviewNotices:
    """content.Notices for reviews: a shipped notice with what the office knows of its reader (law 4)."""

    def __init__(self, notice: str) -> None:
        self._notice = notice

    def compose(self, office: Office, mailing: Mailing, row: Due) -> bytes:
        a_round = office.work.reviews.by_id(mailing.subject)
        assert a_round is not None and row.contact is not None
        question = office.work.reviews.question(a_round.id, row.contact)
        if question is None:
            raise NotGranted(f"{row.recipient} is asked by no question of {a_round.name}.")
        to = Address.parse(row.recipient, line(row.name))
        values = asking(office, a_round, question, greeting(line(row.name), line(row.organisation)))
        rules = office.rules.lists.get(a_round.list)
        scope = office.work.lists.scopes().get(Scope(ScopeKind.LIST, a_round.list))
        leave = office.token(Purpose.LEAVE, row.contact, scope) if rules and rules.leave and scope else None
        return compose_notice(
            office.compose(to, self._notice, values, row.language or office.rules.language),
            sender=office.rules.sender,
            to=to,
            reply_to=office.rules.to(office.token(Purpose.ANSWER, question.id)),
            message_id=row.message_id,
            date=office.now,
            help=office.rules.help_link,
            leave=office.rules.leave_links(leave) if leave else (),
        )
