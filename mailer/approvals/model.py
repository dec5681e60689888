"""The board's vote: choices, ballots, and the one rule that turns votes into a grant."""

from __future__ import annotations

from enum import StrEnum


class Choice(StrEnum):
    """What a board member says."""

    APPROVE = "approve"
    OBJECT = "object"
