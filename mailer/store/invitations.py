"""Queries of invitations and of calls for nominations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from mailer.model.invitations import Invitation, Nominator, State
from mailer.model.lists import Details, Format, Kind
from mailer.model.personal_data import NOBODY, Erasing, Over
from mailer.ports.invitations import Call
from mailer.store.schema import invitations, nomination_calls, uninvited
from mailer.store.spellings import is_one_of
from mailer.store.upsert import insert_new_in

_BATCH = 500


def _invitation(row: Row[Any]) -> Invitation:
    stored = row.details
    kind, form = stored.get("kind"), stored.get("format")
    details = Details(**{**stored, "kind": kind and Kind(kind), "format": form and Format(form)})
    return Invitation(
        id=row.id,
        list=row.list,
        address=row.address,
        details=details,
        by=row.by,
        created_at=row.created_at,
        again=row.again,
        nominator=Nominator(row.nominator, row.nominator_name, row.submission),
        state=State(row.state),
        times=row.times,
        next_at=row.next_at,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        told=row.told,
    )


def _changing(invitation: Invitation) -> dict[str, Any]:
    return {
        "state": invitation.state.value,
        "times": invitation.times,
        "next_at": invitation.next_at,
        "asked_at": invitation.asked_at,
        "decided_at": invitation.decided_at,
        "told": invitation.told,
    }


def _values(invitation: Invitation) -> dict[str, Any]:
    return {
        "list": invitation.list,
        "key": invitation.to.key,
        "address": invitation.address,
        "details": {name: value for name, value in asdict(invitation.details).items() if value},
        "by": invitation.by,
        "again": invitation.again,
        "nominator": invitation.nominator.address,
        "nominator_name": invitation.nominator.name,
        "submission": invitation.nominator.submission,
        "created_at": invitation.created_at,
        **_changing(invitation),
    }


def _call(row: Row[Any]) -> Call:
    return Call(row.id, row.list, row.by, row.at, row.asked, row.ended_at)


class SqlInvitationQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, wanted: Sequence[Invitation]) -> list[Invitation]:
        if not wanted:
            return []
        adding = insert(invitations).returning(invitations, sort_by_parameter_order=True)
        return [_invitation(row) for row in self._connection.execute(adding, [_values(one) for one in wanted])]

    def save(self, invitation: Invitation) -> None:
        changed = update(invitations).where(invitations.c.id == invitation.id)
        self._connection.execute(changed.values(**_changing(invitation)))

    def invitation(self, invitation_id: int) -> Invitation | None:
        row = self._connection.execute(select(invitations).where(invitations.c.id == invitation_id)).one_or_none()
        return _invitation(row) if row else None

    def newest_of(self, keys: Collection[str], key: str = "") -> dict[str, Invitation]:
        found: dict[str, Invitation] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            query = select(invitations).where(invitations.c.key.in_(wanted[start : start + _BATCH]))
            query = query.where(invitations.c.list == key) if key else query
            for row in self._connection.execute(query.order_by(invitations.c.id)):
                found[row.key] = _invitation(row)
        return found

    def each(self, key: str = "", states: Collection[State] = ()) -> list[Invitation]:
        query = select(invitations).order_by(invitations.c.id)
        query = query.where(invitations.c.list == key) if key else query
        query = query.where(invitations.c.state.in_([one.value for one in states])) if states else query
        return [_invitation(row) for row in self._connection.execute(query)]

    def due(self, states: Collection[State], now: datetime, most: int) -> list[Invitation]:
        mine = invitations.c.state.in_([one.value for one in states]), invitations.c.next_at <= now
        query = select(invitations).where(*mine).order_by(invitations.c.next_at, invitations.c.id).limit(most)
        return [_invitation(row) for row in self._connection.execute(query)]

    def untold(self, most: int) -> list[Invitation]:
        mine = invitations.c.submission.is_not(None), invitations.c.told != invitations.c.state
        query = select(invitations).where(*mine).order_by(invitations.c.id).limit(most)
        return [_invitation(row) for row in self._connection.execute(query)]

    def never(self, fingerprints: Collection[str]) -> set[str]:
        found: set[str] = set()
        wanted = list(fingerprints)
        for start in range(0, len(wanted), _BATCH):
            some = uninvited.c.fingerprint.in_(wanted[start : start + _BATCH])
            found.update(self._connection.scalars(select(uninvited.c.fingerprint).where(some)))
        return found

    def add_never(self, fingerprint: str, at: datetime) -> None:
        adding = insert_new_in(self._connection.dialect.name, uninvited)
        self._connection.execute(adding, {"fingerprint": fingerprint, "at": at})

    def drop_never(self, fingerprints: Collection[str]) -> None:
        self._connection.execute(delete(uninvited).where(uninvited.c.fingerprint.in_(fingerprints)))

    def begin_call(self, key: str, by: str, at: datetime) -> Call:
        values = {"list": key, "by": by, "at": at, "asked": 0}
        return _call(self._connection.execute(insert(nomination_calls).returning(nomination_calls), values).one())

    def calls(self, open_only: bool = False) -> list[Call]:
        query = select(nomination_calls).order_by(nomination_calls.c.id)
        query = query.where(nomination_calls.c.ended_at.is_(None)) if open_only else query
        return [_call(row) for row in self._connection.execute(query)]

    def save_call(self, call: Call) -> None:
        changed = update(nomination_calls).where(nomination_calls.c.id == call.id)
        self._connection.execute(changed.values(asked=call.asked, ended_at=call.ended_at))


def erase_invitations(connection: Connection, erasing: Erasing) -> None:
    """Who was invited, and who proposed them; that somebody was stays."""
    nobody = str(erasing.replacement)
    theirs = invitations.c.key.in_(erasing.keys)
    is_open = invitations.c.state.in_([one.value for one in State if one.is_open])
    dropped = {"state": State.DROPPED.value, "next_at": None}
    connection.execute(update(invitations).where(and_(theirs, is_open)).values(**dropped))
    connection.execute(update(invitations).where(theirs).values(key=nobody, address=nobody, details={}, again=""))
    proposed = is_one_of(invitations.c.nominator, [*erasing.addresses, *erasing.keys])
    connection.execute(update(invitations).where(proposed).values(nominator=nobody, nominator_name="", submission=None))


def erase_old_invitations(connection: Connection, over: Over) -> int:
    """Who was invited, and who proposed them, in invitations that were decided on."""
    nobody = str(NOBODY)
    old = invitations.c.created_at < over.before, invitations.c.next_at.is_(None), invitations.c.key != nobody
    ids = select(invitations.c.id).where(*old).limit(over.most)
    gone: dict[str, Any] = {
        "key": nobody,
        "address": nobody,
        "details": {},
        "nominator": "",
        "nominator_name": "",
        "submission": None,
    }
    return connection.execute(update(invitations).where(invitations.c.id.in_(ids)).values(**gone)).rowcount
