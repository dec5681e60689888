"""Invitations to lists, and calls for nominations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from mailer.model.invitations import Invitation, State


class Call(NamedTuple):
    """A call for nominations."""

    id: int
    list: str
    """Whose members are asked."""
    by: str
    at: datetime
    asked: int
    """How many were asked so far."""
    ended_at: datetime | None


class InvitationQueries(Protocol):
    """Invitations to lists."""

    def add(self, invitations: Sequence[Invitation]) -> list[Invitation]:
        """Keep them, whatever their ids; returns them with their own."""

    def save(self, invitation: Invitation) -> None:
        """Write what may change of it."""

    def invitation(self, invitation_id: int) -> Invitation | None: ...
    def newest_of(self, keys: Collection[str], key: str = "") -> dict[str, Invitation]:
        """The newest invitation of each of these addresses (``Address.key``), to the list ``key`` or to any."""

    def each(self, key: str = "", states: Collection[State] = ()) -> list[Invitation]:
        """Those to a list, or all, in these states or all; the newest last."""

    def due(self, states: Collection[State], now: datetime, most: int) -> list[Invitation]:
        """Those in these states whose time has come, the oldest first."""

    def untold(self, most: int) -> list[Invitation]:
        """Those with a nomination whose nominator has not heard of their state; the oldest first."""

    def never(self, fingerprints: Collection[str]) -> set[str]:
        """Which of these are of people who want no invitation."""

    def add_never(self, fingerprint: str, at: datetime) -> None:
        """Remember somebody who wants no invitation."""

    def drop_never(self, fingerprints: Collection[str]) -> None:
        """Forget it, because they joined by themselves."""

    def begin_call(self, key: str, by: str, at: datetime) -> Call:
        """Begin a call for nominations to the members of a list."""

    def calls(self, open_only: bool = False) -> list[Call]:
        """All calls, or those that not all members were asked for yet; the oldest first."""

    def save_call(self, call: Call) -> None:
        """Write how far a call is."""
