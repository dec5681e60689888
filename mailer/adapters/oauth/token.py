"""Access tokens of a person who has logged in, renewed before they expire and after a refusal."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from mailer.adapters.oauth.client import LoginEnded, OAuthClient, Tokens
from mailer.adapters.oauth.providers import Registration
from mailer.adapters.oauth.token_file import StoredLogin, TokenStore
from mailer.errors import Permanent

LEEWAY = 120.0
"""Seconds before its end at which a token is renewed; a quarter of its life, if that is shorter."""

log = logging.getLogger("mailer.oauth")


class OAuthToken:
    """access_token.AccessToken. Several processes share one file, and only one of them renews it."""

    def __init__(
        self,
        registration: Registration,
        store: TokenStore,
        user: str,
        client: OAuthClient | None = None,
        time_of_day: Callable[[], float] = time.time,
    ) -> None:
        self._registration = registration
        self._store = store
        self._user = user
        self._client = client or OAuthClient(registration)
        self._time = time_of_day
        self._guard = threading.Lock()  # connections are opened in threads
        self._unsaved: StoredLogin | None = None
        """Tokens that could not be written; the old refresh token may be good no more."""

    def current(self) -> str:
        with self._guard:
            login = self._read()
            return login.access_token if self._is_fresh(login) else self._renewed("")

    def after(self, refused: str) -> str:
        with self._guard:
            return self._renewed(refused)

    def keep(self, tokens: Tokens) -> None:
        """Store what a person's login has given."""
        now = self._time()
        with self._guard, self._store.locked():
            self._store.write(
                StoredLogin(
                    self._user,
                    self._registration.client_id,
                    self._registration.provider.token_url,
                    tokens.refresh,
                    tokens.access,
                    tokens.expires_at,
                    tokens.expires_at - now,
                    now,
                    now,
                )
            )
            self._unsaved = None

    def _renewed(self, refused: str) -> str:
        with self._store.locked():
            login = self._read()
            if login.access_token != refused and self._is_fresh(login):  # another process was faster
                return login.access_token
            try:
                tokens = self._client.refresh(login.refresh_token, login.access_token)
            except LoginEnded as fault:
                raise Permanent(f"{fault}: {self._store.cure} again.") from None
            now = self._time()
            self._save(
                replace(
                    login,
                    refresh_token=tokens.refresh or login.refresh_token,
                    access_token=tokens.access,
                    expires_at=tokens.expires_at,
                    life=tokens.expires_at - now,
                    renewed_at=now,
                )
            )
        return tokens.access

    def _save(self, login: StoredLogin) -> None:
        try:
            self._store.write(login)
        except OSError as fault:
            self._unsaved = login
            log.warning(
                "%s cannot be written, so the login ends with this process: %s", self._store.path, fault.strerror
            )
        else:
            self._unsaved = None

    def _read(self) -> StoredLogin:
        """The login in the file, or the one that could not be written there."""
        login = self._store.read()
        if self._unsaved and self._unsaved.logged_in_at == login.logged_in_at:
            login = self._unsaved
            self._save(login)
        known = (login.user, login.client_id, login.token_url)
        if known != (self._user, self._registration.client_id, self._registration.provider.token_url):
            raise Permanent(
                f"{self._store.path} holds a login of {login.user}, for another user or client than the configuration "
                f"names: {self._store.cure}."
            )
        return login

    def _is_fresh(self, login: StoredLogin) -> bool:
        left = login.expires_at - self._time()
        return left > min(LEEWAY, login.life / 4)
