"""Sending a sent issue again: to readers whose copy failed, or who joined since."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.model.lists import Standing
from mailer.model.outbox import Delivery
from tests.flows.test_control import BOARD, copies, relay_of, standing
from tests.secretary import ARTICLE, Secretary, office

READERS = tuple(f"reader{n}@readers.example" for n in range(4))
REFUSED = "550 5.7.1 not today"


@pytest.fixture
def secretary(tmp_path: Path) -> Secretary:
    """An office with a grant for its first issue."""
    secretary = office(tmp_path / "office")
    secretary.imports("subscriber", *READERS)
    secretary.imports("cag", *BOARD)
    secretary.writes()
    secretary.grants()
    return secretary


def suppress(secretary: Secretary, address: str) -> None:
    with secretary.app() as app, app.store.transaction() as work:
        work.lists.suppress(address, "bounced: 550 5.1.1 gone", app.clock.now())


def subjects(raws: list[bytes]) -> list[str]:
    lines = [line for raw in raws for line in raw.partition(b"\r\n\r\n")[0].decode().split("\r\n")]
    return [line.removeprefix("Subject: ") for line in lines if line.startswith("Subject: ")]


def test_only_failed_copies_are_resent_and_not_to_suppressed_addresses(secretary: Secretary) -> None:
    with relay_of(secretary) as relay:
        assert secretary.types("send").code == 0
    with relay_of(secretary, script={"RCPT": [REFUSED, REFUSED, REFUSED]}) as relay:
        assert secretary.types("send", "1", "--yes").code == 69  # most copies failed
        assert copies(relay) == [READERS[3]]
        suppress(secretary, READERS[1])
        assert (
            "2 failed and can be sent once more: `mailer send 1 --failed`."
            in secretary.types("send", "1", "--dry-run").out
        )

        result = secretary.types("send", "1", "--failed", "--dry-run")
        assert result.out.splitlines() == [
            "Failed, and to be sent once more: 2.",
            "Held back: 1. They get no mailings: see `mailer suppressed ls`.",
        ]
        result = secretary.types("send", "1", "--failed", "--dry-run", "--json")
        assert result.json == {
            "issue": "update 1",
            "state": "sent",
            "to": "failed",
            "mails": 2,
            "suppressed": 1,
            "left": 0,
        }
        assert secretary.types("send", "1", "--failed", keys="n\n").code == 77
        assert copies(relay) == [READERS[3]]

        assert secretary.types("send", "1", "--failed", keys="y\n").code == 0
        assert sorted(copies(relay)) == sorted((READERS[0], READERS[2], READERS[3]))
        issue, _, counts = standing(secretary)
        assert (issue.state, counts.by_state) == ("sent", {Delivery.SENT: 3, Delivery.FAILED: 1})
        result = secretary.types("send", "1", "--failed", "--yes")
        assert (result.code, result.err) == (77, "mailer: There is nobody to send it to.\n")
    notices = [mail.raw for mail in relay.taken if mail.recipient == "secretary@iso-sr.example"]
    assert subjects(notices) == [
        "ISO/SR Update 1: 3 of 4 copies failed",
        "ISO/SR Update 1 has been sent to those whose copy had failed",
    ]
    assert b"2 of 2 have it now" in notices[-1].replace(b"\r\n", b" ")


def test_newcomers_get_the_same_issue(secretary: Secretary) -> None:
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--newcomers", "--yes").code == 77
        assert secretary.types("send", "1", "--yes").code == 0
        assert secretary.types("send", "1", "--newcomers", "--yes").code == 77
        secretary.imports("subscriber", *READERS, "new@readers.example")
        assert (
            "1 joined since the copies were written: `mailer send 1 --newcomers`."
            in secretary.types("send", "1", "--dry-run").out
        )
        shown = secretary.types("send", "1", "--newcomers", "--dry-run").out
        assert "added   new@readers.example" in shown and shown.endswith("Joined since it was sent: 1.\n")
        assert secretary.types("send", "1", "--newcomers", "--yes", "--json").code == 64
        sent = secretary.types("send", "1", "--newcomers", "--yes", "--as-listed", "--json")
        assert sent.json["deliveries"]["sent"] == 5
        assert sorted(copies(relay)) == sorted((*READERS, "new@readers.example"))
        assert standing(secretary)[0].state == "sent"
    assert "ISO/SR Update 1 has been sent to those who joined since" in subjects([mail.raw for mail in relay.taken])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1", "--failed", "--to", "nmb"), "--failed says whom to send to, and now"),
        (("1", "--newcomers", "--at", "2099-01-01"), "--newcomers says whom to send to, and now"),
        (("1", "--failed", "--resend-doubtful"), "--failed says whom to send to, and now"),
        (("--failed",), "give its NUMBER"),
        (("1", "--only", "ana@x.example", "--to", "nmb"), "--only is about one copy"),
        (("1", "--test", "--at", "2099-01-01"), "--at is for all lists"),
        (("1", "--only", "ana"), "'ana' is not an address"),
        (("--test",), "--test is about an issue: give its NUMBER."),
    ],
)
def test_options_that_exclude_each_other(secretary: Secretary, arguments: tuple[str, ...], words: str) -> None:
    result = secretary.types("send", "--yes", *arguments)
    assert (result.code, result.out) == (64, "")
    assert words in result.err


def test_an_unsent_issue_cannot_be_sent_again(secretary: Secretary) -> None:
    for option in ("--failed", "--newcomers"):
        result = secretary.types("send", "1", option, "--yes")
        assert (result.code, "it has not been sent" in result.err) == (77, True)


def test_one_reader_gets_a_copy_once_more_under_a_new_message_id(secretary: Secretary) -> None:
    again = ("send", "1", "--only", READERS[0].upper())
    with relay_of(secretary) as relay:
        assert "it has not been sent" in secretary.types(*again, "--yes").err
        assert secretary.types("send", "1", "--yes").code == 0
        result = secretary.types(*again, "--dry-run")
        assert (result.code, result.out) == (0, f"{READERS[0]}: their last copy is sent; one more would go to them.\n")
        assert secretary.types(*again, keys="n\n").err.endswith("Nothing was sent.\n")
        assert copies(relay) == sorted(READERS)

        assert secretary.types(*again, keys="y\n").code == 0
        assert copies(relay) == [*READERS, READERS[0]]
        ids = [line for mail in relay.taken if READERS[0] == mail.recipient for line in mail.raw.split(b"\r\n")]
        assert len({line for line in ids if line.startswith(b"Message-ID: ")}) == 2
        assert "ISO/SR Update 1 has been sent to one reader once more" in subjects([mail.raw for mail in relay.taken])
    (entry,) = [one for one in secretary.types("audit", "--json").json if one["action"] == "copy sent again"]
    assert (entry["subject"], entry["detail"]) == ("update 1", {"to": READERS[0]})


def test_a_copy_that_failed_is_tried_again_for_one_reader(secretary: Secretary) -> None:
    with relay_of(secretary):
        assert secretary.types("send").code == 0
    with relay_of(secretary, script={"RCPT": [REFUSED, REFUSED]}) as relay:
        assert secretary.types("send", "1", "--yes").code == 0
        failed = sorted(set(READERS) - set(copies(relay)))
        result = secretary.types("send", "1", "--only", failed[0], "--yes", "--json")
        assert (result.code, result.json["deliveries"]["sent"], result.json["deliveries"]["failed"]) == (0, 3, 1)
        assert sorted(copies(relay)) == sorted(set(READERS) - {failed[1]})


def test_B12_one_copy_does_not_bring_back_those_who_take_no_mail(secretary: Secretary) -> None:
    with relay_of(secretary) as relay:
        assert secretary.types("send", "1", "--yes").code == 0
        suppress(secretary, READERS[1])
        with secretary.app() as app, app.store.transaction() as work:
            gone, removed = (work.lists.contact_at(address) for address in READERS[2:])
            assert gone is not None and removed is not None
            work.lists.opt_out(gone.id, ["update"], app.clock.now())
            work.lists.set_standing("subscriber", removed.id, Standing.REMOVED, app.clock.now(), "a test")
        for address, words in (
            (READERS[1], "takes no mail (bounced: 550 5.1.1 gone)"),
            (READERS[2], "has left ISO/SR Update"),
            (READERS[3], "is on none of the lists that it went to (removed subscriber on "),
            ("eve@elsewhere.example", "is on none of the lists that it went to: d-liaison, nmb, subscriber"),
        ):
            result = secretary.types("send", "1", "--only", address, "--yes")
            assert (result.code, words in result.err) == (77, True), result
        assert copies(relay) == sorted(READERS)


def test_law_4_a_test_copy_goes_to_insiders_before_the_vote_and_to_nobody_else(secretary: Secretary) -> None:
    secretary.writes(2)
    test = ("send", "2", "--test")
    with relay_of(secretary) as relay:
        assert secretary.types("send").code == 0
        before = len(relay.taken)
        assert "is not built yet" in secretary.types(*test).err
        assert secretary.types("issue", "build", "2").code == 0
        assert "would go to secretary@iso-sr.example" in secretary.types(*test, "--dry-run").out
        assert secretary.types(*test).code == 0
        assert secretary.types(*test, "--only", BOARD[0]).code == 0
        secretary.writes(2, ARTICLE + "\nOne thing more.\n")
        edited = "The source was edited since: the copy shows the issue as it was built.\n"
        assert secretary.types(*test, "--dry-run").out.startswith(edited)
        for outsider in (READERS[0], f"{BOARD[0].partition('@')[0]}+more@cag.example"):
            result = secretary.types(*test, "--only", outsider)
            assert (result.code, "only the secretary, the editors and the board" in result.err) == (77, True)
        mails = relay.taken[before:]
        assert [mail.recipient for mail in mails] == ["secretary@iso-sr.example", BOARD[0]]
    assert subjects([mail.raw for mail in mails]) == ["[Test] ISO/SR Update 2: After Bangkok"] * 2
    for mail in mails:
        assert b"This is a test copy of ISO/SR Update 2" in mail.raw
        assert b"test-update-2.pdf" in mail.raw
        assert (b"leave-" in mail.raw, b"vote-" in mail.raw, b"List-Unsubscribe" in mail.raw) == (False, False, False)
    assert secretary.types("issue", "show", "2", "--json").json["state"] == "rendered"
