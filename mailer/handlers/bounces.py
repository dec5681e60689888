"""What follows when mail does not arrive: scores, suspensions, the last try, and who is told."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailer.errors import Refused
from mailer.message import Address
from mailer.model.bounces import (
    DAY,
    LISTED,
    AddressState,
    Bouncing,
    Event,
    Heard,
    Sign,
    is_about_us,
    refused,
    sign_of,
    step,
    suppression_of,
)
from mailer.model.failures import COMPLAINED
from mailer.model.inbound import Done, Folder, Result
from mailer.model.lists import Contact, ListKind
from mailer.model.outbox import Delivery, Fate
from mailer.model.refusals import CAUSES, CURES, Refusal
from mailer.model.reports import Reported, Why
from mailer.model.restorations import Recorded
from mailer.model.suppressions import Cause, Suppression
from mailer.office import Decision, Office
from mailer.throttle.breaker import Signal, next_breaker
from mailer.throttle.policy import domains_of, key_of
from mailer.tokens import Purpose, Token

log = logging.getLogger("mailer.bounces")

BATCH = 100
"""How many addresses one transaction handles."""

MOST_BATCHES = 20
"""How many such transactions one tick makes."""

OPENS_AT = 3
"""Addresses of a provider whose reports within a day open its breaker; before that it is slowed.

One reader could forge a report on their own copy, and must not stop the mail to all of a provider's readers.
"""

NAMED = 50
"""How many failed addresses the secretary's list names."""

SHOWN = 20
"""How many reports on an address are shown."""


# --- what comes in ---


def bounced(office: Office, token: Token | None, worst: Reported) -> Result:
    """Count a report on a mail against its recipient, if it has the token of that very mail (B10)."""
    if token is None or token.purpose is not Purpose.BOUNCE:
        return Result(Done.NO_DELIVERY_NAMED)
    mail = office.work.outbox.given_out(token.subject)
    settled = office.work.outbox.reported(token.subject, worst.fate, worst.diagnostic, office.now)
    if mail is None or (worst.permanent and settled is None):
        return Result(Done.BOUNCED_BEFORE)
    address = Address.parse(mail.recipient)
    if is_about_us(worst):
        office.work.bounces.note(address, worst, office.now)
        _refused_because_of_us(office, address, worst)
        return Result(Done.REFUSES_US, {"recipient": mail.recipient, "diagnostic": worst.diagnostic})
    state = _count(office, address, worst, mail.written_at)
    if worst.permanent and state is not None and state.stops_mailings:
        return Result(Done.BOUNCED, {"recipient": mail.recipient, "diagnostic": worst.diagnostic})
    return Result(Done.DOUBT_SETTLED if settled else Done.SOFT_BOUNCE)


def reported(office: Office, token: Token, recipients: Sequence[Reported]) -> Result:
    """Record what a report says about each recipient. Readers know a shared mail's token: it removes nobody (B10)."""
    changed = []
    for one in recipients:
        own = token.purpose is Purpose.BOUNCE
        row = token.subject if own else office.work.outbox.row_of(token.subject, one.recipient)
        if row and (recipient := office.work.outbox.reported(row, one.fate, one.diagnostic, office.now)):
            office.record("delivery reported", recipient, fate=one.fate.value, diagnostic=one.diagnostic)
            changed.append(f"{recipient} {one.fate}")
        if own and one.fate is Fate.ARRIVED and (mail := office.work.outbox.given_out(token.subject)):
            _count(office, Address.parse(mail.recipient), one, mail.written_at)
    if not changed:
        return Result(Done.NOTHING_NEW)
    return Result(Done.DELIVERIES_REPORTED, {"deliveries": ", ".join(changed)[:500]})


def complained(office: Office, token: Token | None) -> Result:
    """Suppress the address of a reader who reports our mail as spam, at once; without our token, ask a person (B10)."""
    own = token is not None and token.purpose is Purpose.BOUNCE
    recipient = office.work.outbox.recipient(token.subject) if token and own else None
    if recipient is None:
        return Result(Done.COMPLAINT_OF_NOBODY, folder=Folder.ATTENTION)
    office.work.lists.suppress(recipient, COMPLAINED, office.now, Cause.COMPLAINED)
    office.record(Recorded.COMPLAINED, recipient)
    return Result(Done.COMPLAINED, {"recipient": recipient})


def heard_from(office: Office, sender: Address) -> None:
    """An authentic mail shows that an address is in use."""
    if office.work.bounces.find(sender) is not None:
        _apply(office, sender, Sign(Event.HEARD))


# --- what it changes ---


def _count(office: Office, address: Address, one: Reported, written_at: datetime) -> AddressState | None:
    """Count a report against its address, or for it; the state after that, None if it says nothing of the address."""
    sign = sign_of(one, written_at)
    if sign is None:
        return None
    if one.fate is not Fate.ARRIVED:
        office.work.bounces.note(address, one, office.now)
    after = _apply(office, address, sign)
    return after.state if after else AddressState.OK


def _apply(office: Office, address: Address, sign: Sign, **detail: str) -> Bouncing | None:
    """The next step of an address, with all that follows from it."""
    before = office.work.bounces.find(address)
    after = step(before, sign, office.now, office.rules.bounces)
    if after == before:
        return after
    office.work.bounces.save(address, after)
    old, new = (one.state if one else AddressState.OK for one in (before, after))
    if new is old:
        return after
    _suppress(office, address, after)
    if action := _RECORDED.get(new) or (Recorded.MAILED_AGAIN if old.stops_mailings else None):
        said = {"why": sign.why.value, "diagnostic": sign.reply} if sign.event in _FAILURES else {}
        office.record(action, str(address), **{**said, **detail})
    if new is AddressState.REMOVED or (new is AddressState.SUSPENDED and old is not AddressState.RETRIED):
        _tell_organisation(office, address, new)
    return after


_FAILURES = (Event.GONE, Event.SOFT)

_RECORDED: Mapping[AddressState, Recorded] = {
    AddressState.HELD: Recorded.HELD_BACK,
    AddressState.SUSPENDED: Recorded.BOUNCED,
    AddressState.RETRIED: Recorded.TRIED_AGAIN,
    AddressState.REMOVED: Recorded.GIVEN_UP,
}


def _suppress(office: Office, address: Address, after: Bouncing | None) -> None:
    """Suppress the address as its state says. A complaint or a person's decision outweighs it."""
    found = office.work.suppressions.find(str(address))
    if found is not None and not found.cause.is_of_bounces:
        return
    if wanted := suppression_of(address, after, office.now):
        office.work.suppressions.save([wanted])
    elif found is not None:
        office.work.suppressions.remove(str(address))


# --- about us ---

_REFUSALS: Mapping[Why, Refusal] = {Why.SENDER_REJECTED: Refusal.SENDER, Why.RELAYING: Refusal.RELAYING}
"""What a provider refuses; all else is its policy."""


def _refused_because_of_us(office: Office, address: Address, one: Reported) -> None:
    """Slow mail to a provider that refuses us, stop it if several reports agree, and tell the secretary once a day."""
    key = key_of(address.domain)
    others = office.work.bounces.refusing_us(domains_of(key), office.now - DAY)
    signal = Signal.REFUSED if others >= OPENS_AT else Signal.THROTTLED
    refusal = _REFUSALS.get(one.why, Refusal.POLICY)
    before = office.work.throttle.breakers().get(key)
    after = next_breaker(before, signal, office.now, one.diagnostic, refusal)
    if after != before:
        office.work.throttle.set_breaker(key, after)
    domain = key.removeprefix("@")
    values = {"domain": domain, "cause": CAUSES[refusal], "reply": one.diagnostic, "cure": CURES[refusal]}
    if office.tell_secretary("refusing", values, once=f"refusing {domain[:150]} {office.today}"):
        office.record("refused because of us", domain, why=one.why.value, reply=one.diagnostic)


# --- organisations ---


def _curated(office: Office) -> list[str]:
    """Lists whose members the secretary has named. Who signs up may claim any organisation, so they learn nothing."""
    open_list = office.rules.signup.list
    return [
        key for key, rules in office.rules.lists.items() if key != open_list and rules.kind is not ListKind.DISCUSSION
    ]


def _tell_organisation(office: Office, address: Address, state: AddressState) -> None:
    """Ask an organisation's second contact for the right address, or put it on the secretary's list."""
    lists = _curated(office)
    contact = (
        office.work.bounces.of_organisation(address, lists) if lists and office.rules.bounces.tells_contacts else None
    )
    if contact is None:
        return
    other = office.work.bounces.colleague(contact, lists)
    if other is None:
        office.work.bounces.ask_secretary(address)
        return
    values = {
        "greeting": other.greeting,
        "address": contact.address,
        "organisation": contact.details.organisation,
        "removed": state is AddressState.REMOVED,
    }
    to = Address.parse(other.address, other.details.name)
    office.write(to, "wrong-address", values, once=f"wrong-address {contact.id} {state.value} {office.today}")


def ask_for_addresses(office: Office) -> None:
    """Send the secretary one list of the organisations that nobody else can be asked about."""
    found = office.work.bounces.secretary_asks()
    rows = [(one.address, one.details.organisation) for one in found[:NAMED]]
    values = {"addresses": rows, "more": len(found) - len(rows)}
    if rows and office.tell_secretary("wrong-addresses", values, once=_list_of(office)):
        office.work.bounces.forget_asking()


def _list_of(office: Office) -> str:
    return f"wrong-addresses {office.today}"


# --- what its time has come for ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Refusals to be counted, addresses whose next step is due, and the secretary's list."""
    bounces = office.work.bounces
    decisions = _batches("counting refusals", count_refusals, bounces.refusals_waiting())
    if office.work.restorations.open():
        return decisions
    if waiting := bounces.due(now, BATCH * MOST_BATCHES, _OTHERS):
        decisions += _batches("addresses in trouble", take_steps, len(waiting))
    if (left := _tries_left(office)) and bounces.due(now, 1, (AddressState.SUSPENDED,)):
        decisions += _batches("trying addresses again", try_again, left)
    if bounces.secretary_asks() and not office.work.outbox.written(_list_of(office)):
        decisions.append(Decision("the list of wrong addresses", ask_for_addresses))
    return decisions


_OTHERS = tuple(state for state in AddressState if state is not AddressState.SUSPENDED)


def _batches(what: str, act: Callable[[Office], object], number: int) -> list[Decision]:
    return [Decision(what, act)] * min(math.ceil(number / BATCH), MOST_BATCHES)


def count_refusals(office: Office) -> int:
    """Count what the relay has refused against its recipients, as a report would; how many were counted."""
    found = office.work.bounces.refusals(BATCH)
    for mail in found:
        address, one = Address.parse(mail.recipient), refused(mail.recipient, mail.reply)
        if is_about_us(one):
            office.work.bounces.note(address, one, office.now)  # the limiter has told the breaker
        else:
            _count(office, address, one, mail.written_at)
    office.work.bounces.forget_refusals([mail.id for mail in found])
    return len(found)


def take_steps(office: Office) -> None:
    """Take the steps that are due, but for the last tries."""
    for spec, bouncing in office.work.bounces.due(office.now, BATCH, _OTHERS):
        address = Address.parse(spec)
        if bouncing.state is AddressState.RETRIED:
            _judge_try(office, address, bouncing)
        else:
            _apply(office, address, Sign(Event.DUE))


def _tries_left(office: Office) -> int:
    """How many addresses may still be tried again today: mail to many dead addresses at once looks like spam."""
    tried = office.work.bounces.tried_since(office.now.replace(hour=0, minute=0, second=0, microsecond=0))
    return max(office.rules.bounces.tries_per_day - tried, 0)


def try_again(office: Office) -> None:
    """Write one mail to each suspended address whose time has come, as far as the day's tries go."""
    most = min(_tries_left(office), BATCH)
    for spec, bouncing in office.work.bounces.due(office.now, most, (AddressState.SUSPENDED,)):
        address = Address.parse(spec)
        stopped = office.work.suppressions.covering(address)
        if not office.work.bounces.is_member(address) or (stopped and not stopped.cause.is_of_bounces):
            _apply(office, address, Sign(Event.NOT_NEEDED))
            continue
        contact = office.work.lists.contact_at(spec)
        to = Address.parse(spec, contact.details.name if contact else "")
        after = _apply(office, address, Sign(Event.DUE))
        assert after is not None
        values = {"greeting": contact.greeting if contact else "", "since": bouncing.since}
        office.write(to, "retry", values, once=_cause_of_try(after), regardless=True)


def _cause_of_try(bouncing: Bouncing) -> str:
    return f"retry {bouncing.changed_at:%Y-%m-%dT%H:%M:%S.%f}"


def _judge_try(office: Office, address: Address, bouncing: Bouncing) -> None:
    """What the last try has shown when its time is over: a mail that still waits has shown nothing yet."""
    delivery = office.work.bounces.state_of(_cause_of_try(bouncing), str(address))
    match delivery:
        case Delivery.SENT | None:
            _apply(office, address, Sign(Event.DUE))
        case Delivery.FAILED | Delivery.SUPPRESSED:
            _apply(office, address, Sign(Event.SOFT, 0.0, bouncing.why, bouncing.status, bouncing.reply))
        case _:
            office.work.bounces.save(address, replace(bouncing, next_at=office.now + DAY))


# --- what people see and do ---


@dataclass(frozen=True, slots=True)
class Overview:
    """The addresses where not all is well."""

    counts: Mapping[AddressState, int]
    addresses: Iterator[tuple[str, Bouncing]]


def overview(office: Office, states: Sequence[AddressState] = LISTED) -> Overview:
    """Addresses in these states, the latest change first."""
    return Overview(office.work.bounces.counts(), office.work.bounces.each(states))


@dataclass(frozen=True, slots=True)
class AddressView:
    """How mail to one address fares."""

    address: Address
    contact: Contact | None
    bouncing: Bouncing | None
    score: float
    """Now."""
    suppression: Suppression | None
    heard: Sequence[Heard]


def view(office: Office, spec: str) -> AddressView:
    """How mail to an address fares, also if nobody here has it. Raises Refused if it is no address."""
    try:
        address = Address.parse(spec)
    except ValueError as fault:
        raise Refused(f"{fault}.") from None
    bouncing = office.work.bounces.find(address)
    return AddressView(
        address,
        office.work.lists.contact_at(str(address)),
        bouncing,
        bouncing.score_at(office.now, office.rules.bounces.half_life) if bouncing else 0.0,
        office.work.suppressions.covering(address),
        office.work.bounces.heard(address, SHOWN),
    )


def revivable(office: Office, spec: str) -> AddressView:
    """The address as it stands, if a person may say that it works. Raises Refused if there is nothing to undo."""
    found = view(office, spec)
    if (stopped := found.suppression) and not stopped.cause.is_of_bounces:
        raise Refused(
            f"{found.address} gets no mail for another reason ({stopped.reason}): if you have good reason to end that, "
            f"use `mailer suppressed remove {stopped.of}`."
        )
    if found.bouncing is None and found.suppression is None:
        raise Refused(f"All is well with {found.address}: there is nothing to revive.")
    return found


def revive(office: Office, spec: str, reason: str) -> None:
    """Send mailings to an address again, because a person says that it works. Raises Refused as ``revivable``."""
    found = revivable(office, spec)
    office.work.lists.unsuppress(str(found.address))
    office.record(Recorded.MAILED_AGAIN, str(found.address), reason=reason)
