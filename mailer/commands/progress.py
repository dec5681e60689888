"""How a running send looks: a live bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mailer.outbox.model import Counts, Delivery

PLAIN_EVERY = 5.0
"""Seconds between two plain lines."""

Show = Callable[[Counts], None]


@contextmanager
def progress(quiet: bool, monotonic: Callable[[], float]) -> Iterator[Show]:
    """Call what it yields with the counts as they change."""
    if quiet:
        yield lambda counts: None
    elif sys.stderr.isatty():
        with _bar(monotonic) as show:
            yield show
    else:
        with _lines(monotonic) as show:
            yield show


@contextmanager
def _bar(monotonic: Callable[[], float]) -> Iterator[Show]:
    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(compact=True),
    )
    pace = _Pace(monotonic)
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, words="")

        def show(counts: Counts) -> None:
            settled = counts.total - counts.unresolved
            bar.update(task, total=counts.total, completed=settled, words=f"{pace(settled)} · {_words(counts)}")

        yield show


@contextmanager
def _lines(monotonic: Callable[[], float]) -> Iterator[Show]:
    pace = _Pace(monotonic)
    next_at = monotonic() + PLAIN_EVERY
    last: list[Counts] = []

    def show(counts: Counts) -> None:
        nonlocal next_at
        last[:] = [counts]
        if monotonic() >= next_at:
            next_at = monotonic() + PLAIN_EVERY
            write()

    def write() -> None:
        counts = last[0]
        settled = counts.total - counts.unresolved
        left = f", {pace(settled)}, {pace.time_left(settled, counts.unresolved)} left" if counts.unresolved else ""
        click.echo(f"{settled} of {counts.total}{left}: {_words(counts)}", err=True)

    yield show
    if last:
        write()


class _Pace:
    """The rate since the first look."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._first: int | None = None

    def __call__(self, settled: int) -> str:
        return f"{self._per_minute(settled):.0f}/min"

    def time_left(self, settled: int, waiting: int) -> timedelta | str:
        rate = self._per_minute(settled)
        return timedelta(seconds=round(waiting / rate * 60)) if rate else "?"

    def _per_minute(self, settled: int) -> float:
        if self._first is None:
            self._first = settled
        elapsed = self._monotonic() - self._began
        return (settled - self._first) / elapsed * 60 if elapsed > 0.5 else 0.0


def _words(counts: Counts) -> str:
    """``12 sent, 1 deferred``: what is not zero."""
    shown = (Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
    return ", ".join(f"{counts[state]} {state}" for state in shown if counts[state]) or "nothing yet"
