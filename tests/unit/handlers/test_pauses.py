"""Readers who want no issue for a time: by mail, and back by itself."""

from __future__ import annotations

from datetime import datetime

from mailer.model.outbox import Delivery
from tests.unit.harness import DAY, NILS, NORA, OFFICE, Harness, text_of


def until(harness: Harness, address: str = NILS) -> datetime | None:
    with harness.environment.store.snapshot() as work:
        contact = work.lists.contact_at(address)
        assert contact is not None
        return contact.paused_until


def issues_to(harness: Harness, address: str) -> int:
    return sum(bool(mail["List-Unsubscribe"]) for mail in harness.mails_to(address))


def pause(harness: Harness, words: str = "pause for 10 days\n") -> str:
    harness.write(NILS, OFFICE, "x", words)
    return text_of(harness.mails_to(NILS)[-1])


def test_B25_no_copy_is_written_for_somebody_who_pauses_and_they_come_back_by_themselves(harness: Harness) -> None:
    harness.approved()
    told = pause(harness)
    assert "- Pause until: 3 December 2026" in told
    with harness.office() as office:
        assert office.work.lists.audience("update", ["nmb"]) == 2
        assert office.work.lists.audience("update", ["nmb"], at=office.now) == 1
    harness.start()
    harness.tick()
    assert (issues_to(harness, NILS), issues_to(harness, NORA)) == (0, 1)
    with harness.office() as office:
        assert office.work.deliveries.newcomers(harness.mailing.id, ["nmb"], office.now) == 0
        later = office.now + 11 * DAY
        assert office.work.deliveries.newcomers(harness.mailing.id, ["nmb"], later) == 1


def test_B25_a_copy_that_waits_is_not_sent_to_somebody_who_pauses_meanwhile(harness: Harness) -> None:
    harness.approved()
    harness.start()
    with harness.office() as office:
        contact = office.work.lists.contact_at(NILS)
        assert contact is not None
        office.work.members.pause(contact.id, office.now + DAY, office.now)
        assert office.work.deliveries.copy_to(harness.mailing.id, NILS) is Delivery.SUPPRESSED
    harness.tick()
    assert (issues_to(harness, NILS), issues_to(harness, NORA)) == (0, 1)


def test_status_shows_a_pause_and_resume_ends_it(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    pause(harness, "pause until 1 March 2027\n")
    assert "no issue is sent to you before 1 March 2027" in pause(harness, "status\n")
    assert "- Pause until: nothing (it was: 1 March 2027)" in pause(harness, "resume\n")
    assert until(harness) is None


def test_set_pause_is_the_same_and_can_be_undone(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    assert "- Pause until: 1 March 2027" in pause(harness, "set pause 1 March 2027\n")
    assert "- Pause until: nothing" in pause(harness, "set\npause:\n")
    assert "Please say until when" in pause(harness, "pause\n")


def test_a_mail_that_nothing_proves_pauses_nobody_before_a_yes(harness: Harness) -> None:
    harness.import_list("nmb", [NILS])
    harness.write(NILS, OFFICE, "x", "pause until 1 March 2027\n", **{"X-Forged": "yes"})
    assert until(harness) is None
    asked = harness.mails_to(NILS)[-1]
    harness.environment.reply(NILS, asked, "yes\n")
    harness.tick()
    assert until(harness) is not None
