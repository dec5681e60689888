"""The lines that announce an event, as people fill them in and correct them, and the event that they make."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from enum import StrEnum

from mailer.message import clean
from mailer.model.events import KIND_NAMES, Event, EventKind, Hours
from mailer.model.questionnaires import Field, FieldKind, Questionnaire, first_and_last
from mailer.phrases import Phrase, phrase


class Cost(StrEnum):
    """What a host may cover for a presenter; the rest is asked about (action plan 2.2.1)."""

    TRAVEL = "travel"
    STAY = "stay"
    MEALS = "meals"
    NONE = "none"


COST_NAMES: Mapping[Cost, Phrase] = {
    Cost.TRAVEL: phrase("travel"),
    Cost.STAY: phrase("accommodation"),
    Cost.MEALS: phrase("meals"),
    Cost.NONE: phrase("none of them"),
}

EVENT = Questionnaire(
    "event",
    (
        Field("title", phrase("Title of the event"), required=True),
        Field(
            "kind",
            phrase("Kind of event"),
            FieldKind.CHOICE,
            {kind.value: name for kind, name in KIND_NAMES.items()},
            hint=phrase("seminar, conference, workshop or other"),
        ),
        Field("organiser", phrase("Organiser"), required=True),
        Field("place", phrase("Place"), hint=phrase("the town, and the building if it is known")),
        Field("country", phrase("Country of the event"), FieldKind.COUNTRY, required=True),
        Field("dates", phrase("Dates"), FieldKind.PERIOD, required=True, hint=phrase("such as 3 to 5 May 2027")),
        Field("hours", phrase("Hours"), most=60, hint=phrase("such as 09.00-17.30, if they are known")),
        Field("languages", phrase("Languages of the event"), FieldKind.LANGUAGES),
        Field("audience", phrase("Audience"), hint=phrase("who is invited, and how many")),
        Field("website", phrase("Web page"), FieldKind.URL),
        Field("topics", phrase("Topics"), hint=phrase("with commas between them")),
        Field("presenter", phrase("Would you like a presenter of the group"), FieldKind.YES_NO),
        Field(
            "costs",
            phrase("Costs of the presenter that you cover"),
            FieldKind.CHOICES,
            {cost.value: name for cost, name in COST_NAMES.items()},
            hint=phrase("travel, accommodation, meals; or none of them"),
        ),
    ),
    phrase("the announcement of an event"),
)
"""What anybody who announces an event is asked."""

MEMBER_EVENT = Questionnaire(
    "member event",
    (
        *EVENT.fields,
        Field("internal", phrase("Only for members of the group"), FieldKind.YES_NO),
        Field("programme", phrase("Programme"), FieldKind.LONG, most=5000),
    ),
    phrase("the announcement of an event"),
)
"""The same for members of the group, who also announce events of their own."""

SPEAKER = Questionnaire("event speaker", (Field("talk", phrase("Title of your talk")),), phrase("your talk"))
"""What a speaker at an internal event is asked."""

_HOURS = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2})?)?\s*(?:h|uhr)?\s*(?:-|–|—|~|～|〜|to|bis|à|a|al|до|至|から|إلى)\s*"
    r"(\d{1,2})(?:[:.h](\d{2})?)?\s*(?:h|uhr)?\s*([A-Za-z]+(?:/[A-Za-z0-9_+-]+){1,2}|UTC)?",
    re.IGNORECASE,
)


def read_hours(written: str) -> Hours | None:
    """Hours as people write them, ``09:00-17:30`` or ``9h–17h``, perhaps with a time zone; None for anything else."""
    found = _HOURS.fullmatch(written.strip())
    if found is None:
        return None
    first, minutes, last, more, zone = found.groups()
    try:
        return Hours(time(int(first), int(minutes or 0)), time(int(last) % 24, int(more or 0)), zone or "")
    except ValueError:
        return None


def written_hours(hours: Hours | None) -> str:
    """Hours as ``read_hours`` reads them."""
    return f"{hours.opens:%H:%M}-{hours.closes:%H:%M} {hours.zone}".rstrip() if hours else ""


def values_of(event: Event) -> dict[str, str]:
    """The event as values of the lines; those that it does not have are left out."""
    values = {
        "title": event.title,
        "kind": event.kind.value,
        "organiser": event.organiser,
        "place": event.place,
        "country": event.country,
        "dates": f"{event.starts.isoformat()}/{event.ends.isoformat()}",
        "hours": written_hours(event.hours),
        "languages": ",".join(event.languages),
        "audience": event.audience,
        "website": event.website,
        "topics": ", ".join(event.topics),
        "presenter": "yes" if event.wants_presenter else "no",
        "costs": event.costs,
    }
    return {key: value for key, value in values.items() if value}


def with_values(event: Event, values: Mapping[str, str]) -> Event:
    """The event as these values say. Raises ValueError if its days are missing."""
    starts, ends = first_and_last(values.get("dates", ""))
    return replace(
        event,
        title=_line(values, "title"),
        kind=EventKind(values.get("kind") or EventKind.OTHER),
        organiser=_line(values, "organiser"),
        place=_line(values, "place"),
        country=values.get("country", ""),
        starts=starts,
        ends=ends,
        hours=read_hours(values.get("hours", "")),
        languages=tuple(filter(None, values.get("languages", "").split(","))),
        audience=_line(values, "audience"),
        website=_line(values, "website", 500),
        topics=tuple(filter(None, (topic.strip() for topic in _line(values, "topics").split(","))))[:MOST_TOPICS],
        wants_presenter=values.get("presenter") == "yes",
        costs=values.get("costs", ""),
    )


MOST_TOPICS = 10

_RESERVED = str.maketrans(dict.fromkeys("⟦⟧\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Signs that stand for something else in an issue, or that turn letters around unseen."""


def _line(values: Mapping[str, str], key: str, most: int = 300) -> str:
    return clean(values.get(key, "").translate(_RESERVED), most)


MATERIAL = frozenset({"title", "place", "starts", "ends", "hours", "country", "organiser", "website"})
"""What stands in calendar entries, so that a change of it makes a new sequence (RFC 5546, 2.1.4)."""


def changed(old: Event, new: Event) -> frozenset[str]:
    """The keys of the lines that differ."""
    before, after = values_of(old), values_of(new)
    return frozenset(key for key in {*before, *after} if before.get(key, "") != after.get(key, ""))


def revised(old: Event, new: Event) -> Event:
    """``new`` with the next sequence if calendars have to follow."""
    moves = any(getattr(old, name) != getattr(new, name) for name in MATERIAL)
    return replace(new, sequence=old.sequence + 1) if moves else new
