"""Queries of reviews."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, null, select, text, update

from mailer.message import Address
from mailer.model.failures import LEFT
from mailer.model.lists import Contact, Standing
from mailer.model.mailings import cause_of
from mailer.model.outbox import Delivery
from mailer.model.personal_data import Erasing, Over
from mailer.model.questions import Question
from mailer.model.reviews import (
    ASKS,
    DECIDED,
    ENTRIES,
    OPEN_ROUNDS,
    SETTLED,
    UNCONFIRMED,
    WITHOUT_END,
    Entry,
    EntryEvent,
    EntryState,
    ReviewPolicy,
    Round,
    RoundState,
    Seen,
    Stage,
    Tally,
    before,
)
from mailer.model.suppressions import Cause
from mailer.store.engine import analyze
from mailer.store.questions import question_of
from mailer.store.schema import (
    WAITING,
    contacts,
    in_states,
    memberships,
    outbox,
    questions,
    review_entries,
    review_rounds,
    suppressions,
)
from mailer.store.upsert import insert_new

_AT_ONCE = 1_000
"""Copies that are written with one statement, so that memory does not grow with the list."""

_ENTRY = [review_entries.c[name] for name in Entry._fields]


def _round(row: Row[Any]) -> Round:
    return Round(
        id=row.id,
        list=row.list,
        planned_for=date.fromisoformat(row.planned_for) if row.planned_for else None,
        state=RoundState(row.state),
        stage=Stage(row.stage),
        stage_at=row.stage_at,
        started_at=row.started_at,
        started_by=row.started_by,
        ends_at=row.ends_at,
        policy=ReviewPolicy(row.policy),
        publish=row.publish,
        cursor=row.cursor,
        ended_at=row.ended_at,
        version=row.version,
    )


def _columns(one: Round) -> dict[str, Any]:
    return {
        "list": one.list,
        "planned_for": one.planned_for.isoformat() if one.planned_for else None,
        "state": one.state.value,
        "stage": one.stage.value,
        "stage_at": one.stage_at,
        "cursor": one.cursor,
        "started_at": one.started_at,
        "started_by": one.started_by,
        "ends_at": one.ends_at,
        "policy": one.policy.value,
        "publish": one.publish,
        "ended_at": one.ended_at,
        "version": one.version,
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.id, row.round, row.number, row.contact, EntryState(row.state), row.bounced, row.changed_at)


class SqlReviewQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- rounds ---

    def add(self, a_round: Round) -> Round:
        added = insert(review_rounds).returning(review_rounds.c.id)
        return replace(a_round, id=int(self._connection.execute(added, _columns(a_round)).scalar_one()))

    def save(self, a_round: Round) -> None:
        mine = review_rounds.c.id == a_round.id
        self._connection.execute(update(review_rounds).where(mine).values(_columns(a_round)))

    def by_id(self, round_id: int) -> Round | None:
        return next(iter(self._some(review_rounds.c.id == round_id)), None)

    def newest(self, key: str) -> Round | None:
        return next(iter(self._some(review_rounds.c.list == key)), None)

    def of_day(self, key: str, day: date) -> Round | None:
        mine = review_rounds.c.list == key, review_rounds.c.planned_for == day.isoformat()
        return next(iter(self._some(*mine)), None)

    def all(self) -> list[Round]:
        return self._some()

    def unfinished(self) -> list[Round]:
        return self._some(review_rounds.c.state.in_([state.value for state in OPEN_ROUNDS]))

    def _some(self, *of: Any) -> list[Round]:
        rows = self._connection.execute(select(review_rounds).where(*of).order_by(review_rounds.c.id.desc()))
        return [_round(row) for row in rows]

    # --- entries ---

    def enter(self, a_round: Round, asked: Sequence[tuple[Contact, Mapping[str, str]]], question: Question) -> int:
        known = select(review_entries.c.contact).where(
            review_entries.c.round == a_round.id, review_entries.c.contact.in_([contact.id for contact, _ in asked])
        )
        there = set(self._connection.scalars(known))
        new = [(contact, offered) for contact, offered in asked if contact.id not in there]
        if not new:
            return 0
        last = select(func.coalesce(func.max(review_entries.c.number), 0)).where(review_entries.c.round == a_round.id)
        first = int(self._connection.scalar(last) or 0) + 1
        rows = [
            {
                "round": a_round.id,
                "number": number,
                "contact": contact.id,
                "state": EntryState.ASKED.value,
                "bounced": False,
                "before": None,
                "changed_at": question.asked_at,
            }
            for number, (contact, _) in enumerate(new, first)
        ]
        added = insert(review_entries).returning(review_entries.c.id, sort_by_parameter_order=True)
        ids = self._connection.scalars(added, rows).all()
        same = {
            "kind": question.kind,
            "state": question.state,
            "about": question.about,
            "asked_at": question.asked_at,
            "expires_at": question.expires_at,
        }
        self._connection.execute(
            insert(questions),
            [
                {
                    **same,
                    "addressee": contact.address,
                    "address_key": Address.parse(contact.address).base_key,
                    "contact": contact.id,
                    "subject": entry,
                    "language": contact.details.language,
                    "offered": dict(offered),
                    "cause": f"review entry {entry}",
                }
                for entry, (contact, offered) in zip(ids, new, strict=True)
            ],
        )
        return len(new)

    def write_copies(
        self, round_id: int, mailing_id: int, states: Collection[EntryState], message_id: Callable[[int], str]
    ) -> int:
        written, after = 0, 0
        now = self._connection.scalar(select(review_rounds.c.stage_at).where(review_rounds.c.id == round_id))
        while rows := self._readers(round_id, states, after):
            after = rows[-1].number
            copies = [
                {
                    "cause": cause_of(mailing_id),
                    "recipient": row.address,
                    "domain": row.domain,
                    "state": Delivery.QUEUED.value,
                    "message_id": message_id(row.question),
                    "mailing": mailing_id,
                    "contact": row.contact,
                    "created_at": now,
                    "due_at": now,
                }
                for row in rows
            ]
            written += self._connection.execute(insert_new(self._connection, outbox), copies).rowcount
        analyze(self._connection, outbox)
        return written

    def _readers(self, round_id: int, states: Collection[EntryState], after: int) -> Sequence[Any]:
        asked = questions.c.subject == review_entries.c.id, questions.c.kind == ASKS
        query = (
            select(
                review_entries.c.number,
                review_entries.c.contact,
                contacts.c.address,
                contacts.c.domain,
                func.min(questions.c.id).label("question"),
            )
            .join(contacts, contacts.c.id == review_entries.c.contact)
            .join(questions, and_(*asked, questions.c.contact == review_entries.c.contact))
            .where(
                review_entries.c.round == round_id,
                review_entries.c.number > after,
                review_entries.c.state.in_([state.value for state in states]),
            )
            .group_by(review_entries.c.number, review_entries.c.contact, contacts.c.address, contacts.c.domain)
            .order_by(review_entries.c.number)
            .limit(_AT_ONCE)
        )
        return self._connection.execute(query).all()

    def waiting_copies(self, round_id: int, mailing_ids: Collection[int], contact: int) -> list[int]:
        mine = outbox.c.mailing.in_(mailing_ids), outbox.c.contact == contact
        return list(self._connection.scalars(select(outbox.c.id).where(text(WAITING), *mine)))

    def question(self, round_id: int, contact: int) -> Question | None:
        mine = review_entries.c.round == round_id, review_entries.c.contact == contact
        entry = select(review_entries.c.id).where(*mine).scalar_subquery()
        query = select(questions).where(
            questions.c.kind == ASKS, questions.c.subject == entry, questions.c.contact == contact
        )
        row = self._connection.execute(query.order_by(questions.c.id).limit(1)).one_or_none()
        return question_of(row) if row else None

    def entry(self, entry_id: int) -> Entry | None:
        row = self._connection.execute(select(*_ENTRY).where(review_entries.c.id == entry_id)).one_or_none()
        return _entry(row) if row else None

    def entry_of(self, round_id: int, contact: int) -> Entry | None:
        mine = review_entries.c.round == round_id, review_entries.c.contact == contact
        row = self._connection.execute(select(*_ENTRY).where(*mine)).one_or_none()
        return _entry(row) if row else None

    def entries_of(self, contact: int) -> list[tuple[Round, Entry]]:
        mine = select(*_ENTRY).where(review_entries.c.contact == contact).order_by(review_entries.c.id.desc())
        found = [_entry(row) for row in self._connection.execute(mine)]
        rounds = {one.id: one for one in self._some(review_rounds.c.id.in_([entry.round for entry in found]))}
        return [(rounds[entry.round], entry) for entry in found]

    def numbered(self, round_id: int, numbers: Iterable[int]) -> list[Entry]:
        mine = review_entries.c.round == round_id, review_entries.c.number.in_(list(numbers))
        return [_entry(row) for row in self._connection.execute(select(*_ENTRY).where(*mine).order_by("number"))]

    def set_state(self, entry_id: int, state: EntryState, now: datetime) -> None:
        mine = review_entries.c.id == entry_id
        self._connection.execute(update(review_entries).where(mine).values(state=state.value, changed_at=now))

    def move(
        self, round_id: int, event: EntryEvent, now: datetime, states: Collection[EntryState] = tuple(EntryState)
    ) -> int:
        targets = {state: ENTRIES[state, event] for state in before(event) if state in states}
        return sum(
            self._connection.execute(
                update(review_entries)
                .where(review_entries.c.round == round_id, review_entries.c.state == state.value)
                .values(state=target.value, changed_at=now)
            ).rowcount
            for state, target in targets.items()
        )

    def keep_values(self, entry_id: int, values: Mapping[str, str] | None) -> None:
        kept = null() if values is None else dict(values)
        self._connection.execute(update(review_entries).where(review_entries.c.id == entry_id).values(before=kept))

    def kept_values(self, entry_id: int) -> Mapping[str, str] | None:
        kept = select(review_entries.c.before).where(review_entries.c.id == entry_id)
        found: Mapping[str, str] | None = self._connection.scalar(kept)
        return found

    def suspended(self, a_round: Round, after: int, limit: int) -> list[Seen]:
        theirs = exists().where(suppressions.c.key == contacts.c.key, suppressions.c.cause == Cause.UNCONFIRMED.value)
        return self._seen(a_round.id, after, limit, theirs)

    def note_bounced(self, round_id: int, mailing_ids: Collection[int], now: datetime) -> int:
        back = exists().where(
            in_states(Delivery.FAILED, Delivery.SUPPRESSED),
            outbox.c.mailing.in_(mailing_ids),
            outbox.c.contact == review_entries.c.contact,
            outbox.c.reply.not_in([LEFT, SETTLED, UNCONFIRMED]),
        )
        open_ones = [state.value for state in before(EntryEvent.BOUNCE)]
        mine = review_entries.c.round == round_id, review_entries.c.state.in_(open_ones)
        values = {"state": EntryState.BOUNCED.value, "bounced": True, "changed_at": now}
        return self._connection.execute(update(review_entries).where(*mine, back).values(values)).rowcount

    def note_departed(self, a_round: Round, now: datetime) -> int:
        still = exists().where(
            memberships.c.list == a_round.list,
            memberships.c.contact == review_entries.c.contact,
            memberships.c.standing == Standing.ACTIVE.value,
        )
        open_ones = [state.value for state in WITHOUT_END]
        mine = review_entries.c.round == a_round.id, review_entries.c.state.in_(open_ones)
        values = {"state": EntryState.LEFT.value, "changed_at": now}
        return self._connection.execute(update(review_entries).where(*mine, ~still).values(values)).rowcount

    def page(self, round_id: int, states: Collection[EntryState] = (), after: int = 0, limit: int = 100) -> list[Seen]:
        chosen = [review_entries.c.state.in_([state.value for state in states])] if states else []
        return self._seen(round_id, after, limit, *chosen)

    def _seen(self, round_id: int, after: int, limit: int, *of: ColumnElement[bool]) -> list[Seen]:
        query = (
            select(
                review_entries.c.number,
                review_entries.c.state,
                review_entries.c.contact,
                contacts.c.address,
                contacts.c.name,
                contacts.c.organisation,
                contacts.c.country,
                review_entries.c.changed_at,
            )
            .join(contacts, contacts.c.id == review_entries.c.contact)
            .where(review_entries.c.round == round_id, review_entries.c.number > after, *of)
            .order_by(review_entries.c.number)
            .limit(limit)
        )
        rows = self._connection.execute(query)
        return [Seen(row.number, EntryState(row.state), *row[2:]) for row in rows]

    def has(self, round_id: int, states: Collection[EntryState]) -> bool:
        mine = review_entries.c.round == round_id, review_entries.c.state.in_([state.value for state in states])
        return self._connection.execute(select(review_entries.c.id).where(*mine).limit(1)).first() is not None

    def tallies(self, round_id: int) -> Mapping[str, Tally]:
        columns = contacts.c.country, review_entries.c.state, review_entries.c.bounced
        query = (
            select(*columns, func.count().label("entries"))
            .join(contacts, contacts.c.id == review_entries.c.contact)
            .where(review_entries.c.round == round_id)
            .group_by(*columns)
        )
        found: dict[str, Tally] = {}
        for row in self._connection.execute(query):
            tally, state = found.get(row.country, Tally({})), EntryState(row.state)
            came_back = row.entries if row.bounced and state in DECIDED else 0
            by_state = {**tally.by_state, state: tally.of(state) + row.entries}
            found[row.country] = Tally(by_state, tally.came_back + came_back)
        return dict(sorted(found.items()))


def erase_review_entries(connection: Connection, erasing: Erasing) -> None:
    """Nobody waits for their answer any more; what became of the entry is no word about anybody."""
    mine = review_entries.c.contact == erasing.contact.id
    open_ones = review_entries.c.state.in_([state.value for state in before(EntryEvent.LAPSE)])
    values = {"state": EntryState.LEFT.value, "changed_at": erasing.now}
    connection.execute(update(review_entries).where(mine, open_ones).values(values))
    connection.execute(update(review_entries).where(mine).values(before=null()))


def erase_old_reviews(connection: Connection, over: Over) -> int:
    """What became of each entry in rounds that ended long ago; the rounds themselves stay."""
    old = select(review_rounds.c.id).where(review_rounds.c.ended_at < over.before)
    some = select(review_entries.c.id).where(review_entries.c.round.in_(old)).limit(over.most)
    return connection.execute(delete(review_entries).where(review_entries.c.id.in_(some))).rowcount
