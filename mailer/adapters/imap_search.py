"""Looks for mail in all folders of the mailbox, beside a daemon that may be filing it."""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from imapclient import IMAPClient

from mailer.adapters.imap_connection import connect, translate_faults
from mailer.adapters.imap_folders import find_folders, full_name
from mailer.adapters.imap_moving import move_mail
from mailer.adapters.imap_settings import ImapSettings
from mailer.ports import Folder

_MOST_FOLDERS = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A mail that was found."""

    folder: str
    """As the configuration names it, or as the server does."""
    uid: int
    raw: bytes


class ImapSearch:
    """A connection of its own, which changes nothing but where ``file`` says so. Raises as ports.Mailbox does."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        with translate_faults(settings, "log in"):
            self._client: IMAPClient = connect(settings)

    def by_subject(self, word: str) -> Iterator[Hit]:
        """The mails with this word in their Subject, in the folders that the configuration names."""
        yield from self._in_folders(self.folders, word)

    def anywhere(self, word: str) -> Iterator[Hit]:
        """As ``by_subject``, in all other folders: where junk goes, for example."""
        with translate_faults(self._settings, "list the folders"):
            listed = [name for flags, _, name in self._client.list_folders() if b"\\Noselect" not in flags]
            known = {full_name(self._client, name) for name in self.folders}
        yield from self._in_folders([name for name in listed if name not in known][:_MOST_FOLDERS], word)

    @property
    def folders(self) -> list[str]:
        return [self._settings.inbox, *self._settings.folders.values()]

    def file(self, hit: Hit) -> None:
        """Move a mail that is still in the inbox to the folder of handled mail."""
        if hit.folder != self._settings.inbox:
            return
        with translate_faults(self._settings, "file the test mail"):
            wanted = {Folder.PROCESSED: self._settings.folders[Folder.PROCESSED]}
            target = find_folders(self._client, wanted, create=True).names[Folder.PROCESSED]
            self._client.select_folder(hit.folder)
            move_mail(self._client, [hit.uid], target)

    def close(self) -> None:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            self._client.logout()

    def _in_folders(self, names: Iterable[str], word: str) -> Iterator[Hit]:
        with translate_faults(self._settings, "look for the test mail"):
            for name in names:
                folder = full_name(self._client, name)
                if not self._client.folder_exists(folder):
                    continue
                self._client.select_folder(folder, readonly=True)  # selecting again shows what is new
                if uids := self._client.search(["SUBJECT", word]):
                    for uid, data in self._client.fetch(uids, ["BODY.PEEK[]"]).items():
                        yield Hit(name, uid, data[b"BODY[]"])
