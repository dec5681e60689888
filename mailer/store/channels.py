"""Queries of what channels were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from mailer.model.channels import GivenPack, State
from mailer.model.personal_data import NOBODY, Erasing, Over
from mailer.store.schema import channel_packs as table
from mailer.store.spellings import is_one_of


class SqlChannelQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, pack: GivenPack) -> GivenPack:
        values = {
            "channel": pack.channel,
            "issue": pack.issue,
            "language": pack.language,
            "articles": list(pack.articles),
            "digest": pack.digest,
            "made_at": pack.made_at,
            "made_by": pack.made_by,
            "address": pack.address,
            "files": pack.files,
            **_changing(pack),
        }
        added = self._connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
        return replace(pack, id=int(added))

    def save(self, pack: GivenPack) -> None:
        self._connection.execute(update(table).where(table.c.id == pack.id).values(_changing(pack)))

    def by_id(self, pack_id: int) -> GivenPack | None:
        row = self._connection.execute(select(table).where(table.c.id == pack_id)).one_or_none()
        return _pack(row) if row else None

    def of_issue(self, issue_id: int) -> Sequence[GivenPack]:
        return self._all(select(table).where(table.c.issue == issue_id))

    def each(self, channel: str = "") -> Sequence[GivenPack]:
        query = select(table)
        return self._all(query.where(table.c.channel == channel) if channel else query)

    def unanswered(self, before: datetime) -> Sequence[GivenPack]:
        open_ones = table.c.state == State.MAILED.value, table.c.reminded_at.is_(None), table.c.made_at < before
        return self._all(select(table).where(*open_ones))

    def of_addresses(self, addresses: Sequence[str]) -> Sequence[GivenPack]:
        return self._all(select(table).where(is_one_of(table.c.address, addresses)))

    def _all(self, query: Select[Any]) -> list[GivenPack]:
        return [_pack(row) for row in self._connection.execute(query.order_by(table.c.id))]


def _changing(pack: GivenPack) -> dict[str, Any]:
    return {
        "state": pack.state.value,
        "answered_at": pack.answered_at,
        "appears": pack.appears,
        "place": pack.place,
        "changes": pack.changes,
        "reminded_at": pack.reminded_at,
    }


def _pack(row: Row[Any]) -> GivenPack:
    return GivenPack(
        id=row.id,
        channel=row.channel,
        issue=row.issue,
        language=row.language,
        articles=tuple(row.articles),
        digest=row.digest,
        state=State(row.state),
        made_at=row.made_at,
        made_by=row.made_by,
        address=row.address,
        files=row.files,
        answered_at=row.answered_at,
        appears=row.appears,
        place=row.place,
        changes=row.changes,
        reminded_at=row.reminded_at,
    )


# --- personal data ---


def erase_channel_packs(connection: Connection, erasing: Erasing) -> None:
    """Who was mailed a pack; that it was given, and where it appeared, stays."""
    theirs = is_one_of(table.c.address, [*erasing.addresses, *erasing.keys])
    connection.execute(update(table).where(theirs).values(address=str(erasing.replacement), changes=""))


def erase_old_channel_packs(connection: Connection, over: Over) -> int:
    """Who was mailed a pack, long ago."""
    old = table.c.made_at < over.before, table.c.address.not_in(["", str(NOBODY)])
    ids = select(table.c.id).where(*old).limit(over.most)
    return connection.execute(update(table).where(table.c.id.in_(ids)).values(address=str(NOBODY), changes="")).rowcount
