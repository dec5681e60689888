"""From a row of the outbox to the mail that goes out: the issue composed once, each reader's own words filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailer.desk import Rules
from mailer.issues.model import Slot
from mailer.lists.model import Contact, Format
from mailer.message import Address, Envelope, Outgoing
from mailer.outbox.compose import LEAVE, MESSAGE_ID, TO, issue_stencil
from mailer.outbox.mime import Stencil, mailbox_text
from mailer.outbox.model import Due
from mailer.ports import Signer, Store
from mailer.tokens import Purpose, TokenKey


class _Unsigned:
    """ports.Signer where the relay signs, or nobody does."""

    def of(self, stencil: Stencil) -> Callable[[Sequence[bytes]], bytes]:
        """As ports.Signer says."""
        return lambda filled: b""


UNSIGNED = _Unsigned()


@dataclass(frozen=True, slots=True)
class _Signed:
    """A stencil, and how its copies are signed."""

    stencil: Stencil
    signature: Callable[[Sequence[bytes]], bytes]

    def fill(self, values: Mapping[str, str]) -> list[bytes]:
        """As Stencil.fill, the signature in front."""
        filled = self.stencil.fill(values)
        return [self.signature(filled), *filled]


class Copies:
    """Composes copies and signs them; keeps each issue's stencils, one for each format."""

    def __init__(self, store: Store, rules: Rules, key: TokenKey, signer: Signer) -> None:
        self._store = store
        self._rules = rules
        self._key = key
        self._signer = signer
        self._stencils: dict[tuple[int, Format], _Signed] = {}

    def __call__(self, row: Due) -> Outgoing:
        envelope = Envelope(self._bounce_address(row), (row.recipient,))
        if row.payload is not None:
            return Outgoing((row.id,), envelope, self._signed(Stencil((row.payload,))).fill({}))
        assert row.issue is not None and row.contact is not None
        wanted = row.contact.details.format or self._rules.format
        parts = self._stencil(row.issue, wanted).fill(self._values(row, row.contact))
        return Outgoing((row.id,), envelope, parts, row.issue)

    def _bounce_address(self, row: Due) -> str:
        """The envelope sender: a bounce to it names this very row (VERP)."""
        return str(self._rules.to(self._key.token(Purpose.BOUNCE, row.id)))

    def _signed(self, stencil: Stencil) -> _Signed:
        return _Signed(stencil, self._signer.of(stencil))

    def _stencil(self, issue_id: int, wanted: Format) -> _Signed:
        if (issue_id, wanted) not in self._stencils:
            self._stencils[issue_id, wanted] = self._signed(self._composed(issue_id, wanted))
        return self._stencils[issue_id, wanted]

    def _composed(self, issue_id: int, wanted: Format) -> Stencil:
        with self._store.snapshot() as work:
            issue = work.issues.issue_by_id(issue_id)
            assert issue is not None and issue.edition is not None and issue.started_at is not None
            edition = work.issues.edition(issue.edition)
        publication = self._rules.publication(issue.publication)
        return issue_stencil(
            edition,
            publication,
            issue.number,
            wanted,
            sender=replace(self._rules.sender, name=publication.title),
            date=issue.again_at or issue.started_at,
            one_click=bool(self._rules.url),
        )

    def _values(self, row: Due, reader: Contact) -> dict[str, str]:
        links = self._rules.leave_links(self._key.token(Purpose.LEAVE, reader.id))
        local, _, domain = row.recipient.rpartition("@")
        return {
            TO: mailbox_text(Address(local, domain, reader.details.name)),
            MESSAGE_ID: row.message_id,
            LEAVE: ",\r\n ".join(f"<{link}>" for link in reversed(links)),
            Slot.GREETING: reader.greeting,
            Slot.RECIPIENT: row.recipient,
            Slot.LEAVE: links[0],
        }
