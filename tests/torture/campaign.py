"""Starts ``mailer send``, kills it at a random moment and checks the ledger, again and again."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import cli
import mailer.commands.send  # noqa: F401  saves the import in each child
from mailer.model.outbox import Delivery
from mailer.store.database import SqlStore
from tests.secretary import Secretary, office
from tests.torture import disk
from tests.torture.ledger_check import LedgerCheck, Phase, ProcessRun
from tests.torture.relay import CountingRelay, RelayEvent

READERS = tuple(f"reader{number}@readers.example" for number in range(250))
"""Who gets the issue. The secretary's summary at the end is not checked."""
WITH_PDF = 20
CONNECTIONS = (1, 2, 5, 20)
SHARING = (1, 1, 1, 7)
"""How many recipients share a mail; with more than one, the publication is not personal."""

EVENTS_SEEN = (1, 5, 22, 25, 40, 80)
"""How many events of a process the relay has logged, some milliseconds before the process is killed."""

SEND = ("send", "1", "--yes")
RESEND = (*SEND, "--resend-doubtful")
GIVE_UP = (*SEND, "--give-up-doubtful")


@dataclass
class Result:
    """The results of a campaign."""

    seed: int
    kills: int = 0
    sends: int = 0
    taken: int = 0
    in_doubt: int = 0
    resent: int = 0
    given_up: int = 0
    duplicates: int = 0
    lost: int = 0
    phases: Counter[Phase] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Campaign:
    """Call it once. ``forgetful``: the disk also loses what was not synced."""

    def __init__(self, seed: int, forgetful: bool) -> None:
        self._random = Random(seed)
        self._forgetful = forgetful
        self._result = Result(seed)

    def __call__(self, kills: int, max_kills: int = 0) -> Result:
        """Kill the sender ``kills`` times, and then until every phase was hit, or ``max_kills`` times."""
        self._kills, self._max_kills = kills, max_kills
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(TemporaryDirectory(prefix="mailer-torture-")))
            self._relay = stack.enter_context(CountingRelay(self._folder, self._result.seed))
            self._granted = {
                personal: _granted(self._folder / f"granted-{personal}", personal) for personal in (True, False)
            }
            self._start, self._work = self._measured()
            while self._is_unfinished and not self._result.faults:
                self._one_send()
        return self._result

    @property
    def _is_unfinished(self) -> bool:
        found = self._result
        return found.kills < self._kills or (len(found.phases) < len(Phase) and found.kills < self._max_kills)

    def _measured(self) -> tuple[float, float]:
        """Seconds until the first mail, and from the first to the last, of a send that is not killed."""
        secretary = self._office(connections=5, pipelining=True, sharing=1)
        began = time.monotonic()
        code = self._run(secretary, SEND, killed=False)
        taken = [one.at for one in self._events() if one.what == "taken"]
        assert code == 0 and len(taken) == len(READERS), (secretary.folder / "output.txt").read_text()
        return taken[0] - began, taken[-1] - taken[0]

    def _office(self, connections: int, pipelining: bool, sharing: int) -> Secretary:
        """A copy of the office with the granted issue, set up for the relay."""
        folder = self._folder / "office"
        shutil.rmtree(folder, ignore_errors=True)
        granted = self._granted[sharing == 1]
        shutil.copytree(granted.folder, folder)
        settings = {
            "MAILER_SMTP__PORT": str(self._relay.port[pipelining]),
            "MAILER_SMTP__CONNECTIONS": str(connections),
            "MAILER_SMTP__RECIPIENTS_PER_MAIL": str(sharing),
        }
        return replace(granted, folder=folder, environ={**granted.environ, **settings})

    def _one_send(self) -> None:
        """One send to everybody, however often it is killed, until every doubt is resolved."""
        self._sharing = self._random.choice(SHARING)
        pipelining = self._random.random() < 0.7
        secretary = self._office(self._random.choice(CONNECTIONS), pipelining, self._sharing)
        check = LedgerCheck(READERS)
        resolve = self._random.choice((RESEND, RESEND, GIVE_UP))
        finished = False
        while not check.faults and not (finished and not check.doubtful):
            now = finished or self._random.random() < 0.2
            arguments = resolve if now else SEND
            code = self._one_process(secretary, check, arguments, self._is_unfinished)
            finished = code is not None
            if code and not (resolve is GIVE_UP and code == os.EX_UNAVAILABLE):  # most may have been given up
                output = (secretary.folder / "output.txt").read_text()
                check.faults.append(f"{arguments} ended with {code}: {output}")
        if not check.faults:
            check.close()
        self._add(check)

    def _one_process(
        self, secretary: Secretary, check: LedgerCheck, arguments: Sequence[str], killed: bool
    ) -> int | None:
        """Run one process; returns its exit code, or None if it was killed."""
        before = disk.contents(secretary.folder / "data") if self._forgetful else {}
        code = self._run(secretary, arguments, killed)
        events = self._events()
        if code is None and self._forgetful:
            disk.cut(secretary.folder / "data", before, self._journal, self._random)
        phase = check.add(
            ProcessRun(
                connections=sum(one.what == "open" for one in events),
                taken=[(one.recipient, one.message_id) for one in events if one.what == "taken"],
                rows=_rows(secretary.folder / "data", self._folder / "copy"),
                sharing=self._sharing,
            )
        )
        if code is None:
            self._result.kills += 1
            self._result.phases[phase] += 1
        return code

    def _events(self) -> list[RelayEvent]:
        return [one for one in self._relay.events() if one.what != "taken" or one.recipient in READERS]

    def _wait_for_a_moment(self, pidfd: int) -> None:
        """Wait for a random moment: one in six is during the start, the others during the work.

        The latter are counted from events that the relay has logged, so they do not depend on the machine's speed.
        """
        if self._random.random() < 1 / 6:
            _ends_within(pidfd, self._random.uniform(0, self._start))
            return
        seen = self._random.choice(EVENTS_SEEN)
        while self._relay.count_new_events() < seen and not _ends_within(pidfd, 0.001):
            pass
        _ends_within(pidfd, self._random.uniform(0, 0.05) * self._work)

    @property
    def _journal(self) -> Path:
        return self._folder / "journal"

    def _run(self, secretary: Secretary, arguments: Sequence[str], killed: bool) -> int | None:
        """Run ``mailer`` in a fork of this process; returns its exit code, or None if it was killed."""
        self._journal.unlink(missing_ok=True)
        process = os.fork()
        if not process:
            self._run_in_child(secretary, arguments)
        pidfd = os.pidfd_open(process)
        if killed:
            self._wait_for_a_moment(pidfd)
            os.kill(process, signal.SIGKILL)  # no effect if it has ended
        os.close(pidfd)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        return None if status == -signal.SIGKILL else status

    def _run_in_child(self, secretary: Secretary, arguments: Sequence[str]) -> None:
        """Run ``mailer`` from its first line; never returns."""
        code = os.EX_SOFTWARE
        try:
            os.chdir(secretary.folder)
            os.environ.update(secretary.environ)
            sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115  a device, for as long as the process lives
            sys.stdout = sys.stderr = (secretary.folder / "output.txt").open("w")
            if self._forgetful:
                disk.record(self._journal)
            code = cli.run(list(arguments))
            sys.stdout.flush()
        finally:
            os._exit(code)

    def _add(self, check: LedgerCheck) -> None:
        result = self._result
        result.sends += 1
        result.taken += check.taken.total()
        result.in_doubt += check.doubts
        result.resent += check.resent.total()
        result.given_up += check.given_up
        result.duplicates += check.duplicates
        result.lost += len(check.lost())
        result.faults += check.faults


def _ends_within(pidfd: int, seconds: float) -> bool:
    """Whether a process ends within ``seconds``."""
    return bool(select.select([pidfd], [], [], seconds)[0])


def _granted(folder: Path, personal: bool) -> Secretary:
    """An office whose first issue is granted; most readers want text only. A grant covers whether it is personal."""
    secretary = office(folder)
    if not personal:
        configuration, section = folder / "mailer.toml", "[publications.update]\n"
        configuration.write_text(configuration.read_text().replace(section, f"{section}personal = false\n"))
    secretary.imports("nmb", *READERS[:WITH_PDF])
    secretary.imports("subscriber", *READERS[WITH_PDF:], columns={"format": "text"})
    secretary.imports("cag", "ana@cag.example", "bo@cag.example")
    secretary.writes()
    secretary.grants()
    _without_service_mail(secretary)
    return secretary


def _without_service_mail(secretary: Secretary) -> None:
    """Suppress the mail to the board, which the campaign does not check."""
    with secretary.app() as app, app.store.transaction() as work:
        now = app.clock.now()
        work.outbox.suppress({row.id: "not in this campaign" for row in work.outbox.due(now, most=100)}, now)


def _rows(data: Path, copy_folder: Path) -> dict[str, tuple[Delivery, str]]:
    """Each copy's state and Message-ID, read from a copy of the store, so that the store stays as it is."""
    shutil.rmtree(copy_folder, ignore_errors=True)
    copy_folder.mkdir()
    for name in disk.FILES:
        if (data / name).exists():
            shutil.copy(data / name, copy_folder)
    store = SqlStore(f"sqlite:///{copy_folder}/mailer.db")
    try:
        with store.snapshot() as work:
            return {row.recipient: (row.state, row.message_id) for row in work.outbox.page(1, 0, 1_000_000)}
    finally:
        store.close()


def as_json(result: Result) -> str:
    return json.dumps({**vars(result), "phases": {phase.value: result.phases[phase] for phase in Phase}})
