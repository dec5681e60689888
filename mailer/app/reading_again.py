"""After a restore from a backup: the mail that was filed since is read again, and the journal is followed in time."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from mailer.adapters.imap_filed import FiledMail
from mailer.app.servers import imap_settings_of
from mailer.handlers import restorations
from mailer.model.restorations import Entry, Restoration
from mailer.ports import Folder, Verifier

if TYPE_CHECKING:
    from mailer.app.root import App

log = logging.getLogger("mailer.restore")

FOLDERS = (Folder.PROCESSED, Folder.REFUSED)
"""What is read again. Mail in Attention waits for a person, who was told."""


class ReadingAgain:
    """Reads the filed mail once after a restore. Mail that the backup knows is not handled again."""

    def __init__(self, app: App, verifier: Verifier) -> None:
        self._app = app
        self._verifier = verifier

    def __call__(self, restoration: Restoration) -> None:
        """Raises as the mailbox and the store do; then it is begun again. Nothing is done twice."""
        left = deque(restoration.journal)
        for folder in FOLDERS if self._app.settings.imap.host else ():
            self._read(folder, restoration, left)
            if self._app.stop():
                return
        self._follow(left, None)
        with self._app.store.transaction() as work:
            doubts = work.restorations.mark_read_again(restoration, self._app.clock.now())
        log.warning("the mail that was filed since the backup is read again; answers in doubt: %d", doubts)

    def _read(self, folder: Folder, restoration: Restoration, left: deque[Entry]) -> None:
        filed = FiledMail(
            imap_settings_of(self._app.settings), folder, restoration.backup_at, lambda time: self._follow(left, time)
        )
        with closing(filed) as mailbox:
            self._app.reception(mailbox, self._verifier).receive(self._app.clock.now())

    def _follow(self, left: deque[Entry], until: datetime | None) -> None:
        """Do again what the journal has of the time before ``until``, so that the last wish is the one that counts."""
        entries = []
        while left and (until is None or left[0].at < until):
            entries.append(left.popleft())
        if entries:
            with self._app.store.transaction() as work:
                restorations.do_again(self._app.office(work, "mailer", "restore"), entries)
