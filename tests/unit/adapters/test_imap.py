"""IMAP against a server that follows a script (rows F1-F8, F11)."""

from __future__ import annotations

import contextlib
import logging
import threading
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.imap_answers import AnswerLimits
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.errors import ConfigError, MailerError, Permanent, ServerBusy, Temporary
from mailer.ports import Fetched, Folder, Ref
from mailer.stop import StopFlag
from tests.cost import bounded
from tests.imap_script import BODIES, OK, SIZES, ImapScript, Play
from tests.relay import Drip, Fault
from tests.settings import imap_settings
from tests.waiting import TIMEOUT

INBOX = "office 127.0.0.1 INBOX"
ONE, TWO = Ref(5, 11, INBOX), Ref(5, 12, INBOX)


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
        assert inbox.pending() == [Ref(6, 11, INBOX), Ref(6, 12, INBOX)]
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
        {"BODIES": ["* gibberish (\r\n"]},
        {"BODIES": ["* 1 FETCH (UID 11 BODY[] {7}\r\none one\r\n" + OK]},
    ],
    ids=str,
)
def test_F2_F3_a_broken_fetch_is_repeated_at_once_over_another_connection(script: dict[str, list[Play]]) -> None:
    with ImapScript(script) as server:
        inbox = mailbox(server)
        assert [message.raw for message in inbox.fetch(inbox.pending())] == [b"one one", b"two two"]
        assert server.connections == 2
        inbox.close()


def test_F2_a_fetch_that_the_server_puts_off_is_temporary_and_can_be_repeated() -> None:
    with ImapScript({"BODIES": ["TAG NO [UNAVAILABLE] later\r\n"]}) as server:
        inbox = mailbox(server)
        with pytest.raises(Temporary, match="UNAVAILABLE"):
            list(inbox.fetch(inbox.pending()))
        assert [message.raw for message in inbox.fetch(inbox.pending())] == [b"one one", b"two two"]
        inbox.close()


def test_F3_a_server_that_breaks_every_connection_is_left_alone_for_a_while() -> None:
    uids = range(11, 17)
    sizes = "".join(SIZES.split("\r\n")[0].replace("11", str(uid)) + "\r\n" for uid in uids)
    script: dict[str, list[Play]] = {
        "SEARCH": [f"* SEARCH {' '.join(map(str, uids))}\r\n{OK}"],
        "SIZES": [sizes + OK],
        "BODIES": [Fault.DROP] * 20,
    }
    with ImapScript(script) as server:
        inbox = mailbox(server)
        with pytest.raises(Temporary):
            list(inbox.fetch(inbox.pending()))
        assert server.connections == 5
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
    with ImapScript({"BODIES": [bodies] * 5}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        with pytest.raises(Temporary, match=words):
            list(inbox.fetch(refs))
        assert server.connections == 5
        inbox.close()


def test_F7_a_large_message_is_not_fetched() -> None:
    with ImapScript({"SIZES": [SIZES.replace("SIZE 7", "SIZE 1001", 1) + OK]}) as server:
        inbox = mailbox(server)
        fetched = list(inbox.fetch(inbox.pending()))
        inbox.close()
    assert [message.raw for message in fetched] == [None, b"two two"]
    assert [command for command in server.commands if "BODY" in command] == ["FETCH 12 (BODY.PEEK[])"]


def test_bodies_are_fetched_a_few_at_a_time_to_limit_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.adapters.imap.BATCH_BYTES", 10)
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


def test_F12_a_folder_that_is_there_under_another_name_is_used(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    everything = '* LIST () "/" "INBOX"\r\n* LIST (\\Noselect) "/" "PROCESSED"\r\n* LIST () "/" "processed"\r\n' + OK
    there = f'* LIST () "/" "x"\r\n{OK}'
    script: dict[str, list[Play]] = {
        "LIST": [OK, everything, there, there],
        "CREATE": ["TAG NO [ALREADYEXISTS] Mailbox already exists\r\n"],
    }
    with ImapScript(script) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        inbox.file(refs, Folder.PROCESSED)
        inbox.close()
    assert server.commands == ['CREATE "Processed"', "SEARCH ALL", 'MOVE 11,12 "processed"', "LOGOUT"]
    assert "mail is filed in 'processed', because the server has no folder 'Processed'" in caplog.text


def test_F12_a_folder_outside_the_namespace_that_the_server_announces_is_used() -> None:
    script: dict[str, list[Play]] = {
        "LIST": [OK, f'* LIST () "." "Processed"\r\n{OK}', *[f'* LIST () "." "x"\r\n{OK}'] * 2],
        "CREATE": ["TAG NO [CANNOT] no such namespace\r\n"],
    }
    with ImapScript(script, "MOVE NAMESPACE") as server:
        inbox = mailbox(server)
        inbox.file(inbox.pending(), Folder.PROCESSED)
        inbox.close()
    assert server.commands == ['CREATE "INBOX.Processed"', "SEARCH ALL", 'MOVE 11,12 "Processed"', "LOGOUT"]


def test_F12_mail_is_read_though_no_folder_can_be_made(caplog: pytest.LogCaptureFixture) -> None:
    script: dict[str, list[Play]] = {
        "LIST": [OK] * 6,
        "CREATE": ["TAG NO [NOPERM] not here\r\n"] * 3,
        "MOVE": ["TAG NO [TRYCREATE] no such folder\r\n"] * 3,
    }
    with ImapScript(script) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        assert [message.raw for message in inbox.fetch(refs)] == [b"one one", b"two two"]
        with pytest.raises(Temporary, match="TRYCREATE"):
            inbox.file(refs, Folder.REFUSED)
        inbox.close()
    assert "no folder 'Refused', and the server makes none" in caplog.text


def test_F12_a_subscription_that_is_refused_changes_nothing() -> None:
    script: dict[str, list[Play]] = {"LIST": [OK], "SUBSCRIBE": ["TAG NO never\r\n"]}
    with ImapScript(script) as server:
        inbox = mailbox(server)
        assert inbox.pending() == [ONE, TWO]
        inbox.close()


def test_F12_a_separator_is_the_servers() -> None:
    namespace = f'* NAMESPACE (("INBOX." ".")) NIL NIL\r\n{OK}'
    script: dict[str, list[Play]] = {"LIST": [OK] * 3, "NAMESPACE": [namespace]}
    folders = {folder: f"Office/{folder.value}" for folder in Folder}
    with ImapScript(script, "MOVE NAMESPACE") as server:
        inbox = mailbox(server, folders=folders)
        inbox.file(inbox.pending(), Folder.PROCESSED)
        inbox.close()
    assert [command for command in server.commands if "Processed" in command] == [
        'CREATE "INBOX.Office.Processed"',
        'SUBSCRIBE "INBOX.Office.Processed"',
        'MOVE 11,12 "INBOX.Office.Processed"',
    ]


def test_F12_a_separator_is_asked_for_where_there_is_no_namespace() -> None:
    there = f'* LIST () "." "x"\r\n{OK}'
    script: dict[str, list[Play]] = {"LIST": [f'* LIST (\\Noselect) "." ""\r\n{OK}', there, there, there]}
    with ImapScript(script) as server:
        inbox = mailbox(server, folders={folder: f"Office/{folder.value}" for folder in Folder})
        inbox.file(inbox.pending(), Folder.PROCESSED)
        inbox.close()
    assert server.commands == ["SEARCH ALL", 'MOVE 11,12 "Office.Processed"', "LOGOUT"]


SEVERAL = (
    '* LIST () "/" "INBOX"\r\n* LIST (\\Junk) "/" "Courrier ind&AOk-sirable"\r\n'
    '* LIST (\\Archive) "/" "archive"\r\n* LIST (\\Noselect) "/" "Lost"\r\n' + OK
)
"""A listing with an inbox, junk under a name of its own, and an archive."""


def test_F5_F8_F12_mail_is_read_from_several_folders_and_from_some_without_moving_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    there = f'* LIST () "/" "x"\r\n{OK}'
    select = f"* 2 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n{OK}"
    script: dict[str, list[Play]] = {
        "LIST": [there, there, there, SEVERAL],
        "SEARCH": [f"* SEARCH 12\r\n{OK}", f"* SEARCH 11\r\n{OK}", f"* SEARCH 11 12\r\n{OK}"],
        "SELECT": [select] * 9,
        "EXAMINE": [select] * 9,
        "SIZES": [SIZES + OK] * 3,
        "BODIES": [BODIES + OK] * 3,
    }
    with ImapScript(script) as server:
        inbox = mailbox(server, more_inboxes=("\\Junk", "Lost"), read_only=("Archive",))
        refs = inbox.pending()
        assert [(ref.uid, ref.mailbox.split()[-1]) for ref in refs] == [
            (11, "INBOX"),
            (12, "INBOX"),
            (11, "\\Junk"),
            (12, "Archive"),
        ]
        assert [message.ref for message in inbox.fetch(refs)] == refs
        inbox.file(refs, Folder.PROCESSED)
        assert [command for command in server.commands if command.startswith("MOVE")] == [
            'MOVE 11,12 "Processed"',
            'MOVE 11 "Processed"',
        ]
        server._script["SEARCH"].extend([f"* SEARCH 12\r\n{OK}", f"* SEARCH\r\n{OK}", f"* SEARCH\r\n{OK}"])
        assert inbox.pending() == []  # what was handled in the archive is known
        inbox.close()
    assert [command for command in server.commands if "EXAMINE" in command] == ['EXAMINE "archive"'] * 3
    assert [command for command in server.commands if command.startswith("SEARCH SINCE")] != []
    assert "there is no folder 'Lost' to read mail from" in caplog.text


def test_F12_a_folder_that_goes_meanwhile_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    there = f'* LIST () "/" "x"\r\n{OK}'
    select = f"* 2 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n{OK}"
    script: dict[str, list[Play]] = {
        "LIST": [there, there, there, SEVERAL],
        "SELECT": [select, "TAG NO [NONEXISTENT] no such folder\r\n", select],
    }
    with ImapScript(script) as server:
        inbox = mailbox(server, more_inboxes=("\\Junk",))
        assert inbox.pending() == [ONE, TWO]
        inbox.close()
    assert "cannot be read: " in caplog.text


def test_a_batch_is_moved_while_something_else_is_done() -> None:
    with ImapScript() as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        ends = [inbox.begin_filing([ref], Folder.PROCESSED) for ref in refs]
        server.commands.append("something else")
        for end in ends:
            end()
        inbox.close()
    assert sorted(server.commands[1:4]) == ['MOVE 11 "Processed"', 'MOVE 12 "Processed"', "something else"]


@pytest.mark.parametrize(
    ("move", "words", "commands"),
    [
        ("TAG NO [OVERQUOTA] full\r\n", "OVERQUOTA", 1),
        ("TAG NO [SERVERBUG] cannot\r\n", "", 3),
        (Fault.DROP, "closed the connection", 1),
    ],
    ids=str,
)
def test_F6_F3_what_becomes_of_a_batch_is_said_at_the_end(move: Play, words: str, commands: int) -> None:
    with ImapScript({"MOVE": [move]}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        end = inbox.begin_filing(refs, Folder.PROCESSED)
        with pytest.raises(Temporary, match=words) if words else contextlib.nullcontext():
            end()
        assert inbox.pending() == refs
        inbox.close()
    assert sum(command.startswith("MOVE") for command in server.commands) == commands


def test_F3_a_connection_that_is_lost_before_the_end_is_known_says_so() -> None:
    with ImapScript({"MOVE": [Fault.DROP]}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        end = inbox.begin_filing(refs, Folder.PROCESSED)
        with pytest.raises(Temporary):
            inbox.pending()
        with pytest.raises(Temporary, match=r"lost|closed"):
            end()
        assert inbox.pending() == refs
        inbox.close()


REFUSED = "TAG NO [SERVERBUG] cannot\r\n"
SECOND_BODY = "* 2 FETCH (UID 12 BODY[] {7}\r\ntwo two)\r\n"


@pytest.mark.parametrize(
    ("bodies", "problem"),
    [
        ([REFUSED, REFUSED, SECOND_BODY + OK], "[SERVERBUG] cannot"),
        (["TAG BAD what?\r\n", "TAG BAD what?\r\n", SECOND_BODY + OK], "what?"),
        (["* 1 FETCH (UID 11 BODY[] NIL)\r\n" + SECOND_BODY + OK] * 2, "the server's answer holds no BODY.PEEK[]"),
        (["* 1 FETCH (UID 11 FLAGS ())\r\n" + SECOND_BODY + OK] * 2, "the server's answer holds no BODY.PEEK[]"),
    ],
    ids=["refused", "bad", "nil", "missing"],
)
def test_F13_one_message_that_cannot_be_fetched_holds_up_no_other(bodies: list[Play], problem: str) -> None:
    with ImapScript({"BODIES": bodies}) as server:
        inbox = mailbox(server)
        first, second = inbox.fetch(inbox.pending())
        assert (first.ref, first.raw, second.ref, second.raw, second.problem) == (ONE, None, TWO, b"two two", "")
        assert problem in first.problem
        assert server.connections == 1
        inbox.close()


@pytest.mark.parametrize("time", ["NIL", '"today"', '"29-Mar-2026 02:59:59"'])
def test_F13_a_message_without_a_time_of_arrival_is_handed_to_a_person(time: str) -> None:
    sizes = SIZES.replace('"29-Mar-2026 02:59:59 +0200"', time) + OK
    with ImapScript({"SIZES": [sizes, sizes], "BODIES": [SECOND_BODY + OK]}) as server:
        inbox = mailbox(server)
        first, second = inbox.fetch(inbox.pending())
        inbox.close()
    assert (first.raw, first.problem) == (None, "the server's answer holds no INTERNALDATE")
    assert second.raw == b"two two"


@pytest.mark.parametrize("broken", [Fault.DROP, "* 1 FETCH (UID 11 BODY[] {7}\r\none one NIL\r\n" + OK], ids=str)
def test_F13_a_message_that_breaks_the_connection_each_time_is_handed_to_a_person_at_once(broken: Play) -> None:
    both, alone = [broken], [broken] * 3
    with ImapScript({"BODIES": [*both, *alone, SECOND_BODY + OK]}) as server:
        inbox = mailbox(server)
        first, second = inbox.fetch(inbox.pending())
        inbox.close()
    assert (first.raw, first.problem) == (None, "the connection breaks whenever it is asked for")
    assert second.raw == b"two two"


def test_F13_a_message_that_is_listed_but_left_out_of_answers_is_handed_to_a_person() -> None:
    answers: list[Play] = [SECOND_BODY + OK, OK]
    with ImapScript({"BODIES": answers + [SECOND_BODY + OK, OK] * 3}) as server:
        inbox = mailbox(server)
        fetched = [list(inbox.fetch(inbox.pending())) for _ in range(4)]
        inbox.close()
    assert [len(messages) for messages in fetched] == [1, 1, 1, 2]
    assert fetched[-1][0].problem == "the server lists it and leaves it out of its answers"


def test_F13_a_server_that_hands_over_nothing_is_unavailable_rather_than_all_its_messages_broken() -> None:
    uids = range(11, 17)
    sizes = "".join(SIZES.split("\r\n")[0].replace("11", str(uid)) + "\r\n" for uid in uids)
    script: dict[str, list[Play]] = {
        "SEARCH": [f"* SEARCH {' '.join(map(str, uids))}\r\n{OK}"],
        "SIZES": [sizes + OK],
        "BODIES": [REFUSED] * 7,
    }
    with ImapScript(script) as server:
        inbox = mailbox(server)
        with pytest.raises(Temporary, match="SERVERBUG"):
            list(inbox.fetch(inbox.pending()))
        inbox.close()


def test_F13_messages_that_can_be_moved_are_moved_though_one_cannot() -> None:
    with ImapScript({"MOVE": [REFUSED, REFUSED]}) as server:
        inbox = mailbox(server)
        refs = inbox.pending()
        server.commands.clear()
        with pytest.raises(Temporary, match="SERVERBUG"):
            inbox.file(refs, Folder.PROCESSED)
        inbox.close()
    assert server.commands[:3] == ['MOVE 11,12 "Processed"', 'MOVE 11 "Processed"', 'MOVE 12 "Processed"']


def test_F14_a_large_inbox_is_searched_in_ranges() -> None:
    uids = range(3, 2 * 130_000 + 3, 2)
    ranges = (uids[:50_000], uids[50_000:100_000], uids[100_000:])
    script: dict[str, list[Play]] = {
        "SELECT": [f"* 130000 EXISTS\r\n* OK [UIDVALIDITY 5] ok\r\n{OK}"] * 2,
        "SIZES": [f"* 50000 FETCH (UID {uids[49_999]})\r\n* 100000 FETCH (UID {uids[99_999]})\r\n{OK}"],
        "SEARCH": [f"* SEARCH {' '.join(map(str, some))}\r\n{OK}" for some in ranges],
    }
    with ImapScript(script) as server:
        inbox = mailbox(server)
        assert [ref.uid for ref in inbox.pending()] == list(uids)
        inbox.close()
    assert server.commands == [
        "FETCH 50000,100000 (UID)",
        "SEARCH 1:100001",
        "SEARCH 100002:200001",
        "SEARCH 200002:*",
        "LOGOUT",
    ]


@pytest.mark.parametrize(
    "script",
    [
        {"CONNECT": ["* NO go away\r\n"]},
        {"CONNECT": ["\xff\xfe\r\n"]},
        {"AUTHENTICATE": ["+ go ahead then\r\n"]},
        {"AUTHENTICATE": ["+ grün\r\n"]},
        {"CAPABILITY": [f"* CAPABILITY\r\n{OK}"]},
        {"CAPABILITY": [f"* CAPABILITY IMAP4rev1 Größe\r\n{OK}"]},
        {"NAMESPACE": [f"* NAMESPACE NIL\r\n{OK}"]},
        {"NAMESPACE": [f'* NAMESPACE ((("x"\r\n{OK}']},
        {"LIST": [f"* LIST nonsense\r\n{OK}"]},
        {"LIST": [f'* LIST () "/" "&//8"\r\n{OK}']},
        {"SELECT": [OK]},
        {"SELECT": [f"* OK [UIDVALIDITY many] ok\r\n{OK}"]},
        {"SEARCH": [f"* SEARCH eleven\r\n{OK}"]},
        {"SEARCH": [f"* SEARCH 11\r\n* SEARCH 12\r\n{OK}"]},
        {"SEARCH": [f"* SEARCH {'9' * 5_000}\r\n{OK}"]},
        {"SEARCH": ["TAG YES\r\n"]},
        {"SEARCH": ["* SEARCH {-1}\r\n"]},
        {"SEARCH": [f"* SEARCH {{5}}\r\n11 12\r\n{OK}"]},
        {"SIZES": [f"* 1 FETCH ({'(' * 100_000}\r\n{OK}"]},
        {"SIZES": [f"* 1 FETCH (UID ONE)\r\n{OK}"]},
        {"SIZES": [f"* 1 FETCH (UID 11 RFC822.SIZE big INTERNALDATE NIL)\r\n{OK}"] * 2},
        {"BODIES": [f"* 1 FETCH (UID 11 BODY[] (a b))\r\n{OK}"]},
    ],
    ids=lambda script: str(script)[:60],
)
def test_F15_an_odd_answer_is_a_fault_of_the_connection(script: dict[str, list[Play]]) -> None:
    capabilities = "IDLE MOVE UIDPLUS AUTH=PLAIN" + (" NAMESPACE" if "NAMESPACE" in script else "")
    with ImapScript(script, capabilities) as server:
        inbox = mailbox(server, timeout=2.0)
        try:
            list(inbox.fetch(inbox.pending()))
        except (Temporary, Permanent) as fault:
            assert "s3cret" not in str(fault)
        assert [message.raw for message in inbox.fetch(inbox.pending())] == [b"one one", b"two two"]
        inbox.close()


@pytest.mark.parametrize(
    "step", ["CONNECT", "CAPABILITY", "AUTHENTICATE", "LIST", "SELECT", "SEARCH", "SIZES", "BODIES"]
)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["* ", "+ ", "TAG OK ", "TAG NO ", "* BYE ", "\r\n", "{3}\r\n", "(", ")", '"', "NIL", "* 1 FETCH "]
            ),
            st.text(max_size=5),
        ),
        max_size=20,
    )
)
def test_F15_no_answer_ends_the_process(step: str, words: list[str]) -> None:
    answer = "".join(words).encode("utf-8", "replace").decode()
    with ImapScript({step: [(answer, Fault.DROP)]}) as server:
        inbox = mailbox(server, timeout=0.5)
        with contextlib.suppress(Temporary, Permanent):
            list(inbox.fetch(inbox.pending()))
        inbox.close()


@pytest.mark.parametrize(
    ("step", "limit"),
    [
        *((step, 100_000) for step in ("CAPABILITY", "AUTHENTICATE", "SELECT", "SEARCH", "BODIES", "DONE")),
        ("SEARCH", 2_000_000),
    ],
)
@pytest.mark.parametrize("line", ["* 1 EXISTS\r\n", "* 1 FETCH (BODY[] {9}\r\n123456789)\r\n"])
def test_F7_endless_lines_end_the_connection(step: str, limit: int, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of 2,000,000 is the usual one; a smaller one is quicker to reach."""
    if limit != AnswerLimits(0, 0, 0).other_octets:
        smaller = partial(AnswerLimits, other_octets=limit)
        monkeypatch.setattr("mailer.adapters.imap_connection.AnswerLimits", smaller)
    times = 5 if step == "BODIES" else 1  # a fetch that breaks is tried again, and each message alone
    with ImapScript({step: [line * (limit // len(line) * 2)] * times}) as server:
        inbox = mailbox(server)
        with bounded(), pytest.raises(Temporary, match=rf"above the limit of {limit} octets|No literal"):
            list(inbox.fetch(inbox.pending()))
            inbox.wait(0.01)
        inbox.close()


def test_F3_octets_that_come_one_by_one_do_not_keep_an_answer_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.adapters.imap_connection.SECONDS", 0.3)
    with ImapScript({"SEARCH": [Drip(f"* SEARCH 11 12\r\n{'* OK x' * 100}{OK}", 0.02)]}) as server:
        inbox = mailbox(server)
        with pytest.raises(Temporary, match=r"not complete after \d seconds|silent for 0 seconds"):
            inbox.pending()
        assert inbox.pending() == [ONE, TWO]
        inbox.close()


def test_a_large_answer_may_take_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailer.adapters.imap_connection.SECONDS", 0.3)
    slow = tuple(part for _ in range(10) for part in ("x" * 1_000, Drip("x", 0.1)))
    body = ("* 1 FETCH (UID 11 BODY[] {10010}\r\n", *slow, ")\r\n" + SECOND_BODY + OK)
    with ImapScript({"BODIES": [body]}) as server:
        inbox = mailbox(server, max_bytes=20_000)
        first, _ = inbox.fetch(inbox.pending())
        inbox.close()
    assert first.raw == b"x" * 10_010


def test_what_comes_before_starttls_is_not_taken_for_an_answer_under_tls() -> None:
    with ImapScript(
        {
            "CAPABILITY": [f"* CAPABILITY IMAP4rev1 STARTTLS\r\n{OK}"],
            "STARTTLS": [(OK + "* BYE injected\r\n", Fault.DROP)],
        }
    ) as server:
        settings = imap_settings("127.0.0.1", server.port, "starttls", "office", "s3cret", timeout=TIMEOUT)
        with pytest.raises(MailerError) as caught:
            ImapMailbox(settings).pending()
    assert "injected" not in str(caught.value)


def test_E16_an_answer_does_not_hold_up_the_end_of_the_process() -> None:
    stop = StopFlag()
    with ImapScript({"SEARCH": [Drip("* OK still here\r\n" * 100, 0.1)]}) as server:
        settings = imap_settings("127.0.0.1", server.port, "none", "office", "s3cret", timeout=TIMEOUT)
        inbox = ImapMailbox(settings, stop=stop)
        threading.Timer(0.2, stop.ask).start()
        with pytest.raises(Temporary, match=r"not complete after 5 seconds|silent for 0 seconds"):
            inbox.pending()
        inbox.close()


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
    listed: list[Play] = [f'* LIST () "/" "{name}"\r\n{OK}' if name else OK for name in ("INBOX", "", "", "Refused")]
    with ImapScript({"LIST": [*listed, OK, OK]}) as server:
        found = mailbox(server).describe()
    assert found.capabilities == ("AUTH=PLAIN", "IDLE", "IMAP4REV1", "MOVE", "UIDPLUS")
    assert found.found == ("INBOX", "Refused")
    assert found.missing == ("Processed", "Attention")
    assert server.commands == ["LOGOUT"]
