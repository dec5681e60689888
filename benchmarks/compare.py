"""Everybody against the reference, in pairs of runs that follow each other: A B A B."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Run, Sender, run
from senders import REFERENCE

PILOT = 200
"""Messages of the first run that finds how many make a run of the wanted length."""
PILOT_SECONDS = 0.5
"""Length of the second one."""
FEWEST, MOST = 100, 50_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A run, and the reference's run just before it."""

    reference: Run
    own: Run

    @property
    def rate_ratio(self) -> float:
        return self.own.rate / self.reference.rate

    @property
    def cpu_ratio(self) -> float:
        return self.own.cpu_each / self.reference.cpu_each


@dataclass(frozen=True, slots=True)
class Row:
    """One sender's pairs of runs; its figures are their medians."""

    sender: str
    pairs: tuple[Pair, ...]
    spread: float
    """Half the range of the rate ratios, or of the reference's rates, over their median."""

    def median(self, figure: Callable[[Pair], float]) -> float:
        return statistics.median(map(figure, self.pairs))


def compare(
    senders: Iterable[Sender],
    folder: Path,
    connections: int,
    seconds: float,
    rounds: int,
    say: Callable[[str], None],
    reference: Sender = REFERENCE,
    pilot: int = PILOT,
) -> list[Row]:
    """A row for the reference and for each of ``senders``; runs last about ``seconds`` each.

    A ``pilot`` of so many messages says how many that is; where more are asked for than usual, no run has fewer.
    """
    say(reference.name)
    many = _count(reference, folder, connections, seconds, pilot)
    rows = []
    for sender in senders:
        say(sender.name)
        own = _count(sender, folder, connections, seconds, pilot)
        pairs = [
            Pair(run(reference, folder, connections, many), run(sender, folder, connections, own))
            for _ in range(rounds)
        ]
        rows.append(Row(sender.name, tuple(pairs), _spread([pair.rate_ratio for pair in pairs])))
    return [_reference(reference, rows), *rows]


def _reference(reference: Sender, rows: Iterable[Row]) -> Row:
    """All its runs, each against itself: its ratios are 1, and its spread shows how steady the machine was."""
    runs = [pair.reference for row in rows for pair in row.pairs]
    return Row(reference.name, tuple(Pair(run, run) for run in runs), _spread([run.rate for run in runs]))


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / 2 / statistics.median(values)


def _count(sender: Sender, folder: Path, connections: int, seconds: float, pilot: int) -> int:
    """How many messages make about ``seconds``. Two runs tell: the first ones of a run are slow, while it warms up."""
    first = run(sender, folder, connections, pilot).rate * PILOT_SECONDS
    wanted = run(sender, folder, connections, _whole(max(first, pilot))).rate * seconds
    return _whole(max(wanted, FEWEST if pilot == PILOT else pilot))


def _whole(messages: float) -> int:
    return round(int(min(messages, MOST)), -2)
