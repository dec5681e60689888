"""The adapters on Dovecot and Postfix: out through one, in through the other."""

from __future__ import annotations

import time
from email import message_from_bytes

import pytest

from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.adapters.imap import ImapMailbox
from mailer.adapters.smtp import SmtpTransport
from mailer.errors import Permanent, Refused
from mailer.message import Envelope, Form, Outgoing
from mailer.outbox.model import Delivery
from mailer.ports import Folder
from tests.fakes import FakeLedger
from tests.servers.debian import USERS, DebianServers

pytestmark = pytest.mark.servers
OFFICE, ANNA, BELA = USERS
LETTER = (
    b"From: Anna Kim <anna@members.example>\r\nTo: office@office.example\r\nSubject: Hello\r\n"
    b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@members.example>\r\n\r\n.\r\nHello.\r\n"
)


def test_a_letter_to_a_plus_address_comes_in_signed_and_is_filed(real_servers: DebianServers) -> None:
    inbox = ImapMailbox(real_servers.imap(OFFICE))
    before = inbox.pending()
    real_servers.submit(ANNA, LETTER, ["office+subscribe@office.example"])
    deadline = time.monotonic() + 10
    while len(inbox.pending()) == len(before) and time.monotonic() < deadline:
        inbox.wait(5)
    (message,) = inbox.fetch(inbox.pending()[len(before) :])
    assert message.raw is not None
    assert message.raw.endswith(LETTER)
    noted = message_from_bytes(message.raw)
    assert noted["Return-Path"] == "<anna@members.example>"
    assert noted["Delivered-To"] == "office+subscribe@office.example"
    assert [s.domain for s in DkimVerifier(real_servers.txt).signatures(message.raw)] == ["members.example"]
    inbox.file([message.ref], Folder.PROCESSED)
    assert inbox.pending() == before
    inbox.close()


def test_E6_postfix_refuses_one_recipient_and_takes_the_next(real_servers: DebianServers) -> None:
    copies = [
        Outgoing((row,), Envelope("office+bounce-1@office.example", (recipient,)), Form(LETTER))
        for row, recipient in enumerate(("nobody@members.example", "bela@members.example"), start=1)
    ]
    ledger = FakeLedger(copies)
    SmtpTransport(real_servers.smtp(OFFICE)).deliver(ledger)
    refused, sent = ledger.outcomes
    assert (refused.state, sent.state) == (Delivery.FAILED, Delivery.SENT)
    assert refused.reply.startswith("550 5.1.1 <nobody@members.example>")


def test_E9_F11_a_wrong_password_is_for_a_person(real_servers: DebianServers) -> None:
    wrong = type(OFFICE)(OFFICE.address, OFFICE.name, "wrong")
    with pytest.raises(Permanent, match=OFFICE.address):
        SmtpTransport(real_servers.smtp(wrong)).extensions()
    with pytest.raises(Permanent, match=OFFICE.address):
        ImapMailbox(real_servers.imap(wrong)).describe()


def test_nobody_relays_without_a_login(real_servers: DebianServers) -> None:
    with pytest.raises(Refused, match="Relay access denied"):
        real_servers.receive("x@y.example", LETTER, ["x@elsewhere.example"])
