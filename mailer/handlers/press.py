"""Press releases go to journalists: when a board has granted them, and never before the end of their embargo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from mailer import grants
from mailer.errors import NotGranted, Refused
from mailer.model import library
from mailer.model.library import State as Standing
from mailer.model.library import Version
from mailer.model.mailings import Mailing, MailingKind
from mailer.model.outbox import Counts
from mailer.model.press import KIND, Event, Release, State, advance, due_at
from mailer.model.restorations import require_resumed
from mailer.office import Decision, Office

_GOES_OUT = (Standing.GRANTED, Standing.PUBLISHED)


def find(office: Office, key: str, language: str = "") -> Version:
    """The newest version of a press release. Raises Refused if there is none, or if it is of another kind."""
    version = library.find(office.work.library.versions(key), key, language=language)
    if version.kind != KIND:
        raise Refused(f"“{key}” is of the kind “{version.kind}”, and only a “{KIND}” goes to journalists.")
    return version


def plan(office: Office, version: Version, wanted: datetime | None = None) -> Release:
    """Send a press release to the journalists at once or at a time; during its embargo, at the end of that.

    Raises NotGranted unless a grant covers it at that time, and Refused if there is no list of journalists.
    """
    require_resumed(office.work.restorations.open())
    key = office.rules.press.list
    if not key:
        raise Refused("[press] list names no list of journalists: add one to the configuration.")
    at = due_at(wanted, version.embargo, office.now)
    _require(office, version, at)
    before = office.work.press.of_version(version.id)
    state = advance(before.state, Event.PLAN) if before else State.PLANNED
    release = Release(0, version.id, key, at, state, office.now, office.actor)
    planned = office.work.press.save(release)
    office.record("press release planned", version.name, list=key, due=at.isoformat())
    return _send(office, planned, version) if at <= office.now else planned


def _require(office: Office, version: Version, at: datetime) -> None:
    """Raises NotGranted unless a grant covers the version at that time, as it is stored now, and it has to wait for no
    other thing.
    """
    if version.state not in _GOES_OUT:
        raise NotGranted(f"{version.name} is {version.state}: only what a board has granted goes out.")
    if why := library.too_early(version, at.astimezone(office.rules.timezone).date(), at):
        raise NotGranted(why)
    subject, _ = grants.document_subject(office, version)
    grants.require(office, subject, (), at)


def cancel(office: Office, version: Version) -> Release:
    """A press release that has not gone out yet does not go out. Raises Refused."""
    release = office.work.press.of_version(version.id)
    if release is None:
        raise Refused(f"{version.name} is not planned to go out.")
    cancelled = office.work.press.save(replace(release, state=advance(release.state, Event.CANCEL)))
    office.record("press release cancelled", version.name)
    return cancelled


class Sending(NamedTuple):
    """A press release that is to go out, or has."""

    release: Release
    version: Version
    counts: Counts | None
    """Of its copies, if these were written."""


def all_releases(office: Office) -> Sequence[Sending]:
    """Each press release that was ever planned, with its copies."""
    found = []
    for release in office.work.press.each():
        version = office.work.library.version(release.version)
        assert version is not None
        mailing = _mailing(office, version)
        found.append(Sending(release, version, office.work.outbox.counts(mailing.id) if mailing else None))
    return found


def _mailing(office: Office, version: Version) -> Mailing | None:
    return office.work.mailings.of(MailingKind.PRESS, version.id)


# --- what time brings ---


def due(office: Office, now: datetime) -> list[Decision]:
    """Send what is planned once its time has come and its embargo is over."""
    return [
        Decision(f"press release {one.id}", partial(_send_planned, version_id=one.version))
        for one in office.work.press.due(now)
        if one.held_at is None
    ]


def _send_planned(office: Office, version_id: int) -> None:
    release, version = office.work.press.of_version(version_id), office.work.library.version(version_id)
    if release is None or version is None or release.state is not State.PLANNED or release.due_at > office.now:
        return
    try:
        _send(office, release, version)
    except NotGranted as fault:
        office.work.press.save(replace(release, held_at=office.now))
        office.record("press release held", version.name, reason=str(fault))
        values = {"title": version.title, "key": version.key, "reason": str(fault), "cure": ""}
        office.tell_secretary("press-held", values, once=f"press-held {version.id} {office.now.isoformat()}")


def _send(office: Office, release: Release, version: Version) -> Release:
    """Write a copy for each journalist, in one set operation. Raises NotGranted."""
    require_resumed(office.work.restorations.open())
    _require(office, version, office.now)
    sent = office.work.press.save(replace(release, state=advance(release.state, Event.SEND)))
    mailing = _mailing(office, version)
    if mailing is None:
        mailing = office.work.mailings.add(MailingKind.PRESS, version.id, "", [release.list], office.now)
    right = f".{mailing.id}@{office.rules.address.domain}>"
    rows = office.work.outbox.add_copies(mailing.id, [release.list], f"<{version.stem}.", right, office.now)
    office.hand_out()
    office.record("press release sent", version.name, list=release.list, deliveries=rows)
    return sent


def resume_if_held(office: Office, version: Version) -> bool:
    """Go on with copies that were held up; False if none are. Raises NotGranted."""
    mailing = _mailing(office, version)
    if mailing is None or mailing.paused_at is None:
        return False
    _require(office, version, office.now)
    office.work.mailings.save(replace(mailing, paused_at=None, suspension=None))
    office.hand_out()
    office.record("press release resumed", version.name)
    return True
