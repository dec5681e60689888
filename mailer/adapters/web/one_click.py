"""The pages of tokens in mails: to leave and to come back. GET changes nothing, POST acts (RFC 8058, B2, B3)."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import anyio
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from mailer.adapters.web.bodies import body_of, is_one_click
from mailer.adapters.web.responses import Responses
from mailer.errors import Temporary
from mailer.ports.pages import Pages

Endpoint: TypeAlias = Callable[[Request], Awaitable[HTMLResponse]]

log = logging.getLogger(__name__)


def application(office: Pages, responses: Responses) -> Starlette:
    """Serves ``/leave/TOKEN`` and ``/back/TOKEN``.

    The responses are the same for genuine and forged tokens, so nobody can guess one (A35).
    """
    one_at_a_time = anyio.Semaphore(1)

    async def show(request: Request, name: str, status: int = 200) -> HTMLResponse:
        title = ""
        with contextlib.suppress(Temporary):
            title = await run_sync(office.title, request.path_params["token"])
        return responses.page(request, name, status, title)

    def page(name: str) -> Endpoint:
        async def answer(request: Request) -> HTMLResponse:
            return await show(request, name)

        return answer

    def action(act: Callable[[str], None], is_meant: Callable[[bytes], bool], before: str, after: str) -> Endpoint:
        async def answer(request: Request) -> HTMLResponse:
            body = await body_of(request)
            if not body.strip():
                return await show(request, before)
            if not is_meant(body):
                return responses.page(request, "unknown", 400)
            try:
                async with one_at_a_time:
                    await run_sync(act, request.path_params["token"])
            except Temporary as error:
                log.warning("a reader could not be served on the web page: %s", error)
                return responses.page(request, "later", 503)
            return await show(request, after)

        return answer

    async def unknown(request: Request, error: Exception) -> HTMLResponse:
        return responses.page(request, "unknown", error.status_code if isinstance(error, HTTPException) else 500)

    leave = action(office.leave, is_one_click, "leave", "left")
    back = action(office.come_back, lambda body: body.strip() == b"back=yes", "back", "returned")
    routes = [
        Route(f"/{path}/{{token}}{slash}", endpoint, methods=methods)
        for path, shown, acted in (("leave", page("leave"), leave), ("back", page("back"), back))
        for slash in ("", "/")
        for methods, endpoint in ((["GET", "HEAD"], shown), (["POST"], acted))
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: unknown, Exception: unknown})
    app.router.redirect_slashes = False
    return app
