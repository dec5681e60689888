"""Events by mail: announced, confirmed, accepted, changed and cancelled, each by a real mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from icalendar import Calendar

from mailer.event_mail import accept, change
from mailer.handlers import event_records
from mailer.model.events import Event, State
from mailer.model.submissions import State as SubmissionState
from tests.unit.harness import SECRETARY, Harness, text_of

HOST, OFFICE = "wanjiru@nmb.example", "tg2@iso-sr.example"
LINES = """event

Title of the event: Standards in daily work
Kind of event: workshop
Organiser: KEBS
Place: Nairobi
Country of the event: Kenya
Dates: 3 to 5 December 2027
Hours: 9.00-17.30
Languages of the event: English, Swahili
Web page: https://kebs.example/
Would you like a presenter of the group: yes
Costs of the presenter that you cover: travel, meals
"""
FORGED = {"X-Forged": "yes"}


def event(harness: Harness, number: int = 1) -> Event | None:
    with harness.environment.store.snapshot() as work:
        return work.events.by_id(number)


def the(harness: Harness, number: int = 1) -> Event:
    found = event(harness, number)
    assert found is not None
    return found


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(harness: Harness, who: str, words: str, to: EmailMessage | None = None, **headers: str) -> None:
    harness.environment.reply(who, to or last(harness, who), words, **headers)
    harness.tick()


def calendar(mail: EmailMessage) -> Calendar:
    (part,) = [one for one in mail.iter_attachments() if one.get_content_type() == "text/calendar"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    made = Calendar.from_ical(data)
    assert isinstance(made, Calendar)
    assert str(made["METHOD"]) == part.get_param("method")
    return made


def accepted(harness: Harness, lines: str = LINES, host: str = HOST) -> None:
    harness.write(host, OFFICE, "An event", lines)
    reply(harness, host, "yes")
    reply(harness, SECRETARY, "YES")


# --- announced and accepted ---


def test_an_event_is_seen_by_nobody_before_its_address_has_confirmed_it(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES)
    assert (harness.subjects(HOST), harness.mails_to(SECRETARY), event(harness)) == (
        ["Please confirm: the announcement of an event"],
        [],
        None,
    )
    reply(harness, HOST, "yes")
    assert harness.subjects(SECRETARY) == ["Event 1 announced: Standards in daily work"]
    made = the(harness)
    assert (made.state, made.place, made.country, made.wants_presenter) == (State.CONFIRMED, "Nairobi", "KE", True)
    assert (made.starts, made.ends, made.languages) == (date(2027, 12, 3), date(2027, 12, 5), ("en", "sw"))


def test_the_secretary_accepts_by_a_reply_and_the_host_gets_it_for_the_calendar(harness: Harness) -> None:
    accepted(harness)
    assert the(harness).state is State.ACCEPTED
    receipt = last(harness, HOST)
    assert receipt["Subject"] == "Your event is accepted: Standards in daily work"
    (entry,) = calendar(receipt).walk("VEVENT")
    assert (str(entry["UID"]), entry["SEQUENCE"], str(entry["STATUS"])) == (the(harness).uid, 0, "CONFIRMED")
    with harness.environment.store.snapshot() as work:
        (submission,) = work.submissions.each()
    assert submission.state is SubmissionState.ACCEPTED


def test_the_secretary_accepts_in_html_although_the_last_of_the_lines_is_empty(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES.rpartition("Costs")[0])
    reply(harness, HOST, "yes")
    harness.environment.reply_in_html(SECRETARY, last(harness, SECRETARY), "YES")
    harness.tick()
    assert the(harness).state is State.ACCEPTED


def test_the_secretary_corrects_the_lines_and_so_accepts(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES)
    reply(harness, HOST, "yes")
    reply(harness, SECRETARY, "Place: Nairobi, KICC")
    assert (the(harness).state, the(harness).place) == (State.ACCEPTED, "Nairobi, KICC")
    assert "Place: Nairobi, KICC" in text_of(last(harness, HOST))


def test_the_secretary_declines_with_a_word(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES)
    reply(harness, HOST, "yes")
    reply(harness, SECRETARY, "NO\n\nIt is not about our subject.")
    assert the(harness).state is State.DECLINED
    assert "> It is not about our subject." in text_of(last(harness, HOST))


def test_an_empty_command_gets_the_lines_to_fill_in(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "x", "event\n")
    assert "Title of the event:" in text_of(last(harness, HOST))
    reply(harness, HOST, LINES.partition("\n\n")[2])
    assert the(harness).title == "Standards in daily work"


def test_B1_a_forged_announcement_repeats_no_word_of_its_writer(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "Cheap pills", f"{LINES}\nBuy pills!\n", **FORGED)
    told = last(harness, HOST)
    assert "Standards" not in told.as_string() and "pills" not in told.as_string()
    assert harness.mails_to(SECRETARY) == []


def test_addresses_in_the_lines_are_data(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES.replace("KEBS", "KEBS, victim@x.example"))
    reply(harness, HOST, "yes")
    assert the(harness).organiser == "KEBS, victim@x.example"
    assert harness.mails_to("victim@x.example") == []


def test_the_sender_takes_it_back(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES)
    reply(harness, HOST, "yes")
    reply(harness, HOST, "no")
    assert the(harness).state is State.CANCELLED
    reply(harness, SECRETARY, "YES", harness.mails_to(SECRETARY)[0])
    assert the(harness).state is State.CANCELLED


def test_the_sender_corrects_it_and_the_secretary_decides_on_the_newest(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES)
    reply(harness, HOST, "yes")
    reply(harness, HOST, "Place: Mombasa")
    assert harness.subjects(SECRETARY)[-1] == "Event 1 corrected: Standards in daily work"
    reply(harness, SECRETARY, "YES", harness.mails_to(SECRETARY)[0])
    assert the(harness).state is State.CONFIRMED  # the first notice was about other lines
    newest = next(one for one in reversed(harness.mails_to(SECRETARY)) if "corrected" in one["Subject"])
    reply(harness, SECRETARY, "YES", newest)
    assert (the(harness).state, the(harness).place) == (State.ACCEPTED, "Mombasa")


# --- a calendar file ---

ICS = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:theirs@host\nSUMMARY:Standards in daily work\n"
    "LOCATION:Nairobi\nORGANIZER;CN=KEBS:mailto:victim@x.example\nATTENDEE:mailto:victim@x.example\n"
    "DTSTART;TZID=Africa/Nairobi:20271203T090000\nDTEND;TZID=Africa/Nairobi:20271205T173000\n"
    "DESCRIPTION:Three talks on labour and small enterprises\nATTACH:https://evil.example/\nEND:VEVENT\nEND:VCALENDAR\n"
)


def with_file(body: str, data: str = ICS) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = HOST, OFFICE, "event", "<ics@nmb.example>"
    mail.set_content(body)
    mail.add_attachment(data.encode(), maintype="text", subtype="calendar", filename="invitation.ics")
    return raw_of(mail)


def raw_of(mail: EmailMessage) -> bytes:
    passed = b"Authentication-Results: mx.iso-sr.example; dmarc=pass header.from=nmb.example\r\n"
    return passed + mail.as_bytes().replace(b"\n", b"\r\n")


def test_a_calendar_file_fills_in_the_lines_and_what_the_lines_say_counts_more(harness: Harness) -> None:
    harness.raw(with_file("event\n\nCountry of the event: Kenya\nPlace: Mombasa\n"))
    reply(harness, HOST, "yes")
    made = the(harness)
    assert (made.title, made.organiser, made.country, made.place) == (
        "Standards in daily work",
        "KEBS",
        "KE",
        "Mombasa",
    )
    assert (made.starts, made.ends, made.source_uid) == (date(2027, 12, 3), date(2027, 12, 5), "theirs@host")
    assert made.hours is not None and made.hours.zone == "Africa/Nairobi"
    assert made.uid != "theirs@host"
    assert "Three talks on labour and small enterprises" in text_of(last(harness, SECRETARY))
    assert harness.mails_to("victim@x.example") == []


def test_files_of_an_announcement_reach_a_person_once_its_address_has_confirmed_it(harness: Harness) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = HOST, OFFICE, "event", "<pdf@nmb.example>"
    mail.set_content(LINES)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="programme.pdf")
    harness.raw(raw_of(mail))
    assert harness.mails_to(SECRETARY) == []
    reply(harness, HOST, "yes")
    files = [part.get_filename() for mail in harness.mails_to(SECRETARY) for part in mail.iter_attachments()]
    assert len([name for name in files if name and name.endswith(".pdf")]) == 1


def test_what_a_calendar_file_lacks_is_asked_back(harness: Harness) -> None:
    harness.raw(with_file("event\n", ICS.replace("END:VEVENT", "RRULE:FREQ=DAILY\nEND:VEVENT")))
    reply(harness, HOST, "yes")
    assert event(harness) is None  # the country and the days are missing
    reply(harness, HOST, "Country of the event: Kenya\nDates: 3 December 2027")
    assert the(harness).starts == date(2027, 12, 3)


# --- doubles ---


def test_doubles_are_named_to_the_secretary_and_only_what_is_public_to_the_sender(harness: Harness) -> None:
    accepted(harness)
    other = "eve@other.example"
    harness.write(other, OFFICE, "An event", LINES.replace("Organiser: KEBS", "Organiser: Others"))
    reply(harness, other, "yes")
    assert "event 1: Standards in daily work" in text_of(last(harness, SECRETARY))
    (told,) = [one for one in harness.mails_to(other) if "already" in one["Subject"]]
    assert "Standards in daily work" in text_of(told) and HOST not in told.as_string()


def test_a_double_that_waits_is_disclosed_to_nobody_but_its_own_sender(harness: Harness) -> None:
    for sender in (HOST, "eve@other.example", HOST):
        harness.write(sender, OFFICE, "An event", LINES)
        reply(harness, sender, "yes")
    assert [one for one in harness.subjects("eve@other.example") if "already" in one] == []
    assert len([one for one in harness.subjects(HOST) if "already" in one]) == 1


# --- changed and cancelled by the host ---


def test_a_change_waits_for_the_secretary_and_moves_the_calendar(harness: Harness) -> None:
    accepted(harness)
    reply(harness, HOST, "Place: Mombasa\nDates: 4 to 5 December 2027")
    made = the(harness)
    assert (made.state, made.place, made.pending["place"]) == (State.CHANGED, "Nairobi", "Mombasa")
    assert "Place: Mombasa (it was: Nairobi)" in text_of(last(harness, SECRETARY))
    reply(harness, SECRETARY, "YES")
    made = the(harness)
    assert (made.state, made.place, made.starts, made.sequence) == (State.ACCEPTED, "Mombasa", date(2027, 12, 4), 1)
    (entry,) = calendar(last(harness, HOST)).walk("VEVENT")
    assert (str(entry["UID"]), entry["SEQUENCE"]) == (made.uid, 1)


def test_a_change_is_refused_with_a_word_and_all_stays(harness: Harness) -> None:
    accepted(harness)
    before = the(harness)
    reply(harness, HOST, "Place: Mombasa")
    reply(harness, SECRETARY, "NO\n\nThe hall is taken.")
    made = the(harness)
    assert (made.state, made.place, made.pending, made.sequence) == (State.ACCEPTED, "Nairobi", {}, before.sequence)
    assert "> The hall is taken." in text_of(last(harness, HOST))


def test_a_host_cancels_at_once_and_the_secretary_hears_of_it(harness: Harness) -> None:
    accepted(harness)
    reply(harness, HOST, "no")
    made = the(harness)
    assert (made.state, made.sequence) == (State.CANCELLED, 1)
    (entry,) = calendar(last(harness, HOST)).walk("VEVENT")
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCELLED", 1)
    assert harness.subjects(SECRETARY)[-1] == "Event 1 is cancelled: Standards in daily work"


def test_A1_a_forged_change_does_nothing_but_ask_the_host(harness: Harness) -> None:
    accepted(harness)
    reply(harness, HOST, "no", **FORGED)
    assert the(harness).state is State.ACCEPTED
    assert harness.subjects(HOST)[-1].startswith("Is this answer yours?")
    reply(harness, HOST, "yes", **FORGED)
    assert the(harness).state is State.CANCELLED


def test_an_old_receipt_has_no_effect_after_a_change(harness: Harness) -> None:
    accepted(harness)
    receipt = last(harness, HOST)
    moved = replace(the(harness), place="Mombasa")
    harness.do(lambda office: change(office, event_records.require(office, 1), moved))
    harness.tick()
    reply(harness, HOST, "no", receipt)
    assert the(harness).state is State.ACCEPTED


# --- what time does ---


def test_the_host_is_asked_shortly_before_and_the_event_is_held_after(harness: Harness) -> None:
    accepted(harness)
    day = the(harness).starts
    harness.pass_by(timedelta(days=(day - harness.now.date()).days - 10))
    harness.tick()
    harness.tick()
    asked = [one for one in harness.subjects(HOST) if one.startswith("Does your event take place?")]
    assert asked == ["Does your event take place? Standards in daily work"]
    reply(harness, HOST, "yes")
    harness.pass_by(timedelta(days=14))
    harness.tick()
    assert the(harness).state is State.HELD


def test_a_cancelled_event_is_taken_up_again_with_a_higher_sequence(harness: Harness) -> None:
    accepted(harness)
    reply(harness, HOST, "no")
    harness.do(lambda office: accept(office, event_records.require(office, 1)))
    made = the(harness)
    assert (made.state, made.sequence) == (State.ACCEPTED, 2)


# --- personal data ---


def test_forgetting_a_host_keeps_the_event(harness: Harness) -> None:
    accepted(harness)
    harness.import_list("nmb", [HOST])
    harness.write(HOST, OFFICE, "x", "status\n")
    assert "You are its contact" in text_of(last(harness, HOST))
    harness.write(HOST, OFFICE, "x", "forget me\n")
    reply(harness, HOST, "yes")
    made = the(harness)
    assert (made.host, made.host_name, made.title) == ("", "", "Standards in daily work")


@pytest.mark.parametrize("word", ["événement", "evento", "Veranstaltung", "мероприятие", "イベント", "活动", "فعالية"])
def test_the_command_in_other_languages(harness: Harness, word: str) -> None:
    harness.write(HOST, OFFICE, "x", f"{word}\n")
    assert re.search("submission-lines|answer", str(last(harness, HOST)["Reply-To"]))
    assert event(harness) is None


def test_D8_the_secretary_is_told_what_the_pdfs_cannot_print(harness: Harness) -> None:
    harness.write(HOST, OFFICE, "An event", LINES.replace("Standards in daily work", "環境 2027"))
    reply(harness, HOST, "yes")
    assert "The PDFs have no font for some of its letters (環境)" in " ".join(text_of(last(harness, SECRETARY)).split())
    reply(harness, SECRETARY, "YES")
    assert the(harness).state is State.ACCEPTED
