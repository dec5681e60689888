"""Members by office: who is on such a list without having asked is told once, and can object by a reply."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from mailer.contacts import leave_link
from mailer.departures import depart
from mailer.inviting import BY_OFFICE
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Result
from mailer.model.lists import Departure, Standing
from mailer.model.questions import Choice, Question, Reply
from mailer.office import Decision, Office
from mailer.questions import ask

BATCH = 50
"""How many members one transaction tells."""


def due(office: Office, now: datetime) -> list[Decision]:
    """Tell those who have become members by their office."""
    keys = [key for key, rules in office.rules.lists.items() if rules.by_office]
    return [
        Decision(f"telling new members of {key}", partial(_tell_all, key=key))
        for key in keys
        if office.work.questions.unasked(BY_OFFICE, key, 1)
    ]


def _tell_all(office: Office, key: str) -> None:
    for contact in office.work.questions.unasked(BY_OFFICE, key, BATCH):
        title = office.rules.list_rules(key).title
        values = {
            "greeting": contact.greeting,
            "list": title,
            "titles": office.rules.received([key]),
            "leave": leave_link(office, contact, key),
        }
        ask(
            office,
            Address.parse(contact.address, contact.details.name),
            "by-office",
            values,
            kind=BY_OFFICE,
            subject=contact.id,
            state=key,
            about=title,
            contact=contact.id,
            prepared={"no_reply": "no"},
            once=f"by-office {key} {contact.id}",
        )


def state(office: Office, question: Question) -> str:
    """The list, as long as they are on it."""
    standing = office.work.lists.standing(question.state, question.subject)
    return question.state if standing is Standing.ACTIVE else ""


def answer(office: Office, mail: Inbound, reply: Reply, question: Question) -> Result:
    """Take somebody off the list who objects, whatever its rules for leaving are, and tell the secretary."""
    key, contact = question.state, office.work.lists.contact(question.subject)
    assert contact is not None  # they are on the list
    if reply.choice is Choice.YES:
        return Result(Done.OFFICE_AGREED, {"address": contact.address, "list": key})
    left = depart(office, contact, Departure((), (key,)), mail.message_id if office.may_answer else None)
    values = {
        "member": contact.label,
        "address": contact.address,
        "list": office.rules.list_rules(key).title,
        "command": f"mailer member add {contact.address} {key}",
    }
    office.tell_secretary("office-objected", values, once=f"office-objected {question.id}")
    return left
