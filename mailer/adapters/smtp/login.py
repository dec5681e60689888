"""SMTP authentication (RFC 4954): the mechanisms and their exchanges, with a password or an access token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeAlias

from mailer.adapters.security import Login
from mailer.adapters.smtp.replies import Reply
from mailer.message import clean

SendCommand: TypeAlias = Callable[[str], Reply]
"""Sends one line and returns the relay's reply."""

CONTINUE = 334


def mechanisms(login: Login) -> Sequence[str]:
    """The mechanisms that we can use, best first."""
    return ("OAUTHBEARER", "XOAUTH2") if login.token else ("PLAIN", "LOGIN")


def log_in(login: Login, mechanism: str, send: SendCommand) -> Reply:
    """The relay's final reply. A refused token is fetched once more, and tried again if it has changed."""
    if login.token is None:
        return _exchange(_password_lines(mechanism, login), send)
    token = login.token.current()
    reply = _with_token(mechanism, login.user, token, send)
    if reply.code == 535 and (fresh := login.token.after(token)) != token:
        reply = _with_token(mechanism, login.user, fresh, send)
    return reply


def _password_lines(mechanism: str, login: Login) -> Sequence[str]:
    if mechanism == "PLAIN":  # RFC 4616
        return ["AUTH PLAIN " + _base64("\0".join(("", login.user, login.password)))]
    return ["AUTH LOGIN", _base64(login.user), _base64(login.password)]


def _exchange(lines: Sequence[str], send: SendCommand) -> Reply:
    for line in lines:
        reply = send(line)
        if reply.code != CONTINUE:
            break
    return reply


def _with_token(mechanism: str, user: str, token: str, send: SendCommand) -> Reply:
    """A relay that refuses the token gives the reason in a challenge, and refuses after an empty response to it."""
    if mechanism == "OAUTHBEARER":  # RFC 7628 3.1, 3.2.3
        name = user.replace("=", "=3D").replace(",", "=2C")
        first, last = f"n,a={name},\1auth=Bearer {token}\1\1", _base64("\1")
    else:
        first, last = f"user={user}\1auth=Bearer {token}\1\1", ""
    reply = send(f"AUTH {mechanism} {_base64(first)}")
    if reply.code != CONTINUE:
        return reply
    reason = _decoded(reply, token)
    final = send(last)
    return Reply(final.code, (*final.lines, reason)) if reason else final


def _decoded(challenge: Reply, token: str) -> str:
    """The text of a base64-encoded challenge (JSON); hides the token in case the relay repeats it."""
    try:
        text = base64.b64decode("".join(challenge.lines), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
    return clean(text.replace(token, "…"))


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
