"""How a running send looks: a live bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from mailer.commands.terminal import say
from mailer.desk import duration
from mailer.outbox.model import Counts, Delivery

BAR_EVERY, PLAIN_EVERY = 0.2, 5.0
"""Seconds between two looks at the store, so that counting a long list does not slow its sending down."""

COUNTING = 20
"""A look takes at most one part in so many of the time, however long the list is."""

Show = Callable[[Counts], None]


@contextmanager
def progress(counts: Callable[[], Counts], quiet: bool, monotonic: Callable[[], float]) -> Iterator[Callable[[], None]]:
    """Call what it yields whenever ``counts`` may have changed; it is drawn as often as is useful, and at the end."""
    if quiet:
        yield lambda: None
        return
    pace = Pace(monotonic, counts())
    every, drawing = (BAR_EVERY, _bar(pace)) if sys.stderr.isatty() else (PLAIN_EVERY, _lines(pace))
    next_at = monotonic() + every
    with drawing as show:

        def glance() -> None:
            nonlocal next_at
            if (began := monotonic()) >= next_at:
                show(counts())
                ended = monotonic()
                next_at = ended + max(every, COUNTING * (ended - began))

        yield glance
        show(counts())


@contextmanager
def _bar(pace: Pace) -> Iterator[Show]:
    columns = (
        BarColumn(bar_width=16),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[words]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None, words="")

        def show(counts: Counts) -> None:
            bar.update(
                task, total=counts.total, completed=settled(counts), words=f"{pace(counts):.0f}/min {_words(counts)}"
            )

        yield show


@contextmanager
def _lines(pace: Pace) -> Iterator[Show]:
    def show(counts: Counts) -> None:
        rate, left = pace(counts), counts.unresolved
        ahead = f", {rate:.0f}/min, {duration(timedelta(minutes=left / rate))} left" if left and rate else ""
        say(f"{settled(counts)} of {counts.total}{ahead}: {_words(counts)}", aside=True)

    yield show


class Pace:
    """The rate since the first look, in mails a minute."""

    def __init__(self, monotonic: Callable[[], float], first: Counts) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._first = settled(first)

    def __call__(self, counts: Counts) -> float:
        elapsed = self._monotonic() - self._began
        return (settled(counts) - self._first) / elapsed * 60 if elapsed > 0.5 else 0.0


def settled(counts: Counts) -> int:
    """Deliveries with nothing left to do."""
    return counts.total - counts.unresolved


def _words(counts: Counts) -> str:
    """``12 sent, 1 deferred``: what is not zero."""
    shown = (Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
    return ", ".join(f"{counts[state]} {state}" for state in shown if counts[state]) or "nothing yet"
