"""The demo's folders: an office to work in, and a place for the demo that takes nothing of anybody's away."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path

from mailer.adapters import data
from mailer.adapters.lock import ProcessLock
from mailer.adapters.sandbox import Sandbox
from mailer.demo.cast import OFFICE
from mailer.errors import Refused

MARKER = ".mailer-demo"
"""The file by which a folder is known to be an earlier demo."""


def prepare(out: Path) -> None:
    """An empty folder for a demo. Raises Refused where there is anything but an earlier demo."""
    if (out / MARKER).is_file():
        _remove(out)
    elif out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise Refused(f"{out} is there already and is not an earlier demo: choose another place with --out.")
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).write_text("Made by `mailer demo`, which replaces this folder the next time.\n", "utf-8")


def _remove(demo: Path) -> None:
    """Remove an earlier demo. Raises Refused, naming the process, where its daemon is still at work."""
    data_folder = demo / "office" / "data"
    with ProcessLock.of(data_folder) if data_folder.is_dir() else nullcontext():
        shutil.rmtree(demo)


def lay_out(folder: Path) -> None:
    """The demo's office in ``folder``, unless an office is there. Raises Refused where there is something else."""
    if (folder / "mailer.toml").is_file():
        return
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise Refused(f"{folder} is there already and is not an office (no mailer.toml): choose another --folder.")
    shutil.copytree(data.CONFIG / "demo", folder, dirs_exist_ok=True)


def environment(sandbox: Sandbox) -> dict[str, str]:
    """What the demo's office has to be told about the servers."""
    return {
        "MAILER_IMAP__PORT": str(sandbox.imap_port),
        "MAILER_IMAP__PASSWORD": OFFICE.password,
        "MAILER_SMTP__PORT": str(sandbox.smtp_port),
        "MAILER_SMTP__PASSWORD": OFFICE.password,
    }


def shown(path: Path) -> str:
    """A path as one would type it here: relative where it is below, otherwise in full."""
    here = Path.cwd()
    full = path.absolute()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
