"""What is to be sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.lists import Contact
from mailer.model.mailings import Alike, Readers
from mailer.model.outbox import (
    UNDELIVERED,
    Counts,
    Delivery,
    DeliveryRow,
    Draft,
    Due,
    Fate,
    GivenOut,
    Outcome,
    Trouble,
)
from mailer.model.silence import SentMail


class OutboxQueries(Protocol):
    """The rows of the outbox: what is to be sent, and what became of it."""

    def add(self, draft: Draft, now: datetime) -> bool:
        """Queue a service mail; False if there is one for the same cause and recipient already."""

    def add_copies(
        self,
        mailing_id: int,
        lists: Sequence[str],
        id_left: str,
        id_right: str,
        now: datetime,
        alike: Alike | None = None,
        readers: Readers | None = None,
    ) -> int:
        """Queue one copy for each active member of any of ``lists``, in one set operation; returns how many are new.

        ``readers`` narrows whom it is for.

        A copy's Message-ID is ``id_left``, the contact's id and ``id_right``. If ``alike`` is given, the format and the
        edition's language stand in place of the id: ``<update-1.pdf.en.0123456789ab@iso-sr.example>``.
        """

    def add_copy(self, mailing_id: int, contact: Contact, message_id: str, now: datetime) -> bool:
        """Queue one more copy for one contact; False if the same second has one."""

    def payloads(self, cause: str) -> list[bytes]:
        """The service mails whose cause is this one, or begins with it and a blank; the oldest first."""

    def sent_about(self, cause: str) -> list[SentMail]:
        """What became of the mails whose cause begins with this one and a blank, the oldest first."""

    def waiting_about(self, cause: str) -> list[int]:
        """The rows with such a cause that are not sent yet, and not being sent."""

    def written(self, cause: str) -> int:
        """How many mails have this cause, to any recipient."""

    def due(
        self,
        now: datetime,
        mailing_id: int | None = None,
        most: int = 1,
        held: Collection[str] = (),
        after: int = 0,
        batch: range | None = None,
    ) -> list[Due]:
        """The next ``most`` rows that are due, without claiming them.

        Service mail comes first. Copies of the running mailings (or of ``mailing_id`` alone) follow, one of each in
        turn, beginning with the first mailing whose id is above ``after``. Rows for a domain in ``held`` are left out.
        With ``batch``, only copies of ``mailing_id`` whose ids are in it are returned, and no service mail.
        """

    def record(
        self,
        rows: Sequence[int],
        outcomes: Sequence[tuple[Outcome, datetime | None]],
        now: datetime,
        holder: str = "",
    ) -> Collection[int]:
        """Claim ``rows`` and then ``settle`` outcomes, in one round trip; returns the rows that were still waiting.

        The relay may act on a claimed row at once, so a row that has no outcome after a crash is in doubt. ``holder``
        is who claimed it. A row may be in both arguments if it was refused before the relay could act on it; such a
        row need not be among those returned.
        """

    def suppress(self, reasons: Mapping[int, str], now: datetime) -> None:
        """Suppress waiting rows, each for its reason."""

    def postpone(self, times: Mapping[int, datetime]) -> None:
        """Let waiting rows wait until the given times."""

    def settle(self, outcomes: Sequence[tuple[Outcome, datetime | None]], now: datetime, holder: str = "") -> None:
        """Record the outcomes of rows that ``holder`` claimed; a deferred row is due at the time beside its outcome.

        If the holder was taken for dead meanwhile, its rows are in doubt. An outcome of sent or failed still settles
        them.
        """

    def doubt_unsettled(self, now: datetime, holder: str | None = None) -> int:
        """After a crash: put in doubt what ``holder`` was sending, or with None anybody; returns how many rows."""

    def holders(self) -> set[str]:
        """The holders of all rows that are being sent."""

    def resolve_doubts(self, mailing_id: int | None, state: Delivery, now: datetime) -> int:
        """Settle what is in doubt as ``state``, queued or failed; returns how many rows. None: of service mail."""

    def reported(self, row_id: int, fate: Fate, words: str, now: datetime) -> str | None:
        """Change a delivery's state as ``REPORTED`` says; returns the recipient, or None if nothing changed."""

    def row_of(self, mailing_id: int, recipient: str) -> int | None:
        """The id of the mailing's copy to that mailbox, or None."""

    def recipient(self, row_id: int) -> str | None: ...
    def given_out(self, row_id: int) -> GivenOut | None:
        """The recipient of a mail that the relay may have had, and when it was written; None for any other row."""

    def counts(self, mailing_id: int | None = None) -> Counts:
        """Counts of one mailing's copies; None: of all service mail."""

    def next_retry(self, held: Collection[str] = ()) -> datetime | None:
        """When the next waiting row of service mail or of a running mailing is due, or None if there is none.

        Rows for a domain in ``held`` are left out.
        """

    def first_due(self, mailing_id: int | None = None, held: Collection[str] = ()) -> datetime | None:
        """When the first waiting row of one mailing is due, paused or not; ``mailing_id`` None: of all service mail."""

    def troubles(
        self, mailing_id: int | None = None, limit: int = 100, states: Collection[Delivery] = UNDELIVERED
    ) -> list[Trouble]:
        """The newest deliveries in ``states``, the newest first; ``mailing_id`` None: of all mail."""

    def page(
        self, mailing_id: int, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
    ) -> list[DeliveryRow]:
        """The mailing's first ``limit`` copies with ids above ``after``, by id.

        ``states`` and ``part``, a part of the address, narrow them; empty means any.
        """

    def unresolved_mailings(self) -> set[int]:
        """The mailings with a copy that waits or is being sent."""
