"""Mail in files."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailer.adapters.eml import EmlTransport, read_messages
from mailer.errors import ConfigError, Temporary
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery, Outcome
from tests.fakes import FakeLedger

ONE = b"Subject: one\r\n\r\nOne.\r\n"


def test_a_copy_becomes_a_file_named_after_row_and_recipient(tmp_path: Path) -> None:
    copies = [
        Outgoing((7,), Envelope("", ("anna+x@example.org",)), MailTemplate(b"Subject: x\r\n", b"\r\nx\r\n")),
        Outgoing((8,), Envelope("", ("../../etc/ж@example.org",)), MailTemplate(ONE)),
    ]
    ledger = FakeLedger(copies)
    EmlTransport(tmp_path / "out").deliver(ledger)
    assert ledger.outcomes == [
        Outcome(7, Delivery.SENT, "written to 000007-anna+x@example.org.eml"),
        Outcome(8, Delivery.SENT, "written to 000008-..%2F..%2Fetc%2F%D0%B6@example.org.eml"),
    ]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "000007-anna+x@example.org.eml": b"Subject: x\r\n\r\nx\r\n",
        "000008-..%2F..%2Fetc%2F%D0%B6@example.org.eml": ONE,
    }


def test_E15_a_folder_that_cannot_be_written_leaves_no_copy_without_an_outcome(tmp_path: Path) -> None:
    ledger = FakeLedger([Outgoing((1,), Envelope("", ("x" * 300,)), MailTemplate(ONE))])
    with pytest.raises(Temporary, match=str(tmp_path)):
        EmlTransport(tmp_path).deliver(ledger)
    assert [outcome.state for outcome in ledger.outcomes] == [Delivery.DEFERRED]


def test_messages_are_read_from_files_folders_and_mailboxes(tmp_path: Path) -> None:
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "cur" / "2.host:2,S").write_bytes(b"Subject: two\n\nTwo.\n")
    (tmp_path / "box" / ".hidden").write_bytes(b"no mail")
    (tmp_path / "one.eml").write_bytes(ONE)
    assert list(read_messages([tmp_path / "one.eml", tmp_path / "box"])) == [
        (str(tmp_path / "one.eml"), ONE),
        (str(tmp_path / "box" / "cur" / "2.host:2,S"), b"Subject: two\n\nTwo.\n"),
    ]


def test_messages_are_read_from_an_mbox(tmp_path: Path) -> None:
    path = tmp_path / "mail.mbox"
    path.write_bytes(
        b"From anna@example.org Mon Nov 23 12:00:00 2026\r\n" + ONE + b"\r\n"
        b"From - Mon Nov 23 12:00:00 2026\r\nSubject: two\r\n\r\n>From here\r\n>>From there\r\nx\r\nFrom now on\r\n\r\n"
    )
    assert list(read_messages([path])) == [
        (f"{path}:1", ONE),
        (f"{path}:2", b"Subject: two\r\n\r\nFrom here\r\n>From there\r\nx\r\nFrom now on\r\n"),
    ]


def test_an_mbox_as_another_program_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "mail.mbox"
    box = mailbox.mbox(path)
    for word in ("one", "two", "three"):
        message = EmailMessage()
        message["Subject"] = word
        message.set_content(f"{word}\n\nFrom {word}\n")
        box.add(message)
    box.close()
    found = [raw for _, raw in read_messages([path])]
    assert [raw.splitlines()[0] for raw in found] == [b"Subject: one", b"Subject: two", b"Subject: three"]
    assert found[2].endswith(b"three\n\nFrom three\n")


def test_an_empty_file_is_an_empty_message(tmp_path: Path) -> None:
    (tmp_path / "empty.eml").touch()
    assert list(read_messages([tmp_path / "empty.eml"])) == [(str(tmp_path / "empty.eml"), b"")]


def test_every_path_that_cannot_be_read_is_named_before_the_first_message(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(ONE)
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / "one.eml", tmp_path / "missing.eml", tmp_path / "empty"]
    with pytest.raises(ConfigError) as caught:
        next(read_messages(paths))
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [str(paths[2]), str(paths[1])]
