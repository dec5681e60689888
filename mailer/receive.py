"""The way of an incoming mail, from the inbox to its folder.

Fetch -> if it was handled before, only file -> parse within limits -> what does it want? (classify, and the table of
requests) -> who is it? (a verdict, if the request needs one) -> handle -> commit -> file.

The functions are in this order.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailer.errors import Malformed, Permanent, Temporary
from mailer.inbound.authenticate import NOBODY, TrustedServers, authenticate
from mailer.inbound.automatic import takes_answers
from mailer.inbound.classify import classify
from mailer.inbound.intents import ReadingRules, Verdict
from mailer.inbound.parse import parse
from mailer.message import Inbound
from mailer.model.inbound import Folder, Handled, MailKind
from mailer.phrases import Phrase, phrase
from mailer.ports import Fetched, Mailbox, Ref, Verifier, Work
from mailer.ports.metrics import Step
from mailer.requests import Needs, request_for
from mailer.runtime import Runtime

log = logging.getLogger("mailer.inbound")

TRIES = 3
"""How often the handling of a mail may fail before a person gets it (F10)."""

KEYS_WITHIN = timedelta(hours=12)
"""How long a vote waits while the DNS does not answer for the signer's key; after that it counts as unsigned."""

BATCH = 50
"""How many mails are handled before they are filed together."""


class Postponed(Temporary):
    """This one mail cannot be handled now; others can."""


@dataclass(frozen=True)
class Reception:
    """Receives what is in the inbox. Handling the same bytes twice has the effect of once (law 3)."""

    runtime: Runtime
    mailbox: Mailbox
    verifier: Verifier
    rules: ReadingRules
    trusted: TrustedServers = NOBODY

    def receive(self, now: datetime) -> None:
        """Handle and file everything that is in the inbox, until the process is asked to stop.

        Raises Temporary or Permanent if the inbox or the store fails. Raises Postponed, after everything else is done,
        if a mail has to wait.
        """
        refs = self.mailbox.pending()
        with self.runtime.store.snapshot() as work:
            before = work.inbound.handled(refs)
        if fault := self._file(before):
            self._tell_unfiled(str(fault))
        unknown = [ref for ref in refs if ref not in before]
        postponed: list[Postponed] = []
        for start in range(0, len(unknown), BATCH):
            postponed += self._receive_batch(unknown[start : start + BATCH], now)
            if self.runtime.stop():
                return
        if postponed:
            raise postponed[0]

    def _receive_batch(self, refs: Sequence[Ref], now: datetime) -> list[Postponed]:
        """Handle these mails one by one, file them together, and return why some have to wait."""
        done: dict[Ref, Folder] = {}
        postponed = []
        for fetched in self.mailbox.fetch(refs):
            if self.runtime.stop():
                break
            try:
                with self.runtime.metrics.timed(Step.HANDLING):
                    folder = self._receive_one(fetched, now)
            except Postponed as fault:
                postponed.append(fault)
                continue
            if folder:
                done[fetched.ref] = folder
        self._file(done)
        return postponed

    def _receive_one(self, fetched: Fetched, now: datetime) -> Folder | None:
        """Where the mail is to be filed, now that its transaction committed; None leaves it in the inbox."""
        digest = _digest(fetched)
        with self.runtime.store.snapshot() as work:
            if known := work.inbound.folder_of(digest):
                return known
        if fetched.problem:
            self.runtime.metrics.failed("mailbox")
            log.warning("mail %s cannot be fetched: %s", fetched.ref.uid, fetched.problem)
            unreadable = phrase("the mail server does not hand it over (%(problem)s)", problem=fetched.problem)
            return self._count_fault(fetched, digest, unreadable)
        try:
            handled = self._handle(fetched, digest, now)
        except Temporary:
            raise
        except Exception as fault:
            self.runtime.metrics.failed("handler")
            log.exception("handling mail %s failed", digest[:12])
            return self._count_fault(fetched, digest, phrase("%(fault)s while handling it", fault=type(fault).__name__))
        self.runtime.metrics.handled(handled.kind)
        log.info("%-9s %s: %s", handled.kind, handled.intent, handled.reason)
        return handled.folder

    def _handle(self, fetched: Fetched, digest: str, now: datetime) -> Handled:
        """Find out what the mail wants, and do it in one transaction."""
        if fetched.raw is None:
            return self._quarantine(
                fetched, digest, phrase("it is larger than we read (%(size)s bytes)", size=fetched.size)
            )
        try:
            mail = parse(fetched.raw, fetched.received_at)
        except Malformed as why:
            return self._quarantine(fetched, digest, why.reason)
        intent = classify(mail, self.rules, self.runtime.key)
        request = request_for(intent)
        verdict = self._verdict(mail, request.needs, now)
        with self.runtime.store.transaction() as work:
            actor = _actor(mail, request.needs, verdict)
            office = self.runtime.office(work, actor, f"mail {digest[:32]}", may_answer=takes_answers(mail))
            result = request.handle(office, mail, intent, verdict)
            handled = Handled(result.folder, request.kind, type(intent).__name__, result.words)
            work.inbound.record(digest, fetched.ref, fetched.received_at, handled)
        return handled

    def _verdict(self, mail: Inbound, needs: Needs, now: datetime) -> Verdict:
        """Whether the sender can be believed. This may look into the DNS, so only requests that need it ask.

        Raises Postponed if the DNS does not answer and the request cannot do without an answer.
        """
        if needs not in (Needs.AUTHENTIC, Needs.TOKEN_OR_AUTHENTIC, Needs.CONFIRMATION):
            return Verdict(False, "not asked")
        try:
            signatures = self.verifier.signatures(mail.raw, mail.sender.domain) if mail.sender else ()
        except Temporary as fault:
            verdict = authenticate(mail, (), self.trusted)
            if needs is Needs.AUTHENTIC and not verdict.authentic and now - mail.received_at < KEYS_WITHIN:
                raise Postponed(str(fault)) from None
            return verdict
        return authenticate(mail, signatures, self.trusted)

    def _quarantine(self, fetched: Fetched, digest: str, reason: Phrase) -> Handled:
        """Keep the raw message for a person, who is told once; nothing else changes."""
        handled = Handled(Folder.ATTENTION, MailKind.QUARANTINE, "Malformed", reason)
        with self.runtime.store.transaction() as work:
            self._tell_secretary(work, fetched, digest, reason)
            work.inbound.record(digest, fetched.ref, fetched.received_at, handled)
        return handled

    def _count_fault(self, fetched: Fetched, digest: str, reason: Phrase) -> Folder | None:
        """Count the failure in a transaction of its own; after ``TRIES`` of them, a person gets the mail (F10, F13)."""
        with self.runtime.store.transaction() as work:
            faults = work.inbound.faults(digest) + 1
            folder = Folder.ATTENTION if faults >= TRIES else None
            if folder:
                self._tell_secretary(work, fetched, digest, reason)
            handled = Handled(folder, MailKind.QUARANTINE, "Fault", reason)
            work.inbound.record(digest, fetched.ref, fetched.received_at, handled, faults)
        return folder

    def _tell_secretary(self, work: Work, fetched: Fetched, digest: str, reason: Phrase) -> None:
        """Tell the secretary of a mail that waits for a person."""
        office = self.runtime.office(work, "", f"mail {digest[:32]}")
        office.record("quarantined", digest[:12], reason=reason)
        values = {
            "reason": reason,
            "folder": Folder.ATTENTION.value,
            "received": fetched.received_at,
            "size": fetched.size,
        }
        office.tell_secretary("attention", values, once=f"attention {digest}")

    def _file(self, refs: dict[Ref, Folder]) -> Temporary | Permanent | None:
        """Move handled mails to their folders, and return why the server refuses, if it does.

        A refusal holds up nothing, because the store knows which mails are handled (F6).
        """
        for folder in Folder:
            if mine := [ref for ref, place in refs.items() if place is folder]:
                try:
                    self.mailbox.file(mine, folder)
                except (Temporary, Permanent) as fault:
                    log.warning("%d handled mails stay in the inbox: %s", len(mine), fault)
                    return fault
        return None

    def _tell_unfiled(self, reason: str) -> None:
        """Tell the secretary, once a day, that the server does not move mail: most likely it is full (F6)."""
        with self.runtime.store.transaction() as work:
            office = self.runtime.office(work, "", "filing")
            office.tell_secretary("unfiled", {"reason": reason}, once=f"unfiled {office.today}")


def _digest(fetched: Fetched) -> str:
    """The identity of the mail: of its bytes, or of its place on the server if it is too large to fetch."""
    identity = fetched.raw if fetched.raw is not None else repr(fetched.ref).encode()
    return hashlib.sha256(identity).hexdigest()


def _actor(mail: Inbound, needs: Needs, verdict: Verdict) -> str:
    """Who stands in the audit trail; a request that needs an authentic sender is not yet that person's act."""
    sender = str(mail.sender or "")
    return f"unproven: {sender}" if needs is Needs.AUTHENTIC and not verdict.authentic else sender
