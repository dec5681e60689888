"""The forgetful disk loses what was not synced, and nothing else."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests.secretary import ROOT
from tests.torture import disk

PROGRAM = """
import os, sqlite3, sys
from pathlib import Path
from tests.torture import disk
folder, synchronous = Path(sys.argv[1]), sys.argv[2]
disk.record(folder / "journal")
store = sqlite3.connect(folder / "mailer.db", isolation_level=None)
store.execute(f"PRAGMA synchronous={synchronous}")
for number in range(50):
    store.execute("INSERT INTO committed VALUES (?)", (number,))
store.execute("BEGIN")
store.execute("INSERT INTO committed VALUES (50)")
os._exit(0)
"""


def left(folder: Path, synchronous: str, seed: int) -> list[int]:
    """The rows after a power cut."""
    with closing(sqlite3.connect(folder / "mailer.db")) as store:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("CREATE TABLE committed (number)")
    before = disk.contents(folder)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", PROGRAM, str(folder), synchronous], cwd=folder, env=environ, check=True)
    assert {path.name for path in folder.iterdir()} == {"mailer.db", "mailer.db-wal", "mailer.db-shm", "journal"}
    disk.cut(folder, before, folder / "journal", Random(seed))
    with closing(sqlite3.connect(folder / "mailer.db")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [number for (number,) in store.execute("SELECT number FROM committed")]


@pytest.mark.parametrize("seed", range(6))
def test_E2_every_synced_commit_survives(tmp_path: Path, seed: int) -> None:
    assert left(tmp_path, "FULL", seed) == list(range(50))


def test_unsynced_commits_are_lost_from_the_end(tmp_path: Path) -> None:
    kept = []
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found = left(folder, "NORMAL", seed)
        assert found == list(range(len(found)))
        kept.append(len(found))
    assert min(kept) < 50 and len(set(kept)) > 1, kept
