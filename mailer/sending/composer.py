"""Turns outbox rows into mails: a mailing is composed once, and then filled in for each reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from email.utils import format_datetime
from typing import NamedTuple

from mailer.compose.forms import form_digest, line, require_fit
from mailer.compose.forwarding import FORWARDER
from mailer.compose.mailings import DATE, MESSAGE_ID, REPORT, TO, TOKEN
from mailer.compose.mime import CRLF, NamedTemplate, named
from mailer.errors import NotGranted
from mailer.message import Envelope, MailTemplate, Outgoing
from mailer.model.forms import Forms
from mailer.model.issues import Marker, Wording
from mailer.model.lists import Format, Scope, ScopeKind
from mailer.model.mailings import Mailing, MailingKind
from mailer.model.outbox import Due
from mailer.model.publications import Publication
from mailer.model.rules import Rules
from mailer.office import Office
from mailer.ports import Signer, Work
from mailer.runtime import Runtime
from mailer.sending.content import Contents, Notices
from mailer.sending.issues import EditionContents, IssueContents
from mailer.sending.press import PressNotices
from mailer.sending.reviews import ReviewNotices
from mailer.tokens import MAC_LENGTH, Purpose, Token

CONTENTS: Mapping[MailingKind, Callable[[Rules], Contents]] = {
    MailingKind.ISSUE: IssueContents,
    MailingKind.COPIES: IssueContents,
    MailingKind.EDITION: EditionContents,
    MailingKind.EDITION_COPIES: EditionContents,
}
"""The content provider of each kind of mailing whose copies are filled into a template."""

NOTICES: Mapping[MailingKind, Notices] = {
    MailingKind.PRESS: PressNotices(),
    MailingKind.REVIEW: ReviewNotices("review"),
    MailingKind.REVIEW_REMINDER: ReviewNotices("review-reminder"),
}
"""The content provider of each kind of mailing whose copies are composed one by one."""

_ANY_TOKEN = Token(Purpose.LEAVE, 0, "a" * MAC_LENGTH)
"""A token of the right shape, to find the place of tokens in addresses."""


class SignedTemplate:
    """A template with one more value at its top: the signatures."""

    def __init__(self, template: NamedTemplate, signer: Signer) -> None:
        self._template = template
        self._signature = signer.of(template.template)
        self.template = MailTemplate(template.template.placeholders, CRLF, *template.template.pieces)
        self._last: tuple[tuple[bytes, ...] | None, tuple[bytes, ...]] = (None, ())

    def values(self, values: Mapping[str, str]) -> tuple[bytes, ...]:
        """As NamedTemplate.values, with the signatures. A mail equal to the last one is not signed again."""
        filled = self._template.values(values)
        last, signed = self._last
        if filled != last:
            signed = (*filled, self._signature(filled))
            self._last = filled, signed
        return signed


class _Prepared(NamedTuple):
    """What the copies of a mailing share that have one edition in one format."""

    mailing: Mailing
    template: NamedTemplate | SignedTemplate
    publication: Publication
    wording: Wording
    leave_token: Callable[[int], str]
    """Gives the token with which a reader (by id) leaves the publication."""


class Composer:
    """ledger.MailComposer that composes when asked, and signs if there is a signer.

    It keeps the templates of a mailing, one for each edition and format, as long as the mailing does not change:
    workers come back to it batch after batch. When it loads a mailing it holds everything against the board's grant
    (law 4), and then sends those very bytes from memory, so a copy costs nothing more.
    """

    def __init__(self, runtime: Runtime, signer: Signer | None) -> None:
        rules, key = runtime.rules, runtime.key
        self._runtime = runtime
        self._store = runtime.store
        self._clock = runtime.clock
        self._dated = 0.0, ""  # until when, on the monotonic clock, a Date field is right
        self._rules = rules
        self._row_token = key.writer(Purpose.BOUNCE)
        self._shared_token = key.writer(Purpose.SHARED)
        self._key = key
        self._signer = signer
        self._contents = {kind: contents(rules) for kind, contents in CONTENTS.items()}
        self._granted: dict[int, tuple[Mailing, Forms]] = {}  # by mailing
        self._prepared: dict[tuple[int, int, Format], _Prepared] = {}  # by mailing, edition and format
        self._wanted: dict[tuple[int, str, str | None], _Prepared] = {}  # by mailing, reader's language and format
        self._of_notices: dict[int, Mailing] = {}  # mailings whose copies are composed one by one
        # Bounces of each row come back to its own address (VERP), in which only the token differs.
        self._bounce_address_parts = str(rules.to(_ANY_TOKEN)).split(str(_ANY_TOKEN))

    def refresh(self) -> None:
        """Call before each drain: forgets mailings that have changed or ended."""
        self._of_notices = {}
        if self._granted:
            with self._store.snapshot() as work:
                unfinished = set(work.mailings.unfinished())
            self._granted = {key: one for key, one in self._granted.items() if one[0] in unfinished}
            self._prepared = {key: one for key, one in self._prepared.items() if one.mailing in unfinished}
            self._wanted = {key: one for key, one in self._wanted.items() if one.mailing in unfinished}

    def expect(self, rows: Sequence[Due]) -> None:
        """Does nothing: each mail is composed when it is asked for."""

    def __call__(self, row: Due) -> Outgoing:
        """Raises NotGranted if the row's mailing is not what a board has granted."""
        if row.mailing is None:
            assert row.payload is not None
            return self._notice(row, row.payload)
        assert row.contact is not None
        require_fit(row.message_id, row.recipient)
        wanted = row.mailing, row.language, row.format
        prepared = self._wanted.get(wanted) or self._prepare(*wanted)
        if prepared is None:
            return self._notice(row, self._composed(row, self._of_notices[row.mailing]))
        template, is_personal = prepared.template, prepared.publication.personal
        token = self._row_token(row.id) if is_personal else self._shared_token(row.mailing)
        if is_personal:
            own = self._values(row, prepared.leave_token(row.contact), prepared.wording)
        else:
            own = self._shared_values(row, prepared.publication, prepared.wording)
        own[REPORT] = token
        envelope, values = self._envelope(row, token), template.values(own)
        return Outgoing((row.id,), envelope, template.template, values, row.mailing, alike=not is_personal)

    def _envelope(self, row: Due, token: str) -> Envelope:
        return Envelope(token.join(self._bounce_address_parts), (row.recipient,), token)

    def _signed(self, template: NamedTemplate) -> NamedTemplate | SignedTemplate:
        return SignedTemplate(template, self._signer) if self._signer else template

    def _notice(self, row: Due, payload: bytes) -> Outgoing:
        notice = self._signed(NamedTemplate([payload]))
        envelope = self._envelope(row, self._row_token(row.id))
        return Outgoing((row.id,), envelope, notice.template, notice.values({}), row.mailing)

    def _composed(self, row: Due, mailing: Mailing) -> bytes:
        with self._store.snapshot() as work:
            return NOTICES[mailing.kind].compose(self._office(work), mailing, row)

    def _prepare(self, mailing_id: int, language: str, wanted: str | None) -> _Prepared | None:
        """What a reader's copies are made from; None if each is composed by itself.

        ``language`` is empty, and ``wanted``, a format, is None if the reader has not chosen one.
        """
        if mailing_id in self._of_notices:
            return None
        chosen = Format(wanted) if wanted else self._rules.format
        with self._store.snapshot() as work:
            mailing = work.mailings.by_id(mailing_id)
            if mailing.kind in NOTICES:
                self._of_notices[mailing_id] = mailing
                return None
            if mailing_id not in self._granted:
                self._granted[mailing_id] = mailing, self._contents[mailing.kind].granted(self._office(work), mailing)
            edition = self._contents[mailing.kind].edition(work, mailing, language)
            key = mailing_id, edition, chosen
            prepared = self._prepared.get(key) or self._compose_template(work, mailing, edition, chosen)
        self._prepared[key] = self._wanted[mailing_id, language, wanted] = prepared
        return prepared

    def _compose_template(self, work: Work, mailing: Mailing, edition: int, wanted: Format) -> _Prepared:
        publication = self._rules.publication(mailing.publication)
        content = self._contents[mailing.kind].content(work, mailing, edition, wanted)
        _, granted = self._granted[mailing.id]
        if form_digest(content.template, content.wording) != granted.get(content.form):
            raise NotGranted("What is stored has changed in this moment, and is not what the board approved.")
        scope = work.lists.scopes()[Scope(ScopeKind.PUBLICATION, mailing.publication)]
        leave_token = self._key.writer(Purpose.LEAVE, scope)
        return _Prepared(mailing, self._signed(content.template), publication, content.wording, leave_token)

    def _office(self, work: Work) -> Office:
        return self._runtime.office(work, "mailer", "sending")

    def _date(self) -> str:
        """The Date field of a copy that leaves now (E19). It is written anew only when a second has passed."""
        until, text = self._dated
        if self._clock.monotonic() >= until:
            now = self._clock.now()
            text = format_datetime(now.replace(microsecond=0))
            self._dated = self._clock.monotonic() + 1 - now.microsecond / 1e6, text
        return text

    def _values(self, row: Due, leave_token: str, wording: Wording) -> dict[str, str]:
        name = line(row.name)
        return {
            TO: named(name, row.recipient),
            DATE: self._date(),
            MESSAGE_ID: row.message_id,
            TOKEN: leave_token,
            Marker.GREETING: wording.greet(name, line(row.organisation)),
            Marker.RECIPIENT: row.recipient,
            FORWARDER: wording.a_reader,
        }

    def _shared_values(self, row: Due, publication: Publication, wording: Wording) -> dict[str, str]:
        """The values for all rows with the same Message-ID. The mail is addressed only to ourselves."""
        return {
            TO: named(publication.title, str(self._rules.address)),
            DATE: self._date(),
            MESSAGE_ID: row.message_id,
            Marker.GREETING: wording.greeting_to_all,
            Marker.RECIPIENT: wording.readers,
            FORWARDER: wording.a_reader,
        }
