"""Undoing what the last command has done to a list, as one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from mailer import contacts
from mailer.errors import Refused
from mailer.inbound.details import details_of
from mailer.message import Address
from mailer.model.list_undo import COMMANDS, WITHIN, Act, Before, Step, command_of, step
from mailer.model.lists import Contact, Standing
from mailer.model.personal_data import FORGOTTEN
from mailer.model.suppressions import Cause, Suppression
from mailer.office import Decision, Office

SOME = 500
"""How many addresses are looked up at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an undo does."""

    cause: str
    at: datetime
    steps: tuple[Step, ...]
    before: tuple[Before, ...]
    version: int
    """The number of the list's last change."""

    @property
    def command(self) -> str:
        return command_of(self.cause)

    @property
    def acts(self) -> bool:
        return any(one.act.acts for one in self.steps)


def plan(office: Office, key: str) -> Plan:
    """What the undo of the last command does. Raises Refused if there is none, or if it is not undone this way."""
    rules = office.rules.list_rules(key)
    changed = office.work.list_documents.last_changed(key, office.now - WITHIN)
    if not changed:
        raise Refused(f"No command has changed the list “{rules.key}” in the last {WITHIN.days} days.")
    cause, at = changed[0].cause, changed[0].at
    if command_of(cause) not in COMMANDS:
        raise Refused(
            f"The last command that has changed the list “{rules.key}” was `mailer {command_of(cause)}`, which is not "
            "undone this way."
        )
    steps = tuple(_stays(office, key, [step(one) for one in changed]))
    before = tuple(office.work.list_documents.before(cause))
    return Plan(cause, at, steps, before, office.work.lists.versions([key])[key])


def _stays(office: Office, key: str, steps: Sequence[Step]) -> Iterator[Step]:
    """The steps; nobody is put back who has left all that goes to the list meanwhile, or asked to be forgotten."""
    brought = set(office.rules.brought(key))
    for start in range(0, len(steps), SOME):
        some = steps[start : start + SOME]
        addresses = [Address.parse(one.changed.address) for one in some if one.act is Act.PUT_BACK]
        known = contacts.known(office, key, addresses) if addresses else {}
        for one in some:
            address = Address.parse(one.changed.address)
            found = known.get(address.key)
            left = found is not None and (found.forgotten or (bool(brought) and brought <= found.left))
            gone = address.domain == FORGOTTEN
            away = gone or (one.act is Act.PUT_BACK and left)
            yield Step(Act.STAYS_AWAY, one.changed, None) if away else one


def undo(office: Office, key: str, agreed: Plan | None = None) -> Plan:
    """Undo what the last command has done to the list.

    Raises Refused if that is not any more what a person has ``agreed`` to undo.
    """
    planned = plan(office, key)
    if agreed is not None and planned != agreed:
        raise Refused(f"The list “{key}” has changed meanwhile; nothing was undone. Look again, and repeat it.")
    documents, kept = office.work.list_documents, list[Before]()
    documents.forget_before(key)
    for standing in Standing:
        ids = [one.changed.contact for one in planned.steps if one.standing is standing and one.act.acts]
        office.work.imports.set_standings(key, ids, standing, office.now, office.cause)
    stays = {one.changed.contact for one in planned.steps if one.act is Act.STAYS_AWAY}
    for before in planned.before:
        contact = office.work.lists.contact(before.contact)
        if contact is not None and Address.parse(contact.address).domain != FORGOTTEN:
            kept += _restore(office, key, contact, before, restores=before.contact not in stays)
    documents.keep_before(key, office.cause, kept, office.now)
    named = {act.value: [one.changed.address for one in planned.steps if one.act is act] for act in Act if act.acts}
    shown = {name.replace(" ", "_"): addresses[:SOME] for name, addresses in named.items() if addresses}
    office.record("undone", key, of=planned.cause, **shown)
    return planned


def _restore(office: Office, key: str, contact: Contact, before: Before, *, restores: bool) -> Iterator[Before]:
    """Give back what an import has changed of a contact, but what has changed since; what that changes."""
    now = {name: str(value or "") for name, value in asdict(contact.details).items()}
    back = {name: was for name, (was, made) in before.details.items() if now[name] == made}
    if back:
        office.work.members.set_details(contact.id, replace(contact.details, **details_of(back)))
        yield Before(contact.id, {name: [now[name], was] for name, was in back.items()})
    if not restores:
        return
    if before.opt_outs:
        office.work.lists.opt_out(contact.id, before.opt_outs, office.now)
    if kept := before.suppression:
        since = datetime.fromisoformat(kept["since"])
        stopped = Suppression(kept["reason"], since, Cause(kept["cause"]), contact.address)
        office.work.suppressions.save([stopped])
    if before.forgotten:
        contacts.forget(office, contact, "the import that brought them back was undone")


def due(office: Office, now: datetime) -> list[Decision]:
    """Erase what was kept for undos whose time is over."""
    until = now - WITHIN
    kept = office.work.list_documents.any_before(until)
    return [Decision("erasing what undos need", partial(_erase, until=until))] if kept else []


def _erase(office: Office, until: datetime) -> None:
    office.work.list_documents.forget_before(until=until)
