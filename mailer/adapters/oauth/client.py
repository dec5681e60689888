"""Our client at a provider: it gets tokens for a person's consent, and new ones for a refresh token.

authlib composes and reads the requests. It is imported when it is used.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mailer.adapters.access_token import is_token
from mailer.adapters.oauth.http import Session
from mailer.adapters.oauth.providers import Registration
from mailer.adapters.redaction import Redaction
from mailer.errors import MailerError, Permanent, Refused, Temporary
from mailer.message import clean

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
USUAL_LIFE = 3600.0
"""Seconds that an access token lives if the provider does not say (RFC 6749 5.1 recommends to say)."""
USUAL_INTERVAL, SLOWER_BY = 5.0, 5.0
"""Seconds between two questions whether the person has agreed (RFC 8628 3.2, 3.5)."""
LONGEST_WAIT = 1800.0
"""Seconds that a person may take, whatever the provider allows."""

_PASSING = frozenset({"temporarily_unavailable", "server_error"})
_AGAIN = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
"""Errors that only a person's new login ends."""


class LoginEnded(Permanent):
    """The provider does not accept the refresh token any more."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider has given."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    """Empty if the one that was used stays valid."""
    expires_at: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Device:
    """A login that a person completes in any browser (RFC 8628 3.2)."""

    code: str = field(repr=False)
    user_code: str
    """What the person types."""
    url: str
    """Where they type it."""
    seconds: float
    """How long they may take."""
    interval: float


@dataclass(frozen=True, slots=True)
class Consent:
    """A login that a person completes in a browser on this machine (RFC 8252)."""

    url: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


class OAuthClient:
    """Raises Permanent, Temporary or Refused; no message has a secret in it (D6)."""

    def __init__(self, registration: Registration, session: Session | None = None) -> None:
        self._registration = registration
        self._session = session or Session()
        self._redact = Redaction([registration.client_secret])

    # --- a person logs in ---

    def begin_consent(self, redirect_uri: str) -> Consent:
        """The page on which a person agrees; PKCE binds its answer to us (RFC 7636)."""
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        known, provider = self._registration, self._registration.provider
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        url, _ = self._library().create_authorization_url(
            provider.authorize_url,
            state=state,
            redirect_uri=redirect_uri,
            scope=" ".join(known.scopes),
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **provider.asked_too,
        )
        return Consent(str(url), state, verifier, redirect_uri)

    def complete_consent(self, consent: Consent, code: str) -> Tokens:
        """Exchange the code that the page answered with."""
        self._redact.add(code, consent.verifier)
        return self._lasting(
            grant_type="authorization_code",
            code=code,
            code_verifier=consent.verifier,
            redirect_uri=consent.redirect_uri,
        )

    def begin_device(self) -> Device:
        """Ask for a code that a person types into a browser somewhere."""
        known = self._registration
        asked = {"client_id": known.client_id, "scope": " ".join(known.scopes)}
        if known.client_secret:
            asked["client_secret"] = known.client_secret
        with self._faults():
            answer = self._session.post(known.provider.device_url, asked)
            found = _object(answer.json())
            if "error" in found:
                raise self._fault(str(found["error"]), str(found.get("error_description", "")))
            answer.raise_for_status()
            url = found.get("verification_uri") or found.get("verification_url")
            if not (url and found.get("user_code") and found.get("device_code")):
                raise ValueError("the answer has no code")
            seconds = min(float(found.get("expires_in", LONGEST_WAIT)), LONGEST_WAIT)
            interval = max(float(found.get("interval", USUAL_INTERVAL)), 1.0)
        self._redact.add(str(found["device_code"]))
        return Device(str(found["device_code"]), clean(str(found["user_code"])), clean(str(url)), seconds, interval)

    def complete_device(self, device: Device, wait: Callable[[float], object] = time.sleep) -> Tokens:
        """Ask until the person has agreed. Raises Refused if they do not, or not in time."""
        interval, left = device.interval, device.seconds
        while left > 0:
            wait(interval)
            left -= interval
            try:
                return self._lasting(grant_type=DEVICE_GRANT, device_code=device.code)
            except _Pending as pending:
                interval += pending.slower_by
            except Temporary:
                interval = min(2 * interval, 60.0)
        raise Refused("The code was not used in time. Run the command again for a new one.")

    # --- afterwards ---

    def refresh(self, refresh_token: str, old_access: str = "") -> Tokens:
        """New tokens. Raises LoginEnded if the provider wants a person again."""
        self._redact.add(refresh_token, old_access)
        with self._faults():
            found = self._library().refresh_token(self._registration.provider.token_url, refresh_token)
            return self._tokens(found)

    def _lasting(self, **asked: str) -> Tokens:
        """Tokens that can be renewed."""
        with self._faults():
            tokens = self._tokens(self._library().fetch_token(self._registration.provider.token_url, **asked))
        if not tokens.refresh:
            raise Permanent(
                "The provider gave no refresh token, so the login would end within the hour. See that the scopes allow "
                "one (Microsoft: offline_access), and that the client is registered for desktop use."
            )
        return tokens

    def _tokens(self, found: Mapping[str, Any]) -> Tokens:
        access, refresh = str(found.get("access_token", "")), str(found.get("refresh_token") or "")
        self._redact.add(access, refresh)
        if not is_token(access):
            raise ValueError("the answer holds no access token")
        life = float(found.get("expires_in") or USUAL_LIFE)
        return Tokens(access, refresh, time.time() + life)

    def _library(self) -> Any:
        from authlib.oauth2.client import OAuth2Client

        known = self._registration
        return OAuth2Client(
            self._session,
            client_id=known.client_id,
            client_secret=known.client_secret or None,
            token_endpoint_auth_method="client_secret_post" if known.client_secret else "none",
        )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Translate what the provider says, and what the library makes of an odd answer."""
        from authlib.oauth2.base import OAuth2Error

        try:
            yield
        except MailerError:
            raise
        except OAuth2Error as refusal:
            raise self._fault(str(refusal.error), str(refusal.description or "")) from None
        except Exception as fault:
            why = clean(self._redact(str(fault)) or type(fault).__name__)
            raise Temporary(f"The provider's answer cannot be read: {why}.") from None

    def _fault(self, error: str, description: str) -> MailerError:
        if error in ("authorization_pending", "slow_down"):
            return _Pending(SLOWER_BY if error == "slow_down" else 0.0)
        said = clean(self._redact(f"{error}: {description}" if description else error)).rstrip(".")
        if error in _PASSING:
            return Temporary(f"The provider cannot give an access token now ({said}).")
        if error in _AGAIN:
            return LoginEnded(f"The provider ended the login ({said})")
        if error == "expired_token":
            return Refused("The code was not used in time. Run the command again for a new one.")
        if error == "access_denied":
            return Refused(f"Nobody agreed, so the provider gives no access ({said}).")
        if error in ("invalid_client", "unauthorized_client"):
            return Permanent(
                f"The provider refuses our client ({said}). Check [oauth] client_id, its secret and tenant."
            )
        return Permanent(f"The provider gives no access token ({said}). Check [oauth]; see docs/oauth.md.")


class _Pending(Temporary):
    """The person has not agreed yet."""

    def __init__(self, slower_by: float) -> None:
        self.slower_by = slower_by
        super().__init__("nobody has agreed yet")


def _object(found: object) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise ValueError("it is not a JSON object")
    return found
