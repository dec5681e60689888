"""What a person sees and changes of themselves on the pages, once a mailed link has shown that it is theirs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from mailer.contacts import join
from mailer.departures import depart, leaves
from mailer.handlers import personal_data
from mailer.handlers.personal_data import Holding, paused_until
from mailer.message import Address
from mailer.model.lists import Contact, Departure, Scope, ScopeKind
from mailer.office import Office
from mailer.ports.pages import Act, Preferences, Receives


def shown(office: Office, contact: Contact, held: Sequence[Holding]) -> Preferences:
    """What they see."""
    members = _active(office, contact)
    return Preferences(
        contact.address,
        contact.details,
        contact.details.format or office.rules.format,
        paused_until(office, contact),
        _publications(office, contact),
        office.rules.titles(members),
        personal_data.told(office, contact, held),
    )


def _active(office: Office, contact: Contact) -> list[str]:
    return [key for key in office.lists_of(contact) if key in office.rules.lists]


def _publications(office: Office, contact: Contact) -> list[Receives]:
    """What comes to them, and what may come: by a list that they are on, or by the one that everybody can join."""
    keys, left = _active(office, contact), office.work.lists.opt_outs(contact.id)
    return [
        Receives(key, one.title, key not in left and bool(set(one.lists) & set(keys)))
        for key, one in office.rules.publications.items()
        if set(one.lists) & {*keys, office.rules.signup.list}
    ]


def receive(office: Office, contact: Contact, wanted: Collection[str]) -> None:
    """Have the publications come that they want, and no other."""
    for one in _publications(office, contact):
        if one.comes and one.key not in wanted:
            left = leaves(office, contact, Scope(ScopeKind.PUBLICATION, one.key))
            depart(office, contact, left, None)
        elif not one.comes and one.key in wanted:
            _receive_again(office, contact, one.key)


def _receive_again(office: Office, contact: Contact, publication: str) -> None:
    lists = office.rules.publications[publication].lists
    if set(lists) & set(_active(office, contact)):
        office.work.lists.opt_in(contact.id, [publication])
        office.record("receives again", contact.address, publication=publication)
    elif office.rules.signup.list in lists:
        to = Address.parse(contact.address, contact.details.name)
        join(office, office.rules.signup.list, to, contact.details, None)


def _leave(office: Office, contact: Contact) -> None:
    left = leaves(office, contact, None)
    if left != Departure():
        depart(office, contact, left, None)


ACTS: Mapping[Act, Callable[[Office, Contact], object]] = {
    Act.LEAVE: _leave,
    Act.FORGET: lambda office, contact: personal_data.ask_to_forget(office, Address.parse(contact.address)),
}
"""What each button does."""
