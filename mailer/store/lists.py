"""Queries of lists, contacts, memberships and their history, sign-up requests, suppressions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    null,
    select,
    update,
)

from mailer.message import Address
from mailer.model.failures import COMPLAINED
from mailer.model.lists import (
    BY_COMMAND,
    Contact,
    Departure,
    Details,
    Format,
    Kind,
    ListChange,
    Membership,
    PastDeparture,
    Request,
    Scope,
    ScopeKind,
    Standing,
)
from mailer.model.publishing import in_order
from mailer.model.suppressions import Cause, Suppression
from mailer.phrases import Phrase
from mailer.store.schema import (
    bounces,
    contacts,
    departures,
    former_addresses,
    has_left,
    lists,
    membership_changes,
    memberships,
    opt_outs,
    requests,
    scopes,
)
from mailer.store.suppressions import SqlSuppressionQueries
from mailer.store.upsert import insert_new, upsert


def _details(row: Row[Any]) -> Details:
    return Details(
        name=row.name,
        organisation=row.organisation,
        kind=Kind(row.kind) if row.kind else None,
        country=row.country,
        language=row.language,
        format=Format(row.format) if row.format else None,
    )


def contact_of(row: Row[Any]) -> Contact:
    """The contact in a row with all columns of ``contacts``."""
    published = None if row.published is None else in_order(row.published)
    return Contact(row.id, row.address, _details(row), published, row.paused_until)


def columns_of(details: Details) -> dict[str, str | None]:
    """The details by column, in a tenth of the time of ``asdict``."""
    return {
        "name": details.name,
        "organisation": details.organisation,
        "kind": details.kind,
        "country": details.country,
        "language": details.language,
        "format": details.format,
    }


def _membership(row: Row[Any]) -> Membership:
    return Membership(row.list, contact_of(row), Standing(row.standing), row.since, row.until)


def request_of(row: Row[Any]) -> Request:
    """The request in a row with all columns of ``requests``."""
    given = dict(row.details)
    given["kind"] = Kind(given["kind"]) if given["kind"] else None
    given["format"] = Format(given["format"]) if given["format"] else None
    return Request(
        id=row.id,
        address=row.address,
        list=row.list,
        details=Details(**given),
        problems=tuple(Phrase.restored(stored) for stored in row.problems),
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        withdrawn_at=row.withdrawn_at,
    )


def _last_version(key: ColumnElement[str]) -> ScalarSelect[int]:
    newest = func.max(membership_changes.c.version)
    return select(func.coalesce(newest, 0)).where(membership_changes.c.list == key).scalar_subquery()


CHUNK = 1000
"""How many rows are read at a time."""


_CONTACT_AT = select(contacts).where(contacts.c.key == bindparam("key"))
_REQUEST = select(requests).where(requests.c.id == bindparam("id"))
_REQUESTS_SINCE = select(func.count()).select_from(requests).where(requests.c.created_at > bindparam("since"))
_ADD_REQUEST = insert(requests).returning(requests)
_CONFIRM_REQUEST = update(requests).where(requests.c.id == bindparam("row")).values(confirmed_at=bindparam("now"))
_CONTACT_ID = select(contacts.c.id).where(contacts.c.key == bindparam("key"))
_ADD_CONTACT = insert(contacts)
_STANDING = select(memberships.c.standing).where(
    memberships.c.list == bindparam("list"), memberships.c.contact == bindparam("contact")
)
_ADD_CHANGE = insert(membership_changes).values(
    {
        **{name: bindparam(name) for name in ("list", "contact", "standing", "at", "cause")},
        "version": _last_version(bindparam("list")) + 1,
    }
)
_JOINED = select(memberships.c.list, memberships.c.standing, memberships.c.since, memberships.c.until, contacts).join(
    contacts, contacts.c.id == memberships.c.contact
)
_MEMBERSHIPS_OF = _JOINED.where(memberships.c.contact == bindparam("contact")).order_by(memberships.c.list)
_NO_END = cast(null(), Date).label("until")
_SCOPES = select(scopes)
_OPT_IN = delete(opt_outs).where(
    opt_outs.c.contact == bindparam("contact"), opt_outs.c.publication.in_(bindparam("publications", expanding=True))
)
_OPT_OUTS = select(opt_outs.c.publication).where(opt_outs.c.contact == bindparam("contact"))
_ADD_DEPARTURE = insert(departures).returning(departures.c.id)
_FORGET_BOUNCES = delete(bounces).where(bounces.c.key == bindparam("key"))


class SqlListQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._suppressions = SqlSuppressionQueries(connection)

    # --- lists ---

    def declare(self, wanted: Iterable[Scope]) -> None:
        known = self.scopes()
        new = [scope for scope in wanted if scope not in known]
        if new:
            self._connection.execute(insert(scopes), [{"kind": scope.kind.value, "key": scope.key} for scope in new])
        if keys := [{"key": scope.key} for scope in new if scope.kind is ScopeKind.LIST]:
            self._connection.execute(insert(lists), keys)

    def scopes(self) -> dict[Scope, int]:
        return {Scope(ScopeKind(row.kind), row.key): row.id for row in self._connection.execute(_SCOPES)}

    def versions(self, keys: Iterable[str]) -> dict[str, int]:
        version = _last_version(lists.c.key).label("version")
        rows = self._connection.execute(select(lists.c.key, version).where(lists.c.key.in_(list(keys))))
        return {row.key: row.version for row in rows}

    def changed_by_command(self, key: str, version: int) -> list[ListChange]:
        changes = membership_changes.c
        later = changes.list == key, changes.version > version
        by_command = changes.cause.startswith(BY_COMMAND, autoescape=True)
        if not self._connection.scalar(select(exists().where(*later, by_command))):
            return []
        last = select(func.max(changes.version)).where(*later, by_command).group_by(changes.contact)
        earlier = changes.list == key, changes.version <= version
        before = membership_changes.alias()
        pinned = select(func.max(changes.version)).where(*earlier).group_by(changes.contact)
        query = (
            select(changes.contact, contacts.c.address, changes.cause, memberships.c.standing, before.c.standing)
            .join(contacts, contacts.c.id == changes.contact)
            .join(memberships, (memberships.c.list == key) & (memberships.c.contact == changes.contact))
            .outerjoin(
                before,
                (before.c.list == key) & (before.c.contact == changes.contact) & before.c.version.in_(pinned),
            )
            .where(changes.list == key, changes.version.in_(last))
            .order_by(contacts.c.key)
        )
        active = Standing.ACTIVE.value
        return [
            ListChange(contact, address, "added" if now == active else "removed", cause)
            for contact, address, cause, now, was in self._connection.execute(query)
            if (now == active) != (was == active)
        ]

    def moved(self, keys: Iterable[str], since: datetime) -> list[ListChange]:
        query = (
            select(contacts.c.id, contacts.c.address, former_addresses.c.address)
            .join(former_addresses, former_addresses.c.contact == contacts.c.id)
            .where(
                former_addresses.c.until >= since,
                exists().where(
                    memberships.c.contact == contacts.c.id,
                    memberships.c.list.in_(list(keys)),
                    memberships.c.standing == Standing.ACTIVE.value,
                ),
            )
            .order_by(contacts.c.key)
        )
        return [ListChange(contact, now, "moved", "", was) for contact, now, was in self._connection.execute(query)]

    # --- contacts ---

    def contact(self, contact_id: int) -> Contact | None:
        row = self._connection.execute(select(contacts).where(contacts.c.id == contact_id)).one_or_none()
        if row and row.merged_into:
            return self.contact(row.merged_into)
        return contact_of(row) if row else None

    def contact_at(self, address: str) -> Contact | None:
        key = Address.parse(address).key
        row = self._connection.execute(_CONTACT_AT, {"key": key}).one_or_none()
        return contact_of(row) if row else None

    def save_contact(self, address: Address, details: Details, now: datetime) -> Contact:
        given = {name: value for name, value in asdict(details).items() if value}
        known = self._connection.scalar(_CONTACT_ID, {"key": address.key})
        if known is None:
            row = {"key": address.key, "address": str(address), "domain": address.domain, "created_at": now, **given}
            self._connection.execute(_ADD_CONTACT, row)
        elif given:
            self._connection.execute(update(contacts).where(contacts.c.id == known).values(given))
        contact = self.contact_at(str(address))
        assert contact is not None
        return contact

    # --- memberships ---

    def set_standing(self, key: str, contact_id: int, standing: Standing, now: datetime, cause: str) -> bool:
        if self.standing(key, contact_id) is standing:
            return False
        row = {"list": key, "contact": contact_id, "standing": standing.value}
        upsert(
            self._connection, memberships, {**row, "since": now, "until": None, "told": None}, on=("list", "contact")
        )
        self._connection.execute(_ADD_CHANGE, {**row, "at": now, "cause": cause})
        return True

    def standing(self, key: str, contact_id: int) -> Standing | None:
        found = self._connection.scalar(_STANDING, {"list": key, "contact": contact_id})
        return Standing(found) if found else None

    def memberships_of(self, contact_id: int) -> list[Membership]:
        return [_membership(row) for row in self._connection.execute(_MEMBERSHIPS_OF, {"contact": contact_id})]

    def members(self, key: str, standing: Standing | None = Standing.ACTIVE) -> list[Membership]:
        return list(self.each_member(key, standing))

    def each_member(
        self, key: str, standing: Standing | None = Standing.ACTIVE, version: int | None = None
    ) -> Iterator[Membership]:
        query = self._members(key, standing, version).order_by(contacts.c.key)
        return map(_membership, self._connection.execute(query.execution_options(yield_per=CHUNK)))

    def count(self, key: str, standing: Standing | None = Standing.ACTIVE, version: int | None = None) -> int:
        query = self._members(key, standing, version).with_only_columns(func.count())
        return self._connection.scalar(query) or 0

    def audience(
        self, publication: str, keys: Sequence[str], without: Sequence[str] = (), at: datetime | None = None
    ) -> int:
        query = select(func.count(func.distinct(memberships.c.contact))).where(
            memberships.c.list.in_(keys),
            memberships.c.standing == Standing.ACTIVE.value,
            ~has_left(memberships.c.contact, publication),
        )
        if at is not None:
            paused = select(contacts.c.id).where(contacts.c.paused_until > at)
            query = query.where(memberships.c.contact.not_in(paused))
        if without:
            other = memberships.alias()
            had = other.c.list.in_(without), other.c.standing == Standing.ACTIVE.value
            query = query.where(~exists().where(other.c.contact == memberships.c.contact, *had))
        return self._connection.scalar(query) or 0

    def languages(self, keys: Sequence[str]) -> set[str]:
        members = (
            select(contacts.c.language)
            .join(memberships, memberships.c.contact == contacts.c.id)
            .where(memberships.c.list.in_(keys), memberships.c.standing == Standing.ACTIVE.value)
        )
        return set(self._connection.scalars(members.distinct()))

    @staticmethod
    def _members(key: str, standing: Standing | None, version: int | None) -> Select[Any]:
        """The members now, or as of a version."""
        if version is None:
            query = _JOINED.where(memberships.c.list == key)
            return query if standing is None else query.where(memberships.c.standing == standing.value)
        changes = membership_changes.c
        until = changes.list == key, changes.version <= version
        last = select(func.max(changes.version)).where(*until).group_by(changes.contact)
        query = (
            select(changes.list, changes.standing, changes.at.label("since"), _NO_END, contacts)
            .join(contacts, contacts.c.id == changes.contact)
            .where(changes.list == key, changes.version.in_(last))
        )
        return query if standing is None else query.where(changes.standing == standing.value)

    # --- publications that somebody has left ---

    def opt_out(self, contact_id: int, publications: Iterable[str], now: datetime) -> None:
        rows = [{"contact": contact_id, "publication": key, "since": now} for key in publications]
        if rows:
            self._connection.execute(insert_new(self._connection, opt_outs), rows)

    def opt_in(self, contact_id: int, publications: Iterable[str]) -> None:
        self._connection.execute(_OPT_IN, {"contact": contact_id, "publications": list(publications)})

    def opt_outs(self, contact_id: int) -> set[str]:
        return set(self._connection.scalars(_OPT_OUTS, {"contact": contact_id}))

    def add_departure(self, contact_id: int, left: Departure, now: datetime) -> int:
        row = {"contact": contact_id, "publications": left.publications, "lists": left.lists, "left_at": now}
        return int(self._connection.execute(_ADD_DEPARTURE, row).scalar_one())

    def departure(self, departure_id: int) -> PastDeparture | None:
        row = self._connection.execute(select(departures).where(departures.c.id == departure_id)).one_or_none()
        return PastDeparture(row.contact, _departure(row), row.left_at, row.undone_at is not None) if row else None

    def later_departures(self, departure_id: int) -> list[Departure]:
        contact = select(departures.c.contact).where(departures.c.id == departure_id).scalar_subquery()
        query = select(departures).where(
            departures.c.contact == contact, departures.c.id > departure_id, departures.c.undone_at.is_(None)
        )
        return [_departure(row) for row in self._connection.execute(query)]

    def undo_departure(self, departure_id: int, now: datetime) -> None:
        self._connection.execute(update(departures).where(departures.c.id == departure_id).values(undone_at=now))

    def opted_out(self, publications: Collection[str]) -> set[str]:
        query = (
            select(contacts.c.key)
            .join(opt_outs, opt_outs.c.contact == contacts.c.id)
            .where(opt_outs.c.publication.in_(publications))
            .group_by(contacts.c.key)
            .having(func.count() == len(set(publications)))
        )
        return set(self._connection.scalars(query))

    # --- sign-up requests ---

    def add_request(
        self, address: Address, key: str, details: Details, problems: Sequence[Phrase], now: datetime
    ) -> Request:
        row = {
            "key": address.key,
            "address": str(address),
            "list": key,
            "details": asdict(details),
            "problems": [problem.stored() for problem in problems],
            "created_at": now,
        }
        made = self._connection.execute(_ADD_REQUEST, row).one()
        return request_of(made)

    def update_request(self, request_id: int, details: Details, problems: Sequence[Phrase]) -> None:
        given = {"details": asdict(details), "problems": [problem.stored() for problem in problems]}
        self._connection.execute(update(requests).where(requests.c.id == request_id).values(given))

    def request(self, request_id: int) -> Request | None:
        row = self._connection.execute(_REQUEST, {"id": request_id}).one_or_none()
        return request_of(row) if row else None

    def requests_since(self, since: datetime, address: Address | None = None) -> int:
        query = _REQUESTS_SINCE
        if address is not None:
            query = query.where(requests.c.key == address.key)
        return self._connection.scalar(query, {"since": since}) or 0

    def withdraw_requests(self, address: Address, now: datetime) -> int:
        waiting = requests.c.key == address.key, requests.c.confirmed_at.is_(None), requests.c.withdrawn_at.is_(None)
        return self._connection.execute(update(requests).where(*waiting).values(withdrawn_at=now)).rowcount

    def confirm_request(self, request_id: int, now: datetime) -> None:
        self._connection.execute(_CONFIRM_REQUEST, {"row": request_id, "now": now})

    # --- suppressions ---

    def suppress(self, address: str, reason: str, now: datetime, cause: Cause | None = None) -> None:
        known = cause or (Cause.COMPLAINED if reason == COMPLAINED else Cause.BOUNCED)
        self._suppressions.save([Suppression(reason, now, known, str(Address.parse(address)))])

    def unsuppress(self, address: str) -> None:
        self._suppressions.remove(address)
        self._connection.execute(_FORGET_BOUNCES, {"key": Address.parse(address).key})

    def suppressed(self, address: str) -> str | None:
        found = self._suppressions.covering(Address.parse(address))
        return found.reason if found else None


def _departure(row: Row[Any]) -> Departure:
    return Departure(tuple(row.publications), tuple(row.lists))
