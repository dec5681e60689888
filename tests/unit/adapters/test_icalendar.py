"""Calendar files: hostile ones are bounded, and what we write is read back as it was (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re
import time as clock
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from mailer.adapters.icalendar import Icalendar
from mailer.message import Address
from mailer.model.events import Event, EventKind, Hours, State
from mailer.ports.icalendar import Method, Unreadable

NOW = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
OFFICE = Address.parse("tg2@iso-sr.example", "TG 2")
BEA = Address.parse("bea@x.example", 'Bea "B", Ltd; x')
EVENT = Event(
    id=7,
    uid="event-7.ab@iso-sr.example",
    title="Séminaire; sur la RS, deuxième jour " + "é" * 80,
    kind=EventKind.SEMINAR,
    organiser="AFNOR\nBEGIN:VALARM",
    place="Paris, 1\\2",
    country="FR",
    starts=date(2027, 5, 3),
    ends=date(2027, 5, 5),
    website="https://afnor.example/a?b=c;d",
    topics=("labour, work", "SME"),
    sequence=3,
    created_at=NOW,
    changed_at=NOW,
)
TIMED = replace(EVENT, hours=Hours(time(9), time(17, 30), "Europe/Paris"))


def file_of(*lines: str, end: str = "\r\n") -> bytes:
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    return end.join(whole).encode()


def values(*lines: str, end: str = "\r\n") -> dict[str, str]:
    return dict(Icalendar().read(file_of(*lines, end=end)).values)


# --- what we write ---


def unfolded(data: bytes) -> list[str]:
    return re.sub(rb"\r\n[ \t]", b"", data).decode().split("\r\n")


@pytest.mark.parametrize("event", [EVENT, TIMED, replace(TIMED, hours=Hours(time(9), time(10), ""))])
@pytest.mark.parametrize("method", Method)
def test_lines_are_folded_at_75_octets_and_end_with_crlf(event: Event, method: Method) -> None:
    data = Icalendar().entry(event, method, now=NOW, organiser=OFFICE, attendee=BEA)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    data.decode()  # no character is torn
    assert data == Icalendar().entry(event, method, now=NOW, organiser=OFFICE, attendee=BEA)


def test_a_day_s_event_has_no_hours_and_ends_the_day_after() -> None:
    lines = unfolded(Icalendar().entry(EVENT, Method.PUBLISH, now=NOW, organiser=OFFICE))
    assert [line for line in lines if line.startswith(("DT", "SEQ", "UID", "METHOD", "STATUS", "BEGIN"))] == [
        "BEGIN:VCALENDAR",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20270503",
        "DTEND;VALUE=DATE:20270506",
        "DTSTAMP:20270102T030405Z",
        "UID:event-7.ab@iso-sr.example",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
    ]


def test_hours_are_in_a_time_zone_that_the_file_defines() -> None:
    data = Icalendar().entry(TIMED, Method.PUBLISH, now=NOW, organiser=OFFICE)
    lines = unfolded(data)
    assert "DTSTART;TZID=Europe/Paris:20270503T090000" in lines
    assert "DTEND;TZID=Europe/Paris:20270505T173000" in lines
    assert (lines.count("BEGIN:VTIMEZONE"), lines.count("TZID:Europe/Paris")) == (1, 1)
    assert len(data) < 4_000
    floating = replace(TIMED, hours=Hours(time(9), time(10), ""))
    assert "DTSTART:20270503T090000" in unfolded(Icalendar().entry(floating, Method.PUBLISH, now=NOW, organiser=OFFICE))


def test_the_library_reads_back_what_was_written() -> None:
    data = Icalendar().entry(TIMED, Method.REQUEST, now=NOW, organiser=OFFICE, attendee=BEA)
    (found,) = Calendar.from_ical(data).walk("VEVENT")
    assert (str(found["SUMMARY"]), str(found["LOCATION"])) == (TIMED.title, TIMED.place)
    assert (str(found["DESCRIPTION"]), str(found["URL"])) == ("AFNOR BEGIN:VALARM", TIMED.website)
    assert (str(found["ATTENDEE"]), found["ATTENDEE"].params["RSVP"]) == ("mailto:bea@x.example", "FALSE")
    assert str(found["ORGANIZER"]) == "mailto:tg2@iso-sr.example"
    assert found["CATEGORIES"].cats == ["labour, work", "SME"]
    assert Calendar.from_ical(data).walk("VALARM") == []


def test_a_cancellation_says_so_twice_and_keeps_the_uid() -> None:
    lines = unfolded(Icalendar().entry(EVENT, Method.CANCEL, now=NOW, organiser=OFFICE, attendee=BEA))
    assert {"METHOD:CANCEL", "STATUS:CANCELLED", f"UID:{EVENT.uid}", "SEQUENCE:3"} <= set(lines)


def test_what_is_published_names_nobody_who_takes_part() -> None:
    lines = unfolded(Icalendar().entry(EVENT, Method.PUBLISH, now=NOW, organiser=OFFICE, attendee=BEA))
    assert not [line for line in lines if line.startswith("ATTENDEE")]


def test_a_feed_has_all_its_events() -> None:
    data = Icalendar().feed([EVENT, replace(TIMED, uid="b@o", state=State.CANCELLED)], name="ISO/SR events", now=NOW)
    calendar = Calendar.from_ical(data)
    assert [str(one["UID"]) for one in calendar.walk("VEVENT")] == [EVENT.uid, "b@o"]
    assert [str(one["STATUS"]) for one in calendar.walk("VEVENT")] == ["CONFIRMED", "CANCELLED"]
    assert "X-WR-CALNAME:ISO/SR events" in unfolded(data)
    assert "mailto" not in data.decode()  # no address of anybody


# --- what others write ---


def test_an_event_becomes_values_of_the_lines() -> None:
    found = Icalendar().read(
        file_of(
            "UID:abc@host",
            "SUMMARY;LANGUAGE=fr:Séminaire\\, deux jours",
            "LOCATION:Palais\\nParis",
            'ORGANIZER;CN="AFNOR, Paris":mailto:anna@afnor.example',
            "DTSTART;VALUE=DATE:20270503",
            "DTEND;VALUE=DATE:20270506",
            "URL:https://afnor.example/x",
            "CATEGORIES:labour,SME",
            "CATEGORIES:work",
            "DESCRIPTION:first\\nsecond",
        )
    )
    assert found.values == {
        "title": "Séminaire, deux jours",
        "place": "Palais Paris",
        "organiser": "AFNOR, Paris",
        "website": "https://afnor.example/x",
        "topics": "labour, SME, work",
        "dates": "2027-05-03/2027-05-05",
    }
    assert (found.uid, found.description, found.notes) == ("abc@host", "first\nsecond", ())


@pytest.mark.parametrize(
    ("lines", "dates", "hours"),
    [
        (["DTSTART;VALUE=DATE:20270503"], "2027-05-03/2027-05-03", ""),
        (["DTSTART:20270503T090000Z", "DTEND:20270503T170000Z"], "2027-05-03/2027-05-03", "09:00-17:00 UTC"),
        (["DTSTART:20270503T090000", "DURATION:PT90M"], "2027-05-03/2027-05-03", "09:00-10:30"),
        (
            ["DTSTART;TZID=Europe/Paris:20270503T090000", "DTEND;TZID=Europe/Paris:20270504T170000"],
            "2027-05-03/2027-05-04",
            "09:00-17:00 Europe/Paris",
        ),
        (
            ['DTSTART;TZID="W. Europe Standard Time":20270503T090000', "DTEND:20270503T100000"],
            "2027-05-03/2027-05-03",
            "09:00-10:00 Europe/Berlin",
        ),
        (["DTSTART;TZID=Mine:20270503T090000", "DTEND;TZID=Mine:20270503T1000"], "", ""),
        (
            ["DTSTART;TZID=Mine:20270503T090000", "DTEND;TZID=Mine:20270503T100000"],
            "2027-05-03/2027-05-03",
            "09:00-10:00",
        ),
        (["DTSTART;VALUE=DATE:20270503", "DTEND:20270503T100000Z"], "2027-05-03/2027-05-03", ""),
    ],
)
def test_days_and_hours(lines: list[str], dates: str, hours: str) -> None:
    try:
        found = values("SUMMARY:x", *lines, end="\n")
    except Unreadable:
        found = {}
    assert (found.get("dates", ""), found.get("hours", "")) == (dates, hours)


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        (["DTSTART:20270503T090000Z", "RRULE:FREQ=SECONDLY"], "repeats"),
        (["DTSTART:20270503T090000Z", "RDATE:" + ",".join(["20270503T090000Z"] * 400)], "repeats"),
        (["DTSTART;VALUE=DATE:20270503", "DTEND;VALUE=DATE:20990503"], "cannot be right"),
        (["DTSTART:20270503T090000Z", "DTEND:20270502T090000Z"], "cannot be right"),
        (["DTSTART;VALUE=DATE:18000101"], "cannot be right"),
        (["DTSTART;VALUE=DATE:20270503", "DURATION:P99999999W"], ""),
    ],
)
def test_repetitions_and_wrong_days_are_asked_back(lines: list[str], note: str) -> None:
    try:
        found = Icalendar().read(file_of("SUMMARY:x", *lines))
    except Unreadable:
        assert not note
        return
    assert ("dates" in found.values, note in " ".join(map(str, found.notes))) == (not note, True)


ALARM = ["BEGIN:VALARM", "ACTION:PROCEDURE", "ATTACH:ftp://evil.example/x", "SUMMARY:other", "END:VALARM"]


def test_C14_alarms_attachments_and_fields_of_strangers_are_left_out() -> None:
    found = values(
        "SUMMARY:x",
        *ALARM,
        "ATTACH:https://evil.example/",
        "X-A:b",
        "URL:javascript:alert(1)",
        "ATTENDEE:mailto:v@x.example",
    )
    assert found == {"title": "x"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no event"),
        (b"\xff\xfe\x00", "no event"),
        (file_of("SUMMARY:x").replace(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT"), "several events"),
        (file_of("SUMMARY:x", "STATUS:CANCELLED"), "cancels an event"),
        (file_of("SUMMARY:" + "x" * 300_000), "too large"),
        (file_of(*["X-A:b"] * 6_000), "too large"),
        (file_of(*["BEGIN:VALARM"] * 100), "too many parts"),
        (file_of("DTSTART:never"), "damaged"),
    ],
)
def test_what_is_not_read_says_why(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        Icalendar().read(data)


def test_hostile_text_is_one_clean_line() -> None:
    found = values("SUMMARY:a\\nBcc: v@x.example\\, \u202e\x00b", "LOCATION:" + "y" * 5_000)
    assert found["title"].split("\n") == [found["title"]]
    assert (len(found["place"]), "\x00" in found["title"]) == (300, False)


HOSTILE = file_of(
    *["SUMMARY:x" + "\\n" * 3_000, "DESCRIPTION:" + "\\," * 3_900, "CATEGORIES:" + "," * 7_000],
    *["CATEGORIES:" + "a," * 3_000] * 20,
    'ORGANIZER;CN="' + "a;" * 3_000 + '":mailto:x',
    "DTSTART" + ";X=1" * 1_900 + ":20270503",
)


def test_C14_a_hostile_file_takes_less_than_a_second() -> None:
    begun = clock.process_time()
    with suppress(Unreadable):
        Icalendar().read(HOSTILE)
    assert clock.process_time() - begun < 1


LINES = [
    *file_of("SUMMARY:x", *ALARM, "DTSTART;TZID=a:20270503T090000").split(b"\r\n"),
    *(b"\xff", b" y", b"DTSTART:", b"RRULE:x", b"DURATION:P1D", b"DTEND:x"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=30))
def test_any_file_is_read_or_refused(lines: list[bytes]) -> None:
    try:
        found = Icalendar().read(b"\n".join(lines))
    except Unreadable as refused:
        assert refused.reason
    else:
        assert all("\n" not in value for value in found.values.values())
