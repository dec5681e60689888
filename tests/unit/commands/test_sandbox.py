"""``mailer sandbox`` as a person uses it: start it, copy what it prints, stop it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cli
from mailer.adapters.sandbox.clients import MailClients
from mailer.demo.mails import new_mail, parsed
from mailer.demo.people import GUEST, OFFICE, PEOPLE
from mailer.demo.playground import read_users
from mailer.errors import ConfigError
from tests.waiting import TIMEOUT

MAILER = (sys.executable, "-P", "-m", "cli")


@contextmanager
def sandbox(folder: Path, *options: str, end: int = signal.SIGTERM) -> Iterator[tuple[str, MailClients]]:
    """A running sandbox: its output, and mail clients set up from it. It must end cleanly at a signal."""
    command = [*MAILER, "sandbox", "--smtp-port", "0", "--imap-port", "0", *options]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        lines: list[str] = []
        try:
            for line in process.stdout:
                lines.append(line)
                if line.startswith("Ctrl-C"):
                    break
            printed = "".join(lines)
            ports = dict(re.findall(r"\((IMAP|SMTP)\): +127\.0\.0\.1, port (\d+)", printed))
            yield printed, MailClients("127.0.0.1", int(ports["SMTP"]), int(ports["IMAP"]))
        finally:
            process.send_signal(end)
            rest = process.stdout.read()
    assert (process.returncode, rest) == (0, "The sandbox has stopped.\n")


def test_everybody_is_listed_and_can_write_and_read(tmp_path: Path) -> None:
    with sandbox(tmp_path) as (printed, programs):
        rows = [line.split()[:2] for line in printed.splitlines() if "@" in line and line.startswith("  ")]
        assert rows == [[person.address, person.password] for person in PEOPLE]
        assert [line for line in printed.splitlines() if len(line) > 80] == []
        mail = new_mail(GUEST, OFFICE.address, "Hello", "Hello?", datetime.now(UTC))
        programs.submit(GUEST, mail.as_bytes(), [OFFICE.address])
        assert [parsed(raw)["Message-ID"] for raw in programs.messages(OFFICE)] == [mail["Message-ID"]]


def test_an_office_runs_beside_it_as_printed(tmp_path: Path) -> None:
    with sandbox(tmp_path, end=signal.SIGINT) as (printed, programs):
        mail = new_mail(GUEST, OFFICE.address, "Hello", "subscribe", datetime.now(UTC))
        programs.submit(GUEST, mail.as_bytes(), [OFFICE.address])
        typed = [line.strip() for line in printed.splitlines() if line.startswith(("  export ", "  mailer "))]
        assert [line.split()[1] for line in typed if line.startswith("mailer ")] == ["upgrade", "list", "run"]
        script = (
            "set -e; mailer() { " + " ".join(MAILER) + ' "$@" 2>&1; }\n' + "\n".join([*typed[:-1], "mailer run --once"])
        )
        done = subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=TIMEOUT
        )
        assert done.returncode == 0, done.stdout
        assert [str(parsed(raw)["Subject"]) for raw in programs.messages(GUEST)] == ["Please confirm: ISO/SR Update"]


def test_users_of_ones_own(tmp_path: Path) -> None:
    users = ("--user", "ana@reader.example:Ana Lima:pass:word", "--user", "bo@reader.example:Bo:two")
    with sandbox(tmp_path, *users) as (printed, programs):
        assert "export" not in printed
        ana, bo = read_users(users[1::2])
        programs.submit(ana, new_mail(ana, bo.address, "Hi", "Hi", datetime.now(UTC)).as_bytes(), [bo.address])
        assert len(programs.messages(bo)) == 1
    assert 'set imap_pass = "pass:word"\n' in (tmp_path / "sandbox" / "mutt" / "ana.rc").read_text("utf-8")


def test_all_faults_of_users_are_reported_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        read_users(["ana@reader.example:Ana", "bo:Bo:two", "cy@reader.example:Cy:three", ":Dee:four"])
    assert caught.value.problems == (
        "--user ana@reader.example: give all of ADDRESS:NAME:PASSWORD",
        "--user 'bo' is not an address: it needs one @ with something on both sides",
        "--user : give all of ADDRESS:NAME:PASSWORD",
    )


def test_a_port_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = cli.run(["sandbox", "--folder", str(tmp_path), "--smtp-port", str(port), "--imap-port", "0"])
    assert code == os.EX_TEMPFAIL
    assert re.match(rf"mailer: sandbox: cannot listen on 127\.0\.0\.1, ports {port} and \d+: ", capsys.readouterr().err)


def test_a_folder_with_other_files_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert cli.run(["sandbox", "--folder", str(tmp_path), "--smtp-port", "0", "--imap-port", "0"]) == os.EX_NOPERM
    assert "choose another --folder" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
