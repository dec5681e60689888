"""What is to go out, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.lists import Format
from mailer.model.outbox import (
    UNDELIVERED,
    Counts,
    Delivery,
    DeliveryRow,
    Draft,
    Due,
    Fate,
    Outcome,
    Trouble,
)


class OutboxQueries(Protocol):
    """What is to go, what went, and how fast."""

    def add(self, draft: Draft, now: datetime) -> bool:
        """Queue a service mail; False where its cause has already written to this recipient."""

    def add_copies(
        self,
        mailing_id: int,
        lists: Sequence[str],
        id_left: str,
        id_right: str,
        now: datetime,
        alike: Format | None = None,
    ) -> int:
        """Queue one copy for each active member of any of ``lists``, as one set operation; how many are new.

        A row's Message-ID is ``id_left``, the contact's id, ``id_right``; or, where all that want one format get the
        very same mail, that format in between, which is ``alike`` where they did not say.
        """

    def written(self, cause: str) -> int:
        """How many mails the cause has written, to whomever."""

    def due(
        self,
        now: datetime,
        mailing_id: int | None = None,
        most: int = 1,
        held: Collection[str] = (),
        after: int = 0,
        batch: range | None = None,
    ) -> list[Due]:
        """The next ``most`` rows to go, conversation first; they are not yet claimed.

        Then copies of the running mailings (or of ``mailing_id`` alone), one of each in turn, beginning with the first
        mailing behind ``after``. None of all these to a domain in ``held``. With ``batch`` there is no conversation,
        and of ``mailing_id`` only the copies whose ids are in it.
        """

    def record(
        self,
        rows: Sequence[int],
        outcomes: Sequence[tuple[Outcome, datetime | None]],
        now: datetime,
        holder: str = "",
    ) -> Collection[int]:
        """Claim ``rows``, and then ``settle`` outcomes, in one round trip; those that were still waiting.

        From here on the relay may act on them, and ``holder`` answers for them: what has no outcome after a crash is in
        doubt. A row may be in both: it was refused before anybody could act on it, and need not be among those
        returned.
        """

    def suppress(self, reasons: Mapping[int, str], now: datetime) -> None:
        """Hold waiting rows back for good, each for its reason."""

    def postpone(self, times: Mapping[int, datetime]) -> None:
        """Let waiting rows wait, each until its time."""

    def settle(self, outcomes: Sequence[tuple[Outcome, datetime | None]], now: datetime, holder: str = "") -> None:
        """Write down what became of rows that ``holder`` claimed; a deferred one is tried again at the time beside it.

        Where somebody took the holder for dead, its row is in doubt; that it was sent, or failed, is still believed.
        """

    def doubt_unsettled(self, now: datetime, holder: str | None = None) -> int:
        """After a crash: what ``holder``, or with None anybody, was sending is in doubt; how many rows."""

    def holders(self) -> set[str]:
        """Who is sending something."""

    def resolve_doubts(self, mailing_id: int | None, state: Delivery, now: datetime) -> int:
        """Make what is in doubt ``state``: queued again, or failed; how many rows."""

    def reported(self, row_id: int, fate: Fate, words: str, now: datetime) -> str | None:
        """Move a delivery as ``REPORTED`` says; the recipient, or None where that moves nothing."""

    def row_of(self, mailing_id: int, recipient: str) -> int | None:
        """The row of a mailing's copy to that mailbox."""

    def recipient(self, row_id: int) -> str | None: ...
    def counts(self, mailing_id: int | None = None) -> Counts:
        """Of one mailing; None: of all conversation."""

    def next_retry(self, held: Collection[str] = ()) -> datetime | None:
        """When the next waiting row is due, of conversation and of the running mailings.

        None to a domain in ``held``.
        """

    def first_due(self, mailing_id: int | None = None, held: Collection[str] = ()) -> datetime | None:
        """When the first waiting row of one mailing is due, paused or not; None: of all conversation."""

    def troubles(
        self, mailing_id: int | None = None, limit: int = 100, states: Collection[Delivery] = UNDELIVERED
    ) -> list[Trouble]:
        """Deliveries that failed or are in doubt, the newest first; ``mailing_id`` None: of everything."""

    def page(
        self, mailing_id: int, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
    ) -> list[DeliveryRow]:
        """A mailing's copies with ids above ``after``; only in ``states``, and only with ``part`` in the address."""

    def unresolved_mailings(self) -> set[int]:
        """Mailings with a row that still waits or is under way."""
