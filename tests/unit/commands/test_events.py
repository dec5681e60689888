"""``mailer events``, as the secretary types it, and the block of an issue that shows them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar

from mailer.commands.terminal import office_for
from mailer.model.events import State
from tests.secretary import Secretary
from tests.unit.adapters.test_icalendar import file_of

KENYA = ("--title", "Standards in daily work", "--starts", "2027-05-03", "--ends", "2027-05-05", "--country", "ke")
BLOCK = '+++\ntitle = "Where to go"\n+++\nSee you there.\n\n```events\ncoming: 6 months\n```\n'


@pytest.fixture
def held(secretary: Secretary) -> Secretary:
    """An office that knows an event, and an internal one."""
    more = ("--kind", "seminar", "--place", "Nairobi", "--languages", "en,sw", "--costs", "travel,meals", "--presenter")
    secretary.types("events", "add", *KENYA, *more)
    secretary.types("events", "add", "--internal", "--title", "Ours alone", "--starts", "2027-05-03")
    return secretary


def test_events_are_added_and_listed(held: Secretary) -> None:
    listed = held.types("events", "ls")
    assert max(map(len, listed.out.splitlines())) <= 80
    shown = held.types("events", "ls", "--json").json
    assert [(one["number"], one["title"], one["internal"], one["state"]) for one in shown] == [
        (2, "Ours alone", True, "accepted"),
        (1, "Standards in daily work", False, "accepted"),
    ]
    assert [one["number"] for one in held.types("events", "ls", "--internal", "--json").json] == [2]
    assert [one["number"] for one in held.types("events", "ls", "--country", "ke", "--json").json] == [1]
    assert [one["number"] for one in held.types("events", "ls", "--future", "--json").json] == [2, 1]
    assert held.types("events", "ls", "--past", "--json").json == []


def test_an_event_is_shown(held: Secretary) -> None:
    shown = held.types("events", "show", "1").out
    for line in ("3 – 5 May 2027", "Kenya", "English, Swahili", "travel, meals"):
        assert line in shown
    assert held.types("events", "show", "9").err.startswith("mailer: There is no event 9")


def test_a_calendar_file_is_added_and_doubles_are_named(held: Secretary, tmp_path: Path) -> None:
    path = tmp_path / "invitation.ics"
    path.write_bytes(file_of("SUMMARY:Standards in daily work", "DTSTART;VALUE=DATE:20270504", "UID:a"))
    done = held.types("events", "add", str(path), "--country", "KE", "--dry-run")
    assert done.out == "Would add “Standards in daily work”, 2027-05-04.\n"
    assert "it may be event 1, Standards in daily work (accepted)" in done.err
    path.write_bytes(b"nothing")
    assert "the calendar file has no event" in held.types("events", "add", str(path)).err


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ((), "An event needs --title and --starts."),
        (("--title", "x", "--starts", "2027-05-03", "--ends", "2027-05-01"), "before it begins"),
        (("--title", "x", "--starts", "2027-05-03", "--country", "Kenyya"), "did you mean “Kenya”?"),
        (("--title", "x", "--starts", "2027-05-03", "--hours", "noon"), "--hours are written as 09:00-17:30."),
        (("--title", "x", "--starts", "2027-05-03", "--website", "javascript:x"), "is no web site"),
        (("--title", "x", "--starts", "2027-05-03", "--costs", "hotel"), "not hotel"),
    ],
)
def test_faults_say_what_to_write(secretary: Secretary, options: tuple[str, ...], fault: str) -> None:
    assert fault in " ".join(secretary.types("events", "add", *options).err.split())


def test_an_event_is_changed_cancelled_and_accepted_again(held: Secretary) -> None:
    assert held.types("events", "edit", "1", "--place", "Mombasa").out == "place: Nairobi → Mombasa\n"
    assert "Nothing would change" in held.types("events", "edit", "1", "--place", "Mombasa").err
    assert held.types("events", "cancel", "1", "--yes").out == "Event 1 is cancelled.\n"
    assert "cannot take the step “cancel”" in held.types("events", "cancel", "1", "--yes").err
    held.types("events", "accept", "1")
    (_, one) = held.types("events", "ls", "--json").json
    assert (one["state"], one["place"], one["sequence"]) == ("accepted", "Mombasa", 3)


def test_the_state_of_an_event_is_in_words_that_fit(held: Secretary) -> None:
    with held.app() as app, office_for(app, "a test") as office:
        event = office.work.events.by_id(1)
        assert event is not None
        office.work.events.save(replace(event, state=State.CONFIRMED))
    listed = held.types("events", "ls").out
    assert ("waits for a" in listed, "confirmed" in listed) == (True, False)
    assert max(map(len, listed.splitlines())) <= 80
    assert "waits for a decision" in held.types("events", "show", "1").out


def test_law_4_an_export_has_no_internal_event_and_nobody_s_address(held: Secretary, tmp_path: Path) -> None:
    held.types("events", "add", "--title", '=cmd("x")', "--starts", "2027-06-01")
    rows = list(csv.DictReader(io.StringIO(held.types("events", "export").out)))
    assert [(row["title"], row["starts"], row["languages"]) for row in rows] == [
        ("Standards in daily work", "2027-05-03", "en,sw"),
        ('\'=cmd("x")', "2027-06-01", ""),
    ]
    path = tmp_path / "events.ics"
    assert held.types("events", "export", "--format", "ics", "--out", str(path)).out == f"Wrote 2 events to {path}.\n"
    calendar = Calendar.from_ical(path.read_bytes())
    assert [str(one["SUMMARY"]) for one in calendar.walk("VEVENT")] == ["Standards in daily work", '=cmd("x")']
    assert b"@" not in b"".join(line for line in path.read_bytes().split(b"\r\n") if not line.startswith(b"UID"))


def test_members_are_invited_to_internal_events_alone(held: Secretary) -> None:
    held.imports("wg-member", "ana@x.example", "bo@x.example")
    assert held.types("events", "invite", "2", "--yes").out == "Invited 2 members.\n"
    assert held.types("events", "invite", "2", "--yes").out == "Invited 0 members.\n"
    assert held.types("events", "show", "2", "--json").json["coming"] == {"guests: has not answered": 2}
    assert "\n2 guests have not answered\n" in held.types("events", "show", "2").out
    assert "is not internal" in held.types("events", "invite", "1", "--yes").err
    assert "is not internal" in held.types("events", "speaker", "1", "Ana <ana@x.example>").err
    assert held.types("events", "speaker", "2", "Ana <ana@x.example>").out.startswith("Asked 1 speaker")


# --- in an issue ---


def test_an_issue_shows_events_as_of_its_build_and_says_what_differs(held: Secretary) -> None:
    held.writes(1)
    with held.app() as app:
        folder = app.issue_folder("update", 1)
    text = (folder / "issue.toml").read_text()
    (folder / "issue.toml").write_text(
        "\n".join("date = 2027-05-01" if line.startswith("date") else line for line in text.splitlines()) + "\n"
    )
    (folder / "02-events.md").write_text(BLOCK)
    held.types("events", "add", "--title", "環境", "--starts", "2027-06-01", "--country", "jp")
    built = held.types("issue", "build", "1")
    assert "warning: event 3: the PDF has a note in the place of what no font here has, such as “環”" in built.err
    assert f"digest {held.types('issue', 'show', '1', '--json').json['digest'][:12]}." in built.out
    held.types("events", "cancel", "3", "--yes")
    held.types("issue", "build", "1", "--yes")
    kept = (folder / "events.json").read_text()
    assert ("Standards in daily work" in kept, "Ours alone" in kept) == (True, False)
    assert held.types("issue", "show", "1", "--json").json["events_differ"] is None
    held.types("events", "edit", "1", "--place", "Mombasa")
    differs = "event 1, Standards in daily work: other place"
    assert held.types("issue", "show", "1", "--json").json["events_differ"] == differs
    assert held.types("issue", "show", "1", "--json").json["edited_since"] is False
    held.types("events", "cancel", "1", "--yes")
    nothing = held.types("issue", "build", "1")
    assert "02-events.md:6: there is no event to show here" in nothing.err
