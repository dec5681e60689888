"""Where providers give out access tokens for mail, and by which scopes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provider:
    """The endpoints of one provider (RFC 6749 3). A way of logging in that it does not have is empty."""

    token_url: str
    authorize_url: str = ""
    device_url: str = ""
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What to ask for, by the section of the configuration: imap, smtp."""
    asked_too: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the page on which a person agrees."""
    redirect_host: str = "127.0.0.1"
    """How the provider wants this machine to be named (RFC 8252 7.3)."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Our client at a provider, for one account."""

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    """Empty for a public client."""
    scopes: tuple[str, ...]


def microsoft(tenant: str) -> Provider:
    """Microsoft 365 and Outlook.com. An app for one organisation names its tenant."""
    base = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    return Provider(
        token_url=f"{base}/token",
        authorize_url=f"{base}/authorize",
        device_url=f"{base}/devicecode",
        scopes={
            "imap": ("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"),
            "smtp": ("https://outlook.office.com/SMTP.Send", "offline_access"),
        },
        redirect_host="localhost",  # the port of a registered http://localhost may be any
    )


GOOGLE = Provider(
    token_url="https://oauth2.googleapis.com/token",
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    # Its device flow does not give this scope.
    scopes=dict.fromkeys(("imap", "smtp"), ("https://mail.google.com/",)),
    asked_too={"access_type": "offline", "prompt": "consent"},  # else there is no refresh token the second time
)
