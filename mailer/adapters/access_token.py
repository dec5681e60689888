"""OAuth 2.0 access tokens (RFC 6750) from a configured command or file. They are never shown (D6)."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from mailer.adapters.permissions import secret_fault
from mailer.errors import Permanent, Temporary
from mailer.message import clean

TIMEOUT = 60.0
"""Seconds that a command may take."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{1,8000}={0,2}")
_LONG_WORD = re.compile(r"[A-Za-z0-9._~+/=-]{25,}")
"""Words of a command's error output that may be secret."""


class AccessToken(Protocol):
    """A source of tokens. Its methods raise Temporary or Permanent if they cannot get one."""

    def current(self) -> str:
        """The token to use."""

    def after(self, refused: str) -> str:
        """The token to use after the server has refused one; it may be the same."""


class TokenCommand:
    """Runs a program without a shell, whose output is the token. Runs it again only after a refusal."""

    def __init__(self, command: Sequence[str], section: str, timeout: float = TIMEOUT) -> None:
        """``section`` is the one of the configuration that names the command."""
        self._command = tuple(command)
        self._section = section
        self._timeout = timeout
        self._token = ""
        self._lock = threading.Lock()  # connections are opened in threads

    def __repr__(self) -> str:
        return f"TokenCommand({self._command[0]!r}, …)"

    def current(self) -> str:
        with self._lock:
            if not self._token:
                self._token = self._fetch()
            return self._token

    def after(self, refused: str) -> str:
        with self._lock:
            if self._token in ("", refused):
                self._token = ""
                self._token = self._fetch()
            return self._token

    def _fetch(self) -> str:
        program = self._command[0]
        try:
            done = subprocess.run(
                self._command, stdin=subprocess.DEVNULL, capture_output=True, timeout=self._timeout, check=False
            )
        except subprocess.TimeoutExpired:
            raise Temporary(f"{program}: gave no access token within {self._timeout:g} seconds") from None
        except (OSError, ValueError) as fault:
            why = getattr(fault, "strerror", None) or str(fault)
            setting = f"{self._section}.token_command"
            raise Permanent(f"{program}: cannot be run for an access token: {why}. Check {setting}.") from None
        if done.returncode:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it gave no reason"]
            reason = clean(_LONG_WORD.sub("…", lines[-1]))
            raise Temporary(f"{program}: gave no access token, but exit status {done.returncode}: {reason}")
        return _checked(done.stdout, f"{program}: its output")


class TokenFile:
    """A file that another program keeps up to date; it is read for every login."""

    def __init__(self, path: Path, section: str) -> None:
        self._path = path
        self._section = section

    def current(self) -> str:
        try:
            raw = self._path.read_bytes()
        except OSError as fault:
            setting = f"{self._section}.token_file"
            raise Permanent(f"{self._path}: cannot be read: {fault.strerror}. Check {setting}.") from None
        if shared := secret_fault(self._path):
            raise Permanent(shared)
        return _checked(raw, str(self._path))

    def after(self, refused: str) -> str:
        return self.current()


def is_token(text: str) -> bool:
    """Whether this can be an access token (RFC 6750 2.1)."""
    return bool(_TOKEN.fullmatch(text))


def _checked(raw: bytes, where: str) -> str:
    """Raises Permanent for anything that is not a token, without quoting it."""
    text = raw.decode("ascii", "replace").strip()
    if not is_token(text):
        raise Permanent(f"{where} is not an access token, which is one line of letters, digits and ._~+/-")
    return text
