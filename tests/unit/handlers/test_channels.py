"""Publications of others get what a board has granted, and say where it appears."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mailer import grants
from mailer.adapters import data, issue_folder
from mailer.app import channels as packs
from mailer.errors import NotGranted, Refused
from mailer.handlers import channels, issues
from mailer.handlers.channels import Granted
from mailer.model.channels import Channel, GivenPack, State
from mailer.model.issues import Issue
from mailer.model.packs import Pack, PackedArticle
from mailer.model.personal_data import Held
from mailer.office import Office
from tests.flows.environment import SOURCE, configured
from tests.unit.harness import ANA, BO, DAY, SECRETARY, Harness, text_of

EDITOR = "editor@iso-focus.example"
ARTICLE = PackedArticle(1, "From Salvador to Bangkok", "Ana Lee", 190, 148, "1-from-salvador-to-bangkok")
FILES = {"1-from-salvador-to-bangkok.docx": b"PK" * 40_000, "pictures/1-1-road.jpg": b"\xff\xd8" * 40_000}
PACK = Pack("update-1-iso-focus", "en", [ARTICLE], [], FILES)


def channel(harness: Harness, **changed: Any) -> Channel:
    return replace(harness.process.rules.channels["iso-focus"], **changed)


def granted(harness: Harness) -> Granted:
    with harness.office() as office:
        return channels.require(office, channel(harness), harness.issue)


def mailed(harness: Harness, pack: Pack = PACK, **changed: Any) -> None:
    harness.approved()
    may = granted(harness)
    harness.do(lambda office: channels.mail(office, channel(harness, **changed), may, pack))
    harness.tick()


def given(harness: Harness) -> GivenPack:
    with harness.environment.store.snapshot() as work:
        (one,) = work.channels.each()
    return one


def reply(harness: Harness, words: str) -> None:
    harness.environment.reply(EDITOR, harness.mails_to(EDITOR)[0], words)
    harness.tick()


def test_law_4_nothing_is_given_without_a_grant(harness: Harness) -> None:
    harness.asked()
    with harness.office() as office:
        with pytest.raises(NotGranted, match="The board has not decided yet"):
            channels.require(office, channel(harness), harness.issue)
        may = Granted(harness.issue, office.work.issues.edition(harness.issue.editions[0].id), None)
        for act in (channels.keep, channels.mail):
            with pytest.raises(NotGranted):
                act(office, channel(harness), may, PACK)


def test_law_4_a_grant_that_ended_meanwhile_gives_nothing(harness: Harness) -> None:
    harness.approved()
    may = granted(harness)
    harness.answer(ANA, "OBJECT\n\nA wrong date.")
    with harness.office() as office, pytest.raises(NotGranted):
        channels.mail(office, channel(harness), may, PACK)
    assert harness.mails_to(EDITOR) == []


def test_E20_the_embargo_is_part_of_the_grant_and_holds_packs_too(harness: Harness) -> None:
    until = harness.now + timedelta(hours=30)
    harness.import_list("cag", (ANA, BO))
    harness.import_list("nmb", ["nils@nmb.example"])
    harness.build(source=replace(SOURCE, embargo=until))
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    with harness.office() as office:
        assert grants.find(office, "issue", harness.issue.id) is not None
    harness.restart()
    for wait in (timedelta(0), until - harness.now - timedelta(seconds=1)):
        harness.pass_by(wait)
        with harness.office() as office, pytest.raises(NotGranted, match="under an embargo until"):
            channels.require(office, channel(harness), harness.issue)
    harness.pass_by(timedelta(seconds=1))
    assert granted(harness).issue == harness.issue


def test_a_pack_is_made_of_what_the_granted_issue_was_built_from(harness: Harness) -> None:
    """Not of the folder as it is today, whose words no board has seen."""
    app = configured()
    source = issue_folder.with_events(issue_folder.read(data.CONFIG / "demo" / "issues" / "update-1", "update"), ())
    source = replace(source, articles=source.articles[:1], files={
        name: content for name, content in source.files.items() if name in ("issue.toml", "01-the-road.md", "road.png")
    })  # fmt: skip
    source = replace(source, digest=SOURCE.digest)
    harness.import_list("cag", (ANA, BO))
    harness.import_list("nmb", ["nils@nmb.example"])
    harness.build(source=source)
    harness.submit()
    for member in (ANA, BO):
        harness.answer(member, "APPROVE")
    with harness.office() as office:
        may = channels.require(office, channel(harness), the_issue(office))
        made = packs.pack(app, office, may, channel(harness))
    assert sorted(made.files) == [
        "1-from-salvador-to-bangkok-short.docx",
        "1-from-salvador-to-bangkok-short.md",
        "1-from-salvador-to-bangkok.docx",
        "1-from-salvador-to-bangkok.md",
        "pictures/1-1-road.png",
        "update-1.pdf",
    ]
    assert (made.name, made.files["update-1.pdf"]) == ("update-1-iso-focus", may.edition.pdf)


def the_issue(office: Office) -> Issue:
    issue = office.work.issues.issue("update", 1)
    assert issue is not None
    return issue


def test_a_channel_gets_only_the_publications_that_it_may_print(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office, pytest.raises(Refused, match="gets member-update, and not update"):
        channels.require(office, channel(harness, publications=("member-update",)), harness.issue)


def test_a_language_without_an_edition_is_refused_if_it_was_asked_for(harness: Harness) -> None:
    harness.approved()
    with harness.office() as office:
        assert channels.require(office, channel(harness, language="fr"), harness.issue).tag == ""
        with pytest.raises(Refused, match="no granted edition of issue 1 in “fr”"):
            channels.require(office, channel(harness), harness.issue, "fr")


def test_a_pack_is_mailed_with_its_files_and_a_question(harness: Harness) -> None:
    mailed(harness)
    (mail,) = harness.mails_to(EDITOR)
    assert mail["Subject"] == "For ISO Focus: ISO/SR Update 1"
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "1-from-salvador-to-bangkok.docx",
        "1-1-road.jpg",
    ]
    text = text_of(mail)
    assert "Dear Elena Rossi," in text and "190 words; also shortened to 148 words" in text and "By Ana Lee" in text
    assert (given(harness).state, given(harness).address) == (State.MAILED, EDITOR)


def test_E21_a_large_pack_comes_in_parts_and_what_fits_in_none_is_named(harness: Harness) -> None:
    huge = {**FILES, "pictures/1-2-huge.png": b"x" * 200_000}
    mailed(harness, PACK._replace(files=huge), attach_bytes=100_000)
    first, second = harness.mails_to(EDITOR)
    assert [first["Subject"], second["Subject"]] == [
        f"For ISO Focus: ISO/SR Update 1 (mail {part} of 2)" for part in (1, 2)
    ]
    assert [len(list(mail.iter_attachments())) for mail in (first, second)] == [1, 1]
    assert "pictures/1-2-huge.png" in text_of(first)
    assert "Appears in" not in text_of(second)


@pytest.mark.parametrize(
    ("words", "state", "appears"),
    [
        ("It appears in May.\n\nElena", State.TAKEN, "It appears in May."),
        ("Appears in: May 2027\nPage or address: 12\n", State.TAKEN, "May 2027"),
        ("Yes, with pleasure", State.TAKEN, ""),
        ("No.", State.DECLINED, ""),
        ("No, thank you", State.DECLINED, ""),
    ],
)
def test_what_they_answer_is_noted_and_told(harness: Harness, words: str, state: State, appears: str) -> None:
    mailed(harness)
    reply(harness, words)
    assert (given(harness).state, given(harness).appears) == (state, appears)
    told = harness.mails_to(SECRETARY)[-1]
    verb = "does not print" if state is State.DECLINED else "prints"
    assert told["Subject"] == f"ISO Focus {verb} ISO/SR Update 1"
    with harness.office() as office:
        assert [title for title, _ in channels.of_issue(office, harness.issue)] == ["ISO Focus"]


def test_A16_an_absence_says_nothing(harness: Harness) -> None:
    mailed(harness)
    harness.environment.reply(EDITOR, harness.mails_to(EDITOR)[0], "I am away.", **{"Auto-Submitted": "auto-replied"})
    harness.tick()
    assert given(harness).state is State.MAILED


def test_without_an_answer_they_are_asked_once_more(harness: Harness) -> None:
    mailed(harness)
    harness.pass_by(15 * DAY)
    harness.tick()
    harness.pass_by(30 * DAY)
    harness.tick()
    assert harness.subjects(EDITOR) == [
        "For ISO Focus: ISO/SR Update 1",
        "Does it appear? ISO/SR Update 1 in ISO Focus",
    ]
    harness.environment.reply(EDITOR, harness.mails_to(EDITOR)[-1], "In the June issue, page 4.")
    harness.tick()
    assert given(harness).appears == "In the June issue, page 4."


def test_what_was_said_by_telephone_is_noted_by_hand(harness: Harness) -> None:
    harness.approved()
    may = granted(harness)
    harness.do(lambda office: channels.keep(office, channel(harness), may, PACK))
    with harness.office() as office:
        made = channels.note(office, given(harness).id, "May\x07 2027", "page 12")
        with pytest.raises(Refused, match="There is no pack 99"):
            channels.note(office, 99, "May")
    assert (str(made.outcome), given(harness)) == ("May 2027 (page 12)", made)
    harness.do(lambda office: channels.keep(office, channel(harness), may, PACK))
    with harness.office() as office:
        assert channels.of_issue(office, harness.issue) == [("ISO Focus", made)]


def test_a_channel_without_a_contact_gets_no_mail(harness: Harness) -> None:
    harness.approved()
    may = granted(harness)
    with harness.office() as office, pytest.raises(Refused, match="names no contact"):
        channels.mail(office, channel(harness, contact=None), may, PACK)


def test_status_shows_what_its_contact_was_sent(harness: Harness) -> None:
    mailed(harness)
    harness.import_list("nmb", [EDITOR])
    with harness.office() as office:
        contact = office.work.lists.contact_at(EDITOR)
        assert contact is not None
        (shown,) = channels.held(office, contact)
    assert isinstance(shown, Held) and [(name, str(value)) for name, value in shown.rows] == [
        ("ISO/SR Update 1", "mailed")
    ]


def test_the_read_me_says_what_is_there(harness: Harness) -> None:
    harness.approved()
    may = granted(harness)
    with harness.office() as office:
        text = channels.read_me(office, channel(harness), may, PACK).decode()
        assert issues.find(office, "update", 1) == may.issue
    assert text.startswith("ISO/SR Update 1, “The road”: for ISO Focus.") and "You asked for 150 words." in text
