"""Mails in files, and what would be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.adapters import eml
from mailer.explain import Explanation as Explanation
from mailer.explain import explain
from mailer.tokens import TokenKey

if TYPE_CHECKING:
    from mailer.app.root import App


def explain_files(app: App, paths: Iterable[Path], *, as_vote: bool) -> Iterator[tuple[str, Explanation]]:
    """What would be done with each mail in these files. Tokens and contacts are known if there is a store."""
    stored = bool(app.store.version())
    key = app.store.key if stored else TokenKey(b"")

    def language_of(address: str) -> str:
        if not stored:
            return ""
        with app.store.snapshot() as work:
            contact = work.lists.contact_at(address)
        return contact.details.language if contact else ""

    for name, raw in eml.read_messages(paths):
        yield (
            name,
            explain(raw, app.clock.now(), app.reading_rules, key, language_of=language_of, as_vote=as_vote),
        )
