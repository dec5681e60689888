"""The sandbox: permitted senders, delivery, and IMAP."""

from __future__ import annotations

import json
import logging
import smtplib
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from select import select

import pytest
from imapclient import IMAPClient

from mailer.adapters.dkim.lookup import file_lookup
from mailer.adapters.dkim.verifying import DkimVerifier
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.errors import ConfigError, Refused, Temporary
from tests.waiting import TIMEOUT

OFFICE = SandboxUser("office@office.example", "The Office", "office-pw")
ANNA = SandboxUser("anna@members.example", "Anna Kim", "anna-pw")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(None, [OFFICE, ANNA]) as running:
        yield running


def letter(sender: str = "Anna Kim <anna@members.example>", body: str = "Hello.\r\n") -> bytes:
    return (
        f"From: {sender}\r\nTo: office@office.example\r\nSubject: Hello\r\n"
        f"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@members.example>\r\n\r\n{body}"
    ).encode()


def domains(sandbox: Sandbox, raw: bytes) -> list[str]:
    return [signature.domain for signature in DkimVerifier(sandbox.txt).signatures(raw)]


def test_a_users_mail_is_signed_and_arrives_octet_for_octet(sandbox: Sandbox) -> None:
    raw = letter(body=".\r\n..dots\r\n\r\nzwölf\r\n")
    sandbox.submit(ANNA, raw, [OFFICE.address])
    (arrived,) = sandbox.messages(OFFICE)
    assert arrived.endswith(b"==\r\n" + raw)
    assert domains(sandbox, arrived) == ["members.example"]


def test_delivery_adds_trace_fields(sandbox: Sandbox) -> None:
    sandbox.submit(ANNA, letter(), ["Office+confirm-1-abc@office.example"], sender="anna+x@members.example")
    (arrived,) = sandbox.messages(OFFICE)
    added = message_from_bytes(arrived)
    assert added.keys()[:4] == ["Return-Path", "Delivered-To", "Received", "DKIM-Signature"]
    assert added["Return-Path"] == "<anna+x@members.example>"
    assert added["Delivered-To"] == "Office+confirm-1-abc@office.example"


def test_mail_from_outside_is_accepted_and_not_signed(sandbox: Sandbox) -> None:
    sandbox.receive("", letter(), [OFFICE.address])
    (arrived,) = sandbox.messages(OFFICE)
    assert message_from_bytes(arrived)["Return-Path"] == "<>"
    assert domains(sandbox, arrived) == []


def test_each_recipient_gets_the_mail(sandbox: Sandbox) -> None:
    sandbox.submit(ANNA, letter(), [OFFICE.address, "anna+copy@members.example"])
    assert [len(sandbox.messages(user)) for user in (OFFICE, ANNA)] == [1, 1]


@pytest.mark.parametrize("recipient", ["nobody@office.example", "anna@elsewhere.example", "not an address"])
def test_no_mail_leaves_the_sandbox(sandbox: Sandbox, recipient: str) -> None:
    for send in (
        lambda: sandbox.receive("x@y.example", letter(), [recipient]),
        lambda: sandbox.submit(ANNA, letter(), [recipient]),
    ):
        with pytest.raises(Refused, match=r"^55\d|^501"):
            send()


@pytest.mark.parametrize(
    "sender",
    [
        "office@office.example",
        "anna@office.example",
        "Anna <anna@members.example>, office@office.example",
        "office@office.example\r\nFrom: anna@members.example",
        "nothing",
    ],
)
def test_a_user_may_not_write_another_address_into_From(sandbox: Sandbox, sender: str) -> None:
    with pytest.raises(Refused, match="may not send as"):
        sandbox.submit(ANNA, letter(sender), [OFFICE.address])
    assert sandbox.messages(OFFICE) == []


def test_a_user_may_not_use_anothers_envelope_sender(sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match=r"553 5\.7\.1"):
        sandbox.submit(ANNA, letter(), [OFFICE.address], sender="office@office.example")


def test_a_user_may_use_an_alias_and_the_null_sender(sandbox: Sandbox) -> None:
    sandbox.submit(ANNA, letter("anna+list@members.example"), [OFFICE.address], sender="")
    assert len(sandbox.messages(OFFICE)) == 1


@pytest.mark.parametrize(("user", "password"), [("anna@members.example", "office-pw"), ("nobody@x.example", "")])
def test_a_wrong_password_is_refused(sandbox: Sandbox, user: str, password: str) -> None:
    with pytest.raises(Refused, match="535"):
        sandbox.submit(SandboxUser(user, "", password), letter(), [OFFICE.address])
    with pytest.raises(Exception, match="AUTHENTICATIONFAILED"):
        sandbox.messages(SandboxUser(user, "", password))


def test_C8_addresses_beyond_ascii() -> None:
    zoe = SandboxUser("zoë@büro.example", "Zoë", "pw")
    with Sandbox(None, [zoe]) as sandbox, smtplib.SMTP(sandbox.host, sandbox.smtp_port, "client") as client:
        client.sendmail("", ["zoë@xn--bro-hoa.example"], b"Subject: x\r\n\r\nx\r\n", ["SMTPUTF8"])
        assert len(sandbox.messages(zoe)) == 1


def test_a_large_mail_arrives(sandbox: Sandbox) -> None:
    sandbox.receive("", letter(body="x" * 998 + "\r\n" + ("y" * 76 + "\r\n") * 60_000), [OFFICE.address])
    assert [len(raw) > 4_600_000 for raw in sandbox.messages(OFFICE)] == [True]


def test_a_mail_client_can_do_what_it_usually_does(sandbox: Sandbox) -> None:
    sandbox.receive("", letter(), [ANNA.address])
    with IMAPClient(sandbox.host, sandbox.imap_port, ssl=False, timeout=TIMEOUT) as client:
        client.login(ANNA.address, ANNA.password)
        assert {name for _, _, name in client.list_folders()} == {"INBOX", "Sent", "Drafts", "Trash"}
        client.create_folder("Archive/2026")
        client.append("Sent", letter(), [rb"\Seen"])
        assert client.select_folder("INBOX")[b"EXISTS"] == 1
        (found,) = client.fetch(client.search("UNSEEN"), ["ENVELOPE", "BODYSTRUCTURE", "BODY[HEADER]"]).values()
        assert found[b"ENVELOPE"].subject == b"Hello"
        client.idle()
        sandbox.receive("", letter(), [ANNA.address])
        assert select([client.socket()], [], [], TIMEOUT)[0]  # idle_check() fails on a line that comes in two pieces
        _, told = client.idle_done()
        assert (2, b"EXISTS") in told
        client.move(client.search("ALL"), "Archive/2026")
        assert client.search("ALL") == []
    assert [len(sandbox.messages(ANNA, folder)) for folder in ("Sent", "Archive/2026")] == [1, 2]


def test_keys_are_kept_in_the_folder_and_used_again(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "mail", [ANNA]) as sandbox:
        sandbox.submit(ANNA, letter(), [ANNA.address])
        (arrived,) = sandbox.messages(ANNA)
    with Sandbox(tmp_path / "mail", [ANNA, OFFICE]):
        records = tmp_path / "mail" / "dns.json"
        assert list(json.loads(records.read_text())) == [
            "sandbox._domainkey.members.example",
            "sandbox._domainkey.office.example",
        ]
        assert [s.domain for s in DkimVerifier(file_lookup(records)).signatures(arrived)] == ["members.example"]
    assert (tmp_path / "mail" / "dkim.pem").stat().st_mode & 0o777 == 0o600


def test_a_port_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for ports in ({"smtp_port": port}, {"imap_port": port}):
            with pytest.raises(Temporary, match=str(port)):
                Sandbox(None, [ANNA], **ports).start()


def test_all_faults_of_users_are_named_together() -> None:
    with pytest.raises(ConfigError) as caught:
        Sandbox(None, [ANNA, SandboxUser("nothing", "", ""), SandboxUser("Anna@members.example", "", "")])
    assert len(caught.value.problems) == 2


def test_it_ends_with_clients_connected_and_can_start_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    threads = threading.active_count()
    sandbox = Sandbox(None, [ANNA])
    for _ in range(2):
        with sandbox:
            client = IMAPClient(sandbox.host, sandbox.imap_port, ssl=False, timeout=TIMEOUT)
            client.login(ANNA.address, ANNA.password)
            client.select_folder("INBOX")
            client.idle()
            with smtplib.SMTP(sandbox.host, sandbox.smtp_port, "client") as sender:
                sender.docmd("MAIL", "FROM:<x@y.example>")
        client.shutdown()
        sandbox.stop()
    assert threading.active_count() == threads
    assert caplog.text == ""
