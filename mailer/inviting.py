"""Who is invited to a list, and who is not; each invitation is written by the agenda later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailer import contacts
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.imports import UNKNOWN
from mailer.model.invitations import NOBODY, Invitation, Invited, Nominator, Planned, decide
from mailer.model.list_file import Row
from mailer.model.lists import Contact, ListKind
from mailer.model.questions import Question
from mailer.office import Office

BY_OFFICE = "by office"
"""The kind of question that tells a member. Its subject is the contact, its state the list."""

NAMES = 500
"""How many addresses an entry of the audit trail names."""


def plan(office: Office, key: str, rows: Sequence[Row], *, again: bool = False) -> list[Planned]:
    """What is done with each address. Raises Refused if there is no such list, or nobody can be invited to it."""
    kind = office.rules.list_rules(key).kind
    if kind is ListKind.BOARD:
        raise Refused(f"The list “{key}” is a board: who votes is decided by a person, with `mailer member add`.")
    if kind is ListKind.EVENTS:
        raise Refused(f"The entries of the list “{key}” are events, not people: nobody can be invited to it.")
    addresses = [row.address for row in rows]
    known, brought = contacts.known(office, key, addresses), office.rules.brought(key)
    before = office.work.invitations.newest_of([address.key for address in addresses], key)
    prints = {address.key: contacts.never_again(office, address) for address in addresses}
    never = office.work.invitations.never(list(prints.values()))
    return [
        decide(
            row,
            known.get(row.address.key, UNKNOWN),
            brought,
            before.get(row.address.key),
            never=prints[row.address.key] in never,
            again=again,
        )
        for row in rows
    ]


def invite(
    office: Office,
    key: str,
    rows: Sequence[Row],
    *,
    again: str = "",
    nominators: Mapping[str, Nominator] | None = None,
) -> list[Planned]:
    """Invite those who may be invited; the agenda writes to them, so many a day.

    ``nominators`` are who proposed somebody, by the keys of the addresses.
    """
    planned = plan(office, key, rows, again=bool(again))
    wanted = [one.row for one in planned if one.what is Invited.INVITE]
    drafts = [
        Invitation(
            id=0,
            list=key,
            address=str(row.address),
            details=row.details,
            by=office.actor,
            created_at=office.now,
            again=again,
            nominator=(nominators or {}).get(row.address.key, NOBODY),
            next_at=office.now,
        )
        for row in wanted
    ]
    made = office.work.invitations.add(drafts)
    for start in range(0, len(made), NAMES):
        some = [one.address for one in made[start : start + NAMES]]
        office.record("invited", key, addresses=some, **({"reason": again} if again else {}))
    return planned


def agreed(office: Office, contact: Contact, key: str) -> None:
    """Note that somebody came onto a list by their own yes: nobody has to tell them that they were not asked."""
    if not office.rules.list_rules(key).by_office:
        return
    draft = Question(
        id=0,
        addressee=contact.address,
        contact=contact.id,
        kind=BY_OFFICE,
        subject=contact.id,
        state=key,
        about=office.rules.list_rules(key).title,
        language=contact.details.language,
        offered={},
        asked_at=office.now,
        expires_at=office.now,
    )
    question = office.work.questions.add(draft, Address.parse(contact.address), f"by-office {key} {contact.id}")
    if question is not None:
        office.work.questions.answer(question.id, office.now)
