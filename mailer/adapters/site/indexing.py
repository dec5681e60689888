"""The index of the search: made by Pagefind, in a process of its own, over the folder that is to be published."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from mailer.adapters.site.folder import FILE_MODE, FOLDER_MODE
from mailer.errors import Permanent

FOLDER = "pagefind"
SECONDS = 300.0
"""It may take so long."""
_PAUSE = 0.02
_UNUSED = ("pagefind-ui", "pagefind-modular-ui", "pagefind-component-ui", "pagefind-highlight")
"""What its files begin with that our page does not use."""


class Indexing:
    """Makes an index of a folder, beside everything else."""

    def __init__(self) -> None:
        """Raises Permanent if Pagefind is not installed."""
        if find_spec("pagefind") is None or find_spec("pagefind_bin") is None:
            raise Permanent("[site] search needs one more package: pip install 'mailer[site]'.")
        self._process: subprocess.Popen[bytes] | None = None
        self._key = ""
        self._until = 0.0

    def __call__(self, folder: Path, key: str, go_on: Callable[[], bool]) -> tuple[str, ...] | None:
        """The files of the index, or None if it is not ready yet. ``key`` names what the folder has.

        Raises Permanent if it fails or takes too long.
        """
        if self._process is None or self._key != key:
            self.stop()
            shutil.rmtree(folder / FOLDER, ignore_errors=True)
            self._start(folder, key)
        process = self._process
        assert process is not None
        while process.poll() is None:
            if time.monotonic() > self._until:
                self.stop()
                raise Permanent(f"The index of the search was not ready after {SECONDS:.0f} seconds.")
            if not go_on():
                return None
            time.sleep(_PAUSE)
        self._process = None
        if process.returncode:
            raise Permanent(
                f"The index of the search could not be made: Pagefind ended with code {process.returncode}."
            )
        return tuple(_opened(folder))

    def stop(self) -> None:
        """End what was begun."""
        if self._process is not None and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._process = None

    def _start(self, folder: Path, key: str) -> None:
        command = [sys.executable, "-m", "pagefind", "--site", str(folder), "--output-subdir", FOLDER, "--silent"]
        kept = ("PATH", "HOME", "LANG", "TMPDIR")
        environment = {name: value for name, value in os.environ.items() if name in kept}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
        self._key, self._until = key, time.monotonic() + SECONDS


def _opened(folder: Path) -> list[str]:
    """The files that the page uses, which everybody may read; the others are removed."""
    found = []
    for path in sorted((folder / FOLDER).rglob("*")):
        if path.is_dir():
            path.chmod(FOLDER_MODE)
        elif path.name.startswith(_UNUSED):
            path.unlink()
        else:
            path.chmod(FILE_MODE)
            found.append(str(path.relative_to(folder)))
    (folder / FOLDER).chmod(FOLDER_MODE)
    return found
