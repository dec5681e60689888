"""Logging in with an access token, over SMTP and IMAP: OAUTHBEARER (RFC 7628), and XOAUTH2, which came before it."""

from __future__ import annotations

from typing import NamedTuple

TOKEN_MECHANISMS = ("OAUTHBEARER", "XOAUTH2")
"""Those that take a token, best first."""


class Responses(NamedTuple):
    """What a client says, before base64."""

    first: str
    to_challenge: str
    """The answer to a server that has refused the token and says why; it refuses after that."""


def token_responses(mechanism: str, user: str, token: str) -> Responses:
    """The responses of one of ``TOKEN_MECHANISMS``."""
    if mechanism == "OAUTHBEARER":  # RFC 7628 3.1, 3.2.3
        name = user.replace("=", "=3D").replace(",", "=2C")
        return Responses(f"n,a={name},\1auth=Bearer {token}\1\1", "\1")
    return Responses(f"user={user}\1auth=Bearer {token}\1\1", "")
