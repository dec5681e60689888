"""Queries of the outbox: what is to be sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    TextClause,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)

from mailer.message import Address
from mailer.model.lists import Contact, Standing
from mailer.model.mailings import Alike, Readers, cause_of
from mailer.model.outbox import (
    REPORTED,
    UNDELIVERED,
    Counts,
    Delivery,
    DeliveryRow,
    Draft,
    Due,
    Fate,
    GivenOut,
    Outcome,
    Trouble,
)
from mailer.model.personal_data import Erasing, Over
from mailer.model.silence import SentMail
from mailer.store.claims import RECORD_ROWS, time_writer
from mailer.store.due import due, running
from mailer.store.engine import analyze
from mailer.store.schema import (
    NOTED,
    WAITING,
    contacts,
    had_at_former_address,
    has_left,
    in_states,
    is_paused,
    mailings,
    memberships,
    outbox,
    refused,
)
from mailer.store.spellings import is_one_of
from mailer.store.upsert import insert_new

_WAITING = text(WAITING)
_SENDING = in_states(Delivery.SENDING)

_SUPPRESS = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), _WAITING)
    .values(state=Delivery.SUPPRESSED.value, reply=bindparam("words"), settled_at=bindparam("now"))
)

_POSTPONE = update(outbox).where(outbox.c.id == bindparam("row"), _WAITING).values(due_at=bindparam("until"))

_SETTLE = {
    fate: update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.state.in_([state.value for state in before]))
    .values(state=after.value, reply=bindparam("words"), settled_at=bindparam("now"))
    .returning(outbox.c.recipient)
    for fate, (before, after) in REPORTED.items()
}
_GIVEN_OUT = select(outbox.c.recipient, outbox.c.created_at).where(
    outbox.c.id == bindparam("row"), outbox.c.state.not_in([Delivery.QUEUED.value, Delivery.SUPPRESSED.value])
)


def _format_and_language(alike: Alike) -> ColumnElement[str]:
    others = [(contacts.c.language == reader, literal(edition)) for reader, edition in alike.languages.items()]
    language = case(*others, else_=literal(alike.language)) if others else literal(alike.language)
    return func.coalesce(contacts.c.format, alike.format.value) + literal(".") + language


def _narrowed(readers: Readers) -> list[ColumnElement[bool]]:
    """Their languages, and that they have no copy of another mailing, now or at a former address."""
    causes = [cause_of(mailing) for mailing in readers.besides]
    have = [
        exists().where(other.c.cause == cause, other.c.recipient == contacts.c.address)
        for cause in causes
        for other in (outbox.alias(),)
    ]
    return [
        contacts.c.language.in_(sorted(readers.languages)),
        *(~one for one in have),
        *(~had_at_former_address(cause) for cause in causes),
    ]


class SqlOutboxQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._record_rows = RECORD_ROWS[connection.dialect.name]
        self._driver = connection.connection.driver_connection

    def add(self, draft: Draft, now: datetime) -> bool:
        row = {
            "cause": draft.cause,
            "recipient": draft.recipient,
            "domain": draft.recipient.rpartition("@")[2],
            "state": Delivery.QUEUED.value,
            "message_id": draft.message_id,
            "payload": draft.payload,
            "regardless": draft.regardless or None,
            "created_at": now,
            "due_at": now,
        }
        return bool(self._connection.execute(insert_new(self._connection, outbox), row).rowcount)

    def add_copies(
        self,
        mailing_id: int,
        lists: Sequence[str],
        id_left: str,
        id_right: str,
        now: datetime,
        alike: Alike | None = None,
        readers: Readers | None = None,
    ) -> int:
        audience = select(memberships.c.contact).where(
            memberships.c.list.in_(lists), memberships.c.standing == Standing.ACTIVE.value
        )
        reader = cast(contacts.c.id, outbox.c.message_id.type)
        own = reader if alike is None else _format_and_language(alike)
        row = {
            "cause": literal(cause_of(mailing_id)),
            "recipient": contacts.c.address,
            "domain": contacts.c.domain,
            "state": literal(Delivery.QUEUED.value),
            "message_id": literal(id_left) + own + literal(id_right),
            "mailing": literal(mailing_id),
            "contact": contacts.c.id,
            "attempts": literal(0),
            "reply": literal(""),
            "holder": literal(""),
            "created_at": literal(now, outbox.c.created_at.type),
            "due_at": literal(now, outbox.c.due_at.type),
        }
        publication = select(mailings.c.publication).where(mailings.c.id == mailing_id).scalar_subquery()
        copies = select(*row.values()).where(
            contacts.c.id.in_(audience),
            ~has_left(contacts.c.id, publication),
            ~had_at_former_address(cause_of(mailing_id)),
            ~is_paused(now),
            *(_narrowed(readers) if readers else ()),
        )
        statement = insert_new(self._connection, outbox).from_select(list(row), copies, include_defaults=False)
        written = int(self._connection.execute(statement).rowcount)
        analyze(self._connection, outbox)
        return written

    def add_copy(self, mailing_id: int, contact: Contact, message_id: str, now: datetime) -> bool:
        row = {
            "cause": f"{cause_of(mailing_id)} again {now:%Y-%m-%dT%H:%M:%S}",
            "recipient": contact.address,
            "domain": contact.address.rpartition("@")[2],
            "state": Delivery.QUEUED.value,
            "message_id": message_id,
            "mailing": mailing_id,
            "contact": contact.id,
            "created_at": now,
            "due_at": now,
        }
        return bool(self._connection.execute(insert_new(self._connection, outbox), row).rowcount)

    def payloads(self, cause: str) -> list[bytes]:
        caused = or_(outbox.c.cause == cause, and_(outbox.c.cause > f"{cause} ", outbox.c.cause < f"{cause}!"))
        query = select(outbox.c.payload).where(caused, outbox.c.payload.is_not(None))
        return list(self._connection.scalars(query.order_by(outbox.c.id)))

    def sent_about(self, cause: str) -> list[SentMail]:
        columns = outbox.c.cause, outbox.c.state, outbox.c.settled_at
        query = select(*columns).where(outbox.c.cause > f"{cause} ", outbox.c.cause < f"{cause}!")
        rows = self._connection.execute(query.order_by(outbox.c.id))
        reminds, reopens = f"{cause} reminder ", f"{cause} reopened "
        return [
            SentMail(row.cause.startswith(reminds), Delivery(row.state), row.settled_at, row.cause.startswith(reopens))
            for row in rows
        ]

    def waiting_about(self, cause: str) -> list[int]:
        theirs = (outbox.c.cause > f"{cause} ") & (outbox.c.cause < f"{cause}!")
        return list(self._connection.scalars(select(outbox.c.id).where(theirs, _WAITING)))

    def written(self, cause: str) -> int:
        return self._connection.scalar(select(func.count()).where(outbox.c.cause == cause)) or 0

    def due(
        self,
        now: datetime,
        mailing_id: int | None = None,
        most: int = 1,
        held: Collection[str] = (),
        after: int = 0,
        batch: range | None = None,
    ) -> list[Due]:
        return due(self._connection, now, mailing_id, most, held, after, batch)

    def record(
        self,
        rows: Sequence[int],
        outcomes: Sequence[tuple[Outcome, datetime | None]],
        now: datetime,
        holder: str = "",
    ) -> Collection[int]:
        if not rows and not outcomes:
            return rows
        driver_time = time_writer(self._connection.dialect)
        ended = [(outcome, due_at and driver_time(due_at)) for outcome, due_at in outcomes]
        if self._record_rows(self._driver, rows, ended, driver_time(now), holder) or not rows:
            return rows
        return self._sent_by(holder, rows)

    def settle(self, outcomes: Sequence[tuple[Outcome, datetime | None]], now: datetime, holder: str = "") -> None:
        self.record((), outcomes, now, holder)

    def _sent_by(self, holder: str, rows: Sequence[int]) -> set[int]:
        ours = select(outbox.c.id).where(outbox.c.id.in_(rows), _SENDING, outbox.c.holder == holder)
        return set(self._connection.scalars(ours))

    def suppress(self, reasons: Mapping[int, str], now: datetime) -> None:
        if reasons:
            rows = [{"row": row, "words": reason, "now": now} for row, reason in reasons.items()]
            self._connection.execute(_SUPPRESS, rows)

    def postpone(self, times: Mapping[int, datetime]) -> None:
        if times:
            self._connection.execute(_POSTPONE, [{"row": row, "until": until} for row, until in times.items()])

    def doubt_unsettled(self, now: datetime, holder: str | None = None) -> int:
        theirs = [_SENDING] if holder is None else [_SENDING, outbox.c.holder == holder]
        return self._connection.execute(
            update(outbox)
            .where(*theirs)
            .values(state=Delivery.DOUBTFUL.value, reply="stopped before the relay's answer was known", settled_at=now)
        ).rowcount

    def holders(self) -> set[str]:
        return set(self._connection.scalars(select(outbox.c.holder).where(_SENDING).distinct()))

    def resolve_doubts(self, mailing_id: int | None, state: Delivery, now: datetime) -> int:
        mine = outbox.c.mailing == mailing_id if mailing_id is not None else outbox.c.mailing.is_(None)
        values = {"due_at": now, "settled_at": None} if state is Delivery.QUEUED else {"settled_at": now}
        return self._connection.execute(
            update(outbox).where(mine, in_states(Delivery.DOUBTFUL)).values(state=state.value, **values)
        ).rowcount

    def reported(self, row_id: int, fate: Fate, words: str, now: datetime) -> str | None:
        recipient: str | None = self._connection.scalar(_SETTLE[fate], {"row": row_id, "words": words, "now": now})
        return recipient

    def row_of(self, mailing_id: int, recipient: str) -> int | None:
        try:
            key = Address.parse(recipient).key
        except ValueError:
            return None
        mine = select(contacts.c.address).where(contacts.c.key == key).scalar_subquery()
        return self._connection.scalar(
            select(outbox.c.id).where(outbox.c.cause == cause_of(mailing_id), outbox.c.recipient.in_((recipient, mine)))
        )

    def recipient(self, row_id: int) -> str | None:
        return self._connection.scalar(select(outbox.c.recipient).where(outbox.c.id == row_id))

    def given_out(self, row_id: int) -> GivenOut | None:
        row = self._connection.execute(_GIVEN_OUT, {"row": row_id}).one_or_none()
        return GivenOut(*row) if row else None

    def counts(self, mailing_id: int | None = None) -> Counts:
        if mailing_id is None:
            return self._counts(outbox.c.mailing.is_(None))
        mine = outbox.c.mailing == mailing_id
        noted = self._counts(mine, text(NOTED))
        waiting = self._connection.scalar(select(func.count()).where(_WAITING, mine)) or 0
        queued = waiting - noted[Delivery.DEFERRED]
        sent = self.written(cause_of(mailing_id)) - noted.total - queued  # not counted: an index would slow each mail
        usual = {Delivery.QUEUED: queued, Delivery.SENT: sent}
        return Counts({**noted.by_state, **{state: count for state, count in usual.items() if count}})

    def _counts(self, *of: ColumnElement[bool] | TextClause) -> Counts:
        rows = self._connection.execute(select(outbox.c.state, func.count()).where(*of).group_by(outbox.c.state))
        return Counts({Delivery(state): count for state, count in rows})

    def next_retry(self, held: Collection[str] = ()) -> datetime | None:
        firsts = [self.first_due(mailing_id, held) for mailing_id in (None, *running(self._connection))]
        return min(filter(None, firsts), default=None)

    def first_due(self, mailing_id: int | None = None, held: Collection[str] = ()) -> datetime | None:
        mine = outbox.c.mailing == mailing_id if mailing_id is not None else outbox.c.mailing.is_(None)
        query = select(func.min(outbox.c.due_at)).where(_WAITING, mine, outbox.c.domain.not_in(held))
        first: datetime | None = self._connection.scalar(query)
        return first

    def troubles(
        self, mailing_id: int | None = None, limit: int = 100, states: Collection[Delivery] = UNDELIVERED
    ) -> list[Trouble]:
        query = select(outbox).where(in_states(*states)).order_by(outbox.c.id.desc()).limit(limit)
        if mailing_id is not None:
            query = query.where(outbox.c.mailing == mailing_id)
        return [Trouble(row.recipient, Delivery(row.state), row.reply) for row in self._connection.execute(query)]

    def page(
        self, mailing_id: int, after: int, limit: int, states: Sequence[Delivery] = (), part: str = ""
    ) -> list[DeliveryRow]:
        query = select(outbox).where(outbox.c.mailing == mailing_id, outbox.c.id > after)
        if states:
            query = query.where(in_states(*states))
        if part:
            query = query.where(outbox.c.recipient.icontains(part, autoescape=True))
        rows = self._connection.execute(query.order_by(outbox.c.id).limit(limit))
        return [
            DeliveryRow(
                id=row.id,
                recipient=row.recipient,
                state=Delivery(row.state),
                attempts=row.attempts,
                reply=row.reply,
                message_id=row.message_id,
                due_at=row.due_at if row.state in (Delivery.QUEUED, Delivery.DEFERRED) else None,
                settled_at=row.settled_at,
            )
            for row in rows
        ]

    def unresolved_mailings(self) -> set[int]:
        mine = outbox.c.mailing == mailings.c.id
        unresolved = or_(exists().where(_WAITING, mine), exists().where(_SENDING, mine))
        return set(self._connection.scalars(select(mailings.c.id).where(unresolved)))


def other_recipient(other: Address) -> dict[str, Any]:
    """Another recipient in each row, because a cause has one mail for each."""
    own = literal(f"{other.local}+") + cast(outbox.c.id, Text) + literal(f"@{other.domain}")
    return {"recipient": own, "domain": other.domain, "reply": ""}


def erase_mail_to(connection: Connection, erasing: Erasing) -> None:
    """Nothing that waits is sent. The text of a mail that is being sent at this moment stays."""
    theirs = or_(is_one_of(outbox.c.recipient, erasing.addresses), outbox.c.contact == erasing.contact.id)
    connection.execute(delete(refused).where(refused.c.delivery.in_(select(outbox.c.id).where(theirs))))
    stopped = {"state": Delivery.SUPPRESSED.value, "settled_at": erasing.now}
    connection.execute(update(outbox).where(theirs, text(WAITING)).values(stopped))
    doubtful = in_states(Delivery.DOUBTFUL)
    connection.execute(update(outbox).where(theirs, doubtful).values(state=Delivery.FAILED.value))
    under_way = outbox.c.state == Delivery.SENDING.value
    kept = case((under_way, outbox.c.payload), else_=null())
    values = {**other_recipient(erasing.replacement), "payload": kept}
    connection.execute(update(outbox).where(theirs).values(values))
    _erase_words_to_others(connection)


def _erase_words_to_others(connection: Connection) -> None:
    """Drop the words of service mails that have left: any of them may name the person, and nobody reads them again.

    Requests to vote stay, because a substitute gets the same one; they name nobody but the board.
    """
    left = outbox.c.state.in_([Delivery.SENT.value, Delivery.FAILED.value, Delivery.SUPPRESSED.value])
    service = outbox.c.mailing.is_(None), outbox.c.payload.is_not(None), outbox.c.cause.not_like("paper %")
    connection.execute(update(outbox).where(left, *service).values(payload=None))


def erase_old_mails(connection: Connection, over: Over) -> int:
    """The words of service mails; that they were sent stays, because a cause has one mail for each recipient."""
    settled = outbox.c.state.in_([Delivery.SENT.value, Delivery.FAILED.value, Delivery.SUPPRESSED.value])
    old = settled, outbox.c.mailing.is_(None), outbox.c.payload.is_not(None), outbox.c.settled_at < over.before
    ids = list(connection.scalars(select(outbox.c.id).where(*old).order_by(outbox.c.id).limit(over.most)))
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(payload=None))
    return len(ids)
