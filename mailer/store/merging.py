"""Queries that make one of two contacts, or of two organisations, and undo it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from mailer.message import Address
from mailer.model.approvals import Outcome
from mailer.model.confirmations import Answer
from mailer.model.lists import Contact, Details, Format, Kind, Standing
from mailer.model.merging import ALIAS, Merge, MergePlan
from mailer.model.organisations import Organisation
from mailer.model.outbox import Delivery
from mailer.model.personal_data import FORGOTTEN, Erasing
from mailer.store.lists import CHUNK, SqlListQueries, columns_of, contact_of
from mailer.store.members import SqlMemberQueries
from mailer.store.organisations import SqlOrganisationQueries
from mailer.store.schema import (
    ballots,
    confirmations,
    contacts,
    departures,
    events,
    feedback,
    former_addresses,
    list_version_contacts,
    membership_changes,
    memberships,
    merges,
    metadata,
    opt_outs,
    organisation_contacts,
    organisations,
    outbox,
    papers,
    votes,
)
from mailer.store.upsert import insert_new

STAYS = (
    contacts,
    list_version_contacts,
    memberships,
    membership_changes,
    opt_outs,
    departures,
    former_addresses,
    papers,
    votes,
)
"""Tables whose rows stay with the contact whose id they have, or are moved one by one."""

FOLLOW: tuple[Column[Any], ...] = tuple(
    column
    for table in metadata.sorted_tables
    if table not in STAYS
    for column in table.columns
    if any(key.column.table is contacts for key in column.foreign_keys)
)
"""Every other column that names a contact: its rows follow."""


class SqlMergeQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lists = SqlListQueries(connection)
        self._members = SqlMemberQueries(connection)
        self._organisations = SqlOrganisationQueries(connection)

    def contacts(self) -> Iterator[Contact]:
        query = select(contacts).where(contacts.c.domain.not_in([FORGOTTEN, ALIAS])).order_by(contacts.c.id)
        for row in self._connection.execute(query.execution_options(yield_per=CHUNK)):
            yield contact_of(row)

    def aliases(self, contact_id: int) -> list[Contact]:
        query = select(contacts).where(contacts.c.merged_into == contact_id).order_by(contacts.c.id)
        return [contact_of(row) for row in self._connection.execute(query)]

    def has_open_paper(self, contact_id: int) -> bool:
        mine = papers.c.contact == contact_id, ballots.c.id == papers.c.ballot
        return bool(self._connection.scalar(select(exists().where(*mine, ballots.c.outcome == Outcome.OPEN.value))))

    # --- contacts ---

    def merge_contacts(self, plan: MergePlan, now: datetime, cause: str) -> int:
        kept, gone = plan.kept, plan.gone
        before: dict[str, Any] = {
            "details": asdict(kept.details),
            "joins": list(plan.joins),
            "lists": [one.list for one in self._lists.memberships_of(gone.id) if one.standing is Standing.ACTIVE],
            "opt_outs": list(plan.opt_outs),
            "former": [one.address for one in self._members.former_addresses(gone.id)],
        }
        for key in before["lists"]:
            self._lists.set_standing(key, gone.id, Standing.REMOVED, now, cause)
        for key, until in plan.joins.items():
            self._lists.set_standing(key, kept.id, Standing.ACTIVE, now, cause)
            self._members.set_until(key, kept.id, until)
        self._lists.opt_out(kept.id, plan.opt_outs, now)
        self._members.set_details(kept.id, plan.details)
        self._stop_waiting(gone, kept)
        before["moved"] = [
            [column.table.name, column.name, key] for column in FOLLOW for key in self._move(column, gone.id, kept.id)
        ]
        self._become_alias(gone, kept, now)
        return self._add("contact", kept.id, gone.id, before, now)

    def _stop_waiting(self, gone: Contact, kept: Contact) -> None:
        """Questions to the other address are void; what waits for it goes to the one that is kept, and only once."""
        theirs = confirmations.c.contact == gone.id, confirmations.c.answer == Answer.OPEN.value
        self._connection.execute(update(confirmations).where(*theirs).values(answer=Answer.SUPERSEDED.value))
        waiting = (
            outbox.c.contact == gone.id,
            outbox.c.state.in_([Delivery.QUEUED.value, Delivery.DEFERRED.value]),
            outbox.c.mailing.is_not(None),
        )
        has = outbox.alias()
        twice = exists().where(has.c.cause == outbox.c.cause, has.c.recipient == kept.address)
        self._connection.execute(
            update(outbox).where(*waiting, twice).values(state=Delivery.SUPPRESSED.value, reply="merged")
        )
        to = {"recipient": kept.address, "domain": Address.parse(kept.address).domain}
        self._connection.execute(update(outbox).where(*waiting).values(to))
        asker = {"key": Address.parse(kept.address).base_key, "address": kept.address}
        asked = feedback.c.contact == gone.id, feedback.c.address == gone.address
        self._connection.execute(update(feedback).where(*asked).values(asker))

    def _move(self, column: Column[Any], gone: int, kept: int) -> list[list[Any]]:
        """Give the rows of one contact to another, but for those that can only be there once. Returns their keys."""
        table = column.table
        assert isinstance(table, Table)
        keys = [tuple(row) for row in self._connection.execute(select(*table.primary_key).where(column == gone))]
        moved = []
        for key in keys:
            mine = and_(*(part == value for part, value in zip(table.primary_key, key, strict=True)))
            try:
                with self._connection.begin_nested():
                    self._connection.execute(update(table).where(mine).values({column.name: kept}))
            except IntegrityError:  # the one who is kept has such a row already
                continue
            places = [kept if part is column else value for part, value in zip(table.primary_key, key, strict=True)]
            moved.append(places)
        return moved

    def _become_alias(self, gone: Contact, kept: Contact, now: datetime) -> None:
        alias = {"key": f"contact-{gone.id}@{ALIAS}", "domain": ALIAS, "merged_into": kept.id}
        self._connection.execute(update(contacts).where(contacts.c.id == gone.id).values(alias))
        self._connection.execute(update(contacts).where(contacts.c.merged_into == gone.id).values(merged_into=kept.id))
        old = Address.parse(gone.address)
        had = {"contact": kept.id, "key": old.key, "address": gone.address, "until": now}
        self._connection.execute(insert_new(self._connection, former_addresses), [had])
        theirs = former_addresses.c.contact == gone.id
        rows = self._connection.execute(select(former_addresses).where(theirs)).all()
        if rows:
            copies = [{**row._asdict(), "contact": kept.id} for row in rows]
            self._connection.execute(insert_new(self._connection, former_addresses), copies)

    def undo_contacts(self, merge: Merge, now: datetime, cause: str) -> None:
        before, kept, gone = merge.before, merge.kept, merge.gone
        row = self._connection.execute(select(contacts).where(contacts.c.id == gone)).one()
        address = Address.parse(row.address)
        own = {"key": address.key, "domain": address.domain, "merged_into": None}
        self._connection.execute(update(contacts).where(contacts.c.id == gone).values(own))
        keys = [Address.parse(one).key for one in (row.address, *before["former"])]
        had = former_addresses.c.contact == kept, former_addresses.c.key.in_(keys)
        self._connection.execute(delete(former_addresses).where(*had))
        for table, column, key in before["moved"]:
            self._give_back(metadata.tables[table], column, key, kept, gone)
        for key in before["joins"]:
            if self._lists.standing(key, kept) is Standing.ACTIVE:
                self._lists.set_standing(key, kept, Standing.REMOVED, now, cause)
        for key in before["lists"]:
            if self._lists.standing(key, gone) is Standing.REMOVED:
                self._lists.set_standing(key, gone, Standing.ACTIVE, now, cause)
        self._lists.opt_in(kept, before["opt_outs"])
        self._members.set_details(kept, _details(before["details"]))
        self._undone(merge, now)

    def _give_back(self, table: Table, column: str, key: list[Any], kept: int, gone: int) -> None:
        mine = and_(*(part == value for part, value in zip(table.primary_key, key, strict=True)))
        own = table.c[column] == kept
        self._connection.execute(update(table).where(mine, own).values({column: gone}))

    # --- organisations ---

    def merge_organisations(self, kept: Organisation, gone: Organisation, whole: Organisation, now: datetime) -> int:
        moved = self._organisations.contacts(gone.id)
        before = {
            "whole": {**asdict(kept), "confirmed_at": kept.confirmed_at and kept.confirmed_at.isoformat()},
            "contacts": [[contact.id, rank] for contact, rank in moved],
            "events": list(self._connection.scalars(select(events.c.id).where(events.c.organisation == gone.id))),
        }
        place = len(self._organisations.contacts(kept.id))
        for number, (contact, _) in enumerate(moved, 1):
            self._organisations.link(kept.id, contact.id, place + number, now)
        self._connection.execute(update(events).where(events.c.id.in_(before["events"])).values(organisation=kept.id))
        self._organisations.save(whole)
        names = or_(organisations.c.id == gone.id, organisations.c.merged_into == gone.id)
        self._connection.execute(update(organisations).where(names).values(merged_into=kept.id))
        return self._add("organisation", kept.id, gone.id, before, now)

    def undo_organisations(self, merge: Merge, now: datetime) -> None:
        before = dict(merge.before)
        mine = organisations.c.id == merge.gone
        self._connection.execute(update(organisations).where(mine).values(merged_into=None))
        for contact, rank in before["contacts"]:
            speaks_for = self._organisations.of_contact(contact)
            if speaks_for is not None and speaks_for.id == merge.kept:
                self._organisations.link(merge.gone, contact, rank, now)
        theirs = events.c.id.in_(before["events"]), events.c.organisation == merge.kept
        self._connection.execute(update(events).where(*theirs).values(organisation=merge.gone))
        self._organisations.save(_organisation(before["whole"]))
        self._undone(merge, now)

    # --- the merges ---

    def _add(self, kind: str, kept: int, gone: int, before: Mapping[str, Any], now: datetime) -> int:
        row = {"kind": kind, "kept": kept, "gone": gone, "at": now, "before": before}
        return int(self._connection.execute(insert(merges).values(row).returning(merges.c.id)).scalar_one())

    def _undone(self, merge: Merge, now: datetime) -> None:
        self._connection.execute(update(merges).where(merges.c.id == merge.id).values(undone_at=now, before={}))

    def newest(self, kind: str, kept: int) -> Merge | None:
        mine = merges.c.kind == kind, merges.c.kept == kept, merges.c.undone_at.is_(None)
        row = self._connection.execute(select(merges).where(*mine).order_by(merges.c.id.desc()).limit(1)).first()
        return Merge(row.id, row.kind, row.kept, row.gone, row.at, row.before) if row else None


def _details(stored: Mapping[str, Any]) -> Details:
    kind, wanted = stored["kind"], stored["format"]
    chosen = {"kind": Kind(kind) if kind else None, "format": Format(wanted) if wanted else None}
    return Details(**{**stored, **chosen})


def _organisation(stored: Mapping[str, Any]) -> Organisation:
    at, kind = stored["confirmed_at"], stored["kind"]
    return Organisation(
        **{
            **stored,
            "kind": Kind(kind) if kind else None,
            "languages": tuple(stored["languages"]),
            "confirmed_at": datetime.fromisoformat(at) if at else None,
        }
    )


def erase_merges(connection: Connection, erasing: Erasing) -> None:
    """Nothing undoes a merge of somebody who was forgotten, and their aliases are forgotten, too."""
    mine = merges.c.kind == "contact", or_(merges.c.kept == erasing.contact.id, merges.c.gone == erasing.contact.id)
    connection.execute(update(merges).where(*mine).values(before={}, undone_at=erasing.now))
    other = erasing.replacement
    for alias in connection.scalars(select(contacts.c.id).where(contacts.c.merged_into == erasing.contact.id)).all():
        anonymous = {"address": f"{other.local}+{alias}@{other.domain}", "domain": other.domain}
        own = {
            **anonymous,
            "key": anonymous["address"],
            **columns_of(Details()),
            "published": None,
            "paused_until": None,
        }
        connection.execute(update(contacts).where(contacts.c.id == alias).values(own))
    connection.execute(
        delete(organisation_contacts).where(
            organisation_contacts.c.contact.in_(
                select(contacts.c.id).where(contacts.c.merged_into == erasing.contact.id)
            )
        )
    )
