"""The address of this machine to which a provider sends a browser back (RFC 8252 7.3)."""

from __future__ import annotations

import hmac
import socketserver
import time
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from mailer.errors import Permanent, Refused
from mailer.message import clean

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>mailer</title>
<p>{text}</p></html>
"""
_MOST_WAIT_FOR_A_REQUEST = 5.0


class _Handler(BaseHTTPRequestHandler):
    timeout = _MOST_WAIT_FOR_A_REQUEST
    server: Loopback

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        values = {name: found[0] for name, found in parse_qs(parts.query).items()}
        if parts.path != "/" or not hmac.compare_digest(values.get("state", "").encode(), self.server.state.encode()):
            self._answer(404, "This is not what mailer waits for.")
        elif values.get("code"):
            self.server.code = values["code"]
            self._answer(200, "Thank you. You can close this window and go back to the terminal.")
        else:
            self.server.error = clean(values.get("error", "no code")) or "no code"
            self._answer(200, "No access was given. You can close this window.")

    def _answer(self, status: int, text: str) -> None:
        page = _PAGE.format(text=text).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(page)),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": "default-src 'none'",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Nothing: a request has the code in it (D6)."""


class Loopback(socketserver.TCPServer):
    """Listens on 127.0.0.1 while the context lasts. Whoever does not know the state changes nothing."""

    def __init__(self, host: str, port: int = 0) -> None:
        """``host`` is how the provider wants this machine to be named; port 0 is any that is free."""
        self.state = self.code = self.error = ""
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as fault:
            raise Permanent(f"Cannot listen on 127.0.0.1:{port}: {fault.strerror}. Choose another --port.") from None
        self.port = int(self.server_address[1])
        self.url = f"http://{host}:{self.port}/"

    def wait_for_code(self, state: str, seconds: float) -> str:
        """The code that the browser brings. Raises Refused if the person does not agree, or not in time."""
        self.state = state
        deadline = time.monotonic() + seconds
        while not (self.code or self.error):
            self.timeout = deadline - time.monotonic()
            if self.timeout <= 0:
                raise Refused(f"Nobody logged in within {seconds:.0f} seconds. Run the command again.")
            self.handle_request()
        if self.error:
            raise Refused(f"The provider gives no access ({self.error}).")
        return self.code

    def handle_error(self, *_: object) -> None:
        """Nothing: what breaks here is a stranger's connection."""
