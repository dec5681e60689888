"""How a review starts: all entries of a list are asked, as one set operation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

from mailer.errors import Refused
from mailer.message import Address
from mailer.model import review_lines
from mailer.model.lists import Contact, ListKind, ListRules, Membership
from mailer.model.mailings import MailingKind
from mailer.model.restorations import require_resumed
from mailer.model.reviews import (
    EntryState,
    Round,
    RoundState,
    Seen,
    Stage,
)
from mailer.office import Office
from mailer.phrases import Country
from mailer.reviewing.entries import mailings_of, question_to, title
from mailer.tokens import Purpose

CHUNK = 500
"""Entries that are read and written at once, so that memory does not grow with the list."""


def planned(office: Office, key: str) -> int:
    """How many entries a review of the list would ask. Raises Refused if it cannot start."""
    rules = office.rules.list_rules(key)
    require_resumed(office.work.restorations.open())
    newest = office.work.reviews.newest(key)
    if newest is not None and newest.is_running:
        raise Refused(
            f"A review of “{key}” is running since {newest.started_at:%Y-%m-%d}: `mailer review status {key}`."
        )
    entries = sum(1 for _ in _asked(office, rules))
    if not entries:
        raise Refused(f"Nobody is on the list “{key}”, so there is nothing to review.")
    return entries


def start(
    office: Office,
    key: str,
    *,
    day: date | None = None,
    deadline: datetime | None = None,
    publish: bool | None = None,
) -> Round:
    """Ask all entries of a list, as one set operation. The mails are composed when each is sent.

    Raises Refused if a review of it is running, if it has no members, or if the deadline is not a day ahead.
    """
    planned(office, key)
    rules, ours = office.rules.list_rules(key), office.rules.reviews
    ends_at = deadline or office.now + ours.decide
    if ends_at < office.now + timedelta(days=1):
        raise Refused("The deadline has to be at least a day from now.")
    begun = Round(
        id=0,
        list=key,
        planned_for=day,
        state=RoundState.RUNNING,
        stage=Stage.ASKED,
        stage_at=office.now,
        started_at=office.now,
        started_by=office.actor,
        ends_at=ends_at,
        policy=rules.unanswered or ours.unanswered,
        publish=ours.publish if publish is None else publish,
        cursor=0,
    )
    announced = office.work.reviews.newest(key)
    if announced is not None and announced.state is RoundState.PLANNED:
        begun = replace(begun, id=announced.id, planned_for=announced.planned_for)
        office.work.reviews.save(begun)
    else:
        begun = office.work.reviews.add(begun)
    _ask_all(office, rules, begun)
    return begun


def _ask_all(office: Office, rules: ListRules, begun: Round) -> None:
    question, entries = question_to(office, begun), 0
    readers = _asked(office, rules)
    while members := list(islice(readers, CHUNK)):
        organisations = office.work.organisations.of_contacts([member.contact.id for member in members])
        asked = [(one.contact, review_lines.asked(one.contact, organisations.get(one.contact.id))) for one in members]
        entries += office.work.reviews.enter(begun, asked, question)
    write_copies(office, begun, MailingKind.REVIEW, (EntryState.ASKED,))
    if rules.by_country:
        _tell_co_members(office, begun)
    office.record("review started", begun.name, entries=entries, until=begun.ends_at.isoformat())


def _asked(office: Office, rules: ListRules) -> Iterator[Membership]:
    """Those who answer for the entries: all members; of each country one, if co-members share its entry."""
    if rules.kind is ListKind.EVENTS:
        raise Refused(f"“{rules.key}” is a list of events, which their organisers correct with `event` by mail.")
    members = office.work.lists.each_member(rules.key)
    if not rules.by_country:
        yield from members
        return
    first: dict[str, Membership] = {}
    for member in members:
        country = member.contact.details.country or f"contact {member.contact.id}"
        there = first.get(country)
        if there is None or (_rank(office, member.contact), member.since) < (_rank(office, there.contact), there.since):
            first[country] = member
    yield from first.values()


def _tell_co_members(office: Office, a_round: Round) -> None:
    """Tell those who share an entry who is asked about it."""
    asked = {seen.country: seen for seen in each(office, a_round)}
    for member in office.work.lists.each_member(a_round.list):
        contact = member.contact
        first = asked.get(contact.details.country)
        if first is not None and first.contact != contact.id:
            office.write(
                Address.parse(contact.address, contact.details.name),
                "review-co-member",
                {"greeting": contact.greeting, "title": title(office, a_round), "country": Country(first.country)},
                once=f"review-co-member {a_round.id}",
            )


def _rank(office: Office, contact: Contact) -> int:
    """1 for the first contact of an organisation; those without one come last."""
    organisation = office.work.organisations.of_contact(contact.id)
    ranks = office.work.organisations.contacts(organisation.id) if organisation else []
    return next((rank for one, rank in ranks if one.id == contact.id), 100)


def write_copies(office: Office, a_round: Round, kind: MailingKind, states: Sequence[EntryState]) -> None:
    """Queue a copy for each entry in one of these states. Its Message-ID has the token that its answer bears."""
    mailing = office.work.mailings.add(kind, a_round.id, "", [a_round.list], office.now)
    token = office.key.writer(Purpose.ANSWER)
    right = f".{mailing.id}@{office.rules.address.domain}>"
    office.work.reviews.write_copies(a_round.id, mailing.id, states, lambda question: f"<{token(question)}{right}")
    office.hand_out()


def each(office: Office, a_round: Round, states: Collection[EntryState] = ()) -> Iterator[Seen]:
    """The entries of a round, or those in these states, read a part at a time."""
    after = 0
    while page := office.work.reviews.page(a_round.id, states, after, CHUNK):
        yield from page
        after = page[-1].number


def take_stock(office: Office, a_round: Round) -> None:
    """Note whom no mail has reached, and who is not on the list any more."""
    office.work.reviews.note_departed(a_round, office.now)
    mailings = [mailing.id for mailing in mailings_of(office, a_round)]
    office.work.reviews.note_bounced(a_round.id, mailings, office.now)
