"""Compares each sender with the reference, in alternating runs: A B A B."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import Run, Sender, run
from senders import REFERENCE

PILOT = 200
"""Messages of the first pilot run; pilot runs find how many messages make a run of the wanted length."""
PILOT_SECONDS = 0.5
"""Length of the second pilot run."""
FEWEST, MOST = 100, 50_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A run, and the run of the reference just before it."""

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
    """A sender's pairs of runs; its figures are medians."""

    sender: str
    pairs: tuple[Pair, ...]
    spread: float
    """Half the range of the rate ratios (for the reference: of its rates), relative to their median."""

    def median(self, figure: Callable[[Pair], float]) -> float:
        return statistics.median(map(figure, self.pairs))


def compare(
    senders: Iterable[Sender],
    folder: Path,
    connections: int,
    seconds: float,
    rounds: int,
    progress: Callable[[str], None],
    reference: Sender = REFERENCE,
    pilot: int = PILOT,
) -> list[Row]:
    """A row for the reference and for each of ``senders``; a run lasts about ``seconds``.

    ``pilot``: messages of the first pilot run; if more than usual, no run has fewer.
    """
    progress(reference.name)
    reference_count = _count(reference, folder, connections, seconds, pilot)
    rows = []
    for sender in senders:
        progress(sender.name)
        count = _count(sender, folder, connections, seconds, pilot)
        pairs = [
            Pair(run(reference, folder, connections, reference_count), run(sender, folder, connections, count))
            for _ in range(rounds)
        ]
        rows.append(Row(sender.name, tuple(pairs), _spread([pair.rate_ratio for pair in pairs])))
    return [_reference(reference, rows), *rows]


def _reference(reference: Sender, rows: Iterable[Row]) -> Row:
    """All runs of the reference, compared with themselves; their spread shows how steady the machine was."""
    runs = [pair.reference for row in rows for pair in row.pairs]
    return Row(reference.name, tuple(Pair(run, run) for run in runs), _spread([run.rate for run in runs]))


def _spread(values: Sequence[float]) -> float:
    return (max(values) - min(values)) / 2 / statistics.median(values)


def _count(sender: Sender, folder: Path, connections: int, seconds: float, pilot: int) -> int:
    """How many messages take about ``seconds``. It takes two pilot runs, as the first messages of a run are slower."""
    first = run(sender, folder, connections, pilot).rate * PILOT_SECONDS
    wanted = run(sender, folder, connections, _whole(max(first, pilot))).rate * seconds
    return _whole(max(wanted, FEWEST if pilot == PILOT else pilot))


def _whole(messages: float) -> int:
    return round(int(min(messages, MOST)), -2)
