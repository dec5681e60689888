"""The file that holds a login at a provider: a refresh token, and the access token of the hour."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mailer.adapters.permissions import give_to_owner, secret_fault
from mailer.adapters.whole_files import writing
from mailer.errors import Permanent, Temporary

LOCK_WITHIN = 90.0
"""Seconds to wait while another process renews the tokens."""


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """What the file holds."""

    user: str
    client_id: str
    token_url: str
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: float
    """Of the access token, in seconds since the epoch."""
    life: float
    """How long such a token lives, in seconds."""
    logged_in_at: float
    renewed_at: float


class TokenStore:
    """The file of one account: ``oauth.imap.json`` or ``oauth.smtp.json`` in the data folder."""

    def __init__(self, folder: Path, section: str) -> None:
        self.path = folder / f"oauth.{section}.json"
        self._lock = folder / f"oauth.{section}.lock"
        self._section = section

    @property
    def cure(self) -> str:
        """The command that makes the file."""
        return f"run `mailer login {self._section}`"

    def read(self) -> StoredLogin:
        """Raises Permanent, with the command that helps, if there is no login."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            raise Permanent(f"{self._section}: nobody has logged in at the provider yet: {self.cure}.") from None
        except OSError as fault:
            raise Permanent(
                f"{self.path} cannot be read: {fault.strerror}. Run the command as the user of the daemon."
            ) from None
        if shared := secret_fault(self.path):
            raise Permanent(shared)
        try:
            return StoredLogin(**json.loads(raw))
        except (ValueError, TypeError, RecursionError):
            raise Permanent(f"{self.path} is damaged: {self.cure} again.") from None

    def write(self, login: StoredLogin) -> None:
        """Write the file whole or not at all, for this user alone. Raises OSError."""
        with writing(self.path, 0o600) as file:
            give_to_owner(file.fileno(), self.path.parent)
            file.write(json.dumps(asdict(login)).encode())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from renewing, as a refresh token may be good only once. Raises Temporary."""
        try:
            opened = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise Permanent(
                f"{self._lock} cannot be written: {fault.strerror}. Run the command as the user of the daemon."
            ) from None
        try:
            give_to_owner(opened, self._lock.parent)
            self._wait(opened)
            yield
        finally:
            os.close(opened)

    def _wait(self, opened: int) -> None:
        deadline = time.monotonic() + LOCK_WITHIN
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Temporary(f"another process holds {self._lock} for too long") from None
                time.sleep(0.05)
