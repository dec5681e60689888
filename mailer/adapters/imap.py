"""The office's inbox over IMAP (RFC 3501, 6851, 2177, 4315)."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from mailer.adapters.imap_answers import BoundedClient
from mailer.adapters.imap_connection import BATCH_BYTES, connect, is_general, is_refusal, translate_faults
from mailer.adapters.imap_folders import FolderNames, find_existing, find_folders
from mailer.adapters.imap_inbox import Inbox
from mailer.adapters.imap_moving import Move, move_each, move_singly
from mailer.adapters.imap_settings import ImapSettings
from mailer.adapters.security import forbid_plain_text
from mailer.adapters.waker import Waker
from mailer.errors import Temporary
from mailer.message import clean
from mailer.ports import Fetched, Folder, Ref

__all__ = ["Description", "ImapMailbox", "ImapSettings"]

_HEADERS = 500
"""How many messages are asked at once whom they are for."""
_ADDRESSEES, _ADDRESSEES_OCTETS = "HEADER.FIELDS (TO DELIVERED-TO X-ORIGINAL-TO ENVELOPE-TO)", 2_000

_BATCH = 100
"""Messages in one command; this keeps its line far below the 8,192 octets that servers accept (RFC 7162 4)."""
_TRIES = 3
"""How often a message may break the connection, or be left out of answers, before it counts as unreadable (F13)."""
_QUICK = 10.0
"""Seconds within which a connection may break so that another one is tried at once; a server that is silent is left
alone for a while."""
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
    unread: tuple[str, ...] = ()
    """Folders that mail is to be read from, and that are not there."""


_Items: TypeAlias = Mapping[bytes, Any]
"""What a server says of one message, by the item's name."""


@dataclass
class _Answers:
    """What the server says of messages by their UIDs; one that is gone is in neither."""

    items: dict[int, _Items] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    """Why the server does not hand over a message."""


class _Refused(Exception):
    """The server refuses to hand over these messages."""


class _Broken(Temporary):
    """The connection broke at these messages, and another one may not."""


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
        days = timedelta(days=settings.read_only_days)
        self._inboxes = [
            *(self._inbox(name) for name in (settings.inbox, *settings.more_inboxes)),
            *(self._inbox(name, read_only=True, since=days) for name in settings.read_only),
        ]
        self._selected: Inbox | None = None
        self._under_way: list[Move] = []
        """What the server was told to move, while its answer is not read."""

    def _inbox(self, name: str, **more: Any) -> Inbox:
        login, server = self._settings.login, self._settings.server
        return Inbox(name, f"{login.user} {server.host} {name}", **more)

    def pending(self) -> list[Ref]:
        """The messages in the inboxes, those of each the oldest first."""
        found: dict[str, list[Ref]] = {}
        with self._connection("list the inbox") as client:
            for inbox in reversed(self._inboxes):  # the first one at last, as it stays selected
                if inbox.full_name and (count := self._count(client, inbox)) is not None:
                    found[inbox.name] = inbox.pending(client, count)
        return [ref for inbox in self._inboxes for ref in found.get(inbox.name, ())]

    def _count(self, client: BoundedClient, inbox: Inbox) -> int | None:
        """Select the folder; how many messages it has. One of several may be gone by now: None."""
        try:
            return self._select(client, inbox)
        except imaplib.IMAP4.error as fault:
            if inbox is self._inboxes[0] or not is_refusal(fault):
                raise
            log.warning("the folder %r cannot be read: %s", inbox.name, clean(self._settings.redact(str(fault))))
            inbox.full_name = ""
            return None

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Messages in the order of ``refs``, fetched a few at a time."""
        for inbox, some in self._by_inbox(refs):
            for start in range(0, len(some), _BATCH):
                described = self._described(inbox, some[start : start + _BATCH])
                for group in _groups(described, self._settings.max_bytes):
                    yield from self._with_bodies(inbox, group)

    def _by_inbox(self, refs: Sequence[Ref]) -> Iterator[tuple[Inbox, Sequence[Ref]]]:
        known = {inbox.mailbox: inbox for inbox in self._inboxes}
        for mailbox, some in groupby(refs, key=attrgetter("mailbox")):
            if mailbox in known:
                yield known[mailbox], list(some)

    def _described(self, inbox: Inbox, refs: Sequence[Ref]) -> list[Fetched]:
        """The messages without their bodies."""
        uids = inbox.uids(refs)
        items = {"RFC822.SIZE": b"RFC822.SIZE", "INTERNALDATE": b"INTERNALDATE"}
        answers = self._ask(inbox, uids, items, "read the sizes of messages")
        now = datetime.now(UTC)
        found = []
        for uid in uids:
            if uid in answers.problems:
                found.append(Fetched(inbox.ref(uid), 0, now, None, answers.problems[uid]))
            elif said := answers.items.get(uid):
                found.append(Fetched(inbox.ref(uid), int(said[b"RFC822.SIZE"]), _utc(said[b"INTERNALDATE"]), None))
        return found

    def _with_bodies(self, inbox: Inbox, group: list[Fetched]) -> list[Fetched]:
        """Fetch the bodies of messages within the size limit, and omit messages that have gone."""
        wanted = [message.ref for message in group if not message.problem and message.size <= self._settings.max_bytes]
        answers = self._ask(inbox, inbox.uids(wanted), {"BODY.PEEK[]": b"BODY[]"}, "fetch messages")
        with_body = set(wanted)
        whole = []
        for message in group:
            uid = message.ref.uid
            if message.ref not in with_body:
                whole.append(message)
            elif uid in answers.problems:
                whole.append(replace(message, problem=answers.problems[uid]))
            elif uid in answers.items:
                whole.append(replace(message, raw=answers.items[uid][b"BODY[]"]))
        return whole

    def _ask(self, inbox: Inbox, uids: Sequence[int], items: Mapping[str, bytes], purpose: str) -> _Answers:
        """Ask for items (and their names in the answer) of messages.

        A message whose answer is a refusal, is incomplete or broke the connection is asked for alone, so that it holds
        up no other (F13). After a break this is at once, over another connection.
        """
        answers = _Answers()
        together = [uid for uid in uids if (purpose, uid) not in inbox.suspects]
        found: Mapping[int, _Items] = {}
        breaks = 0
        with contextlib.suppress(_Refused, _Broken):
            if together:
                breaks = 1
                found = self._fetch(inbox, together, items, purpose)
                breaks = 0
        for uid in together:
            if _is_complete(found.get(uid, {}), items):
                answers.items[uid] = found[uid]
            else:
                inbox.suspects[purpose, uid] += 0
        for uid in uids:
            if (purpose, uid) in inbox.suspects:
                breaks += self._ask_alone(inbox, uid, items, purpose, answers, _TRIES + 1 - breaks)
        if len(answers.problems) == len(uids) > _TRIES:
            raise Temporary(f"imap: cannot {purpose}: {next(iter(answers.problems.values()))}")
        return answers

    def _ask_alone(
        self, inbox: Inbox, uid: int, items: Mapping[str, bytes], purpose: str, answers: _Answers, most: int
    ) -> int:
        """How often the connection broke, which may be ``most`` times; after that it raises Temporary."""
        breaks, found = 0, None
        while found is None:
            if inbox.suspects[purpose, uid] >= _TRIES:
                answers.problems[uid] = "the connection breaks whenever it is asked for"
                return breaks
            inbox.suspects[purpose, uid] += 1
            try:
                found = self._fetch(inbox, [uid], items, purpose)
            except _Broken:
                breaks += 1
                if breaks > most:
                    raise
            except _Refused as refusal:
                answers.problems[uid] = str(refusal)
                inbox.suspects[purpose, uid] -= 1
                return breaks
        inbox.suspects[purpose, uid] -= 1
        if _is_complete(found.get(uid, {}), items):
            answers.items[uid] = found[uid]
            del inbox.suspects[purpose, uid]
        elif problem := _problem(inbox, uid, found, items):
            answers.problems[uid] = problem
        return breaks

    def _fetch(
        self, inbox: Inbox, uids: Sequence[int], items: Mapping[str, bytes], purpose: str
    ) -> Mapping[int, _Items]:
        """Raises _Refused if the server refuses these messages, and _Broken if another connection may do better."""
        began = time.monotonic()
        refusal = None
        has_asked = is_for_later = False
        try:
            with self._connection(purpose, inbox) as client:
                has_asked = True
                try:
                    found: Mapping[int, _Items] = client.fetch(uids, list(items))
                except imaplib.IMAP4.error as fault:
                    is_for_later = is_general(fault)
                    if is_for_later or not is_refusal(fault):
                        raise
                    refusal = clean(self._settings.redact(str(fault)))
        except Temporary as fault:
            if has_asked and not is_for_later and time.monotonic() - began < _QUICK:
                raise _Broken(str(fault)) from None
            for uid in uids:
                inbox.suspects[purpose, uid] += 0
            raise
        if refusal is not None:
            raise _Refused(refusal)
        return found

    def addressees(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        """As ports.Mailbox, a few hundred messages at a time."""
        found: dict[Ref, str] = {}
        for inbox, some in self._by_inbox(refs):
            for start in range(0, len(some), _HEADERS):
                uids = inbox.uids(some[start : start + _HEADERS])
                with self._connection("read whom messages are for", inbox) as client:
                    answers = client.fetch(uids, [f"BODY.PEEK[{_ADDRESSEES}]<0.{_ADDRESSEES_OCTETS}>"]) if uids else {}
                found |= {inbox.ref(uid): _field_text(items) for uid, items in answers.items()}
        return found

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages out of the inbox; references with another UIDVALIDITY are ignored (F1).

        If the server refuses to move some, the others are moved, and Temporary says why.
        """
        for start in range(0, len(refs), _BATCH):
            self._begin_filing(refs[start : start + _BATCH], folder)()

    def begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        """As ports.Mailbox, if there are few and the server can MOVE; else all is done at the end."""
        return self._begin_filing(refs, folder) if len(refs) <= _BATCH else partial(self.file, refs, folder)

    def _begin_filing(self, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        ends = []
        for inbox, some in self._by_inbox(refs):
            if inbox.read_only:
                inbox.handled.update(inbox.uids(some))
            else:
                ends.append(self._begin_moving(inbox, some, folder))
        return partial(_call_all, ends)

    def _begin_moving(self, inbox: Inbox, refs: Sequence[Ref], folder: Folder) -> Callable[[], None]:
        purpose = f"move messages to {self._settings.folders[folder]!r}"
        with self._connection(purpose, inbox, finish=inbox is not self._selected) as client:
            uids, target = inbox.uids(refs), self._folders[folder]
            if not uids:
                return lambda: None
            if not client.has_capability("MOVE"):
                return partial(self._move_now, inbox, uids, target, purpose)
            move = Move(uids, target, client.begin_move(uids, target))
            self._under_way.append(move)
        return partial(self._end_moving, inbox, move, purpose)

    def _move_now(self, inbox: Inbox, uids: list[int], target: str, purpose: str) -> None:
        with self._connection(purpose, inbox) as client:
            move_each(client, uids, target)

    def _end_moving(self, inbox: Inbox, move: Move, purpose: str) -> None:
        with self._connection(purpose) as client:  # this waits for the answer
            if move.fault is None:
                return
            if not isinstance(move.fault, imaplib.IMAP4.error) or not is_refusal(move.fault):
                raise move.fault
            self._require_selected(client, inbox)
            move_singly(client, move.uids, move.folder, move.fault)

    def leave_note(self, raw: bytes, folder: Folder) -> None:
        """Put a mail of our own into a folder, unread and flagged, for a person who looks there."""
        name = self._settings.folders[folder]
        with self._connection(f"leave a note in {name!r}") as client:
            client.append(self._folders[folder], raw, flags=[r"\Flagged"])

    def wait(self, seconds: float) -> None:
        """IDLE in slices if the server offers it, else sleep."""
        inbox = self._inboxes[0]
        with self._connection("wait for mail", inbox) as client:
            if not client.has_capability("IDLE"):
                self._waker.wait(seconds)
                return
            slices = iter(_SLICES)
            while seconds > 0 and not inbox.has_new(client):
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
        self._selected = None
        if client is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                self._finish_moves(client)
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
                others = [inbox.name for inbox in self._inboxes[1:]]
                there = find_existing(client, others) if others else {}
                words = (word.decode("ascii", "replace") for word in client.capabilities())
                capabilities = sorted(self._settings.redact(word) for word in words)
        wanted = {self._settings.inbox: has_inbox}
        wanted |= dict.fromkeys(there, True)
        wanted |= {name: folder not in found.missing for folder, name in self._settings.folders.items()}
        return Description(
            tuple(capabilities),
            tuple(name for name, is_there in wanted.items() if is_there),
            tuple(name for name, is_there in wanted.items() if not is_there),
            (*((name, full) for name, full in there.items() if name != full), *self._other_names(found)),
            tuple(name for name in others if name not in there),
        )

    @contextlib.contextmanager
    def _connection(self, purpose: str, inbox: Inbox | None = None, finish: bool = True) -> Iterator[BoundedClient]:
        """The connection, opened if necessary, and closed if the block ends with an exception.

        ``inbox`` is selected in it. With ``finish``, messages that are being moved are moved first.
        """
        try:
            with translate_faults(self._settings, purpose):
                client = self._client or self._open()
                if finish:
                    self._finish_moves(client)
                if inbox is not None:
                    self._require_selected(client, inbox)
                yield client
        except BaseException:
            client_, self._client = self._client, None
            self._selected = None
            self._lose_moves()
            if client_ is not None:
                with contextlib.suppress(OSError):
                    client_.shutdown()
            raise

    def _finish_moves(self, client: BoundedClient) -> None:
        while self._under_way:
            self._under_way.pop(0).read_answer(client)

    def _lose_moves(self) -> None:
        """Nobody knows what became of them; those that are still there will be listed again."""
        for move in self._under_way:
            move.is_over, move.fault = True, Temporary("imap: the connection was lost while messages were moved")
        self._under_way.clear()

    def _open(self) -> BoundedClient:
        self._client = client = connect(self._settings, self._stop)
        found = find_folders(client, self._settings.folders, create=True)
        self._folders = found.names
        for name, other in self._other_names(found):
            log.info("mail is filed in %r, because the server has no folder %r and makes none", other, name)
        for folder, reason in found.missing.items():
            log.warning("no folder %r, and the server makes none: %s", self._settings.folders[folder], reason)
        self._find_inboxes(client)
        self._select(client, self._inboxes[0])
        return client

    def _find_inboxes(self, client: BoundedClient) -> None:
        first, *others = self._inboxes
        first.full_name = first.name
        if others:
            there = find_existing(client, [inbox.name for inbox in others])
            for inbox in others:
                inbox.full_name = there.get(inbox.name, "")
                if not inbox.full_name:
                    log.warning("there is no folder %r to read mail from", inbox.name)

    def _other_names(self, found: FolderNames) -> tuple[tuple[str, str], ...]:
        """Configured names, and those that are used instead."""
        pairs = [(name, found.names[folder]) for folder, name in self._settings.folders.items()]
        return tuple((name, other) for name, other in pairs if not other.endswith(name))

    def _require_selected(self, client: BoundedClient, inbox: Inbox) -> None:
        if self._selected is not inbox:
            self._select(client, inbox)

    def _select(self, client: BoundedClient, inbox: Inbox) -> int:
        """Select a folder, and return how many messages it has."""
        self._selected = None
        count = inbox.select(client)
        self._selected = inbox
        return count


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


def _problem(inbox: Inbox, uid: int, found: Mapping[int, _Items], items: Mapping[str, bytes]) -> str:
    """What is wrong with the answer; empty if the message may merely be gone."""
    if uid in found:
        missing = [name for name, key in items.items() if not _has(found[uid], key)]
        return f"the server's answer holds no {' and '.join(missing)}"
    inbox.absent[uid] += 1
    return "the server lists it and leaves it out of its answers" if inbox.absent[uid] > _TRIES else ""


def _is_complete(found: _Items, items: Mapping[str, bytes]) -> bool:
    return all(_has(found, key) for key in items.values())


def _has(found: _Items, key: bytes) -> bool:
    value = found.get(key)
    return value is not None and (not isinstance(value, datetime) or value.tzinfo is not None)


def _utc(internal_date: datetime) -> datetime:
    return internal_date.astimezone(UTC)


def _call_all(functions: Sequence[Callable[[], None]]) -> None:
    for function in functions:
        function()


def _field_text(items: _Items) -> str:
    """The fields of a header in an answer; the server may write their names in another way than we did."""
    found = (value for name, value in items.items() if name.upper().startswith(b"BODY[HEADER.FIELDS"))
    return next((value.decode("latin-1") for value in found if isinstance(value, bytes)), "")
