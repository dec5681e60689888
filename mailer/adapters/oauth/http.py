"""HTTP requests to a provider: verified TLS, no redirects, and a limit on the answer."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any, Protocol
from urllib.parse import urlencode

from mailer.errors import Permanent, Temporary
from mailer.message import clean

TIMEOUT = 30.0
"""Seconds to wait for each part of an answer."""
MOST_OCTETS = 200_000
"""Of an answer. Tokens have a few thousand."""


class ClientAuth(Protocol):
    """How a client proves itself; see authlib."""

    def prepare(self, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]: ...


class Response:
    """What authlib wants of an answer."""

    def __init__(self, status: int, body: bytes, host: str) -> None:
        self.status_code = status
        self._body = body
        self._host = host

    def json(self) -> Any:
        """Raises ValueError if it is not JSON."""
        try:
            return json.loads(self._body)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def raise_for_status(self) -> None:
        """Raises Temporary if the provider has failed."""
        if self.status_code >= 400:
            raise Temporary(f"{self._host} answers with HTTP status {self.status_code}")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry a secret to another address."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Session:
    """Posts forms. Raises Temporary if the provider is out of reach, and Permanent for a bad certificate."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(secure, _NoRedirects)
        self._timeout = timeout

    def post(
        self,
        url: str,
        data: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        auth: ClientAuth | None = None,
    ) -> Response:
        host = urllib.request.Request(url).host
        body, more = urlencode(data), dict(headers or {"Accept": "application/json"})
        if auth is not None:
            url, more, body = auth.prepare("POST", url, more, body)
        request = urllib.request.Request(url, body.encode(), more, method="POST")
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return Response(answer.status, _bounded(answer, host), host)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Response(refusal.code, _bounded(refusal, host), host)
        except Exception as fault:  # http.client and ssl raise many kinds
            if isinstance(fault, Temporary):
                raise
            reason = getattr(fault, "reason", fault)
            why = clean(str(reason) or type(reason).__name__)
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise Permanent(f"{host}: no secure connection: {why}. Check the addresses in [oauth].") from None
            raise Temporary(f"{host} cannot be reached: {why}") from None


def _bounded(answer: IO[bytes], host: str) -> bytes:
    body = answer.read(MOST_OCTETS + 1)
    if len(body) > MOST_OCTETS:
        raise Temporary(f"{host} answers with more than {MOST_OCTETS} octets")
    return body
