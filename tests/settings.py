"""Settings of mail servers in one call, and access tokens for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mailer.adapters.access_token import AccessToken
from mailer.adapters.imap import ImapSettings
from mailer.adapters.security import Login, Security, Server
from mailer.adapters.smtp import ConnectionLimits, Dialect, SmtpSettings, Timeouts


@dataclass
class Tokens:
    """Gives out these tokens in order; the last one repeats."""

    tokens: list[str]
    refused: list[str] = field(default_factory=list)

    def current(self) -> str:
        return self.tokens[0]

    def after(self, refused: str) -> str:
        self.refused.append(refused)
        self.tokens = self.tokens[1:] or self.tokens
        return self.tokens[0]


def imap_settings(
    host: str,
    port: int,
    security: Security,
    user: str,
    password: str = "",
    token: AccessToken | None = None,
    *,
    ca_file: str | None = None,
    **more: Any,
) -> ImapSettings:
    return ImapSettings(Server(host, port, security, ca_file), Login(user, password, token), **more)


def smtp_settings(
    host: str,
    port: int,
    security: Security,
    user: str = "",
    password: str = "",
    token: AccessToken | None = None,
    *,
    ca_file: str | None = None,
    timeouts: Timeouts | None = None,
    **more: Any,
) -> SmtpSettings:
    """``more`` are fields of Dialect and of ConnectionLimits."""
    limits = {name: more.pop(name) for name in ("connections", "mails_per_connection") if name in more}
    return SmtpSettings(
        Server(host, port, security, ca_file),
        Login(user, password, token) if user else None,
        Dialect(**more),
        ConnectionLimits(**limits),
        timeouts or Timeouts(),
    )
