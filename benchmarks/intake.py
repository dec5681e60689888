"""How fast an office reads its mail, beside a bare fetch and MOVE of the same mails with IMAPClient.

    python benchmarks/intake.py [--mails N] [--pairs N] [--only speed|memory|latency]

Dovecot runs on loopback, from a private configuration; it needs root and the packages of ``make servers``. The office
is a real one on SQLite with ``synchronous=FULL``, and its process does nothing but read: from its login until every
mail is handled and filed. The reference fetches and moves in batches of 100, and does nothing with what it gets.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from imapclient import IMAPClient  # noqa: E402
from intake_mails import Correspondence, mixed, prepare  # noqa: E402

from mailer.adapters.sandbox import SandboxUser  # noqa: E402
from mailer.app import App  # noqa: E402
from tests.servers.debian import DebianServers, missing  # noqa: E402

OFFICE = SandboxUser("tg2@iso-sr.example", "The office", "office-pw")
BATCH = 100
WAITING = 130_000
LARGE, LARGE_OCTETS = 60, 9_900_000
LETTERS = 60


@dataclass(frozen=True, slots=True)
class Taken:
    """One run: the wall clock, the CPU of our process, and its memory at most."""

    mails: int
    seconds: float
    cpu: float
    peak_mb: float
    idle_mb: float = 0
    """Before it began."""

    @property
    def rate(self) -> float:
        return self.mails / self.seconds


# --- in a process of its own ---


def read_all(folder: Path) -> None:
    """Read the office's mailbox, and print what it took. It waits for a line first."""
    app = App.load(folder / "mailer.toml", os.environ)
    app.open_store()
    mailbox = app.mailbox()
    reception = app.reception(mailbox, app.verifier())
    idle = _peak_mb()
    print("ready", flush=True)
    most = int(sys.stdin.readline())
    if most:
        pending = mailbox.pending
        mailbox.pending = lambda: pending()[:most]  # type: ignore[method-assign]
    began, cpu = time.monotonic(), time.process_time()
    reception.receive(app.clock.now())
    mailbox.close()
    seconds, spent = time.monotonic() - began, time.process_time() - cpu
    with app.store.snapshot() as work:
        mails = sum(work.inbound.counts().values())
    print(json.dumps([mails, seconds, spent, _peak_mb(), idle]), flush=True)
    app.close()


def _peak_mb() -> float:
    """The most memory that this program had. ``ru_maxrss`` would begin with that of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


# --- the runs ---


class Bench:
    """Dovecot, and an office that reads from it."""

    def __init__(self, servers: DebianServers, folder: Path) -> None:
        self._servers = servers
        self._folder = folder
        self._offices = 0

    def office(self, mails: int) -> Correspondence:
        self._offices += 1
        return prepare(
            self._folder / f"office-{self._offices}",
            mails,
            MAILER_IMAP__HOST=self._servers.host,
            MAILER_IMAP__PORT=str(self._servers.imap_port),
            MAILER_IMAP__USER=OFFICE.address,
            MAILER_IMAP__PASSWORD=OFFICE.password,
            MAILER_LOG__LEVEL="warning",
        )

    def fill(self, raws: Iterable[bytes]) -> int:
        """Put mails into the inbox, as a delivery would leave them."""
        root = self._servers.mail_folder(OFFICE)
        shutil.rmtree(root, ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (root / name).mkdir(parents=True)
        number = 0
        for number, raw in enumerate(raws, 1):
            (root / "new" / f"{1_700_000_000 + number}.M{number}.bench,S={len(raw)},W={len(raw)}").write_bytes(raw)
        user = pwd.getpwnam("mail")
        for path in (root, *root.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)
        with self._client() as client:  # the server has its indexes before anybody is timed
            found = client.select_folder("INBOX")[b"EXISTS"]
        assert found == number, (found, number)
        return number

    def bare(self) -> Taken:
        """A fetch and MOVE of everything in batches."""
        began, cpu = time.monotonic(), time.process_time()
        with self._client() as client:
            client.create_folder("Processed")
            client.select_folder("INBOX")
            uids = client.search("ALL")
            for start in range(0, len(uids), BATCH):
                some = uids[start : start + BATCH]
                assert len(client.fetch(some, ["BODY.PEEK[]"])) == len(some)
                client.move(some, "Processed")
        return Taken(len(uids), time.monotonic() - began, time.process_time() - cpu, 0)

    def ours(self, office: Correspondence, most: int = 0) -> Taken:
        """``most``: how many mails are read, of those that wait; 0 is all."""
        command = [sys.executable, __file__, "--read", str(office.secretary.folder)]
        environ = {**os.environ, **office.secretary.environ}
        with subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin and process.stdout
            assert process.stdout.readline() == "ready\n"
            process.stdin.write(f"{most}\n")
            process.stdin.flush()
            taken = Taken(*json.loads(process.stdout.readline()))
        with self._client() as client:
            left = client.select_folder("INBOX")[b"EXISTS"]
            assert most or not left, f"{left} mails are not filed"
        return taken

    def _client(self) -> IMAPClient:
        client = IMAPClient(self._servers.host, self._servers.imap_port, ssl=False)
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(OFFICE.address, OFFICE.password)
        return client


def speed(bench: Bench, mails: int, pairs: int) -> None:
    """Print the ratio of the rates, in pairs of runs."""
    ratios = []
    for _ in range(pairs):
        office = bench.office(mails)
        raws = list(mixed(office, mails))
        bench.fill(raws)
        bare = bench.bare()
        bench.fill(raws)
        ours = bench.ours(office)
        assert ours.mails == bare.mails == mails, (ours, bare)
        ratios.append(ours.rate / bare.rate)
        size = sum(map(len, raws)) / mails
        print(
            f"{mails} mails of {size:,.0f} octets: bare {bare.rate:,.0f}/s ({bare.seconds:.1f} s, CPU {bare.cpu:.1f}), "
        )
        print(
            f"    office {ours.rate:,.0f}/s ({ours.seconds:.1f} s, CPU {ours.cpu:.1f} s, {ours.peak_mb:.0f} MB), "
            f"ratio {ratios[-1]:.2f}"
        )
    print(f"intake: {statistics.median(ratios):.2f} of a bare fetch and MOVE (at least 0.8)")


def memory(bench: Bench) -> None:
    """Print the most memory with a full inbox, and with large mails."""
    office = bench.office(2_000)
    few = list(mixed(office, 500))
    small = [raw for raw in few if len(raw) < 4_000]
    bench.fill(small[number % len(small)] + b"%d\r\n" % number for number in range(WAITING))
    full = bench.ours(office, 2_000)
    above = full.peak_mb - full.idle_mb
    print(f"memory: {full.peak_mb:.0f} MB with {WAITING:,} mails waiting, {above:.0f} above the idle process")
    office = bench.office(2_000)
    attached = next(raw for raw in few if len(raw) > 200_000)
    body = attached.replace(b"--M--", b"A" * 76 + b"\r\n--M--")
    padding = (b"A" * 76 + b"\r\n") * ((LARGE_OCTETS - len(body)) // 78)
    bench.fill(body.replace(b"\r\n--M--", b"\r\n" + padding + b"%d\r\n--M--" % number) for number in range(LARGE))
    large = bench.ours(office)
    above = large.peak_mb - large.idle_mb
    print(
        f"memory: {large.peak_mb:.0f} MB with {LARGE} mails of {LARGE_OCTETS:,} octets, {above:.0f} above the idle one"
    )


def latency(bench: Bench, servers: DebianServers) -> None:
    """Print how long a mail takes from its delivery until it is handled, while the daemon waits in IDLE."""
    office = bench.office(1_000)
    raws = list(mixed(office, LETTERS))
    bench.fill([])
    times = []
    with office.secretary.starts("run"), office.secretary.app() as app:
        _wait_for_idle(office)
        for number, raw in enumerate(raws, 1):
            time.sleep(0.5 + number % 7 / 10)
            began = time.monotonic()
            servers.deliver(OFFICE, raw)
            while _handled(app) < number:
                if time.monotonic() > began + 90:
                    raise SystemExit("a mail was not handled within 90 seconds")
                time.sleep(0.005)
            times.append(time.monotonic() - began)
    median, worst = statistics.median(times), max(times)
    print(f"latency: median {median * 1000:.0f} ms, at most {worst * 1000:.0f} ms, of {LETTERS} mails (IDLE)")


def _handled(app: App) -> int:
    with app.store.snapshot() as work:
        return sum(work.inbound.counts().values())


def _wait_for_idle(office: Correspondence) -> None:
    deadline = time.monotonic() + 60
    output = office.secretary.folder / "output.txt"
    while time.monotonic() < deadline and not (output.exists() and threading.active_count()):
        time.sleep(0.05)
    time.sleep(4)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=1, help="how often both are run")
    parser.add_argument("--only", choices=("speed", "memory", "latency"))
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.read:
        read_all(chosen.read)
        return
    if why := missing():
        raise SystemExit(f"intake.py: {why}")
    with tempfile.TemporaryDirectory(prefix="mailer-intake-") as made, DebianServers((OFFICE,)) as servers:
        bench = Bench(servers, Path(made))
        if chosen.only in (None, "speed"):
            speed(bench, chosen.mails, chosen.pairs)
        if chosen.only in (None, "memory"):
            memory(bench)
        if chosen.only in (None, "latency"):
            latency(bench, servers)


if __name__ == "__main__":
    main(sys.argv[1:])
