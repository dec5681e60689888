"""The exception for a check that fails."""

from __future__ import annotations


class CheckFailed(Exception):
    """What was expected, and what was found instead."""

    def __init__(self, expectation: str, found: str) -> None:
        self.expectation = expectation
        self.found = found
        super().__init__(f"{expectation}: {found}")
