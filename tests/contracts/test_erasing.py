"""Nothing of somebody who was forgotten stays anywhere but where the documentation says so, whatever table there is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, LargeBinary, String, Table, insert, select

from mailer.message import Address
from mailer.model.personal_data import replacement
from mailer.store.database import SqlStore
from mailer.store.schema import UtcDateTime, metadata
from tests.fakes import NOON
from tests.new_store import make

ANNA = Address.parse("Anna.Kim@union.example")
EACH_SPELLING = sorted({str(ANNA), ANNA.key})

VALUES: dict[tuple[str, str], Any] = {
    ("lists", "key"): "nmb",
    ("contacts", "domain"): ANNA.domain,
    ("contacts", "published"): None,
    ("contacts", "kind"): None,
    ("contacts", "format"): None,
    ("outbox", "state"): "sent",
    ("outbox", "mailing"): None,
    ("inbound", "folder"): "Processed",
    ("restorations", "journal"): [{"at": NOON.isoformat(), "action": "left", "subject": str(ANNA), "detail": {}}],
    ("articles", "state"): "in",
    ("article_deliveries", "kind"): "text",
    ("submissions", "raw"): str(ANNA).encode(),
}
"""What a column has, because the code reads it; any other column has the address, if there is room."""

NOT_ABOUT_PEOPLE = frozenset(
    [
        "answer_counts",
        "audit",
        "breakers",
        "criteria_versions",
        "document_files",
        "document_versions",
        "documents",
        "editions",
        "faq_entries",
        "forgotten",
        "issues",
        "link_checks",
        "lists",
        "mailings",
        "merges",
        "organisations",
        "pictures",
        "press_releases",
        "rates",
        "refused",
        "scopes",
        "secrets",
        "seen_signatures",
        "source_files",
        "sources",
        "suppressed_domains",
        "throttles",
        "uninvited",
        "workers",
    ]
)
"""Tables that name nobody, whose entries are hashes, or of which docs/privacy.md says why they stay."""

STAYS = frozenset(
    {
        *("ballots.*", "grants.*"),  # what was put to a board, and its terms; a member has a paper there
        "votes.choice",
        *("membership_changes.cause", "outbox.cause", "outbox.holder", "outbox.message_id"),  # ids of mails, and ours
        *("incoming.raw", "set_aside.raw"),  # the mail itself: docs/privacy.md, the office's mailbox
        *("inbound.mailbox", "inbound.digest", "feedback_files.media_type"),
        *("departures.publications", "departures.lists", "feedback.lists", "feedback.tags", "feedback.publication"),
        *(
            "staff_notices.*",
            "held_notices.recipient",
            "feedback.assignee",
            "feedback.staff",
            "feedback.through",
        ),  # those who are staff
        *("restorations.secret", "restorations.last_ids", "restorations.maybe_sent"),
        *("list_versions.*", "list_version_files.*"),  # made anew without them: handlers/list_documents.py
        *("articles.publication", "article_pictures.name", "article_proofs.digest"),  # keys and digests of ours
        *("events.uid", "events.title", "events.organiser", "events.place", "events.hours", "events.languages"),
        *("events.audience", "events.website", "events.topics", "events.costs", "events.programme"),
        *("events.source_uid", "events.pending"),  # what an event is; its host is nobody any more
        *("review_rounds.started_by", "nomination_calls.by", "invitations.by"),  # accounts of the office
        *("channel_packs.articles", "channel_packs.made_by", "channel_packs.digest"),  # numbers; an account of ours
        *("channel_packs.appears", "channel_packs.place"),  # where something is printed
        *("assignments.following", "presenters.given"),  # ids and names of documents
        *("questions.state", "questions.about"),  # the name of a list or an event
    }
)
"""Columns that hold nothing of the person in an office, or what has to stay; ``*`` is all of a table."""


def _value(table: Table, column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    if (table.name, column.name) in VALUES:
        return VALUES[table.name, column.name]
    for key in column.foreign_keys:
        return rows.get(key.column.table.name, {}).get(key.column.name)
    kind = column.type
    if isinstance(kind, String):
        if column.name in ("key", "address_key", "host_key"):
            return ANNA.key
        return str(ANNA) if kind.length is None or kind.length >= 60 else "x"
    if isinstance(kind, JSON):
        return [str(ANNA)]
    if isinstance(kind, LargeBinary):
        return str(ANNA).encode()
    if isinstance(kind, UtcDateTime):
        return NOON
    return date(2027, 1, 1) if isinstance(kind, Date) else False if isinstance(kind, Boolean) else 1


def _fill(connection: Connection) -> int:
    """A row in every table that names the person, wherever there is room; the id of the contact."""
    rows: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table.name in ("audit", "secrets"):
            continue
        given = [
            column
            for column in table.columns
            if not (column.name == "id" and column.primary_key) and column.name not in ("merged_into", "undone_at")
        ]
        row = {column.name: _value(table, column, rows) for column in given}
        key = connection.execute(insert(table).values(row)).inserted_primary_key
        rows[table.name] = {**row, **dict(zip(table.primary_key.columns.keys(), key or (), strict=False))}
    return int(rows["contacts"]["id"])


def _left(connection: Connection) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for row in connection.execute(select(table)).mappings():
            for name, value in row.items():
                text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                if table.name not in NOT_ABOUT_PEOPLE and str(ANNA.local).lower() in text.lower():
                    yield f"{table.name}.{name}"


def test_forget_me_leaves_no_byte_of_the_address_in_any_table() -> None:
    store = SqlStore("sqlite://")
    make(store)
    with store.transaction() as work:
        contact = _fill(work.connection)
        anna = work.lists.contact(contact)
        assert anna is not None and len(set(_left(work.connection))) > 50
        work.personal_data.erase(anna, EACH_SPELLING, replacement(contact), _later())
        left = {one for one in _left(work.connection) if f"{one.partition('.')[0]}.*" not in STAYS}
        assert sorted(left - STAYS) == []


def _later() -> datetime:
    return NOON.replace(hour=23)
