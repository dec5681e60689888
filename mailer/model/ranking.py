"""Who of the bank suits an event best: points for language, place and topics, each with its reason.

Who does not speak the event's language, or is not free then, is not ranked at all: no number of points makes up for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mailer.model.presenters import Period
from mailer.phrases import Country, Language, Phrase, counted, phrase

SPEAKS, SPEAKS_ALMOST = 40, 30
"""Points for the event's language, and for another form of it (“pt-br” for “pt”)."""

LIVES_THERE, GOES_THERE, LIVES_NEAR = 30, 20, 10
"""Points for the place: they live in the country, go to it or its region, or live in the same region."""

ALL_TOPICS = 30
"""Points for all of the event's topics; for some of them, their share."""

ASKED_ONCE, ASKED_OFTEN = -5, -20
"""Points for each time that they were asked lately, and the most that this takes from them."""

LATELY = timedelta(days=365)
"""How far back it counts that somebody was asked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an event asks of its presenter."""

    languages: tuple[str, ...]
    """BCP 47, lower case; to speak one of them is enough. Empty if it does not matter."""
    country: str
    """ISO 3166-1 alpha-2; empty if it is held online."""
    regions: frozenset[str]
    """The regions that the country is in (UN M49)."""
    topics: tuple[str, ...]
    period: Period


@dataclass(frozen=True, slots=True)
class Candidate:
    """A presenter of the bank, as far as the ranking is concerned."""

    presenter: int
    languages: tuple[str, ...]
    """BCP 47, lower case."""
    country: str
    home: frozenset[str]
    """The regions that their country is in (UN M49)."""
    goes_to: frozenset[str]
    """Countries and regions to which they go."""
    topics: tuple[str, ...]
    busy: tuple[Period, ...]
    """When they cannot come, other events that they have agreed to included."""
    asked: tuple[date, ...]
    """When they were asked to come to an event, whatever they answered."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a candidate gets points for, or loses some for."""

    points: int
    words: Phrase


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate who suits the event."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    """Why they stand where they stand; the points are the sum of these."""
    asked_last: date
    """When they were asked last; the first day of the calendar if they never were."""

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Unsuited:
    """A candidate who cannot present at the event."""

    candidate: Candidate
    reason: Phrase


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates for one event."""

    suited: tuple[Ranked, ...]
    """The best first."""
    unsuited: tuple[Unsuited, ...]


def rank(wanted: Wanted, candidates: Iterable[Candidate], today: date) -> Ranking:
    """Who suits the event, the best first.

    Of two with the same points, the one who was not asked for longer comes first, then the one who registered earlier.
    """
    suited, unsuited = [], []
    for candidate in candidates:
        if reason := _hindrance(wanted, candidate):
            unsuited.append(Unsuited(candidate, reason))
        else:
            suited.append(Ranked(candidate, _reasons(wanted, candidate, today), max(candidate.asked, default=date.min)))
    suited.sort(key=lambda one: (-one.points, one.asked_last, one.candidate.presenter))
    return Ranking(tuple(suited), tuple(unsuited))


def _hindrance(wanted: Wanted, candidate: Candidate) -> Phrase:
    """Why the candidate cannot present there; empty if they can."""
    if wanted.languages and not _best_language(wanted, candidate)[0]:
        if len(wanted.languages) > 1:
            return phrase("presents in none of its languages")
        return phrase("does not present in %(language)s", language=Language(wanted.languages[0]))
    if any(period.overlaps(*wanted.period) for period in candidate.busy):
        return phrase("is not free then")
    return Phrase()


def _reasons(wanted: Wanted, candidate: Candidate, today: date) -> tuple[Reason, ...]:
    found = (
        _of_language(wanted, candidate),
        _of_place(wanted, candidate),
        _of_topics(wanted.topics, candidate.topics),
        _of_requests(candidate.asked, today),
    )
    return tuple(reason for reason in found if reason is not None)


def _language_points(wanted: str, spoken: Sequence[str]) -> int:
    if wanted in spoken:
        return SPEAKS
    base = wanted.split("-")[0]
    return SPEAKS_ALMOST if any(tag.split("-")[0] == base for tag in spoken) else 0


def _best_language(wanted: Wanted, candidate: Candidate) -> tuple[int, str]:
    """The points for the event's languages, and the one that they are for: of two alike the event's first."""
    each = ((_language_points(language, candidate.languages), language) for language in wanted.languages)
    return max(each, key=lambda one: one[0])


def _of_language(wanted: Wanted, candidate: Candidate) -> Reason | None:
    if not wanted.languages:
        return None
    points, language = _best_language(wanted, candidate)
    return Reason(points, phrase("presents in %(language)s", language=Language(language)))


def _of_place(wanted: Wanted, candidate: Candidate) -> Reason | None:
    if not wanted.country:
        return None
    country = Country(wanted.country)
    if candidate.country == wanted.country:
        return Reason(LIVES_THERE, phrase("lives in %(country)s", country=country))
    if candidate.goes_to & {wanted.country, *wanted.regions}:
        return Reason(GOES_THERE, phrase("goes to %(country)s", country=country))
    if candidate.home & wanted.regions:
        return Reason(LIVES_NEAR, phrase("lives in the same region"))
    return None


def _of_topics(wanted: Sequence[str], known: Sequence[str]) -> Reason | None:
    mine = {topic.casefold() for topic in known}
    shared = [topic for topic in dict.fromkeys(wanted) if topic.casefold() in mine]
    if not shared:
        return None
    points = round(ALL_TOPICS * len(shared) / len(set(wanted)))
    return Reason(points, phrase("knows about %(topics)s", topics=", ".join(shared)))


def _of_requests(asked: Sequence[date], today: date) -> Reason | None:
    times = sum(today - day <= LATELY for day in asked)
    if not times:
        return None
    words = counted("was asked once in the last year", "was asked %(count)s times in the last year", count=times)
    return Reason(max(ASKED_ONCE * times, ASKED_OFTEN), words)
