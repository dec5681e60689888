"""Documents that people send, as Markdown."""

from __future__ import annotations

from typing import Protocol

from mailer.model.conversion import Converted


class Conversion(Protocol):
    """Reads what word processors and editors write."""

    def read(self, data: bytes, name: str, media_type: str) -> Converted:
        """The document as Markdown that our own checker takes, with all of its words; what is lost is named.

        ``name`` and ``media_type`` are those of the attachment; ``format_of`` says what they stand for. The file is
        read in a process of its own with limits, and nothing that it refers to is loaded (C5). Raises Unreadable if it
        goes beyond them, or is no file of a kind that is converted.
        """
