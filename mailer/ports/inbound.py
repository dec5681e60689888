"""Which mails were handled, and how."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mailer.model.inbound import Folder
from mailer.ports.mailbox import Ref


class InboundQueries(Protocol):
    """Which mails were handled, and how."""

    def handled(self, refs: Iterable[Ref]) -> dict[Ref, Folder]:
        """The refs that were handled before, and the folder of each."""

    def folder_of(self, digest: str) -> Folder | None:
        """The folder of the mail with this digest, or None if it has not been handled."""

    def record(
        self,
        digest: str,
        ref: Ref,
        received_at: datetime,
        *,
        kind: str,
        intent: str,
        reason: str,
        folder: Folder | None,
        faults: int = 0,
    ) -> None:
        """Note what was done with a mail; ``folder`` None keeps it in the inbox for another try."""

    def faults(self, digest: str) -> int:
        """How many times the mail with this digest could not be handled."""

    def counts(self) -> dict[str, int]:
        """Mails by kind."""

    def in_attention(self) -> int:
        """How many mails were filed in Attention, for a person."""
