"""The bank of presenters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.presenters import Presenter, State


class PresenterQueries(Protocol):
    """Presenters, each by their contact."""

    def add(self, presenter: Presenter) -> Presenter:
        """Returns it with its id. A contact has one registration at most."""

    def save(self, presenter: Presenter) -> None:
        """Replace everything but the contact and when they registered."""

    def by_id(self, presenter_id: int) -> Presenter | None: ...
    def of_contact(self, contact_id: int) -> Presenter | None: ...
    def each(self, states: Collection[State] = ()) -> Sequence[Presenter]:
        """Those in these states, or all, by name."""

    def unchanged_since(self, states: Collection[State], at: datetime) -> Sequence[Presenter]:
        """Those who have been in one of these states since before ``at``."""

    def ungiven(self, current: str, most: int) -> Sequence[Presenter]:
        """Approved ones who got other versions of the documents than ``current`` names."""

    def strayed(self, bank: str, most: int) -> Sequence[Presenter]:
        """Approved ones who are on the list no longer, and retired ones who are on it again."""

    def called(self, since: datetime) -> frozenset[int]:
        """The contacts who were asked to register since then, or want to be asked never again."""

    def call(self, contact_id: int, now: datetime, *, never: bool = False) -> None:
        """Note that somebody was asked to register, or that they want to be asked ``never`` again."""
