"""After a restore from a backup: what a journal knows is done again, and a person lets sending go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from mailer import contacts
from mailer.errors import Refused
from mailer.message import Address
from mailer.model.bounces import AddressState, Event, Sign, step, suppression_of
from mailer.model.failures import COMPLAINED
from mailer.model.issues import Issue
from mailer.model.lists import Departure, Details, Format, Kind, Standing
from mailer.model.mailings import MailingKind
from mailer.model.outbox import Delivery
from mailer.model.reports import Why
from mailer.model.restorations import SENDS, Entry, Recorded, Restoration
from mailer.model.suppressions import Cause, Suppression, suppressed_domain
from mailer.office import Office


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a person has to see before mail is sent again."""

    restoration: Restoration
    doubts: Mapping[str, int]
    """Mails in doubt by issue; the empty name is service mail."""
    maybe_sent: Sequence[Issue]
    """Issues that may have been sent since the backup, and whose store does not know."""
    started: Sequence[Entry]
    """Sends that the journal knows of."""
    lost: Mapping[str, int]
    """What was done at the command line or by other ways since the backup, by action, as the journal has it."""


def unknown(office: Office) -> Unknown | None:
    """What the open restore leaves unknown; None if there is none."""
    restoration = office.work.restorations.open()
    if restoration is None:
        return None
    issues = {issue.id: issue for issue in office.work.issues.all()}
    mailings = {one.subject: one.id for one in office.work.mailings.all() if one.kind is MailingKind.ISSUE}
    doubts = {
        issue.name: office.work.outbox.counts(mailings[issue.id])[Delivery.DOUBTFUL]
        for issue in issues.values()
        if issue.id in mailings
    }
    doubts[""] = office.work.outbox.counts()[Delivery.DOUBTFUL]
    done = [entry for entry in restoration.journal if entry.action not in (*AGAIN, *SENDS)]
    return Unknown(
        restoration,
        {name: count for name, count in doubts.items() if count},
        [issues[key] for key in restoration.maybe_sent if key in issues],
        [entry for entry in restoration.journal if entry.action in SENDS],
        {action: sum(entry.action == action for entry in done) for action in dict.fromkeys(e.action for e in done)},
    )


def resume(office: Office) -> None:
    """Let mail be sent again. Raises Refused if the filed mail has not been read again yet."""
    restoration = office.work.restorations.open()
    if restoration is None:
        return
    if restoration.read_again_at is None:
        raise Refused(
            "The mail that was filed since the backup has not been read again yet, so who has left is not known: "
            "start the daemon (`mailer run`), and look with `mailer status`. --unread lets mail go without that."
        )
    resume_unread(office)


def resume_unread(office: Office) -> None:
    """Let mail be sent again, whatever is not known."""
    restoration = office.work.restorations.open()
    if restoration is not None:
        office.work.restorations.resume(restoration, office.now)
        office.hand_out()
        office.record("resumed after a restore", f"backup of {restoration.backup_at.isoformat()}")


def do_again(office: Office, entries: Sequence[Entry]) -> int:
    """Do again what a journal knows with its details; returns how many entries changed something."""
    return sum(
        AGAIN[entry.action](office, entry) for entry in entries if entry.action in AGAIN and _is_of_somebody(entry)
    )


def _is_of_somebody(entry: Entry) -> bool:
    try:
        domain = suppressed_domain(entry.subject)
        if not domain:
            Address.parse(entry.subject)
    except ValueError:
        return False
    return not domain or entry.action in (Recorded.SUPPRESSED, Recorded.UNSUPPRESSED)


def _leave(office: Office, entry: Entry) -> bool:
    """Who joined after the backup is saved as one who has left, so that no import brings them back (B12)."""
    lists = office.work.lists
    keys = [key for key in _texts(entry, "lists") if key in office.rules.lists]
    publications = [key for key in _texts(entry, "publications") if key in office.rules.publications]
    if not (keys or publications):
        return False
    address = Address.parse(entry.subject)
    contact = lists.contact_at(entry.subject) or lists.save_contact(address, Details(), office.now)
    known = lists.opt_outs(contact.id)
    lists.opt_out(contact.id, [key for key in publications if key not in known], office.now)
    ended = [lists.set_standing(key, contact.id, Standing.LEFT, office.now, office.cause) for key in keys]
    if changed := any(ended) or not known.issuperset(publications):
        lists.add_departure(contact.id, Departure(tuple(publications), tuple(keys)), office.now)
    return changed


def _remove(office: Office, entry: Entry) -> bool:
    lists = office.work.lists
    contact = lists.contact_at(entry.subject)
    if contact is None:
        return False
    keys = [key for key in _texts(entry, "lists") if key in office.rules.lists]
    ending = [key for key in keys if lists.standing(key, contact.id) is Standing.ACTIVE]
    for key in ending:
        lists.set_standing(key, contact.id, Standing.REMOVED, office.now, office.cause)
    return bool(ending)


def _come_back(office: Office, entry: Entry) -> bool:
    contact = office.work.lists.contact_at(entry.subject)
    if contact is None:
        return False
    publications = office.work.lists.opt_outs(contact.id).intersection(_texts(entry, "publications"))
    office.work.lists.opt_in(contact.id, publications)
    changed = bool(publications)
    for key in _texts(entry, "lists"):
        if key in office.rules.lists and office.work.lists.standing(key, contact.id) is Standing.LEFT:
            changed |= office.work.lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)
    return changed


def _change(office: Office, entry: Entry) -> bool:
    """Give somebody the address and the details that they have now: what they did later is under the new address."""
    pairs = {name: _texts(entry, name) for name in entry.detail}
    new = {name: pair[1] for name, pair in pairs.items() if len(pair) > 1}
    old = pairs["address"][0] if "address" in new else entry.subject
    contact = office.work.lists.contact_at(old)
    if contact is None or (old != entry.subject and office.work.lists.contact_at(entry.subject) is not None):
        return False
    try:
        details = details_from({**asdict(contact.details), **new})
    except (ValueError, TypeError):
        return False
    if old != entry.subject:
        office.work.members.change_address(contact, Address.parse(entry.subject), office.now)
    office.work.members.set_details(contact.id, details)
    return old != entry.subject or details != contact.details


def _bounce(office: Office, entry: Entry) -> bool:
    """Suspend an address that bounced since, or give it up. A complaint or a person's decision outweighs it."""
    address, work = Address.parse(entry.subject), office.work
    stopped, before = work.suppressions.find(entry.subject), work.bounces.find(address)
    sign = Sign(Event.GONE, 0.0, Why.USER_UNKNOWN, "", str(entry.detail.get("diagnostic", "")))
    after = step(None, sign, entry.at, office.rules.bounces)
    assert after is not None
    if entry.action == Recorded.GIVEN_UP:
        after = replace(after, state=AddressState.REMOVED, next_at=None)
    if (stopped and not stopped.cause.is_of_bounces) or (before and before.state is after.state):
        return False
    work.bounces.save(address, after)
    suppression = suppression_of(address, after, entry.at)
    assert suppression is not None
    work.suppressions.save([suppression])
    return True


def _mail_again(office: Office, entry: Entry) -> bool:
    stopped = office.work.suppressions.find(entry.subject)
    if stopped is None or not stopped.cause.is_of_bounces:
        return False
    office.work.lists.unsuppress(entry.subject)
    return True


def _suppress(office: Office, entry: Entry) -> bool:
    complained = entry.action == Recorded.COMPLAINED
    reason = COMPLAINED if complained else str(entry.detail.get("reason", ""))
    cause = Cause.COMPLAINED if complained else _cause(entry)
    before = office.work.suppressions.find(entry.subject)
    if before is not None and not before.cause.is_of_bounces:
        return False
    office.work.suppressions.save([Suppression(reason, entry.at, cause, entry.subject)])
    return True


def _cause(entry: Entry) -> Cause:
    said = str(entry.detail.get("cause", ""))
    return Cause(said) if said in (Cause.COMPLAINED, Cause.BOUNCED) else Cause.PERSON


def _unsuppress(office: Office, entry: Entry) -> bool:
    if office.work.suppressions.find(entry.subject) is None:
        return False
    if suppressed_domain(entry.subject):
        return office.work.suppressions.remove(entry.subject)
    office.work.lists.unsuppress(entry.subject)
    return True


def _subscribe(office: Office, entry: Entry) -> bool:
    key = str(entry.detail.get("list", ""))
    if key not in office.rules.lists:
        return False
    try:
        details = details_from(entry.detail.get("details", {}))
    except (ValueError, TypeError):
        return False
    contact = office.work.lists.save_contact(Address.parse(entry.subject), details, office.now)
    contacts.welcome_back(office, [entry.subject])
    office.work.lists.unsuppress(entry.subject)
    office.work.lists.opt_in(contact.id, office.rules.brought(key))
    return office.work.lists.set_standing(key, contact.id, Standing.ACTIVE, office.now, office.cause)


def _forget(office: Office, entry: Entry) -> bool:
    """Forget again whom the backup still knows. The journal has only the fingerprints of their addresses."""
    prints = set(_texts(entry, "fingerprints"))
    office.work.personal_data.remember_forgotten(sorted(prints), office.now)
    found = {number for number, key in office.work.personal_data.addresses() if office.key.fingerprint(key) in prints}
    for number in sorted(found):
        contact = office.work.lists.contact(number)
        assert contact is not None
        contacts.forget(office, contact)
    return bool(found)


AGAIN: Mapping[str, Callable[[Office, Entry], bool]] = {
    Recorded.SUBSCRIBED: _subscribe,
    Recorded.LEFT: _leave,
    Recorded.REMOVED: _remove,
    Recorded.CAME_BACK: _come_back,
    Recorded.CHANGED: _change,
    Recorded.BOUNCED: _bounce,
    Recorded.GIVEN_UP: _bounce,
    Recorded.MAILED_AGAIN: _mail_again,
    Recorded.COMPLAINED: _suppress,
    Recorded.FORGOTTEN: _forget,
    Recorded.SUPPRESSED: _suppress,
    Recorded.UNSUPPRESSED: _unsuppress,
}
"""How each action is done again."""


def details_from(value: Mapping[str, Any]) -> Details:
    """What a subscriber said, from a journal. Raises ValueError or TypeError."""
    kind, wanted = value.get("kind"), value.get("format")
    return Details(
        **{name: str(value.get(name, "")) for name in ("name", "organisation", "country", "language")},
        kind=Kind(kind) if kind else None,
        format=Format(wanted) if wanted else None,
    )


def _texts(entry: Entry, name: str) -> list[str]:
    found = entry.detail.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []
