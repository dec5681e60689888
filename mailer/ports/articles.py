"""Articles that are written by mail: what came, its pictures, and the proofs that authors were shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from mailer.model.articles import Article, ArticlePicture, Delivery, Proof, State


class ArticleQueries(Protocol):
    """Articles that are written by mail."""

    def add(self, article: Article) -> Article:
        """Returns it with its number; that of ``article`` is ignored."""

    def save(self, article: Article) -> None:
        """Overwrite all but when it was asked for, and whether it came unasked."""

    def by_id(self, article_id: int) -> Article | None: ...
    def of_issue(self, publication: str, number: int | None) -> list[Article]:
        """Those for an issue, or for no issue yet, by number; also those that are over."""

    def each(self, states: Collection[State] = ()) -> list[Article]:
        """All, or those in these states, by number."""

    def of_mailbox(self, key: str, states: Collection[State] = ()) -> list[Article]:
        """Those of the author with this ``Address.base_key``, by number."""

    def due(self, now: datetime) -> list[Article]:
        """Those whose reminder is due by then."""

    def unconfirmed(self, before: datetime) -> list[Article]:
        """Those that came unasked before then, and that nobody has confirmed."""

    def drop(self, article_id: int) -> None:
        """Erase an article that nobody has confirmed, with all that came."""

    def add_delivery(self, delivery: Delivery, raw: bytes) -> Delivery:
        """Keep what came with its mail; returns it with its id."""

    def save_delivery(self, delivery: Delivery) -> None:
        """Overwrite what was understood of it; the mail stays."""

    def deliveries(self, article_id: int) -> list[Delivery]:
        """All that came, the oldest first."""

    def mail(self, delivery_id: int) -> bytes:
        """The mail by which it came, whole; empty if it was erased."""

    def add_picture(self, picture: ArticlePicture) -> ArticlePicture: ...
    def save_picture(self, picture: ArticlePicture) -> None:
        """Overwrite what is said of it."""

    def pictures(self, article_id: int) -> Sequence[ArticlePicture]:
        """In the order in which they came, without their data."""

    def picture_data(self, picture_id: int) -> bytes: ...
    def add_proof(self, proof: Proof) -> Proof: ...
    def proofs(self, article_id: int) -> list[Proof]:
        """The oldest first."""

    def agree(self, proof_id: int, at: datetime | None) -> None:
        """Note when the author said yes to it; None takes that back."""
