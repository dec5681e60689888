"""The list of what waits for an answer, which staff get on its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from mailer.feedback_mail import SUBJECT
from mailer.message import Address, clean
from mailer.model.feedback import Item
from mailer.office import Decision, Office

LISTED = 100
"""How many items the list of what waits names at most for each tag."""


def due(office: Office, now: datetime) -> list[Decision]:
    """The list of what waits for an answer, on its day, if anything has waited since before that."""
    local = now.astimezone(office.rules.timezone)
    day = office.rules.feedback.digest_day(local)
    if not day or office.work.outbox.written(f"feedback-digest {day}"):
        return []
    since = local.replace(hour=office.rules.feedback.digest_hour, minute=0, second=0, microsecond=0)
    _, waiting = office.work.feedback.counts(since)
    return [Decision("the list of what waits", lambda office: write_digests(office, day))] if waiting else []


def write_digests(office: Office, day: str) -> int:
    """Write the secretary the list of all that waits, and everybody else theirs; returns how many were written."""
    waiting = list(office.work.feedback.each_waiting())
    secretary = office.rules.secretary
    people = {secretary.base_key: secretary}
    for item in waiting:
        for address in map(Address.parse, item.concerned):
            people.setdefault(address.base_key, address)
    written = 0
    for key, person in people.items():
        theirs = [item for item in waiting if person is secretary or key in item.concerned_keys]
        if theirs:
            values = digest_values(office, theirs)
            language = office.rules.language
            written += office.write(person, "feedback-digest", values, language=language, once=f"feedback-digest {day}")
    return written


def digest_values(office: Office, waiting: Iterable[Item]) -> dict[str, object]:
    """The items by their first tag, the oldest first."""
    expected, items = office.rules.feedback.expect, sorted(waiting, key=lambda item: (item.tags[:1], item.number))
    groups = []
    for tag, group in groupby(items, key=lambda item: item.tags[:1]):
        tagged = list(group)
        lines = [
            {
                "number": item.number,
                "subject": clean(item.subject, SUBJECT),
                "sender": item.who,
                "age": max(office.now - item.written_at, timedelta()),
                "assignee": item.assignee,
                "late": item.is_late(office.now, expected),
            }
            for item in tagged[:LISTED]
        ]
        groups.append({"tag": "".join(tag), "lines": lines, "more": max(len(tagged) - LISTED, 0)})
    late = sum(item.is_late(office.now, expected) for item in items)
    return {"waiting": len(items), "late": late, "groups": groups}
