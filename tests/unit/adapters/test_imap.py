"""IMAP against a server that follows a script (rows F1-F8, F11)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.errors import ConfigError, MailerError, Permanent, ServerBusy, Temporary
from mailer.ports import Fetched, Folder, Ref
from tests.imap_script import BODIES, OK, SIZES, ImapScript, Play
from tests.relay import Fault
from tests.settings import imap_settings
from tests.waiting import TIMEOUT

ONE, TWO = Ref(5, 11), Ref(5, 12)


def mailbox(server: ImapScript, **settings: object) -> ImapMailbox:
    known = {"timeout": server.timeout, "max_bytes": 1000, **settings}
    return ImapMailbox(imap_settings("127.0.0.1", server.port, "none", "office", "s3cret", **known))  # type: ignore[arg-type]


def test_the_commands_and_what_their_responses_give() -> None:
    with ImapScript() as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        fetched = list(inbox.fetch(refs))
        inbox.file(refs, Folder.PROCESSED)
        inbox.close()
    assert refs == [ONE, TWO]
    assert fetched == [
        Fetched(ONE, 7, datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), b"one one"),
        Fetched(TWO, 7, datetime(2026, 3, 29, 1, 0, 0, tzinfo=UTC), b"two two"),
    ]
    assert server.commands == [
        "SEARCH ALL",
        "FETCH 11,12 (RFC822.SIZE INTERNALDATE)",
        "FETCH 11,12 (BODY.PEEK[])",
        'MOVE 11,12 "Processed"',
        "LOGOUT",
    ]


@pytest.mark.parametrize(
    ("capabilities", "commands"),
    [
        ("MOVE UIDPLUS", ['MOVE 11 "Refused"']),
        ("UIDPLUS", ['COPY 11 "Refused"', r"STORE 11 +FLAGS.SILENT (\Deleted)", "EXPUNGE 11"]),
        ("", ['COPY 11 "Refused"', r"STORE 11 +FLAGS.SILENT (\Deleted)", "EXPUNGE"]),
        ("MOVE NAMESPACE", ['MOVE 11 "INBOX.Refused"']),
    ],
)
def test_filing_with_what_the_server_offers(capabilities: str, commands: list[str]) -> None:
    with ImapScript(capabilities=capabilities) as server:
        inbox = mailbox(server)
        inbox.pending()
        server.commands.clear()
        inbox.file([ONE], Folder.REFUSED)
        inbox.close()
    assert server.commands == [*commands, "LOGOUT"]


def test_missing_folders_are_created_and_subscribed_once() -> None:
    script: dict[str, list[Play]] = {"LIST": [f'* LIST () "/" "Processed"\r\n{OK}', OK, OK]}
    with ImapScript(script) as server:
        inbox = mailbox(server, folders={**{f: f.value for f in Folder}, Folder.ATTENTION: 'Größe "1"'})
        inbox.pending()
        inbox.close()
    assert server.commands == [
        'CREATE "Refused"',
        'SUBSCRIBE "Refused"',
        r'CREATE "Gr&APYA3w-e \"1\""',
        r'SUBSCRIBE "Gr&APYA3w-e \"1\""',
        "SEARCH ALL",
        "LOGOUT",
    ]


def test_F1_a_new_uidvalidity_makes_old_references_invalid() -> None:
    anew = f"* 2 EXISTS\r\n* OK [UIDVALIDITY 6] ok\r\n{OK}"
    with ImapScript({"SELECT": [f"* OK [UIDVALIDITY 5] ok\r\n{OK}"] * 2 + [anew] * 3}) as server:
        inbox = mailbox(server)
        old = inbox.pending()
        assert inbox.pending() == [Ref(6, 11), Ref(6, 12)]
        server.commands.clear()
        assert list(inbox.fetch(old)) == []
        inbox.file(old, Folder.PROCESSED)
        inbox.close()
    assert server.commands == ["LOGOUT"]


@pytest.mark.parametrize(
    "script",
    [
        {"SIZES": [("* 1 FETCH (UID 11 RFC8", Fault.DROP)]},
        {"BODIES": [("* 1 FETCH (UID 11 BODY[] {7}\r\none", Fault.DROP)]},
        {"BODIES": [Fault.DROP]},
        {"BODIES": [Fault.STALL]},
        {"BODIES": [("* BYE shutting down\r\n", Fault.DROP)]},
        {"BODIES": ["TAG NO [SERVERBUG] cannot\r\n"]},
        {"BODIES": ["TAG BAD what?\r\n"]},
        {"BODIES": ["* gibberish (\r\n"]},
        {"BODIES": ["* 1 FETCH (UID 11 BODY[] {7}\r\none one\r\n" + OK]},
        {"SIZES": [SIZES.replace("29-Mar-2026 02:59:59 +0200", "today") + OK]},
    ],
    ids=str,
)
def test_F2_F3_a_broken_fetch_is_temporary_and_can_be_repeated(script: dict[str, list[Play]]) -> None:
    with ImapScript(script) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        with pytest.raises(Temporary):
            list(inbox.fetch(refs))
        assert [message.raw for message in inbox.fetch(inbox.pending())] == [b"one one", b"two two"]
        assert server.connections == 2
        inbox.close()


@pytest.mark.parametrize("step", ["CONNECT", "CAPABILITY", "AUTHENTICATE", "LIST", "SELECT", "SEARCH"])
@pytest.mark.parametrize("fault", [Fault.DROP, Fault.STALL], ids=str)
def test_F3_a_connection_broken_at_any_step_is_temporary(step: str, fault: Fault) -> None:
    with ImapScript({step: [fault]}) as server:
        inbox = mailbox(server)
        with pytest.raises(Temporary):
            inbox.pending()
        assert inbox.pending() == [ONE, TWO]
        inbox.close()


@pytest.mark.parametrize(
    "answers",
    [
        {"IDLE": [Fault.DROP]},
        {"DONE": [Fault.DROP]},
        {"IDLE": ["TAG BAD no\r\n"]},
        {"IDLE": [("+ idling\r\n", Fault.DROP)]},
    ],
    ids=str,
)
def test_F3_a_broken_idle_is_temporary(answers: dict[str, list[Play]]) -> None:
    with ImapScript(answers) as server:
        inbox = mailbox(server)
        inbox.pending()
        with pytest.raises(Temporary):
            inbox.wait(0.1)
        inbox.wait(0.05)
        inbox.close()


def test_F3_a_server_without_idle_is_polled() -> None:
    with ImapScript(capabilities="MOVE") as server:
        inbox = mailbox(server)
        inbox.pending()
        inbox.wait(0.05)
        inbox.close()
    assert server.commands == ["SEARCH ALL", "LOGOUT"]


def test_mail_that_came_before_idle_ends_the_wait_at_once() -> None:
    with ImapScript({"SEARCH": [f"* SEARCH 11\r\n{OK}", f"* SEARCH 12\r\n{OK}"]}) as server:
        inbox = mailbox(server)
        inbox.pending()
        inbox.wait(TIMEOUT)
        inbox.close()
    assert server.commands == ["SEARCH ALL", "SEARCH 12:*", "LOGOUT"]


def test_F5_flags_are_neither_read_nor_set() -> None:
    user = SandboxUser("office@office.example", "Office", "pw")
    with Sandbox(None, [user]) as sandbox:
        sandbox.receive("anna@example.org", b"Subject: x\r\n\r\nx\r\n", [user.address])
        inbox = ImapMailbox(imap_settings(sandbox.host, sandbox.imap_port, "none", user.address, user.password))
        client = inbox._open()  # the same connection sees its own flags
        for flags in ([], [rb"\Seen"]):
            client.add_flags(client.search(), flags)
            (message,) = inbox.fetch(inbox.pending())
            assert message.raw is not None
            (flagged,) = client.get_flags(client.search()).values()
            assert [flag for flag in flagged if flag != rb"\Recent"] == flags
        inbox.close()


def test_F6_over_quota_is_reported_and_the_mailbox_goes_on() -> None:
    with ImapScript({"MOVE": ["TAG NO [OVERQUOTA] the quota is full\r\n"]}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        with pytest.raises(Temporary, match="OVERQUOTA"):
            inbox.file(refs, Folder.PROCESSED)
        assert len(list(inbox.fetch(inbox.pending()))) == 2
        inbox.close()


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        ("* 1 FETCH (UID 11 BODY[] {4294967296}\r\n" + "x" * 3000, "a literal of 4294967296 octets"),
        ("* 1 FETCH (UID 11 BODY[] " + "x" * 1_000_002 + "\r\n", "more than 1000000 bytes"),
    ],
    ids=["literal", "line"],
)
def test_F7_an_endless_response_ends_the_connection(bodies: str, words: str) -> None:
    with ImapScript({"BODIES": [bodies]}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        with pytest.raises(Temporary, match=words):
            list(inbox.fetch(refs))
        assert len(list(inbox.fetch(inbox.pending()))) == 2
        assert server.connections == 2
        inbox.close()


def test_F7_a_large_message_is_not_fetched() -> None:
    with ImapScript({"SIZES": [SIZES.replace("SIZE 7", "SIZE 1001", 1) + OK]}) as server:
        inbox = mailbox(server)
        fetched = list(inbox.fetch(inbox.pending()))
        inbox.close()
    assert [message.raw for message in fetched] == [None, b"two two"]
    assert [command for command in server.commands if "BODY" in command] == ["FETCH 12 (BODY.PEEK[])"]


def test_bodies_are_fetched_a_few_at_a_time_to_limit_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.adapters.imap._BATCH_BYTES", 10)
    with ImapScript({"BODIES": [BODIES + OK, BODIES + OK]}) as server:
        inbox = mailbox(server)
        first = next(inbox.fetch(inbox.pending()))
        asked = [command for command in server.commands if "BODY" in command]
        inbox.close()
    assert first.raw == b"one one"
    assert asked == ["FETCH 11 (BODY.PEEK[])"]


@pytest.mark.parametrize("name", ['a\r\nA1 DELETE "INBOX"', "a\0b", ""])
def test_F8_a_name_that_no_command_can_carry_is_refused_with_its_key(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        imap_settings(
            "localhost", 143, "none", name, "pw", folders={**dict.fromkeys(Folder, "x"), Folder.REFUSED: name}
        )
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["imap.user", "imap.folders.refused"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("TAG NO [AUTHENTICATIONFAILED] wrong\r\n", Permanent),
        ("TAG NO [UNAVAILABLE] later\r\n", ServerBusy),
        ("TAG NO [INUSE] the mailbox is locked\r\n", ServerBusy),
        ("TAG NO [ALERT] Too many simultaneous connections.\r\n", ServerBusy),
        ("TAG NO Temporary authentication failure.\r\n", ServerBusy),
        (Fault.DROP, Temporary),
    ],
    ids=str,
)
@pytest.mark.parametrize("capabilities", ["AUTH=PLAIN", ""])
def test_F11_a_refused_login_is_permanent_unless_the_server_is_unavailable(
    answer: Play, kind: type[MailerError], capabilities: str
) -> None:
    with ImapScript({"AUTHENTICATE": [("+ \r\n", answer)], "LOGIN": [answer]}, capabilities) as server:
        with pytest.raises(kind) as caught:
            mailbox(server).pending()
        assert server.connections == 1
    assert "s3cret" not in str(caught.value)


def test_F11_starttls_stripped_stops_before_the_login() -> None:
    with ImapScript() as server:
        settings = imap_settings("127.0.0.1", server.port, "starttls", "office", "s3cret", timeout=TIMEOUT)
        with pytest.raises(Permanent, match="STARTTLS"):
            ImapMailbox(settings).pending()
    assert server.commands == []


def test_a_server_without_tls_on_this_port_is_permanent() -> None:
    with ImapScript() as server, pytest.raises(Permanent, match="no secure connection"):
        ImapMailbox(imap_settings("127.0.0.1", server.port, "tls", "office", "s3cret", timeout=TIMEOUT)).pending()


def test_an_unreachable_server_is_temporary() -> None:
    with ImapScript() as server:
        pass
    with pytest.raises(Temporary, match=r"127\.0\.0\.1"):
        mailbox(server).pending()


def test_plain_text_is_allowed_on_this_machine_only() -> None:
    with pytest.raises(Permanent, match="plain text"):
        ImapMailbox(imap_settings("mail.example.org", 143, "none", "office", "s3cret"))


def test_D6_a_password_is_neither_shown_nor_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ImapScript(capabilities="") as server:
        inbox = mailbox(server)
        inbox.pending()
        inbox.close()
    assert "s3cret" not in repr(inbox._settings)
    assert "s3cret" not in caplog.text


def test_describe_looks_and_changes_nothing() -> None:
    with ImapScript({"LIST": [f'* LIST () "/" "INBOX"\r\n{OK}', OK, f'* LIST () "/" "Refused"\r\n{OK}', OK]}) as server:
        found = mailbox(server).describe()
    assert found.capabilities == ("AUTH=PLAIN", "IDLE", "IMAP4REV1", "MOVE", "UIDPLUS")
    assert found.found == ("INBOX", "Refused")
    assert found.missing == ("Processed", "Attention")
    assert server.commands == ["LOGOUT"]
