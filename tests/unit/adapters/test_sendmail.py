"""Sending through a program: what each way in which it ends means."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mailer.adapters.sendmail import SendmailTransport
from mailer.errors import Permanent, Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery, Outcome
from mailer.model.refusals import Refusal
from tests.fakes import FakeLedger

SENT, DEFERRED, FAILED, DOUBTFUL = Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL
RAW = b"Subject: x\r\n\r\n.\r\nx\r\n"


def mail(*recipients: str) -> Outgoing:
    rows = tuple(range(1, len(recipients) + 1))
    return Outgoing(rows, Envelope("office+b-1@x.example", recipients), MailTemplate(RAW))


def delivered(program: str, *arguments: object, timeout: float = 20, **recipients: str) -> list[Outcome]:
    ledger = FakeLedger([mail("a@x.example")])
    SendmailTransport([sys.executable, "-c", program, *map(str, arguments)], timeout).deliver(ledger)
    return ledger.outcomes


@pytest.mark.parametrize(
    ("program", "state", "words"),
    [
        ("pass", SENT, "ended with status 0"),
        ("import sys; sys.exit(75)", DEFERRED, "ended with status 75"),
        ("import sys; print('try\\nlater', file=sys.stderr); sys.exit(75)", DEFERRED, "later"),
        ("import sys; sys.exit(71)", DEFERRED, "ended with status 71"),
        ("import sys; sys.exit(69)", DEFERRED, "ended with status 69"),
        ("import sys; sys.exit(1)", DEFERRED, "ended with status 1"),
        ("import sys; print('no such user', file=sys.stderr); sys.exit(67)", FAILED, "no such user"),
        ("import sys; sys.exit(65)", FAILED, "ended with status 65"),
        ("import sys; sys.exit(68)", FAILED, "ended with status 68"),
        ("import os; os.kill(os.getpid(), 9)", DOUBTFUL, "was ended by signal 9"),
        ("import time; time.sleep(20)", DOUBTFUL, "did not end within 1 seconds"),
    ],
)
def test_E5_E6_E8_how_the_program_ends_gives_the_outcome(program: str, state: Delivery, words: str) -> None:
    ((row, found, reply),) = [
        (one.row, one.state, one.reply) for one in delivered(program, timeout=1 if "sleep" in program else 20)
    ]
    assert (row, found, reply[-len(words) :]) == (1, state, words)


@pytest.mark.parametrize("status", [os.EX_USAGE, os.EX_NOPERM, os.EX_CONFIG])
def test_a_refusal_that_every_mail_would_get_is_permanent(status: int) -> None:
    ledger = FakeLedger([mail("a@x.example"), mail("b@x.example")._replace(rows=(2,))])
    with pytest.raises(Permanent, match="refuses our mail"):
        SendmailTransport([sys.executable, "-c", f"import sys; sys.exit({status})"]).deliver(ledger)
    assert ([outcome.state for outcome in ledger.outcomes], ledger.left) == ([DEFERRED], [2])


@pytest.mark.parametrize(
    ("words", "status", "refusal"),
    [
        (
            "msmtp: server message: 550 5.4.5 Daily user sending limit exceeded\nmsmtp: no",
            69,
            Refusal.QUOTA,
        ),
        ("553 5.7.1 Sender address rejected: not owned by user", 65, Refusal.SENDER),
        ("no permission", os.EX_NOPERM, Refusal.SENDER),
        ("no configuration file", os.EX_CONFIG, Refusal.PROGRAM),
    ],
)
def test_E18_a_refusal_of_us_stops_everything_and_fails_nobody(words: str, status: int, refusal: Refusal) -> None:
    ledger = FakeLedger([mail("a@x.example"), mail("b@x.example")._replace(rows=(2,))])
    program = f"import sys; print({words!r}, file=sys.stderr); sys.exit({status})"
    with pytest.raises((Permanent, Temporary), match="refuses our mail"):
        SendmailTransport([sys.executable, "-c", program]).deliver(ledger)
    assert ([(one.state, one.refusal) for one in ledger.outcomes], ledger.left) == ([(DEFERRED, refusal)], [2])


def test_the_program_runs_once_for_each_recipient_of_a_shared_mail(tmp_path: Path) -> None:
    program = (
        "import sys; open(sys.argv[1], 'ab').write(repr(sys.argv[2:]).encode() + sys.stdin.buffer.read());"
        "sys.exit(67 * sys.argv[-1].startswith('-'))"
    )
    log = tmp_path / "log"
    ledger = FakeLedger([mail("-a@x.example", "b@x.example")])
    SendmailTransport([sys.executable, "-c", program, str(log)]).deliver(ledger)
    assert [outcome.state for outcome in ledger.outcomes] == [FAILED, SENT]
    text = RAW.replace(b"\r\n", b"\n").decode()
    called = [["-i", "-f", "office+b-1@x.example", "--", recipient] for recipient in ("-a@x.example", "b@x.example")]
    assert log.read_text() == "".join(f"{arguments}{text}" for arguments in called)


def test_without_the_program_no_mail_is_taken() -> None:
    ledger = FakeLedger([mail("a@x.example")])
    with pytest.raises(Permanent, match=r"/nowhere/sendmail: there is no such program. Check transport.sendmail."):
        SendmailTransport(["/nowhere/sendmail"]).deliver(ledger)
    assert ledger.left == [1]
