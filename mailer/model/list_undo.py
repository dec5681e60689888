"""Undoing what a command has done to a list: an import, or the removal of members.

The undo is a change of the list like any other, so it can be undone, too. Members who have left by their own wish
meanwhile stay away, and nobody's own change of their details is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from mailer.model.lists import Standing

WITHIN = timedelta(days=30)
"""How long a change set can be undone. What it needs of personal data is erased then."""


class Before(NamedTuple):
    """What an import has changed of one contact beside their standing, as it was."""

    contact: int
    details: Mapping[str, Any]
    """Details that it has changed, each as ``[before, after]``."""
    opt_outs: tuple[str, ...] = ()
    """Publications that they had left."""
    suppression: Mapping[str, str] | None = None
    """Why the address got no mailings: ``cause``, ``reason`` and ``since``."""
    forgotten: bool = False
    """Whether they had asked to be forgotten."""


class Changed(NamedTuple):
    """How a command has changed a contact's standing on a list."""

    contact: int
    address: str
    """The present one."""
    who: str
    """The organisation or the name."""
    cause: str
    at: datetime
    was: Standing | None
    """Before the command; None if they never were on the list."""
    made: Standing | None
    """What the command made of it; None if it has left it as it was."""
    now: Standing | None


class Act(StrEnum):
    """What an undo does with one contact."""

    TAKE_OFF = "take off"
    PUT_BACK = "put back"
    RESTORE = "restore details"
    STAYS_AWAY = "stays away"  # they have left by their own wish since
    CHANGED_SINCE = "changed since"  # something else has happened since: it is left as it is

    @property
    def acts(self) -> bool:
        return self in (Act.TAKE_OFF, Act.PUT_BACK, Act.RESTORE)


@dataclass(frozen=True, slots=True)
class Step:
    """What an undo does with one contact."""

    act: Act
    changed: Changed
    standing: Standing | None
    """What they get; None if it stays."""


def step(changed: Changed) -> Step:
    """What an undo does with a contact whose standing a command has changed.

    A standing that somebody else has changed since stays. Whoever was never on the list counts as removed, so that the
    next import adds them.
    """
    if changed.made is None:
        return Step(Act.RESTORE, changed, None)
    if changed.now is not changed.made:
        away = changed.now is Standing.LEFT
        return Step(Act.STAYS_AWAY if away else Act.CHANGED_SINCE, changed, None)
    if changed.made is Standing.LEFT:  # the command has noted their own wish
        return Step(Act.STAYS_AWAY, changed, None)
    back = changed.was or Standing.REMOVED
    return Step(Act.PUT_BACK if back is Standing.ACTIVE else Act.TAKE_OFF, changed, back)


COMMANDS = ("list import", "list undo", "member add", "member remove")
"""The commands whose change of a list can be undone; others have ways of their own."""


def command_of(cause: str) -> str:
    """The command in a cause: ``command list import 2026-11-28T…`` is ``list import``."""
    return cause.removeprefix("command ").rpartition(" ")[0]
