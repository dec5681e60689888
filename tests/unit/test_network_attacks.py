"""Hostile strangers and careless members, at everything that networks let in and out."""

from __future__ import annotations

import json
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from mailer import contacts, event_mail, inviting
from mailer.handlers import event_records, internal_events, personal_data
from mailer.message import Address
from mailer.model.caps import FLOODS
from mailer.model.events import EventRules
from mailer.model.invitations import Invited, NominationRules
from mailer.model.list_file import Row
from mailer.model.lists import Details, Kind, Standing
from mailer.model.organisations import Organisation
from mailer.model.reviews import EntryEvent, EntryState
from mailer.reviewing.entries import apply_words
from tests.unit.handlers.test_assignments import HOST, NEAR, begun
from tests.unit.handlers.test_assignments import reply as say
from tests.unit.handlers.test_events import LINES
from tests.unit.handlers.test_reviews import begin, pass_days, states
from tests.unit.harness import ANA, DAY, NILS, NMB, NORA, OFFICE, SECRETARY, Harness, text_of

VICTIM, EVE, BEA = "victim@far.example", "eve@evil.example", "bea@union.example"
LURE = "Pay your fee at evil example"
FORGED = {"X-Forged": "yes"}
NOMINATION = f"""nominate

Organisation: The Union
Contact person: Bea Brown
E-mail address: {BEA}
Why them: They asked for it.
"""


def last(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def whole(harness: Harness, address: str) -> str:
    return "\n".join(mail.as_string() for mail in harness.mails_to(address))


# --- words of strangers ---


def test_B1_status_repeats_no_line_of_what_somebody_proposed_in_another_name(harness: Harness) -> None:
    harness.write(VICTIM, OFFICE, "event", LINES.replace("Standards in daily work", LURE), **FORGED)
    harness.write(VICTIM, OFFICE, "status", "status\n", **FORGED)
    assert len(harness.mails_to(VICTIM)) == 2
    assert LURE not in whole(harness, VICTIM)


@pytest.mark.parametrize("word", ["event", "nominate", "presenter"])
def test_B1_no_header_and_no_text_repeats_a_word_of_somebody_who_is_not_proven(harness: Harness, word: str) -> None:
    harness.restart(nominations=NominationRules(("cag",), "nmb"))
    harness.import_list("cag", [VICTIM])
    presenter = f"presenter\n\nName: {LURE}\nCountry: Kenya\nLanguages: English\n"
    lines = {"event": LINES, "nominate": NOMINATION, "presenter": presenter}[word]
    body = lines.replace("Standards in daily work", LURE).replace("The Union", LURE)
    harness.write(f'"{LURE}" <{VICTIM}>', OFFICE, LURE, body, **FORGED, **{"Reply-To": EVE})
    assert harness.mails_to(VICTIM) != []
    assert "evil" not in whole(harness, VICTIM)


# --- invitations ---


def named_instead(harness: Harness, other: str) -> None:
    harness.import_list("nmb", NMB, name="Nils Berg", organisation="Norway Standards", country="NO")
    begin(harness)
    harness.environment.reply(NILS, last(harness, NILS), f"ask {other} instead")
    harness.tick()


def test_B18_who_says_never_to_a_review_is_named_and_invited_no_more(harness: Harness) -> None:
    named_instead(harness, BEA)
    harness.environment.reply(BEA, last(harness, BEA), "never again")
    harness.tick()
    harness.pass_by(DAY)
    harness.environment.reply(NORA, last(harness, NORA), f"ask {BEA} instead")
    harness.tick()
    assert len(harness.mails_to(BEA)) == 1
    with harness.office() as office:
        (one,) = inviting.plan(office, "nmb", [Row(Address.parse(BEA), Details())])
        assert one.what is Invited.NEVER


def test_B18_who_asked_to_be_forgotten_is_not_written_to_because_an_entry_names_them(harness: Harness) -> None:
    harness.import_list("cag", [BEA])
    with harness.office() as office:
        contacts.forget(office, contacts.contact_of(office, BEA))
    named_instead(harness, BEA)
    assert harness.mails_to(BEA) == []
    assert states(harness)[NILS] is EntryState.UNCLEAR


def test_B16_a_no_to_an_invitation_is_one_of_the_mailbox(harness: Harness) -> None:
    row = Row(Address.parse(BEA), Details(organisation="The Union"))
    with harness.office() as office:
        inviting.invite(office, "nmb", [row])
    harness.tick()
    harness.environment.reply(BEA, last(harness, BEA), "never")
    harness.tick()
    with harness.office() as office:
        (one,) = inviting.plan(office, "nmb", [replace(row, address=Address.parse("bea+x@union.example"))])
        assert one.what is Invited.NEVER


def test_B16_who_asked_to_be_forgotten_is_invited_at_no_alias_of_theirs(harness: Harness) -> None:
    harness.import_list("cag", ["bea+work@union.example"])
    with harness.office() as office:
        contacts.forget(office, contacts.contact_of(office, "bea+work@union.example"))
        aliases = (BEA, "bea+work@union.example", "bea+new@union.example")
        planned = inviting.plan(office, "nmb", [Row(Address.parse(one), Details()) for one in aliases])
        assert [one.what for one in planned] == [Invited.FORGOTTEN] * 3


def test_B22_who_is_invited_does_not_become_the_second_contact_of_any_organisation_they_name(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], organisation="Norway Standards", country="NO")
    with harness.office() as office:
        made = office.work.organisations.add(Organisation(0, "Norway Standards", Kind.NMB, "NO"), office.now)
        office.work.organisations.link(made.id, contacts.contact_of(office, NILS).id, 1, office.now)
        inviting.invite(office, "nmb", [Row(Address.parse(EVE), Details("Eve", "Evil Ltd", None, "NO", "en"))])
    harness.tick()
    harness.environment.reply(EVE, last(harness, EVE), "Organisation: Norway Standards\n")
    harness.tick()
    assert harness.standing("nmb", EVE) is Standing.ACTIVE
    with harness.office() as office:
        assert [one.address for one, _ in office.work.organisations.contacts(made.id)] == [NILS]


def test_who_was_only_invited_hears_what_is_held_and_can_have_it_erased(harness: Harness) -> None:
    with harness.office() as office:
        inviting.invite(office, "nmb", [Row(Address.parse(BEA), Details("Bea Brown", "The Union"))])
    harness.tick()
    harness.write(BEA, OFFICE, "status", "status\n")
    assert "An invitation to you, and when" in text_of(last(harness, BEA))
    harness.write(BEA, OFFICE, "forget me", "forget me\n")
    harness.environment.reply(BEA, last(harness, BEA), "yes")
    harness.tick()
    with harness.environment.store.snapshot() as work:
        (one,) = work.invitations.each()
        assert BEA not in str(one) and "Bea Brown" not in str(one)


# --- reviews ---


def test_B22_who_speaks_for_an_organisation_no_more_answers_no_more_for_it(harness: Harness) -> None:
    harness.import_list("nmb", [NILS], name="Nils Berg", organisation="Norway Standards", country="NO")
    harness.import_list("cag", [NORA])
    with harness.office() as office:
        made = office.work.organisations.add(Organisation(0, "Norway Standards", Kind.NMB, "NO"), office.now)
        office.work.organisations.link(made.id, contacts.contact_of(office, NILS).id, 1, office.now)
        office.work.organisations.link(made.id, contacts.contact_of(office, NORA).id, 2, office.now)
    begin(harness)
    for _ in range(4):
        if harness.mails_to(NORA):
            break
        pass_days(harness, 14)
    asked = last(harness, NORA)
    with harness.office() as office:
        office.work.organisations.unlink(contacts.contact_of(office, NORA).id)
    harness.environment.reply(NORA, asked, "Website: https://evil.example/\n")
    harness.tick()
    with harness.office() as office:
        found = office.work.organisations.by_id(made.id)
        assert found is not None
        assert found.website == ""
    assert states(harness)[NILS] is EntryState.UNCLEAR


# --- personal data ---


def test_who_is_proposed_and_asks_to_be_forgotten_is_erased_from_the_nomination(harness: Harness) -> None:
    harness.restart(nominations=NominationRules(("cag",), "nmb"))
    harness.import_list("cag", [ANA])
    harness.write(ANA, OFFICE, "x", NOMINATION)
    harness.environment.reply(ANA, last(harness, ANA), "yes")
    harness.tick()
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "YES")
    harness.tick()
    harness.environment.reply(BEA, last(harness, BEA), "yes")
    harness.tick()
    with harness.office() as office:
        contacts.forget(office, contacts.contact_of(office, BEA))
    with harness.environment.store.snapshot() as work:
        one = work.submissions.by_id(1)
        assert one is not None
        assert (BEA in str(one), "Bea Brown" in str(one), BEA.encode() in one.raw) == (False, False, False)


@pytest.mark.parametrize("words", ["yes", ""])
def test_a_presenter_who_is_forgotten_while_they_are_asked(harness: Harness, words: str) -> None:
    begun(harness)
    say(harness, SECRETARY, "1")
    if words:
        say(harness, NEAR, words)
    with harness.office() as office:
        contacts.forget(office, contacts.contact_of(office, NEAR))
    before = len(harness.environment.relay.accepted)
    for _ in range(3):
        harness.tick()
    with harness.environment.store.snapshot() as work:
        event = work.events.by_id(1)
        assert event is not None
    harness.do(lambda office: event_mail.change(office, event, replace(event, place="Mombasa")))
    for _ in range(3):
        harness.tick()
    harness.do(lambda office: event_mail.cancel(office, replace(event, sequence=event.sequence + 1)))
    for days in (1, 30, 900):
        harness.pass_by(DAY * days)
        for _ in range(3):
            harness.tick()
    sent = harness.environment.relay.accepted[before:]
    assert [to for to, _ in sent if "forgotten" in to or to == NEAR] == []
    assert any(to == HOST for to, _ in sent)


# --- internal events ---


def test_D13_no_presenter_from_outside_is_recommended_to_an_internal_event(harness: Harness) -> None:
    harness.restart(events=EventRules("nmb"))
    harness.import_list("nmb", NMB)
    begun(harness)
    before = len(harness.mails_to(SECRETARY))
    harness.write(NILS, OFFICE, "x", LINES + "Only for members of the group: yes\nProgramme: Secret\n")
    harness.environment.reply(NILS, last(harness, NILS), "yes")
    harness.tick()
    harness.environment.reply(SECRETARY, last(harness, SECRETARY), "YES")
    harness.tick()
    harness.tick()
    assert [one for one in harness.subjects(SECRETARY)[before:] if "presenter" in one.lower()] == []


def test_D13_who_has_left_the_group_hears_nothing_more_of_its_events(harness: Harness) -> None:
    harness.restart(events=EventRules("nmb"))
    harness.import_list("nmb", NMB)
    values = {"title": "Secret", "organiser": "TG", "place": "Bangkok", "country": "TH", "dates": "2027-09-01"}
    with harness.office() as office:
        event = event_records.add(office, event_records.draft(office, values, internal=True, programme="Hush"))
        internal_events.invite(office, event)
    harness.tick()
    harness.environment.reply(NORA, last(harness, NORA), "yes")
    harness.tick()
    harness.import_list("nmb", [NILS])
    before = len(harness.mails_to(NORA))
    with harness.office() as office:
        known = event_records.require(office, 1)
        event_mail.change(office, known, replace(known, place="Tokyo"))
    harness.tick()
    harness.pass_by(DAY * ((values and event.starts) - harness.now.date()).days - DAY)
    harness.tick()
    harness.tick()
    assert "Tokyo" not in whole(harness, NORA)
    assert harness.subjects(NORA)[before:] == []


def test_a_member_who_has_moved_is_written_to_at_their_address_alone(harness: Harness) -> None:
    harness.restart(events=EventRules("nmb"))
    harness.import_list("nmb", NMB)
    values = {"title": "Secret", "organiser": "TG", "place": "Bangkok", "country": "TH", "dates": "2027-09-01"}
    with harness.office() as office:
        event = event_records.add(office, event_records.draft(office, values, internal=True))
        internal_events.invite(office, event)
    harness.tick()
    asked = last(harness, NORA)
    harness.do(lambda office: contacts.change(office, NORA, Address.parse(BEA), {}))
    before = len(harness.mails_to(NORA))
    with harness.office() as office:
        known = event_records.require(office, 1)
        event_mail.change(office, known, replace(known, place="Tokyo"))
    harness.environment.reply(NORA, asked, "yes")
    harness.tick()
    harness.tick()
    assert harness.subjects(NORA)[before:] == []
    assert "Tokyo" in text_of(harness.mails_to(BEA)[0])


# --- questions ---


def test_B21_a_mailbox_that_somebody_had_before_answers_nothing_for_them(harness: Harness) -> None:
    harness.import_list("nmb", NMB, name="Nils Berg", organisation="Norway Standards", country="NO")
    begin(harness)
    asked = last(harness, NILS)
    harness.do(lambda office: contacts.change(office, NILS, Address.parse(BEA), {}))
    harness.environment.reply(NILS, asked, "leave")
    harness.tick()
    assert harness.standing("nmb", BEA) is Standing.ACTIVE
    assert "it was asked at another address" in text_of(last(harness, BEA))


def test_B15_words_that_a_challenge_does_not_show_reach_nobody_else(harness: Harness) -> None:
    begun(harness)
    say(harness, SECRETARY, "1")
    say(harness, NEAR, "yes")
    harness.environment.reply(HOST, last(harness, HOST), f"no\n\n{LURE}. Read it at once.", **FORGED)
    harness.tick()
    challenge = last(harness, HOST)
    assert LURE not in challenge.as_string()
    harness.environment.reply(HOST, challenge, "yes")
    harness.tick()
    harness.tick()
    assert "You need not come" in text_of(last(harness, NEAR))
    assert LURE not in whole(harness, NEAR)


# --- floods ---


def test_the_mail_of_strangers_does_not_fill_the_store(harness: Harness) -> None:
    harness.write(VICTIM, OFFICE, "event", LINES + "x" * 500_000, **FORGED)
    with harness.environment.store.snapshot() as work:
        one = work.submissions.by_id(1)
        assert one is not None
        assert len(one.raw) + len(one.beside) < 50_000


def test_B14_corrections_of_a_nomination_do_not_flood_the_secretary(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    floods: Any = FLOODS
    monkeypatch.setitem(floods, "nomination", 2)
    harness.restart(nominations=NominationRules(("cag",), "nmb"))
    harness.import_list("cag", [ANA])
    harness.write(ANA, OFFICE, "x", NOMINATION)
    for number in range(5):
        harness.environment.reply(ANA, last(harness, ANA), f"Contact person: Bea {number}")
        harness.tick()
    assert len(harness.mails_to(SECRETARY)) == 2


def test_B18_no_review_gives_a_seat_on_a_board_to_somebody_else(harness: Harness) -> None:
    harness.import_list("cag", [ANA, "bo@cag.example"], name="Ana Kim")
    begin(harness, "cag")
    harness.environment.reply(ANA, last(harness, ANA), f"ask {EVE} instead")
    harness.tick()
    assert harness.mails_to(EVE) == []
    assert states(harness, "cag")[ANA] is EntryState.UNCLEAR


def test_B18_no_late_answer_brings_somebody_back_to_a_board(harness: Harness) -> None:
    harness.import_list("cag", [ANA, "bo@cag.example"], name="Ana Kim")
    begin(harness, "cag")
    asked = last(harness, ANA)
    for _ in range(4):
        pass_days(harness, 14)
    with harness.office() as office:
        apply_words(office, office.work.reviews.newest("cag"), {1: EntryEvent.REMOVE})
    assert harness.standing("cag", ANA) is Standing.REMOVED
    harness.environment.reply(ANA, asked, "OK")
    harness.tick()
    assert harness.standing("cag", ANA) is Standing.REMOVED


def test_B15_answers_that_nobody_has_proven_do_not_pile_up(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    begin(harness)
    asked = last(harness, NILS)
    for number in range(6):
        harness.environment.reply(EVE, asked, "leave", **{"X-Nr": f"{number}"})
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert len(work.questions.kept_of(1)) <= 4


def test_a_presenter_gets_what_they_do_at_events_with_their_data(harness: Harness) -> None:
    begun(harness)
    say(harness, SECRETARY, "1")
    with harness.office() as office:
        raw = personal_data.as_json(office, contacts.contact_of(office, NEAR))
    assert [one["state"] for one in json.loads(raw)["data"]["assignments"]] == ["asked"]
