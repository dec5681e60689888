"""Mail that waits in Attention for a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from mailer.model.inbound import Folder


class ToFile(NamedTuple):
    """A mail that a person has decided about, and that still lies in the mailbox's folder Attention."""

    number: int
    digest: str
    folder: Folder
    """Where it belongs now."""


class AttentionQueries(Protocol):
    """Mail that waits in Attention; a mail has the number of its record in ``inbound``."""

    def keep(self, number: int, raw: bytes) -> None:
        """Keep the bytes of a mail that is set aside."""

    def decide(self, number: int, folder: Folder) -> None:
        """Note where the mail belongs now, and forget its bytes."""

    def to_file(self) -> list[ToFile]:
        """What still has to be moved in the mailbox."""

    def filed(self, numbers: Iterable[int]) -> None:
        """Note that these mails are where they belong, or are gone."""
