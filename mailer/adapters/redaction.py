"""Takes secrets out of what a server says, at the border where its words come in (D6).

A server may repeat a password, its base64, an access token, or the token in an address of ours. What it said is shown,
logged and stored, so no secret may be in it, whole or in a part, in any case, or broken over lines.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from mailer.adapters.security import Login
from mailer.message import hide
from mailer.tokens import QUOTED_TOKEN

SHORTEST_SECRET = 4
"""Characters. Hiding a shorter password would also hide ordinary words."""

_MOST_KNOWN = 256
"""Texts that are remembered: a relay repeats the same few lines."""


class Redaction:
    """Hides the given secrets, and the secret part of tokens (``vote-17-…`` stays, to trace a mail). Safe for threads.

    Secrets become known as they are used: ``add`` them before they are sent.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._pattern: re.Pattern[str] | None = None
        self._known: dict[str, str] = {}
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Hide these, too."""
        known = self._secrets | {"".join(secret.split()) for secret in secrets if len(secret) >= SHORTEST_SECRET}
        if known != self._secrets:
            longest_first = sorted(known, key=len, reverse=True)
            self._secrets, self._known = known, {}
            self._pattern = re.compile(f"(?:{'|'.join(map(re.escape, longest_first))})=*", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        found = self._known.get(text)
        if found is None:
            found = hide(text, QUOTED_TOKEN) if "-" in text else text  # every token has one
            if self._pattern is not None:
                found = hide(found, self._pattern)
            if len(self._known) >= _MOST_KNOWN:
                self._known = {}
            self._known[text] = found
        return found


def forms_of(login: Login) -> list[str]:
    """The password in each form in which the dialogues of SMTP and IMAP carry it (RFC 4616, RFC 3501 4.3)."""
    user, password = login.user, login.password
    if not password:
        return []
    quoted = password.replace("\\", "\\\\").replace('"', '\\"')
    plain = [f"{authorize}\0{user}\0{password}" for authorize in ("", user)]
    return [password, quoted, *(encoded(text) for text in (password, *plain))]


def encoded(text: str) -> str:
    """``text`` in base64, without the padding, which a server may leave out."""
    return base64.b64encode(text.encode()).decode().rstrip("=")
