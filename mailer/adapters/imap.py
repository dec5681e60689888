"""The office's inbox over IMAP (RFC 3501, 6851, 2177, 4315)."""

from __future__ import annotations

import contextlib
import imaplib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from imapclient import IMAPClient

from mailer.adapters.imap_answers import BoundedClient
from mailer.adapters.imap_connection import (
    BATCH_BYTES,
    connect,
    is_refusal,
    translate_faults,
)
from mailer.adapters.imap_folders import FolderNames, find_folders
from mailer.adapters.imap_settings import ImapSettings
from mailer.adapters.security import forbid_plain_text
from mailer.adapters.waker import Waker
from mailer.errors import Temporary
from mailer.message import clean
from mailer.ports import Fetched, Folder, Ref

__all__ = ["Description", "ImapMailbox", "ImapSettings"]

_BATCH = 100
"""Messages in one command; this keeps its line far below the 8,192 octets that servers accept (RFC 7162 4)."""
_SEARCHED = 50_000
"""Messages in one search; its answer stays below the 1,000,000 octets that a line may have (F14)."""
_TRIES = 3
"""How often a message may break the connection, or be left out of answers, before it counts as unreadable (F13)."""
_NOT_ABOUT_THE_MESSAGE = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[OVERQUOTA]")
"""Response codes of refusals (RFC 5530, 9208) that would meet each message alike."""
_SLICES = (1.0, 4.0, 15.0)
_LONGEST_SLICE = 60.0
"""Seconds of one IDLE. Mail that arrives between SEARCH and IDLE is seen after the slice, so the first are short."""

log = logging.getLogger("mailer.mailbox")


@dataclass(frozen=True, slots=True)
class Description:
    """What a mailbox offers, for ``mailer doctor``."""

    capabilities: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    """Folders that the first connection will create."""
    instead: tuple[tuple[str, str], ...] = ()
    """Folders that are there under another name than the configured one, and that name."""


_Items: TypeAlias = Mapping[bytes, Any]
"""What a server says of one message, by the item's name."""


@dataclass
class _Answers:
    """What the server says of messages by their UIDs; one that is gone is in neither."""

    items: dict[int, _Items] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    """Why the server does not hand over a message."""


class ImapMailbox:
    """ports.Mailbox. A fault closes the connection, and the next call opens another (F2, F3)."""

    def __init__(
        self, settings: ImapSettings, waker: Waker | None = None, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """``waker`` ends ``wait`` as well as ``wake`` does; it may be shared. ``stop`` tells whether to end soon."""
        forbid_plain_text(settings.server, "imap.security")
        self._settings = settings
        self._waker = waker or Waker()
        self._stop = stop
        self._client: BoundedClient | None = None
        self._folders: Mapping[Folder, str] = {}
        self._uidvalidity = 0
        self._highest = 0  # the highest UID that pending() has returned
        self._suspects: Counter[tuple[str, int]] = Counter()
        """UIDs that were in an answer which failed, by purpose, and how often each failed alone.

        They are asked for singly.
        """
        self._absent: Counter[int] = Counter()
        """UIDs that were left out of an answer, and how often; those that are gone do not come back."""

    def pending(self) -> list[Ref]:
        """The messages in the inbox, oldest first."""
        with self._connection("list the inbox") as client:
            uids = _search(client, self._select(client))
        self._highest = max(uids, default=0)
        self._suspects = Counter({key: failed for key, failed in self._suspects.items() if key[1] in uids})
        self._absent = Counter({uid: times for uid, times in self._absent.items() if uid in uids})
        return [self._ref(uid) for uid in sorted(uids)]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Messages in the order of ``refs``, fetched a few at a time."""
        for start in range(0, len(refs), _BATCH):
            described = self._described(refs[start : start + _BATCH])
            for group in _groups(described, self._settings.max_bytes):
                yield from self._with_bodies(group)

    def _described(self, refs: Sequence[Ref]) -> list[Fetched]:
        """The messages without their bodies."""
        uids = self._uids(refs)
        items = {"RFC822.SIZE": b"RFC822.SIZE", "INTERNALDATE": b"INTERNALDATE"}
        answers = self._ask(uids, items, "read the sizes of messages")
        now = datetime.now(UTC)
        found = []
        for uid in uids:
            if uid in answers.problems:
                found.append(Fetched(self._ref(uid), 0, now, None, answers.problems[uid]))
            elif said := answers.items.get(uid):
                found.append(Fetched(self._ref(uid), int(said[b"RFC822.SIZE"]), _utc(said[b"INTERNALDATE"]), None))
        return found

    def _with_bodies(self, group: list[Fetched]) -> list[Fetched]:
        """Fetch the bodies of messages within the size limit, and omit messages that have gone."""
        wanted = [message.ref for message in group if not message.problem and message.size <= self._settings.max_bytes]
        answers = self._ask(self._uids(wanted), {"BODY.PEEK[]": b"BODY[]"}, "fetch messages")
        whole = []
        for message in group:
            uid = message.ref.uid
            if message.ref not in wanted:
                whole.append(message)
            elif uid in answers.problems:
                whole.append(replace(message, problem=answers.problems[uid]))
            elif uid in answers.items:
                whole.append(replace(message, raw=answers.items[uid][b"BODY[]"]))
        return whole

    def _ask(self, uids: Sequence[int], items: Mapping[str, bytes], purpose: str) -> _Answers:
        """Ask for items (and their names in the answer) of messages.

        A message whose answer is a refusal, is incomplete or broke the connection is asked for alone, so that it holds
        up no other (F13).
        """
        answers = _Answers()
        together = [uid for uid in uids if (purpose, uid) not in self._suspects]
        with self._watching(together, purpose) as client:
            try:
                found = client.fetch(together, list(items))
            except imaplib.IMAP4.error as fault:
                if not is_refusal(fault) or _is_general(fault):
                    raise
                found = {}
                self._suspect(purpose, together)
        for uid in together:
            if _is_complete(found.get(uid, {}), items):
                answers.items[uid] = found[uid]
            else:
                self._suspect(purpose, [uid])
        for uid in uids:
            if (purpose, uid) in self._suspects:
                self._ask_alone(uid, items, purpose, answers)
        if len(answers.problems) == len(uids) > _TRIES:
            raise Temporary(f"imap: cannot {purpose}: {next(iter(answers.problems.values()))}")
        return answers

    def _ask_alone(self, uid: int, items: Mapping[str, bytes], purpose: str, answers: _Answers) -> None:
        if self._suspects[purpose, uid] >= _TRIES:
            answers.problems[uid] = "the connection breaks whenever it is asked for"
            return
        found: Mapping[int, _Items] = {}
        with self._watching([uid], purpose, alone=True) as client:
            try:
                found = client.fetch([uid], list(items))
            except imaplib.IMAP4.error as fault:
                if not is_refusal(fault) or _is_general(fault):
                    raise
                answers.problems[uid] = clean(self._settings.redact(str(fault)))
                return
        if _is_complete(found.get(uid, {}), items):
            answers.items[uid] = found[uid]
            del self._suspects[purpose, uid]
        elif uid in found:
            answers.problems[uid] = "the server's answer holds no " + " and ".join(
                name for name, key in items.items() if not _has(found[uid], key)
            )
        else:
            self._absent[uid] += 1
            if self._absent[uid] > _TRIES:
                answers.problems[uid] = "the server lists it and leaves it out of its answers"

    @contextlib.contextmanager
    def _watching(self, uids: Sequence[int], purpose: str, *, alone: bool = False) -> Iterator[BoundedClient]:
        """The connection; if it breaks, these messages are suspects."""
        try:
            with self._connection(purpose) as client:
                yield client
        except Temporary:
            self._suspect(purpose, uids, failed=int(alone))
            raise

    def _suspect(self, purpose: str, uids: Sequence[int], failed: int = 0) -> None:
        for uid in uids:
            self._suspects[purpose, uid] += failed

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages out of the inbox; references with another UIDVALIDITY are ignored (F1).

        If the server refuses to move some, the others are moved, and Temporary says why.
        """
        for start in range(0, len(refs), _BATCH):
            with self._connection(f"move messages to {self._settings.folders[folder]!r}") as client:
                if uids := self._uids(refs[start : start + _BATCH]):
                    _move_each(client, uids, self._folders[folder])

    def leave_note(self, raw: bytes, folder: Folder) -> None:
        """Put a mail of our own into a folder, unread and flagged, for a person who looks there."""
        name = self._settings.folders[folder]
        with self._connection(f"leave a note in {name!r}") as client:
            client.append(self._folders[folder], raw, flags=[r"\Flagged"])

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
                client.end_idle()
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
            client = connect(self._settings, self._stop)
            with client:
                has_inbox = client.folder_exists(self._settings.inbox)
                found = find_folders(client, self._settings.folders, create=False)
                words = (word.decode("ascii", "replace") for word in client.capabilities())
                capabilities = sorted(self._settings.redact(word) for word in words)
        wanted = {self._settings.inbox: has_inbox}
        wanted |= {name: folder not in found.missing for folder, name in self._settings.folders.items()}
        return Description(
            tuple(capabilities),
            tuple(name for name, is_there in wanted.items() if is_there),
            tuple(name for name, is_there in wanted.items() if not is_there),
            self._other_names(found),
        )

    @contextlib.contextmanager
    def _connection(self, purpose: str) -> Iterator[BoundedClient]:
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

    def _open(self) -> BoundedClient:
        self._client = client = connect(self._settings, self._stop)
        found = find_folders(client, self._settings.folders, create=True)
        self._folders = found.names
        for name, other in self._other_names(found):
            log.info("mail is filed in %r, because the server has no folder %r and makes none", other, name)
        for folder, reason in found.missing.items():
            log.warning("no folder %r, and the server makes none: %s", self._settings.folders[folder], reason)
        self._select(client)
        return client

    def _other_names(self, found: FolderNames) -> tuple[tuple[str, str], ...]:
        """Configured names, and those that are used instead."""
        pairs = [(name, found.names[folder]) for folder, name in self._settings.folders.items()]
        return tuple((name, other) for name, other in pairs if not other.endswith(name))

    def _select(self, client: BoundedClient) -> int:
        """Select the inbox, and return how many messages it has."""
        answer = client.select_folder(self._settings.inbox)
        if (uidvalidity := int(answer[b"UIDVALIDITY"])) != self._uidvalidity:
            self._uidvalidity, self._highest = uidvalidity, 0
            self._suspects.clear()
            self._absent.clear()
        return int(answer.get(b"EXISTS", 0))

    def _ref(self, uid: int) -> Ref:
        settings = self._settings
        return Ref(self._uidvalidity, uid, f"{settings.login.user} {settings.server.host} {settings.inbox}")

    def _uids(self, refs: Sequence[Ref]) -> list[int]:
        return [ref.uid for ref in refs if ref.uidvalidity == self._uidvalidity]

    def _has_new(self, client: BoundedClient) -> bool:
        client.noop()  # without a command before it, SEARCH need not see mail that has just arrived
        uids = client.search(["UID", f"{self._highest + 1}:*"])  # “n:*” matches the last one even if it is below n
        return max(uids, default=0) > self._highest


def _groups(messages: Sequence[Fetched], max_bytes: int) -> Iterator[list[Fetched]]:
    """Messages in groups of at most ``BATCH_BYTES`` of bodies. Bodies above ``max_bytes`` are not fetched."""
    group: list[Fetched] = []
    total = 0
    for message in messages:
        weight = message.size if message.size <= max_bytes else 0
        if group and total + weight > BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(message)
        total += weight
    if group:
        yield group


def _search(client: IMAPClient, count: int) -> set[int]:
    """The UIDs of all messages, of which there are ``count``, in ranges of at most ``_SEARCHED`` messages.

    The ranges end at the UIDs of certain messages, so that an expunge between two searches hides none.
    """
    if count <= _SEARCHED:
        return set(client.search("ALL"))
    client.use_uid = False
    try:
        ends = client.fetch(list(range(_SEARCHED, count, _SEARCHED)), ["UID"])
    finally:
        client.use_uid = True
    found: set[int] = set()
    start = 1
    for end in (*sorted(int(items[b"UID"]) for items in ends.values() if b"UID" in items), "*"):
        found.update(client.search(["UID", f"{start}:{end}"]))
        start = end + 1 if isinstance(end, int) else start
    return found


def _is_complete(found: _Items, items: Mapping[str, bytes]) -> bool:
    return all(_has(found, key) for key in items.values())


def _has(found: _Items, key: bytes) -> bool:
    value = found.get(key)
    return value is not None and (not isinstance(value, datetime) or value.tzinfo is not None)


def _is_general(fault: imaplib.IMAP4.error) -> bool:
    return any(code in str(fault) for code in _NOT_ABOUT_THE_MESSAGE)


def _utc(internal_date: datetime) -> datetime:
    return internal_date.astimezone(UTC)


def _move_each(client: IMAPClient, uids: list[int], folder: str) -> None:
    """Move the messages; if the server refuses, each alone. Raises the refusal of the last that stays."""
    try:
        move_mail(client, uids, folder)
        return
    except imaplib.IMAP4.error as fault:
        if not is_refusal(fault) or _is_general(fault) or len(uids) == 1:
            raise
        refusal = fault
    refused = 0
    for uid in uids:
        try:
            move_mail(client, [uid], folder)
        except imaplib.IMAP4.error as fault:
            refusal, refused = fault, refused + 1
            if not is_refusal(fault) or refused > _TRIES:  # it refuses all alike
                raise
    if refused:
        raise refusal


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
