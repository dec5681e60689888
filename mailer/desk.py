"""What every handler has at hand: one transaction, the office's rules, the time, and the way to write a mail.

A handler changes state through ``work``, leaves a line in the audit trail with ``record``, and writes mails with
``write``; all three are one transaction, so that a mail is queued if and only if its cause took effect (law 2).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote

from mailer.approvals.model import BoardRules
from mailer.errors import Refused
from mailer.issues.model import Identity, Publication
from mailer.lists.model import Format, ListRules, SignupRules
from mailer.message import Address
from mailer.outbox.compose import Attachment, compose_notice
from mailer.outbox.model import Draft
from mailer.ports import Renderer, Work
from mailer.tokens import Purpose, Token, TokenKey


@dataclass(frozen=True, slots=True)
class Rules:
    """The office as its configuration describes it, in plain values."""

    name: str
    address: Address
    secretary: Address
    plus: bool
    """Whether mail to ``base+detail`` reaches the office; where not, tokens travel in Message-IDs and subjects."""
    url: str
    """The public base of one-click links, or empty."""
    timezone: tzinfo
    """In which times are written for people."""
    grace: timedelta
    """How late a scheduled issue may still start by itself."""
    format: Format
    """What readers get who did not say."""
    lists: Mapping[str, ListRules]
    publications: Mapping[str, Publication]
    signup: SignupRules
    board: BoardRules
    identity: Identity

    @property
    def sender(self) -> Address:
        """The office as the From of everything it sends."""
        return Address(self.address.local, self.address.domain, self.name)

    def publication(self, key: str) -> Publication:
        """Raises Refused, naming those that there are."""
        try:
            return self.publications[key]
        except KeyError:
            known = ", ".join(self.publications)
            raise Refused(f"There is no publication “{key}” in the configuration; there are: {known}.") from None

    def titles(self, keys: Sequence[str]) -> list[str]:
        """The lists' titles, in the configuration's order."""
        return [rules.title for key, rules in self.lists.items() if key in keys]

    def received(self, keys: Sequence[str]) -> list[str]:
        """What members of these lists get, in their words: publications, or a list's own title where it gets none."""
        sent = [made.title for made in self.publications.values() if set(made.lists) & set(keys)]
        reached = {key for made in self.publications.values() for key in made.lists}
        return sent + self.titles([key for key in keys if key not in reached])

    def when(self, time: datetime) -> str:
        """A time for people: ``Friday 4 December 2026, 18:00 CET``."""
        local = time.astimezone(self.timezone)
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"

    def typed(self, publication: str, number: int) -> str:
        """How an issue is named at the command line: ``1``, or ``1 -p member-update``."""
        return f"{number}" if publication == next(iter(self.publications)) else f"{number} -p {publication}"

    def to(self, detail: object) -> Address:
        """Where mail about ``detail``, a token or a word, comes to."""
        return self.address.plus(str(detail)) if self.plus else self.address

    def link(self, detail: object, subject: str, body: str = "") -> str:
        """A ``mailto:`` link with the mail prepared (RFC 6068)."""
        return mailto(self.to(detail), subject if self.plus else f"{subject} {detail}".strip(), body)

    @property
    def leave_link(self) -> str:
        """A way to leave that does not know who takes it: the sender has to confirm it (B4)."""
        return self.link("unsubscribe", "")

    def leave_links(self, token: Token) -> tuple[str, ...]:
        """Ways to leave, the best for a mail client's button first: https where configured, then mailto."""
        mail = self.link(token, "unsubscribe")
        return (f"{self.url.rstrip('/')}/leave/{token}", mail) if self.url else (mail,)


def mailto(address: Address, subject: str, body: str = "") -> str:
    """RFC 6068: everything but unreserved characters is percent-encoded."""
    fields = {"subject": subject, "body": body}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
    return f"mailto:{quote(str(address), safe='@+')}" + (f"?{query}" if query else "")


def duration(span: timedelta) -> str:
    """A length of time as a person says it: ``under a minute``, ``12 minutes``, ``3 h 20 min``, ``6 days``."""
    minutes = round(span.total_seconds() / 60)
    if span < timedelta(minutes=1):
        return "under a minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    if span < timedelta(days=3):
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{round(span / timedelta(days=1))} days"


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction's worth of work, on behalf of somebody."""

    work: Work
    rules: Rules
    renderer: Renderer
    key: TokenKey
    now: datetime
    actor: str
    """Who causes what is done: an address, or the account at the command line."""
    cause: str
    """By what: ``mail 3fa9…`` or ``command issue submit``."""

    def token(self, purpose: Purpose, subject: int) -> Token:
        return self.key.token(purpose, subject)

    def record(self, action: str, subject: str, **detail: object) -> None:
        """A line in the audit trail. Tokens never go there."""
        self.work.audit.add(self.now, self.actor, self.cause, action, subject, detail)

    def hand_out(self) -> None:
        """Make jobs of what there is to do, where workers do it."""
        if self.work.jobs is not None:
            self.work.jobs.receive()
            self.work.jobs.converse()
            self.work.jobs.deliver(self.work.workers.batches(self.now, self.work.jobs.batch))

    def write(
        self,
        to: Address,
        name: str,
        values: Mapping[str, object],
        *,
        token: Token | None = None,
        reply_to: Address | None = None,
        in_reply_to: str = "",
        once: str = "",
        attachments: Sequence[Attachment] = (),
    ) -> bool:
        """Queue the notice ``name``; False where the same cause has queued it before.

        A reply comes to ``token``'s own address, and its Message-ID carries the token too, for providers without
        plus-addressing. ``once`` stands in for the cause where a limit spans several mails: ``"help 2026-11-23"``.
        """
        cause = once or f"{self.cause}: {name}"
        office = {"office": self.rules.name, "office_address": str(self.rules.address)}
        notice = self.renderer.notice(name, {**office, "secretary": str(self.rules.secretary), **values})
        own = hashlib.sha256(self.key.secret + f"{cause}\0{to.key}".encode()).hexdigest()[:20]
        message_id = f"<{token or name}.{own}@{self.rules.address.domain}>"
        payload = compose_notice(
            notice,
            sender=self.rules.sender,
            to=to,
            reply_to=reply_to or (self.rules.to(token) if token else self.rules.address),
            message_id=message_id,
            date=self.now,
            in_reply_to=in_reply_to,
            attachments=attachments,
        )
        added = self.work.outbox.add(Draft(cause, str(to), message_id, payload), self.now)
        if added and self.work.jobs is not None:
            self.work.jobs.converse()
        return added

    def tell_secretary(self, name: str, values: Mapping[str, object], **options: Any) -> bool:
        """Queue a notice to the secretary."""
        return self.write(self.rules.secretary, name, values, **options)

    @property
    def today(self) -> str:
        """What limits of one a day go by (UTC)."""
        return f"{self.now:%Y-%m-%d}"
