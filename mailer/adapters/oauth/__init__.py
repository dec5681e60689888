"""OAuth 2.0 at providers of mail: logging in once, and access tokens that are renewed (RFC 6749, 7636, 8252, 8628)."""

from mailer.adapters.oauth.client import OAuthClient
from mailer.adapters.oauth.providers import Provider, Registration
from mailer.adapters.oauth.token import OAuthToken
from mailer.adapters.oauth.token_file import StoredLogin, TokenStore

__all__ = ["OAuthClient", "OAuthToken", "Provider", "Registration", "StoredLogin", "TokenStore"]
