"""Logging in to an IMAP server, with a password or an access token (RFC 3501 6.2, 4616, 7628)."""

from __future__ import annotations

import base64
import binascii
import imaplib
import re
from collections.abc import Callable, Sequence

from imapclient.exceptions import LoginError

from mailer.adapters.imap_answers import BoundedClient
from mailer.adapters.imap_settings import ImapSettings
from mailer.adapters.redaction import encoded
from mailer.adapters.sasl import TOKEN_MECHANISMS, token_responses
from mailer.errors import Permanent, ServerBusy
from mailer.message import clean

_BUSY = re.compile(r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|\btemporar|\btry again|\btoo many", re.IGNORECASE)
"""How a server says that it refuses a login only now (RFC 5530 3, and what servers write)."""


def log_in(client: BoundedClient, settings: ImapSettings) -> None:
    """Log in as the settings say. Raises Permanent if the server refuses, ServerBusy if it does so only now."""
    try:
        if settings.login.token is None:
            _with_password(client, settings)
        else:
            _with_token(client, settings)
    except LoginError as refusal:
        host, user = settings.server.host, settings.login.user
        reply = clean(settings.redact(str(refusal))).rstrip(".")
        is_lost = isinstance(refusal.__context__, imaplib.IMAP4.abort)
        secret = "the access token" if settings.login.token else "the password"
        if is_lost or _BUSY.search(reply):
            why = f"{user} just now, which says nothing about {secret}: {reply}"
            raise ServerBusy(f"imap: {host} cannot log in {why}") from None
        raise Permanent(f"imap: {host} refused the login of {user}: {reply}. Check imap.user and {secret}.") from None


def _with_password(client: BoundedClient, settings: ImapSettings) -> None:
    # PLAIN can carry any character, LOGIN only ASCII.
    log_in: Callable[[str, str], object] = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    log_in(settings.login.user, settings.login.password)


def _with_token(client: BoundedClient, settings: ImapSettings) -> None:
    """A refused token is fetched once more, and tried again if it has changed."""
    source = settings.login.token
    assert source is not None
    offered = [name for name in TOKEN_MECHANISMS if client.has_capability(f"AUTH={name}")]
    if not offered:
        known = " and ".join(TOKEN_MECHANISMS)
        raise Permanent(
            f"imap: {settings.server.host} takes no access token: it offers {_offered(client)}; we know {known}. "
            "Check imap.host, or use a password."
        )
    token = source.current()
    try:
        _authenticate(client, settings, offered, token)
    except LoginError as refusal:
        is_lost = isinstance(refusal.__context__, imaplib.IMAP4.abort)
        if is_lost or _BUSY.search(str(refusal)) or (fresh := source.after(token)) == token:
            raise
        _authenticate(client, settings, offered, fresh)


def _authenticate(client: BoundedClient, settings: ImapSettings, offered: Sequence[str], token: str) -> None:
    mechanism = offered[0]
    first, to_challenge = token_responses(mechanism, settings.login.user, token)
    settings.redact.add(token, encoded(token), encoded(first))
    reasons: list[str] = []
    answers = iter((first, to_challenge))

    def answer(challenge: bytes) -> str:
        """Each challenge gets the next answer; with the second one the server says why it refuses, in JSON."""
        if challenge:
            reasons.append(_decoded(challenge))
        return next(answers, to_challenge)

    try:
        client.authenticate(mechanism, answer)
    except LoginError as refusal:
        if not reasons or isinstance(refusal.__context__, imaplib.IMAP4.abort):
            raise
        raise LoginError(f"{refusal} {' '.join(reasons)}") from None


def _decoded(challenge: bytes) -> str:
    """The text of a challenge; one that is not base64 has none (F15)."""
    try:
        return base64.b64decode(challenge, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _offered(client: BoundedClient) -> str:
    words = sorted(word.decode("ascii", "replace") for word in client.capabilities() if word.startswith(b"AUTH="))
    return clean(" ".join(words)) or "no login at all"
