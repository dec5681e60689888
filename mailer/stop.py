"""A stop flag that is safe in signal handlers."""

from __future__ import annotations


class StopFlag:
    """Call it to learn whether somebody has asked to stop; ``ask`` is safe in a signal handler."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked
