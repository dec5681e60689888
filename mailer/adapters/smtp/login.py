"""SMTP authentication (RFC 4954): the mechanisms and their exchanges, with a password or an access token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeAlias

from mailer.adapters.redaction import Redaction, encoded
from mailer.adapters.sasl import TOKEN_MECHANISMS, token_responses
from mailer.adapters.security import Login
from mailer.adapters.smtp.replies import CONTINUE, Reply
from mailer.message import clean

SendCommand: TypeAlias = Callable[[str], Reply]
"""Sends one line and returns the relay's reply."""


def mechanisms(login: Login) -> Sequence[str]:
    """The mechanisms that we can use, best first."""
    return TOKEN_MECHANISMS if login.token else ("PLAIN", "LOGIN")


def log_in(login: Login, mechanism: str, send: SendCommand, redact: Redaction) -> Reply:
    """The relay's final reply. A refused token is fetched once more, and tried again if it has changed.

    ``redact`` gets to know the tokens, and takes them out of what the relay says.
    """
    if login.token is None:
        return _without_challenge(_exchange(_password_lines(mechanism, login), send))
    token = login.token.current()
    reply = _with_token(mechanism, login.user, token, send, redact)
    if reply.code == 535 and (fresh := login.token.after(token)) != token:
        reply = _with_token(mechanism, login.user, fresh, send, redact)
    return _without_challenge(reply)


def _without_challenge(reply: Reply) -> Reply:
    """A challenge at the end is a refusal; its words are for programs, and may be our own secrets."""
    return Reply(CONTINUE, ("it asks for more",)) if reply.code == CONTINUE else reply


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


def _with_token(mechanism: str, user: str, token: str, send: SendCommand, redact: Redaction) -> Reply:
    """A relay that refuses the token gives the reason in a challenge, and refuses after an empty response to it."""
    first, last = token_responses(mechanism, user, token)
    redact.add(token, encoded(token), encoded(first))
    reply = send(f"AUTH {mechanism} {_base64(first)}")
    if reply.code != CONTINUE:
        return reply
    reason = clean(redact(_decoded(reply)))
    final = send(_base64(last))
    return Reply(final.code, (*final.lines, reason)) if reason else final


def _decoded(challenge: Reply) -> str:
    """The text of a base64-encoded challenge (JSON)."""
    try:
        return base64.b64decode("".join(challenge.lines), validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
