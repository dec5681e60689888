"""Settings of mail servers in one call."""

from __future__ import annotations

from typing import Any

from mailer.adapters.access_token import AccessToken
from mailer.adapters.imap import ImapSettings
from mailer.adapters.security import Login, Security, Server
from mailer.adapters.smtp import ConnectionLimits, Dialect, SmtpSettings, Timeouts


def imap_settings(
    host: str, port: int, security: Security, user: str, password: str, *, ca_file: str | None = None, **more: Any
) -> ImapSettings:
    return ImapSettings(Server(host, port, security, ca_file), Login(user, password), **more)


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
