"""From a row of the outbox to the mail that goes out: the issue composed once, each reader's own words filled in."""

from __future__ import annotations

from dataclasses import replace

from mailer.desk import Rules
from mailer.issues.model import Slot
from mailer.lists.model import Contact, Format
from mailer.message import Address, Envelope, Outgoing
from mailer.outbox.compose import LEAVE, MESSAGE_ID, TO, issue_stencil
from mailer.outbox.mime import Stencil, mailbox_text
from mailer.outbox.model import Due
from mailer.ports import Store
from mailer.tokens import Purpose, TokenKey


class Copies:
    """Composes copies; keeps each issue's stencils, one for each format."""

    def __init__(self, store: Store, rules: Rules, key: TokenKey) -> None:
        self._store = store
        self._rules = rules
        self._key = key
        self._stencils: dict[tuple[int, Format], Stencil] = {}

    def __call__(self, row: Due) -> Outgoing:
        envelope = Envelope(self._bounce_address(row), row.recipient)
        if row.payload is not None:
            return Outgoing(row.id, envelope, (row.payload,))
        assert row.issue is not None and row.contact is not None
        wanted = row.contact.details.format or self._rules.format
        return Outgoing(
            row.id, envelope, self._stencil(row.issue, wanted).fill(self._values(row, row.contact)), row.issue
        )

    def _bounce_address(self, row: Due) -> str:
        """The envelope sender: a bounce to it names this very row (VERP)."""
        return str(self._rules.to(self._key.token(Purpose.BOUNCE, row.id)))

    def _stencil(self, issue_id: int, wanted: Format) -> Stencil:
        if (issue_id, wanted) not in self._stencils:
            self._stencils[issue_id, wanted] = self._composed(issue_id, wanted)
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
            date=issue.started_at,
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
