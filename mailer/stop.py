"""The wish to end, as a value that is passed around."""

from __future__ import annotations


class StopFlag:
    """Called, it says whether somebody has asked to stop; ``ask`` is safe in a signal handler."""

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked
