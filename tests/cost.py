"""A bound on CPU time that is independent of how busy the machine is."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

CPU_SECONDS = 10.0
"""Ten times what any bounded work takes on a slow machine; quadratic work takes minutes."""


@contextmanager
def bounded() -> Iterator[None]:
    """Fail as soon as the block has used CPU_SECONDS of this process's CPU time."""

    def give_up(*_: object) -> None:
        pytest.fail(f"it takes more than {CPU_SECONDS:.0f} seconds of computing")

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
