"""Editions in other languages: translations, what came back of them, and who waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.editions import ChangedLink, Form, FrozenSource, Paragraph, State, Translation
from mailer.model.issues import Edition, EditionRef
from mailer.model.lists import Contact


class EditionQueries(Protocol):
    """Editions in other languages: translations, what came back of them, and who waits for them."""

    # the translations
    def add(
        self, issue_id: int, language: str, translator: Contact, credit: str, state: State, form: Form, now: datetime
    ) -> Translation: ...
    def by_id(self, translation_id: int) -> Translation | None: ...
    def of(self, issue_id: int) -> list[Translation]:
        """All of one issue, the oldest first."""

    def of_contact(self, contact_id: int) -> list[Translation]: ...
    def in_states(self, states: Sequence[State]) -> list[Translation]: ...
    def save(self, translation: Translation) -> None:
        """Store all that may change: not the issue, the language and the edition."""

    def keep(self, translation: Translation, edition: Edition, now: datetime) -> EditionRef:
        """Keep a proof as bytes, in the place of the one before."""

    def drop(self, translation: Translation, now: datetime) -> None:
        """Its edition is current no longer."""

    def every_edition(self, issue_id: int) -> list[tuple[Translation, EditionRef]]:
        """All proofs that were ever kept, each with its translation."""

    # what it is made from
    def source(self, issue_id: int) -> FrozenSource | None:
        """What the issue was built from as it is now; None if it was built by an earlier version."""

    def is_current(self, translation: Translation) -> bool:
        """Whether it is made from what the issue was built from as it is now."""

    def edition_at(self, translation_id: int, at: datetime) -> EditionRef | None:
        """The proof that was current at that time."""

    def frozen(self, source_id: int) -> FrozenSource | None: ...

    # what came back
    def put(self, translation_id: int, texts: Mapping[int, str], now: datetime) -> None:
        """Keep paragraphs by number; the newest of each counts."""

    def paragraphs(self, translation_id: int) -> Mapping[int, Paragraph]: ...
    def stand(self, translation_id: int, numbers: Iterable[int]) -> None:
        """The translator says that these are right as written."""

    def put_links(self, translation_id: int, links: Sequence[tuple[int, str, str]]) -> None:
        """The changed links that stand now: paragraph, address in the original, address in the translation.

        Those that were known keep their answer.
        """

    def links(self, translation_id: int) -> list[ChangedLink]: ...
    def answer_links(self, link_ids: Iterable[int], *, yes: bool) -> None: ...

    # who waits
    def wish(self, issue_id: int, language: str, contact_id: int, now: datetime) -> bool:
        """A reader asks for an edition that is not there yet; False if they have asked before."""

    def grant_wish(self, issue_id: int, language: str, contact_id: int) -> None:
        """The reader has been sent it, and waits no more."""

    def wishes(self, issue_id: int) -> list[tuple[str, int]]:
        """Languages with the ids of those who asked for them."""
