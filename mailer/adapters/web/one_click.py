"""The pages of tokens in mails: to leave, pause, come back, confirm. GET changes nothing, POST acts (RFC 8058, B2, B3).

The responses are the same for genuine and forged tokens, so nobody can guess one (A35).
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailer.adapters.web.bodies import MOST_FIELDS, body_of, is_one_click
from mailer.adapters.web.endpoints import Endpoint, Endpoints, log, routes
from mailer.errors import Temporary
from mailer.model.lists import LONGEST_PAUSE

Other: TypeAlias = Callable[[Endpoints, Request, bytes], Awaitable[Response | None]]
"""What else the form of a page may ask for; None if it does not."""


def one_click_routes(here: Endpoints) -> list[Route]:
    """``/leave/TOKEN``, where one pauses, too; ``/back/TOKEN`` and ``/confirm/TOKEN``."""
    office = here.office
    return [
        *routes(
            "/leave/{token}",
            _page(here, "leave"),
            _action(here, office.leave, is_one_click, "leave", "left", other=_pause),
        ),
        *routes(
            "/back/{token}", _page(here, "back"), _action(here, office.come_back, _says("back"), "back", "returned")
        ),
        *routes(
            "/confirm/{token}",
            _page(here, "confirm"),
            _action(here, office.confirm, _says("confirm"), "confirm", "confirmed"),
        ),
    ]


def _says(name: str) -> Callable[[bytes], bool]:
    return lambda body: body.strip() == f"{name}=yes".encode()


async def _show(here: Endpoints, request: Request, name: str, status: int = 200, **values: object) -> Response:
    title = ""
    with contextlib.suppress(Temporary):
        title = await here.look(here.office.title, request.path_params["token"])
    own: dict[str, Any] = {"publication": title, "error": "", **values}
    return here.responses.page(request, name, status, **own)


def _page(here: Endpoints, name: str) -> Endpoint:
    async def answer(request: Request) -> Response:
        return await _show(here, request, name)

    return answer


def _action(
    here: Endpoints,
    act: Callable[[str], None],
    is_meant: Callable[[bytes], bool],
    before: str,
    after: str,
    other: Other | None = None,
) -> Endpoint:
    async def answer(request: Request) -> Response:
        body = await body_of(request)
        if not body.strip():
            return await _show(here, request, before)
        if not is_meant(body):
            answer = await other(here, request, body) if other else None
            return answer or here.responses.page(request, "unknown", 400)
        try:
            await here.do(act, request.path_params["token"])
        except Temporary as error:
            log.warning("a reader could not be served on the web page: %s", error)
            return here.responses.page(request, "later", 503)
        return await _show(here, request, after)

    return answer


async def _pause(here: Endpoints, request: Request, body: bytes) -> Response | None:
    """Pause instead of leaving, if the form says how long."""
    try:
        fields = dict(parse_qsl(body.decode("latin-1"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return None
    if "days" not in fields:
        return None
    today = await here.look(here.office.today)
    until = pause_of(fields["days"], today)
    if until is None:
        return await _show(here, request, "leave", 400, error="days")
    try:
        if not await here.admits(request) or not await here.do(here.office.pause, request.path_params["token"], until):
            return here.busy(request)
    except Temporary as error:
        log.warning("a reader could not be served on the web page: %s", error)
        return here.responses.page(request, "later", 503)
    return await _show(here, request, "paused", until=until)


def pause_of(days: str, today: date) -> date | None:
    """The day on which issues come again; None if there is none within a year."""
    length = timedelta(days=int(days)) if days.isascii() and days.isdecimal() and len(days) < 4 else timedelta()
    return today + length if timedelta() < length <= LONGEST_PAUSE else None


def unknown(here: Endpoints) -> Callable[[Request, Exception], object]:
    """What a page answers that is not there, or that failed."""

    async def answer(request: Request, error: Exception) -> Response:
        return here.responses.page(request, "unknown", error.status_code if isinstance(error, HTTPException) else 500)

    return answer
