"""The command that puts the site somewhere: run without a shell, in a process group of its own, for a limited time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from mailer.errors import Permanent
from mailer.message import clean
from mailer.model.site import FOLDER

SAID = 2000
"""Octets at the end of what it printed that are looked at when it fails."""
SHOWN = 400
"""Characters of that which people are told."""


class CommandPublisher:
    """ports.SitePublisher."""

    def __init__(self, command: Sequence[str], folder: Path, seconds: float) -> None:
        """``{folder}`` in an argument stands for the folder."""
        self._command = [part.replace(FOLDER, str(folder)) for part in command]
        self._folder, self._seconds = folder, seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._until = 0.0

    @property
    def is_running(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        """As ports.SitePublisher says."""
        secret = "MAILER_"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(secret)}
        self._output = tempfile.TemporaryFile()  # noqa: SIM115  # it is closed when the command has ended
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=environment,
                start_new_session=True,
            )
        except OSError as fault:
            self._output.close()
            raise Permanent(f"[site] publish: {self._command[0]} cannot be run: {fault.strerror}.") from None
        self._until = time.monotonic() + self._seconds

    def outcome(self) -> str | None:
        """As ports.SitePublisher says."""
        process = self._process
        if process is None:
            return None
        late = time.monotonic() > self._until
        if process.poll() is None and not late:
            return None
        if late and process.returncode is None:
            self._end(process)
            said = f"it was stopped after {self._seconds:.0f} seconds"
        else:
            said = "" if process.returncode == 0 else f"it ended with code {process.returncode}: {self._said()}"
        self._process = None
        if self._output is not None:
            self._output.close()
        return said

    def wait(self) -> str:
        """Wait for the end of the command."""
        while (said := self.outcome()) is None and self.is_running:
            time.sleep(0.05)
        return said or ""

    def _said(self) -> str:
        assert self._output is not None
        self._output.seek(max(self._output.seek(0, os.SEEK_END) - SAID, 0))
        return clean(self._output.read().decode(errors="replace"), SAID)[-SHOWN:] or "it printed nothing"

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
