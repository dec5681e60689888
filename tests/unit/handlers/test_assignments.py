"""A presenter for an event: recommended, asked, named to the host, reminded; and the report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from mailer import event_mail
from mailer.contacts import forget
from mailer.handlers.assignments import held
from mailer.message import Address
from mailer.model.assignments import Assignment, State
from mailer.model.events import Event
from mailer.model.events import State as EventState
from mailer.model.lists import Details, Standing
from mailer.model.presenters import State as Registration
from mailer.office import Office
from mailer.ports.feedback import Wanted
from mailer.presenters import find, retire
from tests.contracts.test_events import EVENT
from tests.unit.harness import DAY, SECRETARY, Harness, text_of
from tests.unit.model.test_presenters import AMINA

HOST, NEAR, FAR, MUTE = "host@nmb.example", "near@x.example", "far@x.example", "mute@x.example"
SEMINAR = replace(EVENT, host=HOST, topics=("labour practices",), state=EventState.ACCEPTED, pending={})


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(harness: Harness, address: str, words: str, *, to: EmailMessage | None = None, by: str = "") -> None:
    harness.environment.reply(by or address, to or last(harness, address), words)
    harness.tick()


def add_presenter(office: Office, address: str, **values: object) -> None:
    name = address.partition("@")[0].title()
    contact = office.work.lists.save_contact(Address.parse(address, name), Details(name=name), office.now)
    made = replace(AMINA, contact=contact.id, address=address, name=name, state=Registration.APPROVED, busy=())
    office.work.presenters.add(replace(made, **values))  # type: ignore[arg-type]
    office.work.lists.set_standing("presenters", contact.id, Standing.ACTIVE, office.now, "a test")


def begun(harness: Harness) -> None:
    """Three presenters in the bank, and an accepted event that wishes for one."""

    def begin(office: Office) -> None:
        add_presenter(office, FAR, country="FR", regions=(), topics=())
        add_presenter(office, NEAR)
        add_presenter(office, MUTE, languages=("fr",))
        office.work.events.add(SEMINAR)

    harness.do(begin)
    harness.tick()


def assignments(harness: Harness) -> list[Assignment]:
    with harness.environment.store.snapshot() as work:
        return work.assignments.of_event(1)


def states(harness: Harness) -> list[State]:
    return [one.state for one in assignments(harness)]


def changed(harness: Harness, **values: object) -> Event:
    with harness.environment.store.snapshot() as work:
        event = work.events.by_id(1)
    assert event is not None
    wanted: Event = replace(event, **values)  # type: ignore[arg-type]
    harness.do(lambda office: event_mail.change(office, event, wanted))
    harness.tick()
    return wanted


def pass_until(harness: Harness, day: date) -> None:
    harness.pass_by(timedelta(days=(day - harness.now.date()).days))
    harness.tick()


def files(mail: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in mail.iter_attachments()]


def calendar(mail: EmailMessage) -> str:
    (found,) = (part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar")
    return bytes(found.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def test_the_secretary_gets_those_who_suit_with_the_reason_for_each_point(harness: Harness) -> None:
    begun(harness)
    asked = last(harness, SECRETARY)
    text = text_of(asked)
    assert asked["Subject"] == "Which presenter for Standards in daily work?"
    assert "1. Near, Labour Forum: 100 points" in text
    assert "- +30 knows about labour practices" in text
    assert "2. Far, Labour Forum: 40 points" in text
    assert "1 presenter does not speak its language or is not free then." in text
    harness.tick()
    assert harness.subjects(SECRETARY).count(str(asked["Subject"])) == 1


def test_nobody_learns_the_other_side_before_the_yes_and_both_after_it(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    asked = last(harness, NEAR)
    assert asked["Subject"] == "Would you present at Standards in daily work?"
    assert [word in asked.as_string() for word in (HOST, "Wanjiru")] == [False, False]
    assert harness.mails_to(HOST) == []
    reply(harness, NEAR, "yes\n")
    assert states(harness) == [State.AGREED]
    told, host = last(harness, NEAR), last(harness, HOST)
    assert f"Your contact is Wanjiru, {HOST}." in text_of(told)
    assert "ATTENDEE" in calendar(told)
    assert host["Subject"] == "Your presenter for Standards in daily work: Near"
    assert NEAR in text_of(host)
    assert last(harness, SECRETARY)["Subject"] == "Near presents at Standards in daily work"


def test_after_a_no_the_next_number_is_asked_and_then_the_secretary_again(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "2, 1\n")
    reply(harness, FAR, "no\n")
    assert states(harness) == [State.DECLINED, State.ASKED]
    reply(harness, NEAR, "no\n")
    assert states(harness) == [State.DECLINED, State.DECLINED]
    assert last(harness, SECRETARY)["Subject"] == "No presenter suits Standards in daily work"


def test_silence_is_reminded_of_once_and_then_the_next_is_asked(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1 2\n")
    harness.pass_by(4 * DAY)
    harness.tick()
    assert harness.subjects(NEAR)[-1] == "Still open: would you present at Standards in daily work?"
    harness.pass_by(4 * DAY)
    harness.tick()
    assert states(harness) == [State.SILENT, State.ASKED]
    assert last(harness, FAR)["Subject"] == "Would you present at Standards in daily work?"
    reply(harness, NEAR, "yes\n")
    assert states(harness) == [State.SILENT, State.ASKED]


@pytest.mark.parametrize("words", ["7\n", "perhaps the first\n", "0\n"])
def test_an_answer_without_a_number_of_the_list_asks_nobody(harness: Harness, words: str) -> None:
    begun(harness)
    reply(harness, SECRETARY, words)
    assert (states(harness), "no number of the list" in text_of(last(harness, SECRETARY))) == ([], True)


def test_no_asks_nobody_and_is_not_asked_again(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "NO\n")
    before = len(harness.mails_to(SECRETARY))
    harness.pass_by(9 * DAY)
    harness.tick()
    assert (states(harness), len(harness.mails_to(SECRETARY))) == ([], before)


def test_a_yes_from_another_address_engages_nobody(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n", by="eve@elsewhere.example")
    assert (states(harness), harness.mails_to(HOST)) == ([State.ASKED], [])


def test_a_presenter_who_cannot_come_after_all_is_replaced(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    reply(harness, NEAR, "no\n\nI broke my leg.\n")
    assert states(harness) == [State.CANCELLED]
    assert "I broke my leg." in text_of(last(harness, HOST))
    subjects = [one for one in harness.subjects(SECRETARY) if not one.startswith("#")][-2:]
    assert subjects == ["Near cannot come to Standards in daily work", "Which presenter for Standards in daily work?"]


def test_a_change_and_the_end_of_the_event_reach_the_presenter(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    changed(harness, starts=date(2027, 5, 10), ends=date(2027, 5, 11))
    moved = last(harness, NEAR)
    assert moved["Subject"] == "Changed: Standards in daily work, 10 – 11 May 2027"
    assert "SEQUENCE:1" in calendar(moved)
    with harness.environment.store.snapshot() as work:
        event = work.events.by_id(1)
    assert event is not None
    harness.do(lambda office: event_mail.cancel(office, event))
    harness.tick()
    off = last(harness, NEAR)
    assert (states(harness), "METHOD:CANCEL" in calendar(off)) == ([State.WITHDRAWN], True)


def test_a_presenter_is_reminded_of_the_event_and_asked_for_a_report_after_it(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    pass_until(harness, date(2027, 4, 26))
    assert last(harness, NEAR)["Subject"] == "Soon: you present at Standards in daily work, 3 – 5 May 2027"
    pass_until(harness, date(2027, 5, 6))
    harness.tick()
    assert (states(harness), last(harness, NEAR)["Subject"]) == ([State.PRESENTED], "How was Standards in daily work?")


def presented(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    pass_until(harness, date(2027, 5, 6))
    harness.tick()


def reported(harness: Harness) -> None:
    presented(harness)
    lines = "How many came: 40\nWhat was asked: Is it a standard to certify? Who pays for it?\nWhat went well: All.\n"
    reply(harness, NEAR, lines)


def test_a_report_is_filed_passed_on_and_its_questions_wait_for_an_answer(harness: Harness) -> None:
    reported(harness)
    assert states(harness) == [State.REPORTED]
    with harness.environment.store.snapshot() as work:
        (report,) = work.assignments.reports(1)
        items = work.feedback.find(Wanted(tag="faq"), 10)
    assert report.values["people"] == "40"
    assert sorted(item.subject for item in items) == ["Is it a standard to certify?", "Who pays for it?"]
    filed = last(harness, SECRETARY)
    assert (filed["Subject"], "How many came: 40" in text_of(filed)) == ("Report 1 on Standards in daily work", True)
    assert "What went well: All." in text_of(last(harness, NEAR))


def test_lines_of_a_report_stay_lines_for_the_editors(harness: Harness) -> None:
    presented(harness)
    reply(harness, NEAR, "What was asked:\n- Is it certified?\n- Who pays?\n")
    (filed,) = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"].startswith("Report 1")]
    body = filed.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    start = lines.index("What was asked:")
    assert lines[start + 1 : start + 3] == ["- Is it certified?", "- Who pays?"]


def test_a_correction_replaces_the_report_and_asks_no_question_twice(harness: Harness) -> None:
    reported(harness)
    reply(harness, NEAR, "How many came: 41\n")
    with harness.environment.store.snapshot() as work:
        (report,) = work.assignments.reports(1)
        items = work.feedback.find(Wanted(tag="faq"), 10)
    assert (report.values["people"], report.values["well"], len(items)) == ("41", "All.", 2)


def test_three_requests_without_a_report_are_told(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    pass_until(harness, date(2027, 5, 6))
    for _ in range(5):
        harness.tick()
        harness.pass_by(15 * DAY)
    assert states(harness) == [State.UNREPORTED]
    assert harness.subjects(NEAR).count("Still to come: your report on Standards in daily work") == 2
    assert last(harness, SECRETARY)["Subject"] == "No report on Standards in daily work"


# --- who goes, and what is no longer needed ---


def agreed(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")


def subjects(harness: Harness, address: str) -> list[str]:
    """Without the notices of the list and of feedback."""
    return [one for one in harness.subjects(address) if "Standards in daily work" in one and not one.startswith("#")]


def test_a_presenter_who_leaves_the_bank_is_replaced(harness: Harness) -> None:
    agreed(harness)
    harness.do(lambda office: retire(office, find(office, 2)))
    harness.tick()
    harness.tick()
    assert states(harness) == [State.CANCELLED]
    assert subjects(harness, HOST)[-1] == "Standards in daily work: your presenter cannot come"
    assert subjects(harness, SECRETARY)[-2:] == [
        "Near cannot come to Standards in daily work",
        "Which presenter for Standards in daily work?",
    ]


def test_who_is_forgotten_presents_no_more_and_their_report_is_erased(harness: Harness) -> None:
    reported(harness)

    def forgotten(office: Office) -> None:
        contact = office.work.lists.contact_at(NEAR)
        assert contact is not None
        assert [one.data for one in held(office, contact)] == ["presenters", "reports"]
        forget(office, contact)

    harness.do(forgotten)
    harness.tick()
    with harness.environment.store.snapshot() as work:
        (report,) = work.assignments.reports(1)
        assert (report.values, report.words, work.assignments.report_mail(1)) == ({}, "", b"")


def test_the_next_one_is_asked_for_somebody_who_is_forgotten_before_an_answer(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1, 2\n")

    def forgotten(office: Office) -> None:
        contact = office.work.lists.contact_at(NEAR)
        assert contact is not None
        forget(office, contact)

    harness.do(forgotten)
    harness.tick()
    assert (states(harness), last(harness, FAR)["Subject"]) == (
        [State.WITHDRAWN, State.ASKED],
        "Would you present at Standards in daily work?",
    )


def test_a_host_who_needs_no_presenter_any_more_says_so_with_a_word(harness: Harness) -> None:
    agreed(harness)
    reply(harness, HOST, "no\n\nWe have somebody, thank you.\n")
    assert states(harness) == [State.WITHDRAWN]
    assert "The reason given: We have somebody, thank you." in text_of(last(harness, NEAR))
    assert subjects(harness, SECRETARY)[-1] == "Standards in daily work needs no presenter any more"


def test_lines_that_wish_for_no_presenter_let_the_presenter_go(harness: Harness) -> None:
    agreed(harness)
    changed(harness, wants_presenter=False)
    assert (states(harness), last(harness, NEAR)["Subject"]) == (
        [State.WITHDRAWN],
        "Not needed any more: Standards in daily work, 3 – 5 May 2027",
    )


def test_a_word_of_the_host_who_cancels_reaches_the_presenter(harness: Harness) -> None:
    agreed(harness)
    changed(harness, place="Mombasa")
    reply(harness, HOST, "no\n\nThe hall has burnt down.\n")
    off = last(harness, NEAR)
    assert (states(harness), "The hall has burnt down." in text_of(off)) == ([State.WITHDRAWN], True)
    assert "METHOD:CANCEL" in calendar(off)


def test_who_joins_the_bank_later_is_recommended_where_nobody_suited(harness: Harness) -> None:
    harness.do(lambda office: office.work.events.add(SEMINAR))
    harness.tick()
    assert subjects(harness, SECRETARY) == ["No presenter suits Standards in daily work"]
    harness.pass_by(DAY)
    harness.do(lambda office: add_presenter(office, NEAR, approved_at=office.now))
    harness.tick()
    harness.tick()
    assert subjects(harness, SECRETARY)[1:] == ["Which presenter for Standards in daily work?"]
