"""What all endpoints of the pages have at hand."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailer.adapters.web.guard import Guard
from mailer.adapters.web.responses import Responses
from mailer.adapters.web.settings import WebSettings
from mailer.ports.pages import Pages

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Endpoints:
    """The office, and how a request is answered."""

    def __init__(self, office: Pages, responses: Responses, settings: WebSettings) -> None:
        self.office, self.responses, self.settings = office, responses, settings
        self.guard = Guard(settings)
        self._one_at_a_time = anyio.Semaphore(1)

    async def look(self, act: Callable[..., Answer], *arguments: Any) -> Answer:
        """Ask the office what changes nothing. Raises Temporary."""
        return await run_sync(act, *arguments)

    async def do(self, act: Callable[..., Answer], *arguments: Any) -> Answer:
        """Have the office do something, after all that was asked of it before. Raises Temporary."""
        async with self._one_at_a_time:
            return await run_sync(act, *arguments)

    async def admits(self, request: Request) -> bool:
        """Whether this client has not sent too many forms in this hour."""
        return await self.do(self.office.admits, self.guard.client(request), self.settings.per_client)

    def busy(self, request: Request) -> Response:
        return self.responses.page(request, "busy", 429)


def routes(path: str, show: Endpoint | None, act: Endpoint | None) -> list[Route]:
    """The routes of one page, with and without a slash at its end."""
    both = (["GET", "HEAD"], show), (["POST"], act)
    return [
        Route(f"{path}{slash}", endpoint, methods=methods)
        for slash in (("", "/") if path != "/" else ("",))
        for methods, endpoint in both
        if endpoint
    ]
