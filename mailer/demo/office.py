"""The folders of the demo, which never replace anything but an earlier demo."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

from mailer.adapters import data
from mailer.adapters.clock import AheadClock
from mailer.adapters.lock import ProcessLock
from mailer.adapters.sandbox import Sandbox
from mailer.config import CLOCK
from mailer.demo.people import OFFICE
from mailer.errors import Refused

MARKER = ".mailer-demo"
"""The file that marks a folder as a demo."""


def prepare(out: Path) -> None:
    """Make an empty folder. Raises Refused if it contains anything but an earlier demo."""
    if (out / MARKER).is_file():
        _remove(out)
    elif out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise Refused(f"{out} is there already and is not an earlier demo: choose another place with --out.")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).write_text("Made by `mailer demo`, which replaces this folder the next time.\n", "utf-8")


def _remove(demo: Path) -> None:
    """Remove an earlier demo. Raises Refused, naming the process, if its daemon is still running."""
    data_folder = demo / "office" / "data"
    with ProcessLock.of(data_folder) if data_folder.is_dir() else nullcontext():
        shutil.rmtree(demo)


def create_office(folder: Path) -> None:
    """Create the demo's office in ``folder``, unless it has one. Raises Refused if it contains anything else."""
    if (folder / "mailer.toml").is_file():
        return
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(f"{folder} is there already and is not an office (no mailer.toml): choose another --folder.")
    shutil.copytree(data.CONFIG / "demo", folder, dirs_exist_ok=True)


def environment(sandbox: Sandbox, clock: AheadClock | None = None) -> dict[str, str]:
    """The environment variables that tell the office how to reach the servers, and by which clock it lives."""
    return {
        **({CLOCK: str(clock.file)} if clock else {}),
        "MAILER_IMAP__PORT": str(sandbox.imap_port),
        "MAILER_IMAP__PASSWORD": OFFICE.password,
        "MAILER_SMTP__PORT": str(sandbox.smtp_port),
        "MAILER_SMTP__PASSWORD": OFFICE.password,
    }


def short_path(path: Path) -> str:
    """A path to print: relative if it is below the working directory, else absolute."""
    here = Path.cwd()
    full = path.absolute()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
