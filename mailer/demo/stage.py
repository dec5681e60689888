"""Where it plays: the sandbox, the commands and the daemon as processes of their own, and what is in the mailboxes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.demo import office
from mailer.demo.cast import ROLES
from mailer.demo.checks import Unmet
from mailer.demo.letters import parsed

PATIENCE = 30.0
"""Seconds within which a mail must have its effect."""

LOOK_EVERY = 0.1
"""Seconds between two looks into a mailbox."""

COMMAND_LIMIT = 120.0
"""Seconds that a command may take."""

_MAILER = (sys.executable, "-P", "-m", "cli")
"""This very installation, whatever lies in the folder where it runs."""


class Stage:
    """The servers, the office in ``folder/office``, and its daemon."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def office(self) -> Path:
        return self.folder / "office"

    @property
    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("MAILER_", "FORCE_COLOR"))}
        return {**own, "PYTHONIOENCODING": "utf-8", **office.environment(self.sandbox)}

    def mailer(self, arguments: Sequence[str], ends: int = 0) -> str:
        """Run a command in the office's folder; what it printed. Raises Unmet where it ends otherwise."""
        line = f"mailer {' '.join(arguments)}"
        try:
            done = subprocess.run(
                [*_MAILER, *arguments],
                cwd=self.office,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=COMMAND_LIMIT,
                check=False,
                encoding="utf-8",
            )
        except subprocess.TimeoutExpired:
            raise Unmet(f"“{line}” ends", f"it ran for {COMMAND_LIMIT:.0f} seconds") from None
        if done.returncode != ends:
            raise Unmet(f"“{line}” ends with {ends}", f"it ended with {done.returncode}:\n{done.stdout}")
        return done.stdout.strip()

    def start_daemon(self) -> None:
        with self._log.open("wb") as log:
            self._daemon = subprocess.Popen(
                [*_MAILER, "run"], cwd=self.office, env=self._environment, stdin=subprocess.DEVNULL, stderr=log
            )

    def stop_daemon(self) -> int:
        """Ask it to end, as a system does that shuts down; its exit code. Raises Unmet where it does not end."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return 0
        daemon.terminate()
        try:
            return daemon.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
            raise Unmet("The daemon ends when it is told", f"it still ran {PATIENCE:.0f} seconds later") from None

    @property
    def _log(self) -> Path:
        return self.office / "daemon.log"

    def inbox(self, person: SandboxUser, folder: str = "INBOX") -> list[EmailMessage]:
        """What is in a mailbox over IMAP, oldest first."""
        return [parsed(raw) for raw in self.sandbox.messages(person, folder)]

    def await_mail(self, person: SandboxUser, wanted: Callable[[EmailMessage], bool], expectation: str) -> EmailMessage:
        """The first such mail in somebody's inbox. Raises Unmet where none comes in time."""
        deadline = time.monotonic() + PATIENCE
        while True:
            mails = self.inbox(person)
            if found := next(filter(wanted, mails), None):
                return found
            if time.monotonic() > deadline:
                raise Unmet(expectation, f"after {PATIENCE:.0f} seconds there is {_contents(mails)}")
            if self._daemon and self._daemon.poll() is not None:
                raise Unmet(expectation, f"the daemon has ended:\n{self._log.read_text('utf-8')[-1000:]}")
            time.sleep(LOOK_EVERY)


def _contents(mails: Sequence[EmailMessage]) -> str:
    return "; ".join(f"“{mail['Subject']}”" for mail in mails) or "nothing in the mailbox"


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Servers on free ports and an office in ``folder``, for as long as the context lasts; no process outlives it."""
    office.prepare(folder)
    office.lay_out(folder / "office")
    with Sandbox(folder / "office", tuple(ROLES)) as sandbox:
        made = Stage(folder.absolute(), sandbox)
        try:
            yield made
        finally:
            made.stop_daemon()
