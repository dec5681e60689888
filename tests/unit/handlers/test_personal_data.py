"""What people ask about their own data: status, other details, another address."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from mailer import contacts
from mailer.errors import Refused
from mailer.handlers import imports, members, restorations
from mailer.message import Address
from mailer.model import list_file
from mailer.model.imports import Change, ImportOptions
from mailer.model.lists import Contact, Details, Format, Standing
from mailer.model.restorations import Entry
from mailer.store.connections import SqlWork
from mailer.store.schema import metadata
from tests.unit.harness import ANA, BO, BOARD, DAY, NILS, NORA, OFFICE, SECRETARY, Harness, text_of

NEW, STRANGER = "nils@new.example", "sven@x.example"


@pytest.fixture
def office(harness: Harness) -> Harness:
    harness.import_list("nmb", [NILS, NORA], country="SE")
    with harness.office() as work:
        contacts.change(work, NILS, None, {"name": "Nils Nordby"})
    return harness


def contact(harness: Harness, address: str) -> Contact | None:
    with harness.environment.store.snapshot() as work:
        return work.lists.contact_at(address)


def details(harness: Harness, address: str = NILS) -> Details:
    found = contact(harness, address)
    assert found is not None
    return found.details


def unsigned(harness: Harness, sender: str, subject: str, body: str = "") -> None:
    """A mail that nothing proves; each is another one."""
    harness.write(sender, OFFICE, subject, body or f"{subject}\n", **{"X-Forged": "yes"})


# --- status ---


def test_a_reader_is_told_all_that_is_held(office: Harness) -> None:
    office.approved()
    office.start()
    office.tick()
    office.write(NILS, OFFICE, "x", "status\n")
    told = office.mails_to(NILS)[-1]
    assert told["Subject"] == "What ISO/SR TG 2 holds about you"
    text = text_of(told)
    for held in (
        f"all that we hold about {NILS}, since ",
        "- Name: Nils Nordby - Country: Sweden",
        "- National member bodies, since ",
        "You receive ISO/SR Update.",
        "- ISO/SR Update 1: sent, ",
    ):
        assert held in text


def test_an_authentic_request_is_answered_with_all_of_it_as_a_file(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "I should like to know more about your work. What is it about?\n")
    office.write(NORA, OFFICE, "x", "And so do I: what is it about, and for whom?\n")
    office.write(NILS, OFFICE, "x", "my data\n")
    told = office.mails_to(NILS)[-1]
    (file,) = told.iter_attachments()
    whole = json.loads(file.get_payload(decode=True))
    assert (file.get_filename(), whole["address"]) == ("my-data.json", NILS)
    assert whole["data"]["contacts"][0]["name"] == "Nils Nordby"
    assert "should like to know more" in whole["data"]["feedback_entries"][0]["text"]
    assert (NORA in json.dumps(whole), "And so do I" in json.dumps(whole)) == (False, False)
    assert whole["purposes"]["feedback"]["kept"] == "kept for 3 years at most"
    assert "Mails that you wrote to us: to answer them, and to find the answer again;" in text_of(told)


def test_an_answer_to_a_sender_whom_nothing_proves_has_no_file(office: Harness) -> None:
    unsigned(office, NILS, "status")
    told = office.mails_to(NILS)[-1]
    assert (list(told.iter_attachments()), "my-data.json" in text_of(told)) == ([], False)


def test_what_is_over_is_erased_by_itself(office: Harness) -> None:
    with office.office() as work:
        members.remove(work, NORA, ["nmb"], False, "a test")
    office.pass_by(1000 * DAY)
    office.tick()
    assert contact(office, NORA) is not None
    office.pass_by(100 * DAY)
    office.tick()
    assert (contact(office, NORA), contact(office, NILS) is not None) == (None, True)
    with office.office() as work:
        assert work.work.personal_data.any_forgotten()


def test_what_waits_and_what_was_is_told(office: Harness) -> None:
    unsigned(office, NILS, "forget me")
    office.write(NILS, OFFICE, "x", "unsubscribe\n")
    office.write(NILS, OFFICE, "x", "status\n")
    text = text_of(office.mails_to(NILS)[-1])
    assert "You receive nothing from us. You have left ISO/SR Update." in text
    assert "These wait for your answer to our mail: - your wish to be forgotten" in text


def test_B1_status_goes_to_the_stored_address_whoever_asks_and_is_capped(office: Harness) -> None:
    for number in range(5):
        unsigned(office, NILS.upper(), f"status {number}", "status\n")
        office.pass_by(DAY / 100)
    told = [mail for mail in office.mails_to(NILS) if mail["Subject"].startswith("What")]
    assert (len(told), {str(mail["To"]) for mail in told}) == (3, {f"Nils Nordby <{NILS}>"})
    assert {mail["References"] for mail in told} == {None}


def test_B1_a_stranger_is_told_that_nothing_is_held_without_a_word_of_theirs(harness: Harness) -> None:
    harness.write(f"BUY NOW <{STRANGER}>", OFFICE, "status", "status\n")
    harness.write(STRANGER, OFFICE, "status", "status\n\nonce more")
    (told,) = harness.mails_to(STRANGER)
    assert "It is on none of our lists, and we hold nothing about it." in text_of(told)
    assert "buy" not in told.as_string().lower()
    assert told["In-Reply-To"] is None


def test_somebody_who_has_only_written_is_told_of_their_mails_and_can_be_forgotten(harness: Harness) -> None:
    harness.write(STRANGER, OFFICE, "A question", "Where is the zebra on page 2?\n")
    harness.write(STRANGER, OFFICE, "x", "status\n")
    assert "We keep 1 mail that you wrote to us." in text_of(harness.mails_to(STRANGER)[-1])
    forgotten(harness, STRANGER)
    assert harness.subjects(STRANGER)[-1] == "ISO/SR TG 2 has forgotten you"
    assert "zebra" not in everything(harness)


def test_a_sign_up_that_waits_is_told(harness: Harness) -> None:
    harness.write(STRANGER, OFFICE, "x", "subscribe\n")
    harness.write(STRANGER, OFFICE, "x", "status\n")
    assert "has not confirmed it. We hold nothing else." in text_of(harness.mails_to(STRANGER)[-1])


# --- details ---


def test_an_authentic_sender_changes_details_at_once_and_can_undo_it(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "set language French\n")
    assert details(office) == Details("Nils Nordby", country="SE", language="fr")
    office.write(NILS, OFFICE, "set", "set\nFormat: text\nName:\n")
    assert details(office) == Details(country="SE", language="fr", format=Format.TEXT)
    told = office.mails_to(NILS)[-1]
    assert "Nils Nordby" in text_of(told)
    undo = f"{OFFICE.replace('@', '+set@')}"
    assert undo in told.as_string()
    office.write(NILS, undo, "set", "set\nname: Nils Nordby\nformat: \n")
    assert details(office) == Details("Nils Nordby", country="SE", language="fr")
    assert len(office.trail("changed")) == 1 + 3


def test_anybody_else_has_to_confirm_a_change_of_details(office: Harness) -> None:
    unsigned(office, NILS, "set country Norway")
    assert details(office).country == "SE"
    asked = office.mails_to(NILS)[-1]
    assert asked["Subject"] == "Please confirm: your details at ISO/SR TG 2"
    assert "- Country: Norway" in text_of(asked)
    office.environment.reply(NILS, asked, "yes")
    office.tick()
    assert details(office).country == "NO"
    assert "- Country: Norway (it was: Sweden)" in text_of(office.mails_to(NILS)[-1])
    office.environment.reply(NILS, asked, "yes, again")
    office.tick()
    assert len(office.trail("changed")) == 1 + 1


def test_only_the_newest_change_can_be_confirmed_and_only_in_time(office: Harness) -> None:
    unsigned(office, NILS, "set country Norway")
    unsigned(office, NILS, "set country Denmark")
    first, second = office.mails_to(NILS)
    office.environment.reply(NILS, first, "yes")
    office.tick()
    assert details(office).country == "SE"
    office.pass_by(8 * DAY)
    office.environment.reply(NILS, second, "yes")
    office.tick()
    assert details(office).country == "SE"


@pytest.mark.parametrize("words", ["no", "No", "What is this?", "I am on vacation until Monday.", "unsubscribe"])
def test_B11_only_a_yes_confirms(office: Harness, words: str) -> None:
    unsigned(office, NILS, "set country Norway")
    office.environment.reply(NILS, office.mails_to(NILS)[-1], words)
    office.tick()
    assert details(office).country == "SE"


def test_a_no_is_told(office: Harness) -> None:
    unsigned(office, NILS, "set country Norway")
    office.environment.reply(NILS, office.mails_to(NILS)[-1], "no")
    office.tick()
    assert office.subjects(NILS)[-1] == "Nothing was changed"


def test_a_value_that_is_not_known_is_answered(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "set language Klingonish\n")
    assert "- Language is a code such as en, fr or pt-br." in text_of(office.mails_to(NILS)[-1])
    assert details(office).language == ""


def test_a_stranger_changes_nothing(harness: Harness) -> None:
    harness.write(STRANGER, OFFICE, "x", "set language French\n")
    assert contact(harness, STRANGER) is None
    assert harness.subjects(STRANGER) == ["ISO/SR TG 2 holds nothing about you"]


# --- another address ---


def move(office: Harness, old: str = "yes", new: str = "yes") -> None:
    """Ask for another address, and answer at both."""
    unsigned(office, NILS, f"change address {NEW}")
    asked = office.mails_to(NILS)[-1], office.mails_to(NEW)[-1]
    for address, mail, words in zip((NILS, NEW), asked, (old, new), strict=True):
        if words:
            office.environment.reply(address, mail, words)
            office.tick()


@pytest.mark.parametrize("first", [NILS, NEW])
def test_an_address_changes_when_both_have_confirmed(office: Harness, first: str) -> None:
    line = f"change address {NEW}" if first == NILS else f"change address from {NILS}"
    office.write(first, OFFICE, "x", f"{line}\n")
    asked = {address: office.mails_to(address)[-1] for address in (NILS, NEW)}
    for address in (first, NEW if first == NILS else NILS):
        assert contact(office, NEW) is None
        office.environment.reply(address, asked[address], "")
        office.tick()
    moved = contact(office, NEW)
    assert moved is not None and moved.details.name == "Nils Nordby"
    assert contact(office, NILS) is None
    assert office.standing("nmb", NEW) is Standing.ACTIVE
    assert [office.subjects(address)[-1] for address in (NILS, NEW)] == ["Your new address at ISO/SR TG 2"] * 2
    assert office.trail("changed")[-1].detail == {"address": [NILS, NEW]}


@pytest.mark.parametrize(("old", "new"), [("no", "yes"), ("yes", "no"), ("yes", ""), ("", "yes")])
def test_either_address_may_refuse(office: Harness, old: str, new: str) -> None:
    move(office, old, new)
    assert contact(office, NEW) is None
    assert (office.subjects(NILS)[-1] == "Nothing was changed") == ("no" in (old, new))


def test_the_old_address_sees_the_new_one_and_the_new_one_learns_nothing(office: Harness) -> None:
    office.write(f"Eve <{NEW}>", OFFICE, "x", f"change address from {NILS}\n")
    office.write(f"Eve <{STRANGER}>", OFFICE, "x", "change address from unknown@x.example\n")
    (asked,) = office.mails_to(NEW)
    (other,) = office.mails_to(STRANGER)
    assert text_of(asked) == text_of(other)
    for word in ("nils@nmb", "Nils Nordby", "Eve", "In-Reply-To"):
        assert word not in asked.as_string()
    assert NEW in text_of(office.mails_to(NILS)[-1])
    assert office.mails_to("unknown@x.example") == []


def test_B1_nobody_is_asked_twice_a_day_about_an_address(office: Harness) -> None:
    for number in range(5):
        unsigned(office, NILS, f"change address {NEW}", f"change address {NEW}\n\n{number}")
    assert (len(office.mails_to(NILS)), len(office.mails_to(NEW))) == (1, 1)


def test_an_address_of_a_third_person_is_not_asked(office: Harness) -> None:
    office.write(NORA, OFFICE, "x", f"change address from {NILS} to {NEW}\n")
    assert (office.mails_to(NILS), office.mails_to(NEW)) == ([], [])
    assert office.subjects(NORA) == ["How to change your address"]


def test_an_address_that_is_somebody_already_stays_theirs(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", f"change address {NORA}\n")
    for address in (NILS, NORA):
        office.environment.reply(address, office.mails_to(address)[-1], "yes")
        office.tick()
    assert contact(office, NILS) is not None and contact(office, NORA) is not None
    assert office.subjects(NILS)[-1] == "Your address was not changed"


def test_A29_the_secretary_hears_that_a_member_of_the_board_has_another_address(office: Harness) -> None:
    office.import_list("cag", BOARD)
    office.write(ANA, OFFICE, "x", f"change address {NEW}\n")
    for address in (ANA, NEW):
        office.environment.reply(address, office.mails_to(address)[-1], "yes")
        office.tick()
    told = office.mails_to(SECRETARY)[-1]
    assert told["Subject"] == "A member of Chairman's advisory group has another address"
    assert f"{ANA} is {NEW} now" in text_of(told)


# --- to be forgotten ---

LAST = "ISO/SR TG 2 has forgotten you"


def forgotten(office: Harness, address: str = NILS, words: str = "yes") -> None:
    """Ask to be forgotten, and confirm it."""
    office.write(address, OFFICE, "x", "forget me\n")
    office.environment.reply(address, office.mails_to(address)[-1], words)
    office.tick()
    office.tick()


def everything(office: Harness) -> str:
    """All rows of all tables, as text."""
    with office.environment.store.snapshot() as work:
        assert isinstance(work, SqlWork)
        tables = [table for table in metadata.sorted_tables if table.name != "answer_counts"]
        rows = [row for table in tables for row in work.connection.execute(select(table))]
    return "\n".join(map(repr, rows))


def test_nobody_is_forgotten_without_a_confirmation_however_authentic(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "forget me\n")
    assert contact(office, NILS) is not None
    assert office.subjects(NILS) == ["Do you want ISO/SR TG 2 to forget you?"]
    office.environment.reply(NILS, office.mails_to(NILS)[-1], "no")
    office.tick()
    assert contact(office, NILS) is not None


def test_a_forgotten_reader_is_in_no_table_and_gets_one_last_mail(office: Harness) -> None:
    office.approved()
    office.start()
    office.tick()
    office.write(NILS, OFFICE, "x", "subscribe\nOrganisation: Nordby AS\n")
    office.write(NILS, OFFICE, "Nordby writes", "I am Nils of Nordby AS, and the table on page 3 is wrong.\n")
    office.write(NILS, OFFICE, "x", "status\n")
    assert "We keep 1 mail that you wrote to us." in text_of(office.mails_to(NILS)[-1])
    office.do(lambda o: contacts.change(o, NILS, Address.parse(NEW), {}))
    assert "nils" in everything(office).lower()
    forgotten(office, NEW)
    assert office.subjects(NEW)[-1] == LAST
    left = everything(office).lower()
    for word in ("nils", "nordby"):
        assert word not in left
    assert office.standing("nmb", NEW) is None
    members = office.process.rules.lists["nmb"].key
    with office.environment.store.snapshot() as work:
        assert [one.contact.address for one in work.lists.members(members)] == [NORA]
        assert work.lists.versions(["nmb"])["nmb"] == 3  # the history has the departure, without a name


def test_the_way_to_be_forgotten_is_in_the_audit_trail_without_an_address(office: Harness) -> None:
    forgotten(office)
    (entry,) = office.trail("forgotten")
    key = office.environment.store.key
    assert (entry.subject, entry.actor) == ("contact-1@forgotten.invalid", "contact-1@forgotten.invalid")
    assert entry.detail == {"fingerprints": [key.fingerprint(NILS)]}


def test_B12_no_import_brings_somebody_back_who_was_forgotten(office: Harness) -> None:
    forgotten(office)
    rows = [list_file.Row(Address.parse(NILS.upper()), Details()), list_file.Row(Address.parse(NORA), Details())]
    with office.office() as work:
        named = list(imports.entries(work, "nmb", rows, ImportOptions()))
        assert [(one.change, one.note) for one in named if one.change is not Change.UNCHANGED] == [
            (Change.FORGOTTEN, "asked to be forgotten")
        ]
        assert imports.import_rows(work, "nmb", rows, ImportOptions())[Change.FORGOTTEN] == 1
    assert contact(office, NILS) is None
    with office.office() as work:
        imports.import_rows(work, "nmb", rows, ImportOptions(bring_back="asked by phone"))
        assert not work.work.personal_data.any_forgotten()
    assert office.standing("nmb", NILS) is Standing.ACTIVE


def test_B12_the_secretary_is_told_that_somebody_was_forgotten(office: Harness) -> None:
    forgotten(office)
    joining = members.Joining(Address.parse(NILS), Details(), "asked")
    with office.office() as work, pytest.raises(Refused, match="asked to be forgotten"):
        members.add(work, "nmb", joining)


def test_who_was_forgotten_comes_back_by_their_own_wish(office: Harness) -> None:
    forgotten(office)
    office.write(NILS, OFFICE, "x", "subscribe\n")
    office.environment.reply(NILS, office.mails_to(NILS)[-1], "yes")
    office.tick()
    assert office.standing("subscriber", NILS) is Standing.ACTIVE
    with office.environment.store.snapshot() as work:
        assert not work.personal_data.any_forgotten()


def test_old_tokens_of_somebody_who_was_forgotten_do_nothing(office: Harness) -> None:
    office.write(NILS, OFFICE, "x", "unsubscribe\n")
    goodbye = office.mails_to(NILS)[-1]
    office.write(NORA, OFFICE, "x", "subscribe\n")
    asked = office.mails_to(NORA)[-1]
    for address, mail in ((NILS, goodbye), (NORA, asked)):
        forgotten(office, address)
        office.environment.reply(address, mail, "yes")
        office.tick()
    with office.environment.store.snapshot() as work:
        assert [work.lists.count(key) for key in ("nmb", "subscriber")] == [0, 0]


def test_the_votes_of_a_forgotten_member_stay_without_words(office: Harness) -> None:
    office.asked()
    office.answer(ANA, "APPROVE\n\nAna thinks so.")
    office.answer(BO, "APPROVE")
    forgotten(office, ANA)
    assert "A member of Chairman's advisory group asked to be forgotten" in office.subjects(SECRETARY)
    assert next((vote.choice.value, vote.comment) for vote in office.votes) == ("approve", "")
    assert "ana@cag" not in everything(office).lower()
    office.start()  # the grant stands


def test_a_restore_forgets_again_whom_the_backup_knows(office: Harness) -> None:
    key = office.environment.store.key
    noted = Entry(office.now, "forgotten", "contact-9@forgotten.invalid", {"fingerprints": [key.fingerprint(NILS)]})
    with office.office() as work:
        assert restorations.do_again(work, [noted]) == 1
        assert restorations.do_again(work, [noted]) == 0
    assert contact(office, NILS) is None
    assert contact(office, NORA) is not None
