"""The office as its web pages see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mailer.handlers import lists
from mailer.model.inbound import Result
from mailer.office import Office
from mailer.tokens import Purpose, Token, TokenKey, find_tokens


@dataclass(frozen=True, slots=True)
class OfficePages:
    """Does what visitors of the web pages ask (ports.Pages)."""

    key: TokenKey
    begin: Callable[[], AbstractContextManager[Office]]
    """Begins a transaction."""
    titles: Callable[[], Mapping[int, str]]
    """Titles of publications, by the number that a token to leave has for them."""

    def title(self, text: str) -> str:
        scopes = [token.scope for token in find_tokens(text) if token.purpose is Purpose.LEAVE]
        return self.titles().get(scopes[0], "") if scopes else ""

    def leave(self, text: str) -> None:
        self._act(text, Purpose.LEAVE, lists.leave)

    def come_back(self, text: str) -> None:
        self._act(text, Purpose.COME_BACK, lists.come_back)

    def _act(self, text: str, purpose: Purpose, act: Callable[[Office, Token, str | None], Result]) -> None:
        for token in find_tokens(text):
            if token.purpose is purpose and self.key.genuine(token):
                with self.begin() as office:
                    act(office, token, None)
