"""The pages behind ``[office] url``: to leave and to come back. GET changes nothing, POST acts (RFC 8058, B2, B3)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import re
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qsl

import anyio
import uvicorn
from anyio.to_thread import run_sync
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.data import TEMPLATES
from mailer.adapters.translation import translate
from mailer.adapters.web_connections import connections
from mailer.errors import Permanent, Temporary
from mailer.ports import Site

MAX_BODY = 4096
"""Octets of a form; that of an unsubscription has about thirty."""

BODY_SECONDS = 5.0
"""For a form to come."""

MOST_REQUESTS = 500
"""Requests that are answered at the same time; more get 503."""

LANGUAGES = 20
"""How many languages of an Accept-Language field are considered."""

STARTS_WITHIN = STOPS_WITHIN = 10.0
"""Seconds."""

Endpoint: TypeAlias = Callable[[Request], Awaitable[HTMLResponse]]

log = logging.getLogger(__name__)


class Pages:
    """The pages, and the header fields of all their responses."""

    def __init__(self, templates: Path, office: str, catalogues: Catalogues) -> None:
        style = (templates / "style.css").read_text(encoding="utf-8")
        self._jinja = Environment(loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined)
        translate(self._jinja)
        self._jinja.globals.update(style=Markup(style), office=office)
        self._catalogues = catalogues
        style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self._headers = {
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{style_hash}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
            "Referrer-Policy": "no-referrer",  # the URL contains a token
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
            "Connection": "close",  # one request for each connection, so that none is kept open
        }

    def page(self, request: Request, name: str, status: int = 200, title: str = "") -> HTMLResponse:
        """The page in the language that the browser asks for, else in the office's. ``title`` is a publication's."""
        catalogue = self._catalogues(*preferred(request.headers.get("accept-language", "")))
        page = self._jinja.get_template(f"{name}.html").render(catalogue=catalogue, publication=title)
        return HTMLResponse(page, status, {**self._headers, "Content-Language": catalogue.tag})


def preferred(accepted: str) -> list[str]:
    """The languages of an Accept-Language field (RFC 9110 12.5.4), most wanted first."""
    weights = {part.partition(";")[0].strip(): _weight(part) for part in accepted.split(",")[:LANGUAGES]}
    return sorted((tag for tag, weight in weights.items() if weight > 0), key=lambda tag: -weights[tag])


def _weight(part: str) -> float:
    """The weight of a language, from 0 (not wanted) to 1."""
    value = re.fullmatch(r"[^;]*;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", part, re.IGNORECASE)
    return float(value[1]) if value else float(";" not in part)


def application(site: Site, pages: Pages) -> Starlette:
    """Serves ``/leave/TOKEN`` and ``/back/TOKEN``.

    The responses are the same for genuine and forged tokens, so nobody can guess one (A35).
    """
    one_at_a_time = anyio.Semaphore(1)

    async def show(request: Request, name: str, status: int = 200) -> HTMLResponse:
        title = ""
        with contextlib.suppress(Temporary):
            title = await run_sync(site.title, request.path_params["token"])
        return pages.page(request, name, status, title)

    def page(name: str) -> Endpoint:
        async def answer(request: Request) -> HTMLResponse:
            return await show(request, name)

        return answer

    def action(act: Callable[[str], None], is_meant: Callable[[bytes], bool], before: str, after: str) -> Endpoint:
        async def answer(request: Request) -> HTMLResponse:
            body = await _body(request)
            if not body.strip():
                return await show(request, before)
            if not is_meant(body):
                return pages.page(request, "unknown", 400)
            try:
                async with one_at_a_time:
                    await run_sync(act, request.path_params["token"])
            except Temporary as error:
                log.warning("a reader could not be served on the web page: %s", error)
                return pages.page(request, "later", 503)
            return await show(request, after)

        return answer

    async def unknown(request: Request, error: Exception) -> HTMLResponse:
        return pages.page(request, "unknown", error.status_code if isinstance(error, HTTPException) else 500)

    leave = action(site.leave, is_one_click, "leave", "left")
    back = action(site.come_back, lambda body: body.strip() == b"back=yes", "back", "returned")
    routes = [
        Route(f"/{path}/{{token}}{slash}", endpoint, methods=methods)
        for path, shown, acted in (("leave", page("leave"), leave), ("back", page("back"), back))
        for slash in ("", "/")
        for methods, endpoint in ((["GET", "HEAD"], shown), (["POST"], acted))
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: unknown, Exception: unknown})
    app.router.redirect_slashes = False
    return app


async def _body(request: Request) -> bytes:
    """The body, however it is framed. Raises HTTPException if it is too long or does not come."""
    body = b""
    with anyio.move_on_after(BODY_SECONDS) as scope:
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY:
                raise HTTPException(413)
    if scope.cancelled_caught:
        raise HTTPException(408)
    return body


def is_one_click(body: bytes) -> bool:
    """Whether the body is the form of RFC 8058 3.1, which mail programs and our own button send.

    Some say that it is plain text, or nothing; so its words count, urlencoded or as a part, in upper or lower case.
    """
    text = body.decode("latin-1").lower()
    pairs = parse_qsl(text.strip(), keep_blank_values=True)
    return any((name.strip(), value.strip()) == ONE_CLICK for name, value in pairs) or bool(_PART.search(text))


ONE_CLICK = ("list-unsubscribe", "one-click")
_PART = re.compile(
    r"^content-disposition:[^\r\n]*\bname=\"?list-unsubscribe\"?(?:\r?\n[^\r\n]+)*\r?\n\r?\none-click[ \t]*\r?$",
    re.MULTILINE,
)
"""The part of a multipart/form-data body (RFC 7578)."""


@contextlib.contextmanager
def serve(
    host: str, port: int, site: Site, office: str = "", catalogues: Catalogues | None = None
) -> Iterator[tuple[str, int]]:
    """Serve in a thread until the block ends. Yields host and port; port 0 is replaced by the chosen one.

    The site gets the token part of the path, valid or not. It is called in other threads; what changes something is
    never called twice at a time. ``office`` is the name at the top of the page. Raises Permanent if it cannot listen.
    """
    app = application(site, Pages(TEMPLATES / "web", office, catalogues or Catalogues(TEMPLATES / "locale")))
    with _listening(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # the URL contains a token
                server_header=False,
                lifespan="off",
                ws="none",
                http=connections(),
                limit_concurrency=MOST_REQUESTS,
                timeout_graceful_shutdown=5,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join(STOPS_WITHIN)


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        place = f"[web] listen: cannot listen on {host}:{port}"
        raise Permanent(f"{place}: {error.strerror}. Free the port, or name another.") from None


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Permanent("the web page could not be started; the log says why")
        time.sleep(0.01)
