"""Publications, and their visual identity."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """A publication's visual identity (configuration, ``[identity]``)."""

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
    """The path of an issue's folder; ``{number}`` stands for the issue's number."""
    editors: tuple[str, ...]
    """Addresses that are told of objections and results."""
    personal: bool = True
    """Whether each reader gets a copy of their own; otherwise all who want one format get the same mail."""

    def pdf_name(self, number: int) -> str:
        """The file name of the attached PDF: ``update-1.pdf``."""
        return f"{self.key}-{number}.pdf"
