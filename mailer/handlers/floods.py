"""Notices to staff that were held in a flood: one mail lists them (B14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from mailer.approval.replies import HELD_REPLY, refused
from mailer.message import Address
from mailer.model.caps import DIGEST_AFTER, HeldNotice
from mailer.office import Decision, Office

KEPT = timedelta(days=2)
"""How long counters are kept; the longest cap is for a day."""

NAMED = 50
"""How many of the mails that were held are described in the list."""


def due(office: Office, now: datetime) -> list[Decision]:
    """List the notices that were held, some time after the first of them; and forget old counters."""
    held, before = office.work.caps.held(), f"{office.now - KEPT:%Y-%m-%d}"
    decisions = []
    if held and office.now - held[0].held_at >= DIGEST_AFTER:
        decisions.append(Decision("listing held notices", list_held))
    if office.work.caps.has_counted(before):
        decisions.append(Decision("forgetting counters", lambda later: later.work.caps.forget(before)))
    return decisions


def list_held(office: Office) -> None:
    """Write each recipient one mail about the notices that they did not get."""
    held = sorted(office.work.caps.held(), key=lambda one: (one.recipient, one.notice == HELD_REPLY, one.id))
    for (recipient, are_replies), theirs in groupby(held, key=lambda one: (one.recipient, one.notice == HELD_REPLY)):
        (_list_replies if are_replies else _list)(office, Address.parse(recipient), list(theirs))
    office.work.caps.release(held)


def _list(office: Office, to: Address, held: Sequence[HeldNotice]) -> None:
    kinds = Counter(one.notice for one in held)
    lines = Counter(one.about for one in held).most_common()
    values = {
        "since": held[0].held_at,
        "attention": kinds["attention"],
        "feedback": kinds["feedback"] + kinds["feedback-comment"],
        "lines": lines[:NAMED],
        "more": sum(count for _, count in lines[NAMED:]),
    }
    office.write(to, "held", values, language=office.rules.language, once=f"held {held[-1].id}")


def _list_replies(office: Office, to: Address, held: Sequence[HeldNotice]) -> None:
    """List the replies to ballots that were not counted, because nobody has proven who wrote them (A1)."""
    replies = [said for one in held[:NAMED] if (said := refused(office, one.about))]
    values = {"replies": replies, "more": max(len(held) - NAMED, 0)}
    office.write(to, "refused-votes", values, language=office.rules.language, once=f"refused votes {held[-1].id}")
