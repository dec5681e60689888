"""The office's inbox over IMAP (RFC 3501, 6851, 2177, 4315)."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError

from mailer.adapters.security import Security, forbid_plain_text, is_certificate_fault, tls_context
from mailer.adapters.waker import Waker
from mailer.errors import ConfigError, MailerError, Permanent, Temporary
from mailer.message import clean
from mailer.ports import Fetched, Folder, Ref

_BATCH = 100
"""References in one command; the line stays far below the 8,192 octets that servers accept (RFC 7162 4)."""
_BATCH_BYTES = 4_000_000
"""Bodies asked for in one command: what a fetch holds in memory, unless one message is larger."""
_SLICES = (1.0, 4.0, 15.0)
_LONGEST_SLICE = 60.0
"""Seconds of one IDLE. A mail that came between SEARCH and IDLE is seen after the slice, so the first are short."""

logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug log holds the whole dialogue (D6)


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Where the inbox is. Raises ConfigError for a value that cannot be written on a command line of IMAP (F8)."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    inbox: str = "INBOX"
    folders: Mapping[Folder, str] = field(default_factory=lambda: {folder: folder.value for folder in Folder})
    max_bytes: int = 25_000_000
    """A message above this is not fetched (C5, F7)."""
    timeout: float = 30.0
    """Seconds for any one answer."""
    ca_file: str | None = None

    def __post_init__(self) -> None:
        names = {"user": self.user, "password": self.password, "inbox": self.inbox}
        names |= {f"folders.{folder.name.lower()}": self.folders.get(folder, "") for folder in Folder}
        faults = [
            f"imap.{key}: must be given, and be one line without control characters"
            for key, value in names.items()
            if not value or re.search(r"[\x00-\x1f\x7f]", value)
        ]
        if faults:
            raise ConfigError(faults)


@dataclass(frozen=True, slots=True)
class Description:
    """What a mailbox offers, for ``mailer doctor``."""

    capabilities: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    """Folders that will be made at the first connection."""


class ImapMailbox:
    """ports.Mailbox. After a fault the connection is dropped, and the next call opens another (F2, F3)."""

    def __init__(self, settings: ImapSettings) -> None:
        forbid_plain_text(settings.security, settings.host, "imap.security")
        self._settings = settings
        self._waker = Waker()
        self._client: IMAPClient | None = None
        self._uidvalidity = 0
        self._highest = 0  # the highest UID that pending() has told

    def pending(self) -> list[Ref]:
        """What is in the inbox, oldest first."""
        with self._dialogue("list the inbox") as client:
            self._select(client)
            uids = sorted(client.search("ALL"))
            self._highest = max(uids, default=0)
            return [Ref(self._uidvalidity, uid) for uid in uids]

    def fetch(self, refs: Sequence[Ref]) -> Iterator[Fetched]:
        """Messages in the order of ``refs``, a few at a time, whatever their number."""
        for start in range(0, len(refs), _BATCH):
            with self._dialogue("look at messages") as client:
                uids = self._uids(refs[start : start + _BATCH])
                found = [
                    Fetched(Ref(self._uidvalidity, uid), int(data[b"RFC822.SIZE"]), _utc(data[b"INTERNALDATE"]), None)
                    for uid, data in client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"]).items()
                    if b"RFC822.SIZE" in data
                ]
            for group in _groups(found, self._settings.max_bytes):
                yield from self._with_bodies(group)

    def _with_bodies(self, group: list[Fetched]) -> list[Fetched]:
        """Fetch the bodies of those within the limit, and leave out those that are gone."""
        small = [message.ref for message in group if message.size <= self._settings.max_bytes]
        with self._dialogue("fetch messages") as client:
            bodies = client.fetch(self._uids(small), ["BODY.PEEK[]"])
        raws = {uid: data.get(b"BODY[]") for uid, data in bodies.items()}
        whole = [replace(message, raw=raws.get(message.ref.uid)) for message in group]
        return [message for message in whole if message.raw is not None or message.ref not in small]

    def file(self, refs: Sequence[Ref], folder: Folder) -> None:
        """Move messages out of the inbox; references of another UIDVALIDITY are left out (F1)."""
        for start in range(0, len(refs), _BATCH):
            with self._dialogue(f"move messages to {self._settings.folders[folder]!r}") as client:
                uids = self._uids(refs[start : start + _BATCH])
                if uids:
                    _move(client, uids, _full_name(client, self._settings.folders[folder]))

    def wait(self, seconds: float) -> None:
        """IDLE in slices where it is offered, else sleep."""
        with self._dialogue("wait for mail") as client:
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
        """Log in on a connection of its own, look, and change nothing."""
        with _faults_named(self._settings, "look at the mailbox"):
            client = _connect(self._settings)
            with client:
                wanted = [self._settings.inbox, *self._settings.folders.values()]
                missing = [name for name in wanted if not client.folder_exists(_full_name(client, name))]
                capabilities = sorted(word.decode("ascii", "replace") for word in client.capabilities())
        return Description(tuple(capabilities), tuple(n for n in wanted if n not in missing), tuple(missing))

    @contextlib.contextmanager
    def _dialogue(self, purpose: str) -> Iterator[IMAPClient]:
        """The connection, opened if need be, and dropped if what happens on it fails."""
        try:
            with _faults_named(self._settings, purpose):
                yield self._client or self._open()
        except MailerError:
            client, self._client = self._client, None
            if client is not None:
                with contextlib.suppress(OSError):
                    client.shutdown()
            raise

    def _open(self) -> IMAPClient:
        self._client = client = _connect(self._settings)
        for name in self._settings.folders.values():
            folder = _full_name(client, name)
            if not client.folder_exists(folder):
                client.create_folder(folder)
                client.subscribe_folder(folder)
        self._select(client)
        return client

    def _select(self, client: IMAPClient) -> None:
        uidvalidity = int(client.select_folder(self._settings.inbox)[b"UIDVALIDITY"])
        if uidvalidity != self._uidvalidity:
            self._uidvalidity, self._highest = uidvalidity, 0

    def _uids(self, refs: Sequence[Ref]) -> list[int]:
        return [ref.uid for ref in refs if ref.uidvalidity == self._uidvalidity]

    def _has_new(self, client: IMAPClient) -> bool:
        client.noop()  # a server need not tell SEARCH what came since the last command
        uids = client.search(["UID", f"{self._highest + 1}:*"])  # “n:*” tells the last one even where it is below n
        return max(uids, default=0) > self._highest


def _groups(messages: Sequence[Fetched], max_bytes: int) -> Iterator[list[Fetched]]:
    """In order, in groups whose bodies, those above the limit not counted, stay within ``_BATCH_BYTES``."""
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
        raise imaplib.IMAP4.abort("the server gives an INTERNALDATE that is none (RFC 3501, date-time)")
    return internal_date.astimezone(UTC)


def _move(client: IMAPClient, uids: list[int], folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, folder)
        return
    client.copy(uids, folder)
    client.add_flags(uids, [r"\Deleted"], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)
    else:
        client.expunge()


def _full_name(client: IMAPClient, name: str) -> str:
    """``name`` within the personal namespace, where the server has one with a prefix (RFC 2342)."""
    if name.upper() == "INBOX" or not client.has_capability("NAMESPACE"):
        return name
    spaces = client.namespace().personal or (("", None),)
    prefix = str(spaces[0][0])
    return name if name.startswith(prefix) else prefix + name


# --- Connecting ---


def _connect(settings: ImapSettings) -> IMAPClient:
    """A connection that is logged in."""
    context = None if settings.security == "none" else tls_context(settings.ca_file)
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security == "tls",
        ssl_context=context,
        timeout=settings.timeout,
    )
    try:
        _cap(client, settings.max_bytes)
        client.normalise_times = False
        if settings.security == "starttls":
            _start_tls(client, settings, context)
        _log_in(client, settings)
    except BaseException:
        client.shutdown()
        raise
    return client


def _start_tls(client: IMAPClient, settings: ImapSettings, context: Any) -> None:
    try:
        client.starttls(context)
    except CapabilityError:
        raise Permanent(
            f"imap: {settings.host} offers no STARTTLS, and nothing is sent in plain text. "
            "Use security “tls”, or find out who removes it."
        ) from None


def _log_in(client: IMAPClient, settings: ImapSettings) -> None:
    # PLAIN takes any character; LOGIN only what fits a quoted ASCII string.
    log_in: Callable[[str, str], object] = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
    try:
        log_in(settings.user, settings.password)
    except LoginError as refusal:
        words = clean(str(refusal))
        if isinstance(refusal.__context__, imaplib.IMAP4.abort) or "[UNAVAILABLE]" in words:  # RFC 5530
            raise Temporary(f"imap: {settings.host} cannot log in {settings.user} just now: {words}") from None
        raise Permanent(
            f"imap: {settings.host} refused the login of {settings.user}: {words}. Check imap.user and the password."
        ) from None


def _cap(client: IMAPClient, max_bytes: int) -> None:
    """Make imaplib give up on a literal above the limit, where it would read on for ever (F7)."""
    connection = client._imap  # IMAPClient has no door of its own for this
    read = connection.read

    def read_within(size: int) -> bytes:
        if size > 2 * max_bytes:  # twice, because servers misstate RFC822.SIZE by a little
            raise imaplib.IMAP4.abort(f"a literal of {size} octets is above the limit of {max_bytes}")
        return bytes(read(size))

    connection.read = read_within


@contextlib.contextmanager
def _faults_named(settings: ImapSettings, purpose: str) -> Iterator[None]:
    """Turn what a library raises into Temporary, or Permanent for a certificate, in words."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, UnicodeError) as fault:
        words = clean(str(fault) or type(fault).__name__)
        where = f"imap: {settings.host}:{settings.port}"
        if is_certificate_fault(fault):
            raise Permanent(
                f"{where}: no secure connection: {words}. Check imap.host, imap.port and security."
            ) from None
        raise Temporary(f"{where}: cannot {purpose}: {words}") from None
