"""Queries of articles that are written by mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, literal, select, update

from mailer.message import Address
from mailer.model.articles import OVER, Article, ArticlePicture, Delivery, DeliveryKind, Proof, State
from mailer.model.manuscripts import Kind, Unit
from mailer.model.personal_data import Erasing, Over
from mailer.phrases import Phrase
from mailer.store.schema import article_deliveries, article_pictures, article_proofs, articles


class SqlArticleQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, article: Article) -> Article:
        fixed = {"asked_at": article.asked_at, "unasked": article.unasked}
        new = insert(articles).values({**fixed, **_columns(article)}).returning(articles.c.id)
        return replace(article, id=int(self._connection.execute(new).scalar_one()))

    def save(self, article: Article) -> None:
        mine = articles.c.id == article.id
        self._connection.execute(update(articles).where(mine).values(_columns(article)))

    def by_id(self, article_id: int) -> Article | None:
        found = self._all(select(articles).where(articles.c.id == article_id))
        return found[0] if found else None

    def of_issue(self, publication: str, number: int | None) -> list[Article]:
        mine = articles.c.publication == publication, articles.c.number == number
        return self._all(select(articles).where(*mine))

    def each(self, states: Collection[State] = ()) -> list[Article]:
        return self._all(_in(states))

    def of_mailbox(self, key: str, states: Collection[State] = ()) -> list[Article]:
        return self._all(_in(states).where(articles.c.address_key == key))

    def due(self, now: datetime) -> list[Article]:
        return self._all(select(articles).where(articles.c.remind_at <= now))

    def unconfirmed(self, before: datetime) -> list[Article]:
        return self._all(_in([State.UNCONFIRMED]).where(articles.c.asked_at < before))

    def drop(self, article_id: int) -> None:
        for table in (article_pictures, article_proofs, article_deliveries):
            self._connection.execute(delete(table).where(table.c.article == article_id))
        self._connection.execute(delete(articles).where(articles.c.id == article_id))

    def add_delivery(self, delivery: Delivery, raw: bytes) -> Delivery:
        new = insert(article_deliveries).values({**_of_delivery(delivery), "raw": raw})
        added = self._connection.execute(new.returning(article_deliveries.c.id)).scalar_one()
        return replace(delivery, id=int(added))

    def save_delivery(self, delivery: Delivery) -> None:
        mine = article_deliveries.c.id == delivery.id
        self._connection.execute(update(article_deliveries).where(mine).values(_of_delivery(delivery)))

    def deliveries(self, article_id: int) -> list[Delivery]:
        query = _DELIVERIES.where(article_deliveries.c.article == article_id).order_by(article_deliveries.c.id)
        return [_delivery(row) for row in self._connection.execute(query)]

    def mail(self, delivery_id: int) -> bytes:
        query = select(article_deliveries.c.raw).where(article_deliveries.c.id == delivery_id)
        return bytes(self._connection.execute(query).scalar_one())

    def add_picture(self, picture: ArticlePicture) -> ArticlePicture:
        new = insert(article_pictures).values({**_of_picture(picture), "data": picture.data})
        added = self._connection.execute(new.returning(article_pictures.c.id)).scalar_one()
        return replace(picture, id=int(added))

    def save_picture(self, picture: ArticlePicture) -> None:
        mine = article_pictures.c.id == picture.id
        self._connection.execute(update(article_pictures).where(mine).values(_of_picture(picture)))

    def pictures(self, article_id: int) -> Sequence[ArticlePicture]:
        query = _PICTURES.where(article_pictures.c.article == article_id).order_by(article_pictures.c.id)
        return [ArticlePicture(**row._mapping) for row in self._connection.execute(query)]

    def picture_data(self, picture_id: int) -> bytes:
        query = select(article_pictures.c.data).where(article_pictures.c.id == picture_id)
        return bytes(self._connection.execute(query).scalar_one())

    def add_proof(self, proof: Proof) -> Proof:
        values = {
            "article": proof.article,
            "number": proof.number,
            "digest": proof.digest,
            "units": [_stored(unit) for unit in proof.units],
            "sent_at": proof.sent_at,
            "agreed_at": proof.agreed_at,
        }
        new = insert(article_proofs).values(values).returning(article_proofs.c.id)
        return replace(proof, id=int(self._connection.execute(new).scalar_one()))

    def proofs(self, article_id: int) -> list[Proof]:
        query = select(article_proofs).where(article_proofs.c.article == article_id).order_by(article_proofs.c.id)
        return [_proof(row) for row in self._connection.execute(query)]

    def agree(self, proof_id: int, at: datetime | None) -> None:
        mine = article_proofs.c.id == proof_id
        self._connection.execute(update(article_proofs).where(mine).values(agreed_at=at))

    def _all(self, query: Select[Any]) -> list[Article]:
        return [_article(row) for row in self._connection.execute(query.order_by(articles.c.id))]


_DELIVERIES = select(*(column for column in article_deliveries.c if column.name != "raw"))
_PICTURES = select(*(column for column in article_pictures.c if column.name != "data"), literal(b"").label("data"))


def _in(states: Collection[State]) -> Select[Any]:
    query = select(articles)
    return query.where(articles.c.state.in_([state.value for state in states])) if states else query


def _columns(article: Article) -> dict[str, Any]:
    return {
        "publication": article.publication,
        "number": article.number,
        "title": article.title,
        "words": article.words,
        "due": article.due,
        "address": article.address,
        "address_key": Address.parse(article.address).base_key if article.address else "",
        "name": article.name,
        "contact": article.contact,
        "language": article.language,
        "brief": article.brief,
        "state": article.state.value,
        "remind_at": article.remind_at,
        "reminders": article.reminders,
        "changed_at": article.changed_at,
    }


def _article(row: Row[Any]) -> Article:
    values = {name: value for name, value in row._mapping.items() if name != "address_key"}
    return Article(**(values | {"state": State(row.state)}))


def _of_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "article": delivery.article,
        "kind": delivery.kind.value,
        "received_at": delivery.received_at,
        "title": delivery.title,
        "markdown": delivery.markdown,
        "losses": [loss.stored() for loss in delivery.losses],
        "beside": delivery.beside,
        "proof": delivery.proof,
        "corrections": {str(number): text for number, text in delivery.corrections.items()},
        "applied_at": delivery.applied_at,
    }


def _delivery(row: Row[Any]) -> Delivery:
    read = {
        "kind": DeliveryKind(row.kind),
        "losses": tuple(map(Phrase.restored, row.losses)),
        "corrections": {int(number): text for number, text in row.corrections.items()},
    }
    return Delivery(**(dict(row._mapping) | read))


def _of_picture(picture: ArticlePicture) -> dict[str, Any]:
    return {
        "article": picture.article,
        "delivery": picture.delivery,
        "name": picture.name,
        "called": picture.called,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
    }


def _stored(unit: Unit) -> list[Any]:
    return [unit.number, unit.article, unit.kind.value, unit.text, list(unit.links), list(unit.addresses)]


def _proof(row: Row[Any]) -> Proof:
    units = tuple(
        Unit(number, article, Kind(kind), text, tuple(links), tuple(addresses))
        for number, article, kind, text, links, addresses in row.units
    )
    return Proof(**(dict(row._mapping) | {"units": units}))


# --- what is erased ---

_NOTHING: dict[str, Any] = {"title": "", "markdown": "", "losses": [], "beside": "", "corrections": {}, "raw": b""}


def erase_articles(connection: Connection, erasing: Erasing) -> None:
    """What they sent, and who they were; what was printed of it stays printed. What is not printed is withdrawn."""
    mailboxes = {Address.parse(address).base_key for address in erasing.addresses}
    theirs = articles.c.address_key.in_(mailboxes) | (articles.c.contact == erasing.contact.id)
    ids = list(connection.scalars(select(articles.c.id).where(theirs)))
    mine, is_over = articles.c.id.in_(ids), articles.c.state.in_([state.value for state in (*OVER, State.AGREED)])
    withdrawn = {"state": State.WITHDRAWN.value, "changed_at": erasing.now}
    connection.execute(update(articles).where(mine, ~is_over).values(withdrawn))
    _erase(connection, ids, str(erasing.replacement))


def erase_old_articles(connection: Connection, over: Over) -> int:
    """Who wrote what, and the mails, long after the last step."""
    old = articles.c.changed_at < over.before, articles.c.address_key != ""
    ids = list(connection.scalars(select(articles.c.id).where(*old).order_by(articles.c.id).limit(over.most)))
    _erase(connection, ids, "")
    return len(ids)


def _erase(connection: Connection, ids: Sequence[int], address: str) -> None:
    nobody = {"address": address, "address_key": "", "name": "", "contact": None, "brief": "", "remind_at": None}
    nobody["title"] = ""
    connection.execute(update(articles).where(articles.c.id.in_(ids)).values(nobody))
    of_them = article_deliveries.c.article.in_(ids)
    connection.execute(update(article_deliveries).where(of_them).values(_NOTHING))
    bare = {"called": "", "alt": "", "caption": "", "credit": "", "data": b""}
    connection.execute(update(article_pictures).where(article_pictures.c.article.in_(ids)).values(bare))
    connection.execute(update(article_proofs).where(article_proofs.c.article.in_(ids)).values(units=[]))
