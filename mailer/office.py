"""What every handler has at hand: one transaction, the office's rules, the time, and a way to write mail.

A handler changes state through ``work``, adds an audit entry with ``record``, and queues mails with ``write``. All
three belong to one transaction, so a mail is queued if and only if its cause took effect (law 2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeAlias

from mailer.compose.drafts import enclose
from mailer.compose.notices import Attachment, compose_notice
from mailer.message import Address, clean
from mailer.model.approvals import Outcome
from mailer.model.caps import ANSWERS, FLOODS, HeldNotice
from mailer.model.lists import Contact, Standing
from mailer.model.notices import DraftEdition, Notice
from mailer.model.outbox import Draft
from mailer.model.policies import Voters
from mailer.model.restorations import SENDS, Recorded
from mailer.model.rules import Rules
from mailer.phrases import Phrase
from mailer.ports import Renderer, Sources, Work
from mailer.ports.conversion import Conversion
from mailer.ports.icalendar import Calendars
from mailer.ports.manuscripts import Manuscripts
from mailer.ports.openpgp import OpenPgp
from mailer.ports.restorations import NO_JOURNAL, Journal
from mailer.tokens import Purpose, Token, TokenKey, redact_tokens


class Preview(NamedTuple):
    """What a member of a board reads before the vote."""

    editions: Sequence[DraftEdition]
    """What readers are to get, in each language."""
    attachments: Sequence[Attachment]
    values: Mapping[str, object]
    """What else the request to vote says of it."""


class ApprovalSubject(Protocol):
    """What a kind of subject offers to approvals: how it is shown to a board, and how it reacts to the outcome."""

    @property
    def name(self) -> str:
        """What logs and the audit trail call it: ``update 1``."""

    @property
    def heading(self) -> str:
        """What people call it: ``ISO/SR Update 1``. The replies that a ballot's buttons prepare have it as subject."""

    @property
    def document(self) -> str:
        """Its kind, as policies name it: ``issue``."""

    @property
    def publication(self) -> str:
        """The key of its publication, or empty."""

    @property
    def authors(self) -> Sequence[str]:
        """Whose own text it is: names or addresses, as they were written."""

    @property
    def values(self) -> Mapping[str, object]:
        """What every notice says of it.

        ``publication``, ``number`` and ``title`` name it, and ``document`` its kind. ``typed`` is how it is typed, and
        ``submit`` the command that submits it.
        """

    @property
    def editors(self) -> Sequence[Address]:
        """Those who hear of objections and results."""

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes as they are now; empty if there are none."""

    @property
    def closed(self) -> Phrase:
        """Why a vote makes no difference any more, such as “it has been sent”; empty if it does (A26)."""

    def asks(self, member: Contact, voters: Voters) -> bool:
        """Whether a policy that asks these of its board asks this member about it."""

    def takes(self, outcome: Outcome) -> bool:
        """Whether it can react to this outcome in its present state."""

    def preview(self, member: Address, at: datetime) -> Preview:
        """As it was at that time: a ballot asks about the bytes of when it was opened."""

    def decided(self, outcome: Outcome) -> None:
        """React to a ballot that has another outcome now: granted, objected, lapsed, withdrawn, or open again."""


Subjects: TypeAlias = "Mapping[str, Callable[[Office, int], ApprovalSubject]]"
"""What a board can be asked about: for each kind, how to find a subject by its id."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What all transactions of a process share."""

    rules: Rules
    renderer: Renderer
    sources: Sources
    key: TokenKey
    subjects: Subjects
    openpgp: OpenPgp
    manuscripts: Manuscripts
    conversion: Conversion
    calendars: Calendars
    journal: Journal = NO_JOURNAL


@dataclass(frozen=True, slots=True)
class Office:
    """One transaction, on behalf of one person or server."""

    work: Work
    resources: Resources
    now: datetime
    actor: str
    """Who acts: an address, or the account at the command line."""
    cause: str
    """What they act by: ``mail 3fa9…`` or ``command issue submit``."""
    may_answer: bool = True
    """Whether the mail that is handled may be answered; if not, only what was done is told (B7)."""
    spoken: Mapping[str, str] = field(default_factory=dict)
    """The language of the command that is handled, by the mailbox of its writer."""

    @property
    def rules(self) -> Rules:
        return self.resources.rules

    @property
    def renderer(self) -> Renderer:
        return self.resources.renderer

    @property
    def sources(self) -> Sources:
        return self.resources.sources

    @property
    def key(self) -> TokenKey:
        return self.resources.key

    def token(self, purpose: Purpose, subject: int, scope: int = 0) -> Token:
        return self.key.token(purpose, subject, scope)

    def record(self, action: str, subject: str, **detail: object) -> None:
        """Add an audit entry. It never contains a token, not even one that a server repeats (D6)."""
        shown = {name: redact_tokens(value) if isinstance(value, str) else value for name, value in detail.items()}
        self.work.audit.add(self.now, self.actor, self.cause, action, subject, shown)
        if action in JOURNALED:
            self.note(action, subject, shown)
        elif self.cause.startswith("command "):  # what came by mail can be read again
            self.note(action, subject, {})

    def note(self, action: str, subject: str, detail: Mapping[str, Any]) -> None:
        """Tell the journal. With details, a restore from a backup can do it again."""
        self.resources.journal.note(self.now, action, subject, detail)

    def hand_out(self) -> None:
        """If workers share the work, queue jobs for everything that is due; else do nothing."""
        if self.work.jobs is not None:
            self.work.jobs.receive()
            self.work.jobs.send_service_mail()
            self.work.jobs.deliver(self.work.workers.batches(self.now, self.work.jobs.batch))

    def write(
        self,
        to: Address,
        name: str,
        values: Mapping[str, object],
        *,
        language: str = "",
        token: Token | None = None,
        reply_to: Address | None = None,
        in_reply_to: str | None = None,
        references: Sequence[str] = (),
        by_person: bool = False,
        once: str = "",
        attachments: Sequence[Attachment] = (),
        drafts: Sequence[DraftEdition] = (),
        regardless: bool = False,
    ) -> bool:
        """Queue the notice ``name``; False if the same cause has queued it before, or a cap forbids it (B14).

        Replies go to the address of ``token``; the Message-ID carries the token too, for providers without
        plus-addressing. ``in_reply_to`` is the Message-ID (or empty) of a mail that the notice answers, if it answers
        one, and ``references`` are those before it, the oldest first. What is ``by_person`` is not marked as a
        machine's. Without a ``language`` the notice is in the contact's own, or else in the office's. ``once``
        replaces the cause if a limit spans several mails: ``"help 2026-11-23"``. ``drafts`` are shown below it.

        A suppressed address gets only answers, and what is to be sent ``regardless``.
        """
        if in_reply_to is not None and not self.may_answer and name not in TOLD:
            return False
        limits = self._limits(name, to)
        if not self._below(limits):
            return False
        if self._held(name, to, values):
            return True
        cause = once or f"{self.cause}: {name}"
        notice = self.compose(to, name, values, language, drafts)
        own = hashlib.sha256(self.key.secret + f"{cause}\0{to.key}".encode()).hexdigest()[:20]
        message_id = f"<{token or name}.{own}@{self.rules.address.domain}>"
        payload = compose_notice(
            notice,
            sender=self.rules.sender,
            to=to,
            reply_to=reply_to or (self.rules.to(token) if token else self.rules.address),
            message_id=message_id,
            date=self.now,
            help=self.rules.help_link,
            in_reply_to=in_reply_to,
            references=references,
            by_person=by_person,
            attachments=attachments,
        )
        regardless = regardless or in_reply_to is not None
        added = self.work.outbox.add(Draft(cause, str(to), message_id, payload, regardless), self.now)
        if added and limits:
            self.work.caps.count(limits.keys(), self.today)
        elif added and name in FLOODS:
            self.work.caps.count([_flood(name, to)], self.hour)
        if added and self.work.jobs is not None:
            self.work.jobs.send_service_mail()
        return added

    def compose(
        self,
        to: Address,
        name: str,
        values: Mapping[str, object],
        language: str = "",
        drafts: Sequence[DraftEdition] = (),
    ) -> Notice:
        """The words of the notice ``name``, as ``write`` sends them."""
        office = {"office": self.rules.name, "office_address": str(self.rules.address)}
        own_values = {**office, "secretary": str(self.rules.secretary), **values}
        notice = self.renderer.notice(name, own_values, language or self.language_of(to))
        return enclose(notice, drafts) if drafts else notice

    def admits(self, name: str, to: Address) -> bool:
        """Whether the notice ``name`` may still go to this address today, if strangers can cause it (B14)."""
        return self._below(self._limits(name, to))

    def _below(self, limits: Mapping[str, int]) -> bool:
        """Whether each counter is still below its limit today."""
        counts = self.work.caps.counts(limits, self.today) if limits else {}
        return all(counts.get(key, 0) < limit for key, limit in limits.items())

    def _limits(self, name: str, to: Address) -> Mapping[str, int]:
        """The counters that the notice raises, each with its limit; none if strangers cannot cause it.

        Known is who is or was on a list: anybody can make a contact of an address by writing in its name.
        """
        if name not in ANSWERS:
            return {}
        contact = self.work.lists.contact_at(str(to))
        known = contact is not None and bool(self.work.lists.memberships_of(contact.id))
        return self.rules.caps.counters(name, to, known=known)

    def _held(self, name: str, to: Address, values: Mapping[str, object]) -> bool:
        """Whether this notice to staff is one too many of a flood. It is then kept for the list of such notices."""
        if name not in FLOODS:
            return False
        key = _flood(name, to)
        if self.work.caps.counts([key], self.hour).get(key, 0) < FLOODS[name]:
            return False
        words = [str(values[value]) for value in ("number", "sender", "subject", "reason") if values.get(value)]
        self.work.caps.hold(HeldNotice(0, name, str(to), clean(" · ".join(words), 400), self.now))
        return True

    def language_of(self, to: Address) -> str:
        """The language that mail to this address is in: the contact's, that of their mail, or the office's."""
        contact = self.work.lists.contact_at(str(to))
        return (contact.details.language if contact else "") or self.spoken.get(to.base_key) or self.rules.language

    def called(self, address: str) -> str:
        """An address with the name that the directory has for it, never the one that its owner writes in mails."""
        contact = self.work.lists.contact_at(address) if address else None
        return f"{contact.details.name} ({address})" if contact and contact.details.name else address

    def lists_of(self, contact: Contact) -> list[str]:
        """The lists that a contact is on."""
        return [one.list for one in self.work.lists.memberships_of(contact.id) if one.standing is Standing.ACTIVE]

    def is_on_any(self, lists: Collection[str], address: Address) -> bool:
        """Whether the address is a contact's who is on one of the lists."""
        contact = self.work.lists.contact_at(str(address))
        return contact is not None and not set(lists).isdisjoint(self.lists_of(contact))

    def tell_secretary(self, name: str, values: Mapping[str, object], **options: Any) -> bool:
        """Queue a notice to the secretary, in the office's language, whatever became of earlier mail to them."""
        language = self.rules.language
        return self.write(self.rules.secretary, name, values, language=language, regardless=True, **options)

    @property
    def today(self) -> str:
        """The day (UTC) that limits of one mail a day go by."""
        return f"{self.now:%Y-%m-%d}"

    @property
    def hour(self) -> str:
        """The hour (UTC) that limits of notices in a flood go by."""
        return f"{self.now:%Y-%m-%dT%H}"


def _flood(name: str, to: Address) -> str:
    return f"{name} {to.key}"


JOURNALED = (
    Recorded.LEFT,
    Recorded.CAME_BACK,
    Recorded.CHANGED,
    Recorded.REMOVED,
    Recorded.BOUNCED,
    Recorded.GIVEN_UP,
    Recorded.MAILED_AGAIN,
    Recorded.COMPLAINED,
    Recorded.FORGOTTEN,
    Recorded.SUPPRESSED,
    Recorded.UNSUPPRESSED,
    *SENDS,
)
"""Actions whose details a journal keeps, so that a restore can do them again."""


TOLD = frozenset({"welcome", "left", "returned", "ballot-receipt", "details", "moved", "forgotten"})
"""Notices of what a mail has changed, which go to an address that the office knows whatever that mail looks like."""


class Decision(NamedTuple):
    """What is due because its time has come. It is carried out in a transaction of its own, so it holds up no other."""

    what: str
    """Names it in the log, if a rule forbids it."""
    act: Callable[[Office], object]
