"""Debian's Postfix hands the office's mail over by LMTP; the office has no mailbox."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailer.app import App
from mailer.ports import Folder
from tests.flows.office import OFFICE, PEOPLE, READERS, opened
from tests.flows.test_circle import play
from tests.servers.debian import DebianServers
from tests.servers.test_circle import PostfixFlow
from tests.waiting import wait_until

pytestmark = pytest.mark.servers


@contextmanager
def office(folder: Path, socket: Path) -> Iterator[tuple[DebianServers, App]]:
    settings = {
        "MAILER_LMTP__LISTEN": str(socket),
        "MAILER_LMTP__GROUP": "postfix",
        "MAILER_IMAP__HOST": "",
        "MAILER_IMAP__USER": "",
    }
    with (
        DebianServers((OFFICE, *PEOPLE), folder, handed_to={OFFICE.address: f"lmtp:unix:{socket}"}) as servers,
        opened(folder, servers, **settings) as app,
    ):
        yield servers, app


@pytest.fixture
def socket() -> Iterator[Path]:
    """A path that Postfix's own user can reach."""
    with tempfile.TemporaryDirectory(prefix="mailer-lmtp-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "lmtp.sock"


def test_the_circle_with_mail_that_postfix_hands_over(debian_runs: None, tmp_path: Path, socket: Path) -> None:
    with office(tmp_path, socket) as (servers, app), app.lmtp():
        play(PostfixFlow(app, servers))
        with app.store.snapshot() as work:
            ways = {one.mailbox for one in work.inbound.newest(100)}
    assert ways == {"lmtp"}


def test_postfix_keeps_mail_while_the_office_is_down(debian_runs: None, tmp_path: Path, socket: Path) -> None:
    ulla = READERS[2]
    with office(tmp_path, socket) as (servers, app):
        flow = PostfixFlow(app, servers)
        flow.write(ulla, f"tg2+subscribe@{OFFICE.address.partition('@')[2]}", "", "subscribe\n")
        wait_until(lambda: servers.deferred() == 1, "Postfix has tried")
        with app.lmtp():
            servers.flush()
            flow.tick()
        assert len(flow.inbox(ulla)) == 1
        with app.store.snapshot() as work:
            assert [one.handled.folder for one in work.inbound.newest(9)] == [Folder.PROCESSED]
