"""Sending a sent issue again: to readers whose copy failed, or who joined since."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.model.outbox import Delivery
from tests.flows.test_control import BOARD, copies, relay_of, standing
from tests.secretary import Secretary, office

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
        assert secretary.types("send", "1", "--yes").code == 0
        assert copies(relay) == [READERS[3]]
        suppress(secretary, READERS[1])
        assert (
            "2 failed and can be sent once more: `mailer send 1 --failed`."
            in secretary.types("send", "1", "--dry-run").out
        )

        result = secretary.types("send", "1", "--failed", "--dry-run")
        assert result.out.splitlines() == [
            "Failed, and to be sent once more: 2.",
            "Held back: 1. Their addresses bounced or complained; to sign up anew clears that.",
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
        "ISO/SR Update 1 has been sent",
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
        assert secretary.types("send", "1", "--newcomers", "--dry-run").out == "Joined since it was sent: 1.\n"
        assert secretary.types("send", "1", "--newcomers", "--yes", "--json").json["deliveries"]["sent"] == 5
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
