"""Reviews of lists, as entries and the secretary see them: all by mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailer.contacts import change
from mailer.errors import Refused
from mailer.handlers import reviews
from mailer.list_documents import publish
from mailer.model.lists import MonthDay, Standing
from mailer.model.organisations import Organisation
from mailer.model.outbox import Fate
from mailer.model.publishing import Part
from mailer.model.reviews import EntryState, Round, RoundState, Seen, Stage, Tally
from mailer.reviewing import starting
from tests.unit.harness import NILS, NMB, NORA, SECRETARY, Harness, text_of

BEA = "bea@union.example"


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    made = Harness(tmp_path)
    made.import_list("nmb", NMB, name="Nils Berg", organisation="Norway Standards", country="NO")
    yield made
    made.close()


def begin(harness: Harness, key: str = "nmb") -> Round:
    with harness.office() as office:
        made = starting.start(office, key)
    harness.tick()
    return made


def entries_of(harness: Harness, key: str = "nmb") -> list[Seen]:
    with harness.environment.store.snapshot() as work:
        return list(reviews.entries(harness.process.office(work, "secretary", ""), key))


def states(harness: Harness, key: str = "nmb") -> dict[str, EntryState]:
    return {seen.address: seen.state for seen in entries_of(harness, key)}


def tally(harness: Harness, key: str = "nmb") -> Tally:
    with harness.environment.store.snapshot() as work:
        (one,) = reviews.standing(harness.process.office(work, "secretary", ""), key)
    return one.total


def newest(harness: Harness, address: str) -> EmailMessage:
    return harness.mails_to(address)[-1]


def reply(harness: Harness, by: str, words: str, to: EmailMessage | None = None) -> None:
    harness.environment.reply(by, to or newest(harness, by), words)
    harness.tick()


def correct(harness: Harness, by: str, old: str, new: str, to: EmailMessage | None = None) -> None:
    """Reply with one line of the quoted mail changed in place."""
    mail = to or newest(harness, by)
    part = mail.get_body(("plain",))
    assert part is not None
    lines = [f"> {line}" for line in part.get_content().replace(old, new).splitlines()]
    address = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
    harness.write(by, address, f"Re: {mail['Subject']}", "\n".join(lines), **{"In-Reply-To": mail["Message-ID"]})


def pass_days(harness: Harness, days: int) -> None:
    harness.pass_by(timedelta(days=days, minutes=1))
    for _ in range(2):  # what a step writes mail by mail goes on in the next tick
        harness.tick()


def wait_for_the_end(harness: Harness) -> None:
    for _ in range(3):
        pass_days(harness, 10)


def test_each_entry_gets_its_own_data_and_the_ways_to_answer(harness: Harness) -> None:
    begin(harness)
    (asked,) = harness.mails_to(NILS)
    text = text_of(asked)
    assert asked["Subject"] == "Is your entry still right? National member bodies"
    assert "Name: Nils Berg Organisation: Norway Standards" in text
    assert "Country: Norway" in text
    assert "answer-" in asked["Reply-To"]
    assert states(harness) == {NILS: EntryState.ASKED, NORA: EntryState.ASKED}


def test_an_ok_is_confirmed_by_a_receipt(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, "OK\n")
    assert states(harness)[NILS] is EntryState.OK
    assert newest(harness, NILS)["Subject"] == "Thank you: your entry on “National member bodies” is confirmed"


def test_lines_corrected_in_place_are_taken_over_and_one_reply_undoes_it(harness: Harness) -> None:
    begin(harness)
    correct(harness, NILS, "Norway Standards", "Standards Norway")
    assert states(harness)[NILS] is EntryState.CHANGED
    receipt = newest(harness, NILS)
    assert "“Norway Standards” is now “Standards Norway” (Organisation)" in text_of(receipt)
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
    assert contact is not None and contact.details.organisation == "Standards Norway"
    reply(harness, NILS, "No\n", receipt)
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
    assert contact is not None and contact.details.organisation == "Norway Standards"
    assert "“Standards Norway” is now “Norway Standards” (Organisation)" in text_of(newest(harness, NILS))


def test_a_receipt_is_corrected_in_place(harness: Harness) -> None:
    begin(harness)
    correct(harness, NILS, "Norway Standards", "Standards Norway")
    receipt = newest(harness, NILS)
    correct(harness, NILS, "Organisation: Standards Norway", "Organisation: Norsk Standard", receipt)
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
    assert contact is not None and contact.details.organisation == "Norsk Standard"


def test_a_wish_to_leave_is_obeyed(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, "Leave\n")
    assert (states(harness)[NILS], harness.standing("nmb", NILS)) == (EntryState.LEFT, Standing.LEFT)
    assert "back" in newest(harness, NILS)["Reply-To"]


def test_B1_B18_who_is_named_instead_is_asked_and_nothing_changes_before_their_yes(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, f"Please ask {BEA} instead\n")
    (asked,) = harness.mails_to(BEA)
    assert "Nils" not in asked.as_string() and NILS not in asked.as_string()
    assert (states(harness)[NILS], harness.standing("nmb", BEA)) == (EntryState.NAMED, None)
    assert f"We have asked {BEA}" in text_of(newest(harness, NILS))
    reply(harness, BEA, "yes\n")
    assert states(harness)[NILS] is EntryState.PASSED_ON
    assert (harness.standing("nmb", NILS), harness.standing("nmb", BEA)) == (Standing.LEFT, Standing.ACTIVE)
    assert "Organisation: Norway Standards" in text_of(newest(harness, BEA))
    assert f"{BEA} answers for your entry" in text_of(newest(harness, NILS))


def test_who_takes_an_entry_over_on_a_list_by_office_is_not_told_that_nobody_asked_them(harness: Harness) -> None:
    lists = harness.process.rules.lists
    harness.restart(lists={**lists, "nmb": replace(lists["nmb"], by_office=True)})
    begin(harness)
    reply(harness, NILS, f"Please ask {BEA} instead\n")
    reply(harness, BEA, "yes\n")
    harness.tick()
    assert [subject.split()[0] for subject in harness.subjects(BEA)] == ["Will", "Welcome"]


def test_who_is_named_instead_can_decline(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, f"ask {BEA} instead\n")
    reply(harness, BEA, "no\n")
    assert states(harness)[NILS] is EntryState.UNCLEAR
    assert harness.standing("nmb", BEA) is None
    assert "does not want to answer" in text_of(newest(harness, NILS))


def test_B19_the_silent_are_reminded_once_and_then_the_secretary_is_asked_by_one_mail(harness: Harness) -> None:
    begin(harness)
    reply(harness, NORA, "OK\n")
    pass_days(harness, 10)
    assert [mail["Subject"] for mail in harness.mails_to(NILS)] == [
        "Is your entry still right? National member bodies",
        "A reminder: is your entry still right? National member bodies",
    ]
    assert len(harness.mails_to(NORA)) == 2
    pass_days(harness, 10)
    pass_days(harness, 10)
    assert states(harness)[NILS] is EntryState.SILENT
    proposal = newest(harness, SECRETARY)
    assert proposal["Subject"] == "What becomes of those who did not answer? National member bodies"
    assert f"Nils Berg, Norway Standards, Norway <{NILS}>: silent" in text_of(proposal)
    reply(harness, SECRETARY, "YES\n", proposal)
    harness.tick()
    assert states(harness) == {NILS: EntryState.FLAGGED, NORA: EntryState.OK}
    summary = newest(harness, SECRETARY)
    assert summary["Subject"] == "The review of “National member bodies” has ended"
    assert "1 answered" in text_of(summary)


def test_an_answer_to_the_reminder_counts_and_one_to_the_first_mail_too(harness: Harness) -> None:
    begin(harness)
    first = newest(harness, NILS)
    pass_days(harness, 10)
    reply(harness, NILS, "OK\n", first)
    reply(harness, NORA, "OK\n")
    assert set(states(harness).values()) == {EntryState.OK}


def test_the_secretary_decides_with_numbers_and_words_and_is_asked_about_the_rest(harness: Harness) -> None:
    begin(harness)
    wait_for_the_end(harness)
    reply(harness, SECRETARY, "1 remove\n\nThank you\nJane\n")
    assert harness.standing("nmb", NILS) is Standing.REMOVED
    assert newest(harness, NILS)["Subject"] == "You are no longer on the list “National member bodies”"
    assert NILS not in text_of(newest(harness, SECRETARY)) and NORA in text_of(newest(harness, SECRETARY))
    reply(harness, SECRETARY, "no\n")
    assert states(harness) == {NILS: EntryState.REMOVED, NORA: EntryState.KEPT}
    reply(harness, NILS, "OK\n")
    assert (states(harness)[NILS], harness.standing("nmb", NILS)) == (EntryState.OK, Standing.ACTIVE)
    assert "The review had ended when your answer came." in text_of(newest(harness, NILS))


def test_who_is_suspended_gets_no_mailings_until_an_answer(harness: Harness) -> None:
    begin(harness)
    wait_for_the_end(harness)
    reply(harness, SECRETARY, "1-2 suspend\n")
    with harness.environment.store.snapshot() as work:
        assert work.lists.suppressed(NILS) == "waits for an answer to a review"
    begin(harness)
    assert newest(harness, NILS)["Subject"] == "Is your entry still right? National member bodies"
    reply(harness, NILS, "OK\n")
    with harness.environment.store.snapshot() as work:
        assert (work.lists.suppressed(NILS), work.lists.suppressed(NORA) is None) == (None, False)


def test_those_whose_mail_comes_back_are_counted_as_bounced(harness: Harness) -> None:
    begin(harness)
    with harness.environment.store.transaction() as work:
        (mailing,) = [one for one in work.mailings.all() if one.subject]
        (row,) = [row for row in work.outbox.page(mailing.id, 0, 10) if row.recipient == NILS]
        work.outbox.reported(row.id, Fate.REFUSED, "550", harness.now)
    wait_for_the_end(harness)
    assert states(harness) == {NILS: EntryState.BOUNCED, NORA: EntryState.SILENT}
    reply(harness, SECRETARY, "YES\n")
    harness.tick()
    assert (tally(harness).bounced, tally(harness).silent) == (1, 1)


def test_the_second_contact_of_the_organisation_is_asked(harness: Harness) -> None:
    with harness.office() as office:
        made = office.work.organisations.add(Organisation(0, "Norway Standards", country="NO"), harness.now)
        contact = office.work.lists.contact_at(NILS)
        other = office.work.lists.contact_at(NORA)
        assert contact and other
        office.work.organisations.link(made.id, contact.id, 1, harness.now)
        office.work.organisations.link(made.id, other.id, 2, harness.now)
    begin(harness)
    reply(harness, NORA, "OK\n")
    pass_days(harness, 10)
    pass_days(harness, 10)
    harness.tick()
    asked = newest(harness, NORA)
    assert asked["Subject"] == "Is the entry of Norway Standards still right? National member bodies"
    reply(harness, NORA, "OK\n", asked)
    assert states(harness) == {NILS: EntryState.OK, NORA: EntryState.OK}


def test_a_member_body_answers_for_an_entry_of_its_country(harness: Harness) -> None:
    harness.import_list("d-liaison", ["body@no.example"], country="NO", name="Kari Dahl")
    with harness.office() as office:
        lists = dict(office.rules.lists)
        made = office.work.organisations.add(Organisation(0, "Norway Standards", country="NO"), harness.now)
        contact = office.work.lists.contact_at(NILS)
        assert contact
        office.work.organisations.link(made.id, contact.id, 1, harness.now)
    harness.restart(lists={**lists, "nmb": replace(lists["nmb"], maintained_by="d-liaison")})
    begin(harness)
    pass_days(harness, 10)
    pass_days(harness, 10)
    harness.tick()
    asked = newest(harness, "body@no.example")
    assert asked["Subject"] == "Is the entry of Norway Standards still right? National member bodies"
    assert "You maintain the entries of your country on this list, so we ask you:" in text_of(asked)
    reply(harness, "body@no.example", "OK\n", asked)
    assert states(harness)[NILS] is EntryState.OK
    with harness.office() as office:
        (one,) = office.work.organisations.each()
        assert one.confirmed_at is not None


def test_only_one_review_of_a_list_runs(harness: Harness) -> None:
    begin(harness)
    with harness.office() as office, pytest.raises(Refused, match="is running since"):
        starting.start(office, "nmb")


def test_a_cancelled_review_asks_nobody_else(harness: Harness) -> None:
    begin(harness)
    harness.do(lambda office: reviews.cancel(office, "nmb"))
    pass_days(harness, 10)
    pass_days(harness, 30)
    assert len(harness.mails_to(NILS)) == 1
    reply(harness, NILS, "OK\n")
    assert states(harness)[NILS] is EntryState.OK


def test_B15_nobody_else_answers_for_an_entry(harness: Harness) -> None:
    begin(harness)
    reply(harness, "eve@evil.example", "Leave\n", newest(harness, NILS))
    assert states(harness)[NILS] is EntryState.ASKED
    assert harness.standing("nmb", NILS) is Standing.ACTIVE


# --- by itself ---


@pytest.fixture
def yearly(harness: Harness) -> Harness:
    """The list is reviewed on a day of each year, eight days from now."""
    day = (harness.now + timedelta(days=8)).date()
    lists = dict(harness.process.rules.lists)
    lists["nmb"] = replace(lists["nmb"], review=(MonthDay(day.month, day.day),))
    harness.restart(lists=lists)
    return harness


def test_a_review_is_announced_and_begins_on_its_day_once(yearly: Harness) -> None:
    pass_days(yearly, 1)
    (announced,) = yearly.mails_to(SECRETARY)
    assert announced["Subject"].startswith("On 1 December 2026 the review of")
    assert yearly.mails_to(NILS) == []
    pass_days(yearly, 7)
    assert [len(yearly.mails_to(one)) for one in NMB] == [1, 1]
    assert yearly.subjects(SECRETARY)[1:] == ["The review of “National member bodies” has begun"]
    yearly.restart(lists=yearly.process.rules.lists)
    pass_days(yearly, 1)
    assert [len(yearly.mails_to(one)) for one in NMB] == [1, 1]


def test_the_secretary_prevents_a_review_by_a_reply(yearly: Harness) -> None:
    pass_days(yearly, 1)
    reply(yearly, SECRETARY, "NO\n")
    pass_days(yearly, 7)
    assert yearly.mails_to(NILS) == []


@pytest.mark.parametrize(("days", "begins", "words"), [(12, True, "begins late"), (30, False, "too late to begin")])
def test_B20_an_office_that_was_down_begins_late_or_says_so(
    yearly: Harness, days: int, begins: bool, words: str
) -> None:
    pass_days(yearly, days)
    pass_days(yearly, 1)
    assert len(yearly.mails_to(NILS)) == begins
    assert words in text_of(newest(yearly, SECRETARY))
    assert len(yearly.mails_to(SECRETARY)) == 1


def test_co_members_of_a_country_are_told_who_is_asked(harness: Harness) -> None:
    lists = dict(harness.process.rules.lists)
    lists["nmb"] = replace(lists["nmb"], by_country=True)
    harness.restart(lists=lists)
    begin(harness)
    assert [seen.address for seen in entries_of(harness)] == [NILS]
    assert harness.subjects(NORA) == ["The entry of Norway is reviewed: National member bodies"]


def test_a_deadline_moves_all_steps(harness: Harness) -> None:
    with harness.office() as office:
        starting.start(office, "nmb", deadline=harness.now + timedelta(days=60))
    harness.tick()
    pass_days(harness, 19)
    assert len(harness.mails_to(NILS)) == 1
    pass_days(harness, 1)
    assert len(harness.mails_to(NILS)) == 2
    harness.do(lambda office: reviews.cancel(office, "nmb"))
    with harness.office() as office, pytest.raises(Refused, match="at least a day"):
        starting.start(office, "nmb", deadline=harness.now)


def test_status_by_mail_shows_what_became_of_them(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, "OK\n")
    harness.write(NILS, "tg2+status@iso-sr.example", "x", "status\n")
    assert "Whether your entries were still right" in text_of(newest(harness, NILS))


def test_nobody_is_linked_to_an_organisation_by_what_they_write(harness: Harness) -> None:
    with harness.office() as office:
        office.work.organisations.add(Organisation(0, "Standards Norway", country="NO"), harness.now)
    begin(harness)
    correct(harness, NILS, "Norway Standards", "Standards Norway")
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
        assert contact is not None and contact.details.organisation == "Standards Norway"
        assert work.organisations.of_contact(contact.id) is None


def test_a_review_ends_with_a_new_version_of_the_list(harness: Harness) -> None:
    with harness.office() as office:
        change(office, NILS, None, {}, (Part.NAME, Part.ORGANISATION))
        publish(office, "nmb")
        starting.start(office, "nmb", publish=True)
    harness.tick()
    correct(harness, NILS, "Norway Standards", "Standards Norway")
    harness.do(lambda office: reviews.end(office, "nmb"))
    harness.tick()
    summary = newest(harness, SECRETARY)
    assert "Version 2.0 of the list was made of it." in text_of(summary)
    with harness.environment.store.snapshot() as work:
        assert [str(one.version) for one in work.list_documents.versions("nmb")] == ["1.0", "2.0"]
        newest_round = work.reviews.newest("nmb")
        assert newest_round is not None and newest_round.version == "2.0"


def test_a_review_ends_by_itself_once_every_entry_has_an_end(harness: Harness) -> None:
    with harness.office() as office:
        change(office, NILS, None, {}, (Part.NAME, Part.ORGANISATION))
        publish(office, "nmb")
        starting.start(office, "nmb", publish=True)
    harness.tick()
    reply(harness, NILS, "OK\n")
    with harness.environment.store.snapshot() as work:
        assert [one.is_running for one in work.reviews.all()] == [True]
    reply(harness, NORA, "leave\n")
    for _ in range(2):
        harness.tick()
    with harness.environment.store.snapshot() as work:
        (one,) = work.reviews.all()
        assert (one.state, one.stage, one.version) == (RoundState.ENDED, Stage.ASKED, "2.0")
    ends = [mail for mail in harness.mails_to(SECRETARY) if mail["Subject"].startswith("The review of")]
    assert len(ends) == 1
    wait_for_the_end(harness)
    assert len([mail for mail in harness.mails_to(NILS) if mail["Subject"].startswith("A reminder")]) == 0
    correct(harness, NILS, "Norway Standards", "Standards Norway")
    assert states(harness)[NILS] is EntryState.CHANGED


def test_a_review_ends_at_its_next_step_if_the_rest_are_off_the_list(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, "OK\n")
    with harness.office() as office:
        nora = office.work.lists.contact_at(NORA)
        assert nora is not None
        office.work.lists.set_standing("nmb", nora.id, Standing.LEFT, office.now, "")
    pass_days(harness, 10)
    with harness.environment.store.snapshot() as work:
        assert [(one.state, one.stage) for one in work.reviews.all()] == [(RoundState.ENDED, Stage.ASKED)]


def test_an_answer_after_the_proposal_ends_a_review_if_it_is_the_last(harness: Harness) -> None:
    begin(harness)
    reply(harness, NILS, "OK\n")
    wait_for_the_end(harness)
    asked = next(mail for mail in harness.mails_to(NORA) if mail["Subject"].startswith("Is your entry"))
    reply(harness, NORA, "OK\n", asked)
    harness.tick()
    with harness.environment.store.snapshot() as work:
        assert [(one.state, one.stage) for one in work.reviews.all()] == [(RoundState.ENDED, Stage.PROPOSED)]


def test_what_may_be_published_is_a_line_of_the_entry(harness: Harness) -> None:
    begin(harness)
    correct(harness, NILS, "May be published:", "May be published: name, country")
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(NILS)
        assert contact is not None and contact.published == (Part.NAME, Part.COUNTRY)
