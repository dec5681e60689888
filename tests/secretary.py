"""A secretary at the command line: runs ``mailer`` in an office's folder."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import cli
from mailer.adapters import data
from mailer.app import App
from mailer.handlers import votes
from mailer.inbound.intents import Verdict, Vote
from mailer.inbound.parse import parse
from mailer.model.approvals import Choice
from mailer.model.issues import Issue
from mailer.tokens import Purpose
from tests import fork_server
from tests.waiting import TIMEOUT

ROOT = fork_server.ROOT
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
class CommandResult:
    """The exit code and the output of a command."""

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
    """Works in ``folder``; ``environ`` has settings such as ``MAILER_SMTP__PORT``."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def types(self, *arguments: str, keys: str | None = None) -> CommandResult:
        """Run ``mailer`` in this process; ``keys`` are typed on a terminal, None means no terminal."""
        out, err = io.StringIO(), io.StringIO()
        stdin = io.StringIO() if keys is None else Keyboard(keys)
        with (
            contextlib.chdir(self.folder),
            patch.dict(os.environ, self.environ),
            patch.object(sys, "stdin", stdin),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            umask = os.umask(0o077)
            os.umask(umask)
            try:
                code = cli.run(list(arguments))
            finally:
                os.umask(umask)  # a command limits the modes of what its process makes
        return CommandResult(code, out.getvalue(), err.getvalue())

    @contextlib.contextmanager
    def starts(self, *arguments: str, before: str = "") -> Iterator[fork_server.Forked]:
        """Run ``mailer`` in another process until the context ends; its output goes to ``output.txt``.

        ``before`` is Python code that the process executes first.
        """
        with (
            (self.folder / "output.txt").open("ab") as output,
            fork_server.start(arguments, self.folder, self.processes_environ, output.fileno(), before) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def runs(self, *arguments: str) -> CommandResult:
        """Run ``mailer`` in another process and wait for its end."""
        return CommandResult(*fork_server.run(arguments, self.folder, self.processes_environ, TIMEOUT))

    @property
    def processes_environ(self) -> dict[str, str]:
        return {**os.environ, **self.environ}

    @contextlib.contextmanager
    def app(self) -> Iterator[App]:
        """The office, for direct access to its store and settings."""
        app = App.load(self.folder / "mailer.toml", self.environ)
        try:
            yield app
        finally:
            app.close()

    def writes(self, number: int = 1, text: str = ARTICLE) -> None:
        """Write the source of an issue: one article without pictures."""
        folder = self.folder / "issues" / f"update-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "issue.toml").write_text(ISSUE.replace("number = 1", f"number = {number}"), "utf-8")
        (folder / "01-decided.md").write_text(text, "utf-8")

    def imports(self, key: str, *addresses: str, columns: Mapping[str, str] | None = None) -> None:
        """Import a list with ``mailer list import``."""
        extra = columns or {}
        lines = [",".join(("address", *extra)), *(",".join((address, *extra.values())) for address in addresses)]
        (self.folder / f"{key}.csv").write_text("\n".join(lines) + "\n", "utf-8")
        result = self.types("list", "import", key, f"{key}.csv", "--yes")
        assert result.code == 0, result

    def signs(self, *options: str) -> CommandResult:
        """Run ``mailer dkim new``, write its output into the configuration and publish the records."""
        result = self.types("dkim", "new", *options)
        assert (result.code, result.err) == (0, ""), result
        section = result.out.partition("[dkim.keys]")[2].partition("\n\n")[0]
        path = self.folder / "mailer.toml"
        path.write_text(f"{path.read_text()}\n[dkim.keys]{section}\n")
        (self.folder / "dns.json").write_text(json.dumps(_published(result.out)))
        return result

    def board_approves(self, number: int = 1) -> None:
        """Record the approval of every member, without mail."""
        with self.app() as app, app.store.transaction() as work:
            issue = work.issues.issue("update", number)
            assert issue is not None
            ballot = work.approvals.latest_ballot(Issue.KIND, issue.id)
            assert ballot is not None
            office = app.office(work, "test", "test")
            for paper in work.approvals.papers(ballot.id):
                token = office.token(Purpose.VOTE, paper.id)
                raw = f"From: {paper.address}\r\nTo: {office.rules.to(token)}\r\n\r\nAPPROVE\r\n"
                proven = Verdict(True, "in a test", frozenset({"from", "to"}), (str(token),))
                votes.vote(office, parse(raw.encode(), app.clock.now()), Vote(token, Choice.APPROVE, "", ""), proven)

    def copied(self, folder: Path) -> Secretary:
        """The same office in another folder."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder, environ=dict(self.environ))

    def grants(self, number: int = 1) -> None:
        """Build, submit and approve an issue."""
        for step in ("build", "submit"):
            result = self.types("issue", step, str(number))
            assert result.code == 0, result
        self.board_approves(number)


def _published(zone: str) -> dict[str, str]:
    """The TXT records in the lines of a zone file."""
    return {
        name: "".join(re.findall('"(.*)"', strings))
        for name, strings in re.findall(r"(?m)^(\S+)\. IN TXT \((.*?)^\)$", zone, re.DOTALL)
    }


def office(folder: Path, **environ: str) -> Secretary:
    """A new office, configured as the demo's but without servers and issues."""
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
    """The data folder that ``mailer upgrade`` makes in a new office."""
    folder = Path(_folder.name)
    shutil.copy(data.CONFIG / "demo" / "mailer.toml", folder)
    _upgrade(Secretary(folder))
    return folder / "data"


def _upgrade(secretary: Secretary) -> None:
    result = secretary.types("upgrade")
    assert result.code == 0, result
