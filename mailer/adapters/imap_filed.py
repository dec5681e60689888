"""Mail that was filed, to be read again where it lies, after a restore from a backup."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from imapclient import IMAPClient

from mailer.adapters.imap import ImapMailbox
from mailer.adapters.imap_settings import ImapSettings
from mailer.ports import Fetched, Folder, Ref

MARGIN = timedelta(days=1)
"""SEARCH SINCE knows days alone, by the server's own time zone (RFC 3501 6.4.4)."""


class FiledMail(ImapMailbox):
    """ports.Mailbox over a folder of handled mail, from a time on. It moves nothing."""

    def __init__(
        self, settings: ImapSettings, folder: Folder, since: datetime, before_each: Callable[[datetime], object]
    ) -> None:
        """``before_each`` is called with the time at which each mail came, before the mail is handed out."""
        super().__init__(replace(settings, inbox=settings.folders[folder]))
        self._folder = folder
        self._since = since
        self._before_each = before_each

    def pending(self) -> list[Ref]:
        """The messages that came since then, oldest first."""
        with self._connection("list the filed mail") as client:
            self._select(client)
            return [self._ref(uid) for uid in sorted(client.search(["SINCE", (self._since - MARGIN).date()]))]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """As ports.Mailbox."""
        for fetched in super().fetch(refs):
            self._before_each(fetched.received_at)
            yield fetched

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Nothing: the mail is filed already."""

    def _select(self, client: IMAPClient) -> int:
        answer = client.select_folder(self._folders.get(self._folder, self._settings.inbox), readonly=True)
        self._uidvalidity = int(answer[b"UIDVALIDITY"])
        return int(answer.get(b"EXISTS", 0))
