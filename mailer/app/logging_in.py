"""``mailer login``: a person gives the office access to its account at the provider, once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

from mailer.adapters.oauth import OAuthClient
from mailer.adapters.oauth.client import Tokens
from mailer.adapters.oauth.loopback import Loopback
from mailer.adapters.permissions import User
from mailer.app.access_tokens import Section, oauth_token, registration, token_store
from mailer.app.root import App
from mailer.errors import MailerError, Refused
from mailer.handlers import doctor
from mailer.model.findings import Finding, Verdict, Words

Tell = Callable[[str], None]
"""Shows a line to the person who logs in."""

CONSENT_WITHIN = 600.0
"""Seconds that a person may take in the browser."""

SECTIONS: tuple[Section, ...] = ("imap", "smtp")


class LoggingIn:
    """One login, for the mailbox or for the relay."""

    def __init__(self, app: App, section: Section, tell: Tell) -> None:
        """Raises Refused if the configuration does not want such a login."""
        if not (app.settings.imap if section == "imap" else app.settings.smtp).oauth:
            raise Refused(f"[{section}] oauth is not true, so no login is needed there; see docs/oauth.md.")
        _require_daemons_user(app)
        self._app = app
        self._section = section
        self._tell = tell
        self._registration = registration(app.settings, section)
        self._client = OAuthClient(self._registration)

    @property
    def has_device_code(self) -> bool:
        """Whether the provider gives out codes that any browser takes."""
        return bool(self._registration.provider.device_url)

    @property
    def has_browser(self) -> bool:
        """Whether the provider sends a browser back to this machine."""
        return bool(self._registration.provider.authorize_url)

    def by_device_code(self) -> None:
        """Show a code, and wait until somebody has typed it at the provider."""
        if not self.has_device_code:
            raise Refused("The provider gives no device codes for mail: log in without --device.")
        device = self._client.begin_device()
        self._tell(f"Open {device.url} in any browser, log in as {self._user}, and type this code:")
        self._tell("")
        self._tell(f"    {device.user_code}")
        self._tell("")
        self._tell(f"It is good for {device.seconds / 60:.0f} minutes. Waiting …")
        self._keep(self._client.complete_device(device))

    def by_browser(self, port: int = 0) -> None:
        """Show an address, and wait until the provider sends the browser back to this machine."""
        provider = self._registration.provider
        if not self.has_browser:
            raise Refused("The provider has no page for browsers: log in with --device.")
        with Loopback(provider.redirect_host, port) as listening:
            consent = self._client.begin_consent(listening.url)
            self._tell(f"Open this address in a browser on this machine, and log in as {self._user}:")
            self._tell("")
            self._tell(consent.url)
            self._tell("")
            self._tell(
                f"If the browser is on another machine, run there first: "
                f"ssh -L {listening.port}:127.0.0.1:{listening.port} THIS-MACHINE"
            )
            code = listening.wait_for_code(consent.state, CONSENT_WITHIN)
        self._keep(self._client.complete_consent(consent, code))

    def _keep(self, tokens: Tokens) -> None:
        self._app.files.permissions.make_folder(self._app.settings.office.data)
        oauth_token(self._app.settings, self._section).keep(tokens)

    def try_server(self) -> None:
        """Log in at the mail server with the new token. Raises as the servers do."""
        if self._section == "imap":
            with closing(self._app.imap_mailbox()) as mailbox:
                mailbox.describe()
        else:
            with closing(self._app.transport()) as transport:
                list(transport.describe())
        self._app.wake_listener()

    @property
    def _user(self) -> str:
        settings = self._app.settings
        return settings.imap.user if self._section == "imap" else settings.smtp.user


def _require_daemons_user(app: App) -> None:
    """The file with the tokens is for one user alone. Raises Refused for another than the daemon's."""
    folder = app.settings.office.data
    if folder.is_dir() and os.geteuid() not in (0, owner := folder.stat().st_uid):
        name = User.of(owner).name
        raise Refused(f"{folder} belongs to {name}, who runs the daemon: run sudo -u {name} mailer login.")


def tokens_of(app: App) -> Iterator[Finding]:
    """What ``mailer doctor`` finds of each login."""
    for section in SECTIONS:
        account = app.settings.imap if section == "imap" else app.settings.smtp
        if not account.oauth:
            continue
        try:
            oauth_token(app.settings, section).current()
            login = token_store(app.settings, section).read()
        except MailerError as fault:
            yield doctor.fault_of(f"{section} login", str(fault))
        else:
            began, until = (
                app.when(datetime.fromtimestamp(time, UTC)) for time in (login.logged_in_at, login.expires_at)
            )
            words = f"{login.user} logged in on {began}; the access token is good until {until}, and then renewed"
            yield Finding(f"{section} login", Verdict.OK, Words(words))
