"""The commands that list the mail that came in."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.app import App
from mailer.model.inbound import Folder, Handled, MailKind
from mailer.ports import Ref
from mailer.ports.incoming import HANDED_OVER
from tests.fakes import NOON
from tests.secretary import Secretary

RAW = b"Return-Path: <>\r\nDelivered-To: tg2@iso-sr.example\r\n\r\nzw\xc3\xb6lf\r\n"


@pytest.fixture
def office(secretary: Secretary) -> Secretary:
    """An office to which two mails were handed over, of which one waits, and one came by IMAP."""
    app = App.load(Path(secretary.folder) / "mailer.toml", secretary.environ)
    with app.open_store().transaction() as work:
        for _ in range(2):
            work.incoming.add(RAW, False, NOON)
        (first, _) = work.incoming.pending()
        work.incoming.file([first], Folder.PROCESSED)
        helped = Handled(Folder.PROCESSED, MailKind.COMMAND, "Help", "sent the help")
        work.inbound.record("a" * 64, Ref(1, first, HANDED_OVER), NOON, helped)
        odd = Handled(Folder.ATTENTION, MailKind.QUARANTINE, "Malformed", "it is odd")
        work.inbound.record("b" * 64, Ref(1, 7, "tg2@iso-sr.example INBOX"), NOON, odd)
    app.close()
    return secretary


def test_the_newest_mails_are_listed_by_folder_and_kind(office: Secretary) -> None:
    lines = office.types("incoming", "ls").out.splitlines()
    assert lines == [
        "Handed over and not handled yet: 1.",
        "no.  came (UTC)        folder     kind        what was done",
        "1    2026-11-23 12:00  Processed  command     sent the help",
        "2    2026-11-23 12:00  Attention  quarantine  it is odd",
    ]
    listed = office.types("incoming", "ls", "--folder", "attention", "--json").json
    assert [(one["number"], one["mailbox"]) for one in listed] == [(2, "tg2@iso-sr.example INBOX")]
    assert [one["intent"] for one in office.types("incoming", "ls", "--kind", "command", "--json").json] == ["Help"]
    assert office.types("incoming", "ls", "--kind", "bounce", "--json").json == []


def test_a_mail_is_shown_with_where_it_is(office: Secretary) -> None:
    shown = " ".join(office.types("incoming", "show", "1").out.split())
    assert "It is in the store, as Processed. `mailer incoming show 1 --raw` writes it." in shown
    shown = " ".join(office.types("incoming", "show", "2").out.split())
    assert shown.endswith("It is in the folder Attention of tg2@iso-sr.example INBOX.")
    missing = office.types("incoming", "show", "9")
    assert (missing.code, "`mailer incoming ls` lists the newest" in missing.err) == (77, True)


def test_a_mail_in_the_store_is_written_as_it_came(office: Secretary) -> None:
    assert office.runs("incoming", "show", "1", "--raw").out == RAW.decode().replace("\r\n", "\n")
    refused = office.types("incoming", "show", "2", "--raw")
    assert (refused.code, "not in the store: in the folder Attention" in " ".join(refused.err.split())) == (64, True)
