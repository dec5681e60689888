"""What keeps forms and sessions to those whose they are: tokens of forms, the client's address, the session cookie."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import time
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from mailer.adapters.web.settings import WebSettings

FORM_SECONDS = 12 * 3600
"""How long a form that needs no session can be sent."""

SESSION_SECONDS = 3600
"""How long a browser keeps the cookie; the store ends the session by its own clock."""


class Guard:
    """Makes and checks what a form or a session is known by."""

    def __init__(self, settings: WebSettings) -> None:
        self._settings = settings
        self._secret = (settings.secret or secrets.token_hex(32)).encode()[:64]
        self._cookie = "__Host-session" if settings.is_secure else "session"

    # --- forms ---

    def token(self, form: str, session: str = "") -> str:
        """What a form carries, so that no page of another site can send it (CSRF)."""
        at = f"{int(time.time()):x}"
        return f"{at}.{self._mac(at, form, session)}"

    def _mac(self, at: str, form: str, session: str) -> str:
        return blake2b(f"{at} {form} {session}".encode(), key=self._secret, digest_size=20).hexdigest()

    def accepts(self, request: Request, given: str, form: str, session: str = "") -> bool:
        """Whether the form is one of ours that was shown lately in this session, and no other site sent it."""
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        at, _, mac = given[:100].partition(".")
        if not hmac.compare_digest(mac.encode(), self._mac(at, form, session).encode()):
            return False
        return 0 <= time.time() - int(at, 16) <= FORM_SECONDS

    # --- clients ---

    def client(self, request: Request) -> str:
        """The address that a request comes from; of IPv6 the network of the subscriber (RFC 6177)."""
        host = request.client.host if request.client else ""
        if host in self._settings.forwarded_by:
            forwarded = [one.strip() for one in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
            host = next((one for one in reversed(forwarded) if one not in self._settings.forwarded_by), "") or host
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return "unknown"
        if isinstance(address, ipaddress.IPv6Address):
            mapped = address.ipv4_mapped
            return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
        return host

    # --- sessions ---

    def session(self, request: Request) -> str:
        """The secret of the browser's session; empty if it has none."""
        return request.cookies.get(self._cookie, "")[:100]

    def new_session(self) -> str:
        return secrets.token_urlsafe(32)

    def begin(self, response: Response, session: str) -> None:
        """Give the browser the session's secret."""
        response.set_cookie(
            self._cookie,
            session,
            max_age=SESSION_SECONDS,
            path="/",
            secure=self._settings.is_secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response) -> None:
        response.delete_cookie(
            self._cookie, path="/", secure=self._settings.is_secure, httponly=True, samesite="strict"
        )
