"""The findings of the doctor, and which of them need a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from mailer.errors import ConfigError, Permanent, ServerBusy, Temporary
from mailer.handlers import doctor
from mailer.model.findings import (
    ACCURATE_SINCE,
    BoardSize,
    Capabilities,
    ClockTime,
    DkimRecord,
    Finding,
    Folders,
    Fonts,
    MailboxLogin,
    SignedByRelay,
    StoreVersion,
    Verdict,
    Words,
)
from tests.unit.harness import BOARD, Harness

LOGIN, FOLDERS = MailboxLogin("imap.example", "office"), Folders(("INBOX",), ("Refused",))


def test_a_check_that_fails_is_a_finding_and_the_others_go_on() -> None:
    def half() -> Iterator[Finding]:
        yield doctor.fonts([("LATIN", "Serif")], [("Chinese", "install one")])
        raise Permanent("no such host")

    def configured() -> Iterator[Finding]:
        raise ConfigError(["one", "two"])

    found = list(doctor.examine({"fonts": half, "mailbox": configured, "clock": lambda: [doctor.fonts([], [])]}))
    assert found == [
        Finding("fonts", Verdict.OK, Fonts((("LATIN", "Serif"),), (("Chinese", "install one"),))),
        Finding("fonts", Verdict.WRONG, Words("no such host")),
        Finding("mailbox", Verdict.WRONG, Words("one\ntwo")),
        Finding("fonts", Verdict.WRONG, Fonts((), ())),
    ]


def test_what_is_out_of_reach_has_a_cure_and_a_busy_server_needs_none() -> None:
    def down() -> Iterator[Finding]:
        raise Temporary("smtp: relay.example:587: no connection: refused")

    def busy() -> Iterator[Finding]:
        raise ServerBusy("454 4.7.0 later")

    assert list(doctor.examine({"relay": down, "mailbox": busy, "store": down})) == [
        Finding(
            "relay",
            Verdict.WRONG,
            Words(
                "smtp: relay.example:587: no connection: refused: see that [smtp] host, port, security and "
                "login (or [transport] lmtp) are right, and the server up"
            ),
        ),
        Finding("mailbox", Verdict.LOOK, Words("454 4.7.0 later: try again in some minutes")),
        Finding("store", Verdict.WRONG, Words("smtp: relay.example:587: no connection: refused")),
    ]


def test_E15_a_store_on_a_full_disk_is_wrong_though_it_can_be_read(harness: Harness) -> None:
    with harness.office() as office:
        found = list(doctor.store(office, "mailer.db", "0001", "the disk of mailer.db is full"))
    assert found[0] == Finding("store", Verdict.WRONG, Words("the disk of mailer.db is full"))
    assert [one.what for one in found[1:]] == ["board"] * len(found[1:])


def test_a_board_below_its_quorum_is_to_be_looked_at(harness: Harness) -> None:
    with harness.office() as office:
        empty = list(doctor.store(office, "mailer.db", "0001"))
    harness.import_list("cag", BOARD)
    with harness.office() as office:
        seated = list(doctor.store(office, "mailer.db", "0001"))
    version = Finding("store", Verdict.OK, StoreVersion("mailer.db", "0001"))
    assert empty[0] == seated[0] == version
    assert (empty[1].verdict, seated[1].verdict) == (Verdict.LOOK, Verdict.OK)
    assert isinstance(empty[1].fact, BoardSize) and empty[1].fact.members == 0
    assert [one.fact for one in seated[1:]] == [
        BoardSize("cag", 3, 1, "members"),
        BoardSize("cag", 3, 2, "disclosure"),
    ]


def test_substitutes_have_members_to_stand_for_and_are_not_on_the_board(harness: Harness) -> None:
    harness.import_list("cag", BOARD)
    every = harness.process.rules.policies["disclosure"]
    substitutes = {BOARD[0]: "bert@union.example", BOARD[1]: BOARD[2], "gone@cag.example": "carl@union.example"}
    harness.restart(policies={"disclosure": replace(every, substitutes=substitutes, rule="no-objection")})
    with harness.office() as office:
        (board,) = list(doctor.store(office, "mailer.db", "0001"))[1:]
    wrong = BoardSize("cag", 3, 0, "disclosure", ("gone@cag.example",), (BOARD[2],))
    assert board == Finding("board", Verdict.LOOK, wrong)


@pytest.mark.parametrize(
    ("offered", "verdict", "useful"),
    [
        (["IDLE", "MOVE", "UIDPLUS", "X-ODD"], Verdict.OK, ("IDLE", "MOVE", "UIDPLUS")),
        (["MOVE", "IDLE"], Verdict.OK, ("IDLE", "MOVE")),
        (["MOVE"], Verdict.LOOK, ("MOVE",)),
        ([], Verdict.LOOK, ()),
    ],
)
def test_a_mailbox_without_idle_is_to_be_looked_at(offered: list[str], verdict: Verdict, useful: tuple[str]) -> None:
    assert list(doctor.mailbox(LOGIN, offered, FOLDERS)) == [
        Finding("mailbox", Verdict.OK, LOGIN),
        Finding("mailbox offers", verdict, Capabilities(useful)),
        Finding("folders", Verdict.OK, FOLDERS),
    ]


def test_a_key_whose_record_does_not_match_is_wrong() -> None:
    good, bad = DkimRecord("a._domainkey.x.example", ""), DkimRecord("b._domainkey.x.example", "is not published")
    assert [finding.verdict for finding in doctor.signatures([good, bad])] == [Verdict.OK, Verdict.WRONG]
    assert list(doctor.signatures(None)) == [Finding("signatures", Verdict.OK, SignedByRelay())]


def test_a_clock_in_the_past_is_wrong() -> None:
    now = ACCURATE_SINCE
    assert doctor.clock(now) == Finding("clock", Verdict.WRONG, ClockTime(now))
    assert doctor.clock(now + timedelta(seconds=1)).verdict is Verdict.OK


def test_a_relays_description_is_shown_unchanged() -> None:
    assert list(doctor.relay([("relay", "greets us"), ("relay offers", "SIZE")])) == [
        Finding("relay", Verdict.OK, Words("greets us")),
        Finding("relay offers", Verdict.OK, Words("SIZE")),
    ]
