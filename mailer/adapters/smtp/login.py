"""Logging in (RFC 4954): the best mechanism that both sides know, and what each of them says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from mailer.adapters.access_token import AccessToken
from mailer.adapters.smtp.replies import Reply
from mailer.message import clean

Ask: TypeAlias = Callable[[str], Reply]
"""Says one line to the relay."""

CONTINUE = 334


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are: ``token`` where there is one, else the password."""

    user: str
    password: str = field(default="", repr=False)
    token: AccessToken | None = None

    @property
    def mechanisms(self) -> Sequence[str]:
        """What we know, the best first."""
        return ("OAUTHBEARER", "XOAUTH2") if self.token else ("PLAIN", "LOGIN")


def log_in(login: Login, mechanism: str, ask: Ask) -> Reply:
    """The relay's last word. A token that is refused is asked for once more, and tried if it is another one."""
    if login.token is None:
        return _said(_with_password(mechanism, login), ask)
    token = login.token.current()
    reply = _with_token(mechanism, login.user, token, ask)
    if reply.code == 535 and (fresh := login.token.after(token)) != token:
        reply = _with_token(mechanism, login.user, fresh, ask)
    return reply


def _with_password(mechanism: str, login: Login) -> Sequence[str]:
    if mechanism == "PLAIN":  # RFC 4616
        return ["AUTH PLAIN " + _base64("\0".join(("", login.user, login.password)))]
    return ["AUTH LOGIN", _base64(login.user), _base64(login.password)]


def _said(lines: Sequence[str], ask: Ask) -> Reply:
    for line in lines:
        reply = ask(line)
        if reply.code != CONTINUE:
            break
    return reply


def _with_token(mechanism: str, user: str, token: str, ask: Ask) -> Reply:
    """Where the token is refused, the relay first says why in a challenge, and waits for an empty answer to it."""
    if mechanism == "OAUTHBEARER":  # RFC 7628 3.1, 3.2.3
        name = user.replace("=", "=3D").replace(",", "=2C")
        first, last = f"n,a={name},\1auth=Bearer {token}\1\1", _base64("\1")
    else:
        first, last = f"user={user}\1auth=Bearer {token}\1\1", ""
    reply = ask(f"AUTH {mechanism} {_base64(first)}")
    if reply.code != CONTINUE:
        return reply
    why = _unwrapped(reply, token)
    final = ask(last)
    return Reply(final.code, (*final.lines, why)) if why else final


def _unwrapped(challenge: Reply, token: str) -> str:
    """What stands in a challenge: JSON, base64-encoded; shown as it is, without the token, should it repeat that."""
    try:
        text = base64.b64decode("".join(challenge.lines), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
    return clean(text.replace(token, "…"))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
