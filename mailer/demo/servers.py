"""The servers of the demo: the sandbox, and the commands and the daemon as separate processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

from mailer.adapters.clock import AheadClock
from mailer.adapters.sandbox import Sandbox, SandboxUser
from mailer.demo import office
from mailer.demo.checks import CheckFailed
from mailer.demo.mails import parsed

TIMEOUT = 30.0
"""Seconds within which an expected mail must arrive, or the daemon must end."""

POLL_INTERVAL = 0.1
"""Seconds between two checks of a mailbox."""

COMMAND_TIMEOUT = 120.0
"""Seconds that a command may take."""

_MAILER = (sys.executable, "-P", "-m", "cli")
"""This installation, even if the working directory contains another ``cli``."""


class DemoServers:
    """The mail server, the office in ``folder/office``, and its daemon."""

    def __init__(self, folder: Path, sandbox: Sandbox, clock: AheadClock) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.clock = clock
        """The clock of the office, its mail server and its people."""
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def office(self) -> Path:
        return self.folder / "office"

    @property
    def _variables(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("MAILER_", "FORCE_COLOR"))}
        return {**own, "PYTHONIOENCODING": "utf-8", **office.environment(self.sandbox, self.clock)}

    def mailer(self, arguments: Sequence[str], exit_code: int = 0) -> str:
        """Run a command in the office's folder; returns its output. Raises CheckFailed for another exit code."""
        line = f"mailer {' '.join(arguments)}"
        try:
            done = subprocess.run(
                [*_MAILER, *arguments],
                cwd=self.office,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=COMMAND_TIMEOUT,
                check=False,
                encoding="utf-8",
            )
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"“{line}” ends", f"it ran for {COMMAND_TIMEOUT:.0f} seconds") from None
        if done.returncode != exit_code:
            raise CheckFailed(f"“{line}” ends with {exit_code}", f"it ended with {done.returncode}:\n{done.stdout}")
        return done.stdout.strip()

    def start_daemon(self) -> None:
        with self._log.open("wb") as log:
            self._daemon = subprocess.Popen(
                [*_MAILER, "run"], cwd=self.office, env=self._variables, stdin=subprocess.DEVNULL, stderr=log
            )

    def stop_daemon(self) -> int:
        """Stop the daemon with SIGTERM; returns its exit code. Raises CheckFailed if it does not end."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return 0
        daemon.terminate()
        try:
            return daemon.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
            raise CheckFailed(
                "The daemon ends when it is asked to", f"it still ran {TIMEOUT:.0f} seconds later"
            ) from None

    @property
    def _log(self) -> Path:
        return self.office / "daemon.log"

    def inbox(self, person: SandboxUser, folder: str = "INBOX") -> list[EmailMessage]:
        """The mails in a mailbox, read over IMAP, oldest first."""
        return [parsed(raw) for raw in self.sandbox.messages(person, folder)]

    def await_mail(self, person: SandboxUser, wanted: Callable[[EmailMessage], bool], expectation: str) -> EmailMessage:
        """The first mail in an inbox that is ``wanted``. Raises CheckFailed if none arrives in time."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            mails = self.inbox(person)
            if found := next(filter(wanted, mails), None):
                return found
            if time.monotonic() > deadline:
                raise CheckFailed(expectation, f"after {TIMEOUT:.0f} seconds there is {_contents(mails)}")
            if self._daemon and self._daemon.poll() is not None:
                raise CheckFailed(expectation, f"the daemon has ended:\n{self._log.read_text('utf-8')[-1000:]}")
            time.sleep(POLL_INTERVAL)


def _contents(mails: Sequence[EmailMessage]) -> str:
    return "; ".join(f"“{mail['Subject']}”" for mail in mails) or "nothing in the mailbox"


@contextmanager
def start_servers(folder: Path, people: Iterable[SandboxUser]) -> Iterator[DemoServers]:
    """Servers on free ports, mailboxes, and an office in ``folder``. All processes end with the context."""
    office.prepare(folder)
    office.create_office(folder / "office")
    clock = AheadClock(folder.absolute() / "clock")
    with Sandbox(folder / "office", tuple(people), clock=clock) as sandbox:
        servers = DemoServers(folder.absolute(), sandbox, clock)
        try:
            yield servers
        finally:
            servers.stop_daemon()
