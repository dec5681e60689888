"""How a handler changes what is known of a contact: address and details; and how it forgets one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Literal, TypeAlias

from mailer.errors import Refused
from mailer.list_documents import choose, take_out
from mailer.message import Address
from mailer.model.approvals import Outcome
from mailer.model.confirmations import Asked
from mailer.model.editions import KIND, State
from mailer.model.imports import UNKNOWN, Known
from mailer.model.inbound import Done, Result
from mailer.model.lists import Contact, Details, Scope, ScopeKind, Standing, labelled
from mailer.model.personal_data import replacement
from mailer.model.publishing import Part, said
from mailer.model.restorations import Recorded
from mailer.model.suppressions import Suppression
from mailer.office import Office
from mailer.phrases import Language, Phrase, phrase
from mailer.tokens import Purpose

PUBLISH = "publish"
"""What may be published, among the changes of a person."""
PAUSE, PAUSED = "pause", phrase("Pause until")
"""The day until which no issue is sent, among them, and as people read it."""
Pause: TypeAlias = "date | Literal[False] | None"


def contact_of(office: Office, spec: str) -> Contact:
    """Raises Refused if nobody has the address; it names the person who had it."""
    try:
        address = Address.parse(spec)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
    contact = office.work.lists.contact_at(str(address))
    if contact is None:
        had = ", ".join(person.address for person in office.work.members.formerly(address))
        hint = f"it was the address of {had} before" if had else "look for part of it with `mailer member find`"
        raise Refused(f"Nobody has the address {address}: {hint}.")
    return contact


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of somebody's address or details."""

    contact: Contact
    address: Address
    details: Details
    suppressed: str
    """Why the new address gets no mail, after the change."""
    published: tuple[Part, ...] | None = None
    """What may be published from now on; None if that does not change."""
    pause: Pause = False
    """The day until which no issue is sent from now on; None ends a pause, and False leaves it as it is."""
    zone: tzinfo = UTC
    """The time zone of days."""

    @property
    def publishes(self) -> bool:
        """Whether what may be published changes."""
        return self.published is not None and self.published != self.contact.published

    @property
    def pauses(self) -> bool:
        """Whether a pause begins, ends or changes."""
        return self.pause is not False and self.pause != self.paused_before

    @property
    def paused_before(self) -> date | None:
        """The day until which they pause so far; None if they do not."""
        until = self.contact.paused_until
        return until.astimezone(self.zone).date() if until else None

    @property
    def changes(self) -> dict[str, tuple[str, str]]:
        """Old and new value by name."""
        old, new = self.contact.details, self.details
        pairs = {
            field.name: (getattr(old, field.name) or "", getattr(new, field.name) or "") for field in fields(Details)
        }
        pairs = {"address": (self.contact.address, str(self.address)), **pairs}
        if self.publishes:
            pairs[PUBLISH] = ",".join(self.contact.published or ()), ",".join(self.published or ())
        if self.pauses:
            pairs[PAUSE] = str(self.paused_before or ""), str(self.pause or "")
        if self.publishes:
            changed = {name: pair for name, pair in pairs.items() if pair[0] != pair[1] or name == PUBLISH}
            return {name: (str(before), str(after)) for name, (before, after) in changed.items()}
        return {name: (str(before), str(after)) for name, (before, after) in pairs.items() if before != after}

    @property
    def named(self) -> list[tuple[Phrase, object, object]]:
        """Label, old and new value of each detail that changes, for people."""
        old: dict[Phrase, object] = dict(labelled(self.contact.details))
        new: dict[Phrase, object] = dict(labelled(self.details))
        if self.publishes:
            label, was = phrase("May be published"), self.contact.published
            old[label], new[label] = said(was) if was is not None else "", said(self.published or ())
        if self.pauses:
            old[PAUSED], new[PAUSED] = self.paused_before or "", self.pause or ""
        labels = dict.fromkeys([*old, *new])
        return [(label, old.get(label, ""), new.get(label, "")) for label in labels if old.get(label) != new.get(label)]


def edit(
    office: Office,
    spec: str,
    address: Address | None,
    details: Mapping[str, Any],
    published: tuple[Part, ...] | None = None,
    pause: Pause = False,
) -> Edit:
    """What ``change`` does. Raises Refused if somebody else has the new address.

    A bounce stays with the old address. A complaint, and what the secretary has decided, come along to the new one.
    """
    contact = contact_of(office, spec)
    old = Address.parse(contact.address)
    new = address or old
    other = office.work.lists.contact_at(str(new))
    if other is not None and other.id != contact.id:
        raise Refused(
            f"{new} is somebody already, with lists and wishes of their own (`mailer member show {new}`): keep that "
            f"one, and take {contact.address} off its lists with `mailer member remove`."
        )
    reason = office.work.lists.suppressed(str(new)) or ""
    if not reason and (wish := _wish(office, old)):
        reason = wish.reason
    return Edit(contact, new, replace(contact.details, **details), reason, published, pause, office.rules.timezone)


def _wish(office: Office, address: Address) -> Suppression | None:
    """The suppression of an address that is of its owner."""
    found = office.work.suppressions.find(str(address))
    return found if found and not found.cause.is_of_bounces else None


def change(
    office: Office,
    spec: str,
    address: Address | None,
    details: Mapping[str, Any],
    published: tuple[Part, ...] | None = None,
    pause: Pause = False,
) -> Edit:
    """Change somebody's address or details; their lists, wishes and history stay theirs."""
    planned = edit(office, spec, address, details, published, pause)
    if not planned.changes:
        return planned
    contact, new = planned.contact, planned.address
    if str(new) != contact.address:
        office.work.members.change_address(contact, new, office.now)
        for asked in Asked:  # a yes to what was asked at the old address comes from a mailbox that may be another's now
            office.work.confirmations.supersede(asked, contact.id)
        wish = _wish(office, Address.parse(contact.address))
        if wish and office.work.lists.suppressed(str(new)) is None:
            office.work.suppressions.save([replace(wish, since=office.now, of=str(new))])
    office.work.members.set_details(contact.id, planned.details)
    changed = {name: list(pair) for name, pair in planned.changes.items() if name not in (PUBLISH, PAUSE)}
    if changed:
        office.record(Recorded.CHANGED, str(new), **changed)
    if planned.pauses:
        office.work.members.pause(contact.id, _midnight(office, planned.pause or None), office.now)
        office.record("paused" if planned.pause else "resumed", str(new), until=str(planned.pause or ""))
    if planned.publishes:
        choose(office, contact, planned.published or ())
    return planned


def _midnight(office: Office, day: date | None) -> datetime | None:
    """The beginning of a day by the office's clock."""
    return datetime.combine(day, time(), office.rules.timezone).astimezone(UTC) if day else None


# --- joining ---


def join(
    office: Office,
    key: str,
    address: Address,
    details: Details,
    in_reply_to: str | None,
    problems: Sequence[Phrase] = (),
) -> Contact:
    """Put somebody on a list by their own yes, whatever was before, and welcome them."""
    contact = office.work.lists.save_contact(address, details, office.now)
    office.work.lists.unsuppress(str(address))
    welcome_back(office, [str(address)])
    office.work.lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)
    office.work.lists.opt_in(contact.id, office.rules.brought(key))
    office.record("subscribed", str(address), list=key)
    office.note(Recorded.SUBSCRIBED, str(address), {"list": key, "details": asdict(details)})
    office.write(
        address,
        "welcome",
        {
            "greeting": contact.greeting,
            "titles": office.rules.received([key]),
            "format": (contact.details.format or office.rules.format).value,
            "details": labelled(contact.details),
            "problems": list(problems),
            "forwarding": office.rules.to_new_readers(key),
            "leave": leave_link(office, contact, key),
        },
        in_reply_to=in_reply_to,
    )
    return contact


def leave_link(office: Office, contact: Contact, key: str) -> str:
    """The link by which a contact leaves a list."""
    scope = office.work.lists.scopes()[Scope(ScopeKind.LIST, key)]
    return office.rules.leave_links(office.token(Purpose.LEAVE, contact.id, scope))[-1]


# --- strangers ---


def day_of(office: Office, time: datetime) -> date:
    """The day by the office's clock."""
    return time.astimezone(office.rules.timezone).date()


def answer_stranger(office: Office, sender: Address) -> Result:
    """Tell an address that nothing is held about it. Nothing of the writer's is in it: somebody else may read it."""
    request = office.work.personal_data.newest_request(sender, office.now - office.rules.signup.expires)
    values = {
        "former": bool(office.work.members.formerly(sender)),
        "asked": day_of(office, request.created_at) if request else None,
        "subscribe": office.rules.link("subscribe", ""),
    }
    sent = office.write(Address.parse(sender.key), "unknown", values, in_reply_to="")
    return Result(Done.STRANGER_TOLD if sent else Done.ANSWERED_TODAY)


# --- forgetting ---


def fingerprints(office: Office, addresses: Iterable[str]) -> list[str]:
    """What is kept of each address of somebody who was forgotten, and of the mailbox of which it is an alias."""
    parsed = map(Address.parse, addresses)
    return [office.key.fingerprint(form) for form in dict.fromkeys(form for one in parsed for form in _forms(one))]


def _forms(address: Address) -> tuple[str, str]:
    return address.key, address.base_key


def known(office: Office, key: str, addresses: Sequence[Address]) -> dict[str, Known]:
    """What the store knows of these addresses, as ports.ImportQueries, with those whose owners were forgotten."""
    found = office.work.imports.known(key, addresses)
    if not office.work.personal_data.any_forgotten():
        return found
    prints = {address.key: set(fingerprints(office, [address.key])) for address in addresses}
    gone = office.work.personal_data.forgotten({one for some in prints.values() for one in some})
    for address in (address for address, own in prints.items() if own & gone):
        found[address] = replace(found.get(address, UNKNOWN), forgotten=True)
    return found


def welcome_back(office: Office, addresses: Collection[str]) -> None:
    """Somebody who was forgotten is known again, by their own wish or by the secretary's."""
    known_as = fingerprints(office, addresses)
    office.work.personal_data.welcome_back(known_as)
    office.work.invitations.drop_never([never_again(office, Address.parse(address)) for address in addresses])


def never_again(office: Office, address: Address) -> str:
    """What is kept of a mailbox that wants no invitation any more."""
    return office.key.fingerprint(address.base_key)


def wants_nothing(office: Office, address: Address) -> bool:
    """Whether its owner has said that they want no invitation, or has asked to be forgotten."""
    asked = office.work.invitations.never([never_again(office, address)])
    return bool(asked or office.work.personal_data.forgotten(fingerprints(office, [address.key])))


def forget(office: Office, contact: Contact, reason: str = "") -> None:
    """Erase all that is known of a contact, and end their memberships; fingerprints of their addresses are kept.

    Their id stays, because versions of lists, votes and grants rest on it. The audit trail says that they were erased.
    """
    former = [former.address for former in office.work.members.former_addresses(contact.id)]
    keys = list(dict.fromkeys(Address.parse(address).key for address in (contact.address, *former)))
    for member in office.work.lists.memberships_of(contact.id):
        if member.standing is Standing.ACTIVE:
            office.work.lists.set_standing(member.list, contact.id, Standing.LEFT, office.now, office.cause)
    nobody, kept = replacement(contact.id), fingerprints(office, keys)
    addresses = sorted({contact.address, *former, *keys})
    for person in (*office.work.merging.aliases(contact.id), contact):
        _end_translations(office, person)
        take_out(office, person)
        office.work.personal_data.erase(person, addresses, replacement(person.id), office.now)
        office.work.audit.erase(person.id, addresses)
    office.work.personal_data.remember_forgotten(kept, office.now)
    office.resources.journal.erase(keys)
    by_themselves = office.actor.lower() in keys
    recorder = replace(office, actor=str(nobody)) if by_themselves else office
    recorder.record(Recorded.FORGOTTEN, str(nobody), fingerprints=kept, **({"reason": reason} if reason else {}))


def _end_translations(office: Office, contact: Contact) -> None:
    """What they were translating ends, and the secretary may give it to somebody else; what was granted stays."""
    for translation in office.work.editions.of_contact(contact.id):
        if not translation.is_open or translation.state is State.GRANTED:
            continue
        ballot = office.work.approvals.latest_ballot(KIND, translation.id)
        if ballot is not None and ballot.outcome is Outcome.OPEN:
            office.work.approvals.close_ballot(ballot.id, Outcome.WITHDRAWN)
        issue = office.work.issues.issue_by_id(translation.issue)
        assert issue is not None
        values = {
            "publication": office.rules.publication(issue.publication).title,
            "number": issue.number,
            "typed": office.rules.typed(issue.publication, issue.number),
            "language": Language(translation.language),
            "tag": translation.language,
            "reason": phrase("its translator asked to be forgotten"),
        }
        office.tell_secretary("translation-ended", values, once=f"translation-ended {translation.id}")
        office.record("translation ended", f"{issue.name} {translation.language}", edition=translation.id)
