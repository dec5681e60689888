"""Which mails were handled, and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mailer.model.inbound import Folder, Handled, HandledMail, MailKind
from mailer.ports.mailbox import Ref


class InboundQueries(Protocol):
    """Which mails were handled, and how."""

    def handled(self, refs: Iterable[Ref]) -> dict[Ref, Folder]:
        """The refs that were handled before, and the folder of each."""

    def folders_of(self, digests: Iterable[str]) -> dict[str, Folder]:
        """The folders of those mails that have been handled, by digest."""

    def record(self, digest: str, ref: Ref, received_at: datetime, handled: Handled, faults: int = 0) -> None:
        """Note what was done with a mail."""

    def number_of(self, digest: str) -> int:
        """The number of a mail that is recorded."""

    def faults(self, digest: str) -> int:
        """How many times the mail with this digest could not be handled."""

    def newest(self, most: int, folder: Folder | None = None, kind: MailKind | None = None) -> list[HandledMail]:
        """The newest mails that were handled, the oldest of them first; only those in ``folder`` and of ``kind``."""

    def one(self, number: int) -> HandledMail | None:
        """The mail with this number, as ``newest`` gives it."""

    def raw(self, mail: HandledMail) -> bytes | None:
        """The bytes of a mail that waits for a person, or was handed over; None if they are in a mailbox alone."""

    def counts(self) -> dict[str, int]:
        """Mails by kind."""

    def in_attention(self) -> int:
        """How many mails were filed in Attention, for a person."""
