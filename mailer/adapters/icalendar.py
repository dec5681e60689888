"""Calendar files, read and written with the library icalendar. Of a foreign file it gets only a few lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

from mailer.message import Address, clean
from mailer.model.event_lines import written_hours
from mailer.model.events import Event, Hours, State
from mailer.phrases import Phrase, phrase
from mailer.ports.icalendar import CalendarEvent, Method, Unreadable

if TYPE_CHECKING:
    from icalendar import Calendar

MAX_BYTES = 256_000
MAX_LINES = 5_000
MAX_COMPONENTS = 60
MAX_LINE = 8_000
"""Octets of a line that is read, unfolded; a longer one is left out."""
MAX_DAYS = 366
MAX_TEXT = 300
MAX_DESCRIPTION = 4_000
MAX_CATEGORIES = 10

PRODID = "-//mailer//events//EN"

_NAMES = (
    *("UID", "SUMMARY", "LOCATION", "URL", "DESCRIPTION", "CATEGORIES", "ORGANIZER"),
    *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "STATUS"),
)
_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,40})[;:]")
_TZID = re.compile(rb";TZID=(?:\"([^\"]{1,100})\"|([^;:]{1,100}))", re.IGNORECASE)
_BEGIN, _END, _EVENT = b"BEGIN:", b"END:", b"VEVENT"
_WEB = re.compile(r"https?://[^\s<>\"]{3,500}", re.ASCII)


class Icalendar:
    """ports.Calendars."""

    # --- files of others ---

    def read(self, data: bytes) -> CalendarEvent:
        """As ports.Calendars says. Alarms, attachments, time zones of its own and repetitions are never evaluated."""
        lines = _only_event(data)
        return _event(lines)

    # --- files for others ---

    def entry(
        self, event: Event, method: Method, *, now: datetime, organiser: Address, attendee: Address | None = None
    ) -> bytes:
        """As ports.Calendars says."""
        calendar = _calendar(method)
        made = _component(event, now)
        made.add("organizer", _person(organiser))
        if attendee is not None and method is not Method.PUBLISH:
            invited = _person(attendee)
            invited.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
            made.add("attendee", invited)
        if method is Method.CANCEL:
            made["status"] = "CANCELLED"
        return _file(calendar, [made])

    def feed(self, events: Sequence[Event], *, name: str, now: datetime) -> bytes:
        """As ports.Calendars says."""
        calendar = _calendar(Method.PUBLISH)
        calendar.add("x-wr-calname", name)
        return _file(calendar, [_component(event, now) for event in events])


# --- reading ---


def _only_event(data: bytes) -> list[bytes]:
    """The lines of the only event that are read; of one that repeats, those of the event itself."""
    if len(data) > MAX_BYTES or data.count(b"\n") > MAX_LINES:
        raise Unreadable(phrase("the calendar file is too large"))
    if data.upper().count(_BEGIN) > MAX_COMPONENTS:
        raise Unreadable(phrase("the calendar file has too many parts"))
    events = [lines for lines in _events(data) if not any(line.upper().startswith(b"RECURRENCE-ID") for line in lines)]
    if not events:
        raise Unreadable(phrase("the calendar file has no event"))
    if len(events) > 1:
        raise Unreadable(phrase("the calendar file has several events; send one for each"))
    return events[0]


def _unfolded(data: bytes) -> Iterator[bytes]:
    """Content lines (RFC 5545, 3.1), without those that are too long."""
    whole = re.sub(rb"\r\n?", b"\n", data.removeprefix(b"\xef\xbb\xbf"))
    return (line for line in re.sub(rb"\n[ \t]", b"", whole).split(b"\n") if 0 < len(line) <= MAX_LINE)


def _events(data: bytes) -> Iterator[list[bytes]]:
    """The lines of each event, without the components within it."""
    within: list[bytes] = []
    lines: list[bytes] = []
    for line in _unfolded(data):
        upper = line.upper().strip()
        if upper.startswith(_BEGIN):
            within.append(upper.removeprefix(_BEGIN))
            if within[-1] == _EVENT:
                lines = []
        elif upper.startswith(_END):
            if within and within[-1] == _EVENT and upper.endswith(_EVENT):
                yield lines
            del within[-1:]
        elif within and within[-1] == _EVENT:
            lines.append(line)


def _event(lines: Sequence[bytes]) -> CalendarEvent:
    from icalendar import Event as Component

    zones: dict[str, str] = {}
    kept: list[bytes] = []
    for line in lines:
        found = _LINE.match(line)
        name = found[1].decode().upper() if found else ""
        if name in _NAMES and (name == "CATEGORIES" or name not in zones):
            zone = _TZID.search(line.partition(b":")[0])
            zones[name] = (zone[1] or zone[2]).decode("utf-8", "replace") if zone else ""
            kept.append(_TZID.sub(b"", line, count=1) if zone else line)
    text = b"\r\n".join([b"BEGIN:VEVENT", *kept, b"END:VEVENT", b""])
    try:
        component = Component.from_ical(text.decode("utf-8", "replace"))
        return _read(component, zones)
    except Unreadable:
        raise
    except Exception as fault:  # whatever the library makes of it
        raise Unreadable(phrase("the calendar file is damaged")) from fault


def _read(component: Any, zones: Mapping[str, str]) -> CalendarEvent:
    if _text(component.get("STATUS")).upper() == "CANCELLED":
        raise Unreadable(phrase("the calendar file cancels an event; reply to our mail about the event instead"))
    organiser = component.get("ORGANIZER")
    values = {
        "title": _text(component.get("SUMMARY")),
        "place": _text(component.get("LOCATION")),
        "organiser": _text(organiser.params.get("CN")) if organiser is not None else "",
        "website": _address(component),
        "topics": ", ".join(_categories(component)),
    }
    notes: list[Phrase] = []
    if any(component.get(name) is not None for name in ("RRULE", "RDATE")):
        notes.append(phrase("The event of the calendar file repeats; write its days in the lines."))
    else:
        values |= _times(component, zones, notes)
    described = "\n".join(clean(line, 400) for line in str(component.get("DESCRIPTION") or "").split("\n")[:60])
    return CalendarEvent(
        {key: value for key, value in values.items() if value},
        _text(component.get("UID")),
        described[:MAX_DESCRIPTION].strip(),
        tuple(notes),
    )


def _text(value: object) -> str:
    return clean(str(value), MAX_TEXT) if value is not None else ""


def _categories(component: Any) -> list[str]:
    found = component.get("CATEGORIES")
    each = found if isinstance(found, list) else [found] if found is not None else []
    names = [clean(str(name), 60) for one in each for name in getattr(one, "cats", [])]
    return [name for name in names if name][:MAX_CATEGORIES]


def _address(component: Any) -> str:
    written = str(component.get("URL") or "").strip()
    return written if _WEB.fullmatch(written) else ""


def _times(component: Any, zones: Mapping[str, str], notes: list[Phrase]) -> dict[str, str]:
    """The days and the hours; a note instead of what cannot be."""
    starts = getattr(component.get("DTSTART"), "dt", None)
    ends = getattr(component.get("DTEND"), "dt", None)
    lasts = getattr(component.get("DURATION"), "dt", None)
    if not isinstance(starts, date):
        return {}
    try:
        ends = ends or (starts + lasts if isinstance(lasts, timedelta) else starts)
    except (OverflowError, TypeError):
        ends = starts
    first = last = starts.date() if isinstance(starts, datetime) else starts
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        last = ends.date()
    elif not isinstance(starts, datetime) and not isinstance(ends, datetime):
        last = max(first, ends - timedelta(days=1))  # the end is the day after (RFC 5545, 3.6.1)
    if not first <= last <= first + timedelta(days=MAX_DAYS) or not 1970 <= first.year <= 2200:
        notes.append(phrase("The days of the calendar file cannot be right; write them in the lines."))
        return {}
    found = {"dates": f"{first.isoformat()}/{last.isoformat()}"}
    if isinstance(starts, datetime) and isinstance(ends, datetime) and starts != ends:
        zone = "UTC" if starts.tzinfo is not None else _zone(zones.get("DTSTART", ""))
        found["hours"] = written_hours(Hours(starts.time(), ends.time(), zone))
    return found


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(named: str) -> str:
    """The name of a time zone as everybody has it; empty if it is one of the file's own."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    name = WINDOWS_TO_OLSON.get(named, named)
    return name if name in _known_zones() else ""


# --- writing ---


def _calendar(method: Method) -> Calendar:
    from icalendar import Calendar

    made = Calendar()
    made.add("prodid", PRODID)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method.value)
    return made


def _component(event: Event, now: datetime) -> Any:
    from icalendar import Event as Component

    made = Component()
    made.add("uid", event.uid)
    made.add("dtstamp", now)
    made.add("sequence", event.sequence)
    made.add("last-modified", event.changed_at)
    for name, value in _span(event).items():
        made.add(name, value)
    made.add("summary", _plain(event.title))
    for name, text in (("location", event.place), ("description", event.organiser)):
        if text:
            made.add(name, _plain(text))
    if event.website:
        made.add("url", event.website)
    if event.topics:
        made.add("categories", [_plain(topic) for topic in event.topics])
    made.add("status", "CANCELLED" if event.state is State.CANCELLED else "CONFIRMED")
    return made


def _span(event: Event) -> dict[str, date]:
    """Its first and last moment; of an event without hours, its first day and the day after its last."""
    if event.hours is None:
        return {"dtstart": event.starts, "dtend": event.ends + timedelta(days=1)}
    opens, closes, named = event.hours
    zone = ZoneInfo(named) if named in _known_zones() else None
    return {
        "dtstart": datetime.combine(event.starts, opens, zone),
        "dtend": datetime.combine(event.ends, closes, zone),
    }


def _plain(text: str) -> str:
    return clean(text, 500)


def _person(address: Address) -> Any:
    from icalendar import vCalAddress

    made = vCalAddress(f"mailto:{address}")
    if address.name:
        made.params["CN"] = clean(address.name, 100).replace('"', "'")
    return made


def _file(calendar: Calendar, components: Sequence[Any]) -> bytes:
    for component in components:
        calendar.add_component(component)
    calendar.add_missing_timezones()
    made: Callable[[], bytes] = calendar.to_ical
    return made()
