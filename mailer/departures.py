"""How somebody leaves: what ends for them, and the goodbye that a reply undoes."""

from __future__ import annotations

from datetime import timedelta

from mailer.message import Address
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact, Departure, Scope, Standing, departure
from mailer.office import Office
from mailer.tokens import Purpose

BACK_WITHIN = timedelta(days=30)
"""How long a departure can be undone by the token in its goodbye."""


def leaves(office: Office, contact: Contact, scope: Scope | None) -> Departure:
    """What somebody leaves by leaving ``scope``; None stands for everything."""
    opted_out = office.work.lists.opt_outs(contact.id)
    member_of = set(office.lists_of(contact))
    return departure(scope, member_of, opted_out, office.rules.lists, office.rules.publications)


def depart(office: Office, contact: Contact, left: Departure, in_reply_to: str | None) -> Result:
    """Record what the contact leaves, and confirm it; nothing if there is nothing to leave."""
    if left == Departure():
        return Result(Done.NOTHING_TO_LEAVE)
    for key in left.lists:
        office.work.lists.set_standing(key, contact.id, Standing.LEFT, office.now, office.cause)
    office.work.lists.opt_out(contact.id, left.publications, office.now)
    office.record("left", contact.address, publications=list(left.publications), lists=list(left.lists))
    token = office.token(Purpose.COME_BACK, office.work.lists.add_departure(contact.id, left, office.now))
    office.write(
        Address.parse(contact.address, contact.details.name),
        "left",
        {
            "titles": office.rules.named(left.publications, left.lists),
            "still": _still_received(office, contact),
            "days": BACK_WITHIN.days,
            "back": office.rules.back_link(token),
        },
        token=token,
        in_reply_to=in_reply_to,
    )
    return Result(Done.LEFT, {"what": ", ".join(dict.fromkeys((*left.publications, *left.lists)))})


def _still_received(office: Office, contact: Contact) -> list[str]:
    """Titles of what the contact gets from now on."""
    member_of = office.lists_of(contact)
    brought = {publication for key in member_of for publication in office.rules.brought(key)}
    over = office.work.lists.opt_outs(contact.id)
    return office.rules.named([key for key in office.rules.publications if key in brought - over], member_of)
