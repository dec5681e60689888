"""A stop flag that is safe in signal handlers."""

from __future__ import annotations


class StopFlag:
    """Call it to learn whether somebody has asked to stop; ``ask`` and ``ask_at_once`` are safe in a signal handler."""

    def __init__(self) -> None:
        self._asked = False
        self._at_once = False

    def ask(self) -> None:
        """Begin nothing more, and finish what is in flight."""
        self._asked = True

    def ask_at_once(self) -> None:
        """Break off what is in flight, too."""
        self._asked = self._at_once = True

    def __call__(self) -> bool:
        return self._asked

    @property
    def at_once(self) -> bool:
        return self._at_once
