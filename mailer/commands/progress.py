"""The progress of a send: a live bar on a terminal, plain lines in a log, JSON objects for a script."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Column

from mailer.commands.terminal import duration, say
from mailer.model.outbox import Counts, Delivery, Troubled
from mailer.ports import Clock

COUNTING = 20
"""Counting the deliveries takes at most one part in so many of the time, however long the list is."""

WINDOW = 30.0
"""Seconds over which the rate is measured."""

IDLE_LINES = 60.0
"""Seconds after which a plain line is repeated although nothing has changed."""


class ProgressFormat(StrEnum):
    """How progress is shown."""

    AUTO = "auto"  # a bar on a terminal, lines elsewhere
    LINES = "lines"
    JSON = "json"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Output:
    """How a command prints."""

    json: bool
    """Print only JSON."""
    progress: ProgressFormat

    def document(self, value: Mapping[str, Any]) -> None:
        """Print the result for a script: one document, or the last of the progress objects."""
        if self.progress is ProgressFormat.JSON:
            _object({"event": "summary", **value})
        else:
            click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a send stands at one moment."""

    counts: Counts
    paused: bool = False
    troubled: Sequence[Troubled] = ()
    """The domains with most trouble."""
    obstacle: str = ""
    """Why no mail goes out now, although the issue is not paused."""

    @property
    def standstill(self) -> str:
        """Why nothing is sent now, or an empty string."""
        if self.paused:
            return "paused"
        return f"waits, as {self.obstacle}" if self.obstacle and self.counts[Delivery.QUEUED] else ""


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a send."""

    at: datetime
    snapshot: Snapshot
    per_minute: float

    @property
    def settled(self) -> int:
        """Deliveries with nothing left to do."""
        return self.snapshot.counts.total - self.snapshot.counts.unresolved

    @property
    def left(self) -> timedelta | None:
        """The time until all queued copies are sent, or None if it is unknown. Deferred ones are not counted."""
        waiting = self.snapshot.counts[Delivery.QUEUED] + self.snapshot.counts[Delivery.SENDING]
        if self.snapshot.standstill or not waiting or not self.per_minute:
            return None
        return timedelta(minutes=waiting / self.per_minute)

    @property
    def words(self) -> str:
        """``12 sent, 1 deferred; trouble: slow.example 1 deferred``; zeros are left out."""
        counts = self.snapshot.counts
        shown = (Delivery.SENT, Delivery.DEFERRED, Delivery.FAILED, Delivery.DOUBTFUL, Delivery.SUPPRESSED)
        said = ", ".join(f"{counts[state]} {state}" for state in shown if counts[state]) or "nothing yet"
        trouble = ", ".join(_trouble(domain) for domain in self.snapshot.troubled)
        return f"{said}; trouble: {trouble}" if trouble else said

    def as_json(self) -> dict[str, Any]:
        counts, left = self.snapshot.counts, self.left
        return {
            "event": "progress",
            "time": self.at.isoformat(),
            "deliveries": {state.value: counts[state] for state in Delivery},
            "settled": self.settled,
            "total": counts.total,
            "per_minute": round(self.per_minute, 1),
            "seconds_left": round(left.total_seconds()) if left else None,
            "paused": self.snapshot.paused,
            "held": self.snapshot.obstacle or None,
            "troubled_domains": [
                {"domain": t.domain, "deferred": t.deferred, "failed": t.failed} for t in self.snapshot.troubled
            ],
        }


def _trouble(troubled: Troubled) -> str:
    parts = ((troubled.deferred, Delivery.DEFERRED), (troubled.failed, Delivery.FAILED))
    return " ".join([troubled.domain, *(f"{count} {state}" for count, state in parts if count)])


Show = Callable[[View], None]


@contextmanager
def progress(look: Callable[[], Snapshot], form: ProgressFormat, clock: Clock) -> Iterator[Callable[[], None]]:
    """Yields a function to call whenever something may have changed. It draws as often as is useful, and at the end.

    ``look`` is asked no more often, so that counting a long list does not slow its sending down.
    """
    if form is ProgressFormat.NONE:
        yield lambda: None
        return
    every, drawing = _drawing(form, clock)
    meter = RateMeter(clock.monotonic)

    def view() -> View:
        standing = look()
        if standing.standstill:
            meter.forget()
        return View(clock.now(), standing, meter(standing.counts))

    view()
    next_at = clock.monotonic() + every
    with drawing as show:

        def glance() -> None:
            nonlocal next_at
            if (began := clock.monotonic()) >= next_at:
                show(view())
                ended = clock.monotonic()
                next_at = ended + max(every, COUNTING * (ended - began))

        yield glance
        show(view())


def _drawing(form: ProgressFormat, clock: Clock) -> tuple[float, AbstractContextManager[Show]]:
    """Seconds between two views, and what draws them."""
    if form is ProgressFormat.JSON:
        return 1.0, nullcontext(lambda view: _object(view.as_json()))
    if form is ProgressFormat.AUTO and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return 0.2, _bar()
    return 5.0, nullcontext(_Lines(clock))


def _object(value: Mapping[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def _bar() -> Iterator[Show]:
    rest = Column(ratio=1, overflow="fold")  # of the line, and of the next one where there is trouble
    words = TextColumn("{task.fields[words]}", markup=False, table_column=rest)
    with Progress(
        BarColumn(bar_width=16), MofNCompleteColumn(), words, console=Console(stderr=True), expand=True
    ) as bar:
        task = bar.add_task("", total=None, words="")

        def show(view: View) -> None:
            bar.update(task, total=view.snapshot.counts.total, completed=view.settled, words=_beside_the_bar(view))

        yield show


def _beside_the_bar(view: View) -> str:
    if view.snapshot.standstill:
        return f"{view.snapshot.standstill}: {view.words}"
    left = f" {timedelta(seconds=round(view.left.total_seconds()))} left" if view.left else ""
    return f"{view.per_minute:.0f}/min{left} {view.words}"


class _Lines:
    """Prints a line for each view that differs from the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = ""
        self._said_at = 0.0

    def __call__(self, view: View) -> None:
        line = self._line(view)
        now = self._clock.monotonic()
        if line != self._last or now - self._said_at >= IDLE_LINES:
            say(line, aside=True)
            self._last, self._said_at = line, now

    @staticmethod
    def _line(view: View) -> str:
        where = f"{view.settled} of {view.snapshot.counts.total}"
        if view.snapshot.standstill:
            return f"{where}, {view.snapshot.standstill}: {view.words}"
        ahead = f", {view.per_minute:.0f}/min, {duration(view.left)} left" if view.left else ""
        return f"{where}{ahead}: {view.words}"


class RateMeter:
    """Measures the recent rate, in mails a minute."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._seen: deque[tuple[float, int]] = deque()

    def forget(self) -> None:
        """Start again. A standstill says nothing about the rate after it."""
        self._seen.clear()

    def __call__(self, counts: Counts) -> float:
        now, settled = self._monotonic(), counts.total - counts.unresolved
        self._seen.append((now, settled))
        while self._seen[0][0] < now - WINDOW and len(self._seen) > 2:
            self._seen.popleft()
        then, before = self._seen[0]
        return max(0.0, settled - before) / (now - then) * 60 if now - then > 0.5 else 0.0
