"""An authorization server (RFC 6749, 7636, 7662, 8628) on a real socket, whose answers a test can change."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

from mailer.adapters.oauth import Provider, Registration
from mailer.adapters.oauth.client import DEVICE_GRANT

CLIENT, SECRET, USER = "the-client", "the-secret-of-it", "office@office.example"


@dataclass
class Answer:
    """What the server says instead."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def error(name: str, description: str = "", status: int = 400) -> Answer:
    return Answer(status, json.dumps({"error": name, "error_description": description}))


@dataclass
class AuthorizationServer:
    """Listens while the context lasts. It gives each refresh token once (rotation) and checks what RFCs tell it to."""

    secret: str = SECRET
    """Empty for a public client."""
    life: int = 3600
    rotates: bool = True
    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    """By path: the next answers, before the ordinary one."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """The requests: path, and the values of the form."""
    access: dict[str, float] = field(default_factory=dict)
    """Tokens that are good, and until when."""
    refresh: set[str] = field(default_factory=set)

    def __enter__(self) -> AuthorizationServer:
        self._numbers = itertools.count(1)
        self._codes: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def provider(self) -> Provider:
        scopes = {"imap": ("mail", "offline_access"), "smtp": ("send",)}
        return Provider(
            f"{self.url}/token", f"{self.url}/authorize", f"{self.url}/device", scopes, {"prompt": "consent"}
        )

    @property
    def registration(self) -> Registration:
        return Registration(self.provider, CLIENT, self.secret, ("mail", "offline_access"))

    def says(self, path: str, *answers: Answer) -> None:
        self.answers.setdefault(path, deque()).extend(answers)

    def revoke(self) -> None:
        self.refresh.clear()
        self.access.clear()

    def agree(self, url: str) -> str:
        """Do what the person and the browser do with the page; returns what the browser shows at last."""
        with contextlib.closing(urlopen(url, timeout=20)) as page:
            return str(page.read().decode())

    def count(self, path: str) -> int:
        return sum(1 for asked, _ in self.asked if asked == path)

    # --- the protocol ---

    def reply(self, path: str, values: dict[str, str]) -> Answer:
        with self._lock:
            self.asked.append((path, values))
            if waiting := self.answers.get(path):
                return waiting.popleft()
            known = {
                "/token": self._token,
                "/device": self._device,
                "/authorize": self._authorize,
                "/introspect": self._introspect,
            }
            return known[path](values) if path in known else Answer(404, "nothing here")

    def _token(self, values: dict[str, str]) -> Answer:
        if values.get("client_id") != CLIENT or values.get("client_secret", "") != self.secret:
            return error("invalid_client")
        match values.get("grant_type"):
            case "refresh_token":
                if values.get("refresh_token") not in self.refresh:
                    return error("invalid_grant", "the token was revoked")
                if self.rotates:
                    self.refresh.discard(values["refresh_token"])
            case "authorization_code":
                asked = self._codes.pop(values.get("code", ""), None)
                if asked is None or asked["redirect_uri"] != values.get("redirect_uri"):
                    return error("invalid_grant", "no such code")
                digest = hashlib.sha256(values.get("code_verifier", "").encode()).digest()
                if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
                    return error("invalid_grant", "the verifier is wrong")
            case grant if grant == DEVICE_GRANT:
                if values.get("device_code") != "device-code-of-it":
                    return error("invalid_grant")
            case _:
                return error("unsupported_grant_type")
        return self.grant()

    def grant(self) -> Answer:
        number = next(self._numbers)
        access, refreshing = f"ya29.access-{number}", f"refresh-{number}"
        self.access[access] = time.time() + self.life
        given: dict[str, Any] = {"access_token": access, "token_type": "Bearer", "expires_in": self.life}
        if self.rotates or number == 1:
            self.refresh.add(refreshing)
            given["refresh_token"] = refreshing
        return Answer(200, json.dumps(given))

    def _device(self, values: dict[str, str]) -> Answer:
        assert values == {"client_id": CLIENT, "scope": "mail offline_access"} | (
            {"client_secret": self.secret} if self.secret else {}
        )
        return Answer(
            200,
            json.dumps(
                {
                    "device_code": "device-code-of-it",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://provider.example/device",
                    "expires_in": 900,
                    "interval": 2,
                }
            ),
        )

    def _authorize(self, values: dict[str, str]) -> Answer:
        assert (values["response_type"], values["client_id"], values["code_challenge_method"]) == (
            "code",
            CLIENT,
            "S256",
        )
        assert (values["scope"], values["prompt"]) == ("mail offline_access", "consent")
        code = f"code-{next(self._numbers)}"
        self._codes[code] = values
        return self.back(values, code=code)

    @staticmethod
    def back(values: dict[str, str], **answer: str) -> Answer:
        answer.setdefault("state", values["state"])
        return Answer(302, "", {"Location": f"{values['redirect_uri']}?{urlencode(answer)}"})

    def _introspect(self, values: dict[str, str]) -> Answer:
        is_good = self.access.get(values.get("token", ""), 0.0) > time.time()
        return Answer(200, json.dumps({"active": True, "username": USER} if is_good else {"active": False}))


class _Handler(BaseHTTPRequestHandler):
    owner: AuthorizationServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self._answer(parts.path, dict(parse_qsl(parts.query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer(self.path, dict(parse_qsl(body)))

    def _answer(self, path: str, values: dict[str, str]) -> None:
        answer = self.owner.reply(path, values)
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""
