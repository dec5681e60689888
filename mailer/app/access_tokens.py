"""Access tokens instead of passwords: where the configuration says that they come from, and a person's login."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from mailer.adapters.access_token import AccessToken, TokenCommand, TokenFile
from mailer.config import Settings

if TYPE_CHECKING:
    from mailer.adapters.oauth import OAuthToken, Registration, TokenStore

Section: TypeAlias = Literal["imap", "smtp"]


def token_of(settings: Settings, section: Section) -> AccessToken | None:
    """What replaces the password of one account, or None."""
    account = settings.imap if section == "imap" else settings.smtp
    if account.token_command:
        return TokenCommand(account.token_command, section)
    if account.token_file:
        return TokenFile(account.token_file, section)
    return oauth_token(settings, section) if account.oauth else None


def oauth_token(settings: Settings, section: Section) -> OAuthToken:
    """The tokens of whoever logs in with ``mailer login``."""
    from mailer.adapters.oauth import OAuthToken

    user = settings.imap.user if section == "imap" else settings.smtp.user
    return OAuthToken(registration(settings, section), token_store(settings, section), user)


def token_store(settings: Settings, section: Section) -> TokenStore:
    """The file with the tokens of one account."""
    from mailer.adapters.oauth import TokenStore

    return TokenStore(settings.office.data, section)


def registration(settings: Settings, section: Section) -> Registration:
    """Our client at the provider. What the configuration names goes before what we know of the provider."""
    from mailer.adapters.oauth import Registration
    from mailer.adapters.oauth.providers import GOOGLE, Provider, microsoft

    chosen = settings.oauth
    known = {"microsoft": microsoft(chosen.tenant), "google": GOOGLE}.get(chosen.provider, Provider(""))
    provider = Provider(
        chosen.token_url or known.token_url,
        chosen.authorize_url or known.authorize_url,
        chosen.device_url or known.device_url,
        known.scopes,
        known.asked_too,
        known.redirect_host,
    )
    scopes = (chosen.imap_scopes if section == "imap" else chosen.smtp_scopes) or known.scopes.get(section, ())
    return Registration(provider, chosen.client_id, chosen.client_secret.get_secret_value(), scopes)
