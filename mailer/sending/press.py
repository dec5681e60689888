"""The copies of a press release: the document as it was granted, with a link to leave the list of journalists."""

from __future__ import annotations

from collections.abc import Iterator

from mailer import grants
from mailer.compose.forms import line
from mailer.compose.notices import Attachment, compose_notice
from mailer.errors import NotGranted
from mailer.message import Address
from mailer.model.criteria import Printed
from mailer.model.library import Version
from mailer.model.lists import Scope, ScopeKind
from mailer.model.mailings import Mailing
from mailer.model.media_types import media_type_of
from mailer.model.notices import DraftEdition
from mailer.model.outbox import Due
from mailer.model.parts import divided
from mailer.office import Office
from mailer.tokens import Purpose


class PressNotices:
    """content.Notices for press releases. Each copy asks for the grant, which an embargo is a part of (law 4)."""

    def compose(self, office: Office, mailing: Mailing, row: Due) -> bytes:
        version = office.work.library.version(mailing.subject)
        if version is None or row.contact is None:
            raise NotGranted("This press release is not in the store any more.")
        printed = grants.require_document(office, version)
        to = Address.parse(row.recipient, line(row.name))
        (key,) = mailing.lists
        scope = office.work.lists.scopes().get(Scope(ScopeKind.LIST, key))
        leave = office.token(Purpose.LEAVE, row.contact, scope) if scope else None
        links = office.rules.leave_links(leave) if leave else ()
        values = {"title": version.title, "text": printed.text, "leave": links[0] if links else ""}
        drafts = [DraftEdition(version.language, printed.text, printed.html)]
        return compose_notice(
            office.compose(to, "press-release", values, version.language, drafts),
            sender=office.rules.sender,
            to=to,
            reply_to=office.rules.address,
            message_id=row.message_id,
            date=office.now,
            help=office.rules.help_link,
            leave=links,
            attachments=list(_attachments(office, version, printed)),
        )


def _attachments(office: Office, version: Version, printed: Printed) -> Iterator[Attachment]:
    """The PDF, and as many of its files as there is room for."""
    pdf = f"{version.stem}.pdf"
    given = {pdf: printed.pdf, **office.work.library.files(version.id)}
    parts = divided({name: len(data) for name, data in given.items()}, office.rules.press.attach_bytes, 1)
    for name in parts.mails[0] if parts.mails else ():
        yield Attachment(name, media_type_of(name), given[name])
