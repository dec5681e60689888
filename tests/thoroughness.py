"""How much the long tests do: a tenth in ``make test``, all of it in ``make torture``."""

from __future__ import annotations

from hypothesis import settings

PROFILE = "torture"
"""Hypothesis' profile of this name asks for all of it: ``pytest --hypothesis-profile=torture``."""


def thorough() -> bool:
    return settings.get_current_profile_name() == PROFILE


def a_tenth(number: int) -> int:
    """How many of ``number`` repetitions to do now: all of them where tests are to be thorough."""
    return number if thorough() else -(-number // 10)
