"""What the demo promises, and what is said where it does not hold."""

from __future__ import annotations


class Unmet(Exception):
    """An expectation of the demo that failed: what should be so, and what was found instead."""

    def __init__(self, expectation: str, found: str) -> None:
        self.expectation = expectation
        self.found = found
        super().__init__(f"{expectation}: {found}")
