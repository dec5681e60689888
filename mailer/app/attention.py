"""Moves mail out of the mailbox's folder Attention once a person has decided about it."""

from __future__ import annotations

import hashlib
import logging
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

from mailer.adapters.imap_filed import SetAsideMail
from mailer.app.servers import imap_settings_of
from mailer.ports import Folder, Ref

if TYPE_CHECKING:
    from mailer.app.root import App

log = logging.getLogger("mailer.attention")


def file_decided(app: App) -> None:
    """Move what was released or refused; what is not there any more needs nothing. Raises as the mailbox does."""
    with app.store.snapshot() as work:
        left = {one.digest: one for one in work.attention.to_file()}
        came = [mail.received_at for one in left.values() if (mail := work.inbound.one(one.number))]
    if not left or not app.settings.imap.host:
        return
    moved: dict[Folder, list[Ref]] = {}
    with closing(SetAsideMail(imap_settings_of(app.settings), min(came) - timedelta(days=1))) as mailbox:
        for fetched in mailbox.fetch(mailbox.pending()):
            known = left.get(hashlib.sha256(fetched.raw).hexdigest()) if fetched.raw is not None else None
            if known:
                moved.setdefault(known.folder, []).append(fetched.ref)
        for folder, refs in moved.items():
            mailbox.file(refs, folder)
    with app.store.transaction() as work:
        work.attention.filed(one.number for one in left.values())
    log.info("moved out of Attention: %d", sum(map(len, moved.values())))
