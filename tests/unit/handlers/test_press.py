"""Press releases go to journalists with a grant, and never before the end of their embargo."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mailer import grants
from mailer.errors import NotGranted, Refused
from mailer.handlers import library, press
from mailer.model.criteria import Printed
from mailer.model.library import KINDS, Manuscript, Number, Publish, Version
from mailer.model.press import PressRules, State
from tests.unit.handlers.test_library import PAGES, build
from tests.unit.harness import ANA, BO, BOARD, SECRETARY, Harness, text_of
from tests.unit.model.test_library import MANUSCRIPT

JOURNALISTS = ("lena@daily.example", "omar@weekly.example")
HOUR = timedelta(hours=1)


def release(harness: Harness, embargo: timedelta | None = HOUR * 30) -> Manuscript:
    source = replace(
        MANUSCRIPT.source,
        title="ISO writes a standard",
        embargo=harness.now + embargo if embargo else None,
        files={"files/photo.jpg": b"\xff\xd8 a photograph"},
    )
    return replace(MANUSCRIPT, key="salvador", kind="press", source=source, publish=Publish.AT_ONCE)


def granted(harness: Harness, embargo: timedelta | None = HOUR * 30, printed: Printed = PAGES) -> Version:
    harness.import_list("cag", BOARD)
    harness.import_list("journalists", JOURNALISTS)
    build(harness, release(harness, embargo), printed)
    harness.do(lambda office: library.submit(office, library.find(office, "salvador")))
    harness.tick()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    return version(harness)


def version(harness: Harness) -> Version:
    with harness.office() as office:
        return press.find(office, "salvador")


def plan(harness: Harness) -> None:
    harness.do(lambda office: press.plan(office, press.find(office, "salvador")))
    harness.tick()


def test_it_goes_to_each_journalist_with_a_link_to_leave(harness: Harness) -> None:
    granted(harness, embargo=None)
    plan(harness)
    for journalist in JOURNALISTS:
        (mail,) = harness.mails_to(journalist)
        assert mail["Subject"] == "Press release: ISO writes a standard"
        assert [part.get_filename() for part in mail.iter_attachments()] == ["salvador-1.0.pdf", "photo.jpg"]
        assert "A presenter speaks." in text_of(mail)
        assert mail["List-Unsubscribe"].startswith("<mailto:tg2+leave-")
    assert harness.subjects(SECRETARY)[-1] == "Sent: the press release “ISO writes a standard”"
    harness.tick()
    assert len(harness.mails_to(JOURNALISTS[0])) == 1


def test_E20_the_embargo_is_kept_to_the_second_and_across_a_restart(harness: Harness) -> None:
    found = granted(harness)
    assert found.embargo is not None
    plan(harness)
    for wait in (timedelta(0), HOUR, found.embargo - harness.now - HOUR - timedelta(seconds=1)):
        harness.pass_by(wait)
        harness.restart()
        harness.tick()
        assert (harness.mails_to(JOURNALISTS[0]), harness.mails_to(JOURNALISTS[1])) == ([], [])
        with harness.office() as office:
            assert grants.published_document(office, "salvador") is None
            with pytest.raises(NotGranted, match="under an embargo"):
                grants.require_document(office, found)
    harness.pass_by(timedelta(seconds=1))
    harness.restart()
    harness.tick()
    harness.tick()
    assert [len(harness.mails_to(journalist)) for journalist in JOURNALISTS] == [1, 1]


def test_E20_copies_that_are_written_do_not_leave_before_the_embargo_either(harness: Harness) -> None:
    """Each copy asks for the grant once more, so that rows in the store cannot run ahead of the clock."""
    found = granted(harness)
    assert found.embargo is not None
    plan(harness)
    with harness.office() as office:
        mailing = office.work.mailings.add(press.MailingKind.PRESS, found.id, "", ["journalists"], office.now)
        office.work.outbox.add_copies(mailing.id, ["journalists"], "<early.", "@iso-sr.example>", office.now)
    harness.tick()
    assert harness.mails_to(JOURNALISTS[0]) == []
    assert harness.subjects(SECRETARY)[-1] == "Held back: the press release “ISO writes a standard”"
    harness.pass_by(HOUR * 30)
    harness.tick()
    assert harness.mails_to(JOURNALISTS[0]) == []
    with harness.office() as office:
        assert press.resume_if_held(office, found)
        assert not press.resume_if_held(office, found)
    harness.tick()
    assert len(harness.mails_to(JOURNALISTS[0])) == 1


def test_law_4_without_a_grant_nothing_is_planned(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    build(harness, release(harness))
    with harness.office() as office, pytest.raises(NotGranted, match="is draft: only what a board has granted"):
        press.plan(office, press.find(office, "salvador"))


def test_a_grant_that_ends_before_its_time_holds_it_back_and_is_told_once(harness: Harness) -> None:
    granted(harness)
    plan(harness)
    harness.answer(ANA, "OBJECT\n\nA wrong name.")
    harness.pass_by(HOUR * 31)
    harness.tick()
    harness.tick()
    assert harness.mails_to(JOURNALISTS[0]) == []
    assert harness.subjects(SECRETARY).count("Held back: the press release “ISO writes a standard”") == 1


def test_what_is_cancelled_does_not_go_out_and_can_be_planned_again(harness: Harness) -> None:
    found = granted(harness)
    plan(harness)
    with harness.office() as office:
        assert press.cancel(office, found).state is State.CANCELLED
        with pytest.raises(Refused, match="cannot take the step"):
            press.cancel(office, found)
    harness.pass_by(HOUR * 31)
    harness.tick()
    assert harness.mails_to(JOURNALISTS[0]) == []
    plan(harness)
    assert len(harness.mails_to(JOURNALISTS[0])) == 1


def test_only_a_press_release_goes_to_journalists_and_only_to_a_list(harness: Harness) -> None:
    assert KINDS["press"].policy == "press"
    build(harness, replace(MANUSCRIPT, key="notes", number=Number(1, 0)))
    with harness.office() as office, pytest.raises(Refused, match="is of the kind “document”"):
        press.find(office, "notes")
    found = granted(harness)
    harness.restart(press=PressRules())
    with harness.office() as office, pytest.raises(Refused, match="names no list of journalists"):
        press.plan(office, found)
