"""An office to which a mail server hands its mail over by LMTP, with a mailbox beside it and without one."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mailer.adapters.sandbox import Sandbox
from mailer.adapters.sandbox.users import SandboxUser
from mailer.app import App
from mailer.model.lists import Standing
from mailer.ports import Folder
from tests.flows.office import OFFICE, PEOPLE, READERS, SECRETARY, Flow, letter, opened

ULLA = READERS[2]


class HandedOver(Sandbox):
    """A sandbox whose office has no mailbox: mail to it is handed over."""

    socket = ""

    def submit(self, user: SandboxUser, raw: bytes, to: Sequence[str], sender: str | None = None) -> None:
        with closing(smtplib.LMTP(self.socket)) as connection:
            connection.sendmail(user.address, list(to), raw)


@contextmanager
def office(folder: Path, with_mailbox: bool) -> Iterator[Flow]:
    settings = {"MAILER_LMTP__LISTEN": str(folder / "lmtp.sock")}
    with HandedOver(folder, (OFFICE, *PEOPLE)) as sandbox:
        sandbox.socket = settings["MAILER_LMTP__LISTEN"]
        if not with_mailbox:
            settings |= {"MAILER_IMAP__HOST": "", "MAILER_IMAP__USER": ""}
        with opened(folder, sandbox, **settings) as app, app.lmtp():
            yield Flow(app, sandbox)


def standing(app: App, address: str) -> Standing | None:
    with app.store.snapshot() as work:
        contact = work.lists.contact_at(address)
        return work.lists.standing("subscriber", contact.id) if contact else None


@pytest.mark.parametrize("with_mailbox", [True, False], ids=["beside a mailbox", "alone"])
def test_a_reader_joins_by_mail_that_is_handed_over(tmp_path: Path, with_mailbox: bool) -> None:
    with office(tmp_path, with_mailbox) as flow:
        flow.write(ULLA, "tg2+subscribe@iso-sr.example", "", "subscribe\n")
        flow.tick()
        flow.reply(ULLA, flow.last(ULLA), "yes")
        flow.tick()
        assert str(flow.last(ULLA)["Subject"]).startswith("Welcome")
        assert standing(flow.app, ULLA.address) is Standing.ACTIVE
        with flow.app.store.snapshot() as work:
            handled = work.inbound.newest(9)
            assert work.incoming.pending() == []
        assert [(one.mailbox, one.handled.folder) for one in handled] == [("lmtp", Folder.PROCESSED)] * 2


def test_mail_by_both_ways_is_handled_in_one_tick(tmp_path: Path) -> None:
    with office(tmp_path, with_mailbox=True) as flow:
        nils = READERS[0]
        raw = letter(nils.address, "tg2+subscribe@iso-sr.example", "", "subscribe\n")
        Sandbox.submit(flow.sandbox, nils, raw, ["tg2+subscribe@iso-sr.example"])
        flow.write(ULLA, "tg2+subscribe@iso-sr.example", "", "subscribe\n")
        flow.tick()
        assert [len(flow.inbox(person)) for person in (nils, ULLA)] == [1, 1]


def test_a_mailbox_that_fails_does_not_hold_up_what_is_handed_over(tmp_path: Path) -> None:
    with office(tmp_path, with_mailbox=True) as flow:
        broken = App.load(tmp_path / "mailer.toml", _environ(flow, MAILER_IMAP__PORT="1"))
        with closing(broken):
            flow.write(ULLA, "tg2+subscribe@iso-sr.example", "", "subscribe\n")
            Flow(broken, flow.sandbox).tick()
        assert len(flow.inbox(ULLA)) == 1


def test_mail_that_needs_a_person_is_found_in_the_store(tmp_path: Path) -> None:
    with office(tmp_path, with_mailbox=False) as flow:
        raw = b"From: =?utf-8?q?a=0D=0Ab?= <ulla@union.example>\r\n\r\nbroken\r\n"
        flow.sandbox.submit(ULLA, raw, [OFFICE.address])
        flow.tick()
        (told,) = flow.inbox(SECRETARY)
        with flow.app.store.snapshot() as work:
            (waiting,) = work.inbound.newest(9)
        command = f"mailer incoming show {waiting.id} --raw"
        assert command in " ".join(told.get_content().split())


def test_a_mail_that_was_handed_over_twice_is_handled_once(tmp_path: Path) -> None:
    with office(tmp_path, with_mailbox=False) as flow:
        raw = letter(ULLA.address, "tg2+subscribe@iso-sr.example", "", "subscribe\n")
        for _ in range(2):
            flow.sandbox.submit(ULLA, raw, ["tg2+subscribe@iso-sr.example"])
        flow.tick()
        assert len(flow.inbox(ULLA)) == 1
        with flow.app.store.snapshot() as work:
            assert (work.incoming.waiting().mails, len(work.inbound.newest(9))) == (0, 1)


def _environ(flow: Flow, **settings: str) -> dict[str, str]:
    return {
        "MAILER_IMAP__PORT": str(flow.sandbox.imap_port),
        "MAILER_SMTP__PORT": str(flow.sandbox.smtp_port),
        "MAILER_IMAP__PASSWORD": OFFICE.password,
        "MAILER_SMTP__PASSWORD": OFFICE.password,
        "MAILER_LIMITS__PER_MINUTE": "60000",
        "MAILER_LMTP__LISTEN": flow.app.settings.lmtp.listen,
        **settings,
    }
