"""The way of an incoming mail, from the inbox to its folder.

Fetch -> if it was handled before, only file -> parse within limits -> what does it want? (classify, and the table of
requests) -> who is it? (a verdict, if the request needs one) -> handle -> commit -> file. One commit covers a group of
mails, each in a savepoint of its own, and a batch is filed while the next one is handled.

The functions are in this order.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, NoReturn, TypeAlias

from mailer.backlog import Pass, UrgentMail
from mailer.errors import Malformed, Permanent, Temporary
from mailer.inbound.authenticate import NOBODY, TrustedServers, authenticate, may_be_sealed
from mailer.inbound.automatic import takes_answers
from mailer.inbound.classify import classify
from mailer.inbound.extracts import language_of
from mailer.inbound.intents import Intent, ReadingRules, Refuse, Verdict
from mailer.inbound.parse import parse
from mailer.inbound.proof import as_covered, is_to
from mailer.message import Address, Inbound
from mailer.model.attention import KEPT, KIND
from mailer.model.inbound import Folder, Handled, MailKind
from mailer.phrases import Phrase, phrase
from mailer.ports import Fetched, Mailbox, Ref, Verifier, Work
from mailer.ports.incoming import HANDED_OVER
from mailer.ports.metrics import Step
from mailer.requests import REPORTS, Needs, Request, handle, note_sender, request_for
from mailer.runtime import Runtime
from mailer.staff import write_to_staff

log = logging.getLogger("mailer.inbound")

TRIES = 3
"""How often the handling of a mail may fail before a person gets it (F10)."""

KEYS_WITHIN = timedelta(hours=12)
"""How long a vote waits while the DNS does not answer for the signer's key; after that it counts as unsigned."""

BATCH = 100
"""How many mails are filed together."""

GROUP, GROUP_OCTETS = 20, 2_000_000
"""How many mails one commit covers, and how large they are together, at most."""


FAULT = "Fault"
"""What stands instead of an intent while a mail cannot be handled."""


class Postponed(Temporary):
    """This one mail cannot be handled now; others can."""


_Act: TypeAlias = Callable[[Work], Handled]
"""What is done about a mail in a transaction."""


class _Understood(NamedTuple):
    """What a mail wants."""

    mail: Inbound
    intent: Intent
    request: Request[Any]


class _Part(NamedTuple):
    """One mail's part in a transaction: what to do, and where the mail is."""

    fetched: Fetched
    digest: str
    act: _Act


@dataclass
class _Group:
    """What became of some mails."""

    filed: dict[Ref, Folder] = field(default_factory=dict)
    """Where they are to be filed, now that their transaction committed."""
    postponed: list[Postponed] = field(default_factory=list)


class _Filing(NamedTuple):
    """Mails that are being moved; ``end`` waits until they are, and raises as the mailbox does."""

    mails: int
    end: Callable[[], None]


@dataclass
class Reception:
    """Receives what is in the inbox. Handling the same bytes twice has the effect of once (law 3)."""

    runtime: Runtime
    mailbox: Mailbox
    verifier: Verifier
    rules: ReadingRules
    trusted: TrustedServers = NOBODY
    _pass: Pass | None = None
    _urgent: UrgentMail = field(default_factory=UrgentMail)

    def receive(self, now: datetime, until: float = math.inf) -> datetime | None:
        """Handle and file what is in the inbox, until the process is asked to stop, or the monotonic time ``until``.

        Returns the time up to which all mail was read by now, or None if some of it waits for the next call. Raises
        Temporary or Permanent if the inbox or the store fails. Raises Postponed, after everything else is done, if a
        mail has to wait.
        """
        refs = self.mailbox.pending()
        with self.runtime.store.snapshot() as work:
            before = work.inbound.handled(refs)
        if fault := self._file(before):
            self._tell_unfiled(str(fault))
        unknown = [ref for ref in refs if ref not in before]
        if self._pass is None or not self._pass.knows(unknown):
            self._pass = Pass.over(unknown, now)
        left, postponed = self._read(self._urgent.first(self.mailbox, unknown, self.runtime.key), now, until)
        if self.runtime.stop() or any(self._pass.has(ref) for ref in left):
            return None
        began, self._pass = self._pass.began, None
        if postponed:
            raise postponed[0]
        return began

    def _read(self, refs: Sequence[Ref], now: datetime, until: float) -> tuple[Sequence[Ref], list[Postponed]]:
        """Handle these mails, a batch at a time; those that are left for lack of time, and why others have to wait.

        A batch is filed while the next one is handled.
        """
        postponed: list[Postponed] = []
        unfiled: dict[Ref, Folder] = {}
        left: Sequence[Ref] = refs
        while left and not self._is_over(until):
            batch = left[:BATCH]
            filed: dict[Ref, Folder] = {}
            seen: set[Ref] = set()
            finishing: list[_Filing] | None = None
            for mails in self._fetched(batch):
                finishing = finishing or self._filing(unfiled)
                group = self._receive_group(mails, now)
                filed |= group.filed
                postponed += group.postponed
                seen |= {mail.ref for mail in mails}
                if self._is_over(until):
                    break
            else:
                seen = set(batch)  # those that are gone need no reading
            _finish(self._filing(unfiled) if finishing is None else finishing)
            unfiled = filed
            left = [*[ref for ref in batch if ref not in seen], *left[BATCH:]]
        self._file(unfiled)
        return left, postponed

    def _is_over(self, until: float) -> bool:
        return bool(self.runtime.stop()) or self.runtime.clock.monotonic() >= until

    def _fetched(self, refs: Sequence[Ref]) -> Iterator[list[Fetched]]:
        """The mails in groups. If the inbox fails, what came before is still handled."""
        group: list[Fetched] = []
        octets = 0
        try:
            for fetched in self.mailbox.fetch(refs):
                group.append(fetched)
                octets += len(fetched.raw or b"")
                if len(group) >= GROUP or octets >= GROUP_OCTETS:
                    yield group
                    group, octets = [], 0
        except (Temporary, Permanent):
            if group:
                yield group
            raise
        if group:
            yield group

    def _receive_group(self, mails: Sequence[Fetched], now: datetime) -> _Group:
        """Handle these mails in one transaction, each as if alone, and return where to file them after it."""
        group = _Group()
        digests = {mail.ref: _digest(mail) for mail in mails}
        with self.runtime.store.snapshot() as work:
            known = work.inbound.folders_of(digests.values())
        understood: dict[str, tuple[Fetched, _Understood | _Act]] = {}
        for mail in mails:
            digest = digests[mail.ref]
            if digest in known or digest in understood:
                continue
            if self.runtime.stop():
                break
            understood[digest] = mail, self._understood(mail, digest)
        in_trouble = self._in_trouble([one for _, one in understood.values() if isinstance(one, _Understood)])
        parts: dict[str, _Part] = {}
        for digest, (mail, one) in understood.items():
            if self.runtime.stop():
                break
            try:
                act = self._prepared(mail, digest, one, in_trouble, now) if isinstance(one, _Understood) else one
                parts[digest] = _Part(mail, digest, act)
            except Postponed as fault:
                group.postponed.append(fault)
        known |= self._commit(parts.values()) if parts else {}
        group.filed = {ref: folder for ref, digest in digests.items() if (folder := known.get(digest))}
        return group

    def _commit(self, parts: Iterable[_Part]) -> dict[str, Folder]:
        """Carry out all parts in one transaction; the folders of the mails that are done. A failure undoes its part."""
        handled: dict[str, Handled] = {}
        with self.runtime.store.transaction() as work:
            for part in parts:
                if self.runtime.stop():
                    break
                with self.runtime.metrics.timed(Step.HANDLING):
                    handled[part.digest] = self._carried_out(work, part)
        for one in handled.values():
            if one.intent != FAULT:
                self.runtime.metrics.handled(one.kind)
                log.info("%-9s %s: %s", one.kind, one.intent, one.reason)
        return {digest: one.folder for digest, one in handled.items() if one.folder}

    def _carried_out(self, work: Work, part: _Part) -> Handled:
        try:
            with work.savepoint():
                return part.act(work)
        except Temporary:
            raise
        except Exception as fault:
            self.runtime.metrics.failed("handler")
            log.exception("handling mail %s failed", part.digest[:12])
            reason = phrase("%(fault)s while handling it", fault=type(fault).__name__)
            return self._count_fault(work, part.fetched, part.digest, reason)

    def _understood(self, fetched: Fetched, digest: str) -> _Understood | _Act:
        """What the mail wants; or what is to be done in a transaction if that cannot be found out."""
        if fetched.problem:
            self.runtime.metrics.failed("mailbox")
            log.warning("mail %s cannot be fetched: %s", fetched.ref.uid, fetched.problem)
            unreadable = phrase("the mail server does not hand it over (%(problem)s)", problem=fetched.problem)
            return lambda work: self._count_fault(work, fetched, digest, unreadable)
        if fetched.raw is None:
            large = phrase("it is larger than we read (%(size)s bytes)", size=fetched.size)
            return lambda work: self._quarantine(work, fetched, digest, large)
        try:
            mail = parse(fetched.raw, fetched.received_at)
            intent = classify(mail, self.rules, self.runtime.key)
            if mail.sender is None and isinstance(intent, Refuse):
                raise Malformed(phrase("its sender cannot be read: %(problem)s", problem=mail.sender_problem))
            return _Understood(mail, intent, request_for(intent))
        except Malformed as why:
            return partial(self._quarantine, fetched=fetched, digest=digest, reason=why.reason)
        except Temporary:
            raise
        except Exception as fault:
            return partial(_fail, fault)

    def _in_trouble(self, understood: Sequence[_Understood]) -> set[Address]:
        """The senders to whom mail has not arrived of late."""
        senders = {one.mail.sender for one in understood if one.mail.sender is not None}
        if not senders:
            return set()
        with self.runtime.store.snapshot() as work:
            return work.bounces.in_trouble(senders)

    def _prepared(
        self, fetched: Fetched, digest: str, one: _Understood, in_trouble: Collection[Address], now: datetime
    ) -> _Act:
        """What is to be done about the mail in a transaction, now that is known who wrote it. Raises Postponed."""
        try:
            verdict = self._verdict(one.mail, one.intent, _needs(one, in_trouble), now)
        except Malformed as why:
            return partial(self._quarantine, fetched=fetched, digest=digest, reason=why.reason)
        except Temporary:
            raise
        except Exception as fault:
            return partial(_fail, fault)
        return lambda work: self._handle(work, fetched, digest, *one, verdict)

    def _handle(
        self,
        work: Work,
        fetched: Fetched,
        digest: str,
        mail: Inbound,
        intent: Intent,
        request: Request[Any],
        verdict: Verdict,
    ) -> Handled:
        """Do what the mail wants."""
        verdict = self._once(work, request.needs, verdict)
        actor = _actor(mail, request.needs, verdict)
        spoken = self._spoken(mail, intent)
        office = self.runtime.office(work, actor, f"mail {digest[:32]}", may_answer=takes_answers(mail), spoken=spoken)
        result = handle(office, mail, intent, verdict, self.rules)
        if verdict.authentic:
            note_sender(office, mail)
        handled = Handled(result.folder, request.kind, type(intent).__name__, result.words)
        work.inbound.record(digest, fetched.ref, fetched.received_at, handled)
        if result.folder is Folder.ATTENTION:
            self._set_aside(work, fetched, digest, phrase("%(words)s", words=result.words))
        return handled

    def _once(self, work: Work, needs: Needs, verdict: Verdict) -> Verdict:
        """The verdict, but a signature proves a request without a token once only: anybody can send it again (A38)."""
        if not verdict.authentic or needs is Needs.AUTHENTIC:
            return verdict
        if work.signatures.seen(verdict.signatures):
            return Verdict(False, phrase("it is a copy of a mail that was acted on before"))
        work.signatures.remember(verdict.signatures, "request", self.runtime.clock.now())
        return verdict

    def _verdict(self, mail: Inbound, intent: Intent, needs: Needs, now: datetime) -> Verdict:
        """Whether the sender can be believed. This may look into the DNS, so only requests that need it ask.

        Raises Postponed if the DNS does not answer and the request cannot do without an answer.
        """
        if needs not in (Needs.AUTHENTIC, Needs.TOKEN_OR_AUTHENTIC, Needs.CONFIRMATION):
            return Verdict(False, "not asked")
        chain: Mapping[str, str] | None = None
        try:
            signatures = self.verifier.signatures(mail.raw, mail.sender.domain) if mail.sender else ()
            if not signatures and may_be_sealed(mail, self.trusted.sealers):
                chain = self.verifier.chain(mail.raw)
        except Temporary as fault:
            verdict = authenticate(mail, (), self.trusted)
            if needs is Needs.AUTHENTIC and not verdict.authentic and now - mail.received_at < KEYS_WITHIN:
                raise Postponed(str(fault)) from None
            return verdict
        verdict = authenticate(mail, signatures, self.trusted, chain)
        if needs is not Needs.AUTHENTIC and verdict.authentic and not self._is_signed(mail, intent, verdict):
            return Verdict(False, phrase("the signature does not cover that the mail is for us"))
        return verdict

    def _is_signed(self, mail: Inbound, intent: Intent, verdict: Verdict) -> bool:
        """Whether the sender of a mail without a token is proven to have asked us for this.

        One to somebody else can be sent on to us, and one to us to the address of a command (A39, A40).
        """
        if not is_to(mail, verdict, Address.parse(self.rules.address)):
            return False
        try:
            return classify(as_covered(mail, verdict), self.rules, self.runtime.key) == intent
        except Malformed:
            return False

    def _spoken(self, mail: Inbound, intent: Intent) -> dict[str, str]:
        """The language of the mail's command; English words say nothing, as every notice names them."""
        language = language_of(mail, intent, self.rules)
        return {mail.sender.base_key: language} if mail.sender and language not in ("", "en") else {}

    def _quarantine(self, work: Work, fetched: Fetched, digest: str, reason: Phrase) -> Handled:
        """Keep the raw message for a person, who is told once; nothing else changes."""
        handled = Handled(Folder.ATTENTION, MailKind.QUARANTINE, "Malformed", reason)
        work.inbound.record(digest, fetched.ref, fetched.received_at, handled)
        self._set_aside(work, fetched, digest, reason)
        return handled

    def _count_fault(self, work: Work, fetched: Fetched, digest: str, reason: Phrase) -> Handled:
        """Count the failure; after ``TRIES`` of them, a person gets the mail (F10, F13)."""
        faults = work.inbound.faults(digest) + 1
        folder = Folder.ATTENTION if faults >= TRIES else None
        handled = Handled(folder, MailKind.QUARANTINE, FAULT, reason)
        work.inbound.record(digest, fetched.ref, fetched.received_at, handled, faults)
        if folder:
            self._set_aside(work, fetched, digest, reason)
        return handled

    def _set_aside(self, work: Work, fetched: Fetched, digest: str, reason: Phrase) -> None:
        """Keep a mail that waits for a person, and tell the secretary, who may release or refuse it by a reply."""
        office = self.runtime.office(work, "", f"mail {digest[:32]}")
        office.record("quarantined", digest[:12], reason=reason)
        number = work.inbound.number_of(digest)
        is_kept = fetched.raw is not None and len(fetched.raw) <= KEPT
        if is_kept and fetched.ref.mailbox != HANDED_OVER:
            work.attention.keep(number, fetched.raw or b"")
        values = {
            "reason": reason,
            "can_be_released": is_kept or fetched.ref.mailbox == HANDED_OVER,
            "handed_over": fetched.ref.mailbox == HANDED_OVER,
            "command": f"mailer incoming show {number} --raw",
            "folder": Folder.ATTENTION.value,
            "received": fetched.received_at,
            "size": fetched.size,
        }
        about = phrase("mail %(number)s in Attention", number=number)
        state, once = Folder.ATTENTION.value, f"attention {digest}"
        to = office.rules.secretary
        write_to_staff(office, to, "attention", values, kind=KIND, subject=number, state=state, about=about, once=once)

    def _file(self, refs: Mapping[Ref, Folder]) -> Temporary | Permanent | None:
        """Move handled mails to their folders, and return why the server refuses, if it does.

        A refusal holds up nothing, because the store knows which mails are handled (F6).
        """
        return _finish(self._filing(refs))

    def _filing(self, refs: Mapping[Ref, Folder]) -> list[_Filing]:
        """Begin to move mails to their folders."""
        begun: list[_Filing] = []
        for folder in Folder:
            if mine := [ref for ref, place in refs.items() if place is folder]:
                try:
                    begun.append(_Filing(len(mine), self.mailbox.begin_filing(mine, folder)))
                except (Temporary, Permanent) as fault:
                    begun.append(_Filing(len(mine), partial(_raise, fault)))
                    break
        return begun

    def _tell_unfiled(self, reason: str) -> None:
        """Tell the secretary, once a day, that the server does not move mail: most likely it is full (F6)."""
        with self.runtime.store.transaction() as work:
            office = self.runtime.office(work, "", "filing")
            office.tell_secretary("unfiled", {"reason": reason}, once=f"unfiled {office.today}")


def _finish(filing: Iterable[_Filing]) -> Temporary | Permanent | None:
    """Wait until mails are moved; the first fault, if there is one."""
    first: Temporary | Permanent | None = None
    for moving in filing:
        try:
            moving.end()
        except (Temporary, Permanent) as fault:
            log.warning("%d handled mails stay in the inbox: %s", moving.mails, fault)
            first = first or fault
    return first


def _raise(fault: Exception) -> NoReturn:
    raise fault


def _fail(fault: Exception, work: Work) -> NoReturn:
    raise fault


def _digest(fetched: Fetched) -> str:
    """The identity of the mail: of its bytes, or of its place on the server if it is too large to fetch."""
    identity = fetched.raw if fetched.raw is not None else repr(fetched.ref).encode()
    return hashlib.sha256(identity).hexdigest()


def _needs(one: _Understood, in_trouble: Collection[Address]) -> Needs:
    """What the request needs; and whether the sender is authentic, if mail to them has not arrived of late."""
    needs = one.request.needs
    if one.request.kind in REPORTS or needs not in (Needs.NOTHING, Needs.TOKEN) or one.mail.sender not in in_trouble:
        return needs
    return Needs.TOKEN_OR_AUTHENTIC


def _actor(mail: Inbound, needs: Needs, verdict: Verdict) -> str:
    """Who stands in the audit trail; a request that needs an authentic sender is not yet that person's act."""
    sender = str(mail.sender or "")
    return f"unproven: {sender}" if needs is Needs.AUTHENTIC and not verdict.authentic else sender
