"""Events for the group's own members: who comes, who speaks, and that nobody else learns of them (action plan 2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest

from mailer.errors import Refused
from mailer.event_mail import cancel, likely_doubles, nameable
from mailer.handlers import event_records, internal_events
from mailer.message import Address
from mailer.model.event_listings import listed
from mailer.model.events import PUBLIC, Coming, Event, EventRules, Participant, Role, State
from tests.unit.handlers.test_events import LINES, calendar, last, reply, the
from tests.unit.harness import NMB, SECRETARY, Harness, text_of

OFFICE, ANA, EVE = "tg2@iso-sr.example", NMB[0], "eve@elsewhere.example"
VALUES = {"title": "Secret workshop", "organiser": "TG 2", "place": "Bangkok", "country": "TH", "dates": "2027-09-01"}


@pytest.fixture(autouse=True)
def members(harness: Harness) -> None:
    """The members are those of the list nmb."""
    harness.restart(events=EventRules("nmb"))
    harness.import_list("nmb", NMB)


def added(harness: Harness, **values: str) -> Event:
    with harness.office() as office:
        programme = "09:00 Coffee\n10:00 Best practices"
        return event_records.add(
            office, event_records.draft(office, {**VALUES, **values}, internal=True, programme=programme)
        )


def invited(harness: Harness) -> None:
    added(harness)
    harness.do(lambda office: internal_events.invite(office, event_records.require(office, 1)))
    harness.tick()


def participants(harness: Harness) -> list[Participant]:
    with harness.environment.store.snapshot() as work:
        return work.events.participants(1)


def said(harness: Harness, address: str) -> Coming:
    return next(one.coming for one in participants(harness) if one.address == address)


def test_members_are_invited_once_and_say_whether_they_come(harness: Harness) -> None:
    invited(harness)
    assert {one.address for one in participants(harness)} == set(NMB)
    invitation = last(harness, ANA)
    assert invitation["Subject"] == "Do you come? Secret workshop"
    assert "10:00 Best practices" in text_of(invitation)
    reply(harness, ANA, "yes")
    assert said(harness, ANA) is Coming.YES
    (entry,) = calendar(last(harness, ANA)).walk("VEVENT")
    assert (str(entry["ATTENDEE"]), entry["ATTENDEE"].params["RSVP"]) == (f"mailto:{ANA}", "FALSE")
    reply(harness, ANA, "no")  # in answer to the receipt
    assert said(harness, ANA) is Coming.NO
    asked = len(harness.mails_to(ANA))
    harness.do(lambda office: internal_events.invite(office, event_records.require(office, 1)))
    harness.tick()
    assert len(harness.mails_to(ANA)) == asked


def test_who_is_not_understood_reads_again_what_each_word_does(harness: Harness) -> None:
    invited(harness)
    reply(harness, ANA, "Perhaps, who else is there?")
    back = text_of(last(harness, ANA))
    assert "about Secret workshop, so nothing has changed so far." in back
    assert "reply with “yes” if you come, with “no” if you do not, and with “later” if you do not know yet." in back


def test_a_speaker_is_asked_and_gives_the_title_of_the_talk(harness: Harness) -> None:
    added(harness)
    speaker = Address.parse("sam@x.example", "Sam")
    harness.do(lambda office: internal_events.ask_speaker(office, event_records.require(office, 1), speaker))
    harness.tick()
    reply(harness, "sam@x.example", "yes\n\nTitle of your talk: Why it matters")
    (one,) = participants(harness)
    assert (one.role, one.coming, one.talk, one.name) == (Role.SPEAKER, Coming.YES, "Why it matters", "Sam")
    assert harness.subjects(SECRETARY)[-1] == "Sam speaks: Secret workshop"
    with pytest.raises(Refused, match="was asked before: yes"), harness.office() as office:
        internal_events.ask_speaker(office, event_records.require(office, 1), speaker)


def test_those_who_come_are_reminded_and_the_undecided_are_asked_again(harness: Harness) -> None:
    invited(harness)
    reply(harness, ANA, "yes")
    other = next(one for one in NMB if one != ANA)
    reply(harness, other, "later")
    harness.pass_by(timedelta(days=(date(2027, 8, 30) - harness.now.date()).days))
    harness.tick()
    harness.tick()
    assert harness.subjects(ANA)[-1] == "Soon: Secret workshop"
    assert harness.subjects(other)[-1] == "Do you come? Secret workshop"
    assert harness.subjects(other).count("Do you come? Secret workshop") == 2


def test_a_cancellation_reaches_all_who_were_asked(harness: Harness) -> None:
    invited(harness)
    harness.do(lambda office: cancel(office, event_records.require(office, 1)))
    harness.tick()
    for member in NMB:
        assert harness.subjects(member)[-1] == "Cancelled: Secret workshop"
        assert str(calendar(last(harness, member))["METHOD"]) == "CANCEL"


def test_nobody_is_invited_to_what_is_not_internal_or_is_over(harness: Harness) -> None:
    with harness.office() as office:
        public = event_records.add(office, event_records.draft(office, VALUES, internal=False))
        with pytest.raises(Refused, match="is not internal"):
            internal_events.invite(office, public)
        with pytest.raises(Refused, match="is held: nobody is invited"):
            internal_events.invite(office, replace(public, internal=True, state=State.HELD))


def test_a_member_announces_an_internal_event_by_mail(harness: Harness) -> None:
    lines = LINES + "Only for members of the group: yes\nProgramme: 09:00 Coffee\n"
    harness.write(ANA, OFFICE, "x", lines)
    reply(harness, ANA, "yes")
    assert "for members of the group alone" in text_of(last(harness, SECRETARY))
    reply(harness, SECRETARY, "YES")
    assert (the(harness).internal, the(harness).programme) == (True, "09:00 Coffee")


def test_anybody_else_can_announce_no_internal_event(harness: Harness) -> None:
    harness.write(EVE, OFFICE, "x", LINES + "Only for members of the group: yes\n")
    reply(harness, EVE, "yes")
    assert the(harness).internal is False


# --- every way out ---


def every_mail(harness: Harness) -> Iterator[tuple[str, EmailMessage]]:
    for address in {to for to, _ in harness.environment.relay.accepted}:
        for mail in harness.mails_to(address):
            yield address, mail


def test_D13_an_internal_event_leaves_by_no_way_to_outsiders(harness: Harness) -> None:
    invited(harness)
    event = the(harness)
    assert listed([event]) == ()  # the block of an issue
    with harness.office() as office:
        assert event_records.views(office, None, None, states=PUBLIC, internal=False) == []  # exports and feeds
        assert office.work.events.between(states=PUBLIC) == []  # lists and whoever asks without saying so
        other = replace(event, id=0, uid="x", internal=False, state=State.CONFIRMED)
        assert likely_doubles(office, other) == [event]
        assert nameable([event], Address.parse(EVE)) == []  # doubles that a sender hears of
    same = LINES.replace("Standards in daily work", "Secret workshop").replace("Kenya", "Thailand")
    same = same.replace("3 to 5 December 2027", "1 September 2027")
    harness.write(EVE, OFFICE, "x", same.replace("Secret workshop", "Secret workshops"))
    reply(harness, EVE, "yes")
    harness.write(EVE, OFFICE, "x", "status\n")
    told = {address for address, mail in every_mail(harness) if "Bangkok" in mail.as_string()}
    assert told == set(NMB)
