"""``mailer init``, ``upgrade``, ``doctor``, ``status``, ``audit``, ``explain`` and ``run``."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import sqlite3
import stat
from pathlib import Path

import pytest

from mailer.adapters.health_file import HealthFile
from mailer.adapters.lock import ProcessLock
from mailer.adapters.sandbox import Sandbox
from mailer.commands.terminal import account
from mailer.model.health import Health, Part, PartHealth
from tests.fakes import NOON
from tests.flows.office import OFFICE
from tests.ports import free_port
from tests.relay import Relay
from tests.secretary import Secretary, office

SIGN_UP = b"From: ana@union.example\r\nTo: tg2+subscribe@iso-sr.example\r\nSubject: x\r\n\r\nsubscribe\r\n"


def test_init_makes_an_office_once(tmp_path: Path) -> None:
    secretary = Secretary(tmp_path)
    result = secretary.types("init", "office")
    assert (result.code, result.out.splitlines()[0]) == (0, "Made office/mailer.toml.")
    assert "in office: `mailer upgrade`" in result.out
    before = (tmp_path / "office/mailer.toml").read_bytes()
    again = secretary.types("init", "office")
    assert (again.code, again.err) == (77, "mailer: office/mailer.toml is there already: it was left as it is.\n")
    assert (tmp_path / "office/mailer.toml").read_bytes() == before


def test_upgrade_makes_the_store_and_reports_it(tmp_path: Path) -> None:
    secretary = Secretary(tmp_path)
    assert secretary.types("init").code == 0
    assert "run `mailer upgrade`" in secretary.types("status").err
    assert "would go from nothing to version" in secretary.types("upgrade", "--dry-run").out
    assert secretary.types("status").code == 77
    assert secretary.types("upgrade").out.endswith("mailer.db is made, of version 0001.\n")
    assert "nothing to do" in secretary.types("upgrade").out
    assert secretary.types("status").code == 0


def test_a_store_of_a_newer_version_is_refused(secretary: Secretary) -> None:
    with sqlite3.connect(secretary.folder / "data/mailer.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for command in ("status", "upgrade", "run"):
        result = secretary.types(command)
        assert (result.code, result.out) == (77, "")
        assert "made by a newer mailer" in result.err


def test_a_file_that_is_no_store_is_named(secretary: Secretary) -> None:
    (secretary.folder / "data/mailer.db").write_bytes(b"This is a shopping list and not a database. " * 100)
    for suffix in ("-wal", "-shm"):
        (secretary.folder / f"data/mailer.db{suffix}").unlink(missing_ok=True)
    result = secretary.types("status")
    assert (result.code, result.out) == (69, "")
    assert result.err.startswith(f"mailer: {secretary.folder / 'data/mailer.db'} cannot be read: ")


def test_a_store_that_cannot_be_opened_is_a_temporary_fault(secretary: Secretary) -> None:
    shutil.rmtree(secretary.folder / "data")
    (secretary.folder / "data" / "mailer.db").mkdir(parents=True)
    result = secretary.types("status")
    assert (result.code, result.out) == (75, "")
    assert result.err.startswith("mailer: The store cannot be used now: ")


def doctor(secretary: Secretary) -> dict[str, str]:
    return {finding["what"]: finding["state"] for finding in secretary.types("doctor", "--json").json}


ALL_WELL = dict.fromkeys(
    (
        "configuration",
        "files",
        "store",
        "board",
        "record",
        "addresses",
        "feedback",
        "mailbox",
        "mailbox offers",
        "folders",
        "relay",
        "relay offers",
    ),
    "ok",
) | {"example values": "ok", "addresses": "ok", "signatures": "ok", "fonts": "ok", "daemon": "look", "clock": "ok"}


def test_doctor_checks_everything(secretary: Secretary) -> None:
    secretary.imports("cag", "ana@cag.example")
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox, Relay() as relay:
        secretary.environ |= {
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_SMTP__PORT": str(relay.port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
        }
        result = secretary.types("doctor")
        assert result.code == 0
        assert max(map(len, result.out.splitlines())) <= 80
        assert doctor(secretary) == ALL_WELL

        secretary.environ["MAILER_IMAP__PASSWORD"] = "wrong"
        result = secretary.types("doctor")
        assert result.code == 69
        assert "refused the login of tg2@iso-sr.example" in " ".join(result.out.split())
        assert {what for what, found in doctor(secretary).items() if found == "wrong"} == {"mailbox"}


def test_doctor_calls_no_password_wrong_that_a_busy_relay_did_not_look_at(secretary: Secretary) -> None:
    secretary.environ |= {"MAILER_SMTP__PASSWORD": OFFICE.password}
    with Relay({"AUTH": ["454 4.7.0 Temporary authentication failure"]}) as relay:
        secretary.environ["MAILER_SMTP__PORT"] = str(relay.port)
        (found,) = [one for one in secretary.types("doctor", "--json").json if one["what"] == "relay"]
    assert found["state"] == "look"
    assert found["detail"].endswith(
        "cannot log in tg2@iso-sr.example just now, which says nothing about the password: "
        "454 4.7.0 Temporary authentication failure: try again in some minutes"
    )


def test_doctor_writes_to_itself(secretary: Secretary) -> None:
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox:
        secretary.environ |= {
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_SMTP__PORT": str(sandbox.smtp_port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
            "MAILER_SMTP__PASSWORD": OFFICE.password,
        }
        result = secretary.types("doctor", "--loop", "--json")
        found = {finding["what"]: (finding["state"], finding["detail"]) for finding in result.json}
        assert found["test mail"][0] == found["plus-addresses"][0] == "ok"
        assert found["signature"] == ("ok", "valid, of iso-sr.example, and aligned with iso-sr.example")
        assert found["server's results"] == ("ok", "the server wrote none on this mail: signatures are checked here")
        secretary.environ["MAILER_AUTHENTICATION__AUTHSERV_ID"] = "mx.iso-sr.example"
        result = secretary.types("doctor", "--loop", "--json")
        found = {finding["what"]: (finding["state"], finding["detail"]) for finding in result.json}
        assert (result.code, found["server's results"][0]) == (69, "wrong")  # the sandbox removes no forged field
        assert "remove [authentication] authserv_id" in found["server's results"][1]
        assert [len(sandbox.messages(OFFICE, folder)) for folder in ("INBOX", "Processed")] == [0, 4]


def test_doctor_waits_for_a_mail_that_does_not_come(secretary: Secretary) -> None:
    with Sandbox(secretary.folder, (OFFICE,)) as sandbox, Relay() as relay:
        secretary.environ |= {
            "MAILER_IMAP__PORT": str(sandbox.imap_port),
            "MAILER_SMTP__PORT": str(relay.port),
            "MAILER_IMAP__PASSWORD": OFFICE.password,
            "MAILER_SMTP__PASSWORD": OFFICE.password,
        }
        result = secretary.types("doctor", "--loop", "--within", "5", "--json")
        (found,) = [finding for finding in result.json if finding["what"] == "test mail"]
        assert (result.code, found["state"]) == (69, "wrong")
        assert found["detail"].startswith("sent to tg2@iso-sr.example, and in no folder of the mailbox after ")


def test_doctor_without_servers_and_without_a_store(secretary: Secretary) -> None:
    shutil.rmtree(secretary.folder / "data")
    found = doctor(secretary)
    assert found == {
        "configuration": "ok",
        "example values": "ok",
        "files": "ok",
        "store": "wrong",
        "mailbox": "wrong",
        "relay": "wrong",
        "signatures": "ok",
        "fonts": "ok",
        "daemon": "look",
        "clock": "ok",
    }
    assert " ".join(secretary.types("doctor").out.split()).count("mailer upgrade") == 1


def test_doctor_tries_the_addresses_on_which_the_daemon_listens(secretary: Secretary) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        secretary.environ |= {
            "MAILER_OFFICE__URL": "https://mailer.example",
            "MAILER_WEB__LISTEN": f"127.0.0.1:{taken.getsockname()[1]}",
            "MAILER_METRICS__LISTEN": f"127.0.0.1:{free_port()}",
        }
        assert {what: state for what, state in doctor(secretary).items() if what not in ALL_WELL} == {
            "one-click page": "wrong",
            "metrics": "ok",
        }
        with ProcessLock(secretary.folder / "data/mailer.lock"):  # another process listens there already
            assert doctor(secretary)["one-click page"] == "ok"


def test_doctor_shows_a_broken_configuration_as_rows(secretary: Secretary) -> None:
    secretary.environ |= {"MAILER_BOARD__QUORUM": "some", "MAILER_SMTP__HOTS": "x"}
    result = secretary.types("doctor", "--json")
    assert result.code == 69
    assert [(finding["what"], finding["state"]) for finding in result.json] == [("configuration", "wrong")] * 2


def test_status_says_where_everything_stands(secretary: Secretary) -> None:
    assert "No issue yet: create one with `mailer issue new 1`." in secretary.types("status").out
    secretary.imports("cag", "ana@cag.example", "bo@cag.example", columns={"name": "Member"})
    secretary.writes()
    assert secretary.types("issue", "build", "1").code == 0
    assert "→ update 1 is rendered: submit it to the board" in secretary.types("status").out
    assert secretary.types("issue", "submit", "1").code == 0
    result = secretary.types("status")
    assert "update 1  submitted  0 of 2\n" in result.out
    assert "Still to vote, until " in result.out
    assert "Service mail: 3 queued." in result.out  # two requests, and the notice to the secretary
    assert max(map(len, result.out.splitlines())) <= 80
    secretary.board_approves()
    (issue,) = secretary.types("status", "--json").json["issues"]
    assert (issue["state"], issue["ballot"]["approvals"], issue["ballot"]["missing"]) == ("approved", 2, [])
    assert "send it with `mailer send 1`" in secretary.types("status").out


def test_audit_shows_actor_action_and_command(secretary: Secretary) -> None:
    secretary.imports("nmb", "ana@nmb.example")
    (entry,) = secretary.types("audit", "--json").json
    assert (entry["action"], entry["subject"]) == ("imported", "nmb")
    assert entry["detail"] == {"counts": {"added": 1}, "added": ["ana@nmb.example"]}
    assert entry["actor"]
    assert entry["cause"].startswith("command list import ")
    assert secretary.types("audit").out.splitlines()[1].endswith("  imported  nmb")
    assert secretary.types("audit", "-n", "0").code == 64


def test_explain_writes_one_object_a_line(secretary: Secretary) -> None:
    folder = secretary.folder / "mails"
    folder.mkdir()
    (folder / "a.eml").write_bytes(SIGN_UP)
    (folder / "b.mbox").write_bytes(b"From x Mon Nov 23 07:00:00 2026\n" + SIGN_UP.replace(b"\r\n", b"\n") + b"\n")
    (folder / "c.eml").write_bytes(b"")
    (folder / os.fsdecode(b"d-\xff.eml")).write_bytes(SIGN_UP)
    result = secretary.runs("explain", "--json", "mails")
    assert (result.code, result.err) == (0, "")
    lines = [json.loads(line) for line in result.out.splitlines()]
    fields = ["file", "kind", "intent", "reason", "recipients", "message_id", "own_text", "language", "copy"]
    assert [list(line) for line in lines] == [fields] * 4
    assert [(line["file"], line["kind"], line["intent"]) for line in lines[:3]] == [
        ("mails/a.eml", "command", "subscribe"),
        ("mails/b.mbox:1", "command", "subscribe"),
        ("mails/c.eml", "refused", "refuse"),
    ]
    table = secretary.types("explain", "mails/a.eml").out.splitlines()
    assert table[:2] == ["file         kind     reason", "mails/a.eml  command  asks to subscribe"]


def test_explain_shows_all_that_is_read_in_one_mail(secretary: Secretary) -> None:
    head = b"From: MAILER-DAEMON@x.example\r\nTo: tg2@iso-sr.example\r\nSubject: failure notice\r\n\r\n"
    (secretary.folder / "bounce.eml").write_bytes(
        head + b"<ana@nmb.example>:\r\nSorry, no mailbox here by that name.\r\n"
    )
    shown = secretary.types("explain", "bounce.eml").out.splitlines()
    assert shown[-2:] == ["recipient        permanent  status  why", "ana@nmb.example  yes                user-unknown"]
    (line,) = secretary.runs("explain", "--json", "bounce.eml").out.splitlines()
    assert json.loads(line)["recipients"] == [
        {"address": "ana@nmb.example", "permanent": True, "status": "", "why": "user-unknown"}
    ]
    letter = (
        b"From: ana@nmb.example\r\nTo: tg2@iso-sr.example\r\nSubject: Re\r\n\r\nAPPROVE\r\n\r\nFine.\r\n\r\n> x\r\n"
    )
    (secretary.folder / "letter.eml").write_bytes(letter)
    assert secretary.types("explain", "--as-vote", "letter.eml").out.splitlines()[2:] == [
        "",
        "Its own text:",
        "  APPROVE",
        "",
        "  Fine.",
        "",
        "A person would get the whole mail attached.",
        "",
        "Their copy leaves out of the text, beside the attached mail:",
        "  quoted lines (1)",
        "",
        "As a reply to a ballot: It votes approve, if it proves authentic.",
        "",
        "Its comment:",
        "  Fine.",
    ]
    (line,) = secretary.runs("explain", "--json", "--as-vote", "letter.eml").out.splitlines()
    seen = json.loads(line)
    assert (seen["vote"], seen["comment"], seen["reason"]) == ("approve", "Fine.", "")


def test_explain_names_every_file_that_cannot_be_read(secretary: Secretary) -> None:
    (secretary.folder / "empty").mkdir()
    result = secretary.types("explain", "nope.eml", "empty", "neither.eml")
    assert (result.code, result.out) == (78, "")
    assert [line.split(":")[1].strip() for line in result.err.splitlines()] == ["empty", "nope.eml", "neither.eml"]


def test_no_control_sequence_reaches_the_terminal(secretary: Secretary) -> None:
    (secretary.folder / "red\x9b31m.eml").write_bytes(SIGN_UP)
    table = secretary.types("explain", "red\x9b31m.eml").out
    assert table.splitlines()[1] == "red 31m.eml  command  asks to subscribe"


def test_run_needs_its_servers_and_says_so(secretary: Secretary) -> None:
    del secretary.environ["MAILER_IMAP__PASSWORD"]
    result = secretary.types("run", "--once")
    assert (result.code, "[imap] password" in result.err) == (78, True)


def test_two_offices_are_independent(secretary: Secretary, tmp_path: Path) -> None:
    other = office(tmp_path / "other")
    secretary.imports("nmb", "ana@nmb.example")
    result = secretary.types("-c", str(other.folder / "mailer.toml"), "list", "show", "nmb", "--json")
    assert result.json == []


def test_an_office_moves_to_another_store(secretary: Secretary) -> None:
    secretary.imports("subscriber", "ana@union.example", "bo@union.example")
    before = secretary.types("list", "export", "subscriber").out
    secretary.environ["MAILER_STORE__URL"] = "sqlite:///new/mailer.db"
    tried = secretary.types("upgrade", "--from", "data/mailer.db", "--dry-run")
    assert (tried.code, tried.out.splitlines()[-1]) == (
        0,
        "These rows would be copied from data/mailer.db to new/mailer.db.",
    )
    assert ["contacts", "2"] in [line.split() for line in tried.out.splitlines()]
    assert not (secretary.folder / "new").exists()
    moved = secretary.types("upgrade", "--from", "data/mailer.db")
    assert (moved.code, moved.out.splitlines()[:-1]) == (0, tried.out.splitlines()[:-1])
    assert moved.out.endswith("Archive the old store at data/mailer.db; never send from both.\n")
    assert secretary.types("list", "export", "subscriber").out == before
    for dry in ((), ("--dry-run",)):
        again = secretary.types("upgrade", "--from", "sqlite:///data/mailer.db", *dry)
        assert (again.code, "There is a store at new/mailer.db already" in again.err) == (77, True)


def test_a_missing_store_cannot_be_moved(secretary: Secretary) -> None:
    for where in ("nowhere/mailer.db", "mysql://there"):
        result = secretary.types("upgrade", "--from", where)
        assert (result.code, result.err.startswith("mailer: There is no store at ")) == (77, True)


def test_E13_a_store_that_is_in_use_is_not_moved(secretary: Secretary) -> None:
    secretary.environ["MAILER_STORE__URL"] = "sqlite:///new/mailer.db"
    shutil.copytree(secretary.folder / "data", secretary.folder / "elsewhere")
    for folder in ("data", "elsewhere"):
        with ProcessLock(secretary.folder / folder / "mailer.lock"):
            for where in (f"{folder}/mailer.db", f"sqlite:///{folder}/mailer.db"):
                result = secretary.types("upgrade", "--from", where)
                assert (result.code, "Another mailer is at work here" in result.err) == (77, True)
    assert not (secretary.folder / "new").exists()


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.lstat().st_mode):04o}"


def test_nobody_else_can_read_what_an_office_writes(tmp_path: Path) -> None:
    secretary = Secretary(tmp_path, {"MAILER_IMAP__PASSWORD": "x", "MAILER_SMTP__PASSWORD": "x"})
    assert secretary.runs("init", "office").code == 0
    secretary.folder = tmp_path / "office"
    for command in (("upgrade",), ("issue", "new", "1"), ("list", "export", "readers", "-o", "readers.csv")):
        assert secretary.runs(*command).code == 0
    with secretary.app() as app:
        app.files.protect()
        with app.lock, app.listening(), app.open_store().transaction():
            modes = {mode(path) for path in secretary.folder.rglob("*") if path.is_file() or path.is_fifo()}
            assert (modes, mode(secretary.folder / "data")) == ({"0600"}, "0700")
            assert len(list((secretary.folder / "data").iterdir())) >= 4  # store, its log, lock and pipe


def test_an_office_that_was_open_to_others_is_closed_by_the_next_command(secretary: Secretary) -> None:
    data = secretary.folder / "data"
    data.chmod(0o755)
    (data / "mailer.db").chmod(0o644)
    result = secretary.types("status")
    assert (result.code, result.err) == (0, "")
    assert (mode(data), mode(data / "mailer.db")) == ("0700", "0600")


def findings(secretary: Secretary, what: str) -> list[tuple[str, str]]:
    found = secretary.types("doctor", "--json").json
    return [(one["state"], one["detail"]) for one in found if one["what"] == what]


def test_doctor_names_files_that_are_open_to_others(secretary: Secretary) -> None:
    assert findings(secretary, "files") == [("ok", f"closed to all but {account()}")]
    token = secretary.folder / "token"
    token.write_text("x")
    token.chmod(0o644)
    (secretary.folder / "mailer.toml").chmod(0o666)
    secretary.environ |= {"MAILER_SMTP__TOKEN_FILE": "token", "MAILER_SMTP__USER": "x"}
    del secretary.environ["MAILER_SMTP__PASSWORD"]
    toml = secretary.folder / "mailer.toml"
    assert findings(secretary, "files") == [
        ("wrong", f"others can change {toml}; run: chmod o-w {toml}"),
        ("wrong", f"others can read {token}; run: chmod 600 {token}"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_doctor_says_whether_both_users_can_work(secretary: Secretary, tmp_path: Path) -> None:
    data, toml = secretary.folder / "data", secretary.folder / "mailer.toml"
    for path in (secretary.folder, toml):
        os.chown(path, 65534, 65534)  # nobody writes the issues, and “games” runs the daemon
    for path in (data, *data.iterdir()):
        os.chown(path, pwd.getpwnam("games").pw_uid, -1)
    ((state, detail),) = findings(secretary, "files")[:1]
    assert state == "wrong"
    assert detail.endswith(": name a group that both users are in as [office] group; see docs/running.md")
    secretary.environ["MAILER_OFFICE__GROUP"] = "nogroup"
    secretary.folder.chmod(0o2770)
    details = [detail for _, detail in findings(secretary, "files")]
    assert (mode(data), mode(data / "mailer.db")) == ("2770", "0660")
    assert details[-1].endswith("games is not in the group nogroup; run: usermod -aG nogroup games")


def test_a_group_that_is_not_there_is_a_fault_of_the_configuration(secretary: Secretary) -> None:
    secretary.environ["MAILER_OFFICE__GROUP"] = "nobodys-group"
    result = secretary.types("status")
    assert (result.code, "groupadd nobodys-group" in result.err) == (78, True)
    assert findings(secretary, "configuration")[0][0] == "wrong"


def test_a_store_that_cannot_be_used_hides_nothing_of_the_daemon(secretary: Secretary) -> None:
    died = Health("daemon elsewhere:1", NOON, NOON, parts={Part.MAILBOX: PartHealth(worked_at=NOON)})
    with secretary.app() as app:
        HealthFile(app.settings.office.data / "mailer.health").write(died, urgent=True)
    (secretary.folder / "data/mailer.db").unlink()
    (secretary.folder / "data/mailer.db").mkdir()
    result = secretary.types("status")
    assert (result.code, result.out.splitlines()[-1]) == (75, "It last read the mailbox at 2026-11-23 12:00:00 UTC.")
    found = secretary.types("status", "--json")
    assert (found.code, found.json["store"][:28]) == (75, "The store cannot be used now")
    assert found.json["processes"] == [{**died.as_json(), "at_work": False}]


def test_a_store_without_its_secret_is_named_as_damaged(secretary: Secretary) -> None:
    with sqlite3.connect(secretary.folder / "data/mailer.db") as connection:
        connection.execute("DELETE FROM secrets")
    connection.close()
    result = secretary.types("status")
    assert (result.code, result.out) == (69, "")
    assert "has no secret for tokens: it is damaged." in result.err


def test_E15_status_and_doctor_name_a_full_disk_whose_store_can_still_be_read(
    secretary: Secretary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailer.adapters.disk.shortage", lambda file, certain=False: f"the disk of {file} is full")
    full = f"the disk of {secretary.folder / 'data' / 'mailer.db'} is full"
    assert secretary.types("status").out.splitlines()[-1] == f"→ Nothing can be recorded: {full}."
    assert secretary.types("status", "--json").json["attention"][-1] == f"Nothing can be recorded: {full}."
    found = {row["what"]: (row["state"], row["detail"]) for row in secretary.types("doctor", "--json").json}
    assert found["store"] == ("wrong", full)
