"""Mail that was filed, to be read again where it lies, after a restore from a backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.imap_answers import BoundedClient
from mailer.adapters.imap_settings import ImapSettings
from mailer.ports import Fetched, Folder, Ref


class FiledMail(ImapMailbox):
    """ports.Mailbox over a folder of handled mail, from a time on. It moves nothing."""

    def __init__(
        self, settings: ImapSettings, folder: Folder, since: datetime, before_each: Callable[[datetime], object]
    ) -> None:
        """``before_each`` is called with the time at which each mail came, before the mail is handed out."""
        name = settings.folders[folder]
        super().__init__(replace(settings, inbox=name, more_inboxes=(), read_only=()))
        self._inboxes = [self._inbox(name, read_only=True, since=datetime.now(UTC) - since)]
        self._folder = folder
        self._before_each = before_each

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """As ports.Mailbox."""
        for fetched in super().fetch(refs):
            self._before_each(fetched.received_at)
            yield fetched

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Nothing: the mail is filed already."""

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        """Nothing."""
        return lambda: None

    def _find_inboxes(self, client: BoundedClient) -> None:
        self._inboxes[0].full_name = self._folders[self._folder]


class SetAsideMail(FiledMail):
    """The folder Attention, out of which mails are moved once a person has decided about them."""

    def __init__(self, settings: ImapSettings, since: datetime) -> None:
        super().__init__(settings, Folder.ATTENTION, since, lambda time: None)
        name = settings.folders[Folder.ATTENTION]
        self._inboxes = [self._inbox(name, read_only=False, since=datetime.now(UTC) - since)]

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """As ports.Mailbox, out of Attention."""
        ImapMailbox.file(self, refs, folder)

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        """As ports.Mailbox, out of Attention."""
        return ImapMailbox.begin_filing(self, refs, folder)
