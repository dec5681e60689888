"""A long list as a file: ``mailer list import``, ``show`` and ``export``, beside a bulk insert of the same rows.

    python benchmarks/list_files.py [ROWS]

``bulk`` is the reference: Python's ``sqlite3`` inserts the rows that the import wrote into the same tables of another
new store, in one transaction, from tuples that are ready.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Failed

ROOT = Path(__file__).parents[1]
TABLES = ("contacts", "memberships", "membership_changes")
"""What an import writes, beside its entries in the audit trail."""

ROWS = 200_000
LIST = "subscriber"
KINDS = ("labour union", "consultancy", "media organisation", "other", "")
COUNTRIES = ("DE", "FR", "Korea", "")
LANGUAGES = ("de", "French", "")
FORMATS = ("pdf", "text", "")


@dataclass(frozen=True, slots=True)
class ListRun:
    """One command as a whole process, or the reference."""

    what: str
    rows: int
    seconds: float
    cpu: float
    """Seconds."""
    peak_bytes: int
    bulk_seconds: float
    """What the bulk insert of the same rows took in the same run."""

    @property
    def ratio(self) -> float:
        return self.seconds / self.bulk_seconds


def measure(folder: Path, rows: int, url: str = "") -> list[ListRun]:
    """All commands, one after the other; with a ``url`` the import on an empty PostgreSQL store, too."""
    with tempfile.TemporaryDirectory(prefix="lists-", dir=folder) as made:
        place = Path(made)
        file = place / "list.csv"
        with file.open("w", encoding="utf-8") as written:
            written.writelines(_lines(rows))
        ours, other = _office(place / "ours"), _office(place / "other")
        steps = {
            "import --dry-run": ("import", LIST, str(file), "--dry-run"),
            "import": ("import", LIST, str(file)),
            "import, nothing new": ("import", LIST, str(file)),
            "show": ("show", LIST),
            "export": ("export", LIST, "-o", str(place / "out.csv")),
        }
        taken = {what: _run(ours, _mailer("list", *arguments)) for what, arguments in steps.items()}
        bulk = _run(other, [sys.executable, __file__, "bulk", str(ours), str(other)])
        inserted, cpu = json.loads(bulk.out)
        if url:
            on_postgres = _office(place / "postgres", {"MAILER_STORE__URL": url})
            environment = {"MAILER_STORE__URL": url}
            taken["import, PostgreSQL"] = _run(on_postgres, _mailer("list", *steps["import"]), environment)
        own = [ListRun(what, rows, one.seconds, one.cpu, one.peak_bytes, inserted) for what, one in taken.items()]
        return [ListRun("sqlite3, bulk insert", rows, inserted, cpu, bulk.peak_bytes, inserted), *own]


def _lines(rows: int) -> Iterator[str]:
    yield "address,name,organisation,kind,country,language,format\n"
    for number in range(rows):
        cells = (
            f"reader{number}@d{number % 977}.example",
            f"Reader Number {number}",
            f"Organisation {number % 5000}",
            KINDS[number % len(KINDS)],
            COUNTRIES[number % len(COUNTRIES)],
            LANGUAGES[number % len(LANGUAGES)],
            FORMATS[number % len(FORMATS)],
        )
        yield f"{','.join(cells)}\n"


@dataclass(frozen=True, slots=True)
class _Taken:
    out: str
    seconds: float
    cpu: float
    peak_bytes: int


def _office(folder: Path, environment: Mapping[str, str] | None = None) -> Path:
    """A new office with the demo's lists and an empty store."""
    folder.mkdir()
    (folder / "mailer.toml").write_bytes((ROOT / "config" / "demo" / "mailer.toml").read_bytes())
    _run(folder, _mailer("upgrade"), environment)
    return folder


def _mailer(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "cli.py"), *arguments]


def _run(folder: Path, command: Sequence[str], environment: Mapping[str, str] | None = None) -> _Taken:
    """Run a whole process and wait for its end."""
    passwords = {"MAILER_IMAP__PASSWORD": "none", "MAILER_SMTP__PASSWORD": "none"}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **passwords, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            raise Failed(f"{' '.join(command[1:])}: {errors.read()[-2000:]}")
        return _Taken(out.read(100_000), seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _bulk(source: Path, target: Path) -> tuple[float, float]:
    """Insert the rows of one store into the other; seconds and CPU seconds, from ready tuples to the commit."""
    with sqlite3.connect(source / "data" / "mailer.db") as connection:
        rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    connection = sqlite3.connect(target / "data" / "mailer.db", isolation_level=None)
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("INSERT OR IGNORE INTO lists VALUES (?)", (LIST,))
    began, cpu = time.monotonic(), time.process_time()
    connection.execute("BEGIN IMMEDIATE")
    for table, tuples in rows.items():
        places = ", ".join("?" * len(tuples[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", tuples)
    connection.execute("COMMIT")
    return time.monotonic() - began, time.process_time() - cpu


def _show(runs: Sequence[ListRun]) -> None:
    from table import list_runs

    print(list_runs(runs))


if __name__ == "__main__":
    if sys.argv[1:2] == ["bulk"]:
        print(json.dumps(_bulk(Path(sys.argv[2]), Path(sys.argv[3]))))
    else:
        with tempfile.TemporaryDirectory() as made:
            _show(measure(Path(made), int(sys.argv[1]) if sys.argv[1:] else ROWS))
