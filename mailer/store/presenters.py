"""Queries of the bank of presenters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, insert, or_, select, update

from mailer.model.lists import Standing
from mailer.model.personal_data import Erasing, Over
from mailer.model.presenters import Period, Presenter, State
from mailer.store.schema import contacts, memberships, presenter_calls, presenters
from mailer.store.upsert import upsert


class SqlPresenterQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, presenter: Presenter) -> Presenter:
        values = {"contact": presenter.contact, "registered_at": presenter.registered_at, **_columns(presenter)}
        added = self._connection.execute(insert(presenters).values(values).returning(presenters.c.id)).scalar_one()
        return replace(presenter, id=int(added))

    def save(self, presenter: Presenter) -> None:
        mine = presenters.c.id == presenter.id
        self._connection.execute(update(presenters).where(mine).values(_columns(presenter)))

    def by_id(self, presenter_id: int) -> Presenter | None:
        return self._one(_presenters().where(presenters.c.id == presenter_id))

    def of_contact(self, contact_id: int) -> Presenter | None:
        return self._one(_presenters().where(presenters.c.contact == contact_id))

    def each(self, states: Collection[State] = ()) -> Sequence[Presenter]:
        query = _presenters().order_by(presenters.c.name, presenters.c.id)
        return self._all(query.where(_in(states)) if states else query)

    def unchanged_since(self, states: Collection[State], at: datetime) -> Sequence[Presenter]:
        return self._all(_presenters().where(_in(states), presenters.c.changed_at < at).order_by(presenters.c.id))

    def ungiven(self, current: str, most: int) -> Sequence[Presenter]:
        mine = presenters.c.state == State.APPROVED.value, presenters.c.given != current
        return self._all(_presenters().where(*mine).order_by(presenters.c.id).limit(most))

    def strayed(self, bank: str, most: int) -> Sequence[Presenter]:
        active = exists().where(
            memberships.c.list == bank,
            memberships.c.contact == presenters.c.contact,
            memberships.c.standing == Standing.ACTIVE.value,
        )
        approved, retired = (presenters.c.state == state.value for state in (State.APPROVED, State.RETIRED))
        stray = or_(and_(approved, ~active), and_(retired, active))
        return self._all(_presenters().where(stray).order_by(presenters.c.id).limit(most))

    def called(self, since: datetime) -> frozenset[int]:
        recent = or_(presenter_calls.c.asked_at > since, presenter_calls.c.never)
        return frozenset(self._connection.scalars(select(presenter_calls.c.contact).where(recent)))

    def call(self, contact_id: int, now: datetime, *, never: bool = False) -> None:
        row = {"contact": contact_id, "asked_at": now, "never": never}
        upsert(self._connection, presenter_calls, row, on=("contact",))

    def _one(self, query: Select[Any]) -> Presenter | None:
        row = self._connection.execute(query).one_or_none()
        return _presenter(row) if row else None

    def _all(self, query: Select[Any]) -> list[Presenter]:
        return [_presenter(row) for row in self._connection.execute(query)]


def _presenters() -> Select[Any]:
    return select(presenters, contacts.c.address).join(contacts, contacts.c.id == presenters.c.contact)


def _in(states: Collection[State]) -> Any:
    return presenters.c.state.in_([state.value for state in states])


def _columns(presenter: Presenter) -> dict[str, Any]:
    return {
        "name": presenter.name,
        "organisation": presenter.organisation,
        "country": presenter.country,
        "languages": list(presenter.languages),
        "regions": list(presenter.regions),
        "topics": list(presenter.topics),
        "experience": presenter.experience,
        "busy": [str(period) for period in presenter.busy],
        "may_publish": presenter.may_publish,
        "state": presenter.state.value,
        "scope": presenter.scope,
        "changed_at": presenter.changed_at,
        "approved_at": presenter.approved_at,
        "given": presenter.given,
    }


def _presenter(row: Row[Any]) -> Presenter:
    return Presenter(
        id=row.id,
        contact=row.contact,
        address=row.address,
        name=row.name,
        organisation=row.organisation,
        country=row.country,
        languages=tuple(row.languages),
        regions=tuple(row.regions),
        topics=tuple(row.topics),
        experience=row.experience,
        busy=tuple(map(Period.parse, row.busy)),
        may_publish=row.may_publish,
        state=State(row.state),
        scope=row.scope,
        registered_at=row.registered_at,
        changed_at=row.changed_at,
        approved_at=row.approved_at,
        given=row.given,
    )


# --- personal data ---

_NOTHING: dict[str, Any] = {
    "name": "",
    "organisation": "",
    "country": "",
    "languages": [],
    "regions": [],
    "topics": [],
    "experience": "",
    "busy": [],
    "may_publish": False,
    "state": State.RETIRED.value,
}


def erase_presenter(connection: Connection, who: Erasing) -> None:
    """What they said is gone; that there was a presenter stays, because events rest on it."""
    mine = presenters.c.contact == who.contact.id
    connection.execute(update(presenters).where(mine).values(**_NOTHING, changed_at=who.now))
    connection.execute(delete(presenter_calls).where(presenter_calls.c.contact == who.contact.id))


def erase_old_presenters(connection: Connection, over: Over) -> int:
    """What was said by those who are in the bank no longer, or never were."""
    gone = presenters.c.state.in_([State.DECLINED.value, State.RETIRED.value, State.REGISTERED.value])
    old = select(presenters.c.id).where(gone, presenters.c.name != "", presenters.c.changed_at < over.before)
    rows = list(connection.scalars(old.limit(over.most)))
    connection.execute(update(presenters).where(presenters.c.id.in_(rows)).values(**_NOTHING))
    return len(rows)
