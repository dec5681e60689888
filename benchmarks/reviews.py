"""How long it takes to start a review, in what memory, and how fast its answers are handled beside ordinary mail.

    python -m benchmarks.reviews [--entries N] [--answers N]

The store is SQLite with ``synchronous=FULL``. Each start runs in a process of its own, with a tenth of the entries and
with all of them, so that the difference shows how memory grows. Answers and ordinary mails are handled in turns by one
process, from a mailbox and to a relay in memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from pathlib import Path

from mailer.handlers import imports
from mailer.message import Address
from mailer.model import list_file
from mailer.model.imports import ImportOptions
from mailer.model.lists import Details
from mailer.reviewing import starting
from tests.flows.environment import CrashPoint, Environment, OfficeProcess

OFFICE = "tg2@iso-sr.example"
LIST = "nmb"
GROUP = 100
"""Mails of one kind that are handled before those of the other kind have their turn."""


def office(folder: Path, entries: int) -> Environment:
    """An office with a list of so many members."""
    environment = Environment(folder)
    environment._on_connect("PRAGMA synchronous = FULL")
    environment.store.close()
    rows = (
        list_file.Row(
            Address.parse(f"reader-{number}@members-{number % 50}.example"),
            Details(name=f"Reader {number}", organisation=f"Union {number}", country=("NO", "KE", "BR")[number % 3]),
        )
        for number in range(entries)
    )
    process = environment.process()
    with environment.store.transaction() as work:
        imports.import_rows(process.office(work, "secretary", "import"), LIST, rows, ImportOptions())
    return environment


def start(process: OfficeProcess) -> float:
    """Start a review of the list; seconds."""
    began = time.monotonic()
    with process.store.transaction() as work:
        starting.start(process.office(work, "secretary", "review start"), LIST)
    return time.monotonic() - began


def peak_mb() -> float:
    """The most memory that this process had so far."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measured_start(entries: int) -> None:
    """Start a review of so many entries, and print its seconds, and the memory that it took above the idle process."""
    with tempfile.TemporaryDirectory() as folder:
        environment = office(Path(folder), entries)
        Path("/proc/self/clear_refs").write_text("5")  # the import is forgotten
        idle = peak_mb()
        seconds = start(environment.process())
        print(f"{entries:,} entries: started in {seconds:.1f} s, {peak_mb() - idle:.0f} MB above the idle process")
        environment.close()


def answers(environment: Environment, asked: Sequence[tuple[str, EmailMessage]]) -> Iterator[None]:
    """Put answers into the inbox, ``GROUP`` at a time: of ten, six say OK, three correct a line, one leaves."""
    for number, (reader, mail) in enumerate(asked):
        part = mail.get_body(("plain",))
        assert part is not None
        text, kind = str(part.get_content()), number % 10
        quoted = "\n".join(f"> {line}" for line in text.splitlines())
        words = "OK\n\n" if kind < 6 else "Leave\n\n" if kind == 9 else ""
        if 6 <= kind < 9:
            quoted = quoted.replace("Organisation: Union", "Organisation: Federation")
        to = str(mail["Reply-To"]).rpartition("<")[2].rstrip(">")
        subject, headers = f"Re: {mail['Subject']}", {"In-Reply-To": str(mail["Message-ID"])}
        environment.write(reader, to, subject, words + quoted, **headers)
        if number % GROUP == GROUP - 1:
            yield


def ordinary(environment: Environment, mails: int) -> Iterator[None]:
    """Put ordinary mails into the inbox, ``GROUP`` at a time: sign-ups, words for a person, changes of details."""
    for number in range(mails):
        reader = f"reader-{number}@members-{number % 50}.example"
        bodies = (
            ("tg2+subscribe@iso-sr.example", "Name: Somebody\nCountry: Kenya\n"),
            (OFFICE, "Dear editors,\n\nthe chapter on labour practices was read with great care.\n"),
            ("tg2+set@iso-sr.example", f"name: Reader {number} of the union\n"),
        )
        to, body = bodies[number % 3]
        environment.write(f"new-{reader}" if number % 3 == 0 else reader, to, "Hello", body)
        if number % GROUP == GROUP - 1:
            yield


def rates(environment: Environment, mails: int) -> tuple[float, float]:
    """Answers and ordinary mails that are handled in a second, in turns."""
    process = OfficeProcess(environment, CrashPoint())
    start(process)
    while len(environment.relay.accepted) < mails:
        process.daemon.once()
    asked = [(to, environment.mails_to(to)[0]) for to in dict.fromkeys(to for to, _ in environment.relay.accepted)]
    spent = {"answers": 0.0, "ordinary": 0.0}
    first, second = answers(environment, asked[:mails]), ordinary(environment, mails)
    groups = -1  # the first of each is not counted: a process has read its words once by then
    while True:
        for name, put in (("answers", first), ("ordinary", second)):
            if next(put, True) is True:
                return groups * GROUP / spent["answers"], groups * GROUP / spent["ordinary"]
            began = time.monotonic()
            process.daemon.receive()
            spent[name] += (time.monotonic() - began) * (groups >= 0)
        groups += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--answers", type=int, default=1_000)
    parser.add_argument("--start", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.start:
        measured_start(chosen.start)
        return
    for entries in (chosen.entries // 10, chosen.entries):
        subprocess.run([sys.executable, "-m", "benchmarks.reviews", "--start", str(entries)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = office(Path(folder), chosen.answers)
        answered, usual = rates(environment, chosen.answers)
        environment.close()
    print(f"answers: {answered:,.0f}/s, ordinary mails: {usual:,.0f}/s, ratio {answered / usual:.2f}")


if __name__ == "__main__":
    main()
