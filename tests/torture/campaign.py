"""Start ``mailer send``, end it at a random moment, look at the books; over and over, until so many were ended."""

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
import mailer.commands.send  # noqa: F401  so that no copy of this process has to import it
from mailer.model.outbox import Delivery
from mailer.store.database import SqlStore
from tests.secretary import Secretary, office
from tests.torture import disk
from tests.torture.books import Books, Life, Phase
from tests.torture.relay import CountingRelay, Happening

READERS = tuple(f"reader{number}@readers.example" for number in range(250))
"""Who gets the issue; at the end the secretary gets a summary, which is not looked at."""
WITH_PDF = 20
CONNECTIONS = (1, 2, 5, 20)
SHARING = (1, 1, 1, 7)
"""How many recipients share a mail; where it is more than one, the publication is not personal."""

SEEN = (1, 5, 22, 25, 40, 80)
"""Connections and mails of a process that the relay has seen, some milliseconds before it is ended."""

SEND = ("send", "1", "--yes")
RESEND = (*SEND, "--resend-doubtful")
GIVE_UP = (*SEND, "--give-up-doubtful")


@dataclass
class Result:
    """What a campaign found."""

    seed: int
    ends: int = 0
    sends: int = 0
    taken: int = 0
    in_doubt: int = 0
    resent: int = 0
    given_up: int = 0
    doubles: int = 0
    lost: int = 0
    phases: Counter[Phase] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Campaign:
    """Call it once. ``forgetful``: the disk loses what was not synced, too."""

    def __init__(self, seed: int, forgetful: bool) -> None:
        self._chance = Random(seed)
        self._forgetful = forgetful
        self._result = Result(seed)

    def __call__(self, ends: int, most: int = 0) -> Result:
        """Until the sender was ended so many times, and in every phase or ``most`` times."""
        self._ends, self._most = ends, most
        with ExitStack() as stack:
            self._folder = Path(stack.enter_context(TemporaryDirectory(prefix="mailer-torture-")))
            self._relay = stack.enter_context(CountingRelay(self._folder, self._result.seed))
            self._granted = _granted(self._folder / "granted")
            self._start, self._work = self._rehearsed()
            while self._goes_on and not self._result.faults:
                self._one_send()
        return self._result

    @property
    def _goes_on(self) -> bool:
        found = self._result
        return found.ends < self._ends or (len(found.phases) < len(Phase) and found.ends < self._most)

    def _rehearsed(self) -> tuple[float, float]:
        """Seconds until the first mail, and from there to the last, when nobody interferes."""
        secretary = self._office(connections=5, pipelining=True, sharing=1)
        began = time.monotonic()
        code = self._runs(secretary, SEND, ended=False)
        taken = [one.at for one in self._news() if one.what == "taken"]
        assert code == 0 and len(taken) == len(READERS), (secretary.folder / "said.txt").read_text()
        return taken[0] - began, taken[-1] - taken[0]

    def _office(self, connections: int, pipelining: bool, sharing: int) -> Secretary:
        """A copy of the granted one, with its relay."""
        folder = self._folder / "office"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._granted.folder, folder)
        settings = {
            "MAILER_SMTP__PORT": str(self._relay.port[pipelining]),
            "MAILER_SMTP__CONNECTIONS": str(connections),
            "MAILER_SMTP__RECIPIENTS_PER_MAIL": str(sharing),
        }
        if sharing > 1:
            configuration = folder / "mailer.toml"
            section = "[publications.update]\n"
            configuration.write_text(configuration.read_text().replace(section, f"{section}personal = false\n"))
        return replace(self._granted, folder=folder, environ={**self._granted.environ, **settings})

    def _one_send(self) -> None:
        """To everybody, however often it is ended, and until every doubt is resolved."""
        self._sharing = self._chance.choice(SHARING)
        pipelining = self._chance.random() < 0.7
        secretary = self._office(self._chance.choice(CONNECTIONS), pipelining, self._sharing)
        books = Books(READERS)
        resolve = self._chance.choice((RESEND, RESEND, GIVE_UP))
        finished = False
        while not books.faults and not (finished and not books.doubtful):
            now = finished or self._chance.random() < 0.2
            finished = self._one_life(secretary, books, resolve if now else SEND, self._goes_on)
        if not books.faults:
            books.close()
        self._add(books)

    def _one_life(self, secretary: Secretary, books: Books, arguments: Sequence[str], ended: bool) -> bool:
        """Whether it came to its own end."""
        before = disk.contents(secretary.folder / "data") if self._forgetful else {}
        code = self._runs(secretary, arguments, ended)
        news = self._news()
        if code is None and self._forgetful:
            disk.cut(secretary.folder / "data", before, self._journal, self._chance)
        phase = books.after(
            Life(
                opened=sum(one.what == "open" for one in news),
                taken=[(one.recipient, one.message_id) for one in news if one.what == "taken"],
                rows=_rows(secretary.folder / "data", self._folder / "look"),
                sharing=self._sharing,
            )
        )
        if code is None:
            self._result.ends += 1
            self._result.phases[phase] += 1
        elif code:
            books.faults.append(f"{arguments} ended with {code}: {(secretary.folder / 'said.txt').read_text()}")
        return code is not None

    def _news(self) -> list[Happening]:
        return [one for one in self._relay.news() if one.what != "taken" or one.recipient in READERS]

    def _until_the_end(self, watched: int) -> None:
        """Wait for a random moment: one in six while it starts, the others somewhere in its work.

        However slow the machine is at present: a while after the relay has seen so much of it.
        """
        if self._chance.random() < 1 / 6:
            _over_within(watched, self._chance.uniform(0, self._start))
            return
        seen = self._chance.choice(SEEN)
        while self._relay.count_news() < seen and not _over_within(watched, 0.001):
            pass
        _over_within(watched, self._chance.uniform(0, 0.05) * self._work)

    @property
    def _journal(self) -> Path:
        return self._folder / "journal"

    def _runs(self, secretary: Secretary, arguments: Sequence[str], ended: bool) -> int | None:
        """Run ``mailer`` as a copy of this process; how it ended, or None where it was killed."""
        self._journal.unlink(missing_ok=True)
        process = os.fork()
        if not process:
            self._lives(secretary, arguments)
        watched = os.pidfd_open(process)
        if ended:
            self._until_the_end(watched)
            os.kill(process, signal.SIGKILL)  # nothing, where it is over
        os.close(watched)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        return None if status == -signal.SIGKILL else status

    def _lives(self, secretary: Secretary, arguments: Sequence[str]) -> None:
        """What ``mailer`` does, from its first line; never returns."""
        code = os.EX_SOFTWARE
        try:
            os.chdir(secretary.folder)
            os.environ.update(secretary.environ)
            sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115  a device, for as long as the process lives
            sys.stdout = sys.stderr = (secretary.folder / "said.txt").open("w")
            if self._forgetful:
                disk.record(self._journal)
            code = cli.run(list(arguments))
            sys.stdout.flush()
        finally:
            os._exit(code)

    def _add(self, books: Books) -> None:
        result = self._result
        result.sends += 1
        result.taken += books.taken.total()
        result.in_doubt += books.doubts
        result.resent += books.repeated.total()
        result.given_up += books.given_up
        result.doubles += books.doubles
        result.lost += len(books.lost())
        result.faults += books.faults


def _over_within(watched: int, seconds: float) -> bool:
    """Whether a process, seen through its descriptor, is over after so long."""
    return bool(select.select([watched], [], [], seconds)[0])


def _granted(folder: Path) -> Secretary:
    """An office whose first issue has its grant; most of its readers want text alone."""
    secretary = office(folder)
    secretary.imports("nmb", *READERS[:WITH_PDF])
    secretary.imports("subscriber", *READERS[WITH_PDF:], columns={"format": "text"})
    secretary.imports("cag", "ana@cag.example", "bo@cag.example")
    secretary.writes()
    secretary.grants()
    _without_service_mail(secretary)
    return secretary


def _without_service_mail(secretary: Secretary) -> None:
    """The board has been asked: that conversation is not what is looked at."""
    with secretary.app() as app, app.store.transaction() as work:
        now = app.clock.now()
        work.outbox.suppress({row.id: "not in this campaign" for row in work.outbox.due(now, most=100)}, now)


def _rows(data: Path, look: Path) -> dict[str, tuple[Delivery, str]]:
    """Each copy's state and Message-ID, from a copy of the store: looking changes nothing."""
    shutil.rmtree(look, ignore_errors=True)
    look.mkdir()
    for name in disk.FILES:
        if (data / name).exists():
            shutil.copy(data / name, look)
    store = SqlStore(f"sqlite:///{look}/mailer.db")
    try:
        with store.snapshot() as work:
            return {row.recipient: (row.state, row.message_id) for row in work.outbox.page(1, 0, 1_000_000)}
    finally:
        store.close()


def as_json(result: Result) -> str:
    return json.dumps({**vars(result), "phases": {phase.value: result.phases[phase] for phase in Phase}})
