"""A secretary at the command line: an office in a folder, and ``mailer`` typed in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import cli
from mailer.adapters import data
from mailer.app import App
from mailer.handlers import approvals
from mailer.inbound.intents import Verdict, Vote
from mailer.inbound.parse import parse
from mailer.model.approvals import Choice
from mailer.model.issues import Issue
from mailer.tokens import Purpose
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[1]
_folder = TemporaryDirectory(prefix="mailer-new-office-")

ISSUE = """number = 1
title = "After Bangkok"
date = 2026-12-01
"""

ARTICLE = """+++
title = "What was decided"
+++
The working group met for a week, and this is what came of it.
"""


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Keyboard(io.StringIO):
    """A standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Secretary:
    """Works in ``folder``, with settings in ``environ`` as ``MAILER_SMTP__PORT``."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def types(self, *arguments: str, keys: str | None = None) -> Said:
        """Run ``mailer`` in this process; ``keys`` is what is typed on a terminal, None is no terminal."""
        out, err = io.StringIO(), io.StringIO()
        stdin = io.StringIO() if keys is None else Keyboard(keys)
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, self.environ),
            patch.object(sys, "stdin", stdin),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = cli.run(list(arguments))
        return Said(code, out.getvalue(), err.getvalue())

    @contextlib.contextmanager
    def starts(self, *arguments: str, before: str = "") -> Iterator[subprocess.Popen[bytes]]:
        """Run ``mailer`` as a process of its own, which does not outlive the context; what it says goes to a file.

        ``before`` is Python that the process executes first.
        """
        with (
            (self.folder / "said.txt").open("ab") as said,
            subprocess.Popen(
                _mailer(arguments, before),
                cwd=self.folder,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def runs(self, *arguments: str) -> Said:
        """The same, to its end."""
        done = subprocess.run(
            _mailer(arguments),
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    @property
    def _environ(self) -> dict[str, str]:
        return {**os.environ, **self.environ}

    @contextlib.contextmanager
    def app(self) -> Iterator[App]:
        """The office from inside."""
        app = App.load(self.folder / "mailer.toml", self.environ)
        try:
            yield app
        finally:
            app.close()

    def writes(self, number: int = 1, text: str = ARTICLE) -> None:
        """An issue of one article and no picture."""
        folder = self.folder / "issues" / f"update-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "issue.toml").write_text(ISSUE.replace("number = 1", f"number = {number}"), "utf-8")
        (folder / "01-decided.md").write_text(text, "utf-8")

    def imports(self, key: str, *addresses: str, columns: Mapping[str, str] | None = None) -> None:
        """A list through ``mailer list import``."""
        extra = columns or {}
        lines = [",".join(("address", *extra)), *(",".join((address, *extra.values())) for address in addresses)]
        (self.folder / f"{key}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        said = self.types("list", "import", key, f"{key}.csv", "--yes")
        assert said.code == 0, said

    def signs(self, *options: str) -> Said:
        """What ``mailer dkim new`` says, written into the configuration and published."""
        said = self.types("dkim", "new", *options)
        assert (said.code, said.err) == (0, ""), said
        section = said.out.partition("[dkim.keys]")[2].partition("\n\n")[0]
        path = self.folder / "mailer.toml"
        path.write_text(f"{path.read_text()}\n[dkim.keys]{section}\n")
        (self.folder / "dns.json").write_text(json.dumps(_published(said.out)))
        return said

    def board_approves(self, number: int = 1) -> None:
        """Every member votes, past the mailbox."""
        with self.app() as app, app.store.transaction() as work:
            issue = work.issues.issue("update", number)
            assert issue is not None
            ballot = work.approvals.latest_ballot(Issue.KIND, issue.id)
            assert ballot is not None
            office = app.office(work, "test", "test")
            for paper in work.approvals.papers(ballot.id):
                raw = f"From: {paper.address}\r\nMessage-ID: <{paper.id}@client.example>\r\n\r\nAPPROVE\r\n"
                reply = Vote(office.token(Purpose.VOTE, paper.id), Choice.APPROVE, "", "")
                approvals.vote(office, parse(raw.encode(), app.clock.now()), reply, Verdict(True, "in a test"))

    def grants(self, number: int = 1) -> None:
        """Build, submit and approve an issue."""
        for step in ("build", "submit"):
            said = self.types("issue", step, str(number))
            assert said.code == 0, said
        self.board_approves(number)


def _published(zone: str) -> dict[str, str]:
    """The TXT records in the lines of a zone file."""
    return {
        name: "".join(re.findall('"(.*)"', strings))
        for name, strings in re.findall(r"(?m)^(\S+)\. IN TXT \((.*?)^\)$", zone, re.DOTALL)
    }


def _mailer(arguments: Sequence[str], before: str = "") -> list[str]:
    if before:
        return [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); {before}; import cli; cli.main()",
            *arguments,
        ]
    return [sys.executable, str(ROOT / "cli.py"), *arguments]


def office(folder: Path, **environ: str) -> Secretary:
    """A fresh office, configured as the demo's but with no server to talk to and no issue."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(data.CONFIG / "demo" / "mailer.toml", folder)
    settings = {
        "MAILER_IMAP__PASSWORD": "secret",
        "MAILER_SMTP__PASSWORD": "secret",
        "MAILER_SMTP__PORT": "1",
        "MAILER_IMAP__PORT": "1",
        "MAILER_LIMITS__PER_MINUTE": "1000000",
    }
    secretary = Secretary(folder, {**settings, **environ})
    if any(name.startswith("MAILER_STORE__") for name in environ):
        _upgrade(secretary)
    else:
        shutil.copytree(_new_data(), folder / "data")
    return secretary


@cache
def _new_data() -> Path:
    """What ``mailer upgrade`` makes in an office of which nothing else is known."""
    folder = Path(_folder.name)
    shutil.copy(data.CONFIG / "demo" / "mailer.toml", folder)
    _upgrade(Secretary(folder))
    return folder / "data"


def _upgrade(secretary: Secretary) -> None:
    said = secretary.types("upgrade")
    assert said.code == 0, said
