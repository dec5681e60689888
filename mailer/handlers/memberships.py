"""Memberships for a limited time: their members are told before they end, and when they have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from mailer.contacts import day_of
from mailer.message import Address
from mailer.model.lists import Membership, Standing
from mailer.office import Decision, Office

TOLD_BEFORE = timedelta(days=30)
"""How long before the last day members and the secretary are told."""

AT_ONCE = 100
"""The most memberships that one tick tells of, or ends."""


def due(office: Office, now: datetime) -> list[Decision]:
    """Those who are to be told that their membership ends, and those whose last day is over."""
    today, members = day_of(office, now), office.work.members
    decisions = []
    if members.ending(today + TOLD_BEFORE, 1, untold=True):
        decisions.append(Decision("telling whose membership ends", tell_ending))
    if members.ending(today - timedelta(days=1), 1):
        decisions.append(Decision("ending memberships", end))
    return decisions


def tell_ending(office: Office) -> None:
    """Tell members that their membership ends, and the secretary, in one mail, who they are."""
    today = day_of(office, office.now)
    ending = office.work.members.ending(today + TOLD_BEFORE, AT_ONCE, untold=True)
    for one in ending:
        assert one.until is not None
        office.work.members.note_told(one.list, one.contact.id, one.until)
        if one.until >= today:
            _write(office, one, "membership-ending")
    _tell_secretary(office, [one for one in ending if one.until and one.until >= today])


def _tell_secretary(office: Office, ending: Sequence[Membership]) -> None:
    known = [one for one in ending if one.list in office.rules.lists]
    if known:
        rows = [(one.contact.label, one.contact.address, one.list, one.until) for one in known]
        office.tell_secretary("memberships-ending", {"rows": rows, "days": TOLD_BEFORE.days})


def end(office: Office) -> None:
    """End memberships whose last day is over, and tell their members."""
    for one in office.work.members.ending(day_of(office, office.now) - timedelta(days=1), AT_ONCE):
        assert one.until is not None
        office.work.lists.set_standing(one.list, one.contact.id, Standing.REMOVED, office.now, office.cause)
        office.record("membership ended", one.contact.address, list=one.list, until=one.until.isoformat())
        _write(office, one, "membership-ended")


def _write(office: Office, one: Membership, notice: str) -> None:
    """Tell a member, unless the list is none of the configuration any more."""
    if one.list in office.rules.lists and one.until is not None:
        values = {"title": office.rules.lists[one.list].title, "until": one.until, "greeting": one.contact.greeting}
        to = Address.parse(one.contact.address, one.contact.details.name)
        office.write(to, notice, values, once=f"{notice} {one.list} {one.contact.id} {one.until.isoformat()}")
