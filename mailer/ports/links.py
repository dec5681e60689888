"""The addresses of links, and what came of asking them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from mailer.model.links import Answer, Check


class LinkQueries(Protocol):
    """What is known of addresses in lists of links."""

    def checks(self, urls: Collection[str]) -> dict[str, Check]:
        """What is known of these addresses, by address; those that were never asked are left out."""

    def save(self, check: Check) -> None:
        """Keep what is known of an address; it takes the place of what was known before."""


class LinkChecker(Protocol):
    """Asks addresses on the web."""

    def ask(self, url: str) -> Answer:
        """Whether there is something at an address. It takes some seconds at most, and never raises.

        An address that leads into a private network is not asked.
        """
