"""The demo command from outside, and its output when a check fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cli
from mailer.adapters.lock import ProcessLock
from mailer.demo import approving, joining, script, sending, servers
from mailer.demo.actions import Demo
from mailer.demo.mails import new_mail
from mailer.demo.narrator import Narrator
from mailer.demo.people import NILS, OFFICE, READERS
from mailer.demo.plays import CIRCLE, PLAYS
from tests.waiting import TIMEOUT, wait_until

MAILER = (sys.executable, "-P", "-m", "cli")

FILES = {
    "amara": 3,  # the request, the receipt, approved
    "bruno": 3,  # the request, “was this you?”, approved
    "chen": 3,
    "dina": 1,  # the issue
    "nils": 1,
    "mateo": 4,  # confirm, welcome, the issue, goodbye
    "ulla": 3,
    "secretary": 4,  # submitted, not counted, approved, sent
    "tg2/Processed": 7,  # two sign-ups, two confirmations, two votes, one goodbye
    "tg2/Refused": 1,  # the forgery
}
"""The number of mails in each folder at the end."""


def played(folder: Path, *arguments: str) -> list[str]:
    """The lines that a play printed, all of whose checks passed."""
    command = [*MAILER, "demo", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=10 * TIMEOUT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert [line for line in lines if len(line) > 80 or not line.isprintable()] == []
    assert [line for line in lines if "✗" in line] == []
    play = PLAYS[arguments[0] if arguments else "circle"]
    assert [line[3:] for line in lines if line[:2].strip().isdigit()] == [
        *(title for title, _ in play.scenes),
        "Where to look",
    ]
    return lines


def files_named(folder: Path, lines: list[str]) -> int:
    """How many files the play names at its end; all of them are there."""
    named = [line.split("  ")[-1].strip() for line in lines if "  demo/" in line and "mailer " not in line]
    assert [name for name in named if not (folder / name).exists()] == []
    return len(named)


def test_the_demo(tmp_path: Path) -> None:
    lines = played(tmp_path)
    out = tmp_path / "demo"
    mails = {str(path.parent.relative_to(out / "mail")) for path in out.glob("mail/**/*.eml")}
    assert {folder: len(list((out / "mail" / folder).glob("*.eml"))) for folder in mails} == FILES
    assert (out / "issue" / "draft-update-1.pdf").read_bytes().startswith(b"%PDF-")
    page = (out / "issue" / "draft-update-1.html").read_text("utf-8")
    pictures = [path.name for path in (out / "issue").glob("*.png")]
    assert [name for name in pictures if f'src="{name}"' not in page] == []
    assert len(pictures) == 2
    assert files_named(tmp_path, lines) == 5


def test_the_networks(tmp_path: Path) -> None:
    assert files_named(tmp_path, played(tmp_path, "networks")) == 13


def test_the_library(tmp_path: Path) -> None:
    lines = played(tmp_path, "library")
    assert files_named(tmp_path, lines) == 8
    assert (tmp_path / "demo" / "member-update" / "member-update-1-booklet.pdf").read_bytes().startswith(b"%PDF-")


def test_a_failed_check_ends_the_demo_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the daemon nothing answers the sign-up."""
    scenes = (("Two sign up", joining.signing_up), ("Never reached", sending.looking))
    monkeypatch.setitem(PLAYS, "circle", replace(CIRCLE, scenes=scenes))
    monkeypatch.setattr(servers, "TIMEOUT", 0.2)
    assert cli.run(["demo", "--out", str(tmp_path / "demo")]) == 1
    output = capsys.readouterr().out
    assert "✗ Not so: Ulla gets a mail with a subject that begins “Please confirm”" in output
    assert "after 0 seconds there is nothing in the mailbox" in output
    assert "Never reached" not in output


def test_a_command_with_another_exit_code_is_a_failed_check(tmp_path: Path) -> None:
    """There is no issue to submit yet."""
    play = replace(CIRCLE, scenes=(("Ask", approving.asking),))
    lines: list[str] = []
    assert not script.run_demo(tmp_path / "demo", Narrator(lines.append, colour=False), "mailer", None, play)
    assert "   ✗ Not so: “mailer issue submit 1” ends with 0" in lines


def test_a_second_copy_is_found(tmp_path: Path) -> None:
    def deliver_twice_to_nils(demo: Demo) -> None:
        for reader in (*READERS, NILS):
            mail = new_mail(OFFICE, reader.address, "ISO/SR Update 1", "The issue", datetime.now(UTC))
            mail["List-Id"] = sending.LIST_ID
            demo.servers.sandbox.receive("relay@elsewhere.example", mail.as_bytes(), [reader.address])

    play = replace(CIRCLE, scenes=(("Deliver", deliver_twice_to_nils), ("Look", sending.looking)))
    lines: list[str] = []
    assert not script.run_demo(tmp_path / "demo", Narrator(lines.append, colour=False), "mailer", None, play)
    assert [line for line in lines if "✗ Not so: One copy each" in line] != []
    assert "'Nils Berg': 2, 'Dina Haddad': 1" in " ".join(lines)
    assert len(list((tmp_path / "demo" / "mail" / "nils").glob("*.eml"))) == 2


def test_keep_keeps_the_servers_running_and_shows_how_to_use_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = replace(CIRCLE, scenes=())
    lines: list[str] = []
    found: list[dict[str, str]] = []

    def wait() -> None:
        """A user runs the printed commands in another shell."""
        script = [line.strip() for line in lines if line.startswith("   export ")]
        script.append(" ".join((*MAILER, "doctor", "--json")))
        found.extend(json.loads(subprocess.run(["sh", "-c", "\n".join(script)], capture_output=True).stdout))

    monkeypatch.chdir(tmp_path)
    assert script.run_demo(Path("demo"), Narrator(lines.append, colour=False), "mailer", wait, play)
    assert {row["what"]: row["state"] for row in found if row["what"] in ("configuration", "mailbox", "relay")} == {
        "configuration": "ok",
        "mailbox": "ok",
        "relay": "ok",
    }
    assert (tmp_path / "demo" / "mutt" / "guest.rc").is_file()
    assert [line for line in lines if line.startswith("   guest@reader.example")] != []


def test_any_other_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert cli.run(["demo", "--out", str(tmp_path)]) == os.EX_NOPERM
    assert capsys.readouterr().err == (
        f"mailer: {tmp_path} is there already and is not an earlier demo: choose another place with --out.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_ctrl_c_stops_the_daemon_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "demo" / "office" / "data" / "mailer.lock"

    def interrupted(demo: Demo) -> None:
        demo.servers.mailer(["upgrade"])
        demo.servers.start_daemon()
        wait_until(lambda: lock.exists() and lock.read_text(), "the daemon has started")
        raise KeyboardInterrupt

    monkeypatch.setitem(PLAYS, "circle", replace(CIRCLE, scenes=(("Stop", interrupted),)))
    assert cli.run(["demo", "--out", str(tmp_path / "demo")]) == 130
    with ProcessLock(lock):
        pass  # nobody holds the lock any more
