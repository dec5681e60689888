"""The extent of long tests: a tenth in ``make test``, everything in ``make torture``."""

from __future__ import annotations

from hypothesis import settings

PROFILE = "torture"
"""The Hypothesis profile that runs everything: ``pytest --hypothesis-profile=torture``."""


def thorough() -> bool:
    return settings.get_current_profile_name() == PROFILE


def a_tenth(number: int) -> int:
    """A tenth of ``number`` repetitions, or all of them in a thorough run."""
    return number if thorough() else -(-number // 10)
