"""Progress of a command that works through a file: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from mailer.commands.terminal import say

EVERY = 5.0
"""Seconds between two plain lines, and before the first."""

DRAWN_EVERY = 0.2
"""Seconds between two drawings of the bar."""


@contextmanager
def bar(what: str, whole: int) -> Iterator[Callable[[int], None]]:
    """Yields a function that gets how much of the ``whole`` is done, as often as is convenient."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
            task = drawn.add_task(what, total=whole)
            yield _now_and_then(DRAWN_EVERY, lambda done: drawn.update(task, completed=done))
    else:
        yield _now_and_then(EVERY, lambda done: say(f"{what}: {done * 100 // max(1, whole)} %", aside=True))


def _now_and_then(every: float, show: Callable[[int], object]) -> Callable[[int], None]:
    last = time.monotonic()

    def done(part: int) -> None:
        nonlocal last
        if (now := time.monotonic()) - last >= every:
            last = now
            show(part)

    return done
