"""The commands for mail that waits for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailer.app import App
from mailer.errors import Temporary
from mailer.model.inbound import Folder, Handled, MailKind
from mailer.ports import Ref
from tests.fakes import NOON
from tests.secretary import Secretary

WAITS = Handled(Folder.ATTENTION, MailKind.QUARANTINE, "Malformed", "it has too many parts")


@pytest.fixture
def office(secretary: Secretary) -> Secretary:
    """An office in which two mails wait; the second is not in the store."""
    app = App.load(Path(secretary.folder) / "mailer.toml", secretary.environ)
    with app.open_store().transaction() as work:
        work.inbound.record("a" * 64, Ref(1, 1, "box"), NOON, WAITS)
        work.attention.keep(work.inbound.number_of("a" * 64), b"From: eve@x.example\r\n\r\nHello\r\n")
        work.inbound.record("b" * 64, Ref(1, 2, "box"), NOON, WAITS)
    app.close()
    return secretary


def test_what_waits_is_listed_and_shown(office: Secretary) -> None:
    listed = office.types("attention", "ls")
    assert (listed.code, listed.out.count("it has too many parts")) == (0, 2)
    assert [one["number"] for one in office.types("attention", "ls", "--json").json] == [1, 2]
    shown = office.types("attention", "show", "1")
    assert "`mailer attention release 1` sends it" in " ".join(shown.out.split())
    assert office.types("attention", "show", "2", "--json").json["in_store"] is False
    assert office.types("attention", "show", "2", "--raw").code == 64


def test_mails_are_released_and_refused(office: Secretary) -> None:
    assert office.types("attention", "release", "1", "--dry-run").out == "This would release 1. Nothing was changed.\n"
    assert office.types("attention", "release", "1").out == "Released: 1.\n"
    refused = office.types("attention", "release", "2")
    assert (refused.code, "not in the store" in " ".join(refused.err.split())) == (77, True)
    assert office.types("attention", "refuse", "2").out == "Refused: 2.\n"
    assert office.types("attention", "ls").out == "Nothing waits.\n"
    assert office.types("attention", "refuse", "2").code == 77


def test_B11_a_mailbox_that_is_busy_is_the_daemon_s_to_mend(office: Secretary, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(app: App) -> None:
        raise Temporary("UID MOVE failed: [INUSE] mailbox is locked")

    monkeypatch.setattr("mailer.commands.attention.file_decided", busy)
    refused = office.types("attention", "refuse", "1", "2")
    assert (refused.code, refused.out) == (0, "Refused: 1, 2.\n")
    assert refused.err == "The daemon will move it in the mailbox.\n"
