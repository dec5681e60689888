"""What the secretary hears of a review: what becomes of those who did not answer, and its figures at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mailer.contacts import day_of
from mailer.errors import Refused
from mailer.list_documents import publish
from mailer.model.reviews import (
    NOTICE,
    POLICY_NAMES,
    STATE_NAMES,
    TO_DECIDE,
    UNANSWERED,
    EntryState,
    Round,
    RoundEvent,
    Seen,
    Tally,
    total,
)
from mailer.office import Office
from mailer.phrases import Country
from mailer.reviewing.entries import title
from mailer.staff import write_to_staff

NAMED = 100
"""Entries that a mail to the secretary names."""


def state_of(office: Office, a_round: Round) -> str:
    """The state of a round, as far as the secretary's answers depend on it."""
    return f"{a_round.state} {a_round.stage}"


def propose(office: Office, a_round: Round) -> None:
    """Ask the secretary what becomes of the entries that nobody has decided about; if there are none, it ends."""
    entries = office.work.reviews.page(a_round.id, TO_DECIDE, limit=NAMED)
    if not entries:
        conclude(office, a_round)
        return
    tally = total(list(office.work.reviews.tallies(a_round.id).values()))
    values: dict[str, object] = {
        "title": title(office, a_round),
        "key": a_round.list,
        "started": day_of(office, a_round.started_at),
        "entries": [_named(entry) for entry in entries],
        "more": tally.of(*TO_DECIDE) - len(entries),
        "silent": tally.of(*UNANSWERED),
        "unclear": tally.of(EntryState.UNCLEAR),
        "policy": POLICY_NAMES[a_round.policy],
    }
    write_to_staff(
        office,
        office.rules.secretary,
        "review-proposal",
        values,
        kind=NOTICE,
        subject=a_round.id,
        state=state_of(office, a_round),
        about=title(office, a_round),
        once=f"review-proposal {a_round.id} {office.now.isoformat()} {office.cause}"[:200],
        prepared={"yes_reply": "YES", "no_reply": "NO"},
        regardless=True,
    )


def _named(entry: Seen) -> dict[str, object]:
    called = ", ".join(filter(None, (entry.name, entry.organisation)))
    return {
        "number": entry.number,
        "called": called,
        "address": entry.address,
        "country": Country(entry.country),
        "state": STATE_NAMES[entry.state],
    }


def conclude(office: Office, a_round: Round) -> Round:
    """End the round, and send the secretary its figures. Answers still count after it."""
    ended, unpublished = _published(office, a_round.ended(RoundEvent.END, office.now))
    office.work.reviews.save(ended)
    tallies = office.work.reviews.tallies(ended.id)
    tally = total(list(tallies.values()))
    office.record("review ended", ended.name, **figures(tally))
    flagged = office.work.reviews.page(ended.id, (EntryState.FLAGGED, EntryState.UNCLEAR), limit=NAMED + 1)
    office.tell_secretary(
        "review-summary",
        {
            "title": title(office, ended),
            "key": ended.list,
            "started": day_of(office, ended.started_at),
            "ended": day_of(office, office.now),
            **figures(tally),
            "countries": [(Country(country), figures(part)) for country, part in tallies.items()],
            "flagged": [_named(entry) for entry in flagged[:NAMED]],
            "more": len(flagged) > NAMED,
            "version": ended.version,
            "unpublished": unpublished,
        },
        once=f"review-summary {ended.id}",
    )
    return ended


def _published(office: Office, ended: Round) -> tuple[Round, str]:
    """The round with the version of the list that it ends with, if one is wanted; or why there is none."""
    if not ended.publish:
        return ended, ""
    try:
        made = publish(office, ended.list, review=True)
    except Refused as fault:
        return ended, str(fault)
    return replace(ended, version=str(made.version)), ""


def figures(tally: Tally) -> Mapping[str, int]:
    """The figures of a round that people read."""
    return {
        "total": tally.entries,
        "answered": tally.answered,
        "changed": tally.changed,
        "silent": tally.silent + tally.waiting,
        "bounced": tally.bounced,
    }
