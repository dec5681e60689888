"""The unsubscribe page behind ``[office] url``. GET changes nothing, POST unsubscribes (RFC 8058; B2, B3, D7)."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

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
from mailer.errors import Permanent, Temporary
from mailer.ports import Site

MAX_BODY = 4096
"""Octets of a form; that of an unsubscription has about thirty."""

LANGUAGES = 20
"""How many languages of an Accept-Language field are considered."""

STARTS_WITHIN = STOPS_WITHIN = 10.0
"""Seconds."""

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
        }

    def page(self, request: Request, name: str, status: int = 200) -> HTMLResponse:
        """The page in the language that the browser asks for, else in the office's."""
        catalogue = self._catalogues(*preferred(request.headers.get("accept-language", "")))
        page = self._jinja.get_template(f"{name}.html").render(catalogue=catalogue)
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
    """Serves ``/leave/TOKEN``. The response is the same for every token, so nobody can guess one (A35)."""
    one_at_a_time = anyio.Semaphore(1)

    async def show(request: Request) -> HTMLResponse:
        return pages.page(request, "leave")

    async def unsubscribe(request: Request) -> HTMLResponse:
        if not await _is_one_click(request):
            return pages.page(request, "unknown", 400)
        try:
            async with one_at_a_time:
                await run_sync(site.leave, request.path_params["token"])
        except Temporary as error:
            log.warning("a reader could not unsubscribe on the web page: %s", error)
            return pages.page(request, "later", 503)
        return pages.page(request, "left")

    async def unknown(request: Request, error: Exception) -> HTMLResponse:
        return pages.page(request, "unknown", error.status_code if isinstance(error, HTTPException) else 500)

    routes = [
        Route("/leave/{token}", show, methods=["GET", "HEAD"]),
        Route("/leave/{token}", unsubscribe, methods=["POST"]),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: unknown, Exception: unknown})
    app.router.redirect_slashes = False
    return app


async def _is_one_click(request: Request) -> bool:
    """Whether the body is the form of RFC 8058 3.1, which mail programs and our own button send."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_BODY:
        return False
    async with request.form(max_files=0, max_fields=10) as form:
        return form.get("List-Unsubscribe") == "One-Click"


@contextlib.contextmanager
def serve(
    host: str, port: int, site: Site, office: str = "", catalogues: Catalogues | None = None
) -> Iterator[tuple[str, int]]:
    """Serve in a thread until the block ends. Yields host and port; port 0 is replaced by the chosen one.

    ``site.leave`` gets the token part of the path, valid or not. It is called in another thread, but never twice at a
    time. ``office`` is the name at the top of the page. Raises Permanent if it cannot listen.
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
                limit_concurrency=100,
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
