"""The ways to tell the secretary of an outage; each needs something else to work."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from mailer.compose.notices import compose_notice
from mailer.message import Envelope
from mailer.model.health import Part
from mailer.ports import Folder
from mailer.ports.health import WayToTell
from mailer.sending.single import send_one

if TYPE_CHECKING:
    from mailer.app.root import App


def ways_of(app: App) -> Mapping[Part, Sequence[WayToTell]]:
    """For an outage of each part, the ways that do not need it, the best first."""
    by_mail, directly = QueuedMail(app), DirectMail(app)
    in_mailbox = (MailboxNote(app),) if app.settings.imap.host else ()
    return {
        Part.MAILBOX: (by_mail, directly),
        Part.RELAY: in_mailbox,
        Part.STORE: (directly, *in_mailbox),
    }


class QueuedMail:
    """A mail by the outbox, as any other; of several workers only one tells within an hour."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, notice: str, values: Mapping[str, object]) -> None:
        with self._app.open_store().transaction() as work:
            office = self._app.office(work, "mailer", "watch")
            office.tell_secretary(notice, values, once=f"{notice} {values['part']} {office.now:%Y-%m-%d %H}")


class _OwnMail:
    """A mail that is composed without the store."""

    def __init__(self, app: App) -> None:
        self._app = app

    def compose(self, notice: str, values: Mapping[str, object]) -> bytes:
        rules = self._app.rules
        own = {"office": rules.name, "office_address": str(rules.address), "secretary": str(rules.secretary)}
        return compose_notice(
            self._app.renderer.notice(notice, {**own, **values}, rules.language),
            sender=rules.sender,
            to=rules.secretary,
            reply_to=rules.address,
            message_id=f"<{notice}.{secrets.token_hex(10)}@{rules.address.domain}>",
            date=self._app.clock.now(),
            help=rules.help_link,
        )


class DirectMail(_OwnMail):
    """A mail to the relay that no store records."""

    def __call__(self, notice: str, values: Mapping[str, object]) -> None:
        rules = self._app.rules
        envelope = Envelope(str(rules.address), (str(rules.secretary),))
        with closing(self._app.transport()) as transport:
            send_one(transport, self.compose(notice, values), envelope, self._app.signer())


class MailboxNote(_OwnMail):
    """An unread, flagged mail in the office's own folder Attention, where the secretary looks."""

    def __call__(self, notice: str, values: Mapping[str, object]) -> None:
        with closing(self._app.imap_mailbox()) as mailbox:
            mailbox.leave_note(self.compose(notice, values), Folder.ATTENTION)
