"""B14: what a flood makes the office write to its victims, and to its own staff."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from mailer.model.caps import FLOODS, HeldNotice
from mailer.ports import Folder
from tests.unit.harness import DAY, OFFICE, SECRETARY, Harness, signup, text_of

BROKEN = b"From: =?utf-8?q?a=0D=0Ab?= <b@x.example>\r\nSubject: %d\r\n\r\nbroken\r\n"


def malformed(harness: Harness, count: int) -> None:
    for number in range(count):
        harness.environment.mailbox.arrive(BROKEN % number, harness.now)
    harness.tick()


def written(harness: Harness) -> Counter[str]:
    return Counter(to for to, _ in harness.environment.relay.accepted)


def test_B14_aliases_of_one_mailbox_get_one_request_a_day_across_a_restart(harness: Harness) -> None:
    for number in range(20):
        harness.raw(signup(f"victim+{number}@x.example"))
    assert len(harness.environment.relay.accepted) == 1
    harness.restart()
    harness.raw(signup("victim+again@x.example"))
    assert len(harness.environment.relay.accepted) == 1
    harness.pass_by(DAY)
    harness.raw(signup("victim+tomorrow@x.example"))
    assert len(harness.environment.relay.accepted) == 2


def test_B14_dots_do_not_count_where_the_provider_ignores_them(harness: Harness) -> None:
    for spelling in ("v.ictim@gmail.com", "vic.tim@gmail.com", "v.i.ctim+x@googlemail.com"):
        harness.raw(signup(spelling))
    assert len(harness.environment.relay.accepted) == 1


def test_B14_a_domain_has_a_cap_for_all_answers_together(harness: Harness) -> None:
    harness.restart(caps=replace(harness.process.rules.caps, per_domain=4))
    for number in range(4):
        harness.raw(signup(f"victim{number}@x.example"))
        harness.write(f"other{number}@x.example", OFFICE, "help", "help\n")
    harness.raw(signup("victim@y.example"))
    assert len(harness.environment.relay.accepted) == 5


def test_B14_a_flood_of_malformed_mail_becomes_one_list(harness: Harness) -> None:
    most = FLOODS["attention"]
    malformed(harness, most + 60)
    assert written(harness) == {SECRETARY: most}
    assert len(harness.environment.mailbox.folders[Folder.ATTENTION]) == most + 60
    harness.pass_by(timedelta(hours=1))
    harness.tick()
    listed = text_of(harness.mails_to(SECRETARY)[-1])
    assert written(harness) == {SECRETARY: most + 1}
    assert "60 mails wait in the folder Attention." in listed
    assert "its From hides a line break (60)" in listed
    harness.pass_by(DAY)
    harness.tick()
    assert written(harness) == {SECRETARY: most + 1}


def test_B14_the_hour_after_a_flood_is_ordinary(harness: Harness) -> None:
    malformed(harness, FLOODS["attention"] + 1)
    harness.pass_by(timedelta(hours=1))
    harness.tick()
    before = written(harness)[SECRETARY]
    harness.raw(BROKEN % 1_000)
    assert written(harness)[SECRETARY] == before + 1


def test_B14_a_flood_of_feedback_becomes_one_list(harness: Harness) -> None:
    most = FLOODS["feedback"]
    for number in range(most + 52):
        harness.environment.write(f"reader{number}@x.example", OFFICE, f"Question {number}", f"What about {number}?\n")
    harness.tick()
    assert written(harness)[SECRETARY] == most
    harness.pass_by(timedelta(hours=1))
    harness.tick()
    listed = text_of(harness.mails_to(SECRETARY)[-1])
    assert "52 mails from readers wait for an answer." in listed
    assert f"reader{most}@x.example · Question {most}" in listed
    assert "and 2 more" in listed


def test_B14_counters_are_forgotten_after_two_days(harness: Harness) -> None:
    harness.raw(signup("victim@x.example"))
    for day, kept in ((1, True), (3, False)):
        harness.pass_by(DAY * day)
        harness.tick()
        with harness.environment.store.snapshot() as work:
            assert work.caps.has_counted(f"{harness.now:%Y-%m-%d}") is kept  # of an earlier day


def test_B14_comments_that_are_held_are_counted_among_what_readers_wrote(harness: Harness) -> None:
    with harness.office() as office:
        for number in range(32):
            office.work.caps.hold(HeldNotice(0, "feedback-comment", SECRETARY, f"comment {number}", office.now))
    harness.pass_by(timedelta(hours=1))
    harness.tick()
    assert "32 mails from readers wait for an answer." in text_of(harness.mails_to(SECRETARY)[-1])
