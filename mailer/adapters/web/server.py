"""Serves the pages behind ``[office] url`` in a thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn

from mailer.adapters.catalogues import Catalogues
from mailer.adapters.data import TEMPLATES
from mailer.adapters.web.application import application
from mailer.adapters.web.connections import connections
from mailer.adapters.web.responses import Responses
from mailer.adapters.web.settings import WebSettings
from mailer.errors import Permanent
from mailer.ports.pages import Pages

MOST_REQUESTS = 500
"""Requests that are answered at the same time; more get 503."""

STARTS_WITHIN = STOPS_WITHIN = 10.0
"""Seconds."""


@contextlib.contextmanager
def serve(
    host: str, port: int, pages: Pages, settings: WebSettings | None = None, catalogues: Catalogues | None = None
) -> Iterator[tuple[str, int]]:
    """Serve in a thread until the block ends. Yields host and port; port 0 is replaced by the chosen one.

    ``pages`` get the token part of the path, valid or not. They are called in other threads; what changes something is
    never called twice at a time. Raises Permanent if it cannot listen.
    """
    settings = settings or WebSettings()
    responses = Responses(TEMPLATES / "web", settings, catalogues or Catalogues(TEMPLATES / "locale"))
    app = application(pages, responses, settings)
    with _listening(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,  # the URL contains a token
                server_header=False,
                proxy_headers=False,  # Guard decides whom to believe
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
