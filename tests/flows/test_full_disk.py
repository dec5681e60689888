"""Every command on a disk that is really full: a small one, in a namespace of its own (E15)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.secretary import ROOT, office
from tests.waiting import TIMEOUT

UNSHARE = ("unshare", "--map-root-user", "--mount")

SCRIPT = """
set -e
mount -t tmpfs -o size=1m,mode=700 tmpfs "$1"
cp -a "$2/." "$1"
cd "$1"
dd if=/dev/zero of=fill bs=4k 2>/dev/null || true
shift 2
set +e
for command in "$@"; do
    eval "mailer $command" 2>&1
    echo "exit code $?"
done
rm fill
mailer issue new 7 2>&1
echo "exit code $?"
"""

FULL = "is full: 0 bytes of 1.0 MB are free; make room on it, and try again. Nothing was lost."


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = ("mount", "-t", "tmpfs", "tmpfs", str(folder))
    return subprocess.run([*UNSHARE, *mount], capture_output=True, timeout=TIMEOUT, check=False).returncode == 0


def test_E15_a_disk_that_is_full_at_the_start_is_named_by_every_command(tmp_path: Path) -> None:
    secretary = office(tmp_path / "office")
    disk = tmp_path / "disk"
    disk.mkdir()
    if not can_mount(disk):
        pytest.skip("this machine lets nobody mount a disk")
    commands = ("status", "run --once", "issue new 7", "upgrade", "list export nmb -o out.csv", "dkim new")
    script = f'mailer() {{ "{sys.executable}" "{ROOT / "cli.py"}" "$@"; }}\n{SCRIPT}'
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", script, "sh", str(disk), str(secretary.folder), *commands],
        env=secretary.processes_environ,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    lines = done.stdout.splitlines()
    place = {"issue new 7": f"{disk}/issues/update-7", "dkim new": f"{disk}/dkim/"}
    for command, said, code in zip(commands, lines[::2], lines[1::2], strict=False):
        assert said.startswith(f"mailer: The disk of {place.get(command, f'{disk}/data/mailer.db')}"), command
        assert said.endswith(FULL), command
        assert code == f"exit code {74 if command in place else 75}", command
    assert lines[2 * len(commands)].startswith(f"Made {disk}/issues/update-7: ")
    assert lines[-1] == "exit code 0"
