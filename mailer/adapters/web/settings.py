"""What the pages need to know of the configuration."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

ALL = frozenset({"subscribe", "preferences", "presenter", "event", "view"})


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What the pages need to know of the configuration."""

    office: str = ""
    """The name at the top of each page."""
    address: str = ""
    """The office's mail address."""
    url: str = ""
    """The public base of the pages, from which alone links are made (D7)."""
    secret: str = ""
    """For the tokens of forms."""
    pages: Collection[str] = ALL
    """Those that are served beside the one-click page."""
    forwarded_by: Collection[str] = ()
    """The web servers whose X-Forwarded-For field is believed."""
    per_client: int = 30
    """Forms of one client in an hour."""

    @property
    def base(self) -> str:
        """The path of the public base, without a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def is_secure(self) -> bool:
        return urlsplit(self.url).scheme == "https"
