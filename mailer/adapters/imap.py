"""The office's inbox over IMAP (RFC 3501, 6851, 2177, 4315)."""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from imapclient import IMAPClient

from mailer.adapters.imap_connection import ImapSettings, connect, full_name, translate_faults
from mailer.adapters.security import forbid_plain_text
from mailer.adapters.waker import Waker
from mailer.ports import Fetched, Folder, Ref

__all__ = ["Description", "ImapMailbox", "ImapSettings"]

_BATCH = 100
"""Messages in one command; this keeps its line far below the 8,192 octets that servers accept (RFC 7162 4)."""
_BATCH_BYTES = 4_000_000
"""Octets of bodies to fetch with one command. It limits our memory, except for a single larger message."""
_SLICES = (1.0, 4.0, 15.0)
_LONGEST_SLICE = 60.0
"""Seconds of one IDLE. Mail that arrives between SEARCH and IDLE is seen after the slice, so the first are short."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a mailbox offers, for ``mailer doctor``."""

    capabilities: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    """Folders that the first connection will create."""


class ImapMailbox:
    """ports.Mailbox. A fault closes the connection, and the next call opens another (F2, F3)."""

    def __init__(self, settings: ImapSettings, waker: Waker | None = None) -> None:
        """``waker``: ends ``wait`` as well as ``wake`` does; it may be shared."""
        forbid_plain_text(settings.server, "imap.security")
        self._settings = settings
        self._waker = waker or Waker()
        self._client: IMAPClient | None = None
        self._uidvalidity = 0
        self._highest = 0  # the highest UID that pending() has returned

    def pending(self) -> list[Ref]:
        """The messages in the inbox, oldest first."""
        with self._connection("list the inbox") as client:
            self._select(client)
            uids = sorted(client.search("ALL"))
            self._highest = max(uids, default=0)
            return [self._ref(uid) for uid in uids]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Messages in the order of ``refs``, fetched a few at a time."""
        for start in range(0, len(refs), _BATCH):
            with self._connection("read the sizes of messages") as client:
                uids = self._uids(refs[start : start + _BATCH])
                found = [
                    Fetched(self._ref(uid), int(data[b"RFC822.SIZE"]), _utc(data[b"INTERNALDATE"]), None)
                    for uid, data in client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]).items()
                    if b"RFC822.SIZE" in data
                ]
            for group in _groups(found, self._settings.max_bytes):
                yield from self._with_bodies(group)

    def _with_bodies(self, group: list[Fetched]) -> list[Fetched]:
        """Fetch the bodies of messages within the size limit, and omit messages that have gone."""
        small = [message.ref for message in group if message.size <= self._settings.max_bytes]
        with self._connection("fetch messages") as client:
            bodies = client.fetch(self._uids(small), ["BODY.PEEK[]"])
        raws = {uid: data.get(b"BODY[]") for uid, data in bodies.items()}
        whole = [replace(message, raw=raws.get(message.ref.uid)) for message in group]
        return [message for message in whole if message.raw is not None or message.ref not in small]

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages out of the inbox; references with another UIDVALIDITY are ignored (F1)."""
        for start in range(0, len(refs), _BATCH):
            with self._connection(f"move messages to {self._settings.folders[folder]!r}") as client:
                uids = self._uids(refs[start : start + _BATCH])
                if uids:
                    move_mail(client, uids, full_name(client, self._settings.folders[folder]))

    def leave_note(self, raw: bytes, folder: Folder) -> None:
        """Put a mail of our own into a folder, unread and flagged, for a person who looks there."""
        name = self._settings.folders[folder]
        with self._connection(f"leave a note in {name!r}") as client:
            client.append(full_name(client, name), raw, flags=[r"\Flagged"])

    def wait(self, seconds: float) -> None:
        """IDLE in slices if the server offers it, else sleep."""
        with self._connection("wait for mail") as client:
            if not client.has_capability("IDLE"):
                self._waker.wait(seconds)
                return
            slices = iter(_SLICES)
            while seconds > 0 and not self._has_new(client):
                span = min(seconds, next(slices, _LONGEST_SLICE))
                client.idle()
                woken = self._waker.wait(span, client.socket().fileno())
                client.idle_done()
                if woken:
                    return
                seconds -= span

    def wake(self) -> None:
        """End a wait early; safe in a signal handler."""
        self._waker.wake()

    def close(self) -> None:
        """Log out, if there is a connection."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                client.logout()
            with contextlib.suppress(OSError):
                client.shutdown()

    def describe(self) -> Description:
        """Log in on a separate connection and look, without changing anything."""
        with translate_faults(self._settings, "look at the mailbox"):
            client = connect(self._settings)
            with client:
                wanted = [self._settings.inbox, *self._settings.folders.values()]
                missing = [name for name in wanted if not client.folder_exists(full_name(client, name))]
                capabilities = sorted(word.decode("ascii", "replace") for word in client.capabilities())
        return Description(tuple(capabilities), tuple(n for n in wanted if n not in missing), tuple(missing))

    @contextlib.contextmanager
    def _connection(self, purpose: str) -> Iterator[IMAPClient]:
        """The connection, opened if necessary, and closed if the block ends with an exception."""
        try:
            with translate_faults(self._settings, purpose):
                yield self._client or self._open()
        except BaseException:
            client, self._client = self._client, None
            if client is not None:
                with contextlib.suppress(OSError):
                    client.shutdown()
            raise

    def _open(self) -> IMAPClient:
        self._client = client = connect(self._settings)
        for name in self._settings.folders.values():
            folder = full_name(client, name)
            if not client.folder_exists(folder):
                client.create_folder(folder)
                client.subscribe_folder(folder)
        self._select(client)
        return client

    def _select(self, client: IMAPClient) -> None:
        uidvalidity = int(client.select_folder(self._settings.inbox)[b"UIDVALIDITY"])
        if uidvalidity != self._uidvalidity:
            self._uidvalidity, self._highest = uidvalidity, 0

    def _ref(self, uid: int) -> Ref:
        settings = self._settings
        return Ref(self._uidvalidity, uid, f"{settings.login.user} {settings.server.host} {settings.inbox}")

    def _uids(self, refs: Sequence[Ref]) -> list[int]:
        return [ref.uid for ref in refs if ref.uidvalidity == self._uidvalidity]

    def _has_new(self, client: IMAPClient) -> bool:
        client.noop()  # without a command before it, SEARCH need not see mail that has just arrived
        uids = client.search(["UID", f"{self._highest + 1}:*"])  # “n:*” matches the last one even if it is below n
        return max(uids, default=0) > self._highest


def _groups(messages: Sequence[Fetched], max_bytes: int) -> Iterator[list[Fetched]]:
    """Messages in groups of at most ``_BATCH_BYTES`` of bodies. Bodies above ``max_bytes`` are not fetched."""
    group: list[Fetched] = []
    total = 0
    for message in messages:
        weight = message.size if message.size <= max_bytes else 0
        if group and total + weight > _BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(message)
        total += weight
    if group:
        yield group


def _utc(internal_date: datetime | None) -> datetime:
    if internal_date is None or internal_date.tzinfo is None:
        raise imaplib.IMAP4.abort("the server sent an invalid INTERNALDATE (RFC 3501, date-time)")
    return internal_date.astimezone(UTC)


def move_mail(client: IMAPClient, uids: list[int], folder: str) -> None:
    """Move messages out of the selected folder, as this server can."""
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [r"\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    else:
        client.expunge()
