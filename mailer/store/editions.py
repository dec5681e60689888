"""Queries of editions in other languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, insert, select, text, update

from mailer.model.editions import Answer, ChangedLink, Form, FrozenSource, Paragraph, State, Translation
from mailer.model.issues import Edition, EditionRef
from mailer.model.lists import Contact
from mailer.model.personal_data import Erasing
from mailer.store.issues import keep_edition
from mailer.store.schema import (
    CURRENT,
    changed_links,
    edition_wishes,
    editions,
    issues,
    source_files,
    sources,
    translated_paragraphs,
    translations,
)
from mailer.store.upsert import insert_new


class SqlEditionQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- the translations ---

    def add(
        self, issue_id: int, language: str, translator: Contact, credit: str, state: State, form: Form, now: datetime
    ) -> Translation:
        row = {
            "issue": issue_id,
            "language": language,
            "contact": translator.id,
            "address": translator.address,
            "credit": credit[:400],
            "state": state.value,
            "form": form.value,
            "asked_at": now,
            "changed_at": now,
            "tries": 0,
            "proof": 0,
            "title": "",
        }
        added = self._connection.execute(insert(translations).values(row).returning(translations.c.id)).scalar_one()
        made = self.by_id(added)
        assert made is not None
        return made

    def by_id(self, translation_id: int) -> Translation | None:
        return next(iter(self._some(translations.c.id == translation_id)), None)

    def of(self, issue_id: int) -> list[Translation]:
        return self._some(translations.c.issue == issue_id)

    def of_contact(self, contact_id: int) -> list[Translation]:
        return self._some(translations.c.contact == contact_id)

    def in_states(self, states: Sequence[State]) -> list[Translation]:
        return self._some(translations.c.state.in_([state.value for state in states]))

    def save(self, translation: Translation) -> None:
        values = {
            "contact": translation.contact,
            "address": translation.address,
            "credit": translation.credit[:400],
            "state": translation.state.value,
            "form": translation.form.value,
            "source": translation.source or None,
            "asked_at": translation.asked_at,
            "changed_at": translation.changed_at,
            "due_at": translation.due_at,
            "reminded_at": translation.reminded_at,
            "ready_at": translation.ready_at,
            "tries": translation.tries,
            "proof": translation.proof,
            "title": translation.title[:400],
        }
        self._connection.execute(update(translations).where(translations.c.id == translation.id).values(values))

    def keep(self, translation: Translation, edition: Edition, now: datetime) -> EditionRef:
        self.drop(translation, now)
        language = translation.language
        added = keep_edition(self._connection, translation.issue, language, edition, now, translation.id)
        return EditionRef(added, language, edition.digest)

    def drop(self, translation: Translation, now: datetime) -> None:
        mine = editions.c.translation == translation.id
        self._connection.execute(update(editions).where(mine, text(CURRENT)).values(superseded_at=now))

    def every_edition(self, issue_id: int) -> list[tuple[Translation, EditionRef]]:
        known = {one.id: one for one in self.of(issue_id)}
        kept = select(editions).where(editions.c.issue == issue_id, editions.c.translation.is_not(None))
        rows = self._connection.execute(kept.order_by(editions.c.id))
        return [(known[row.translation], EditionRef(row.id, row.language, row.digest)) for row in rows]

    # --- what it is made from ---

    def source(self, issue_id: int) -> FrozenSource | None:
        built = select(issues.c.source_digest).where(issues.c.id == issue_id).scalar_subquery()
        return self._source(and_(sources.c.issue == issue_id, sources.c.digest == built))

    def is_current(self, translation: Translation) -> bool:
        same = and_(sources.c.issue == issues.c.id, sources.c.digest == issues.c.source_digest)
        query = select(sources.c.id).join(issues, same).where(sources.c.id == translation.source)
        return self._connection.scalar(query) is not None

    def edition_at(self, translation_id: int, at: datetime) -> EditionRef | None:
        replaced = editions.c.superseded_at
        query = select(editions.c.id, editions.c.language, editions.c.digest).where(
            editions.c.translation == translation_id, editions.c.created_at <= at, replaced.is_(None) | (replaced > at)
        )
        row = self._connection.execute(query.order_by(editions.c.id.desc()).limit(1)).one_or_none()
        return EditionRef(*row) if row else None

    def frozen(self, source_id: int) -> FrozenSource | None:
        return self._source(sources.c.id == source_id)

    def _source(self, which: ColumnElement[bool]) -> FrozenSource | None:
        row = self._connection.execute(select(sources).where(which)).one_or_none()
        if row is None:
            return None
        kept = select(source_files).where(source_files.c.source == row.id).order_by(source_files.c.name)
        files = {file.name: bytes(file.data) for file in self._connection.execute(kept)}
        return FrozenSource(row.id, row.issue, row.digest, files)

    # --- what came back ---

    def put(self, translation_id: int, texts: Mapping[int, str], now: datetime) -> None:
        known = self.paragraphs(translation_id)
        for number, written in texts.items():
            which = translated_paragraphs.c.translation == translation_id, translated_paragraphs.c.number == number
            values = {"text": written, "at": now, "as_written": False}
            if number in known:
                self._connection.execute(update(translated_paragraphs).where(*which).values(values))
            else:
                row = {"translation": translation_id, "number": number, **values}
                self._connection.execute(insert(translated_paragraphs).values(row))

    def paragraphs(self, translation_id: int) -> Mapping[int, Paragraph]:
        query = select(translated_paragraphs).where(translated_paragraphs.c.translation == translation_id)
        rows = self._connection.execute(query.order_by(translated_paragraphs.c.number))
        return {row.number: Paragraph(row.text, row.at, row.as_written) for row in rows}

    def stand(self, translation_id: int, numbers: Iterable[int]) -> None:
        which = (
            translated_paragraphs.c.translation == translation_id,
            translated_paragraphs.c.number.in_(list(numbers)),
        )
        self._connection.execute(update(translated_paragraphs).where(*which).values(as_written=True))

    def put_links(self, translation_id: int, links: Sequence[tuple[int, str, str]]) -> None:
        mine = changed_links.c.translation == translation_id
        rows = self._connection.execute(select(changed_links).where(mine)).all()
        known = {(row.number, row.was, row.now): row for row in rows}
        for key, row in known.items():
            if row.stands != (key in links):
                which = changed_links.c.id == row.id
                self._connection.execute(update(changed_links).where(which).values(stands=not row.stands))
        for number, was, now in links:
            if (number, was, now) not in known:
                values = {"number": number, "was": was, "now": now, "answer": Answer.OPEN.value, "stands": True}
                self._connection.execute(insert(changed_links).values(translation=translation_id, **values))

    def links(self, translation_id: int) -> list[ChangedLink]:
        which = changed_links.c.translation == translation_id, changed_links.c.stands
        rows = self._connection.execute(select(changed_links).where(*which).order_by(changed_links.c.id))
        return [ChangedLink(row.id, row.number, row.was, row.now, Answer(row.answer)) for row in rows]

    def answer_links(self, link_ids: Iterable[int], *, yes: bool) -> None:
        answer = Answer.YES if yes else Answer.NO
        which = changed_links.c.id.in_(list(link_ids))
        self._connection.execute(update(changed_links).where(which).values(answer=answer.value))

    # --- who waits ---

    def wish(self, issue_id: int, language: str, contact_id: int, now: datetime) -> bool:
        row = {"issue": issue_id, "language": language, "contact": contact_id, "at": now}
        return bool(self._connection.execute(insert_new(self._connection, edition_wishes), row).rowcount)

    def grant_wish(self, issue_id: int, language: str, contact_id: int) -> None:
        mine = edition_wishes.c.issue == issue_id, edition_wishes.c.language == language
        self._connection.execute(delete(edition_wishes).where(*mine, edition_wishes.c.contact == contact_id))

    def wishes(self, issue_id: int) -> list[tuple[str, int]]:
        query = select(edition_wishes.c.language, edition_wishes.c.contact).where(edition_wishes.c.issue == issue_id)
        ordered = query.order_by(edition_wishes.c.language, edition_wishes.c.contact)
        return [(row.language, row.contact) for row in self._connection.execute(ordered)]

    def _some(self, which: ColumnElement[bool]) -> list[Translation]:
        rows = self._connection.execute(_translations().where(which).order_by(translations.c.id))
        return [_translation(row) for row in rows]


def _translations() -> Select[Any]:
    """The translations, each with its current edition."""
    own = and_(editions.c.translation == translations.c.id, text(f"editions.{CURRENT}"))
    edition = editions.c.id.label("edition"), editions.c.digest.label("edition_digest")
    return select(translations, *edition).select_from(translations.outerjoin(editions, own))


def _translation(row: Row[Any]) -> Translation:
    return Translation(
        id=row.id,
        issue=row.issue,
        language=row.language,
        contact=row.contact,
        address=row.address,
        credit=row.credit,
        state=State(row.state),
        form=Form(row.form),
        source=row.source or 0,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        reminded_at=row.reminded_at,
        ready_at=row.ready_at,
        tries=row.tries,
        proof=row.proof,
        title=row.title,
        edition=EditionRef(row.edition, row.language, row.edition_digest) if row.edition else None,
    )


def erase_translations(connection: Connection, erasing: Erasing) -> None:
    """What was granted stays as it is, because its readers have it, or will; other translations end."""
    mine = translations.c.contact == erasing.contact.id
    connection.execute(delete(edition_wishes).where(edition_wishes.c.contact == erasing.contact.id))
    theirs = select(translations.c.id).where(mine)
    for table in (translated_paragraphs, changed_links):
        connection.execute(delete(table).where(table.c.translation.in_(theirs)))
    public = translations.c.state.in_([State.GRANTED.value, State.SENT.value])
    disclosed = editions.c.translation.in_(theirs.where(public)) & editions.c.superseded_at.is_(None)
    proofs = editions.c.translation.in_(theirs), ~disclosed
    current = editions.c.superseded_at.is_(None)
    connection.execute(update(editions).where(*proofs, current).values(superseded_at=erasing.now))
    connection.execute(update(editions).where(*proofs).values(subject="", html="", text="", pdf=b""))
    ended = {"state": State.ENDED.value, "title": "", "due_at": None, "ready_at": None}
    connection.execute(update(translations).where(mine, ~public).values(ended))
    connection.execute(update(translations).where(mine).values(address=str(erasing.replacement), credit=""))
