"""What keeps the site up to date needs of the world: a folder, a command that publishes it, and a memory of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from mailer.model.site import Built, SiteState
from mailer.ports.published import Published


class SiteBuilder(Protocol):
    """Makes a folder say what is published."""

    def step(self, published: Published, go_on: Callable[[], bool] = ...) -> Built | None:
        """Build until it is done, or until ``go_on`` says no; then None, and the next step goes on.

        What was granted when a step was made may not be any more when the next one is: every step looks at all again.
        Visitors see the folder as it was until all is done. Raises Refused and Permanent if it cannot be written.
        """

    def preview(self, published: Published) -> Built:
        """What a build would change. It writes nothing."""

    def give_up(self) -> None:
        """Forget what was begun."""


class SitePublisher(Protocol):
    """Runs the command that puts the folder somewhere; one at a time."""

    def start(self) -> None:
        """Run it beside everything else. Raises Permanent if it cannot be run."""

    def outcome(self) -> str | None:
        """None while it runs; then once how it ended: empty if it succeeded, or else what went wrong."""

    @property
    def is_running(self) -> bool: ...


class SiteRecord(Protocol):
    """Remembers how the site stands, for ``mailer site status``."""

    def read(self) -> SiteState: ...
    def write(self, state: SiteState) -> None: ...
