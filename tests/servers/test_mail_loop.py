"""The adapters on Dovecot and Postfix: out through one, in through the other."""

from __future__ import annotations

import time
from dataclasses import replace
from email import message_from_bytes

import pytest

from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.adapters.imap import ImapMailbox
from mailer.adapters.sendmail import SendmailTransport
from mailer.adapters.smtp import Dialect, SmtpTransport
from mailer.errors import Permanent, Refused
from mailer.inbound import intents
from mailer.inbound.classify import classify
from mailer.inbound.parse import parse
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.outbox import Delivery, Fate
from mailer.ports import Folder
from mailer.requests import ANSWERS, COMMANDS
from mailer.tokens import Purpose, TokenKey
from tests.fakes import FakeLedger
from tests.servers.debian import USERS, DebianServers
from tests.waiting import TIMEOUT, wait_until

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
    wait_until(lambda: len(inbox.pending()) > len(before), "the letter has come")
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
        Outgoing((row,), Envelope("office+bounce-1@office.example", (recipient,)), MailTemplate(LETTER))
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


def test_postfix_reports_what_arrived_by_the_names_that_it_was_given(real_servers: DebianServers) -> None:
    key = TokenKey(b"k" * 32)
    token = key.token(Purpose.SHARED, 7)
    inbox = ImapMailbox(real_servers.imap(OFFICE))
    before = inbox.pending()
    envelope = Envelope("office@office.example", ("anna@members.example", "bela@members.example"), str(token))
    way = SmtpTransport(replace(real_servers.smtp(OFFICE), dialect=Dialect(report_success=True)))
    way.deliver(FakeLedger([Outgoing((1, 2), envelope, MailTemplate(LETTER))]))
    rules = intents.ReadingRules("office@office.example", (), COMMANDS, ANSWERS)
    reported: dict[str, Fate] = {}
    deadline = time.monotonic() + TIMEOUT
    while len(reported) < 2 and time.monotonic() < deadline:
        for message in inbox.fetch(inbox.pending()[len(before) :]):
            report = classify(parse(message.raw or b"", message.received_at), rules, key)
            assert isinstance(report, intents.Report)
            assert report.token == token  # by the envelope id: no plus-address was given
            reported |= {one.recipient: one.fate for one in report.recipients}
        inbox.wait(0.2)
    inbox.close()
    assert reported == {"anna@members.example": Fate.ARRIVED, "bela@members.example": Fate.ARRIVED}


def test_postfix_takes_mail_through_its_sendmail_program(real_servers: DebianServers) -> None:
    before = len(real_servers.messages(ANNA))
    ledger = FakeLedger([Outgoing((1,), Envelope("office@office.example", (ANNA.address,)), MailTemplate(LETTER))])
    SendmailTransport(["/usr/sbin/sendmail", "-C", str(real_servers.postfix_conf)]).deliver(ledger)
    assert [outcome.state for outcome in ledger.outcomes] == [Delivery.SENT]
    real_servers.wait_until_delivered()
    assert [raw.endswith(LETTER) for raw in real_servers.messages(ANNA)[before:]] == [True]
