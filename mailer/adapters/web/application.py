"""All pages together."""

from __future__ import annotations

import re

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mailer.adapters.web.asking import asking_routes
from mailer.adapters.web.endpoints import Endpoint, Endpoints, log, routes
from mailer.adapters.web.one_click import one_click_routes, unknown
from mailer.adapters.web.responses import Responses
from mailer.adapters.web.sessions import session_routes
from mailer.adapters.web.settings import WebSettings
from mailer.errors import Temporary
from mailer.ports.pages import Pages

NUMBER = re.compile(r"[0-9]{1,6}")
"""Of an issue; none is 0."""


def application(office: Pages, responses: Responses, settings: WebSettings) -> Starlette:
    """Serves the pages that the settings name, and always those of tokens in mails."""
    here = Endpoints(office, responses, settings)
    handler = unknown(here)
    made = [*one_click_routes(here), *asking_routes(here), *session_routes(here), *_view_routes(here)]
    if settings.pages:
        made += routes("/", _start(here), None)
    app = Starlette(routes=made, exception_handlers={HTTPException: handler, Exception: handler})  # type: ignore[dict-item]
    app.router.redirect_slashes = False
    return app


def _start(here: Endpoints) -> Endpoint:
    async def answer(request: Request) -> Response:
        return here.responses.page(request, "start", offers_languages=True)

    return answer


def _view_routes(here: Endpoints) -> list[Route]:
    """``/view/PUBLICATION/NUMBER`` and ``/view/PUBLICATION/NUMBER/LANGUAGE``."""
    if "view" not in here.settings.pages:
        return []

    async def answer(request: Request) -> Response:
        wanted = request.path_params
        language = wanted.get("language") or here.responses.catalogue(request).tag
        number = int(wanted["number"]) if NUMBER.fullmatch(wanted["number"]) else 0
        try:
            page = await here.look(here.office.view, wanted["publication"][:64], number, language[:20])
        except Temporary as error:
            log.warning("a reader could not be served on the web page: %s", error)
            return here.responses.page(request, "later", 503)
        return here.responses.view(page, language) if page else here.responses.page(request, "unknown", 404)

    paths = ("/view/{publication}/{number}", "/view/{publication}/{number}/{language}")
    return [route for path in paths for route in routes(path, answer, None)]
