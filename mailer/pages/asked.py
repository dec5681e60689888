"""What visitors of the pages have asked for: it is kept until the next tick, which does as with a mail that asks.

A page does nothing itself. So it takes as long for an address that is known as for any other, and says the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial

from mailer.handlers import events, feedback, lists, presenters
from mailer.inbound.details import details_of
from mailer.inbound.intents import Feedback
from mailer.inbound.parse import parse
from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact, Details
from mailer.model.visits import VALID, PageLink, Visit, Wanted
from mailer.office import Decision, Office

AT_ONCE = 50
"""Visits that one tick handles."""

log = logging.getLogger(__name__)


def due(office: Office, now: datetime) -> list[Decision]:
    """Answer those who asked for something on a page."""
    return [
        Decision("answering a visitor of the pages", partial(answer, visit=visit))
        for visit in office.work.visits.waiting(AT_ONCE)
    ]


def answer(office: Office, visit: Visit) -> None:
    """Do what a visitor asks for. One that fails holds up no other: a person gets what was filled in (law 7)."""
    office.work.visits.drop([visit.id])
    to = Address.parse(visit.address, visit.name)
    spoken = {to.base_key: visit.language} if visit.language else {}
    own = replace(office, actor="a visitor", cause=f"page {visit.id} {visit.at.isoformat()}", spoken=spoken)
    try:
        with office.work.savepoint():
            ACTS[visit.wanted](own, to, visit)
    except Exception:
        log.exception("what a visitor asked for on a page could not be done: %s", visit.wanted.value)
        _pass_on(own, to, visit)


def _pass_on(office: Office, to: Address, visit: Visit) -> None:
    """Make an item of a form, as of a mail with its lines."""
    words = "\n".join([visit.wanted.value, *(f"{key}: {value}" for key, value in (visit.values or {}).items())])
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = str(to), str(office.rules.address), visit.wanted.value
    mail.set_content(words)
    feedback.receive(replace(office, may_answer=False), parse(mail.as_bytes(), visit.at), Feedback(words))


def _subscribe(office: Office, to: Address, visit: Visit) -> Result:
    details = replace(Details(language=visit.language), **details_of(visit.values or {}))
    return lists.subscribe(office, to, details, ())


def _link(office: Office, to: Address, visit: Visit) -> Result:
    """Mail a link to the stored address. Nothing is written to any other: anybody can name it on a page.

    Nor is it to somebody who complained of our mail, or whom the secretary has suppressed.
    """
    contact, stopped = office.work.lists.contact_at(str(to)), office.work.suppressions.covering(to)
    if contact is None or (stopped and not stopped.cause.is_of_bounces):
        return Result(Done.NOT_ACTED_ON, {"reason": "nobody has this address"})
    stored = Address.parse(contact.address, contact.details.name)
    if not office.admits("preferences-link", stored):
        return Result(Done.ANSWERED_TODAY)
    link = office.work.visits.add_link(contact.id, office.now)
    values = {"link": office.rules.page(f"preferences/{secret_of(office, link)}"), "time": VALID}
    once = f"preferences-link {link.id} {link.asked_at.isoformat()}"
    office.write(stored, "preferences-link", values, in_reply_to="", once=once)
    office.record("link to preferences", contact.address)
    return Result(Done.STATUS_SENT)


def secret_of(office: Office, link: PageLink) -> str:
    """What stands in the address of a link's page. It is not stored."""
    return f"{link.id}-{office.key.sealed(f'link {link.id} {link.contact} {link.asked_at.isoformat()}')}"


def still_theirs(office: Office, contact: Contact, link: PageLink) -> bool:
    """Whether the mailbox that got the link is theirs still; another person may read their former one."""
    return all(former.until < link.asked_at for former in office.work.members.former_addresses(contact.id))


ACTS: Mapping[Wanted, Callable[[Office, Address, Visit], Result]] = {
    Wanted.SUBSCRIBE: _subscribe,
    Wanted.PREFERENCES: _link,
    Wanted.PRESENTER: lambda office, to, visit: presenters.filled_in(office, to, visit.values or {}),
    Wanted.EVENT: lambda office, to, visit: events.filled_in(office, to, visit.values or {}),
}
"""What becomes of each wish."""
