"""Publications, and the visual identity that their issues are set in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """The visual identity that an issue is set in (configuration, ``[identity]``)."""

    masthead: str
    tagline: str
    publisher: str
    accent: str
    """CSS colours, ``#rrggbb``."""
    ink: str
    paper: str
    imprint: str
    """One or two lines at the end: who publishes, where to write."""
    address: str
    """The office's address, which readers write to."""
    max_pages: int


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication as the configuration describes it."""

    key: str
    title: str
    list_id: str
    """RFC 2919."""
    lists: tuple[str, ...]
    max_pages: int
    folder: str
    """Where its issues' folders are; ``{number}`` stands for the number."""
    editors: tuple[str, ...]
    """Who hears of objections and results."""
    board: str
    """The board that approves its issues."""
    personal: bool = True
    """Whether each copy is its reader's own; where not, all who want one format get the very same mail."""

    def pdf_name(self, number: int) -> str:
        """The PDF's file name as readers save it: ``update-1.pdf``."""
        return f"{self.key}-{number}.pdf"
