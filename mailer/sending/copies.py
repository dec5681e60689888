"""From a row of the outbox to the mail that goes out: the issue composed once, each reader's own words filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from mailer.compose.issues import MESSAGE_ID, TO, TOKEN, issue_template
from mailer.compose.mime import CRLF, NamedTemplate, named
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.issues import Marker, Wording
from mailer.model.lists import Format, Scope, ScopeKind
from mailer.model.mailings import Mailing
from mailer.model.outbox import Due
from mailer.model.publications import Publication
from mailer.ports import Signer
from mailer.runtime import Runtime
from mailer.tokens import MAC_LENGTH, Purpose, Token

_ANY_TOKEN = Token(Purpose.LEAVE, 0, "a" * MAC_LENGTH)
"""Stands in a template where a genuine one will."""


class _Signed:
    """A stencil with room for signatures in front, which are one more value."""

    def __init__(self, template: NamedTemplate, signer: Signer) -> None:
        self._stencil = template
        self._signature = signer.of(template.template)
        self.template = MailTemplate(template.template.placeholders, CRLF, *template.template.pieces)
        self._last: tuple[tuple[bytes, ...] | None, tuple[bytes, ...]] = (None, ())

    def values(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """As NamedTemplate.values, and the signatures; the same mail as the last one is not signed again."""
        filled = self._stencil.values(values)
        last, signed = self._last
        if filled != last:
            signed = (*filled, self._signature(filled))
            self._last = filled, signed
        return signed


class _Copy(NamedTuple):
    mailing: Mailing
    template: NamedTemplate | _Signed
    publication: Publication
    wording: Wording
    leave_token: Callable[[int], str]
    """From a reader to the token with which they leave the publication."""


class Composer:
    """Composes copies, and signs them where there is a signer; keeps each mailing's templates, one for each format.

    They are kept for as long as the mailing does not change: workers come back to it batch after batch.
    """

    def __init__(self, runtime: Runtime, signer: Signer | None) -> None:
        rules, key = runtime.rules, runtime.key
        self._store = runtime.store
        self._rules = rules
        self._of_row = key.words(Purpose.BOUNCE)
        self._of_mailing = key.words(Purpose.SHARED)
        self._key = key
        self._signer = signer
        self._made: dict[tuple[int, str | None], _Copy] = {}
        # A bounce comes back to an address that names this very row (VERP); only the token in it differs.
        self._bounces = str(rules.to(_ANY_TOKEN)).split(str(_ANY_TOKEN))
        self._leave = [link.replace(str(_ANY_TOKEN), TOKEN) for link in rules.leave_links(_ANY_TOKEN)]

    def look_again(self) -> None:
        """Call before each delivery: a mailing may be finished by now, or be sent once more."""
        if self._made:
            with self._store.snapshot() as work:
                now = {mailing.id: mailing for mailing in work.mailings.unfinished()}
            self._made = {key: made for key, made in self._made.items() if made.mailing == now.get(key[0])}

    def expect(self, rows: Sequence[Due]) -> None:
        """As ledger.Copies says; each mail is composed when it is asked for."""

    def __call__(self, row: Due) -> Outgoing:
        if row.payload is not None:
            notice = self._signed(NamedTemplate([row.payload]))
            return Outgoing((row.id,), self._envelope(row, self._of_row(row.id)), notice.template, notice.values({}))
        assert row.mailing is not None and row.contact is not None
        made = self._made.get((row.mailing, row.format)) or self._make(row.mailing, row.format)
        template = made.template
        if made.publication.personal:
            values = template.values(self._values(row, made.leave_token(row.contact), made.wording))
            return Outgoing(
                (row.id,), self._envelope(row, self._of_row(row.id)), template.template, values, row.mailing
            )
        values = template.values(self._values_of_all(row, made.publication, made.wording))
        envelope = self._envelope(row, self._of_mailing(row.mailing))
        return Outgoing((row.id,), envelope, template.template, values, row.mailing, alike=True)

    def _envelope(self, row: Due, token: str) -> Envelope:
        return Envelope(token.join(self._bounces), (row.recipient,), token)

    def _signed(self, template: NamedTemplate) -> NamedTemplate | _Signed:
        return _Signed(template, self._signer) if self._signer else template

    def _make(self, mailing_id: int, wanted: str | None) -> _Copy:
        """For those who want that format, or did not say."""
        made = self._made[mailing_id, wanted] = self._composed(
            mailing_id, Format(wanted) if wanted else self._rules.format
        )
        return made

    def _composed(self, mailing_id: int, wanted: Format) -> _Copy:
        with self._store.snapshot() as work:
            mailing = work.mailings.by_id(mailing_id)
            issue = work.issues.issue_by_id(mailing.subject)
            assert issue is not None and issue.edition is not None
            edition = work.issues.edition(issue.edition)
            scope = work.lists.scopes()[Scope(ScopeKind.PUBLICATION, mailing.publication)]
        publication = self._rules.publication(issue.publication)
        template = issue_template(
            edition,
            publication,
            issue.number,
            wanted,
            sender=replace(self._rules.sender, name=publication.title),
            date=mailing.began_at,
            leave=self._leave if publication.personal else [self._rules.leave_link],
        )
        leave_token = self._key.words(Purpose.LEAVE, scope)
        return _Copy(mailing, self._signed(template), publication, edition.wording, leave_token)

    def _values(self, row: Due, leave_token: str, wording: Wording) -> dict[str, str]:
        return {
            TO: named(row.name, row.recipient),
            MESSAGE_ID: row.message_id,
            TOKEN: leave_token,
            Marker.GREETING: wording.greet(row.name, row.organisation),
            Marker.RECIPIENT: row.recipient,
        }

    def _values_of_all(self, row: Due, publication: Publication, wording: Wording) -> dict[str, str]:
        """The same for all who have the same Message-ID; the mail is addressed to nobody but ourselves."""
        return {
            TO: named(publication.title, str(self._rules.address)),
            MESSAGE_ID: row.message_id,
            Marker.GREETING: wording.greeting_to_all,
            Marker.RECIPIENT: wording.readers,
        }
