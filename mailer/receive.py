"""The way of an incoming mail, from the server to its folder."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.errors import Malformed, Permanent, Temporary
from mailer.handlers import approvals, feedback, lists
from mailer.handlers import deliveries as outbox
from mailer.inbound import intents
from mailer.inbound.authenticate import authenticate
from mailer.inbound.classify import classify
from mailer.inbound.intents import kind_of
from mailer.inbound.parse import parse
from mailer.message import Address, Inbound
from mailer.model.inbound import Done, Folder, Result
from mailer.office import Office
from mailer.ports import Fetched, Mailbox, Ref, Store, Verifier, Work
from mailer.ports.metrics import NO_METRICS, Metrics, Step
from mailer.tokens import TokenKey

log = logging.getLogger("mailer.inbound")

TRIES = 3
"""How often a mail whose handling fails is tried before a person gets it (F10)."""

KEYS_WITHIN = timedelta(hours=12)
"""How long a vote waits for a DNS that does not tell the signer's key, before it counts as unsigned."""

BATCH = 50
"""Mails handled between two moves on the server."""

OfficeFactory = Callable[[Work, str, str], Office]
"""Sets up a desk for a transaction, an actor and a cause."""


class Postponed(Temporary):
    """This one mail cannot be handled now; others can."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What was done with one mail."""

    folder: Folder | None
    """Where it is filed; None leaves it in the inbox for another try."""
    kind: str
    intent: str
    reason: str


@dataclass(frozen=True)
class Reception:
    """Receives what is in the inbox. Handling the same bytes twice has the effect of once (law 3)."""

    mailbox: Mailbox
    store: Store
    verifier: Verifier
    office: OfficeFactory
    key: TokenKey
    rules: intents.ReadingRules
    authserv_id: str | None
    sealers: tuple[str, ...]
    metrics: Metrics = NO_METRICS

    def receive(self, stop: Callable[[], bool], now: datetime) -> None:
        """Handle and file everything that is in the inbox, unless ``stop`` says so.

        Raises Temporary or Permanent where the inbox or the store fails, and Postponed, once all the rest is done,
        where a mail has to wait.
        """
        refs = self.mailbox.pending()
        with self.store.snapshot() as work:
            before = work.inbound.handled(refs)
        if fault := self._file(before):
            self._tell_unfiled(str(fault))
        postponed: list[Postponed] = []
        unknown = [ref for ref in refs if ref not in before]
        for start in range(0, len(unknown), BATCH):
            done: dict[Ref, Folder] = {}
            for fetched in self.mailbox.fetch(unknown[start : start + BATCH]):
                if stop():
                    break
                try:
                    with self.metrics.timed(Step.HANDLING):
                        folder = self._receive_one(fetched, now)
                except Postponed as fault:
                    postponed.append(fault)
                    continue
                if folder:
                    done[fetched.ref] = folder
            self._file(done)
            if stop():
                return
        if postponed:
            raise postponed[0]

    def _file(self, refs: dict[Ref, Folder]) -> Temporary | Permanent | None:
        """File what was handled. A server that refuses holds up nothing (F6): our own record says what was handled."""
        for folder in Folder:
            if mine := [ref for ref, place in refs.items() if place is folder]:
                try:
                    self.mailbox.file(mine, folder)
                except (Temporary, Permanent) as fault:
                    log.warning("%d handled mails stay in the inbox: %s", len(mine), fault)
                    return fault
        return None

    def _receive_one(self, fetched: Fetched, now: datetime) -> Folder | None:
        """Where the mail belongs now that its transaction has committed; None leaves it in the inbox."""
        digest = self._digest(fetched)
        with self.store.snapshot() as work:
            if known := work.inbound.folder_of(digest):
                return known
        try:
            handled = self._handle(fetched, digest, now)
        except Temporary:
            raise
        except Exception as fault:
            self.metrics.failed("handler")
            log.exception("handling mail %s failed", digest[:12])
            return self._fault(fetched, digest, fault)
        self.metrics.handled(handled.kind)
        log.info("%-9s %s: %s", handled.kind, handled.intent, handled.reason)
        return handled.folder

    @staticmethod
    def _digest(fetched: Fetched) -> str:
        """The identity of the bytes; of the place on the server where they are too many to fetch."""
        identity = fetched.raw if fetched.raw is not None else repr(fetched.ref).encode()
        return hashlib.sha256(identity).hexdigest()

    def _handle(self, fetched: Fetched, digest: str, now: datetime) -> Handled:
        if fetched.raw is None:
            return self._quarantine(fetched, digest, f"is larger than we read ({fetched.size:,} bytes)")
        try:
            mail = parse(fetched.raw, fetched.received_at)
        except Malformed as why:
            return self._quarantine(fetched, digest, str(why))
        intent = classify(mail, self.rules, self.key)
        verdict = self._verdict(mail, intent, now)
        with self.store.transaction() as work:
            office = self.office(work, _actor(mail, intent, verdict), f"mail {digest[:32]}")
            result = act(office, mail, intent, verdict)
            handled = Handled(result.folder, kind_of(intent), type(intent).__name__, result.words)
            self._record(work, fetched, digest, handled)
        return handled

    def _verdict(self, mail: Inbound, intent: intents.Intent, now: datetime) -> intents.Verdict:
        """Asked only where it matters, because it may take a look into the DNS.

        Where the DNS does not tell, a vote is worth waiting for; who wants to leave is asked to confirm it.
        """
        if not isinstance(intent, intents.Vote | intents.Leave):
            return intents.Verdict(False, "not asked")
        try:
            signatures = self.verifier.signatures(mail.raw)
        except Temporary as fault:
            verdict = authenticate(mail, (), self.authserv_id, self.sealers)
            if isinstance(intent, intents.Vote) and not verdict.authentic and now - mail.received_at < KEYS_WITHIN:
                raise Postponed(str(fault)) from None
            return verdict
        return authenticate(mail, signatures, self.authserv_id, self.sealers)

    def _quarantine(self, fetched: Fetched, digest: str, reason: str) -> Handled:
        """Keep the raw message for a person, who is told once; nothing else changes."""
        handled = Handled(Folder.ATTENTION, "quarantine", "Malformed", reason)
        with self.store.transaction() as work:
            self._tell(work, fetched, digest, reason)
            self._record(work, fetched, digest, handled)
        return handled

    def _fault(self, fetched: Fetched, digest: str, fault: Exception) -> Folder | None:
        """Count the failure in a transaction of its own; after some, a person gets the mail (F10)."""
        with self.store.transaction() as work:
            faults = work.inbound.faults(digest) + 1
            folder = Folder.ATTENTION if faults >= TRIES else None
            reason = f"{type(fault).__name__} while handling it"
            if folder:
                self._tell(work, fetched, digest, reason)
            self._record(work, fetched, digest, Handled(folder, "quarantine", "Fault", reason), faults)
        return folder

    def _tell(self, work: Work, fetched: Fetched, digest: str, reason: str) -> None:
        """The secretary learns of a mail that waits for a person."""
        office = self.office(work, "", f"mail {digest[:32]}")
        office.record("quarantined", digest[:12], reason=reason)
        values = {
            "reason": reason,
            "folder": Folder.ATTENTION.value,
            "received": office.rules.when(fetched.received_at),
            "size": fetched.size,
        }
        office.tell_secretary("attention", values, once=f"attention {digest}")

    def _tell_unfiled(self, reason: str) -> None:
        """The secretary learns, once a day, of a server that will not move mail: most likely it is full (F6)."""
        with self.store.transaction() as work:
            office = self.office(work, "", "filing")
            office.tell_secretary("unfiled", {"reason": reason}, once=f"unfiled {office.today}")

    @staticmethod
    def _record(work: Work, fetched: Fetched, digest: str, handled: Handled, faults: int = 0) -> None:
        work.inbound.record(
            digest,
            fetched.ref,
            fetched.received_at,
            kind=handled.kind,
            intent=handled.intent,
            reason=handled.reason,
            folder=handled.folder,
            faults=faults,
        )


def _actor(mail: Inbound, intent: intents.Intent, verdict: intents.Verdict) -> str:
    """Who is written into the audit trail; a vote in somebody's name is not yet that person's act."""
    sender = str(mail.sender or "")
    return f"unproven: {sender}" if isinstance(intent, intents.Vote) and not verdict.authentic else sender


def act(office: Office, mail: Inbound, intent: intents.Intent, verdict: intents.Verdict) -> Result:
    """Do what is wanted."""
    match intent:
        case intents.Bounce(token, _, _, diagnostic):
            return outbox.bounced(office, token, intent.fate, diagnostic)
        case intents.Report(token, recipients):
            return outbox.reported(office, token, recipients)
        case intents.Complaint(token):
            return outbox.complained(office, token)
        case intents.AutoReply(reason) | intents.Loop(reason):
            return Result(Done.IGNORED, {"reason": reason})
        case intents.Refuse(reason):
            return _refused(reason)
        case intents.Vote():
            acted, words = approvals.vote(office, mail, intent, verdict)
            return Result(Done.IGNORED, {"reason": words}, Folder.PROCESSED if acted else Folder.REFUSED)
        case intents.Confirm(token):
            return lists.confirm(office, token, mail.message_id)
        case intents.Leave(token):
            return lists.leave(office, mail.sender, token, verdict.authentic, mail.message_id)
    return _answer(office, mail, mail.sender, intent) if mail.sender else _refused(mail.sender_problem)


def _refused(reason: str) -> Result:
    return Result(Done.IGNORED, {"reason": reason}, Folder.REFUSED)


def _answer(
    office: Office, mail: Inbound, sender: Address, intent: intents.Subscribe | intents.Help | intents.Feedback
) -> Result:
    match intent:
        case intents.Subscribe(details, problems):
            return lists.subscribe(office, sender, details, problems)
        case intents.Help():
            return lists.answer_help(office, sender, mail.message_id)
        case intents.Feedback(text):
            return feedback.forward(office, sender, mail.subject, text)
