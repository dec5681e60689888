"""Queries of what the office holds about one person, and how it is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from mailer.message import Address
from mailer.model.confirmations import Answer
from mailer.model.editions import State as EditionState
from mailer.model.feedback import ReplyTo, State
from mailer.model.lists import Contact, Details, Request
from mailer.model.mailings import cause_of
from mailer.model.outbox import UNRESOLVED, Delivery
from mailer.model.personal_data import FORGOTTEN, RecentMail
from mailer.model.restorations import Entry
from mailer.store.lists import CHUNK, columns_of, request_of
from mailer.store.schema import (
    WAITING,
    absences,
    ballot_replies,
    bounce_reports,
    bounces,
    challenges,
    changed_links,
    confirmations,
    contacts,
    departures,
    details_before,
    edition_wishes,
    editions,
    feedback,
    feedback_entries,
    feedback_files,
    forgotten,
    former_addresses,
    in_states,
    inbound,
    member_keys,
    opt_outs,
    outbox,
    papers,
    refused,
    requests,
    restorations,
    staff_notices,
    suppressions,
    translated_paragraphs,
    translations,
    votes,
)
from mailer.store.upsert import insert_new


def _caused_by(mailings: Sequence[int]) -> ColumnElement[bool]:
    """Copies of these mailings, those that were sent again included, as the index of causes finds them."""
    causes = [cause_of(mailing) for mailing in mailings]
    again = [and_(outbox.c.cause >= f"{cause} again ", outbox.c.cause < f"{cause} again!") for cause in causes]
    return or_(outbox.c.cause.in_(causes), *again)


_NEWEST_REQUEST = (
    select(requests)
    .where(
        requests.c.key == bindparam("key"),
        requests.c.created_at > bindparam("since"),
        requests.c.confirmed_at.is_(None),
        requests.c.withdrawn_at.is_(None),
    )
    .order_by(requests.c.id.desc())
    .limit(1)
)


class SqlPersonalDataQueries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known_since(self, contact_id: int) -> datetime:
        found: datetime = self._connection.execute(
            select(contacts.c.created_at).where(contacts.c.id == contact_id)
        ).scalar_one()
        return found

    def recent_copies(self, contact_id: int, mailings: Sequence[int], since: datetime) -> list[RecentMail]:
        mine = _caused_by(mailings), outbox.c.contact == contact_id, outbox.c.created_at > since
        query = select(outbox.c.mailing, outbox.c.state, outbox.c.settled_at, outbox.c.created_at).where(*mine)
        rows = self._connection.execute(query.order_by(outbox.c.id.desc()))
        return [RecentMail(row.mailing, Delivery(row.state), row.settled_at or row.created_at) for row in rows]

    def newest_request(self, address: Address, since: datetime) -> Request | None:
        row = self._connection.execute(_NEWEST_REQUEST, {"key": address.key, "since": since}).first()
        return request_of(row) if row else None

    # --- forgetting ---

    def addresses(self) -> Iterator[tuple[int, str]]:
        present = select(contacts.c.id, contacts.c.key).where(contacts.c.domain != FORGOTTEN)
        query = union_all(present, select(former_addresses.c.contact, former_addresses.c.key))
        for row in self._connection.execute(query.execution_options(yield_per=CHUNK)):
            yield row[0], row[1]

    def erase(self, contact: Contact, addresses: Collection[str], replacement: Address, now: datetime) -> None:
        if self._connection.dialect.name == "sqlite":
            self._connection.execute(text("PRAGMA secure_delete = ON"))  # overwrite what is freed in the file
        anonymous = {"address": str(replacement)}
        keys = [Address.parse(address).key for address in addresses]
        own = {"key": replacement.key, "domain": replacement.domain, **anonymous}
        self._change(contacts, contacts.c.id == contact.id, **own, **columns_of(Details()), published=None)
        for table in (absences, former_addresses, opt_outs, member_keys, details_before):
            self._connection.execute(delete(table).where(table.c.contact == contact.id))
        for by_key in (suppressions, bounces, bounce_reports):
            self._connection.execute(delete(by_key).where(by_key.c.key.in_(keys)))
        undone = and_(departures.c.contact == contact.id, departures.c.undone_at.is_(None))
        self._change(departures, undone, undone_at=now)  # no token to come back acts
        theirs = requests.c.key.in_(keys)
        self._change(requests, and_(theirs, requests.c.confirmed_at.is_(None)), confirmed_at=now)  # nor one to confirm
        nothing = {"key": replacement.key, "details": asdict(Details()), "problems": []}
        self._change(requests, theirs, **anonymous, **nothing)
        about = or_(confirmations.c.contact == contact.id, confirmations.c.address.in_(addresses))
        self._change(
            confirmations, and_(about, confirmations.c.answer == Answer.OPEN.value), answer=Answer.SUPERSEDED.value
        )
        self._change(confirmations, about, **anonymous, wanted={})
        self._erase_feedback(contact.id, addresses, replacement)
        self._erase_votes(contact.id, replacement)
        self._erase_translations(contact.id, replacement, now)
        self._erase_mail_to(addresses, contact.id, replacement, now)
        for address in addresses:
            said = func.replace(inbound.c.reason, address, str(replacement))
            self._change(inbound, inbound.c.reason.contains(address, autoescape=True), reason=said)
        self._erase_journals(keys)

    def _erase_feedback(self, contact_id: int, addresses: Collection[str], other: Address) -> None:
        """Items keep their number, dates and route; what was written in them goes, and nobody waits for an answer."""
        asked = or_(feedback.c.contact == contact_id, feedback.c.address.in_(addresses))
        items = list(self._connection.scalars(select(feedback.c.id).where(asked)))
        entries = list(
            self._connection.scalars(select(feedback_entries.c.id).where(feedback_entries.c.item.in_(items)))
        )
        self._erase_mail_about(items, entries)
        self._change(feedback_files, feedback_files.c.entry.in_(entries), name="", sha256="")
        words = {"text": "", "message_id": "", "references": [], "reason": "", "raw": b""}
        self._change(feedback_entries, feedback_entries.c.item.in_(items), **words)
        by_them = feedback_entries.c.author.in_(addresses)
        self._change(feedback_entries, by_them, author=str(other))
        who = {"key": other.key, "address": str(other), "name": "", "language": "", "subject": ""}
        self._change(feedback, feedback.c.id.in_(items), **who, state=State.CLOSED.value)

    def _erase_mail_about(self, items: Collection[int], entries: Collection[int]) -> None:
        """Drop the text of mails to staff and member bodies about these items; what still waits goes to them first."""
        kinds = staff_notices.c.kind.in_([ReplyTo.ASKER.value, ReplyTo.COMMENT_REQUEST.value])
        about = or_(
            and_(kinds, staff_notices.c.subject.in_(items)),
            and_(staff_notices.c.kind == ReplyTo.FILES.value, staff_notices.c.subject.in_(entries)),
        )
        causes = list(self._connection.scalars(select(staff_notices.c.cause).where(about)))
        causes += [f"feedback-sent {entry}" for entry in entries]
        read = outbox.c.state.in_([Delivery.SENT.value, Delivery.FAILED.value, Delivery.SUPPRESSED.value])
        listed = and_(outbox.c.cause > "feedback-digest ", outbox.c.cause < "feedback-digest!")  # names who waits
        told = or_(outbox.c.cause.in_(causes), listed) if items else outbox.c.cause.in_(causes)
        self._change(outbox, and_(told, outbox.c.mailing.is_(None), read), payload=None)

    def _erase_votes(self, contact_id: int, replacement: Address) -> None:
        """Choices stay, because a grant rests on them; the mails do not, nor what names their writer's domain."""
        theirs = select(papers.c.id).where(papers.c.contact == contact_id)
        for table in (votes, ballot_replies):
            replaced = literal("<erased.") + cast(table.c.id, Text) + literal(">")
            self._change(table, table.c.paper.in_(theirs), comment="", message_id=replaced)
        nothing: dict[str, Any] = {"sender": str(replacement), "reason": "", "how": "", "proof": {}, "raw": None}
        self._change(ballot_replies, ballot_replies.c.paper.in_(theirs), **nothing)
        self._change(challenges, challenges.c.paper.in_(theirs), address=str(replacement))
        self._change(papers, papers.c.contact == contact_id, address_key=replacement.key)

    def _erase_translations(self, contact_id: int, other: Address, now: datetime) -> None:
        """What was granted stays as it is, because its readers have it, or will; other translations end."""
        self._connection.execute(delete(edition_wishes).where(edition_wishes.c.contact == contact_id))
        theirs = select(translations.c.id).where(translations.c.contact == contact_id)
        for table in (translated_paragraphs, changed_links):
            self._connection.execute(delete(table).where(table.c.translation.in_(theirs)))
        public = translations.c.state.in_([EditionState.GRANTED.value, EditionState.SENT.value])
        disclosed = editions.c.translation.in_(theirs.where(public)) & editions.c.superseded_at.is_(None)
        proofs = and_(editions.c.translation.in_(theirs), ~disclosed)
        self._change(editions, and_(proofs, editions.c.superseded_at.is_(None)), superseded_at=now)
        self._change(editions, proofs, subject="", html="", text="", pdf=b"")
        ended = and_(translations.c.contact == contact_id, ~public)
        self._change(translations, ended, state=EditionState.ENDED.value, title="", due_at=None, ready_at=None)
        self._change(translations, translations.c.contact == contact_id, address=str(other), credit="")

    def _erase_mail_to(self, addresses: Collection[str], contact_id: int, other: Address, now: datetime) -> None:
        """Nothing that waits is sent. The text of a mail that is being sent at this moment stays."""
        theirs = or_(outbox.c.recipient.in_(addresses), outbox.c.contact == contact_id)
        self._connection.execute(delete(refused).where(refused.c.delivery.in_(select(outbox.c.id).where(theirs))))
        stopped = {"state": Delivery.SUPPRESSED.value, "settled_at": now}
        self._change(outbox, and_(theirs, text(WAITING)), **stopped)
        self._change(outbox, and_(theirs, in_states(Delivery.DOUBTFUL)), state=Delivery.FAILED.value)
        under_way = outbox.c.state == Delivery.SENDING.value
        kept = case((under_way, outbox.c.payload), else_=null())
        self._change(outbox, theirs, **_recipient(other), payload=kept)

    def _erase_journals(self, keys: Collection[str]) -> None:
        for row in self._connection.execute(select(restorations.c.id, restorations.c.journal)).all():
            kept = [entry for entry in row.journal if not Entry.from_json(entry).names(keys)]
            if len(kept) < len(row.journal):
                self._change(restorations, restorations.c.id == row.id, journal=kept)

    def _change(self, table: Table, rows: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(table).where(rows).values(values))

    def sent_goodbyes(self, cause: str) -> list[int]:
        mine = outbox.c.cause >= f"{cause} ", outbox.c.cause < f"{cause}!"
        settled = outbox.c.state.not_in([state.value for state in UNRESOLVED])
        query = select(outbox.c.id).where(*mine, settled, outbox.c.domain != FORGOTTEN)
        return list(self._connection.scalars(query))

    def erase_mail(self, row_id: int, replacement: Address) -> None:
        self._change(outbox, outbox.c.id == row_id, **_recipient(replacement), payload=None)

    def remember_forgotten(self, fingerprints: Collection[str], now: datetime) -> None:
        rows = [{"fingerprint": one, "at": now} for one in fingerprints]
        self._connection.execute(insert_new(self._connection, forgotten), rows)

    def forgotten(self, fingerprints: Collection[str]) -> set[str]:
        query = select(forgotten.c.fingerprint).where(forgotten.c.fingerprint.in_(fingerprints))
        return set(self._connection.scalars(query))

    def any_forgotten(self) -> bool:
        return self._connection.scalar(select(forgotten.c.fingerprint).limit(1)) is not None

    def welcome_back(self, fingerprints: Collection[str]) -> None:
        self._connection.execute(delete(forgotten).where(forgotten.c.fingerprint.in_(fingerprints)))


def _recipient(other: Address) -> dict[str, Any]:
    """Another recipient in each row, because a cause has one mail for each."""
    own = literal(f"{other.local}+") + cast(outbox.c.id, Text) + literal(f"@{other.domain}")
    return {"recipient": own, "domain": other.domain, "reply": ""}
