"""Which presenters suit an event, as the bank stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mailer.errors import Refused
from mailer.model.assignments import ENGAGED, PRESENTED, Assignment
from mailer.model.events import Event
from mailer.model.presenters import Period, Presenter, State
from mailer.model.ranking import LATELY, Candidate, Ranking, Wanted, rank
from mailer.model.regions import regions_of
from mailer.office import Office


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The bank, ranked for one event."""

    event: Event
    ranking: Ranking
    presenters: dict[int, Presenter]
    """By id."""
    taken: tuple[Assignment, ...] = ()
    """Who is asked to it, or presents, and is not ranked therefore."""


def recommend(office: Office, event_id: int) -> Recommendation:
    """Rank the bank for an event. Raises Refused if there is no such event."""
    event = office.work.events.by_id(event_id)
    if event is None:
        raise Refused(f"There is no event {event_id}: `mailer events ls` shows all.")
    today = office.now.astimezone(office.rules.timezone).date()
    bank = office.work.presenters.each([State.APPROVED])
    asked = office.work.assignments.asked_since(office.now - LATELY)
    engaged = office.work.assignments.engaged(ENGAGED, event.starts)
    taken = tuple(one for one in office.work.assignments.of_event(event_id) if one.state in (*ENGAGED, *PRESENTED))
    theirs = {one.presenter for one in taken}
    candidates = (
        _candidate(one, asked.get(one.id, []), engaged.get(one.id, [])) for one in bank if one.id not in theirs
    )
    known = {one.id: one for one in bank}
    known |= {one: found for one in theirs if one not in known and (found := office.work.presenters.by_id(one))}
    return Recommendation(event, rank(_wanted(event), candidates, today), known, taken)


def _wanted(event: Event) -> Wanted:
    regions = regions_of(event.country) if event.country else frozenset()
    return Wanted(event.languages, event.country, regions, event.topics, Period(event.starts, event.ends))


def _candidate(presenter: Presenter, asked: list[date], engaged: list[Period]) -> Candidate:
    return Candidate(
        presenter=presenter.id,
        languages=presenter.languages,
        country=presenter.country,
        home=regions_of(presenter.country),
        goes_to=frozenset(presenter.regions),
        topics=presenter.topics,
        busy=(*presenter.busy, *engaged),
        asked=tuple(asked),
    )
