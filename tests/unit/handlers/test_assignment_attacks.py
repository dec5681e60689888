"""What people try with the mails about presenters at events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer import event_mail
from mailer.assigning import assign
from mailer.errors import Refused
from mailer.model.assignments import State
from mailer.model.events import Event
from mailer.model.presenters import Presenter
from mailer.office import Office
from mailer.ports.feedback import Wanted
from mailer.recommendations import recommend
from tests.unit.handlers.test_assignments import (
    FAR,
    HOST,
    NEAR,
    SEMINAR,
    add_presenter,
    agreed,
    assignments,
    begun,
    last,
    reply,
    reported,
    states,
)
from tests.unit.harness import DAY, SECRETARY, Harness

EVE = "eve@elsewhere.example"


def everything_to(harness: Harness, address: str) -> str:
    """All mails to an address with their headers and decoded parts."""
    found = []
    for mail in harness.mails_to(address):
        found.append(str(mail))
        found += [bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace") for part in mail.walk()]
    return "\n".join(found)


def test_G11_no_side_has_the_other_s_address_anywhere_before_the_yes(harness: Harness) -> None:
    begun(harness)
    harness.do(lambda office: event_mail.change(office, event(office), with_place(event(office), "Mombasa")))
    harness.tick()
    reply(harness, SECRETARY, "1, 2\n")
    harness.pass_by(4 * DAY)
    harness.tick()
    harness.do(lambda office: event_mail.change(office, event(office), with_place(event(office), "Nairobi")))
    harness.tick()
    reply(harness, NEAR, "no\n\nI know the host, and do not want to.\n")
    to_host, to_presenter = everything_to(harness, HOST), everything_to(harness, NEAR) + everything_to(harness, FAR)
    assert [one in to_host for one in (NEAR, FAR, "Near", "I know the host")] == [False] * 4
    assert [one in to_presenter for one in (HOST, "Wanjiru")] == [False] * 2


def event(office: Office) -> Event:
    found = office.work.events.by_id(1)
    assert found is not None
    return found


def with_place(one: Event, place: str) -> Event:
    return replace(one, place=place)


def test_a_yes_from_another_address_is_asked_about_at_the_presenter_s(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n", by=EVE)
    asked = last(harness, NEAR)
    assert (states(harness), everything_to(harness, EVE)) == ([State.ASKED], "")
    reply(harness, NEAR, "yes\n", to=asked)
    assert states(harness) == [State.AGREED]


def test_the_same_yes_again_after_a_no_engages_nobody(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    first = last(harness, NEAR)
    reply(harness, NEAR, "yes\n", to=first)
    reply(harness, NEAR, "no\n")
    reply(harness, NEAR, "yes\n", to=first)
    assert (states(harness), harness.subjects(HOST).count("Your presenter for Standards in daily work: Near")) == (
        [State.CANCELLED],
        1,
    )


def test_a_no_is_heard_once_and_a_late_yes_of_the_first_engages_no_second(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1, 2\n")
    first = last(harness, NEAR)
    harness.pass_by(4 * DAY)
    harness.tick()
    harness.pass_by(4 * DAY)
    harness.tick()
    harness.environment.reply(NEAR, first, "yes\n")
    harness.environment.reply(FAR, last(harness, FAR), "yes\n")
    harness.tick()
    assert states(harness) == [State.SILENT, State.AGREED]
    assert [NEAR in everything_to(harness, HOST), FAR in everything_to(harness, HOST)] == [False, True]


def test_two_ticks_ask_once(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "1\n")
    for _ in range(3):
        harness.tick()
    assert len([one for one in harness.subjects(NEAR) if one.startswith("Would you present")]) == 1
    assert len(assignments(harness)) == 1


def test_C2_names_put_nothing_into_a_header_and_make_no_markup(harness: Harness) -> None:
    evil = "Near\r\nBcc: eve@elsewhere.example <b>x</b>"

    def begin(office: Office) -> None:
        add_presenter(office, NEAR, name=evil, organisation=evil)
        office.work.events.add(replace(SEMINAR, title=evil, host_name=evil))

    harness.do(begin)
    harness.tick()
    reply(harness, SECRETARY, "1\n")
    reply(harness, NEAR, "yes\n")
    mails = [mail for to in (SECRETARY, NEAR, HOST) for mail in harness.mails_to(to)]
    assert [mail["Bcc"] for mail in mails] == [None] * len(mails)
    assert [
        html for mail in mails if (body := mail.get_body(("html",))) and "<b>" in (html := body.get_content())
    ] == []


def test_D13_an_internal_event_is_recommended_to_nobody(harness: Harness) -> None:
    def begin(office: Office) -> None:
        add_presenter(office, NEAR)
        office.work.events.add(replace(SEMINAR, internal=True))
        with pytest.raises(Refused, match="for members alone"):
            assign(office, 1, 1)

    harness.do(begin)
    harness.tick()
    assert [one for one in harness.subjects(SECRETARY) if "presenter" in one.lower()] == []


def test_a_report_of_a_thousand_questions_makes_twenty_items(harness: Harness) -> None:
    reported(harness)
    lines = "\n".join(f"    Is {number} enough for all of us?" for number in range(1000))
    reply(harness, NEAR, f"What was asked:\n{lines}\n")
    with harness.environment.store.snapshot() as work:
        assert len(work.feedback.find(Wanted(tag="faq"), 100)) <= 22


def test_a_report_in_another_s_name_changes_nothing(harness: Harness) -> None:
    reported(harness)
    receipt = last(harness, NEAR)
    reply(harness, NEAR, "How many came: 4000\n", to=receipt, by=EVE)
    with harness.environment.store.snapshot() as work:
        (report,) = work.assignments.reports(1)
    assert report.values["people"] == "40"
    assert everything_to(harness, EVE) == ""


def test_a_host_of_another_event_lets_nobody_go(harness: Harness) -> None:
    agreed(harness)
    reply(harness, HOST, "no\n", by=EVE)
    assert states(harness) == [State.AGREED]


def test_who_presents_elsewhere_then_is_not_recommended(harness: Harness) -> None:
    agreed(harness)

    def look(office: Office) -> None:
        other = office.work.events.add(replace(SEMINAR, uid="another@x", title="Another"))
        found = recommend(office, other.id).ranking
        assert [one.candidate.presenter for one in found.suited] == [1]
        presenter = office.work.presenters.by_id(2)
        assert isinstance(presenter, Presenter)
        assert [str(one.reason) for one in found.unsuited if one.candidate.presenter == 2] == ["is not free then"]

    harness.do(look)


def test_a_button_asks_the_presenter_with_that_number(harness: Harness) -> None:
    begun(harness)
    reply(harness, SECRETARY, "2\r\n\r\nstaff-1-abc")
    assert last(harness, FAR)["Subject"] == "Would you present at Standards in daily work?"
