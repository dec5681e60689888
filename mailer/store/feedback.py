"""Queries of what people write to the office."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from mailer.message import Address
from mailer.model.feedback import WAITING as WAITING_STATES
from mailer.model.feedback import Entry, EntryKind, File, Item, ReplyTo, State
from mailer.model.outbox import Delivery
from mailer.model.personal_data import FORGOTTEN, NOBODY, Erasing, Over
from mailer.ports.feedback import Wanted
from mailer.store.schema import feedback, feedback_entries, feedback_files, outbox, staff_notices
from mailer.store.spellings import is_one_of

_WAITS = feedback.c.state.in_([state.value for state in WAITING_STATES])
_SHOWN: list[Any] = [column for column in feedback_entries.c if column.name != "raw"]
_WHOLE = (func.length(feedback_entries.c.raw) > 0).label("whole")


_ADD = insert(feedback).returning(feedback.c.id)
_ITEM = select(feedback).where(feedback.c.id == bindparam("number"))
_OF_ASKER = (
    select(feedback)
    .where(feedback.c.key == bindparam("key"))
    .order_by(feedback.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_ITEM_OF_MAIL = (
    select(feedback_entries.c.item)
    .where(feedback_entries.c.message_id.in_(bindparam("message_ids", expanding=True)))
    .order_by(feedback_entries.c.id.desc())
    .limit(1)
)
_ADD_ENTRY = insert(feedback_entries).returning(feedback_entries.c.id)
_ADD_FILES = insert(feedback_files)
_ENTRY = select(*_SHOWN, _WHOLE).where(feedback_entries.c.id == bindparam("entry"))
_ENTRIES = select(*_SHOWN, _WHOLE).where(feedback_entries.c.item == bindparam("item")).order_by(feedback_entries.c.id)
_FILES = (
    select(feedback_files)
    .where(feedback_files.c.entry.in_(bindparam("entries", expanding=True)))
    .order_by(feedback_files.c.id)
)
_RAW = select(feedback_entries.c.raw).where(feedback_entries.c.id == bindparam("entry"))


def _columns(item: Item) -> dict[str, Any]:
    return {
        "address": item.address,
        "name": item.name,
        "contact": item.contact,
        "language": item.language,
        "publication": item.publication,
        "issue": item.issue,
        "lists": list(item.lists),
        "subject": item.subject,
        "state": item.state.value,
        "assignee": item.assignee,
        "tags": list(item.tags),
        "staff": list(item.staff),
        "through": item.through,
        "may_name": item.may_name,
        "received_at": item.received_at,
        "written_at": item.written_at,
        "changed_at": item.changed_at,
    }


def _item(row: Row[Any]) -> Item:
    return Item(
        number=row.id,
        address=row.address,
        name=row.name,
        contact=row.contact,
        language=row.language,
        publication=row.publication,
        issue=row.issue,
        lists=tuple(row.lists),
        subject=row.subject,
        state=State(row.state),
        assignee=row.assignee,
        tags=tuple(row.tags),
        staff=tuple(row.staff),
        through=row.through,
        may_name=row.may_name,
        received_at=row.received_at,
        written_at=row.written_at,
        changed_at=row.changed_at,
    )


def _entry(row: Any) -> Entry:
    return Entry(
        id=row.id,
        item=row.item,
        kind=EntryKind(row.kind),
        author=row.author,
        at=row.at,
        text=row.text,
        message_id=row.message_id,
        references=tuple(row.references),
        reason=row.reason,
        whole=bool(row.whole),
    )


def _has(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether the column has the word, in any case; SQLite ignores the case of ASCII letters alone."""
    return or_(*(column.icontains(text, autoescape=True) for text in {word, word.lower(), word.upper(), word.title()}))


def _listed(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """Whether the JSON array has the value, a word without quotation marks or backslashes."""
    return cast(column, Text).contains(f'"{value}"', autoescape=True)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield feedback.c.state.in_([state.value for state in wanted.states])
    if wanted.publication:
        yield feedback.c.publication == wanted.publication
    if wanted.list:
        yield _listed(feedback.c.lists, wanted.list)
    if wanted.tag:
        yield _listed(feedback.c.tags, wanted.tag)
    if wanted.assignee:
        yield func.lower(feedback.c.assignee) == wanted.assignee.lower()
    if wanted.asker:
        yield feedback.c.key == wanted.asker
    for word in wanted.text.split():
        texts = exists().where(feedback_entries.c.item == feedback.c.id, _has(feedback_entries.c.text, word))
        yield or_(*(_has(column, word) for column in (feedback.c.subject, feedback.c.address, feedback.c.name)), texts)


class SqlFeedbackQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, item: Item, key: str) -> int:
        number: int = self._connection.execute(_ADD, {**_columns(item), "key": key}).scalar_one()
        return number

    def item(self, number: int) -> Item | None:
        row = self._connection.execute(_ITEM, {"number": number}).one_or_none()
        return _item(row) if row else None

    def find(self, wanted: Wanted, limit: int) -> list[Item]:
        if wanted.asker and wanted == Wanted(asker=wanted.asker):
            rows = self._connection.execute(_OF_ASKER, {"key": wanted.asker, "limit": limit})
        else:
            query = select(feedback).where(*_conditions(wanted)).order_by(feedback.c.id.desc()).limit(limit)
            rows = self._connection.execute(query)
        return [_item(row) for row in rows]

    def each_waiting(self) -> Iterator[Item]:
        query = select(feedback).where(_WAITS).order_by(feedback.c.written_at, feedback.c.id)
        for row in self._connection.execute(query.execution_options(yield_per=1000)):
            yield _item(row)

    def item_of_mail(self, message_ids: Collection[str]) -> int | None:
        return self._connection.scalar(_ITEM_OF_MAIL, {"message_ids": [one for one in message_ids if one]})

    def change(self, number: int, now: datetime, **values: Any) -> None:
        changed = update(feedback).where(feedback.c.id == number)
        self._connection.execute(changed.values({**values, "changed_at": now}))

    def add_entry(self, entry: Entry, raw: bytes = b"") -> int:
        row = {
            "item": entry.item,
            "kind": entry.kind.value,
            "author": entry.author,
            "at": entry.at,
            "text": entry.text,
            "message_id": entry.message_id,
            "references": list(entry.references),
            "reason": entry.reason,
            "raw": raw,
        }
        made: int = self._connection.execute(_ADD_ENTRY, row).scalar_one()
        files = [
            {
                "entry": made,
                "number": file.number,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in entry.files
        ]
        if files:
            self._connection.execute(_ADD_FILES, files)
        return made

    def entries(self, number: int) -> list[Entry]:
        return self._entries(_ENTRIES, {"item": number})

    def entry(self, entry_id: int) -> Entry | None:
        return next(iter(self._entries(_ENTRY, {"entry": entry_id})), None)

    def _entries(self, query: Select[Any], values: Mapping[str, int]) -> list[Entry]:
        found = [_entry(row) for row in self._connection.execute(query, values)]
        files = self._files([entry.id for entry in found])
        return [replace(entry, files=tuple(files.get(entry.id, ()))) for entry in found]

    def _files(self, entries: Iterable[int]) -> dict[int, list[File]]:
        found: dict[int, list[File]] = {}
        for row in self._connection.execute(_FILES, {"entries": list(entries)}):
            file = File(row.id, row.number, row.name, row.media_type, row.size, row.sha256)
            found.setdefault(row.entry, []).append(file)
        return found

    def raw(self, entry_id: int) -> bytes:
        return self._connection.scalar(_RAW, {"entry": entry_id}) or b""

    def counts(self, late_before: datetime) -> tuple[int, int]:
        late = func.count().filter(feedback.c.written_at < late_before)
        row = self._connection.execute(select(func.count(), late).select_from(feedback).where(_WAITS)).one()
        return row[0], row[1]


def erase_feedback(connection: Connection, erasing: Erasing) -> None:
    """Items keep their number, dates and route; what was written in them goes, and nobody waits for an answer."""
    asked = or_(feedback.c.contact == erasing.contact.id, is_one_of(feedback.c.address, erasing.addresses))
    _erase_items(connection, list(connection.scalars(select(feedback.c.id).where(asked))), erasing.replacement)
    by_them = is_one_of(feedback_entries.c.author, erasing.addresses)
    connection.execute(update(feedback_entries).where(by_them).values(author=str(erasing.replacement)))


def erase_old_items(connection: Connection, over: Over) -> int:
    """What was written in items that are closed, and who wrote it."""
    closed = feedback.c.state == State.CLOSED.value, feedback.c.changed_at < over.before
    named = feedback.c.address.not_like(f"%@{FORGOTTEN}")
    query = select(feedback.c.id).where(*closed, named).order_by(feedback.c.id).limit(over.most)
    items = list(connection.scalars(query))
    _erase_items(connection, items, NOBODY)
    connection.execute(update(feedback_entries).where(feedback_entries.c.item.in_(items)).values(author=str(NOBODY)))
    connection.execute(update(feedback).where(feedback.c.id.in_(items)).values(contact=None))
    return len(items)


def _erase_items(connection: Connection, items: Collection[int], other: Address) -> None:
    entries = list(connection.scalars(select(feedback_entries.c.id).where(feedback_entries.c.item.in_(items))))
    _erase_mail_about(connection, items, entries)
    of_them = feedback_files.c.entry.in_(entries)
    connection.execute(update(feedback_files).where(of_them).values(name="", sha256=""))
    words = {"text": "", "message_id": "", "references": [], "reason": "", "raw": b""}
    connection.execute(update(feedback_entries).where(feedback_entries.c.item.in_(items)).values(words))
    who = {"key": other.key, "address": str(other), "name": "", "language": "", "subject": ""}
    connection.execute(update(feedback).where(feedback.c.id.in_(items)).values({**who, "state": State.CLOSED.value}))


def _erase_mail_about(connection: Connection, items: Collection[int], entries: Collection[int]) -> None:
    """Drop the text of mails to staff and member bodies about these items; what still waits goes to them first."""
    kinds = staff_notices.c.kind.in_([ReplyTo.ASKER.value, ReplyTo.COMMENT_REQUEST.value])
    about = or_(
        and_(kinds, staff_notices.c.subject.in_(items)),
        and_(staff_notices.c.kind == ReplyTo.FILES.value, staff_notices.c.subject.in_(entries)),
    )
    causes = list(connection.scalars(select(staff_notices.c.cause).where(about)))
    causes += [f"feedback-sent {entry}" for entry in entries]
    read = outbox.c.state.in_([Delivery.SENT.value, Delivery.FAILED.value, Delivery.SUPPRESSED.value])
    listed = and_(outbox.c.cause > "feedback-digest ", outbox.c.cause < "feedback-digest!")  # names who waits
    told = or_(outbox.c.cause.in_(causes), listed) if items else outbox.c.cause.in_(causes)
    connection.execute(update(outbox).where(told, outbox.c.mailing.is_(None), read).values(payload=None))
